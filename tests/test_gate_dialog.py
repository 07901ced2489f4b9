from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.project_lifecycle.exceptions import GateRefused

from .common import LifecycleCommon


@tagged("post_install", "-at_install")
class TestGateDialog(LifecycleCommon):
    """The dialog shows every criterion on the way, takes the answers on the spot, and moves the project."""

    def open(self, user=None, stage=None):
        action = self.project.with_user(user or self.consultant).action_open_gate(stage and stage.id)
        wizard = self.env[action["res_model"]].with_user(user or self.consultant).browse(action["res_id"])
        return Form(wizard)

    def test_missing_blocking_criteria_come_first(self):
        self.items_of(self.project, self.first)[0].action_tick()
        with self.open() as form:
            self.assertEqual((form.from_stage_id, form.to_stage_id), (self.first, self.second))
            self.assertEqual(form.missing_count, 1)
            wizard = form.record
        self.assertEqual(wizard.line_ids.mapped("name"), ["First must b", "First may", "First must a"])

    def test_answered_on_the_spot_then_go(self):
        form = self.open()
        for index, answer in enumerate(("met", "not_applicable")):
            with form.line_ids.edit(index) as line:
                line.answer = answer
                if answer != "met":
                    line.reason = "Not sold"
        self.assertEqual(form.missing_count, 0)
        form.reason = "All clear"
        form.save().action_go()
        self.assertEqual(self.project.stage_id, self.second)
        decision = self.project.gate_decision_ids
        self.assertRecordValues(
            decision, [{"decision": "conditional", "reason": "All clear", "user_id": self.consultant.id}]
        )
        self.assertEqual(
            {(line["state"], line["reason"]) for line in decision.snapshot},
            {("met", ""), ("not_applicable", "Not sold"), ("open", "")},
        )

    def test_evidence_is_the_answer_at_once(self):
        item, other, _may = self.items_of(self.project, self.first)
        item.kind = "evidence"
        other.action_tick()
        form = self.open()
        with form.line_ids.edit(0) as line:
            line.link = "https://example.com/proof"
            self.assertEqual(line.answer, "met")
            line.link = False
            self.assertEqual(line.answer, "open")
            line.link = "https://example.com/proof"
        self.assertEqual(form.missing_count, 0)
        form.save().action_go()
        self.assertEqual((item.state, item.done_by_id), ("met", self.consultant))

    def test_nothing_is_kept_when_the_gate_stays_closed(self):
        form = self.open()
        with form.line_ids.edit(0) as line:
            line.answer = "met"
        wizard = form.save()
        with self.assertRaises(GateRefused), self.cr.savepoint():
            wizard.action_go()
        self.assertEqual(set(self.items_of(self.project, self.first).mapped("state")), {"open"})
        wizard.action_save()
        self.assertEqual(self.items_of(self.project, self.first)[0].state, "met")

    def test_waived_by_an_administrator_only(self):
        for user, refused in ((self.consultant, True), (self.manager, False)):
            form = self.open(user)
            for index in range(2):
                with form.line_ids.edit(index) as line:
                    line.answer = "waived"
                    line.reason = "Promised by sales"
            wizard = form.save()
            if refused:
                with self.assertRaises(AccessError), self.cr.savepoint():
                    wizard.action_go()
            else:
                wizard.action_go()
        self.assertEqual(self.project.gate_decision_ids.decision, "waiver")

    def test_a_later_stage_shows_all_gates_on_the_way(self):
        form = self.open(stage=self.last)
        self.assertEqual(len(form.line_ids), 6)
        form.to_stage_id = self.second
        self.assertEqual(len(form.line_ids), 3)

    def test_back_and_next_phase(self):
        self.tick_all(self.project)
        self.project.stage_id = self.second
        form = self.open(stage=self.first)
        self.assertEqual((form.direction, form.can_start_phase), ("back", False))
        with self.assertRaisesRegex(AssertionError, "reason"):
            form.save()
        form.reason = "Requirements changed"
        form.save().action_back()
        self.assertEqual(self.project.stage_id, self.first)
        self.first.purpose, self.second.purpose = "delivery", "golive"
        self.project.stage_id = self.second
        self.tick_all(self.project)
        form = self.open(stage=self.first)
        self.assertTrue(form.can_start_phase)
        form.reason = "Second slice"
        form.save().action_next_phase()
        self.assertEqual(self.project.current_step_id.round, 2)

    def test_not_for_others(self):
        with self.assertRaises(AccessError):
            self.project.with_user(self.colleague).action_open_gate()

    def test_the_last_stage_has_no_gate(self):
        self.tick_all(self.project)
        self.tick_all(self.project, self.second)
        self.project.stage_id = self.last
        with self.assertRaisesRegex(UserError, "last stage"):
            self.project.with_user(self.consultant).action_open_gate()

    def test_bringing_in(self):
        plain = self.env["project.project"].create([{"name": "Old one"}, {"name": "Old two"}])
        projects = plain | self.project
        values = {"lifecycle_id": self.lifecycle.id, "stage_id": self.second.id, "reason": "Ran before"}
        Wizard = self.env["project.lifecycle.bring.in"].with_context(
            active_model="project.project", active_ids=projects.ids
        )
        with self.assertRaises(AccessError):
            Wizard.with_user(self.consultant).create(values)
        # as the browser opens it: the projects that were selected are proposed
        dialog = Form(Wizard.with_user(self.manager))
        self.assertEqual(dialog.project_ids.ids, projects.ids)
        dialog.lifecycle_id = self.lifecycle
        self.assertEqual(dialog.stage_id, self.first)
        dialog.stage_id = self.second
        dialog.reason = "Ran before"
        dialog.save().action_bring_in()
        self.assertEqual(projects.stage_id, self.second)
        self.assertEqual(projects.gate_decision_ids.mapped("decision"), ["brought_in"] * 3)
        self.assertEqual(set(projects.gate_decision_ids.mapped("reason")), {"Ran before"})
        self.assertEqual(projects.current_step_id.stage_id, self.second)
        self.assertFalse(projects.message_ids.filtered("notified_partner_ids"))

    def test_pause_dialog(self):
        Wizard = self.env["project.lifecycle.pause"].with_user(self.consultant)
        Wizard.create({"project_id": self.project.id, "reason": "Budget"}).action_pause()
        wizard = Wizard.create({"project_id": self.project.id, "reason": "Back"})
        self.assertTrue(wizard.is_paused)
        wizard.action_resume()
        self.assertFalse(self.project.current_step_id.paused_on)
