from odoo.exceptions import AccessError
from odoo.tests import HttpCase, JsonRpcException, tagged

from .common import LifecycleCommon

OUR_MODELS = [
    "project.adoption.figure",
    "project.area.coverage",
    "project.business.area",
    "project.checklist.item",
    "project.checklist.template",
    "project.gate.decision",
    "project.improvement",
    "project.intake",
    "project.intake.rule",
    "project.lesson",
    "project.lifecycle",
    "project.lifecycle.exit",
    "project.lifecycle.stakeholder",
    "project.lifecycle.step",
    "project.open.point",
    "project.report.section",
    "project.satisfaction.request",
    "project.scope.app",
    "project.spoc.change",
    "project.spoc.note",
    "project.spoc.note.erasure",
]
INTERNAL_FIELDS = [
    "adoption_figure_ids",
    "improvement_ids",
    "lesson_ids",
    "report_cadence_weeks",
    "report_ids",
    "report_next_date",
    "satisfaction_ids",
    "satisfaction_score",
    "stage_lesson_ids",
    "area_coverage_ids",
    "intake_ids",
    "is_spoc_change_guided",
    "kickoff_item_ids",
    "kickoff_meter",
    "kickoff_progress",
    "lifecycle_session_ids",
    "open_point_blocking_count",
    "open_point_count",
    "open_point_ids",
    "open_point_open_count",
    "red_flag_ids",
    "scope_app_ids",
    "shortage_notice",
    "spoc_change_count",
    "spoc_change_ids",
    "spoc_id",
    "stakeholder_ids",
    "can_move_stage",
    "current_step_id",
    "date_last_stage_update",
    "gate_decision_ids",
    "gate_state",
    "is_stage_late",
    "stage_planned_end",
    "stage_purpose",
    "stage_resume_date",
    "step_ids",
    "checklist_item_ids",
    "is_lifecycle_consultant",
    "is_rotting",
    "lifecycle_discussed_on",
    "lifecycle_mentor_id",
    "lifecycle_stage_aim",
    "rotting_days",
    "stage_blocking_count",
    "stage_item_count",
    "stage_item_ids",
    "stage_item_met_count",
]


@tagged("post_install", "-at_install")
class TestSecurity(HttpCase, LifecycleCommon):
    """Who may see what: the client nothing of ours, each of us according to the role."""

    def test_rights_on_our_models(self):
        rights = {
            "project.lifecycle": {
                self.employee: "r",
                self.consultant: "r",
                self.manager: "rwcu",
                self.portal_user: "",
            },
            "project.checklist.template": {
                self.employee: "",
                self.consultant: "r",
                self.manager: "rwcu",
                self.portal_user: "",
            },
            "project.lifecycle.step": {
                self.employee: "",
                self.consultant: "r",
                self.manager: "r",
                self.portal_user: "",
            },
            "project.gate.decision": {
                self.employee: "",
                self.consultant: "r",
                self.manager: "r",
                self.portal_user: "",
            },
            "project.checklist.item": {
                self.employee: "",
                self.consultant: "rwcu",
                self.manager: "rwcu",
                self.portal_user: "",
            },
        }
        operations = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
        for model, by_user in rights.items():
            for user, letters in by_user.items():
                for letter, operation in operations.items():
                    with self.subTest(model=model, user=user.name, operation=operation):
                        allowed = self.env[model].with_user(user).has_access(operation)
                        self.assertEqual(allowed, letter in letters)

    def test_internal_fields_are_closed_to_the_client(self):
        self.open_client_side()
        self.project.spoc_id = self.portal_user.partner_id
        self.project.message_subscribe(self.portal_user.partner_id.ids)
        as_client = self.project.with_user(self.portal_user)
        self.assertEqual(as_client.name, "Migration")
        readable = as_client.fields_get()
        for field in INTERNAL_FIELDS:
            with self.subTest(field):
                self.assertNotIn(field, readable)
                with self.assertRaises(AccessError):
                    as_client.read([field])

    def test_the_client_by_rpc(self):
        self.open_client_side()
        self.project.spoc_id = self.portal_user.partner_id
        self.project.message_subscribe(self.portal_user.partner_id.ids)
        self.authenticate("lc_spoc", "lc_spoc")
        for model in [*OUR_MODELS, "project.project.stage"]:
            with self.subTest(model), self.assertRaisesRegex(JsonRpcException, "AccessError"):
                self.make_jsonrpc_request(
                    f"/web/dataset/call_kw/{model}/search_read",
                    {"model": model, "method": "search_read", "args": [[]], "kwargs": {}},
                )
        methods = {
            "write": [{"stage_id": self.second.id}],
            "action_lifecycle_discussed": [],
            "action_open_stage_guidance": [],
            "action_open_gate": [],
            "action_view_stage_items": [],
            "action_move": [self.second.id, "back", "why"],
            "action_pause": ["why"],
            "action_resume": ["why"],
        }
        for method, args in methods.items():
            with self.subTest(method), self.assertRaisesRegex(JsonRpcException, "AccessError"):
                self.make_jsonrpc_request(
                    f"/web/dataset/call_kw/project.project/{method}",
                    {"model": "project.project", "method": method, "args": [self.project.ids, *args], "kwargs": {}},
                )

    def test_nobody_else_answers_or_reopens(self):
        item = self.items_of(self.project, self.first)[0]
        item.with_user(self.consultant).action_tick()
        for user in (self.colleague, self.employee, self.portal_user):
            for act in (
                item.with_user(user).action_tick,
                item.with_user(user).action_untick,
                lambda user=user: item.with_user(user).action_not_applicable("x"),
                lambda user=user: item.with_user(user).action_waive("x"),
            ):
                with self.subTest(user=user.name), self.assertRaises(AccessError):
                    act()
        self.assertEqual(item.state, "met")

    def test_the_manager_of_a_project_in_a_company_closed_to_the_user(self):
        company = self.env["res.company"].create({"name": "Branch"})
        project = self.create_project("Branch project", company_id=company.id, partner_id=False)
        item = self.items_of(project, self.first)[0]
        for act in (item.with_user(self.consultant).action_tick, project.with_user(self.consultant).action_open_gate):
            with self.assertRaises(AccessError):
                act()

    def test_checklists_of_other_companies_stay_there(self):
        company = self.env["res.company"].create({"name": "Branch"})
        project = self.create_project("Branch project", company_id=company.id, partner_id=False)
        found = self.env["project.checklist.item"].with_user(self.manager).search([("project_id", "=", project.id)])
        self.assertFalse(found)

    def test_a_plain_employee_opens_a_project_with_a_lifecycle(self):
        views = self.env["project.project"].with_user(self.employee).get_views([(False, "form"), (False, "kanban")])
        spec = {name: {} for name in views["models"]["project.project"]["fields"] if name in ("name", "lifecycle_id")}
        data = self.project.with_user(self.employee).web_read(spec)[0]
        self.assertEqual(data["lifecycle_id"], self.lifecycle.id)
        self.assertNotIn("stage_item_ids", views["models"]["project.project"]["fields"])
