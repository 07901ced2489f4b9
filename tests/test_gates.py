from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, JsonRpcException, tagged

from odoo.addons.project_lifecycle.exceptions import GateRefused

from .common import LifecycleCommon


@tagged("post_install", "-at_install")
class TestGates(LifecycleCommon):
    """A project goes forward through its gates only."""

    def test_starts_in_the_first_stage_with_the_checklist_of_all_stages(self):
        self.assertEqual(self.project.stage_id, self.first)
        self.assertEqual(len(self.project.checklist_item_ids), 9)
        self.assertEqual(self.project.stage_item_ids.mapped("name"), ["First must a", "First must b", "First may"])
        self.assertEqual(set(self.project.checklist_item_ids.mapped("state")), {"open"})

    def test_refused_while_a_blocking_point_is_open(self):
        with self.assertRaises(GateRefused) as refusal:
            self.project.with_user(self.consultant).stage_id = self.second
        message = str(refusal.exception)
        self.assertIn("Migration stays in the stage First. Blocking criteria that are open: 2", message)
        self.assertIn("First must a", message)
        self.assertNotIn("First may", message)
        self.assertEqual(refusal.exception.context, {"project_ids": self.project.ids, "to_stage_id": self.second.id})

    def test_one_open_blocking_point_is_enough_to_hold(self):
        self.items_of(self.project, self.first)[:1].with_user(self.consultant).action_tick()
        with self.assertRaises(GateRefused):
            self.project.with_user(self.consultant).stage_id = self.second

    def test_passes_with_blocking_points_met_though_others_are_open(self):
        blocking = self.items_of(self.project, self.first).filtered("is_blocking")
        blocking.with_user(self.consultant).action_tick()
        self.project.with_user(self.consultant).stage_id = self.second
        self.assertEqual(self.project.stage_id, self.second)

    def test_administrator_is_held_as_well(self):
        with self.assertRaises(GateRefused):
            self.project.with_user(self.manager).stage_id = self.second

    def test_superuser_is_held_as_well(self):
        with self.assertRaises(GateRefused):
            self.project.sudo().stage_id = self.second

    def test_stages_on_the_way_are_not_jumped(self):
        self.tick_all(self.project)
        with self.assertRaises(GateRefused) as refusal:
            self.project.with_user(self.consultant).stage_id = self.last
        self.assertIn("Second must a", str(refusal.exception))
        self.assertNotIn("Optional must a", str(refusal.exception))

    def test_an_optional_stage_is_passed_over(self):
        self.tick_all(self.project)
        self.tick_all(self.project, self.second)
        self.project.with_user(self.consultant).stage_id = self.last
        self.assertEqual(self.project.stage_id, self.last)

    def test_an_optional_stage_holds_those_who_entered_it(self):
        self.tick_all(self.project)
        self.tick_all(self.project, self.second)
        self.project.with_user(self.consultant).stage_id = self.optional
        with self.assertRaises(GateRefused):
            self.project.with_user(self.consultant).stage_id = self.last

    def test_an_archived_stage_on_the_way_asks_nothing(self):
        self.tick_all(self.project)
        self.second.active = False
        self.project.with_user(self.consultant).stage_id = self.last
        self.assertEqual(self.project.stage_id, self.last)

    def test_archiving_its_stage_does_not_free_a_project(self):
        self.project.active = False
        self.first.active = False
        self.project.active = True
        with self.assertRaises(GateRefused):
            self.project.with_user(self.consultant).stage_id = self.second

    def test_going_back_keeps_the_answers(self):
        self.tick_all(self.project)
        project = self.project.with_user(self.consultant)
        project.stage_id = self.second
        with self.assertRaisesRegex(GateRefused, "going back needs a reason"), self.cr.savepoint():
            project.stage_id = self.first
        project.action_move(self.first.id, "back", "The client changed its mind")
        self.assertEqual(project.stage_id, self.first)
        self.assertEqual(project.gate_decision_ids.filtered("reason").reason, "The client changed its mind")
        self.assertEqual(set(self.items_of(self.project, self.first).mapped("state")), {"met"})
        project.stage_id = self.second
        self.assertEqual(project.gate_decision_ids.sorted("id").mapped("decision"), ["go", "back", "go"])

    def test_many_projects_all_or_nothing(self):
        ready, closed = self.create_project("Ready"), self.create_project("Closed")
        self.tick_all(ready)
        with self.assertRaises(GateRefused) as refusal, self.cr.savepoint():
            (ready | closed).with_user(self.consultant).write({"stage_id": self.second.id})
        self.assertIn("Closed stays", str(refusal.exception))
        self.assertNotIn("Ready stays", str(refusal.exception))
        self.assertEqual((ready | closed).stage_id, self.first)

    def test_create_in_a_late_stage(self):
        """Starting behind the first stage is an administrator's act, and leaves a decision."""
        as_consultant = self.env["project.project"].with_user(self.consultant).sudo()
        values = {"name": "Late", "lifecycle_id": self.lifecycle.id, "stage_id": self.second.id}
        with self.assertRaisesRegex(GateRefused, "Only a project administrator starts.*Late"):
            as_consultant.create(values)
        late = self.env["project.project"].with_user(self.manager).create(values)
        decision = late.gate_decision_ids
        self.assertRecordValues(
            decision,
            [
                {
                    "decision": "start",
                    "user_id": self.manager.id,
                    "from_stage_id": self.first.id,
                    "to_stage_id": self.second.id,
                }
            ],
        )
        self.assertEqual(late.step_ids.mapped("state"), ["skipped", "current", "upcoming", "upcoming"])
        self.assertEqual({line["state"] for line in decision.snapshot}, {"open"})

    def test_create_in_a_column_takes_the_lifecycle_of_the_stage(self):
        Project = self.env["project.project"].with_user(self.manager)
        project = Project.with_context(default_stage_id=self.first.id).create({"name": "Quick"})
        self.assertEqual(project.lifecycle_id, self.lifecycle)
        self.assertEqual(project.stage_id, self.first)

    def test_import_of_a_stage(self):
        Project = self.env["project.project"].with_user(self.manager)
        self.env["ir.model.data"].create(
            {"module": "__test__", "name": "migration", "model": "project.project", "res_id": self.project.id}
        )
        result = Project.load(["id", "stage_id/.id"], [["__test__.migration", str(self.second.id)]])
        self.assertFalse(result["ids"])
        self.assertIn("First must a", result["messages"][0]["message"])

    def test_automation(self):
        action = self.env["ir.actions.server"].create(
            {
                "name": "Move",
                "model_id": self.env["ir.model"]._get_id("project.project"),
                "state": "code",
                "code": f"record.write({{'stage_id': {self.second.id}}})",
            }
        )
        with self.assertRaises(GateRefused):
            action.with_context(active_model="project.project", active_id=self.project.id).run()

    def test_context_sent_by_a_caller_opens_no_gate(self):
        forged = self.project.with_user(self.manager).with_context(lifecycle_gates=True)
        with self.assertRaises(GateRefused):
            forged.stage_id = self.second

    def test_lifecycle_emptied_and_set_again(self):
        project = self.project.with_user(self.manager)
        project.lifecycle_id = False
        self.assertFalse(project.stage_id.lifecycle_id)
        project.lifecycle_id = self.lifecycle
        self.assertEqual(project.stage_id, self.first)
        self.assertEqual(len(self.items_of(project)), 9, "no point twice")
        with self.assertRaises(GateRefused):
            project.stage_id = self.second
        self.assertEqual(project.gate_decision_ids.mapped("decision"), ["change"])

    def test_another_lifecycle_starts_in_its_first_stage(self):
        other = self.create_lifecycle("Other", ["Alpha", "Omega"])
        self.project.with_user(self.manager).lifecycle_id = other
        self.assertEqual(self.project.stage_id.name, "Alpha")
        self.assertEqual(self.project.stage_item_ids.mapped("name"), ["Alpha must a", "Alpha must b", "Alpha may"])

    def test_same_lifecycle_written_again_moves_nothing(self):
        other = self.create_project("Other")
        self.tick_all(self.project)
        self.project.stage_id = self.second
        other.lifecycle_id = False
        (self.project | other).with_user(self.manager).write({"lifecycle_id": self.lifecycle.id})
        self.assertEqual(self.project.stage_id, self.second)
        self.assertEqual(other.stage_id, self.first)

    def test_change_of_company(self):
        company = self.env["res.company"].create({"name": "Branch"})
        stock_stage = self.env["project.project.stage"].create(
            {"name": "Ours", "company_id": self.env.company.id, "sequence": 1}
        )
        stock = self.env["project.project"].create(
            {"name": "Stock", "company_id": self.env.company.id, "stage_id": stock_stage.id}
        )
        self.project.partner_id = False
        self.manager.company_ids |= company
        (stock | self.project).with_user(self.manager).with_context(
            allowed_company_ids=[self.env.company.id, company.id]
        ).write({"company_id": company.id})
        self.assertEqual(self.project.stage_id, self.first)
        self.assertEqual((stock | self.project).company_id, company)
        self.assertFalse(stock.stage_id.lifecycle_id)

    def test_stage_of_another_lifecycle(self):
        other = self.create_lifecycle("Other", ["Alpha", "Omega"])
        with self.assertRaisesRegex(ValidationError, "Alpha does not belong"):
            self.project.with_user(self.manager).stage_id = other.stage_ids[0]

    def test_stock_stage_for_a_project_with_a_lifecycle(self):
        with self.assertRaises(ValidationError):
            self.project.stage_id = self.env.ref("project.project_project_stage_2")

    def test_stage_of_a_lifecycle_for_a_stock_project(self):
        stock = self.env["project.project"].create({"name": "Stock"})
        with self.assertRaises(ValidationError):
            stock.stage_id = self.first

    def test_template_has_the_lifecycle_but_no_answers(self):
        template = self.create_project("Template", is_template=True)
        self.assertFalse(template.checklist_item_ids)
        template.stage_id = self.last
        self.assertEqual(template.stage_id, self.first, "a template stands in the first stage")
        project = template.with_user(self.manager).action_create_from_template({"name": "From template"})
        self.assertEqual((project.lifecycle_id, project.stage_id), (self.lifecycle, self.first))
        self.assertEqual(len(project.checklist_item_ids), 9)
        template.with_user(self.manager).is_template = False
        self.assertEqual(len(template.checklist_item_ids), 9)
        with self.assertRaises(GateRefused):
            template.stage_id = self.second

    def test_a_project_with_answers_does_not_become_a_template(self):
        self.tick_all(self.project)
        with self.assertRaisesRegex(UserError, "Migration: criteria of its gates were answered"), self.cr.savepoint():
            self.project.with_user(self.manager).is_template = True
        copy_of = self.project.with_user(self.manager).action_create_template_from_project()
        template = self.env["project.project"].browse(copy_of["params"]["project_id"])
        self.assertTrue(template.is_template)
        self.assertFalse(template.step_ids or template.checklist_item_ids or template.gate_decision_ids)

    def test_a_lifecycle_without_stages(self):
        empty = self.env["project.lifecycle"].create({"name": "Empty"})
        with self.assertRaisesRegex(UserError, "Empty has no stages yet"):
            self.create_project("Lost", lifecycle_id=empty.id)

    def test_default_lifecycle(self):
        self.env["ir.default"].set("project.project", "lifecycle_id", self.lifecycle.id)
        self.assertEqual(self.env["project.project"].create({"name": "By default"}).stage_id, self.first)
        self.env["ir.default"].set("project.project", "lifecycle_id", False)
        Project = self.env["project.project"].with_context(default_lifecycle_id=self.lifecycle.id)
        self.assertEqual(Project.create({"name": "In its kanban"}).stage_id, self.first)

    def test_the_refusal_tells_the_stages_of_what_is_open(self):
        self.tick_all(self.project)
        with self.assertRaisesRegex(
            GateRefused, "stays in the stage First(.|\\n)*open: 2(.|\\n)*Second: Second must a"
        ):
            self.project.with_context(x=1).stage_id = self.last

    def test_a_long_refusal_is_cut(self):
        self.env["project.checklist.template"].create(
            [{"name": f"Point {n}", "stage_id": self.first.id, "is_blocking": True} for n in range(11)]
        )
        with self.assertRaisesRegex(GateRefused, "open: 13(.|\\n)*and 3 more"):
            self.project.stage_id = self.second

    def test_copy_starts_anew(self):
        self.tick_all(self.project)
        self.project.stage_id = self.second
        copy = self.project.with_user(self.manager).copy()
        self.assertEqual(copy.stage_id, self.first)
        self.assertEqual(set(copy.checklist_item_ids.mapped("state")), {"open"})

    def test_form_offers_the_first_stage_of_the_lifecycle(self):
        # Odoo's own form asks for the sales rights: the sale order is on it
        self.manager.group_ids |= self.env.ref("sales_team.group_sale_salesman")
        with Form(self.env["project.project"].with_user(self.manager)) as form:
            form.name = "By form"
            form.lifecycle_id = self.lifecycle
            self.assertEqual(form.stage_id, self.first)
        self.assertEqual(form.record.stage_id, self.first)

    def test_who_moves_a_project(self):
        self.tick_all(self.project)
        with self.assertRaisesRegex(AccessError, "Only the consultant of the project Migration"):
            self.project.with_user(self.colleague).stage_id = self.second
        for user in (self.employee, self.portal_user):
            with self.assertRaises(AccessError):
                self.project.with_user(user).write({"stage_id": self.second.id})
        self.project.with_user(self.consultant).with_context(
            tracking_disable=False, mail_notrack=False
        ).stage_id = self.second
        self.env.flush_all()
        self.cr.flush()  # tracking values are made just before the commit
        tracking = self.project.message_ids.tracking_value_ids.filtered(
            lambda value: value.field_id.name == "stage_id"
        )
        self.assertEqual(tracking.mail_message_id.author_id, self.consultant.partner_id)

    def test_the_consultant_writes_nothing_else(self):
        for values in ({"name": "x"}, {"stage_id": self.second.id, "name": "x"}, {"lifecycle_id": False}):
            with self.assertRaises(AccessError):
                self.project.with_user(self.consultant).write(values)


@tagged("post_install", "-at_install")
class TestGatesByRpc(HttpCase, LifecycleCommon):
    def test_refused_by_rpc_and_passed_by_rpc(self):
        self.authenticate("lc_consultant", "lc_consultant")
        call = {
            "model": "project.project",
            "method": "web_save",
            "args": [self.project.ids, {"stage_id": self.second.id}],
            "kwargs": {"specification": {"stage_id": {}}, "context": {"lifecycle_gates": {}}},
        }
        with self.assertRaises(JsonRpcException) as refusal:
            self.make_jsonrpc_request("/web/dataset/call_kw/project.project/web_save", call)
        self.assertIn("GateRefused", str(refusal.exception))
        self.assertEqual(self.project.stage_id, self.first)
        self.tick_all(self.project)
        self.make_jsonrpc_request("/web/dataset/call_kw/project.project/web_save", call)
        self.assertEqual(self.project.stage_id, self.second)
