from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.project_lifecycle.tests.common import count_queries

from .common import TicketCommon

SUMMARY = [
    "has_lifecycle",
    "project_stage_name",
    "project_spoc_id",
    "project_consultant_id",
    "project_hours_left",
    "project_has_packs",
    "task_hours",
    "task_awaiting_hours",
    "project_consent_state",
]


@tagged("post_install", "-at_install")
class TestTicketProject(TicketCommon):
    """A ticket belongs to a project, and shows what its agent needs of it (S2.133)."""

    def test_the_agent_sees_a_summary(self):
        ticket = self.as_agent()
        self.assertEqual(
            (
                ticket.project_stage_name,
                ticket.project_spoc_id,
                ticket.project_consultant_id,
                ticket.project_hours_left,
            ),
            ("First", self.spoc, self.consultant, 10),
        )
        self.assertFalse(ticket.project_is_archived)

    def test_the_agent_sees_nothing_else_of_a_project_for_followers(self):
        self.project.privacy_visibility = "followers"
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.project.with_user(self.agent).read(["name"])
        with self.assertRaises(AccessError):
            self.pack.with_user(self.agent).read(["name"])
        summary = self.env["project.ticket.summary"].with_user(self.agent).search([("id", "=", self.project.id)])
        self.assertEqual((summary.name, summary.spoc_id, summary.pack_remaining_hours), ("Packed", self.spoc, 10))
        with Form(self.as_agent()) as form:
            self.assertEqual(form.summary_id.display_name, "Packed")
            form.application = "Invoicing"
        self.assertEqual(self.ticket.application, "Invoicing")

    def test_summaries_are_of_clients_who_write(self):
        summaries = self.env["project.ticket.summary"].with_user(self.agent)
        self.assertNotIn(self.rival_project.id, summaries.search([]).ids)
        self.create_ticket(project_id=False, partner_id=self.rival.partner_id.id)
        self.assertIn(self.rival_project.id, summaries.search([]).ids)
        with self.assertRaises(AccessError):
            summaries.search([])[:1].write({"name": "x"})
        # project users without the helpdesk as well: the knowledge package of a project is read where the project is
        for user in (self.employee, self.portal_user, self.colleague):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.env["project.ticket.summary"].with_user(user).search([])

    def test_the_agent_chooses_a_project_of_the_client(self):
        ticket = self.create_ticket(project_id=False)
        self.assertFalse(ticket.has_lifecycle)
        self.as_agent(ticket).summary_id = self.project.id
        self.assertEqual(ticket.project_id, self.project)
        with self.assertRaisesRegex(ValidationError, "no project of"):
            self.as_agent(ticket).write({"project_id": self.rival_project.id})
        with self.assertRaisesRegex(ValidationError, "no project of"):
            self.create_ticket(project_id=self.rival_project.id)

    def test_people_of_the_project_write_tickets_of_it(self):
        integrator = self.env["res.partner"].create({"name": "Integrator"})
        with self.assertRaises(ValidationError):
            self.create_ticket(partner_id=integrator.id)
        self.env["project.lifecycle.stakeholder"].create(
            {"project_id": self.project.id, "side": "client", "client_role": "key_user", "partner_id": integrator.id}
        )
        self.assertTrue(self.create_ticket(partner_id=integrator.id))

    def test_projects_without_lifecycle_stay_as_they_were(self):
        plain = self.env["project.project"].create({"name": "Plain", "partner_id": self.rival_company.id})
        ticket = self.create_ticket(project_id=plain.id)
        self.assertFalse(ticket.team_id)
        self.assertFalse(ticket.has_lifecycle)
        self.assertIsNone(ticket._get_project().id or None)
        with self.assertRaisesRegex(UserError, "belongs to no project"):
            self.as_agent(ticket).action_ask_consultant()

    def test_tickets_go_to_the_team_of_project_or_company(self):
        self.assertEqual(self.ticket.team_id, self.support)
        own = self.env["helpdesk.ticket.team"].create({"name": "Own"})
        self.project.helpdesk_team_id = own
        self.assertEqual(self.create_ticket().team_id, own)
        named = self.env["helpdesk.ticket.team"].create({"name": "Named"})
        self.assertEqual(self.create_ticket(team_id=named.id).team_id, named)

    def test_the_project_counts_its_tickets(self):
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.create_ticket(stage_id=done.id)
        project = self.project.with_user(self.consultant)
        self.assertEqual((project.support_ticket_count, project.support_open_ticket_count), (2, 1))
        action = project.action_view_support_tickets()
        self.assertEqual(action["domain"], [("project_id", "=", self.project.id)])

    def test_mail_finds_the_only_project(self):
        message = {"subject": "Help", "from": self.spoc.email, "to": "", "body": "x", "author_id": self.spoc.id}
        self.assertEqual(self.env["helpdesk.ticket"].message_new(message).project_id, self.project)
        self.create_project("Second one", partner_id=self.customer.id)
        self.assertFalse(self.env["helpdesk.ticket"].message_new(message).project_id)

    def test_archived_project(self):
        self.project.active = False
        self.assertTrue(self.as_agent().project_is_archived)
        self.assertEqual(self.as_agent().project_stage_name, "First")

    def test_deleted_project(self):
        project = self.create_project("Short lived", partner_id=self.customer.id)
        ticket = self.create_ticket(project_id=project.id)
        project.unlink()
        self.assertFalse(ticket.project_id)
        self.assertTrue(any("Short lived was deleted" in (body or "") for body in ticket.message_ids.mapped("body")))
        self.assertFalse(self.as_agent(ticket).project_stage_name)

    def test_the_client_reads_no_summary(self):
        ticket = self.ticket.with_user(self.portal_user)
        self.assertEqual(ticket.name, "Invoice rounds wrongly")
        for name in (*SUMMARY, "knowledge", "summary_id", "consultant_asked_on"):
            with self.subTest(name), self.assertRaises(AccessError):
                ticket.read([name])

    def test_queries_at_n_and_2n(self):
        tickets = self.ticket.browse([self.create_ticket(f"T {number}").id for number in range(8)])
        for ticket in tickets:
            ticket._get_or_create_task()

        def read(number):
            return lambda env, run: tickets[:number].with_env(env).read(SUMMARY)

        env = self.env(user=self.agent)
        self.assertEqual(count_queries(env, read(4)), count_queries(env, read(8)))

    def test_hand_off_names_the_form(self):
        channels = self.project._get_ticket_channels()
        self.assertIn(f"/new/ticket?project={self.project.id}", channels[0]["url"])

    def test_settings_know_the_glue(self):
        self.assertFalse(self.env["res.config.settings"]._get_glue_missing())
        glue = self.env["ir.module.module"].search([("name", "=", "project_lifecycle_helpdesk_mgmt")])
        glue.state = "uninstallable"
        self.assertIn("glue", self.env["res.config.settings"]._get_glue_missing())
