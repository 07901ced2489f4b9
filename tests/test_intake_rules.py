from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import count_queries
from .handover_common import HandoverCommon

FEW_DAYS = "Few days for a full scope"
DAYS_SHORT = "Fewer days than the applications usually take"
CUSTOMISING = "Customising wanted, but not sold"
DEADLINE = "The client's date cannot be met"
MISSING_APP = "An application is needed, but not sold"
NO_SPOC = "Nobody is the single point of contact"


@tagged("post_install", "-at_install")
class TestShippedRules(HandoverCommon):
    """The rules that ship, each with and without its cause."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.intake = cls.hand_over((cls.pack, 10), (cls.app_sales, 1))
        cls.intake.spoc_proposed_id = cls.portal_user.partner_id

    def test_no_cause_no_flag(self):
        self.assertFalse(self.flags_of(self.intake))

    def test_few_days(self):
        self.intake.write({"scope_extent": "full", "approach": "standard"})
        self.assertFalse(self.flags_of(self.intake))
        self.intake.order_id.order_line[0].product_uom_qty = 5
        self.assertEqual(self.flags_of(self.intake), {FEW_DAYS})
        flag = self.intake.flag_ids.filtered(lambda it: it.state == "open")
        self.assertEqual(flag.user_id, self.sales_manager)
        self.intake.approach = "tailored"
        self.assertFalse(self.flags_of(self.intake))

    def test_fewer_days_than_usual(self):
        self.intake.order_id.order_line[0].product_uom_qty = 2
        self.assertEqual(self.flags_of(self.intake), {DAYS_SHORT})

    def test_customising(self):
        self.intake.customisation_count = 1
        self.assertEqual(self.flags_of(self.intake), {CUSTOMISING})
        self.intake.order_id.order_line = [Command.create({"product_id": self.studio.id})]
        self.assertFalse(self.flags_of(self.intake))
        self.assertIn(CUSTOMISING, self.flags_of(self.intake, "withdrawn"))

    def test_missing_app(self):
        self.intake.app_ids = [Command.create({"product_id": self.app_stock.id})]
        self.assertEqual(self.flags_of(self.intake), {MISSING_APP})
        self.intake.app_ids[1].is_needed = False
        self.assertFalse(self.flags_of(self.intake))

    def test_no_spoc(self):
        self.intake.spoc_proposed_id = False
        self.assertEqual(self.flags_of(self.intake), {NO_SPOC})

    @freeze_time("2026-03-02 08:00:00")
    def test_the_date_of_the_client(self):
        self.intake.write({"client_deadline": "2026-03-13", "deadline_acceptance": "accepted"})
        self.assertEqual(self.intake.days_until_deadline, 10)
        self.assertFalse(self.flags_of(self.intake))
        self.intake.client_deadline = "2026-03-12"
        self.assertEqual(self.intake.deadline_short_days, 1)
        self.assertEqual(self.flags_of(self.intake), {DEADLINE})

    @freeze_time("2026-03-02 08:00:00")
    def test_the_leave_of_the_consultant_counts(self):
        employee = self.env["hr.employee"].create({"name": "Carla", "user_id": self.consultant.id})
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "resource_id": employee.resource_id.id,
                "calendar_id": employee.resource_calendar_id.id,
                "date_from": "2026-03-04 00:00:00",
                "date_to": "2026-03-05 23:00:00",
            }
        )
        self.intake.client_deadline = "2026-03-13"
        self.assertEqual(self.intake.days_until_deadline, 8)
        self.intake.sudo().project_id.user_id = self.colleague
        self.assertEqual(self.intake.days_until_deadline, 10)

    def test_each_night_the_date_is_nearer(self):
        with freeze_time("2026-03-02 08:00:00"):
            self.intake.client_deadline = "2026-03-16"
            self.assertFalse(self.flags_of(self.intake))
        with freeze_time("2026-03-09 03:00:00"), self.enter_registry_test_mode():
            self.env.ref("project_lifecycle.project_intake_cron_refresh").method_direct_trigger()
        self.assertEqual(self.flags_of(self.intake), {DEADLINE})

    def test_a_date_that_is_over(self):
        with freeze_time("2026-03-20 08:00:00"):
            self.intake.client_deadline = "2026-03-02"
            self.assertEqual(self.intake.days_until_deadline, 0)


@tagged("post_install", "-at_install")
class TestRedFlags(HandoverCommon):
    """A red flag comes once, goes with its cause, and keeps its answer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.intake = cls.hand_over((cls.pack, 2), (cls.app_sales, 1))
        cls.intake.spoc_proposed_id = cls.portal_user.partner_id
        cls.flag = cls.intake.flag_ids.filtered(lambda flag: flag.state == "open")

    def test_once_with_something_to_do(self):
        self.intake.write({"firm": "A bakery"})
        self.intake.order_id.order_line[0].product_uom_qty = 1
        self.assertEqual(len(self.intake.flag_ids.filtered(lambda flag: flag.rule_id.name == DAYS_SHORT)), 1)
        self.assertRecordValues(self.flag.sudo().activity_ids, [{"user_id": self.sales.id, "summary": DAYS_SHORT}])

    def test_withdrawn_with_its_cause_and_back_with_it(self):
        line = self.intake.order_id.order_line[0]
        line.product_uom_qty = 9
        self.assertEqual(self.flag.state, "withdrawn")
        self.assertFalse(self.flag.sudo().activity_ids)
        line.product_uom_qty = 1
        self.assertEqual(self.flag.state, "open")
        self.assertEqual(len(self.flag.sudo().activity_ids), 1)

    def test_an_answer_is_kept_and_not_asked_again(self):
        action = self.flag.with_user(self.sales).action_open_answer()
        wizard = Form(self.env[action["res_model"]].with_user(self.sales).with_context(**action["context"]))
        wizard.answer = "Two days are for one shop only"
        wizard.save().action_answer()
        self.assertRecordValues(self.flag, [{"state": "answered", "answered_by_id": self.sales.id}])
        self.assertFalse(self.flag.sudo().activity_ids)
        self.intake.order_id.order_line[0].product_uom_qty = 1
        self.assertEqual(self.flags_of(self.intake), set())
        self.intake.order_id.order_line[0].product_uom_qty = 9
        self.assertEqual((self.flag.state, self.flag.answer), ("answered", "Two days are for one shop only"))
        self.intake.order_id.order_line[0].product_uom_qty = 1
        self.assertEqual(self.flags_of(self.intake), {DAYS_SHORT})
        self.assertEqual(self.flag.state, "answered")

    def test_only_who_sells_answers(self):
        for user in (self.consultant, self.other_sales):
            with self.assertRaises(AccessError):
                self.flag.with_user(user).action_answer("Fine")
        self.assertFalse(self.flag.with_user(self.consultant).can_answer)
        self.flag.with_user(self.sales_manager).action_answer("Fine")
        self.assertEqual(self.flag.answered_by_id, self.sales_manager)

    def test_it_follows_its_cause_alone(self):
        mine = self.flag.with_user(self.consultant)
        for values in (
            {"name": "Nothing"},
            {"user_id": self.consultant.id},
            {"kind": "remark"},
            {"is_blocking": False},
            {"rule_id": False},
            {"is_current": False},
        ):
            for point in (mine, self.flag.with_user(self.sales)):
                with self.assertRaisesRegex(AccessError, "come and go", msg=values):
                    point.write(values)
        with self.assertRaisesRegex(UserError, "withdrawn by itself"):
            mine.action_withdraw("Not now")
        mine.deadline = "2030-01-01"
        self.assertEqual(self.flag.activity_ids.date_deadline.year, 2030)

    def test_nobody_makes_one_up(self):
        Point = self.env["project.open.point"].with_user(self.consultant)
        values = {"name": "Mine", "project_id": self.flag.project_id.id, "user_id": self.sales.id}
        for forged in ({"rule_id": self.flag.rule_id.id}, {"intake_id": self.intake.id}, {"is_current": False}):
            with self.assertRaisesRegex(AccessError, "come and go"):
                Point.create({**values, **forged})
        self.assertFalse(Point.with_context(default_rule_id=self.flag.rule_id.id).create(values).rule_id)

    def test_what_it_is(self):
        self.assertRecordValues(
            self.flag,
            [
                {
                    "kind": "red_flag",
                    "project_id": self.intake.sudo().project_id.id,
                    "user_id": self.sales.id,
                    "is_blocking": self.flag.rule_id.is_blocking,
                    "stage_id": self.flag.project_id._get_point_gate().id,
                }
            ],
        )
        self.assertIn(self.flag, self.intake.sudo().project_id.red_flag_ids)

    def test_asked_again_by_the_consultant_while_its_cause_lasts(self):
        self.flag.with_user(self.sales).action_answer("Fine")
        mine = self.flag.with_user(self.consultant)
        mine.action_reopen()
        self.assertEqual((self.flag.state, len(self.flag.activity_ids)), ("open", 1))
        self.flag.with_user(self.sales).action_answer("Two shops only")
        self.intake.order_id.order_line[0].product_uom_qty = 9
        with self.assertRaisesRegex(UserError, "the cause of this red flag is gone"):
            mine.action_reopen()

    def test_without_a_salesperson_the_consultant_answers(self):
        project = self.create_project("Inner")
        intake = project.with_user(self.consultant).sudo()._create_intake()
        self.assertEqual(intake.flag_ids.user_id, self.consultant)
        intake.flag_ids[0].with_user(self.consultant).action_answer("Later")

    def test_the_owner_reads_why_it_was_withdrawn(self):
        self.intake.order_id.order_line[0].product_uom_qty = 9
        self.assertEqual(self.flag.withdraw_reason, "Its cause is gone.")
        self.intake.order_id.order_line[0].product_uom_qty = 1
        self.assertFalse(self.flag.withdraw_reason)
        self.assertGreaterEqual(self.flag.deadline, fields.Date.today())

    def test_other_salespeople_do_not_see_it(self):
        found = self.env["project.open.point"].with_user(self.other_sales).search([])
        self.assertFalse(found & self.flag)
        self.assertIn(self.flag, self.env["project.open.point"].with_user(self.sales_manager).search([]))
        self.flag.sudo().user_id = self.manager
        self.assertIn(self.flag, self.env["project.open.point"].with_user(self.sales).search([]))

    def test_each_night_without_activities_if_so_asked(self):
        self.flag.activity_ids.unlink()
        self.intake.sudo().with_context(mail_activity_automation_skip=True)._run_rules()
        quiet = self.intake.sudo().with_context(mail_activity_automation_skip=True)
        quiet.order_id.order_line[0].product_uom_qty = 9
        quiet.order_id.order_line[0].product_uom_qty = 1
        self.assertEqual(self.flag.state, "open")
        self.assertFalse(self.flag.activity_ids)

    def test_the_criterion(self):
        project = self.intake.sudo().project_id
        self.assertFalse(project._get_meeting("red_flags", project.stage_id))
        self.flag.with_user(self.sales).action_answer("Fine")
        self.assertEqual(project._get_meeting("red_flags", project.stage_id), project)

    def test_closed_projects_are_left_alone(self):
        project = self.intake.sudo().project_id
        project.active = False
        self.intake.order_id.order_line[0].product_uom_qty = 9
        self.assertEqual(self.flag.state, "open")

    def test_many_cost_as_much_as_few(self):
        more = self.env["project.intake"].concat(
            *(self.hand_over((self.pack, 2), (self.app_sales, 1)) for _number in range(5))
        )
        few, many = self._count((self.intake | more[:1]).sudo()), self._count((self.intake | more).sudo())
        self.assertEqual(few, many)

    def test_many_new_ones_cost_as_much_as_few(self):
        intakes = (
            self.env["project.intake"]
            .concat(*(self.hand_over((self.pack, 9), (self.app_sales, 1)) for _number in range(6)))
            .sudo()
        )
        rule = self.env["project.intake.rule"].create({"name": "Often", "domain": "[('id', '=', 0)]"})

        def raised(those):
            rule.domain = "[('id', '=', 0)]"
            rule.domain = f"[('id', 'in', {those.ids})]"
            those.flag_ids.filtered(lambda flag: flag.rule_id == rule)._withdraw_without_cause()
            return self._count(those)

        few, many = raised(intakes[:2]), raised(intakes)
        self.assertEqual(few, many)

    def _count(self, intakes):
        return count_queries(self.env, lambda _env, _run: intakes._refresh())


@tagged("post_install", "-at_install")
class TestRulesOnScreen(HandoverCommon):
    """Administrators build rules on screen; a rule that does not work hurts nobody."""

    def test_more_than_three_customisations_and_under_ten_days(self):
        intake = self.hand_over((self.pack, 9), (self.studio, 1))
        intake.write({"customisation_count": 4, "spoc_proposed_id": self.portal_user.partner_id.id})
        with Form(self.env["project.intake.rule"].with_user(self.manager)) as form:
            form.name = "Many customisations in few days"
            form.message = "Where do they fit?"
            form.domain = "[('customisation_count', '>', 3), ('sold_days', '<', 10)]"
        self.assertEqual(self.flags_of(intake), {"Many customisations in few days"})
        intake.order_id.order_line[0].product_uom_qty = 10
        self.assertFalse(self.flags_of(intake))

    def test_a_condition_that_does_not_work_is_refused(self):
        for domain, why in [
            ("[('no_such_field', '=', 1)]", "no_such_field"),
            ("[('sold_days', 'likes', 1)]", "likes"),
            ("[('sold_days', '<', ", "no list of conditions with fixed values"),
            ("[('create_uid', '=', uid)]", "no list of conditions with fixed values"),
            ("['|', ('sold_days', '<', 1)]", "does not fit: .*sold_days"),
            ("[('sold_days', '<', 1), ('app_count', '>', 'a', 'b')]", "does not fit: .*app_count"),
            ("[('sold_days', '<', 'abc')]", "does not fit: .*abc"),
            ("[]", "empty"),
            ("{}", "no list"),
        ]:
            with self.assertRaisesRegex(ValidationError, why, msg=domain) as refused:
                self.env["project.intake.rule"].with_user(self.manager).create({"name": "Broken", "domain": domain})
            self.assertNotRegex(str(refused.exception), r"ast\.|malformed|Domain\(\)|Error|object at|<unknown>")

    def test_a_rule_that_breaks_later_is_skipped_and_shown(self):
        rule = self.env["project.intake.rule"].create({"name": "Later", "domain": "[('sold_days', '>', 0)]"})
        intake = self.hand_over((self.pack, 9))
        self.assertIn("Later", self.flags_of(intake))
        rule.flush_recordset()
        self.env.cr.execute(
            "UPDATE project_intake_rule SET domain = %s WHERE id = %s", ("[('gone_field', '>', 0)]", rule.id)
        )
        rule.invalidate_recordset()
        self.assertIn("gone_field", rule.error)
        with mute_logger("odoo.addons.project_lifecycle.models.project_intake_rule"):
            intake.customisation_count = 2
            order = self.create_order((self.pack, 9))
            self.assertNotIn("Later", order.red_flag_notice or "")
        self.assertEqual(self.flags_of(intake), {"Later", CUSTOMISING, NO_SPOC})

    def test_archived_rules_take_their_flags_back(self):
        rule = self.env["project.intake.rule"].create({"name": "Gone", "domain": "[('sold_days', '>', 0)]"})
        intake = self.hand_over((self.pack, 9))
        rule.with_user(self.manager).active = False
        self.assertNotIn("Gone", self.flags_of(intake))

    def test_salespeople_do_not_change_rules(self):
        rule = self.env.ref("project_lifecycle.project_intake_rule_few_days")
        with self.assertRaises(AccessError):
            rule.with_user(self.sales).active = False


@tagged("post_install", "-at_install")
class TestQuotationNotice(HandoverCommon):
    """The rules speak before the quotation is signed."""

    def test_on_the_quotation(self):
        order = self.create_order((self.pack, 2), (self.app_sales, 1))
        self.assertIn(DAYS_SHORT, order.red_flag_notice)
        self.assertNotIn(NO_SPOC, order.red_flag_notice)
        self.assertFalse(order.intake_id)
        order.order_line[0].product_uom_qty = 3
        self.assertFalse(order.red_flag_notice)

    def test_with_what_sales_wrote(self):
        order = self.create_order((self.pack, 5))
        order.action_open_handover()
        order.intake_id.write({"approach": "standard", "scope_extent": "full", "customisation_count": 2})
        self.assertIn(FEW_DAYS, order.red_flag_notice)
        self.assertIn(CUSTOMISING, order.red_flag_notice)
        self.assertFalse(order.intake_id.flag_ids)

    def test_before_it_is_saved(self):
        order = self.create_order((self.pack, 5), (self.app_sales, 1))
        with Form(order) as form:
            self.assertFalse(form.red_flag_notice)
            with form.order_line.edit(0) as line:
                line.product_uom_qty = 1
            self.assertIn(DAYS_SHORT, form.red_flag_notice)

    def test_a_new_quotation(self):
        with Form(self.env["sale.order"].with_user(self.sales)) as form:
            form.partner_id = self.client_company
            with form.order_line.new() as line:
                line.product_id = self.pack
            with form.order_line.new() as line:
                line.product_id = self.app_stock
            self.assertIn(DAYS_SHORT, form.red_flag_notice)

    def test_no_notice_once_signed(self):
        intake = self.hand_over((self.pack, 2), (self.app_sales, 1))
        self.assertFalse(intake.order_id.red_flag_notice)

    def test_messages_are_text(self):
        self.env["project.intake.rule"].create(
            {"name": "<b>x</b>", "message": "<script>", "domain": "[('sold_days', '>', 0)]"}
        )
        self.assertIn("&lt;b&gt;x", self.create_order((self.pack, 2)).red_flag_notice)
