from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common_pack_portal import PackPortalCommon
from .test_packs import PackCommon


@tagged("post_install", "-at_install")
class TestPackPromises(PackCommon):
    """What packs leave alone, and what is told with them."""

    def test_a_used_up_pack_moves_no_project(self):
        """S2.130: that the hours are gone is no reason for another stage, and answers no criterion."""
        before = (self.project.stage_id, self.project.gate_state, self.project.stage_item_ids.mapped("state"))
        self.sell(10)
        self.log(12)
        self.project._refresh_criteria()
        self.assertEqual(self.project.pack_state, "used_up")
        self.assertEqual(
            (self.project.stage_id, self.project.gate_state, self.project.stage_item_ids.mapped("state")), before
        )
        self.assertFalse(self.project.gate_decision_ids)

    def test_hours_that_are_left_hold_no_gate(self):
        """S2.128a, S2.131b: they stay usable in every stage to which the project goes."""
        pack = self.sell(10)
        self.log(3)
        self.tick_all(self.project)
        self.project.with_user(self.consultant).stage_id = self.second
        self.assertEqual(self.project.pack_remaining_hours, 7)
        self.assertEqual(self.log(1).pack_id, pack)

    def test_work_the_client_hardly_sees_has_its_kind(self):
        """S2.50: the kinds are there from the start, chosen by whoever logs time, extended by administrators."""
        kinds = self.env["project.work.kind"].with_user(self.consultant)
        names = set(kinds.search([]).mapped("name"))
        self.assertLessEqual(
            {"Analysis", "Management", "Configuration", "Training", "Meeting", "Expert help", "Support"}, names
        )
        with self.assertRaises(AccessError):
            kinds.create({"name": "Mine"})
        own = kinds.with_user(self.manager).create({"name": "Data import"})
        self.sell(10)
        task = self.env["project.task"].create({"name": "Customers", "project_id": self.project.id})
        with Form(task.with_user(self.consultant)) as form, form.timesheet_ids.new() as line:
            line.name = "Imported them"
            line.unit_amount = 1 / 60
            line.work_kind_id = own
        entry = task.timesheet_ids
        self.assertEqual((entry.work_kind_id, self.project.pack_remaining_hours), (own, 10 - 1 / 60))

    def test_help_in_support_is_logged_at_once_and_deducted_once_agreed(self):
        """S2.134: the time awaits consent on its pack; only an administrator deducts it."""
        self.first.time_policy = "consent"
        pack = self.sell(10)
        entry = self.log(2)
        self.assertEqual((entry.pack_id, entry.pack_use, pack.remaining_hours), (pack, "awaiting", 10))
        with self.assertRaises(AccessError), self.cr.savepoint():
            entry.with_user(self.consultant).pack_use = "deducted"
        entry.with_user(self.manager).pack_use = "deducted"
        self.assertEqual((entry.so_line, pack.remaining_hours), (pack.sale_line_id, 8))


@tagged("post_install", "-at_install")
class TestPackPromisesToClients(PackPortalCommon):
    def test_the_page_says_that_learning_saves_hours(self):
        """S2.52."""
        self.live()
        page = self.env["ir.qweb"]._render(
            "project_lifecycle.portal_pack_learning",
            {
                **self.project.with_user(self.portal_user)._get_pack_page(),
                "project": self.project,
                "may_report": False,
                "learning_error": None,
                "is_reported": False,
            },
        )
        self.assertIn("the fewer hours are taken from your packs", str(page))
