from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.project_lifecycle.exceptions import GateRefused

from .common import count_queries
from .common_browser import TourCase
from .test_open_points import OpenPointCommon


@tagged("post_install", "-at_install")
class TestBusinessAreas(TourCase, OpenPointCommon):
    """Each business area is looked at before implementation, and the gate knows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["project.business.area"].search([("active", "=", True)]).action_archive()
        cls.areas = cls.env["project.business.area"].create(
            [{"name": "Sales", "sequence": 1}, {"name": "Stock", "sequence": 2}, {"name": "Making", "sequence": 3}]
        )
        cls.delivering.covers_areas = True
        cls.lines = cls.project.area_coverage_ids.with_user(cls.consultant)

    def test_running_projects_got_them_with_the_switch(self):
        self.assertEqual(self.lines.area_id, self.areas)
        self.assertEqual(set(self.lines.mapped("verdict")), {"open"})

    def test_new_projects_get_them_once(self):
        project = self.create_project("New", lifecycle_id=self.delivering.id)
        self.assertEqual(project.area_coverage_ids.area_id, self.areas)
        project.with_user(self.consultant).stage_id = self.kickoff
        self.assertEqual(len(project.area_coverage_ids), 3)

    def test_not_for_other_lifecycles_templates_or_late_starts(self):
        self.assertFalse(self.create_project("Short").area_coverage_ids)
        template = self.create_project("Template", lifecycle_id=self.delivering.id, is_template=True)
        self.assertFalse(template.area_coverage_ids)
        late = self.create_project("Late", lifecycle_id=self.delivering.id, stage_id=self.delivery.id)
        self.assertFalse(late.area_coverage_ids)
        late.action_move(self.kickoff.id, "back", "We forgot an area")
        self.assertEqual(late.area_coverage_ids.area_id, self.areas)

    def test_the_shipped_software_lifecycle_covers_them_and_rnd_does_not(self):
        software = self.env.ref("project_lifecycle.lifecycle_software")
        rnd = self.env.ref("project_lifecycle.lifecycle_rnd")
        self.assertEqual((software.covers_areas, rnd.covers_areas), (True, False))
        shipped = self.env["project.business.area"].with_context(active_test=False).search([]) - self.areas
        self.assertTrue(all(area.questions for area in shipped))
        self.assertGreaterEqual(len(shipped), 10)

    def test_verdicts(self):
        with freeze_time("2026-03-02"):
            self.lines[0].action_in()
            self.lines[1].write({"verdict": "out", "reason": " They hold none "})
            self.lines[2].action_look()
        self.assertEqual(self.lines.mapped("verdict"), ["in", "out", "look"])
        self.assertEqual(self.lines[1].reason, "They hold none")
        self.assertEqual(self.lines.decided_by_id, self.consultant)
        self.assertEqual({str(day) for day in self.lines.mapped("decided_on")}, {"2026-03-02"})
        self.lines[0].verdict = "open"
        self.assertEqual((self.lines[0].decided_by_id.id, self.lines[0].decided_on), (False, False))

    def test_out_needs_a_reason(self):
        for act in (
            self.lines[1].action_out,
            lambda: self.lines[1].write({"verdict": "out", "reason": "  "}),
            lambda: self.lines[:2].write({"verdict": "out"}),
        ):
            with self.assertRaisesRegex(ValidationError, "write why it is out of the scope of Migration 2"):
                act()
        self.lines[1].write({"reason": "None"})
        self.lines[1].action_out()
        with self.assertRaisesRegex(ValidationError, "write why"):
            self.lines[1].reason = False
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.cr.savepoint():
            self.cr.execute("UPDATE project_area_coverage SET reason = NULL WHERE id = %s", [self.lines[1].id])

    def test_the_gate(self):
        item = self.ask_for("areas", self.intake)
        self.assertEqual(item.state, "open")
        self.lines[:2].action_in()
        with self.assertRaises(GateRefused), self.cr.savepoint():
            self.project.with_user(self.consultant).stage_id = self.kickoff
        self.lines[2].action_look()
        self.assertEqual(item.state, "met")
        self.lines[0].verdict = "open"
        self.assertEqual(item.state, "open")
        self.lines[0].action_in()
        self.project.with_user(self.consultant).stage_id = self.kickoff
        self.assertEqual(self.project.stage_id, self.kickoff)

    def test_a_project_without_its_areas_does_not_pass(self):
        item = self.ask_for("areas", self.intake)
        self.project.area_coverage_ids.unlink()
        self.project._refresh_criteria()
        self.assertEqual(item.state, "open")
        self.delivering.covers_areas = False
        self.project._refresh_criteria()
        self.assertEqual(item.state, "met")

    def test_the_list_changes_under_running_projects(self):
        item = self.ask_for("areas", self.intake)
        self.lines.action_in()
        area = self.env["project.business.area"].with_user(self.manager).create({"name": "Shop"})
        self.assertEqual((len(self.project.area_coverage_ids), item.state), (4, "open"))
        area.action_archive()
        self.assertEqual((len(self.project.area_coverage_ids), item.state), (3, "met"))
        area.action_unarchive()
        self.assertEqual((len(self.project.area_coverage_ids), item.state), (4, "open"))
        self.areas[0].with_user(self.manager).action_archive()
        self.assertEqual(len(self.project.area_coverage_ids), 4)

    def test_edited_in_the_list(self):
        action = self.project.with_user(self.consultant).action_view_areas()
        self.assertEqual(self.lines.search(action["domain"]), self.lines)
        view = "project_lifecycle.project_area_coverage_view_list"
        with Form(self.lines[0], view) as row:
            row.verdict = "in"
        self.assertEqual(self.lines[0].verdict, "in")

    def test_rights(self):
        line = self.lines[0]
        self.assertEqual(line.with_user(self.colleague).verdict, "open")
        line.with_user(self.manager).action_in()
        for user in (self.colleague, self.seller, self.employee, self.portal_user):
            with self.subTest(user.name), self.assertRaises(AccessError):
                line.with_user(user).action_look()
        for user in (self.seller, self.employee, self.portal_user):
            with self.subTest(user.name), self.assertRaises(AccessError):
                line.with_user(user).read(["verdict"])
        for user in (self.consultant, self.manager):
            with self.assertRaises(AccessError):
                line.with_user(user).write({"decided_by_id": self.colleague.id})
            with self.assertRaises(AccessError):
                line.with_user(user).create({"project_id": self.project.id, "area_id": self.areas[0].id})
            with self.assertRaises(AccessError):
                line.with_user(user).unlink()
        with self.assertRaises(AccessError):
            self.areas[0].with_user(self.consultant).name = "x"

    def test_private_projects_and_other_companies(self):
        self.project.privacy_visibility = "followers"
        self.assertFalse(self.lines.with_user(self.colleague).search([("id", "in", self.lines.ids)]))
        company = self.env["res.company"].create({"name": "Branch"})
        project = self.create_project(
            "Branch project", company_id=company.id, partner_id=False, lifecycle_id=self.delivering.id
        )
        lines = project.area_coverage_ids
        self.assertEqual(len(lines), 3)
        self.assertFalse(lines.with_user(self.manager).search([("id", "in", lines.ids)]))

    def test_the_client_by_rpc(self):
        self.project.message_subscribe(self.portal_user.partner_id.ids)
        self.authenticate("lc_spoc", "lc_spoc")
        for model in ("project.area.coverage", "project.business.area"):
            with self.subTest(model), self.assertRaisesRegex(JsonRpcException, "AccessError"):
                self.make_jsonrpc_request(
                    f"/web/dataset/call_kw/{model}/search_read",
                    {"model": model, "method": "search_read", "args": [[]], "kwargs": {}},
                )
        for field in ("area_coverage_ids", "area_open_count", "area_look_count"):
            with self.subTest(field), self.assertRaises(AccessError):
                self.project.with_user(self.portal_user).read([field])

    def test_many_projects_at_once(self):
        self.ask_for("areas")

        def cost(number):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["project.project"].browse(made[:number].ids)._add_area_coverage()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        made = self.env["project.project"].create(
            [
                {"name": f"P{number}", "lifecycle_id": self.delivering.id, "user_id": self.consultant.id}
                for number in range(20)
            ]
        )
        self.assertEqual(len(made.area_coverage_ids), 60)
        costs = []
        for number in (10, 10, 20):
            made.area_coverage_ids.unlink()
            costs.append(cost(number))
        self.assertEqual(costs[1], costs[2])

    def test_lists_cost_the_same_for_many_areas(self):
        more = self.env["project.project"].concat(
            *(self.create_project(f"P{number}", lifecycle_id=self.delivering.id) for number in range(8))
        )
        model = self.env["project.area.coverage"].with_user(self.consultant)
        fields = model.get_view(view_type="list")["models"]["project.area.coverage"]
        spec = {name: {"fields": {"display_name": {}}} if model._fields[name].relational else {} for name in fields}

        def cost(number):
            domain = [("project_id", "in", more[:number].ids)]
            return count_queries(self.env, lambda _env, _run: model.web_search_read(domain, spec))

        self.assertEqual(cost(4), cost(8))

    def test_points_and_areas_as_the_consultant(self):
        self.ask_for("open_points", self.intake)
        self.kickoff.purpose = "delivery"
        self.start_tour(
            f"/odoo/action-project.open_view_project_all_config/{self.project.id}",
            "project_lifecycle_open_points",
            login="lc_consultant",
        )
        self.assertEqual(self.project.stage_id, self.kickoff)
        self.assertRecordValues(
            self.project.open_point_ids,
            [
                {
                    "name": "Who counts the stock?",
                    "answer": "The warehouse team, each Friday",
                    "user_id": self.consultant.id,
                    "answered_by_id": self.consultant.id,
                }
            ],
        )
        self.assertEqual(self.lines.mapped("verdict"), ["in", "out", "open"])
