from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged

from .common import TicketCommon


@tagged("post_install", "-at_install")
class TestSecurityQuestions(TicketCommon, HttpCase):
    """A security question is read by its own team alone (S2.133a)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.question = cls.create_ticket("Zqpassword of the boss", team_id=cls.security.id)
        cls.message = cls.question.message_post(
            body="Zqmessage", author_id=cls.spoc.id, subtype_xmlid="mail.mt_comment"
        )
        cls.attachment = cls.env["ir.attachment"].create(
            {"name": "Zqfile.txt", "raw": b"Zqcontent", "res_model": "helpdesk.ticket", "res_id": cls.question.id}
        )
        for user in (cls.agent, cls.guard):
            user.password = user.login

    def rpc(self, model, method, *args, **kwargs):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def test_other_agents_read_neither_ticket_nor_messages_nor_files(self):
        self.authenticate("lc_agent", "lc_agent")
        self.assertEqual(self.rpc("helpdesk.ticket", "search_count", [("id", "=", self.question.id)]), 0)
        self.assertEqual(self.rpc("mail.message", "search_count", [("id", "=", self.message.id)]), 0)
        self.assertEqual(self.rpc("ir.attachment", "search_count", [("id", "=", self.attachment.id)]), 0)
        for model, record, field in (
            ("helpdesk.ticket", self.question, "name"),
            ("mail.message", self.message, "body"),
            ("ir.attachment", self.attachment, "raw"),
        ):
            with self.subTest(model), self.assertRaises(Exception) as caught:
                self.rpc(model, "read", record.ids, [field])
            self.assertNotIn("Zq", str(caught.exception))
        reply = self.url_open(f"/web/content/{self.attachment.id}")
        self.assertNotIn("Zqcontent", reply.text)

    def test_its_team_reads_it(self):
        self.authenticate("lc_guard", "lc_guard")
        self.assertEqual(
            self.rpc("helpdesk.ticket", "read", self.question.ids, ["name"])[0]["name"], self.question.name
        )
        self.assertIn("Zqmessage", self.rpc("mail.message", "read", self.message.ids, ["body"])[0]["body"])
        self.assertEqual(self.url_open(f"/web/content/{self.attachment.id}").text, "Zqcontent")

    def test_neither_managers_of_the_helpdesk_nor_consultants_read_it(self):
        self.other_agent.group_ids += self.env.ref("helpdesk_mgmt.group_helpdesk_manager")
        for user in (self.other_agent, self.consultant, self.manager, self.employee):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.question.with_user(user).read(["name"])

    def test_its_task_tells_nothing(self):
        task = self.question.with_user(self.guard)._get_or_create_task()
        self.assertEqual(task.name, f"Ticket {self.question.number}")
        self.assertFalse(task.description)

    def test_the_project_learns_nothing_of_what_is_asked(self):
        values = {"res_model": "helpdesk.ticket", "res_id": self.question.id, "ask_consent": False}
        values["question"] = "Zqwho knows it?"
        wizard = self.env["project.ticket.help"].with_user(self.guard).create(values)
        self.assertIn("stays on the ticket", wizard.hint)
        wizard.action_ask()
        activity = self.question.task_id.activity_ids
        self.assertEqual(activity.user_id, self.consultant)
        self.assertIn("Gus Guard tells you", activity.note)
        said = self.question.task_id.message_ids.mapped("body")
        self.assertNotIn("Zq", f"{activity.note} {activity.summary} {said}")
        asked = self.env["mail.message"].search([("model", "=", "helpdesk.ticket"), ("body", "ilike", "Zqwho knows")])
        self.assertEqual((len(asked), asked.with_user(self.guard).has_access("read")), (1, True))
        for user in (self.agent, self.consultant, self.portal_user):
            with self.subTest(user.login):
                self.assertFalse(asked.with_user(user).has_access("read"))

    def test_what_was_asked_before_it_was_handed_on_is_taken_back(self):
        self.as_agent()._ask_consultant("Zqdetails")
        activity = self.ticket.task_id.activity_ids
        self.assertIn("Zqdetails", activity.note)
        self.as_agent().action_security()
        self.assertNotIn("Zq", activity.note)
        self.assertNotIn("Invoice", activity.summary)

    def test_an_agent_hands_it_on(self):
        self.ticket.message_subscribe(partner_ids=(self.agent | self.consultant).partner_id.ids)
        task = self.as_agent()._get_or_create_task()
        self.as_agent().action_security()
        self.env.invalidate_all()
        self.assertEqual((self.ticket.team_id, self.ticket.user_id.id), (self.security, False))
        self.assertEqual(
            self.ticket.message_partner_ids & (self.agent | self.consultant).partner_id, self.spoc.browse()
        )
        self.assertNotIn("Invoice", task.name)
        with self.assertRaises(AccessError):
            self.as_agent().read(["name"])
        notice = self.ticket.with_user(self.portal_user).message_ids[:1].body
        self.assertIn("Guards, which alone reads it", notice)

    def test_no_team_to_hand_it_on_to(self):
        self.env.company.helpdesk_security_team_id = False
        with self.assertRaisesRegex(UserError, "no team for security questions"):
            self.as_agent().action_security()

    def test_teams_are_not_mixed_up(self):
        with self.assertRaises(ValidationError):
            self.env.company.helpdesk_security_team_id = self.support
        with self.assertRaises(ValidationError):
            self.env.company.helpdesk_support_team_id = self.security

    def test_the_client_reads_its_own(self):
        self.assertEqual(self.question.with_user(self.portal_user).name, "Zqpassword of the boss")
        with self.assertRaises(AccessError):
            self.question.with_user(self.rival).read(["name"])
