from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, JsonRpcException, tagged

from .common import count_queries, stock_odoo
from .common_browser import TourCase
from .handover_common import HandoverCommon
from .test_stock_untouched import prepare


@tagged("post_install", "-at_install")
class TestFromOrderToProject(HandoverCommon):
    """A confirmed order gives a project with its lifecycle, its hand-over and what is in scope."""

    def test_from_quotation_to_project(self):
        order = self.create_order((self.pack, 5), (self.app_sales, 1))
        order.action_confirm()
        project = order.order_line[0].sudo().project_id
        self.assertEqual(project.lifecycle_id, self.lifecycle)
        self.assertEqual(project.stage_id, self.first)
        self.assertEqual(project.partner_id, self.client_company)
        self.assertEqual(project.allocated_hours, 40)
        intake = project.intake_ids
        self.assertRecordValues(
            intake, [{"order_id": order.id, "salesperson_id": self.sales.id, "sold_days": 5, "usual_days": 3}]
        )
        self.assertRecordValues(
            project.scope_app_ids,
            [
                {
                    "product_id": self.app_sales.id,
                    "is_sold": True,
                    "is_needed": True,
                    "usual_days": 3,
                    "name": "App Sales",
                }
            ],
        )

    def test_with_a_task_for_the_line(self):
        self.pack.service_tracking = "task_in_project"
        intake = self.hand_over((self.pack, 2))
        self.assertEqual(intake.sudo().project_id.lifecycle_id, self.lifecycle)
        self.assertEqual(intake.sudo().project_id.task_ids.allocated_hours, 16)

    def test_an_order_for_a_project_that_is_there(self):
        service = self.create_service("Help", service_tracking="task_global_project")
        intake = self.hand_over((service, 1), project_id=self.project.id)
        self.assertEqual(intake.sudo().project_id, self.project)

    def test_an_order_of_a_product_for_one_project(self):
        service = self.create_service("Help", service_tracking="task_global_project", project_id=self.project.id)
        intake = self.hand_over((service, 1))
        self.assertEqual(intake.sudo().project_id, self.project)

    def test_a_second_order_joins_the_hand_over(self):
        intake = self.hand_over((self.pack, 5))
        more = self.create_order((self.app_sales, 1), (self.create_service("More"), 2), user=self.other_sales)
        more.sudo().project_id = intake.sudo().project_id
        more.action_confirm()
        self.assertEqual(more.sudo().intake_id, intake)
        self.assertEqual(intake.sold_days, 7)
        self.assertEqual(intake.app_ids.product_id, self.app_sales)
        self.assertTrue(intake.with_user(self.other_sales).firm is False)

    def test_a_plain_order_has_no_hand_over(self):
        plain = self.create_service("Plain", service_tracking="project_only")
        order = self.create_order((plain, 1))
        order.action_confirm()
        self.assertFalse(order.intake_id or order.is_lifecycle_order)
        with self.assertRaisesRegex(UserError, "no project with a lifecycle"):
            order.action_open_handover()

    def test_hours_and_units_become_days(self):
        service = self.create_service("Hours", uom=self.hour)
        licence = self.create_service("Licence", uom=self.env.ref("uom.product_uom_unit"))
        intake = self.hand_over((self.pack, 1), (service, 12), (licence, 7))
        self.assertEqual(intake.sold_days, 2.5)


@tagged("post_install", "-at_install")
class TestOrderChanges(HandoverCommon):
    """What changes on the order later shows on the hand-over."""

    def test_quantity(self):
        intake = self.hand_over((self.pack, 5))
        intake.order_id.order_line.product_uom_qty = 8
        self.assertEqual(intake.sold_days, 8)

    def test_a_line_more(self):
        intake = self.hand_over((self.pack, 5))
        intake.order_id.order_line = [Command.create({"product_id": self.app_stock.id})]
        self.assertEqual(intake.app_ids.mapped("name"), ["App Stock"])
        self.assertEqual(intake.usual_days, 4)

    def test_an_app_that_is_no_longer_sold_stays_in_scope(self):
        intake = self.hand_over((self.pack, 5), (self.app_sales, 1))
        intake.order_id.order_line[1].product_uom_qty = 0
        self.assertRecordValues(intake.app_ids, [{"is_sold": False, "is_needed": True}])
        self.assertEqual(intake.missing_app_count, 1)

    def test_cancelled_after_the_project_exists(self):
        intake = self.hand_over((self.pack, 5), (self.app_sales, 1))
        intake.order_id._action_cancel()
        self.assertRecordValues(intake, [{"order_cancelled": True, "sold_days": 0}])
        self.assertEqual(self.flags_of(intake) & {"The order was cancelled"}, {"The order was cancelled"})
        intake.order_id.action_draft()
        intake.order_id.action_confirm()
        self.assertRecordValues(intake, [{"order_cancelled": False, "sold_days": 5}])
        self.assertEqual(len(intake.sudo().order_id.order_line.project_id), 1)

    def test_no_order_that_is_confirmed_is_a_cancelled_one(self):
        """Set back to a quotation, or deleted: the red flag stays until an order is confirmed again."""
        intake = self.hand_over((self.pack, 5), (self.app_sales, 1))
        order = intake.order_id
        order._action_cancel()
        order.action_draft()
        self.assertRecordValues(intake, [{"order_cancelled": True, "sold_days": 0}])
        self.assertRecordValues(intake.app_ids, [{"is_sold": False, "sold_days": 0}])
        self.assertIn("The order was cancelled", self.flags_of(intake))
        order.sudo().order_line[0].product_uom_qty = 9
        self.assertEqual(intake.sold_days, 0, "nobody has signed it")
        order.sudo().unlink()
        self.assertRecordValues(intake, [{"order_id": False, "order_cancelled": True, "sold_days": 0}])
        self.assertIn("The order was cancelled", self.flags_of(intake))

    def test_a_quotation_may_be_changed_before_it_is_signed(self):
        order = self.create_order((self.pack, 5), (self.app_sales, 1))
        order.action_open_handover()
        self.assertRecordValues(order.intake_id, [{"order_cancelled": False, "sold_days": 5}])
        order._action_cancel()
        self.assertRecordValues(order.intake_id, [{"order_cancelled": True, "sold_days": 0}])

    def test_a_project_that_never_had_an_order_lost_none(self):
        self.project.with_user(self.consultant).action_open_handover()
        self.assertFalse(self.project.intake_ids.order_cancelled)

    def test_another_salesperson(self):
        intake = self.hand_over((self.pack, 5))
        intake = intake.sudo()
        intake.order_id.user_id = self.other_sales
        self.assertEqual(intake.salesperson_id, self.other_sales)
        self.assertEqual(intake.flag_ids.filtered(lambda it: it.state == "open").user_id, self.other_sales)

    def test_a_quotation_deleted_takes_its_hand_over_along(self):
        order = self.create_order((self.pack, 5))
        order.action_open_handover()
        intake = order.intake_id
        order.sudo().unlink()
        self.assertFalse(intake.exists())


@tagged("post_install", "-at_install")
class TestOrderForTwoProjects(HandoverCommon):
    """An order that leads to two projects hands both over, each with the days of its own lines."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        other = cls.template.copy({"name": "Other", "is_template": True, "user_id": cls.consultant.id})
        cls.shops = cls.create_service("Shops", service_tracking="project_only", project_template_id=other.id)
        sold = [(cls.pack, 5), (cls.shops, 3), (cls.shops, 2), (cls.app_sales, 1), (cls.studio, 1)]
        cls.order = cls.create_order(*sold)
        cls.order.action_open_handover()
        cls.order.intake_id.write({"firm": "A bakery", "approach": "standard"})
        cls.order.action_confirm()
        lines = cls.order.sudo().order_line
        cls.one, cls.two = lines[0].project_id.intake_ids, lines[1].project_id.intake_ids

    def test_each_has_its_handover_and_its_days(self):
        of_both = {"order_id": self.order.id, "sold_days": 5, "salesperson_id": self.sales.id}
        self.assertRecordValues(
            self.one | self.two,
            [
                {**of_both, "customising_sold": True},
                {**of_both, "customising_sold": False},
            ],
        )
        self.assertEqual(self.order.sudo().order_line[2].project_id, self.two.project_id)
        self.assertEqual(self.order.sudo().intake_id, self.one)
        self.assertEqual((self.one.app_ids.product_id, len(self.two.app_ids)), (self.app_sales, 0))
        self.assertEqual((self.two.firm, self.two.approach), ("A bakery", "standard"))

    def test_changes_reach_both(self):
        self.order.order_line[1].product_uom_qty = 7
        self.assertEqual((self.one.sold_days, self.two.sold_days), (5, 9))
        self.order._action_cancel()
        self.assertEqual((self.one | self.two).mapped("order_cancelled"), [True, True])
        self.order.action_draft()
        self.order.action_confirm()
        self.assertEqual((self.one.sold_days, self.two.sold_days), (5, 9))

    def test_no_flag_comes_and_goes_while_the_order_is_confirmed(self):
        self.assertFalse((self.one | self.two).flag_ids.filtered(lambda flag: flag.state == "withdrawn"))

    def test_sales_and_the_consultant_open_both(self):
        action = self.order.action_open_handover()
        found = self.env[action["res_model"]].with_user(self.sales).search(action["domain"])
        self.assertEqual(found, (self.one | self.two).with_user(self.sales))
        found.write({"limits": "August"})
        action = self.two.project_id.with_user(self.consultant).action_open_handover()
        self.assertEqual(action["res_id"], self.two.id)

    def test_the_second_was_missing(self):
        self.two.unlink()
        project = self.order.sudo().order_line[1].project_id.with_user(self.consultant)
        self.assertEqual(self.one.sold_days, 5)
        project.action_open_handover()
        self.assertRecordValues(project.sudo().intake_ids, [{"order_id": self.order.id, "sold_days": 5}])
        self.assertEqual(self.one.sold_days, 5)

    def test_one_of_the_projects_goes(self):
        self.one.project_id.unlink()
        self.assertEqual(self.order.sudo().intake_id, self.two)
        self.order.order_line[1].product_uom_qty = 4
        self.assertGreaterEqual(self.two.sold_days, 6)


@tagged("post_install", "-at_install")
class TestHandoverOfSales(TourCase, HandoverCommon):
    """Salespeople hand over from their order, with Sales rights alone; consultants read and ask."""

    def test_written_on_the_quotation_and_taken_over_by_the_project(self):
        order = self.create_order((self.pack, 5))
        action = order.action_open_handover()
        self.assertFalse(self.sales.has_group("project.group_project_user"))
        intake = self.env[action["res_model"]].with_user(self.sales).browse(action["res_id"])
        with Form(intake) as form:
            form.firm = "A bakery"
            form.approach = "standard"
            form.scope_extent = "partial"
            form.told_by_id = self.sales
        order.action_confirm()
        self.assertEqual(order.intake_id, intake)
        self.assertEqual(intake.sudo().project_id.intake_ids.firm, "A bakery")

    def test_applications_on_the_quotation_follow_its_lines(self):
        order = self.create_order((self.pack, 5), (self.app_sales, 1), (self.app_stock, 1))
        order.action_open_handover()
        order.intake_id.app_ids[0].reason = "Quotes take days"
        order.order_line[1:].unlink()
        self.assertEqual(order.intake_id.app_ids.product_id, self.app_sales)

    def test_the_consultant_reads_and_asks(self):
        intake = self.hand_over((self.pack, 5)).with_user(self.consultant)
        self.assertFalse(intake.firm)
        intake.message_post(body="Who decides there?")
        with self.assertRaisesRegex(AccessError, "written by the salesperson"):
            intake.firm = "A bakery"
        intake.write({"told_on": "2026-03-02", "told_by_id": self.sales.id})
        with self.assertRaises(AccessError):
            intake.with_user(self.colleague).write({"told_on": "2026-03-02"})

    def test_nobody_else_reads_it(self):
        intake = self.hand_over((self.pack, 5), (self.app_sales, 1))
        for user in (self.other_sales, self.employee, self.portal_user):
            for records in (intake, intake.sudo().flag_ids, intake.app_ids):
                with self.assertRaises(AccessError, msg=(user.name, records)):
                    records.with_user(user).read(["display_name"])
        intake.with_user(self.sales_manager).read(["firm"])

    def test_the_leader_of_the_team_opens_it_from_a_red_flag(self):
        """With the rights of a salesperson alone, the leader reads the hand-over of a flag to answer, and no other."""
        self.team.user_id = self.other_sales
        intake = self.hand_over((self.pack, 5), (self.app_sales, 1))
        other = self.hand_over((self.pack, 9))
        theirs = intake.with_user(self.other_sales)
        with self.assertRaises(AccessError):
            theirs.read(["firm"])
        intake.write({"approach": "standard", "scope_extent": "full"})
        flag = intake.sudo().flag_ids.filtered(lambda it: it.user_id == self.other_sales)
        self.assertEqual(flag.rule_id.name, "Few days for a full scope")
        # what is remembered of reading with all rights
        self.env.flush_all()
        self.env.invalidate_all()
        with Form(theirs) as form:
            self.assertEqual(form.sold_days, 5)
        self.assertEqual(theirs.app_ids.mapped("name"), ["App Sales"])
        flag.with_user(self.other_sales).action_answer("Agreed with the owner")
        for values in ({"firm": "Mine"}, {"told_on": "2026-03-02"}):
            with self.assertRaises(AccessError):
                theirs.write(values)
        with self.assertRaises(AccessError):
            theirs.app_ids.write({"reason": "x"})
        with self.assertRaises(AccessError):
            other.with_user(self.other_sales).read(["firm"])

    def test_it_follows_the_company_of_its_project(self):
        branch = self.env["res.company"].create({"name": "Branch"})
        project = self.create_project("Of the branch", partner_id=False)
        project.with_user(self.consultant).action_open_handover()
        project.company_id = branch
        self.assertEqual(project.intake_ids.company_id, branch)
        Intake = self.env["project.intake"].with_user(self.consultant)
        self.assertFalse(Intake.search([("project_id", "=", project.id)]))
        project.company_id = self.env.company
        self.assertEqual(project.intake_ids.company_id, self.env.company)

    def test_another_salesperson_may_not_hand_over(self):
        order = self.create_order((self.pack, 5))
        with self.assertRaises(AccessError):
            order.with_user(self.other_sales).action_open_handover()

    def test_an_order_without_a_salesperson(self):
        order = self.create_order((self.pack, 5))
        order.sudo().user_id = False
        with self.assertRaisesRegex(UserError, "has no salesperson"):
            order.action_open_handover()

    def test_figures_are_not_written_by_hand(self):
        intake = self.hand_over((self.pack, 5), (self.app_sales, 1))
        for values in ({"sold_days": 50}, {"salesperson_id": self.other_sales.id}, {"project_id": self.project.id}):
            with self.assertRaises(AccessError):
                intake.write(values)
        with self.assertRaises(AccessError):
            intake.app_ids.write({"sold_days": 5})

    def test_not_by_rpc_as_the_client(self):
        self.hand_over((self.pack, 5))
        self.authenticate("lc_spoc", "lc_spoc")
        for model in ("project.intake", "project.open.point", "project.intake.rule", "project.scope.app"):
            with self.assertRaises(JsonRpcException):
                self._call(model, "search_read", [[], ["id"]])
        for name in ("intake_ids", "red_flag_ids", "scope_app_ids", "shortage_notice"):
            with self.assertRaises(JsonRpcException):
                self._call("project.project", "search_read", [[], [name]])
        for name in ("intake_id", "is_lifecycle_order", "red_flag_notice"):
            with self.assertRaises(JsonRpcException):
                self._call("sale.order", "search_read", [[], [name]])

    def _call(self, model, method, args):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}", {"model": model, "method": method, "args": args, "kwargs": {}}
        )

    def test_a_project_without_an_order(self):
        with self.assertRaisesRegex(UserError, "no hand-over yet"):
            self.project.with_user(self.colleague).action_open_handover()
        action = self.project.with_user(self.consultant).action_open_handover()
        self.assertEqual(self.project.intake_ids.id, action["res_id"])

    @freeze_time("2026-03-02")
    def test_the_pack_is_not_enough(self):
        intake = self.hand_over((self.pack, 5), (self.app_sales, 1), (self.app_stock, 1))
        project = intake.sudo().project_id.with_user(self.consultant)
        self.assertIn("needs 7 days, 5 are sold. 2 are missing", project.shortage_notice)
        self.assertNotIn(project, project._get_meeting("shortage_told", project.stage_id))
        with self.assertRaises(AccessError):
            project.with_user(self.colleague).action_shortage_told()
        project.action_shortage_told()
        self.assertEqual(str(intake.shortage_told_on), "2026-03-02")
        self.assertEqual(intake.shortage_told_by_id, self.consultant)
        self.assertIn(project, project.sudo()._get_meeting("shortage_told", project.sudo().stage_id))

    @freeze_time("2026-03-02")
    def test_the_client_is_told_again_of_other_numbers(self):
        intake = self.hand_over((self.pack, 5), (self.app_sales, 1), (self.app_stock, 1))
        project = intake.sudo().project_id.with_user(self.consultant)
        sales_app, stock_app = project.scope_app_ids

        def meets():
            return project in project._get_meeting("shortage_told", project.sudo().stage_id)

        self.assertTrue(project.is_shortage_to_tell)
        project.action_shortage_told()
        self.assertTrue(meets() and not project.is_shortage_to_tell)
        stock_app.remaining_days = 6
        self.assertTrue(project.is_shortage_to_tell and not meets(), "four days are missing, two were told")
        project.action_shortage_told()
        self.assertTrue(meets() and not project.is_shortage_to_tell)
        sales_app.remaining_days = 2
        self.assertTrue(meets() and project.is_shortage_to_tell, "fewer are missing than were told")
        stock_app.is_needed = False
        self.assertTrue(meets() and not project.is_shortage_to_tell, "nothing is missing")
        with self.assertRaises(AccessError):
            intake.with_user(self.consultant).shortage_told_days = 9

    def test_told_by_hand(self):
        intake = self.hand_over((self.pack, 5), (self.app_sales, 1), (self.app_stock, 1))
        project = intake.sudo().project_id.with_user(self.consultant)
        project.intake_ids.shortage_told_on = "2026-03-02"
        self.assertFalse(project.is_shortage_to_tell)
        project.intake_ids.shortage_told_on = False
        self.assertTrue(project.is_shortage_to_tell)
        self.assertNotIn(project, project._get_meeting("shortage_told", project.sudo().stage_id))

    def test_a_shortage_that_grows_is_told_anew(self):
        intake = self.hand_over((self.pack, 5), (self.app_sales, 1), (self.app_stock, 1))
        project = intake.sudo().project_id
        project.with_user(self.consultant).action_shortage_told()
        self.assertEqual((intake.shortage_told_days, project._criterion_shortage_told()), (2, project))
        app = project.scope_app_ids[0].with_user(self.consultant)
        app.remaining_days = app.needed_days + 1
        self.assertEqual((intake.days_short, intake.shortage_told_days), (3, 2))
        self.assertFalse(project._criterion_shortage_told())
        with self.assertRaisesRegex(AccessError, "worked out"):
            intake.with_user(self.consultant).shortage_told_days = 9
        project.with_user(self.consultant).action_shortage_told()
        self.assertEqual(project._criterion_shortage_told(), project)
        intake.order_id.order_line[0].product_uom_qty = 7
        self.assertEqual(project._criterion_shortage_told(), project, "less than was told")
        intake.with_user(self.consultant).write({"shortage_told_on": False, "shortage_told_by_id": False})
        self.assertEqual(intake.shortage_told_days, 0)

    def test_nobody_knows_whether_days_are_enough_for_an_app_without_any(self):
        intake = self.hand_over((self.pack, 5), (self.app_sales, 1))
        project = intake.sudo().project_id
        self.assertEqual(project._criterion_shortage_told(), project)
        app = (
            self.env["project.scope.app"]
            .with_user(self.consultant)
            .create({"project_id": project.id, "name": "Telephones"})
        )
        self.assertEqual((intake.days_short, intake.unknown_app_count), (0, 1))
        self.assertFalse(project._criterion_shortage_told())
        app.remaining_days = 2
        self.assertEqual(project._criterion_shortage_told(), project)

    def test_criterion_of_the_call(self):
        intake = self.hand_over((self.pack, 5))
        project = intake.sudo().project_id
        self.assertFalse(project._get_meeting("handover_call", project.stage_id))
        intake.write({"told_by_id": self.sales.id, "told_on": "2026-03-02"})
        self.assertEqual(project._get_meeting("handover_call", project.stage_id), project)

    def test_criteria_of_what_sales_knows(self):
        intake = self.hand_over((self.pack, 5))
        project = intake.sudo().project_id
        for code, name in [
            ("handover_firm", "firm"),
            ("handover_reasons", "module_reasons"),
            ("handover_expectations", "expectations"),
            ("handover_limits", "limits"),
            ("handover_sales_cycle", "sales_cycle"),
        ]:
            self.assertFalse(project._get_meeting(code, project.stage_id))
            intake[name] = "Known"
            self.assertEqual(project._get_meeting(code, project.stage_id), project)

    def test_tour_of_the_salesperson(self):
        order = self.create_order((self.pack, 3), (self.app_sales, 1), (self.app_stock, 1))
        order.action_confirm()
        self.start_tour(f"/odoo/action-sale.action_orders/{order.id}", "project_lifecycle_handover", login="lc_sales")
        self.assertEqual(order.intake_id.firm, "A bakery with four shops")
        flag = order.intake_id.flag_ids.filtered(lambda it: it.rule_id.name.startswith("Fewer days"))
        self.assertRecordValues(flag, [{"state": "answered", "answered_by_id": self.sales.id}])


def create_order(env, run):
    product = env["product.product"].search([("name", "=", "Measured")]) or env["product.product"].create(
        {"name": "Measured", "type": "service", "service_tracking": "project_only"}
    )
    return env["sale.order"].create(
        {
            "partner_id": env.ref("base.partner_admin").id,
            "order_line": [Command.create({"product_id": product.id, "product_uom_qty": run + 1})],
        }
    )


def confirm_order(env, run):
    create_order(env, run).action_confirm()


def an_order(env):
    return env["sale.order"].search([("client_order_ref", "=", "Measured")]) or env["sale.order"].create(
        {"partner_id": env.ref("base.partner_admin").id, "client_order_ref": "Measured"}
    )


def write_order(env, run):
    an_order(env).write({"user_id": env.user.id if run % 2 else False, "note": f"note {run}"})


def write_lines(env, run):
    order = an_order(env)
    order.order_line.unlink()
    create = Command.create({"product_id": env["product.product"].search([("name", "=", "Measured")]).id})
    order.write({"order_line": [create]})
    env.flush_all()
    env.invalidate_all()
    order.order_line.write({"product_uom_qty": run + 2})


def cancel_order(env, run):
    order = create_order(env, run)
    order.action_confirm()
    env.flush_all()
    env.invalidate_all()
    order._action_cancel()


ORDER_SCENARIOS = [create_order, confirm_order, write_order, write_lines, cancel_order]


@tagged("post_install", "-at_install")
class TestOrdersUntouched(HandoverCommon):
    """Orders that lead to no lifecycle cost what they cost in stock Odoo, to the query."""

    def test_not_one_query_more_than_stock(self):
        # what is written in one second costs Odoo less than what is written in two
        with freeze_time("2026-03-02 08:00:00"):
            ours = self._count_all(self.env)
            with stock_odoo(self) as env:
                stock = self._count_all(env)
        self.assertEqual(ours, stock)

    def _count_all(self, env):
        env = prepare(env)
        return {scenario.__name__: count_queries(env, scenario) for scenario in ORDER_SCENARIOS}
