from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, JsonRpcException, tagged

from odoo.addons.project_lifecycle.exceptions import GateRefused

from .common import LifecycleCommon


@tagged("post_install", "-at_install")
class TestDecisions(LifecycleCommon):
    """Every move leaves a decision that says who, when, why and how the criteria stood; nobody changes it."""

    def test_go(self):
        self.tick_all(self.project)
        with freeze_time("2027-03-02 10:00:00"):
            self.project.with_user(self.consultant).stage_id = self.second
        decision = self.project.gate_decision_ids
        self.assertRecordValues(
            decision,
            [
                {
                    "decision": "go",
                    "from_stage_id": self.first.id,
                    "to_stage_id": self.second.id,
                    "user_id": self.consultant.id,
                    "reason": False,
                }
            ],
        )
        self.assertEqual(fields.Datetime.to_string(decision.date), "2027-03-02 10:00:00")
        self.assertEqual(
            [line["name"]["en_US"] for line in decision.snapshot], ["First must a", "First must b", "First may"]
        )
        self.assertEqual({line["by"] for line in decision.snapshot}, {"Carla Consultant"})

    def test_conditional_go_lists_what_is_open(self):
        self.items_of(self.project, self.first).filtered("is_blocking").with_user(self.consultant).action_tick()
        self.project.with_user(self.consultant).stage_id = self.second
        decision = self.project.gate_decision_ids
        self.assertEqual(decision.decision, "conditional")
        self.assertEqual(
            [line["name"]["en_US"] for line in decision.snapshot if line["state"] == "open"], ["First may"]
        )

    def test_waiver_by_an_administrator_with_a_reason(self):
        must_a, must_b, _may = self.items_of(self.project, self.first)
        must_a.with_user(self.consultant).action_tick()
        with self.assertRaisesRegex(AccessError, "Only a project administrator waives"):
            must_b.with_user(self.consultant).action_waive("No time")
        with self.assertRaisesRegex(UserError, "Write why"):
            must_b.with_user(self.manager).action_waive("  ")
        must_b.with_user(self.manager).action_waive("The client insists")
        self.project.with_user(self.consultant).stage_id = self.second
        decision = self.project.gate_decision_ids
        self.assertEqual(decision.decision, "waiver")
        waived = [line for line in decision.snapshot if line["state"] == "waived"]
        self.assertEqual([(line["by"], line["reason"]) for line in waived], [("Marta Manager", "The client insists")])

    def test_the_snapshot_stays_as_it_was(self):
        self.tick_all(self.project)
        self.project.stage_id = self.second
        self.first.checklist_template_ids[0].name = "Reworded"
        self.assertEqual(self.project.gate_decision_ids.snapshot[0]["name"]["en_US"], "First must a")

    def test_never_changed_and_never_deleted(self):
        self.tick_all(self.project)
        self.project.stage_id = self.second
        decision = self.project.gate_decision_ids
        for user in (self.manager, self.env.ref("base.user_admin")):
            with self.assertRaises(UserError):
                decision.with_user(user).write({"reason": "x"})
            with self.assertRaises(UserError):
                decision.with_user(user).unlink()
            with self.assertRaises(UserError):
                decision.with_user(user).copy()
        with self.assertRaisesRegex(UserError, "never changed: Migration"):
            decision.sudo().reason = "x"
        with self.assertRaisesRegex(UserError, "never deleted: Migration"):
            decision.sudo().unlink()

    def test_never_imported(self):
        Decision = self.env["project.gate.decision"].with_user(self.env.ref("base.user_admin"))
        result = Decision.load(["project_id/.id", "decision"], [[str(self.project.id), "go"]])
        self.assertFalse(result["ids"])

    def test_a_project_with_decisions_is_not_deleted(self):
        self.tick_all(self.project)
        self.project.stage_id = self.second
        with self.assertRaisesRegex(UserError, "Migration.*[Aa]rchive"):
            self.project.with_user(self.manager).unlink()
        self.project.with_user(self.manager).action_archive()
        self.create_project("Mistake").with_user(self.manager).unlink()

    def test_change_of_lifecycle_is_a_decision(self):
        other = self.create_lifecycle("Other", ["Alpha", "Omega"])
        self.project.with_user(self.manager).lifecycle_id = other
        self.assertRecordValues(
            self.project.gate_decision_ids,
            [{"decision": "change", "from_stage_id": self.first.id, "to_stage_id": other.stage_ids[0].id}],
        )
        self.assertEqual(self.project.current_step_id.stage_id, other.stage_ids[0])

    def test_two_stages_at_once(self):
        self.tick_all(self.project)
        self.tick_all(self.project, self.second)
        self.project.with_user(self.consultant).stage_id = self.last
        self.assertEqual(self.project.step_ids.mapped("state"), ["done", "skipped", "skipped", "current"])
        self.assertEqual(
            {line["name"]["en_US"].split()[0] for line in self.project.gate_decision_ids.snapshot}, {"First", "Second"}
        )

    def test_pause_and_resume(self):
        project = self.project.with_user(self.consultant)
        self.tick_all(self.project)
        with self.assertRaisesRegex(UserError, "Write why"):
            project.action_pause("")
        with self.assertRaisesRegex(UserError, "not paused"):
            project.action_resume("no reason")
        project.action_pause("Budget frozen", "2026-06-01")
        self.assertEqual(project.stage_id, self.first)
        self.assertEqual(str(project.current_step_id.resume_date), "2026-06-01")
        with self.assertRaisesRegex(GateRefused, "Migration: paused"), self.cr.savepoint():
            project.stage_id = self.second
        project.action_resume("Budget is back")
        project.stage_id = self.second
        self.assertEqual(project.gate_decision_ids.sorted("id").mapped("decision"), ["pause", "resume", "go"])

    def test_next_phase_opens_a_new_round(self):
        self.first.purpose = "delivery"
        self.second.purpose = "golive"
        project = self.project.with_user(self.consultant)
        with self.assertRaisesRegex(UserError, "next phase leads from"), self.cr.savepoint():
            self.tick_all(self.project)
            project.stage_id = self.second
            self.second.purpose = "other"
            project.action_move(self.first.id, "next_phase", "Second slice")
        self.tick_all(self.project)
        project.stage_id = self.second
        with self.assertRaisesRegex(GateRefused, "Second must a"), self.cr.savepoint():
            project.action_move(self.first.id, "next_phase", "Second slice")
        self.second.checklist_template_ids[1].asked_before_next_phase = False
        self.items_of(project, self.second)[0].action_tick()
        project.action_move(self.first.id, "next_phase", "Second slice")
        self.assertEqual((project.stage_id, project.current_step_id.round), (self.first, 2))
        self.assertEqual(set(project.stage_item_ids.mapped("state")), {"open"}, "fresh criteria")
        first_round = project.step_ids.filtered(lambda step: step.stage_id == self.first and step.round == 1)
        self.assertEqual(set(first_round.item_ids.mapped("state")), {"met"}, "the first round stays readable")
        with self.assertRaises(GateRefused), self.cr.savepoint():
            project.stage_id = self.second
        project.stage_item_ids.action_tick()
        project.stage_id = self.second
        self.assertEqual(project.current_step_id.round, 2)
        self.assertEqual(project.gate_decision_ids.sorted("id").mapped("decision"), ["go", "next_phase", "go"])

    def test_answers_are_history_once_the_gate_is_decided(self):
        self.tick_all(self.project)
        self.project.stage_id = self.second
        item = self.items_of(self.project, self.first)[0].with_user(self.consultant)
        for act in (item.action_untick, lambda: item.write({"note": "late"}), lambda: item.action_not_applicable("x")):
            with self.assertRaisesRegex(UserError, "The gate of First was decided"):
                act()

    def test_only_the_consultant_moves_with_a_reason(self):
        self.tick_all(self.project)
        self.project.stage_id = self.second
        for act in (
            lambda project: project.action_move(self.first.id, "back", "why"),
            lambda project: project.action_pause("why"),
        ):
            with self.assertRaises(AccessError):
                act(self.project.with_user(self.colleague))


@tagged("post_install", "-at_install")
class TestDecisionsByRpc(HttpCase, LifecycleCommon):
    def test_no_decision_comes_from_outside(self):
        self.tick_all(self.project)
        self.project.stage_id = self.second
        self.authenticate("lc_manager", "lc_manager")

        def call(method, *args, **context):
            return self.make_jsonrpc_request(
                f"/web/dataset/call_kw/project.project/{method}",
                {
                    "model": "project.project",
                    "method": method,
                    "args": [self.project.ids, *args],
                    "kwargs": {"context": context},
                },
            )

        forged = [
            {"gate_move": ["back", "forged"]},
            {"gate_move": {"decision": None}},
            {"gate_move": True},
        ]
        for context in forged:
            with self.subTest(context), self.assertRaisesRegex(JsonRpcException, "GateRefused"):
                call("write", {"stage_id": self.first.id}, **context)
            with self.subTest(context), self.assertRaisesRegex(JsonRpcException, "GateRefused"):
                call("write", {"stage_id": self.last.id}, **context)
        self.assertEqual(self.project.stage_id, self.second)
        for method, args in (("write", [{"reason": "x"}]), ("unlink", [])):
            with self.assertRaises(JsonRpcException):
                self.make_jsonrpc_request(
                    f"/web/dataset/call_kw/project.gate.decision/{method}",
                    {
                        "model": "project.gate.decision",
                        "method": method,
                        "args": [self.project.gate_decision_ids.ids, *args],
                        "kwargs": {},
                    },
                )
