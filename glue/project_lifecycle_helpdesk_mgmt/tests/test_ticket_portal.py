from odoo import http
from odoo.tests import HttpCase, new_test_user, tagged

from .common import TicketCommon


@tagged("post_install", "-at_install")
class TestTicketPortal(TicketCommon, HttpCase):
    """The client's tickets in the portal, and nobody else's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.clerk = new_test_user(cls.env, "lc_clerk", "base.group_portal", name="Cleo Clerk")
        cls.clerk.partner_id.parent_id = cls.customer
        for user in (cls.portal_user, cls.rival, cls.clerk):
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

    def test_a_security_question_reaches_whom_the_form_has_named(self):
        """The company of the project has no such team, that of the form has."""
        other = self.env["res.company"].create({"name": "Second house"})
        (self.portal_user | self.consultant).company_ids += other
        abroad = self.create_project("Abroad", company_id=other.id, partner_id=self.customer.id)
        abroad.privacy_visibility = "portal"
        abroad.spoc_id = self.spoc
        self.assertFalse(other.helpdesk_security_team_id)
        _reply, ticket = self.submit(project=abroad.id, topic="security")
        self.assertEqual(ticket.team_id, self.security)
        self.assertTrue(ticket.is_security)

    def test_colleagues_read_no_security_question_of_each_other(self):
        """The helpdesk shows the tickets of a company to everybody there."""
        _reply, question = self.submit(project=self.project.id, topic="security")
        question.name = "Zqpassword"
        self.authenticate("lc_clerk", "lc_clerk")
        self.assertIn(self.ticket.number, self.url_open("/my/tickets").text)
        self.assertIn("Invoice rounds wrongly", self.url_open(f"/my/ticket/{self.ticket.id}").text)
        for url in ("/my/tickets", f"/my/ticket/{question.id}"):
            self.assertNotIn("Zqpassword", self.url_open(url).text)
        stage = question.stage_id
        self.post("/ticket/close", ticket_id=question.id, stage_id=self.done.id)
        self.assertEqual(question.stage_id, stage)
        self.authenticate("lc_spoc", "lc_spoc")
        self.assertIn("Zqpassword", self.url_open("/my/tickets").text)

    # === ORDERED TIME === #

    def test_the_spoc_orders_time_with_the_ticket(self):
        self.assertIn('name="order_hours"', self.url_open("/new/ticket").text)
        reply, ticket = self.submit(project=self.project.id, order_hours="1:30")
        consent = self.project.consent_ids
        self.assertEqual(
            (consent.kind, consent.state, consent.hours, consent.ticket_id, consent.partner_id),
            ("ordered", "granted", 1.5, ticket, self.spoc),
        )
        for text in ("we have noted what you ordered", "Ordered by the client", "01:30"):
            self.assertIn(text, reply.text)
        entry = self.log(1, task_id=ticket.task_id.id)
        self.assertEqual((entry.pack_use, self.pack.remaining_hours), ("deducted", 9))

    def test_the_spoc_orders_time_for_a_ticket_that_is_there(self):
        self.assertIn("/order", self.url_open(f"/my/ticket/{self.ticket.id}").text)
        reply = self.post(f"/my/ticket/{self.ticket.id}/order", order_hours="2")
        self.assertEqual((self.project.consent_ids.hours, self.project.consent_ids.ticket_id), (2, self.ticket))
        self.assertIn("02:00", reply.text)
        for typed in ("", "x", "0", "-1", "1e9", "99:99"):
            with self.subTest(typed):
                reply = self.post(f"/my/ticket/{self.ticket.id}/order", order_hours=typed)
                self.assertIn("No time was ordered", reply.text)
        self.assertEqual(len(self.project.consent_ids), 1)

    def test_the_spoc_of_a_company_that_works_in_days_orders_days(self):
        self.env.company.timesheet_encode_uom_id = self.day
        for page in ("/new/ticket", f"/my/ticket/{self.ticket.id}"):
            text = self.url_open(page).text
            self.assertRegex(text, r"Order time for (it|this ticket) \(days\)")
            self.assertIn('name="order_unit" value="day"', text)
        _reply, ticket = self.submit(project=self.project.id, order_hours="0,5", order_unit="day")
        self.assertEqual((self.project.consent_ids.hours, self.project.consent_ids.ticket_id), (4, ticket))
        reply = self.post(f"/my/ticket/{self.ticket.id}/order", order_hours="1:30", order_unit="day")
        self.assertIn("write it in days", reply.text)
        self.assertEqual(len(self.project.consent_ids), 1)

    def test_nobody_else_orders_time(self):
        self.project.client_colleagues_read = True
        self.authenticate("lc_clerk", "lc_clerk")
        self.assertNotIn('name="order_hours"', self.url_open("/new/ticket").text)
        self.assertNotIn('name="order_hours"', self.url_open(f"/my/ticket/{self.ticket.id}").text)
        reply, ticket = self.submit(project=self.project.id, order_hours="2")
        self.assertTrue(ticket)
        self.assertIn("only the contact for the project orders it", reply.text)
        self.post(f"/my/ticket/{self.ticket.id}/order", order_hours="2")
        self.authenticate("lc_rival", "lc_rival")
        self.post(f"/my/ticket/{self.ticket.id}/order", order_hours="2")
        self.assertFalse(self.project.consent_ids)

    def test_a_link_orders_nothing(self):
        before = self.env["helpdesk.ticket"].search_count([])
        self.url_open(f"/submitted/ticket?subject=x&description=y&project={self.project.id}&order_hours=9")
        self.url_open(f"/my/ticket/{self.ticket.id}/order?order_hours=9")
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before)
        self.assertFalse(self.project.consent_ids)

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
        self.ticket.message_subscribe(partner_ids=self.employee.partner_id.ids)
        self.post("/ticket/close", ticket_id=self.ticket.id, stage_id=self.done.id)
        self.assertFalse(self.ticket.closed)
        self.ticket.stage_id = self.done
        self.post(f"/my/ticket/{self.ticket.id}/reopen", reason="x")
        self.assertTrue(self.ticket.closed)

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
