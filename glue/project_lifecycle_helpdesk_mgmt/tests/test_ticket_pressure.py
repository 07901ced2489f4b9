from datetime import datetime

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.project_lifecycle.tests.common import count_queries

from .common import TicketCommon

PRESSURE = "project_lifecycle.mail_activity_type_ticket_pressure"


@tagged("post_install", "-at_install")
class TestTicketPressure(TicketCommon):
    """How much a project asks of support, and what follows (S2.135)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket.unlink()
        cls.first.purpose = "support"
        cls.project.company_id = cls.env.company
        cls.env.company.ticket_pressure_limit = 3

    def open_tickets(self, *months, project=None):
        """Open tickets, one in each of these months of 2026."""
        tickets = self.env["helpdesk.ticket"]
        for month in months:
            ticket = self.create_ticket(**({"project_id": project.id} if project else {}))
            self.env.cr.execute(
                "UPDATE helpdesk_ticket SET create_date = %s WHERE id = %s", (datetime(2026, month, 3, 10), ticket.id)
            )
            tickets |= ticket
        self.env.invalidate_all()
        return tickets

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("project_lifecycle.project_ticket_pressure_cron").method_direct_trigger()

    def suggestions(self, project=None):
        return (project or self.project).activity_search([PRESSURE])

    @freeze_time("2026-06-20 10:00:00")
    def test_zero_tickets(self):
        project = self.project.with_user(self.consultant)
        self.assertEqual(
            (project.support_month_count, project.support_trend, project.support_helped_share), (0, "none", 0)
        )
        self.assertFalse(project.support_chart)
        self.run_cron()
        self.assertFalse(self.suggestions())

    @freeze_time("2026-06-20 10:00:00")
    def test_months_trend_and_share(self):
        tickets = self.open_tickets(2, 4, 4, 5, 5, 6)
        tickets[0].consultant_asked_on = tickets[3].consultant_asked_on = datetime(2026, 6, 1)
        project = self.project.with_user(self.consultant)
        self.assertEqual((project.support_month_count, project.support_trend), (1, "rising"))
        self.assertAlmostEqual(project.support_helped_share, 100 * 2 / 6)
        self.assertIn("Apr", project.support_chart)

    @freeze_time("2026-06-20 10:00:00")
    def test_the_manager_is_told_once_a_month(self):
        self.open_tickets(5, 6, 6)
        self.run_cron()
        self.assertFalse(self.suggestions())
        self.open_tickets(6)
        self.run_cron()
        self.run_cron()
        activity = self.suggestions()
        self.assertEqual((len(activity), activity.user_id), (1, self.consultant))
        self.assertIn("3 tickets this month", activity.note)
        activity.action_feedback()
        with freeze_time("2026-06-29 10:00:00"):
            self.run_cron()
            self.assertFalse(self.suggestions())
        with freeze_time("2026-07-20 10:00:00"):
            self.open_tickets(7, 7, 7)
            self.run_cron()
            self.assertEqual(len(self.suggestions()), 1)

    @freeze_time("2026-06-20 10:00:00")
    def test_many_demanding_clients(self):
        other = self.create_project("Another", partner_id=self.customer.id, company_id=self.env.company.id)
        self.open_tickets(6, 6, 6)
        self.run_cron()
        self.assertNotIn("demanding clients", self.suggestions().note)
        self.open_tickets(6, 6, 6, project=other)
        self.run_cron()
        self.assertIn("2 of your projects", self.suggestions(other).note)

    @freeze_time("2026-06-20 10:00:00")
    def test_nobody_is_told_of_projects_that_are_active_or_if_switched_off(self):
        self.open_tickets(6, 6, 6)
        self.first.purpose = "delivery"
        self.run_cron()
        self.assertFalse(self.suggestions())
        self.first.purpose = "support"
        self.env.company.ticket_pressure_limit = 0
        self.run_cron()
        self.assertFalse(self.suggestions())

    @freeze_time("2026-06-20 10:00:00")
    def test_queries_at_n_and_2n(self):
        projects = self.project.browse(
            [self.create_project(f"P {number}", partner_id=self.customer.id).id for number in range(8)]
        )
        for project in projects:
            self.open_tickets(5, 6, project=project)
        names = ["support_ticket_count", "support_open_ticket_count", "support_month_count", "support_trend"]

        def read(number):
            return lambda env, run: projects[:number].with_env(env).read(names)

        env = self.env(user=self.consultant)
        self.assertEqual(count_queries(env, read(4)), count_queries(env, read(8)))
