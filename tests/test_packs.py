from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import LifecycleCommon, count_queries


class PackCommon(LifecycleCommon):
    """A project whose hours are sold by orders, and time logged on it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create({"name": "Client", "is_company": True})
        cls.hour, cls.day = cls.env.ref("uom.product_uom_hour"), cls.env.ref("uom.product_uom_day")
        cls.consulting = cls.create_service("Consulting", cls.hour)
        cls.consulting_days = cls.create_service("Consulting days", cls.day)
        cls.project = cls.create_project(
            "Packed", partner_id=cls.customer.id, allow_timesheets=True, allow_billable=True
        )
        cls.salesperson = new_test_user(cls.env, "lc_seller", "sales_team.group_sale_salesman", name="Sam Seller")
        cls.worker = cls.env["hr.employee"].create({"name": "Worker", "user_id": cls.consultant.id})
        cls.consultant.group_ids += cls.env.ref("hr_timesheet.group_hr_timesheet_user")

    @classmethod
    def create_service(cls, name, unit, policy="ordered_prepaid"):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "service",
                "service_policy": policy,
                "uom_id": unit.id,
                "list_price": 100,
                "taxes_id": False,
            }
        )

    @classmethod
    def sell(cls, *quantities, product=None, project=None, **values):
        """Confirm an order with a line for each quantity; return its packs."""
        product = product or cls.consulting
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "project_id": (cls.project if project is None else project).id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity}) for quantity in quantities
                ],
                **values,
            }
        )
        order.action_confirm()
        return cls.env["project.pack"].search([("sale_line_id", "in", order.order_line.ids)])

    def log(self, hours, **values):
        """Log time as the consultant."""
        return (
            self.env["account.analytic.line"]
            .with_user(self.consultant)
            .create({"name": "work", "project_id": self.project.id, "unit_amount": hours, **values})
            .sudo()
        )


@tagged("post_install", "-at_install")
class TestPacks(PackCommon):
    def test_a_confirmed_order_makes_a_pack(self):
        pack = self.sell(10)
        self.assertEqual((pack.project_id, pack.purchased_hours, pack.remaining_hours), (self.project, 10, 10))

    def test_first_in_first_out_and_carry_over(self):
        first, second = self.sell(5), self.sell(10)
        entry = self.log(3)
        self.assertEqual((entry.pack_id, entry.so_line), (first, first.sale_line_id))
        border = self.log(4)
        self.assertEqual(border.pack_id, first)
        self.assertEqual((first.remaining_hours, first.available_hours), (-2, 0))
        self.assertEqual((second.remaining_hours, second.available_hours), (10, 8))
        self.assertEqual(self.log(1).pack_id, second)
        self.assertEqual(self.project.pack_remaining_hours, 7)
        for pack in first | second:
            self.assertAlmostEqual(pack.remaining_hours, pack.sale_line_id.remaining_hours)

    def test_consumed_time_stays(self):
        first = self.sell(5)
        task = self.env["project.task"].create({"name": "T", "project_id": self.project.id})
        entry = self.log(2, task_id=task.id)
        self.assertEqual(entry.pack_id, first)
        second = self.sell(10)
        task.sale_line_id = second.sale_line_id
        self.project.sale_line_id = second.sale_line_id
        self.env.flush_all()
        self.assertEqual((entry.pack_id, entry.so_line), (first, first.sale_line_id))
        self.project.allow_billable = False
        self.env.flush_all()
        self.assertEqual((entry.pack_id, entry.so_line), (first, first.sale_line_id))
        entry.with_user(self.consultant).unit_amount = 3
        self.assertEqual((entry.pack_id, first.remaining_hours), (first, 2))

    def test_time_without_a_pack_stays_without(self):
        entry = self.log(2)
        self.assertFalse(entry.pack_id or entry.so_line)
        pack = self.sell(5)
        self.project.sale_line_id = pack.sale_line_id
        self.env.flush_all()
        self.assertFalse(entry.pack_id or entry.so_line)
        self.assertEqual(pack.remaining_hours, 5)

    def test_only_administrators_move(self):
        first, second = self.sell(5), self.sell(10)
        entry = self.log(2)
        with self.assertRaises(AccessError):
            entry.with_user(self.consultant).pack_id = second
        with self.assertRaises(AccessError):
            entry.with_user(self.consultant).pack_use = "offered"
        entry.with_user(self.manager).pack_id = second
        self.assertEqual((entry.so_line, first.remaining_hours, second.remaining_hours), (second.sale_line_id, 5, 8))
        self.assertIn("moved from", second.message_ids[0].body)
        entry.with_user(self.manager).so_line = first.sale_line_id
        self.assertEqual(entry.pack_id, first)
        entry.with_user(self.manager).pack_id = False
        self.env.flush_all()
        self.assertFalse(entry.so_line)

    def test_block(self):
        self.env.company.pack_policy = "block"
        pack = self.sell(3)
        self.log(2)
        with self.assertRaisesRegex(UserError, "1:00 h left"), self.cr.savepoint():
            self.log(2)
        self.log(2, pack_use="offered")
        entry = self.log(1)
        with self.assertRaisesRegex(UserError, "left"), self.cr.savepoint():
            entry.with_user(self.consultant).unit_amount = 2
        self.assertEqual(pack.remaining_hours, 0)

    def test_days(self):
        pack = self.sell(5, product=self.consulting_days)
        self.assertEqual(pack.purchased_hours, 40)
        for _number in range(3):
            self.log(0.25)
        self.assertAlmostEqual(pack.remaining_hours, 39.25)
        self.assertAlmostEqual(pack.remaining_hours, pack.sale_line_id.remaining_hours, delta=0.04)

    def test_by_hand(self):
        pack = (
            self.env["project.pack"]
            .with_user(self.manager)
            .create({"name": "Bought elsewhere", "project_id": self.project.id, "purchased_hours": 8})
        )
        entry = self.log(2)
        self.assertEqual((entry.pack_id, entry.so_line.id, entry.is_so_line_edited), (pack, False, True))
        self.assertEqual(pack.remaining_hours, 6)
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            pack.unlink()

    def test_entry_that_changes_project(self):
        pack = self.sell(5)
        other = self.create_project("Other", partner_id=self.customer.id, allow_timesheets=True, allow_billable=True)
        theirs = self.sell(5, project=other)
        entry = self.log(2)
        entry.with_user(self.consultant).project_id = other
        self.assertEqual((entry.pack_id, entry.so_line), (theirs, theirs.sale_line_id))
        self.assertEqual((pack.remaining_hours, theirs.remaining_hours), (5, 3))
        with self.assertRaises(ValidationError):
            entry.with_user(self.manager).pack_id = pack

    def test_alerts_come_once_and_again_when_the_pack_grows(self):
        pack = self.sell(10, user_id=self.manager.id)
        self.log(5)
        self.assertEqual(pack.activity_ids.user_id, self.consultant | self.manager)
        self.log(1)
        self.assertEqual(len(pack.activity_ids), 2)
        self.log(2)
        self.assertEqual((len(pack.activity_ids), pack.alerted_share), (4, 80))
        pack.sale_line_id.product_uom_qty = 20
        self.assertEqual((len(pack.activity_ids), pack.alerted_share), (0, 0))
        self.log(2)
        self.assertEqual((len(pack.activity_ids), pack.alerted_share), (2, 50))

    def test_negative_corrections_stay_on_the_pack(self):
        first, second = self.sell(2), self.sell(10)
        self.log(2)
        self.log(1)
        self.assertEqual(self.log(-1).pack_id, second)
        self.assertEqual(first.remaining_hours, 0)


@tagged("post_install", "-at_install")
class TestPackOrders(PackCommon):
    """Packs follow their orders."""

    def test_only_time_paid_in_advance(self):
        self.assertFalse(self.sell(10, product=self.create_service("Delivered", self.hour, "delivered_timesheet")))
        self.assertFalse(self.sell(10, product=self.create_service("Licence", self.env.ref("uom.product_uom_unit"))))

    def test_several_lines_and_orders(self):
        self.assertEqual(self.sell(10, 5).mapped("purchased_hours"), [10, 5])
        self.sell(2)
        self.assertEqual(self.project.pack_purchased_hours, 17)
        self.assertEqual(self.project.pack_count, 3)

    def test_quantity_changes(self):
        pack = self.sell(10)
        pack.sale_line_id.product_uom_qty = 12
        self.assertEqual((pack.purchased_hours, self.project.pack_remaining_hours), (12, 12))
        with self.assertRaisesRegex(UserError, "change the quantity on S"):
            pack.with_user(self.manager).purchased_hours = 20

    def test_a_line_added_to_a_confirmed_order(self):
        pack = self.sell(10)
        line = self.env["sale.order.line"].create(
            {"order_id": pack.order_id.id, "product_id": self.consulting.id, "product_uom_qty": 3}
        )
        self.assertEqual(self.project.pack_ids.sale_line_id, pack.sale_line_id | line)

    def test_a_cancelled_order_takes_no_more_time(self):
        pack = self.sell(10)
        entry = self.log(2)
        pack.order_id._action_cancel()
        self.assertTrue(pack.is_cancelled and pack.is_closed)
        self.assertEqual((entry.pack_id, self.project.pack_remaining_hours), (pack, 0))
        self.assertFalse(self.log(1).pack_id)
        pack.order_id.action_draft()
        pack.order_id.action_confirm()
        self.assertFalse(pack.is_cancelled)
        self.assertEqual(self.log(1).pack_id, pack)
        self.assertEqual(len(self.project.pack_ids), 1)

    def test_the_project_of_the_order_comes_later(self):
        nowhere = self.env["project.project"]
        self.assertFalse(self.sell(10, project=nowhere))
        order = self.env["sale.order"].search([("partner_id", "=", self.customer.id)])
        order.project_id = self.project
        self.assertEqual(self.project.pack_ids.sale_line_id, order.order_line)

    def test_the_lifecycle_comes_later_and_the_time_is_adopted(self):
        plain = self.env["project.project"].create(
            {"name": "Plain", "partner_id": self.customer.id, "allow_timesheets": True, "allow_billable": True}
        )
        self.assertFalse(self.sell(10, project=plain))
        order = self.env["sale.order"].search([("partner_id", "=", self.customer.id)])
        plain.sale_line_id = order.order_line
        entry = self.log(3, project_id=plain.id)
        self.assertEqual(entry.so_line, order.order_line)
        self.assertFalse(entry.pack_id)
        plain.lifecycle_id = self.lifecycle
        pack = plain.pack_ids
        self.assertEqual((pack.purchased_hours, pack.remaining_hours, entry.pack_id), (10, 7, pack))
        plain._create_packs_from_orders()
        self.assertEqual(plain.pack_ids, pack)

    def test_time_from_before_the_lifecycle_stays_off_packs(self):
        plain = self.env["project.project"].create(
            {"name": "Plain", "partner_id": self.customer.id, "allow_timesheets": True, "allow_billable": True}
        )
        entry = self.log(3, project_id=plain.id)
        plain.lifecycle_id = self.lifecycle
        self.sell(10, project=plain)
        entry.with_user(self.consultant).project_id = plain
        self.env.flush_all()
        self.assertFalse(entry.pack_id or entry.so_line)

    def test_of_several_projects_somebody_chooses(self):
        other = self.create_project("Other", partner_id=self.customer.id)
        self.assertFalse(self.sell(10, project=self.env["project.project"], user_id=self.manager.id))
        order = self.env["sale.order"].search([("partner_id", "=", self.customer.id)])
        (self.project | other).with_context(mail_activity_quick_update=True).write(
            {"reinvoiced_sale_order_id": order.id}
        )
        pack = self.env["project.pack"].search([("sale_line_id", "=", order.order_line.id)])
        self.assertFalse(pack.project_id)
        self.assertEqual(pack.activity_ids.user_id, self.manager)
        self.assertEqual(pack.remaining_hours, 10)
        pack.with_user(self.manager).project_id = other
        self.assertEqual(other.pack_remaining_hours, 10)

    def test_a_used_line_cannot_be_deleted(self):
        pack = self.sell(10)
        self.log(1)
        pack.order_id._action_cancel()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            pack.order_id.unlink()
            self.env.flush_all()

    def test_companies_with_different_units(self):
        company = self.env["res.company"].create({"name": "Days", "project_time_mode_id": self.day.id})
        self.manager.company_ids += company
        self.consultant.company_ids += company
        project = self.create_project(
            "In days", partner_id=self.customer.id, allow_timesheets=True, allow_billable=True, company_id=company.id
        )
        worker = self.env["hr.employee"].create({"name": "W", "user_id": self.consultant.id, "company_id": company.id})
        pack = self.sell(16, project=project, company_id=company.id)
        entry = (
            self.env["account.analytic.line"]
            .with_user(self.consultant)
            .with_company(company)
            .create({"name": "w", "project_id": project.id, "unit_amount": 0.5, "employee_id": worker.id})
            .sudo()
        )
        self.assertEqual((entry.product_uom_id, entry.pack_id), (self.day, pack))
        self.assertEqual((pack.used_hours, project.pack_remaining_hours), (4, 12))


@tagged("post_install", "-at_install")
class TestPackEntries(PackCommon):
    """Every way in, and bad input."""

    def test_what_odoo_puts_on_other_lines_stays_there(self):
        self.sell(10)
        self.sell(5, product=self.create_service("Delivered", self.hour, "delivered_timesheet"))
        line = self.env["sale.order.line"].search([("product_id.name", "=", "Delivered")])
        task = self.env["project.task"].create({"name": "T", "project_id": self.project.id, "sale_line_id": line.id})
        entry = self.log(2, task_id=task.id)
        self.assertEqual((entry.so_line, entry.pack_id.id), (line, False))
        self.assertEqual(self.project.pack_remaining_hours, 10)

    def test_a_prepaid_line_of_another_project_is_not_used(self):
        other = self.create_project("Other", partner_id=self.customer.id, allow_timesheets=True, allow_billable=True)
        foreign, own = self.sell(10, project=other), self.sell(10)
        task = self.env["project.task"].create(
            {"name": "T", "project_id": self.project.id, "sale_line_id": foreign.sale_line_id.id}
        )
        self.assertEqual(self.log(2, task_id=task.id).pack_id, own)
        own.order_id._action_cancel()
        entry = self.log(2, task_id=task.id)
        self.assertFalse(entry.pack_id or entry.so_line)
        self.assertEqual(foreign.remaining_hours, 10)

    def test_tasks_name_a_pack_or_none(self):
        first, second = self.sell(10), self.sell(10)
        task = self.env["project.task"].create({"name": "T", "project_id": self.project.id, "pack_id": second.id})
        self.assertEqual(self.log(1, task_id=task.id).pack_id, second)
        task.no_pack = True
        entry = self.log(1, task_id=task.id)
        self.assertFalse(entry.pack_id or entry.so_line)
        self.assertEqual(first.remaining_hours, 10)

    def test_validity(self):
        first, second = self.sell(10), self.sell(10)
        first.date_from, first.date_to = "2026-01-01", "2026-01-31"
        self.assertEqual(self.log(1, date="2025-12-31").pack_id, second)
        with freeze_time("2026-01-15"):
            self.env.invalidate_all()
            self.assertEqual(self.log(1, date="2026-01-15").pack_id, first)
        with freeze_time("2026-02-15"):
            self.env.invalidate_all()
            self.assertTrue(first.is_closed)
            self.assertEqual(self.project.pack_remaining_hours, 9)
            self.assertEqual(self.log(1, date="2026-02-15").pack_id, second)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            first.date_to = "2025-01-01"
            self.env.flush_all()

    def test_time_of_the_validity_is_logged_later(self):
        first, second = self.sell(3), self.sell(10)
        first.date_to = "2026-01-31"
        with freeze_time("2026-02-03"):
            self.env.invalidate_all()
            self.assertEqual(self.log(2, date="2026-01-30").pack_id, first)
            self.assertEqual((first.remaining_hours, self.project.pack_remaining_hours), (1, 10))
            self.assertEqual(self.log(2, date="2026-01-30").pack_id, first)
            self.assertEqual((first.remaining_hours, second.available_hours), (-1, 9), "carried over")
            self.assertEqual(self.log(1, date="2026-01-30").pack_id, second)
            self.assertEqual(self.log(1, date="2026-02-01").pack_id, second)

    def test_the_last_day_is_that_of_whoever_logs(self):
        first, second = self.sell(3), self.sell(10)
        first.date_to = "2026-01-31"
        for zone, pack in (("America/Lima", first), ("Asia/Tokyo", second)):
            self.consultant.tz = zone
            with freeze_time("2026-01-31 23:30:00"):
                self.env.invalidate_all()
                entries = self.env["account.analytic.line"].with_user(self.consultant).with_context(tz=zone)
                entry = entries.create({"name": "w", "project_id": self.project.id, "unit_amount": 1})
                self.assertEqual(entry.sudo().pack_id, pack, zone)

    def test_packs_of_nothing(self):
        for hours in (0, -5):
            with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
                self.env["project.pack"].create({"project_id": self.project.id, "purchased_hours": hours})
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.env["project.pack"].create({"purchased_hours": 5})
        plain = self.env["project.project"].create({"name": "Plain"})
        with self.assertRaisesRegex(ValidationError, "has no lifecycle"):
            self.env["project.pack"].create({"project_id": plain.id, "purchased_hours": 5})

    def test_more_than_everything_left(self):
        first, second = self.sell(2), self.sell(3)
        entry = self.log(9)
        self.assertEqual((entry.pack_id, first.remaining_hours, first.available_hours), (first, -7, 0))
        self.assertEqual((second.available_hours, self.project.pack_remaining_hours), (-4, -4))
        self.assertEqual(self.log(1).pack_id, second)

    def test_time_off_packs_is_never_refused(self):
        self.env.company.pack_policy = "block"
        self.assertFalse(self.log(8).pack_id)
        self.sell(1)
        self.log(1)
        for values in ({"pack_use": "offered"}, {"task_id": self._off_packs().id}):
            self.log(5, **values)
        with self.assertRaisesRegex(UserError, "0:00 h left"):
            self.log(1)

    def _off_packs(self):
        return self.env["project.task"].create({"name": "Off", "project_id": self.project.id, "no_pack": True})

    def test_administrators_pass_the_block(self):
        self.env.company.pack_policy = "block"
        self.sell(1)
        self.env["hr.employee"].create({"name": "Boss", "user_id": self.manager.id})
        entry = self.env["account.analytic.line"].with_user(self.manager)
        entry.create({"name": "w", "project_id": self.project.id, "unit_amount": 5})
        self.assertEqual(self.project.pack_remaining_hours, -4)

    def test_twenty_minutes_a_thousand_times(self):
        pack = self.sell(8000)
        entries = self.env["account.analytic.line"].with_user(self.consultant)
        entries.create(
            [{"name": "w", "project_id": self.project.id, "unit_amount": 7 + 1 / 3} for _number in range(1000)]
        )
        self.assertAlmostEqual(pack.used_hours, 7333 + 1 / 3, places=2)
        self.assertAlmostEqual(pack.remaining_hours, pack.sale_line_id.remaining_hours, delta=0.01)

    def test_import_and_lists_and_tasks(self):
        pack = self.sell(10)
        task = self.env["project.task"].create({"name": "Task", "project_id": self.project.id})
        lines = self.env["account.analytic.line"].with_user(self.consultant)
        result = lines.load(["name", "project_id/.id", "unit_amount"], [["imported", str(self.project.id), "1.5"]])
        self.assertFalse(result["messages"])
        task.with_user(self.consultant).write({"timesheet_ids": [Command.create({"name": "t", "unit_amount": 1})]})
        lines.with_context(default_project_id=self.project.id).name_create("quick")
        entries = lines.sudo().search([("project_id", "=", self.project.id)])
        self.assertEqual(len(entries), 3)
        self.assertEqual(entries.pack_id, pack)
        self.assertTrue(all(entry.pack_id for entry in entries))

    def test_a_task_that_moves_takes_its_time_along_to_the_packs_there(self):
        pack = self.sell(10)
        other = self.create_project("Other", partner_id=self.customer.id, allow_timesheets=True, allow_billable=True)
        theirs = self.sell(10, project=other)
        task = self.env["project.task"].create({"name": "Task", "project_id": self.project.id})
        entry = self.log(2, task_id=task.id)
        task.project_id = other
        self.env.flush_all()
        self.assertEqual((entry.project_id, entry.pack_id, entry.so_line), (other, theirs, theirs.sale_line_id))
        self.assertEqual((pack.remaining_hours, theirs.remaining_hours), (10, 8))

    def test_employee_rates_do_not_move_consumed_time(self):
        first, second = self.sell(10), self.sell(10)
        entry = self.log(2)
        self.env["project.sale.line.employee.map"].create(
            {"project_id": self.project.id, "employee_id": self.worker.id, "sale_line_id": second.sale_line_id.id}
        )
        self.env.flush_all()
        self.assertEqual((entry.pack_id, entry.so_line), (first, first.sale_line_id))

    def test_awaiting_time_waits_on_its_pack(self):
        pack = self.sell(10)
        self.project.stage_id.time_policy = "consent"
        entry = self.log(2)
        self.assertEqual((entry.pack_use, entry.pack_id, entry.so_line.id), ("awaiting", pack, False))
        self.assertTrue(entry.is_so_line_edited)
        self.assertEqual(pack.remaining_hours, 10)
        entry.with_user(self.manager).pack_use = "deducted"
        self.assertEqual((entry.so_line, pack.remaining_hours), (pack.sale_line_id, 8))
        self.assertIn("2:00 h: Awaiting consent → Deducted, by Marta Manager", pack.message_ids[0].body)

    def test_writing_the_day_or_the_text_moves_nothing(self):
        first, _second = self.sell(1), self.sell(10)
        entry = self.log(1)
        entry.with_user(self.consultant).write({"date": "2026-01-01", "name": "more"})
        self.assertEqual(entry.pack_id, first)
        entry.with_user(self.consultant).project_id = self.project
        self.assertEqual(entry.pack_id, first)


@tagged("post_install", "-at_install")
class TestPackAccess(PackCommon):
    """Who sees packs, and who changes them."""

    def test_each_role(self):
        pack = self.sell(10, user_id=self.salesperson.id)
        private = self.create_project(
            "Private", partner_id=self.customer.id, privacy_visibility="followers", user_id=self.manager.id
        )
        hidden = self.sell(10, project=private)
        seen = {
            user: self.env["project.pack"].with_user(user).search([("id", "in", (pack | hidden).ids)])
            for user in (self.consultant, self.manager, self.salesperson)
        }
        self.assertEqual(seen[self.consultant], pack)
        self.assertEqual(seen[self.manager], pack | hidden)
        self.assertEqual(seen[self.salesperson], pack)
        for user in (self.consultant, self.salesperson):
            for act in (
                lambda packs: packs.create({"project_id": self.project.id, "purchased_hours": 5}),
                lambda packs: packs.browse(pack.id).write({"date_to": "2030-01-01"}),
                lambda packs: packs.browse(pack.id).unlink(),
            ):
                with self.subTest(user=user.name), self.assertRaises(AccessError):
                    act(self.env["project.pack"].with_user(user))
        self.assertEqual(pack.with_user(self.salesperson).remaining_hours, 10)
        self.assertEqual(self.project.with_user(self.consultant).pack_remaining_hours, 10)

    def test_clients_read_none_of_it(self):
        self.sell(10)
        for model in ("project.pack", "project.work.kind"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.portal_user).search([])
        entries = self.env["account.analytic.line"].with_user(self.portal_user)
        hidden = {"pack_id", "pack_use", "pack_project_id", "work_kind_id", "internal_note", "step_id"}
        self.assertFalse(hidden & set(entries.fields_get()))
        for name in ("pack_ids", "pack_remaining_hours", "pack_used_hours", "pack_count"):
            with self.assertRaises(AccessError):
                self.project.with_user(self.portal_user).read([name])

    def test_a_page_of_projects_costs_the_same(self):
        def read(number):
            projects = self.env["project.project"].create(
                [
                    {"name": f"Many {rank}", "lifecycle_id": self.lifecycle.id, "allow_timesheets": True}
                    for rank in range(number)
                ]
            )
            self.env["project.pack"].create(
                [{"project_id": project.id, "purchased_hours": 5} for project in projects for _pack in range(2)]
            )
            fields = ["pack_remaining_hours", "pack_used_hours", "pack_count", "pack_last_entry_date"]
            return lambda env, run: env["project.project"].browse(projects.ids).read(fields)

        env = self.env(user=self.consultant)
        self.assertEqual(count_queries(env, read(40)), count_queries(env, read(80)))

    def test_the_indexes_are_used(self):
        pack = self.sell(10)
        self.cr.execute("SET LOCAL enable_seqscan = off")
        for condition in ("pack_id = %s", "so_line = %s"):
            self.cr.execute(f"EXPLAIN SELECT unit_amount FROM account_analytic_line WHERE {condition}", [pack.id])
            self.assertIn("Index", "\n".join(row[0] for row in self.cr.fetchall()), condition)


@tagged("post_install", "-at_install")
class TestPackEdges(PackCommon):
    def test_time_of_a_plain_project_on_the_line_of_a_pack_counts(self):
        pack = self.sell(10)
        plain = self.env["project.project"].create(
            {"name": "Plain", "partner_id": self.customer.id, "allow_timesheets": True, "allow_billable": True}
        )
        entry = self.log(2, project_id=plain.id, so_line=pack.sale_line_id.id)
        self.assertEqual((entry.so_line, entry.pack_id.id), (pack.sale_line_id, False))
        self.assertEqual((pack.remaining_hours, pack.sale_line_id.remaining_hours), (8, 8))

    def test_a_cancelled_order_alerts_nobody(self):
        pack = self.sell(10)
        pack.order_id._action_cancel()
        self.assertFalse(pack.activity_ids)

    def test_a_form_takes_nothing(self):
        pack = self.sell(1)
        entries = self.env["account.analytic.line"].with_user(self.consultant)
        draft = entries.new({"name": "w", "project_id": self.project.id, "unit_amount": 5})
        self.assertFalse(draft.pack_id or pack.activity_ids)

    def test_whoever_can_chooses_the_project(self):
        other = self.create_project("Other", partner_id=self.customer.id)
        self.sell(10, project=self.env["project.project"], user_id=self.salesperson.id)
        order = self.env["sale.order"].search([("partner_id", "=", self.customer.id)])
        (self.project | other).write({"reinvoiced_sale_order_id": order.id})
        pack = self.env["project.pack"].search([("sale_line_id", "=", order.order_line.id)])
        self.assertEqual(pack.activity_ids.user_id, self.consultant)


@tagged("post_install", "-at_install")
class TestPackSpeed(PackCommon):
    def test_entries_cost_four_queries_more_than_those_of_stock(self):
        """Beside a plain project whose time Odoo puts on an order line: for one entry and for a hundred."""
        plain = self.env["project.project"].create(
            {"name": "Plain", "partner_id": self.customer.id, "allow_timesheets": True, "allow_billable": True}
        )
        self.sell(5000, project=plain)
        plain.sale_line_id = self.env["sale.order.line"].search([("order_id.project_id", "=", plain.id)])
        self.sell(2000)
        self.sell(2000)

        def create(project, number):
            values = {"unit_amount": 1, "project_id": project.id}

            def scenario(env, run):
                env["account.analytic.line"].create(
                    [{"name": f"work {run} {rank}", **values} for rank in range(number)]
                )

            return scenario

        env = self.env(user=self.consultant, context={})
        for number in (1, 100):
            ours, stock = count_queries(env, create(self.project, number)), count_queries(env, create(plain, number))
            self.assertLessEqual(ours, stock + 4, number)
