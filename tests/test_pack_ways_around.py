from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_packs import PackCommon


@tagged("post_install", "-at_install")
class TestPackWaysAround(PackCommon):
    """What the form does not offer, but a program may send."""

    def setUp(self):
        super().setUp()
        self.pack = self.sell(3)
        self.entries = self.env["account.analytic.line"].with_user(self.consultant)
        self.values = {"name": "work", "project_id": self.project.id, "unit_amount": 2}

    def test_defaults_do_not_set_what_follows_from_the_project(self):
        self.project.stage_id.time_policy = "consent"
        for name, value in (("pack_use", "deducted"), ("step_id", self.project.step_ids[-1].id)):
            with self.assertRaises(AccessError), self.cr.savepoint():
                self.entries.with_context(**{f"default_{name}": value}).create(self.values)

    def test_a_pack_by_default_is_checked_as_one_by_hand(self):
        self.env.company.pack_policy = "block"
        entries = self.entries.with_context(default_pack_id=self.pack.id)
        entry = entries.create(self.values)
        self.assertEqual((entry.sudo().pack_id, entry.so_line), (self.pack, self.pack.sale_line_id))
        with self.assertRaisesRegex(UserError, "1:00 h left"), self.cr.savepoint():
            entries.create(self.values)

    def test_nobody_says_for_which_project_the_pack_was_chosen(self):
        with self.assertRaises(AccessError), self.cr.savepoint():
            self.entries.create({**self.values, "pack_project_id": self.project.id})
        with self.assertRaises(AccessError), self.cr.savepoint():
            self.entries.with_context(default_pack_project_id=self.project.id).create(self.values)
        entry = self.entries.create(self.values)
        with self.assertRaises(AccessError), self.cr.savepoint():
            entry.pack_project_id = False
        self.assertEqual(entry.sudo().pack_id, self.pack)

    def test_time_kept_off_packs_stays_off(self):
        entry = self.entries.create({**self.values, "pack_id": False})
        entry.project_id = self.project
        entry.unit_amount = 1
        self.env.flush_all()
        self.assertFalse(entry.sudo().pack_id)
        self.assertEqual(self.pack.remaining_hours, 3)

    def test_an_order_line_by_default_is_its_pack(self):
        later = self.sell(5)
        entry = self.entries.with_context(default_so_line=later.sale_line_id.id).create(self.values)
        self.assertEqual((entry.sudo().pack_id, entry.so_line), (later, later.sale_line_id))

    def test_a_copy_is_taken_from_the_packs_anew(self):
        entry = self.entries.create(self.values)
        later = self.sell(5)
        self.entries.create({**self.values, "unit_amount": 1})
        copy = entry.copy()
        self.assertEqual((copy.sudo().pack_id, self.project.pack_remaining_hours), (later, 3))

    def test_hours_in_another_unit_count_as_hours(self):
        self.env.company.pack_policy = "block"
        entry = self.entries.create({**self.values, "unit_amount": 1})
        with self.assertRaisesRegex(UserError, "left"), self.cr.savepoint():
            entry.product_uom_id = self.day
        self.assertEqual(self.pack.remaining_hours, 2)

    def test_consultants_write_no_packs(self):
        pack = self.pack.with_user(self.consultant)
        for values in ({"purchased_hours": 99}, {"is_cancelled": False}, {"date_to": "2099-01-01"}, {"name": "x"}):
            with self.assertRaises(UserError), self.cr.savepoint():
                pack.write(values)
        with self.assertRaises(AccessError), self.cr.savepoint():
            pack.create({"project_id": self.project.id, "purchased_hours": 99})

    def test_administrators_do_not_bend_what_follows_from_the_order(self):
        by_hand = self.env["project.pack"].create({"project_id": self.project.id, "purchased_hours": 1})
        for pack, values in (
            (self.pack, {"is_cancelled": True}),
            (self.pack, {"sale_line_id": False}),
            (by_hand, {"sale_line_id": self.pack.sale_line_id.id}),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                pack.with_user(self.manager).write(values)

    def test_a_cancelled_pack_takes_no_time_by_hand_either(self):
        gone = self.sell(5)
        moved = self.entries.create(self.values)
        gone.order_id._action_cancel()
        for asked in ({"pack_id": gone.id}, {"so_line": gone.sale_line_id.id}, {"taken_from_id": gone.id}):
            with self.assertRaisesRegex(UserError, "is cancelled"), self.cr.savepoint():
                self.entries.create({**self.values, **asked})
        with self.assertRaisesRegex(UserError, "is cancelled"), self.cr.savepoint():
            moved.with_user(self.manager).pack_id = gone
        self.assertEqual(moved.sudo().pack_id, self.pack)

    def test_time_on_a_pack_that_is_cancelled_later_may_be_corrected(self):
        entry = self.entries.create(self.values)
        self.pack.order_id._action_cancel()
        entry.write({"unit_amount": 1, "project_id": self.project.id})
        self.assertEqual((entry.sudo().pack_id, self.pack.remaining_hours), (self.pack, 2))

    def test_the_validity_holds_by_hand_too(self):
        self.pack.date_to = "2026-01-31"
        values = {**self.values, "date": "2026-02-01", "pack_id": self.pack.id}
        with self.assertRaisesRegex(UserError, "is not valid on"), self.cr.savepoint():
            self.entries.create(values)
        entry = self.entries.create({**values, "date": "2026-01-31"})
        self.assertEqual(entry.sudo().pack_id, self.pack)

    def test_packs_of_another_company_are_not_seen(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        project = self.create_project("Theirs", allow_timesheets=True, company_id=company.id)
        pack = self.env["project.pack"].create({"project_id": project.id, "purchased_hours": 5})
        self.assertFalse(pack.with_user(self.manager).search([("id", "=", pack.id)]))
        with self.assertRaises(AccessError):
            pack.with_user(self.manager).read(["available_hours"])

    def test_packs_of_an_archived_project_are_kept(self):
        entry = self.entries.create(self.values)
        self.project.active = False
        self.project.active = True
        self.assertEqual((entry.sudo().pack_id, self.project.pack_remaining_hours), (self.pack, 1))
