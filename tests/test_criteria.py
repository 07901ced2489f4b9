from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.project_lifecycle.exceptions import GateRefused

from .common import LifecycleCommon, count_queries


@tagged("post_install", "-at_install")
class TestCriteria(LifecycleCommon):
    """The kinds of criteria: how each is met, and by whom."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["project.checklist.item"].search([("project_id", "=", cls.project.id)]).sudo().unlink()
        cls.first.checklist_template_ids.unlink()

    def add(self, **values):
        template = self.env["project.checklist.template"].create(
            {"name": "The criterion", "stage_id": self.first.id, "is_blocking": True, **values}
        )
        self.project._add_steps()
        return template.item_ids.filtered(lambda item: item.project_id == self.project)

    def assert_gate(self, closed):
        if closed:
            with self.assertRaises(GateRefused), self.cr.savepoint():
                self.project.with_user(self.consultant).stage_id = self.second
        else:
            self.project.with_user(self.consultant).stage_id = self.second
            self.assertEqual(self.project.stage_id, self.second)

    def test_evidence(self):
        item = self.add(kind="evidence").with_user(self.consultant)
        with self.assertRaisesRegex(UserError, "not ticked by hand: evidence attached"):
            item.action_tick()
        self.assert_gate(closed=True)
        item.link = "https://example.com/minutes"
        self.assertEqual((item.state, item.done_by_id), ("met", self.consultant))
        item.link = False
        self.assertEqual(item.state, "open")
        attachment = self.env["ir.attachment"].with_user(self.consultant).create({"name": "minutes.txt", "raw": b"x"})
        item.attachment_ids = [Command.link(attachment.id)]
        self.assertEqual(item.state, "met")
        self.assertEqual(attachment.with_user(self.manager).raw, b"x")
        with self.assertRaises(AccessError):
            attachment.with_user(self.portal_user).read(["name"])
        self.assert_gate(closed=False)
        self.assertEqual(self.project.gate_decision_ids.snapshot[0]["evidence"], ["minutes.txt"])

    def test_evidence_is_not_taken_from_where_the_user_does_not_see(self):
        item = self.add(kind="evidence").with_user(self.consultant)
        secret = self.env["ir.attachment"].create(
            {
                "name": "salaries.txt",
                "raw": b"x",
                "res_model": "res.users",
                "res_id": self.env.ref("base.user_root").id,
            }
        )
        secret.with_user(self.env.ref("base.user_root")).write({"res_model": False, "res_id": False})
        with self.assertRaises(AccessError):
            item.attachment_ids = [Command.link(secret.id)]

    def test_field_set(self):
        field = self.env["ir.model.fields"]._get("project.project", "date")
        item = self.add(kind="field", field_id=field.id)
        self.assert_gate(closed=True)
        self.project.write({"date_start": "2026-01-01", "date": "2026-02-01"})
        self.assert_gate(closed=False)
        self.assertEqual(item.state, "met")

    def test_field_with_a_count(self):
        field = self.env["ir.model.fields"]._get("project.project", "tag_ids")
        self.add(kind="field", field_id=field.id, minimum_count=2)
        tags = self.env["project.tags"].create([{"name": "a"}, {"name": "b"}])
        self.project.tag_ids = tags[0]
        self.assert_gate(closed=True)
        self.project.tag_ids = tags
        self.assert_gate(closed=False)

    def test_computed_customer(self):
        self.add(kind="computed", criterion="customer")
        self.project.partner_id = False
        self.assert_gate(closed=True)
        self.project.partner_id = self.client_company
        self.assert_gate(closed=False)

    def test_shown_before_the_gate_is_tried(self):
        item = self.add(kind="computed", criterion="customer")
        self.assertEqual((item.state, self.project.stage_blocking_count), ("met", 0))
        self.project.partner_id = False
        self.assertEqual((item.state, self.project.stage_blocking_count), ("open", 1))
        self.project.partner_id = self.client_company
        self.assertEqual((item.state, self.project.stage_blocking_count), ("met", 0))

    def test_computed_manager(self):
        self.add(kind="computed", criterion="manager")
        self.project.user_id = False
        with self.assertRaises(GateRefused), self.cr.savepoint():
            self.project.with_user(self.manager).stage_id = self.second
        self.project.user_id = self.consultant
        self.assert_gate(closed=False)

    def test_computed_dates(self):
        self.add(kind="computed", criterion="dates")
        self.assert_gate(closed=True)
        self.project.write({"date_start": "2026-01-01", "date": "2026-02-01"})
        self.assert_gate(closed=False)

    def test_computed_blocking_tasks(self):
        self.add(kind="computed", criterion="blocking_tasks")
        task = self.env["project.task"].create(
            {"name": "Clean data", "project_id": self.project.id, "blocks_gate": True}
        )
        self.env["project.task"].create({"name": "Nice", "project_id": self.project.id})
        self.assert_gate(closed=True)
        task.state = "1_done"
        self.assert_gate(closed=False)

    def test_computed_plan(self):
        self.add(kind="computed", criterion="plan")
        self.project.write({"date_start": "2026-01-01", "date": "2026-02-01"})
        steps = self.project.step_ids
        steps.write({"planned_start": "2026-01-01", "planned_end": "2026-02-02"})
        self.assert_gate(closed=True)
        steps.write({"planned_end": "2026-02-01"})
        steps[-1].planned_start = False
        self.assert_gate(closed=True)
        steps[-1].planned_start = "2026-01-30"
        self.assert_gate(closed=False)

    def test_computed_milestones(self):
        self.add(kind="computed", criterion="milestones")
        self.assert_gate(closed=True)
        milestone = self.env["project.milestone"].create({"name": "Prototype", "project_id": self.project.id})
        self.assert_gate(closed=True)
        milestone.deadline = "2026-02-01"
        self.assert_gate(closed=False)

    def test_milestones_are_seen_at_once(self):
        item = self.add(kind="computed", criterion="milestones")
        Milestone = self.env["project.milestone"].with_user(self.consultant)
        milestone = Milestone.create({"name": "Prototype", "project_id": self.project.id, "deadline": "2026-02-01"})
        self.assertEqual(item.state, "met")
        milestone.deadline = False
        self.assertEqual(item.state, "open")
        milestone.deadline = "2026-02-01"
        other = Milestone.create({"name": "Undated", "project_id": self.project.id})
        self.assertEqual(item.state, "open")
        other.unlink()
        self.assertEqual(item.state, "met")

    def test_a_change_of_plan_is_seen_at_once(self):
        item = self.add(kind="computed", criterion="plan")
        self.project.write({"date_start": "2026-03-02", "date": "2026-03-31"})
        step = self.project.step_ids.sorted("id")[-1].with_user(self.consultant)
        step.action_plan("2026-03-30", "2026-04-01")
        self.assertEqual(item.state, "open")
        step.action_plan("2026-03-30", "2026-03-31")
        self.assertEqual(item.state, "met")

    def test_computed_criteria_cost_the_same_for_many_projects(self):
        for code in self.env["project.checklist.template"]._fields["criterion"].get_values(self.env):
            self.add(kind="computed", criterion=code)
        projects = self.env["project.project"].concat(*(self.create_project(f"P{n}") for n in range(10)))

        def spent(some):
            return count_queries(self.env, lambda _env, _run: some.checklist_item_ids._get_met())

        self.assertEqual(spent(projects[:5]), spent(projects))

    def test_a_criterion_whose_addon_is_gone_is_open(self):
        item = self.add(kind="computed", criterion="customer")
        self.env.cr.execute(
            "UPDATE project_checklist_template SET criterion = 'gone' WHERE id = %s", [item.template_id.id]
        )
        self.env.invalidate_all()
        self.assert_gate(closed=True)

    def test_not_applicable_needs_a_reason(self):
        item = self.add(kind="computed", criterion="dates").with_user(self.consultant)
        for reason in ("", "  ", False):
            with self.assertRaisesRegex(UserError, "Write why"):
                item.action_not_applicable(reason)
        item.action_not_applicable("No dates in this kind of project")
        self.assert_gate(closed=False)

    def test_reason_is_kept_by_the_database(self):
        item = self.add()
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.cr.savepoint():
            self.cr.execute("UPDATE project_checklist_item SET state = 'waived' WHERE id = %s", [item.id])

    def test_own_criterion_by_its_name(self):
        item = self.env["project.checklist.item"].with_user(self.consultant)
        item = item.create({"step_id": self.project.current_step_id.id, "name": "Keys handed over"})
        self.assertEqual((item.name, item.custom_name), ("Keys handed over", "Keys handed over"))

    def test_own_criterion_of_one_project(self):
        self.add()
        item = (
            self.env["project.checklist.item"]
            .with_user(self.consultant)
            .create(
                {"step_id": self.project.current_step_id.id, "custom_name": "Badge for the site", "is_blocking": True}
            )
        )
        self.assertEqual((item.name, item.project_id, item.stage_id), ("Badge for the site", self.project, self.first))
        self.items_of(self.project, self.first).filtered("template_id").action_tick()
        self.assert_gate(closed=True)
        item.action_tick()
        self.assert_gate(closed=False)

    def test_own_criterion_is_open_at_first_and_goes_while_the_gate_is_open(self):
        Item = self.env["project.checklist.item"].with_user(self.consultant)
        with self.assertRaisesRegex(AccessError, "open at first"):
            Item.create({"step_id": self.project.current_step_id.id, "custom_name": "x", "state": "met"})
        item = Item.create({"step_id": self.project.current_step_id.id, "custom_name": "x"})
        with self.assertRaises(AccessError):
            item.with_user(self.colleague).unlink()
        item.unlink()
