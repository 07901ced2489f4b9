from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_pack_portal import PackPortalCommon


@tagged("post_install", "-at_install")
class TestClientLearning(PackPortalCommon):
    """What people of the client learn by themselves is written down, and never changes a balance."""

    def report(self, **values):
        return self.env["project.client.learning"].create(
            {
                "project_id": self.project.id,
                "partner_id": self.spoc.id,
                "hours": 1.5,
                "subject": "The tutorial",
                **values,
            }
        )

    def test_no_balance_changes(self):
        pack = self.sell(10)
        self.log(2)
        self.report()
        self.assertEqual((pack.remaining_hours, self.project.pack_remaining_hours), (8, 8))
        self.assertEqual(self.project.with_user(self.consultant).client_learning_hours, 1.5)

    def test_hours_of_a_day(self):
        for hours in (0, -1, 24.5):
            with (
                self.subTest(hours=hours),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.report(hours=hours)
        self.report(hours=20)
        with self.assertRaisesRegex(ValidationError, "24 hours"):
            self.report(hours=5)
        self.report(hours=5, partner_id=self.mate.partner_id.id)
        self.assertEqual(self.report(hours=24, date="2026-01-05").hours, 24)

    @freeze_time("2026-03-20 12:00:00")
    def test_not_in_the_future(self):
        self.report(date=fields.Date.today())
        with self.assertRaisesRegex(ValidationError, "up to today"):
            self.report(date="2026-03-21")

    def test_says_what(self):
        with self.assertRaisesRegex(ValidationError, "few words"):
            self.report(subject="  ")

    def test_rights(self):
        learning = self.report()
        for user in (self.consultant, self.colleague, self.manager):
            self.assertEqual(learning.with_user(user).hours, 1.5)
            for method, args in (("unlink", ()), ("write", ({"hours": 1},))):
                with self.subTest(user=user.login, method=method), self.assertRaises(AccessError):
                    getattr(learning.with_user(user), method)(*args)
        for user in (self.employee, self.portal_user, self.mate, self.rival):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                learning.with_user(user).read(["hours"])
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                learning.with_user(user).create({"project_id": self.project.id, "hours": 1, "subject": "x"})
        self.project.privacy_visibility = "followers"
        self.project.message_unsubscribe(partner_ids=self.colleague.partner_id.ids)
        with self.assertRaises(AccessError):
            learning.with_user(self.colleague).read(["hours"])

    def test_list_on_the_project(self):
        self.report()
        action = self.project.with_user(self.consultant).action_view_client_learning()
        rows = self.env["project.client.learning"].with_user(self.consultant).search(action["domain"])
        self.assertEqual(rows.subject, "The tutorial")
