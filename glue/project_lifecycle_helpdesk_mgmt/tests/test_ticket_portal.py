from odoo import http
from odoo.tests import HttpCase, tagged

from .common import TicketCommon


@tagged("post_install", "-at_install")
class TestTicketPortal(TicketCommon, HttpCase):
    """The client's tickets in the portal, and nobody else's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        for user in (cls.portal_user, cls.rival):
            user.password = user.login

    def setUp(self):
        super().setUp()
        self.authenticate("lc_spoc", "lc_spoc")

    def post(self, url, **data):
        return self.url_open(url, data={"csrf_token": http.Request.csrf_token(self), **data})

    def submit(self, **data):
        before = self.env["helpdesk.ticket"].search([])
        reply = self.post("/submitted/ticket", subject="From the portal", description="It rounds", **data)
        return reply, self.env["helpdesk.ticket"].search([]) - before

    def test_the_form_offers_own_projects(self):
        page = self.url_open("/new/ticket").text
        self.assertIn("Packed", page)
        self.assertNotIn("Secret of the rival", page)
        for name in ("application", "steps", "expected", "seen", "attachment"):
            self.assertIn(f'name="{name}"', page)
        self.assertIn("Guards, which alone reads them", " ".join(page.split()).replace(" , ", ", "))

    def test_a_ticket_of_a_project(self):
        _reply, ticket = self.submit(
            project=self.project.id, application="Invoicing", steps="Print", expected="1.35", seen="4.10"
        )
        self.assertRecordValues(
            ticket,
            [
                {
                    "project_id": self.project.id,
                    "partner_id": self.spoc.id,
                    "team_id": self.support.id,
                    "application": "Invoicing",
                    "steps": "Print",
                    "expected": "1.35",
                    "seen": "4.10",
                }
            ],
        )
        page = self.url_open(f"/my/ticket/{ticket.id}").text
        for text in ("Packed", "Invoicing", "4.10", "1.35"):
            self.assertIn(text, page)

    def test_a_security_question(self):
        reply, ticket = self.submit(project=self.project.id, topic="security")
        self.assertEqual(ticket.team_id, self.security)
        self.assertIn("which alone reads it", reply.text)

    def test_a_project_of_somebody_else(self):
        for value in (self.rival_project.id, "999999999", "1 OR 1=1"):
            with self.subTest(value):
                reply, ticket = self.submit(project=value)
                self.assertFalse(ticket)
                self.assertGreaterEqual(reply.status_code, 400)

    def test_an_archived_project_takes_none(self):
        self.project.active = False
        self.assertNotIn("Packed", self.url_open("/new/ticket").text)

    def test_closing_and_opening_again(self):
        self.post("/ticket/close", ticket_id=self.ticket.id, stage_id=self.done.id)
        self.assertEqual(self.ticket.stage_id, self.done)
        self.assertIn("Open again", self.url_open(f"/my/ticket/{self.ticket.id}").text)
        self.post(f"/my/ticket/{self.ticket.id}/reopen", reason="Still wrong")
        self.assertFalse(self.ticket.closed)
        self.assertFalse(self.ticket.closed_date)
        said = self.ticket.message_ids.filtered(lambda message: "Still wrong" in message.body)
        self.assertEqual(said.author_id, self.spoc)
        stage = self.ticket.stage_id
        self.post(f"/my/ticket/{self.ticket.id}/reopen", reason="Twice")
        self.assertEqual(self.ticket.stage_id, stage)

    def test_nobody_closes_or_opens_a_ticket_of_others(self):
        """The helpdesk's own route looks at the number alone."""
        self.authenticate("lc_rival", "lc_rival")
        stage = self.ticket.stage_id
        self.post("/ticket/close", ticket_id=self.ticket.id, stage_id=self.done.id)
        self.assertEqual(self.ticket.stage_id, stage)
        self.ticket.stage_id = self.done
        self.post(f"/my/ticket/{self.ticket.id}/reopen", reason="x")
        self.assertEqual(self.ticket.stage_id, self.done)

    def test_employees_close_what_they_may_write(self):
        self.employee.password = "lc_employee"
        self.authenticate("lc_employee", "lc_employee")
        self.post("/ticket/close", ticket_id=self.ticket.id, stage_id=self.done.id)
        self.assertFalse(self.ticket.closed)

    def test_a_link_closes_nothing(self):
        self.url_open(f"/ticket/close?ticket_id={self.ticket.id}&stage_id={self.done.id}")
        self.assertFalse(self.ticket.closed)

    def test_only_stages_for_clients(self):
        rejected = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_rejected")
        for stage in (rejected.id, 0, "x", 999999):
            self.post("/ticket/close", ticket_id=self.ticket.id, stage_id=stage)
            self.assertFalse(self.ticket.closed)
        self.assertEqual(self.post("/ticket/close", ticket_id="x", stage_id="y").status_code, 200)

    def test_the_page_of_the_project_shows_them(self):
        page = self.url_open(f"/my/projects/{self.project.id}/lifecycle").text
        self.assertIn(self.ticket.number, page)
        self.assertIn(f"/new/ticket?project={self.project.id}", page)
