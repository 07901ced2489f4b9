from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import LifecycleCommon


class PackCommon(LifecycleCommon):
    """A project whose hours are sold by orders, and time logged on it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create({"name": "Client", "is_company": True})
        cls.hour, cls.day = cls.env.ref("uom.product_uom_hour"), cls.env.ref("uom.product_uom_day")
        cls.consulting = cls.create_service("Consulting", cls.hour)
        cls.consulting_days = cls.create_service("Consulting days", cls.day)
        cls.project = cls.create_project("Packed", partner_id=cls.customer.id, allow_timesheets=True, allow_billable=True)
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
        pack = self.env["project.pack"].with_user(self.manager).create(
            {"name": "Bought elsewhere", "project_id": self.project.id, "purchased_hours": 8}
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
        self.assertEqual((len(pack.activity_ids), pack.alerted_share), (4, 0))
        self.log(2)
        self.assertEqual((len(pack.activity_ids), pack.alerted_share), (6, 50))

    def test_negative_corrections_stay_on_the_pack(self):
        first, second = self.sell(2), self.sell(10)
        self.log(2)
        self.log(1)
        self.assertEqual(self.log(-1).pack_id, second)
        self.assertEqual(first.remaining_hours, 0)
