from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..logic import handover
from .handover_common import HandoverCommon


@tagged("post_install", "-at_install")
class TestScopeApps(HandoverCommon):
    """What is in scope: why, what it takes, what the client was told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.intake = cls.hand_over((cls.pack, 5), (cls.app_sales, 1))
        cls.running = cls.intake.sudo().project_id.with_user(cls.consultant)
        cls.app = cls.running.scope_app_ids

    @freeze_time("2026-03-02")
    def test_the_consultant_estimates(self):
        self.app.remaining_days = 8
        self.assertRecordValues(
            self.app,
            [{"needed_days": 8, "estimated_on": date(2026, 3, 2), "estimated_by_id": self.consultant.id}],
        )
        self.assertEqual(self.intake.days_short, 3)

    def test_nothing_left_to_do_is_an_estimate(self):
        self.app.remaining_days = 0
        self.assertEqual(self.app.needed_days, 0)

    def test_added_by_the_consultant(self):
        action = self.running.action_open_scope_apps()
        App = self.env["project.scope.app"].with_user(self.consultant).with_context(**action["context"])
        with Form(App) as form:
            form.product_id = self.app_stock
        app = self.running.scope_app_ids - self.app
        self.assertRecordValues(app, [{"name": "App Stock", "usual_days": 4, "is_sold": False}])
        self.assertEqual(app.sudo().intake_id, self.intake)
        self.assertEqual(self.intake.missing_app_count, 1)

    def test_an_app_without_a_product(self):
        self.env["project.scope.app"].with_user(self.consultant).create(
            {"project_id": self.running.id, "name": "Own portal", "usual_days": 2}
        )
        self.assertEqual(self.intake.usual_days, 5)

    def test_only_the_consultant_of_the_project_and_its_salesperson(self):
        for user in (self.colleague, self.other_sales, self.employee):
            with self.assertRaises(AccessError):
                self.app.with_user(user).reason = "Mine"
        self.app.with_user(self.sales).reason = "Quotes take days"

    def test_reasons(self):
        project = self.running.sudo()
        self.assertFalse(project._get_meeting("scope_reasons", project.stage_id))
        self.app.reason = "  "
        self.assertFalse(project._get_meeting("scope_reasons", project.stage_id))
        self.app.reason = "Quotes take days"
        self.assertEqual(project._get_meeting("scope_reasons", project.stage_id), project)
        self.assertFalse(self.project._get_meeting("scope_reasons", self.project.stage_id))

    def test_limits_told(self):
        project = self.running.sudo()
        self.app.limits = "No payroll"
        self.assertFalse(project._get_meeting("scope_limits_told", project.stage_id))
        self.app.limits_told_on = "2026-03-02"
        self.assertEqual(project._get_meeting("scope_limits_told", project.stage_id), project)

    def test_a_product_without_usual_days(self):
        bare = self.create_service("App Bare", uom=self.env.ref("uom.product_uom_unit"), is_scope_app=True)
        self.env["project.scope.app"].with_user(self.consultant).create(
            {"project_id": self.running.id, "product_id": bare.id}
        )
        self.assertEqual(self.intake.unknown_app_count, 1)

    def test_an_estimate_is_signed_by_whoever_makes_it(self):
        App = self.env["project.scope.app"].with_user(self.consultant)
        forged = {"estimated_on": "2026-01-01", "estimated_by_id": self.manager.id}
        for name, value in forged.items():
            with self.assertRaisesRegex(AccessError, "signs the estimate"):
                App.browse(self.app.id).write({"remaining_days": 4, name: value})
            with self.assertRaisesRegex(AccessError, "signs the estimate"):
                App.create({"project_id": self.running.id, "name": "X", "remaining_days": 4, name: value})
        defaults = {f"default_{name}": value for name, value in forged.items()}
        app = App.with_context(**defaults).create({"project_id": self.running.id, "name": "X"})
        self.assertFalse(app.estimated_on or app.estimated_by_id)
        app.with_context(**defaults).remaining_days = 2
        self.assertEqual((app.estimated_by_id, app.estimated_on), (self.consultant, fields.Date.context_today(app)))

    def test_wrong_input(self):
        App = self.env["project.scope.app"].with_user(self.consultant)
        for values in (
            {"project_id": self.running.id, "name": "X", "usual_days": -1},
            {"project_id": self.running.id, "name": "X", "remaining_days": -1},
            {"project_id": self.running.id, "product_id": self.app_sales.id},
            {"project_id": self.running.id},
        ):
            with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                App.create(values)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.app_sales.product_tmpl_id.usual_days = -2
            self.env.flush_all()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.intake.customisation_count = -1
            self.env.flush_all()

    def test_apps_that_were_there_before_the_hand_over(self):
        app = (
            self.env["project.scope.app"]
            .with_user(self.consultant)
            .create({"project_id": self.project.id, "product_id": self.app_stock.id})
        )
        self.project.with_user(self.consultant).action_open_handover()
        self.assertEqual(app.sudo().intake_id, self.project.intake_ids)


@tagged("post_install", "-at_install")
class TestHandoverArithmetic(HandoverCommon):
    def test_days(self):
        self.assertEqual(handover.needed_days(3), 3)
        self.assertEqual(handover.needed_days(3, 0), 0)
        self.assertEqual(handover.needed_days(3, 5), 5)
        self.assertEqual(handover.short_of(5, 3.5), 1.5)
        self.assertEqual(handover.short_of(3, 5), 0)
        self.assertEqual(handover.days_to_work(3, 5), 5)
        self.assertEqual(handover.days_to_work(7, 5), 7)
