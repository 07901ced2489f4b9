from odoo.tests import tagged

from odoo.addons.project_lifecycle.tests.common_browser import TourCase

from .common import TicketCommon


@tagged("post_install", "-at_install")
class TestTourTicket(TicketCommon, TourCase):
    def test_from_the_portal_to_consented_time(self):
        self.portal_user.password = "lc_spoc"
        self.agent.password = "lc_agent"
        self.start_tour("/my", "project_lifecycle_ticket_client_writes", login="lc_spoc")
        ticket = self.env["helpdesk.ticket"].search([("name", "=", "Cost of a kilometre")])
        self.assertEqual((ticket.project_id, ticket.team_id), (self.project, self.support))
        self.start_tour(f"/odoo/helpdesk.ticket/{ticket.id}", "project_lifecycle_ticket_agent_works", login="lc_agent")
        entry = ticket.task_id.timesheet_ids
        self.assertEqual((entry.pack_use, ticket.task_id.activity_ids.user_id), ("awaiting", self.consultant))
        self.start_tour("/my", "project_lifecycle_ticket_client_agrees", login="lc_spoc")
        self.env.invalidate_all()
        self.assertEqual((entry.pack_use, entry.consent_id.ticket_id), ("deducted", ticket))
        self.assertEqual(self.pack.remaining_hours, 9.5)
