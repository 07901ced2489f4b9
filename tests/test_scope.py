from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Date
from odoo.tests import Form, HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import count_queries
from .common_scope import ScopeCommon

MODELS = ("project.business.flow", "project.expectation", "project.lifecycle.phase")


@tagged("post_install", "-at_install")
class TestFlows(ScopeCommon):
    """How the client works, and how it wants to."""

    def test_entered_by_the_button(self):
        action = self.own.action_add_flow()
        flows = self.env[action["res_model"]].with_user(self.consultant).with_context(**action["context"])
        with Form(flows) as form:
            form.name = "From quote to cash"
        self.assertEqual(self.own.flow_ids.name, "From quote to cash")

    def test_entered_and_put_in_order_in_the_list(self):
        action = self.own.action_view_flows()
        flows = self.env[action["res_model"]].with_user(self.consultant).with_context(**action["context"])
        for name in ("A", "B", "C"):
            with Form(flows, "project_lifecycle.project_business_flow_view_list") as row:
                row.name = name
        self.assertEqual(flows.search(action["domain"]).mapped("name"), ["A", "B", "C"])
        flows.search([("name", "=", "C")]).sequence = 1
        self.assertEqual(flows.search(action["domain"]).mapped("name"), ["C", "A", "B"])

    def test_what_is_missing(self):
        flow = self.add_flow(as_is="By mail", risks="  ")
        self.assertEqual(flow.missing, "TO-BE, Limits, Risks")
        flow.write({"to_be": "In Odoo", "limits": "none", "risks": "none"})
        self.assertFalse(flow.missing)

    def test_criteria_follow_at_once(self):
        as_is, to_be = self.ask_for("flows_as_is"), self.ask_for("flows_to_be")
        both, analysed = self.ask_for("flows"), self.ask_for("flows_analysed")
        items = [as_is, to_be, both, analysed]

        def states():
            return [item.state for item in items]

        flow = self.add_flow(as_is="By mail")
        self.assertEqual(states(), ["met", "open", "open", "open"])
        flow.to_be = "In Odoo"
        self.assertEqual(states(), ["met", "met", "met", "open"])
        flow.write({"limits": "none", "risks": "The scanner"})
        self.assertEqual(states(), ["met"] * 4)
        other = self.add_flow("Purchase", to_be="In Odoo")
        self.assertEqual(states(), ["open", "met", "open", "open"])
        other.unlink()
        self.assertEqual(states(), ["met"] * 4)
        flow.as_is = "   "
        self.assertEqual(states(), ["open", "met", "open", "open"])

    def test_no_flow_is_no_analysis(self):
        for code in ("flows", "flows_as_is", "flows_to_be", "flows_analysed"):
            self.assertFalse(self.project.sudo()._get_meeting(code, self.second))

    def test_a_flow_of_a_business_area(self):
        area = self.env["project.business.area"].create({"name": "Sales"})
        self.assertEqual(self.add_flow(area_id=area.id).area_id, area)

    def test_it_stays_with_its_project(self):
        flow = self.add_flow()
        with self.assertRaisesRegex(AccessError, "stays with its project"):
            flow.project_id = self.other_project
        self.assertEqual(flow.project_id, self.project)


@tagged("post_install", "-at_install")
class TestExpectations(ScopeCommon):
    """What the client expects, what comes of it, and that the client knows."""

    @freeze_time("2027-03-02")
    def test_judged_and_told_by_a_click_each(self):
        expectation = self.add_expectation(priority="must")
        expectation.action_development()
        self.assertTrue(expectation.is_to_tell)
        expectation.action_told()
        self.assertRecordValues(
            expectation,
            [
                {
                    "verdict": "development",
                    "told_on": Date.to_date("2027-03-02"),
                    "told_by_id": self.consultant.id,
                    "told_to_id": self.spoc.id,
                    "is_to_tell": False,
                }
            ],
        )

    def test_entering_the_day_names_the_people(self):
        expectation = self.add_expectation(verdict="not_possible")
        with Form(expectation) as form:
            form.told_on = "2026-01-05"
        self.assertEqual((expectation.told_by_id, expectation.told_to_id), (self.consultant, self.spoc))

    def test_the_day_and_the_contact_told_may_come_together(self):
        expectation = self.add_expectation(verdict="standard")
        expectation.write({"told_on": "2026-01-05", "told_to_id": self.spoc.id})
        self.assertEqual((expectation.told_by_id, expectation.told_to_id), (self.consultant, self.spoc))

    def test_another_verdict_is_told_anew(self):
        expectation = self.add_expectation(verdict="development")
        expectation.action_told()
        expectation.note = "Ask again"
        self.assertTrue(expectation.told_on)
        expectation.action_not_possible()
        self.assertRecordValues(
            expectation, [{"told_on": False, "told_by_id": False, "told_to_id": False, "is_to_tell": True}]
        )
        expectation.write({"verdict": "standard", "told_on": "2026-01-05"})
        self.assertEqual(expectation.told_to_id, self.spoc)

    def test_one_of_many_keeps_what_was_told(self):
        told = self.add_expectation(verdict="standard")
        told.action_told()
        fresh = self.add_expectation("Payroll")
        (told | fresh).action_standard()
        self.assertTrue(told.told_on)
        self.assertEqual(fresh.verdict, "standard")

    def test_nothing_to_tell_without_a_verdict(self):
        expectation = self.add_expectation()
        with self.assertRaisesRegex(UserError, "Quotes by phone: decide"):
            expectation.action_told()
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.cr.savepoint():
            expectation.told_on = "2026-01-05"
            expectation.flush_recordset()

    def test_nobody_to_tell(self):
        expectation = self.add(
            "project.expectation", self.colleague, name="X", verdict="standard", project_id=self.other_project.id
        )
        with self.assertRaisesRegex(UserError, "Other has no SPOC"):
            expectation.action_told()
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.cr.savepoint():
            expectation.told_on = "2026-01-05"
            expectation.flush_recordset()

    def test_wrong_people_and_days(self):
        expectation = self.add_expectation(verdict="standard")
        for values in (
            {"told_on": "2999-01-05"},
            {"told_on": "2026-01-05", "told_to_id": self.stranger.id},
            {"told_on": "2026-01-05", "told_by_id": self.portal_user.id},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                expectation.write(values)

    def test_criteria_follow_at_once(self):
        judged, told = self.ask_for("expectations_judged"), self.ask_for("expectations")
        self.assertEqual((judged.state, told.state), ("open", "open"))
        plain = self.add_expectation()
        self.assertEqual((judged.state, told.state), ("open", "open"))
        plain.action_standard()
        self.assertEqual((judged.state, told.state), ("met", "met"))
        above = self.add_expectation("Payroll", verdict="not_possible")
        self.assertEqual((judged.state, told.state), ("met", "open"))
        above.action_told()
        self.assertEqual((judged.state, told.state), ("met", "met"))
        plain.verdict = "open"
        self.assertEqual((judged.state, told.state), ("open", "open"))


@tagged("post_install", "-at_install")
class TestScope(HttpCase, ScopeCommon):
    """Why the client bought, who reads and writes what was found out, and what it costs."""

    def test_why_the_client_chose_us(self):
        item = self.ask_for("why_chosen")
        action = self.own.action_open_vision()
        intake = self.env["project.intake"].with_user(self.consultant).browse(action["res_id"])
        with Form(intake, "project_lifecycle.project_intake_view_form_vision") as form:
            form.why_chosen = "A friend has it"
        self.assertEqual((self.own.why_chosen, item.state), ("A friend has it", "open"))
        intake.thought_bought = "Everything"
        self.assertEqual((self.own.thought_bought, item.state), ("Everything", "met"))
        with self.assertRaises(AccessError):
            intake.with_user(self.colleague).why_chosen = "Mine"

    def records(self):
        return [self.add_flow(), self.add_expectation(), self.add_phase()]

    def test_consultant_leads_and_administrators_write(self):
        for record in self.records():
            for user in (self.lead, self.manager):
                with self.subTest(record._name, user=user.name):
                    record.with_user(user).name = user.name
                    self.assertEqual(record.name, user.name)
                    self.add(record._name, user, name="New").unlink()

    def test_colleagues_read(self):
        for record in self.records():
            with self.subTest(record._name):
                self.assertTrue(record.with_user(self.colleague).name)
                with self.assertRaises(AccessError):
                    record.with_user(self.colleague).name = "Mine"
                with self.assertRaises(AccessError):
                    record.with_user(self.colleague).unlink()
                with self.assertRaises(AccessError):
                    self.add(record._name, self.colleague, name="Mine")

    def test_leads_of_yesterday_write_no_more(self):
        self.project.stakeholder_ids.filtered(lambda it: it.side == "ours").write(
            {"date_from": "2026-01-01", "date_to": "2026-01-31"}
        )
        for record in self.records():
            with self.subTest(record._name), self.assertRaises(AccessError):
                record.with_user(self.lead).name = "Mine"

    def test_private_projects_and_other_companies(self):
        records = self.records()
        self.project.privacy_visibility = "followers"
        self.project.message_subscribe(self.consultant.partner_id.ids)
        for record in records:
            self.assertFalse(record.with_user(self.colleague).search([("id", "=", record.id)]))
            self.assertTrue(record.with_user(self.consultant).search([("id", "=", record.id)]))
        branch = self.env["res.company"].create({"name": "Branch"})
        self.project.write({"privacy_visibility": "employees", "company_id": branch.id})
        for record in records:
            self.assertFalse(record.with_user(self.manager).search([("id", "=", record.id)]))

    def test_employees_and_salespeople_of_others_read_nothing(self):
        for record in self.records():
            with self.subTest(record._name), self.assertRaises(AccessError):
                record.with_user(self.employee).read(["name"])

    def test_the_client_by_rpc(self):
        self.records()
        self.open_client_side()
        self.project.message_subscribe(self.portal_user.partner_id.ids)
        self.authenticate("lc_spoc", "lc_spoc")
        for model in MODELS:
            with self.subTest(model), self.assertRaisesRegex(JsonRpcException, "AccessError"):
                self.make_jsonrpc_request(
                    f"/web/dataset/call_kw/{model}/search_read",
                    {"model": model, "method": "search_read", "args": [[]], "kwargs": {}},
                )
        names = (
            "flow_ids",
            "expectation_ids",
            "phase_ids",
            "phase_notice",
            "phase_to_agree_count",
            "why_chosen",
            "thought_bought",
        )
        for name in names:
            with self.subTest(name), self.assertRaises(AccessError):
                self.project.with_user(self.portal_user).read([name])

    def test_copies_and_templates_know_nothing_of_the_client(self):
        self.records()
        for copy in (self.project.copy(), self.project.copy({"is_template": True})):
            self.assertFalse(copy.flow_ids)
            self.assertFalse(copy.expectation_ids)
            self.assertFalse(copy.phase_ids)

    def make_projects(self, number):
        projects = self.env["project.project"].concat(*(self.create_project(f"P{rank}") for rank in range(number)))
        for model in MODELS:
            self.env[model].create([{"project_id": project.id, "name": "X"} for project in projects])
        self.env["project.lifecycle.phase"].search([("project_id", "in", projects.ids)]).write(
            {"golive_date": "2027-05-03", "agreed_outcome": "Orders", "agreed_on": "2026-01-05"}
            | {"agreed_by_id": self.spoc.id}
        )
        return projects

    def test_lists_and_criteria_cost_the_same_for_many(self):
        projects = self.make_projects(8)
        for model in MODELS:
            self.assertEqual(*(self.cost_of_list(model, projects[:number]) for number in (4, 8)), model)
        for code in ("flows", "flows_analysed", "expectations", "why_chosen", "phases", "plan_agreed"):
            self.assertEqual(*(self.cost_of_criterion(code, projects[:number]) for number in (4, 8)), code)

    def test_many_records_cost_the_same_criteria(self):
        self.ask_for("flows")

        def cost(number):
            values = [{"project_id": self.project.id, "name": str(rank), "as_is": "A"} for rank in range(number)]
            flows = self.env["project.business.flow"].with_user(self.consultant)
            return count_queries(self.env, lambda _env, _run: flows.create(values))

        self.assertEqual(cost(5), cost(10))
