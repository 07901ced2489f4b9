from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import TicketCommon


@tagged("post_install", "-at_install")
class TestTicketTime(TicketCommon):
    """Help and time on tickets, by agents with rights on the helpdesk alone (S2.134)."""

    def wizard(self, model, user=None, ticket=None, **values):
        ticket = ticket or self.ticket
        return (
            self.env[model]
            .with_user(user or self.agent)
            .create({"res_model": ticket._name, "res_id": ticket.id, **values})
        )

    def ask_help(self, user=None, **values):
        return self.wizard("project.ticket.help", user, question="Bills or orders?", **values).action_ask()

    def log_time(self, hours, user=None, ticket=None):
        self.wizard("project.ticket.time", user, ticket, hours=hours, name="Compared").action_log()
        return (ticket or self.ticket).task_id.timesheet_ids.sorted("id")[-1]

    def test_help_is_an_activity_of_the_consultant(self):
        self.ask_help(ask_consent=False)
        task = self.ticket.task_id
        activity = task.activity_ids
        self.assertEqual((activity.user_id, task.project_id), (self.consultant, self.project))
        self.assertIn("Bills or orders?", activity.note)
        self.assertEqual(self.ticket.consultant_asked_by_id, self.agent)
        self.assertTrue(task.with_user(self.consultant).has_access("read"))
        self.assertFalse(self.project.consent_ids)

    def test_nobody_writes_that_the_consultant_was_asked(self):
        """The gauge counts it: agents neither write nor take it back, by whatever way a request takes."""
        ticket = self.as_agent()
        Ticket = ticket.with_context(default_consultant_asked_on="2026-01-01 08:00:00")
        values = {"name": "Backdated", "description": "x", "team_id": self.support.id}
        for write in (
            lambda: ticket.write({"consultant_asked_on": "2026-01-01 08:00:00"}),
            lambda: ticket.write({"consultant_asked_by_id": self.other_agent.id}),
            lambda: ticket.create({**values, "consultant_asked_on": "2026-01-01 08:00:00"}),
            lambda: Ticket.create(values),
        ):
            with self.assertRaisesRegex(AccessError, "Ask the consultant"), self.cr.savepoint():
                write()
        self.ask_help(ask_consent=False)
        asked_on = self.ticket.consultant_asked_on
        self.assertTrue(asked_on)
        with self.assertRaises(AccessError), self.cr.savepoint():
            ticket.write({"consultant_asked_on": False})
        self.assertEqual(self.ticket.consultant_asked_on, asked_on)
        self.assertTrue(ticket.create(values), "other tickets are written as ever")

    def test_help_asks_the_client_too(self):
        self.ask_help(hours=1.5)
        consent = self.project.consent_ids
        self.assertEqual(
            (consent.state, consent.hours, consent.task_id, consent.ticket_id, consent.asked_by_id),
            ("asked", 1.5, self.ticket.task_id, self.ticket, self.agent),
        )
        self.assertEqual(consent.with_user(self.agent).state, "asked")
        self.assertEqual(self.as_agent().project_consent_state, "Asked")

    def test_one_task_a_ticket(self):
        self.ask_help(ask_consent=False)
        task = self.ticket.task_id
        self.ask_help(ask_consent=False)
        self.log_time(0.5)
        self.assertEqual((self.ticket.task_id, self.project.task_ids), (task, task))

    def test_no_consultant(self):
        self.project.user_id = False
        with self.assertRaisesRegex(UserError, "has no consultant"):
            self.ask_help(ask_consent=False)

    def test_time_waits_for_the_client(self):
        entry = self.log_time(1)
        self.assertEqual((entry.user_id, entry.pack_use, self.pack.remaining_hours), (self.agent, "awaiting", 10))
        self.assertEqual((self.as_agent().task_hours, self.as_agent().task_awaiting_hours), (1, 1))

    def test_time_of_the_consultant_waits_in_any_stage(self):
        self.first.time_policy = "open"
        self.ask_help(ask_consent=False)
        entry = self.log(1, task_id=self.ticket.task_id.id)
        self.assertEqual(entry.pack_use, "awaiting")

    def test_the_agent_records_the_word_of_the_client(self):
        entry = self.log_time(1)
        action = self.as_agent().action_ask_consent()
        wizard = self.env["project.consent.wizard"].with_user(self.agent).with_context(**action["context"])
        wizard = wizard.create({"how": "record", "hours": 2, "note": "By telephone"})
        self.assertEqual((wizard.partner_id, wizard.project_name), (self.spoc, "Packed"))
        wizard.action_confirm()
        consent = self.project.consent_ids
        self.assertEqual(
            (consent.state, consent.recorded_by_id, entry.pack_use, self.pack.remaining_hours),
            ("granted", self.agent, "deducted", 9),
        )

    def test_the_agent_decides_what_becomes_of_refused_time(self):
        self.ask_help(hours=1)
        entry = self.log_time(1)
        consent = self.project.consent_ids
        consent.sudo()._refuse("No")
        consent.with_user(self.agent).action_offer()
        self.assertEqual(entry.pack_use, "offered")

    def test_no_employee_no_time(self):
        with self.assertRaisesRegex(UserError, "is no employee"):
            self.log_time(1, user=self.other_agent)
        self.assertFalse(self.ticket.task_id.timesheet_ids)

    def test_who_has_no_ticket_does_nothing(self):
        for user in (self.employee, self.portal_user, self.colleague):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    self.ask_help(user=user, ask_consent=False)
                with self.assertRaises(AccessError):
                    self.log_time(1, user=user)
                with self.assertRaises(AccessError):
                    self.ticket.with_user(user).action_ask_consent()
        self.assertFalse(self.ticket.task_id)

    def test_a_request_names_no_other_model(self):
        wizard = self.env["project.ticket.time"].with_user(self.agent)
        for values in (
            {"res_model": "res.partner", "res_id": self.spoc.id},
            {"res_model": "nonsense", "res_id": 1},
            {"res_model": "helpdesk.ticket", "res_id": 0},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                wizard.create({**values, "hours": 1, "name": "x"}).action_log()

    def test_the_agent_asks_for_its_tickets_alone(self):
        consents = self.env["project.pack.consent"].with_user(self.agent)
        task = self.env["project.task"].create({"name": "Elsewhere", "project_id": self.project.id})
        with self.assertRaises(AccessError):
            consents._ask(self.project, "x", 1, task=task)
        with self.assertRaises(AccessError):
            consents._ask(self.rival_project, "x", 1, date_to="2099-01-01")

    def test_what_was_recorded_on_the_ticket_is_seen_there(self):
        action = self.as_agent().action_ask_consent()
        wizard = self.env["project.consent.wizard"].with_user(self.agent).with_context(**action["context"])
        wizard.create({"how": "record", "hours": 2, "note": "By telephone"}).action_confirm()
        self.assertEqual(self.as_agent().task_consent_count, 1)
        action = self.as_agent().action_view_task_consents()
        consent = self.env[action["res_model"]].with_user(self.agent).search(action["domain"])
        self.assertEqual((consent.hours, consent.ticket_id), (2, self.ticket))
        with Form(consent):
            pass

    def test_consents_follow_who_reads_the_ticket(self):
        """A rule does not ask the rules of what it leads to."""
        own = new_test_user(self.env, "lc_own", "helpdesk_mgmt.group_helpdesk_user_own")
        team = new_test_user(self.env, "lc_team", "helpdesk_mgmt.group_helpdesk_user_team")
        question = self.create_ticket("Zqsecret", team_id=self.security.id)
        others = self.create_ticket("Others", team_id=self.env["helpdesk.ticket.team"].create({"name": "Third"}).id)
        found = {}
        for ticket in (self.ticket, question, others):
            found[ticket] = self.env["project.pack.consent"]._ask(
                self.project, "Work", 1, task=ticket._get_or_create_task()
            )
            self.assertEqual(found[ticket].ticket_id, ticket)
        self.ticket.user_id = self.agent

        def seen(user):
            consents = self.env["project.pack.consent"].with_user(user).search([("project_id", "=", self.project.id)])
            return consents.ticket_id.sudo()

        self.assertEqual(seen(self.agent), self.ticket | others)
        self.assertEqual(seen(self.guard), question)
        self.assertFalse(seen(own) | seen(team))
        self.support.user_ids += own | team
        self.assertEqual(seen(team), self.ticket)
        self.assertFalse(seen(own), "it is assigned to somebody else")
        self.ticket.user_id = own
        self.assertEqual(seen(own), self.ticket)
        with self.assertRaises(AccessError):
            found[question].with_user(self.agent).read(["name"])

    def test_no_task_of_the_project_is_taken_for_a_ticket(self):
        """Time on a planned task is deducted at once: who links it to a ticket works on tasks."""
        planned = self.env["project.task"].create({"name": "Planned", "project_id": self.project.id})
        elsewhere = self.env["project.task"].create({"name": "Elsewhere", "project_id": self.rival_project.id})
        for task in planned | elsewhere:
            with self.subTest(task.name), self.assertRaises(AccessError):
                self.as_agent().write({"task_id": task.id})
        with self.assertRaisesRegex(ValidationError, "of another project"):
            self.ticket.task_id = elsewhere
        self.ticket.task_id = planned
        self.assertFalse(self.as_agent().copy().task_id)

    def test_consents_without_a_ticket_are_not_for_agents(self):
        consent = self.env["project.pack.consent"].create(
            {"name": "x", "project_id": self.project.id, "hours": 1, "partner_id": self.spoc.id}
        )
        with self.assertRaises(AccessError):
            consent.with_user(self.agent).read(["name"])
