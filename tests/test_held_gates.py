from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.project_lifecycle.exceptions import GateRefused
from odoo.addons.project_lifecycle.logic.gate_move import GateMove

from .common import LifecycleCommon, count_queries


@tagged("post_install", "-at_install")
class TestHeldGates(LifecycleCommon):
    """Ways round a gate that lead nowhere."""

    def setUp(self):
        super().setUp()
        self.own = self.project.with_user(self.consultant)

    def open_gate(self, project=None, user=None, stage=False):
        action = (project or self.project).with_user(user or self.consultant).action_open_gate(stage and stage.id)
        # as at the end of the request that opens the dialog
        self.env.flush_all()
        return self.env["project.gate.wizard"].with_user(user or self.consultant).browse(action["res_id"])

    # === WHO SEES === #

    def test_the_dialog_shows_nothing_of_a_project_one_does_not_see(self):
        self.project.privacy_visibility = "followers"
        self.project.message_unsubscribe(self.colleague.partner_id.ids)
        self.items_of(self.project, self.first)[0].note = "nearly bankrupt"
        Wizard = self.env["project.gate.wizard"].with_user(self.colleague)
        values = {"project_id": self.project.id, "to_stage_id": self.second.id}
        with self.assertRaises(AccessError), self.cr.savepoint():
            Wizard.create(values).line_ids.read(["name", "note"])
        with self.assertRaises(AccessError), self.cr.savepoint():
            Wizard.onchange(values, ["project_id"], {"project_id": {}, "line_ids": {"fields": {"note": {}}}})
        own = self.create_project("Own", user_id=self.colleague.id)
        wizard = self.open_gate(own, self.colleague)
        line = self.env["project.gate.wizard.line"].with_user(self.colleague)
        values = {"wizard_id": wizard.id, "item_id": self.items_of(self.project, self.first)[0].id}
        with self.assertRaises(AccessError), self.cr.savepoint():
            line.create(values)
        line = line.create({**values, "opened": False})
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            line.read(["name"])

    # === CRITERIA THAT CHANGE === #

    def test_what_came_while_a_step_was_over_is_asked_when_it_is_reopened(self):
        self.tick_all(self.project)
        self.own.stage_id = self.second
        template = self.env["project.checklist.template"].create(
            {"name": "New must", "stage_id": self.first.id, "is_blocking": True}
        )
        may = self.first.checklist_template_ids.filtered(lambda it: it.name == "First may")
        self.own.action_move(self.first.id, "back", "something new")
        item = self.items_of(self.project, self.first).filtered(lambda it: it.template_id == template)
        self.assertEqual((item.state, self.own.gate_state), ("open", "blocked"))
        item.with_user(self.consultant).action_tick()
        self.own.stage_id = self.second
        self.assertTrue(may.active)

    def test_what_changed_while_a_step_was_over_is_taken_over(self):
        must_a, must_b, may = self.items_of(self.project, self.first)
        (must_a | must_b).with_user(self.consultant).action_tick()
        self.own.stage_id = self.second
        may.template_id.is_blocking = True
        self.own.action_move(self.first.id, "back", "asked more strictly now")
        self.assertTrue(may.is_blocking)
        with self.assertRaisesRegex(GateRefused, "First may"), self.cr.savepoint():
            self.own.stage_id = self.second

    def test_stages_that_come_later_do_not_break_the_dialog(self):
        self.env["project.project.stage"].create(
            {"name": "New", "lifecycle_id": self.lifecycle.id, "sequence": self.first.sequence, "purpose": "other"}
        )
        self.assertTrue(self.open_gate(stage=self.second).line_ids)

    def test_an_archived_stage_is_no_next_stage(self):
        self.second.active = False
        self.tick_all(self.project)
        wizard = self.open_gate()
        self.assertEqual(wizard.to_stage_id, self.optional)
        with self.assertRaisesRegex(UserError, "is archived"), self.cr.savepoint():
            self.own.stage_id = self.second
        wizard.action_go()
        self.assertEqual(self.project.stage_id, self.optional)

    def test_what_is_shipped_is_archived_not_deleted(self):
        lifecycle = self.env.ref("project_lifecycle.lifecycle_rnd")
        stage = lifecycle.stage_ids[0]
        for record in (stage.checklist_template_ids[0], stage, lifecycle, lifecycle.exit_ids[0]):
            with self.assertRaisesRegex(UserError, "Archive it instead"), self.cr.savepoint():
                record.with_user(self.manager).unlink()

    # === ANSWERS === #

    def test_evidence_that_is_gone_is_no_evidence(self):
        item = self.evidence()
        file = self.env["ir.attachment"].with_user(self.consultant).create({"name": "minutes.txt", "raw": b"x"})
        item.attachment_ids = [Command.link(file.id)]
        self.assertEqual(item.state, "met")
        file.unlink()
        self.assertEqual(item.state, "open")
        item.link = "   "
        self.assertEqual((item.state, item.link), ("open", False))

    def test_evidence_of_a_decided_gate_stays_as_it_was(self):
        item = self.evidence()
        file = self.env["ir.attachment"].with_user(self.consultant).create({"name": "minutes.txt", "raw": b"x"})
        item.attachment_ids = [Command.link(file.id)]
        self.tick_all_manual()
        self.own.stage_id = self.second
        with self.assertRaisesRegex(UserError, "was decided with this evidence"), self.cr.savepoint():
            file.raw = b"forged"
        with self.assertRaisesRegex(UserError, "was decided with this evidence"), self.cr.savepoint():
            file.unlink()
        self.assertEqual(file.raw, b"x")

    def test_defaults_of_a_caller_answer_nothing(self):
        forged = {
            "default_state": "waived",
            "default_reason": "ok by boss",
            "default_done_by_id": self.manager.id,
            "default_template_id": self.second.checklist_template_ids[0].id,
        }
        Item = self.env["project.checklist.item"].with_user(self.consultant).with_context(**forged)
        item = Item.create({"step_id": self.own.current_step_id.id, "name": "Own", "is_blocking": True})
        self.assertEqual((item.state, item.reason, item.done_by_id.id), ("open", False, False))
        self.assertFalse(item.template_id)

    def test_a_block_that_somebody_else_put_stays(self):
        Item = self.env["project.checklist.item"].with_user(self.manager)
        item = Item.create({"step_id": self.own.current_step_id.id, "name": "Contract", "is_blocking": True})
        with self.assertRaisesRegex(AccessError, "was added by Marta Manager"), self.cr.savepoint():
            item.with_user(self.consultant).is_blocking = False
        with self.assertRaisesRegex(AccessError, "was added by Marta Manager"), self.cr.savepoint():
            item.with_user(self.consultant).unlink()

    def test_answers_given_meanwhile_are_not_undone(self):
        wizard = self.open_gate()
        item = self.items_of(self.project, self.first)[0].with_user(self.manager)
        item.action_tick()
        item.note = "seen by Marta"
        wizard.action_save()
        self.assertEqual((item.state, item.note), ("met", "seen by Marta"))
        line = wizard.line_ids.filtered(lambda it: it.item_id == item)
        line.note = "seen by Carla"
        with self.assertRaisesRegex(UserError, "answered by somebody else"):
            wizard.action_save()

    def test_a_client_that_sends_less_than_it_was_sent_undoes_nothing(self):
        item = self.evidence()
        file = self.env["ir.attachment"].with_user(self.consultant).create({"name": "minutes.txt", "raw": b"x"})
        item.attachment_ids = [Command.link(file.id)]
        item.note = "signed"
        wizard = self.open_gate()
        # as after a change of the target: the lines are new, and only what the view shows comes back
        wizard.line_ids = [Command.clear(), Command.create({"item_id": item.id, "answer": "met"})]
        wizard.action_save()
        self.assertEqual((item.attachment_ids, item.note, item.state), (file, "signed", "met"))
        wizard.line_ids.note = "signed by both"
        wizard.action_save()
        self.assertEqual(item.note, "signed by both")

    # === MOVES === #

    def test_a_decision_holds_for_its_projects_only(self):
        other = self.create_project("Other")
        move = GateMove("brought_in", "ran before", project_ids=frozenset(self.project.ids))
        with self.assertRaises(GateRefused):
            other.with_user(self.manager).with_context(gate_move=move).stage_id = self.last

    def test_a_pause_ends_with_its_step(self):
        self.tick_all(self.project)
        self.own.stage_id = self.second
        self.own.action_pause("holidays")
        self.own.action_move(self.first.id, "back", "the client changed its mind")
        self.assertEqual(self.own.gate_state, "ready")
        self.own.stage_id = self.second
        self.assertEqual(self.own.gate_state, "blocked")
        self.assertFalse(self.own.current_step_id.paused_on)

    def test_brought_in_again_behind_where_it_was(self):
        for stage in (self.second, self.last):
            self.tick_all(self.project)
            self.own.stage_id = stage
        self.project.with_user(self.manager)._bring_in(self.lifecycle, self.first, "starts anew")
        states = {step.stage_id.name: step.state for step in self.project.step_ids}
        self.assertEqual(
            states, {"First": "current", "Second": "upcoming", "Optional": "upcoming", "Last": "upcoming"}
        )
        self.project.with_user(self.manager)._bring_in(self.lifecycle, self.second, "further on")
        self.assertEqual(self.project.current_step_id.stage_id, self.second)

    def test_what_is_written_along_with_the_stage_is_followed(self):
        template = self.env["project.checklist.template"].create(
            {"name": "Customer", "stage_id": self.first.id, "kind": "computed", "criterion": "customer"}
        )
        item = template.item_ids.filtered(lambda it: it.project_id == self.project)
        self.assertEqual(item.state, "met")
        self.project.write({"partner_id": False, "lifecycle_id": self.lifecycle.id})
        self.assertEqual(item.state, "open")

    # === CALLS WITHOUT SENSE === #

    def test_dates_that_nobody_plans_for(self):
        step = self.own.current_step_id
        for wrong, message in (
            (False, "Say when"),
            ("nonsense", "is no date"),
            ("9999-12-30", "too far away"),
            ("0226-01-01", "too far away"),
        ):
            with self.assertRaisesRegex(UserError, message), self.cr.savepoint():
                step.action_plan(wrong)
        with self.assertRaisesRegex(UserError, "is no date"), self.cr.savepoint():
            self.own.action_pause("holidays", "some day")
        planned = step.planned_start
        self.project.date_start = "2226-01-01"
        self.assertEqual(step.planned_start, planned, "the plan stays where it can be reached")

    def test_actions_on_a_project_that_left_its_lifecycle(self):
        step = self.own.current_step_id
        self.project.lifecycle_id = False
        for call in (
            lambda: self.own.action_open_gate(),
            lambda: self.own.action_pause("why"),
            lambda: self.own.action_resume("why"),
            lambda: step.action_plan("2026-03-02"),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                call()

    def test_notes_and_own_criteria_keep_a_project_from_becoming_a_template(self):
        self.items_of(self.project, self.first)[0].with_user(self.consultant).note = "half done"
        with self.assertRaisesRegex(UserError, "answered, noted or added"):
            self.project.is_template = True

    def test_an_empty_text_is_not_filled_in(self):
        field = self.env["ir.model.fields"]._get("project.project", "description")
        template = self.env["project.checklist.template"].create(
            {"name": "Described", "stage_id": self.first.id, "kind": "field", "field_id": field.id}
        )
        item = template.item_ids.filtered(lambda it: it.project_id == self.project)
        self.project.description = "<p><br></p>"
        self.assertEqual(item.state, "open")
        self.project.description = "<p>Bakeries</p>"
        self.assertEqual(item.state, "met")
        with self.assertRaisesRegex(UserError, "not one that projects keep"):
            template.field_id = self.env["ir.model.fields"]._get("res.partner", "name")

    # === SPEED === #

    def test_fifty_projects_cost_what_twenty_five_do(self):
        def create(count):
            def scenario(env, run):
                env["project.project"].create(
                    [{"name": f"{run} {count} {number}", "lifecycle_id": lifecycle.id} for number in range(count)]
                )

            lifecycle = self.lifecycle
            ours = count_queries(self.env, scenario)
            # what Odoo itself needs grows with the projects
            lifecycle = lifecycle.browse()
            return ours - count_queries(self.env, scenario)

        def move(count):
            projects = self.env["project.project"].create(
                [{"name": f"M{count} {number}", "lifecycle_id": self.lifecycle.id} for number in range(count)]
            )
            projects.checklist_item_ids.with_user(self.manager).action_tick()

            def scenario(env, run):
                if run % 2:
                    projects.with_user(self.manager)._move_with_reason(self.first, "back", "to measure")
                else:
                    projects.with_user(self.manager).write({"stage_id": self.second.id})

            return count_queries(self.env, scenario)

        # Odoo writes and fetches in batches of a hundred or so: a few queries more for twice as many
        for measure in (create, move):
            few, many = measure(25), measure(50)
            self.assertLessEqual(many, few * 1.25, measure.__name__)

    # === HELPERS === #

    def evidence(self):
        template = self.env["project.checklist.template"].create(
            {"name": "Minutes", "stage_id": self.first.id, "kind": "evidence", "is_blocking": True}
        )
        item = template.item_ids.filtered(lambda it: it.project_id == self.project)
        return item.with_user(self.consultant)

    def tick_all_manual(self):
        items = self.items_of(self.project, self.first).filtered(lambda it: it.kind == "manual")
        items.with_user(self.consultant).action_tick()
