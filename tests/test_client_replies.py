from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCase

from .common_client import ClientCommon

REPLY = """\
From: {sender}
To: {to}
Subject: Re: {subject}
Message-ID: <reply-{number}@client.example.com>
In-Reply-To: {parent}
References: {parent}
Date: Mon, 2 Mar 2026 10:00:00 +0000
Content-Type: text/plain; charset=utf-8

Thank you, but what about the shop?
"""


@tagged("post_install", "-at_install")
class TestClientReplies(ClientCommon, MailCase):
    """A reply to any mail of ours lands on its record and reaches the consultant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consultant.email = "carla@example.com"
        cls.domain = cls.env["mail.alias.domain"].create({"name": "house.example.com"})
        cls.env.company.alias_domain_id = cls.domain
        cls.pass_kickoff()
        cls.env["mail.mail"].search([]).unlink()

    def reply_to(self, mail, record):
        """Reply to a mail as the SPOC does, and check where it lands and who is told."""
        number = len(record.message_ids)
        self.assertIn(self.domain.name, mail.reply_to, "goes to the house, where it finds its record")
        raw = REPLY.format(
            sender=self.spoc.email,
            to=mail.reply_to,
            subject=mail.subject,
            parent=mail.message_id,
            number=f"{mail.id}",
        )
        with self.mock_mail_gateway(mail_unlink_sent=False):
            self.env["mail.thread"].message_process("mail.test", raw)
        record.invalidate_recordset()
        message = record.message_ids.sorted("id")[-1]
        self.assertEqual(len(record.message_ids), number + 1)
        self.assertIn("what about the shop", message.body)
        self.assertEqual(message.author_id, self.spoc)
        return message

    def told(self):
        kind = self.env.ref("project_lifecycle.mail_activity_type_client")
        return self.project.activity_ids.filtered(lambda activity: activity.activity_type_id == kind).user_id

    def last_mail(self):
        return self.env["mail.mail"].sudo().search([], order="id desc", limit=1)

    def test_a_message_on_the_project(self):
        with self.mock_mail_gateway(mail_unlink_sent=False):
            self.project.message_post(
                author_id=self.consultant.partner_id.id,
                body="How are you?",
                message_type="comment",
                partner_ids=self.spoc.ids,
                subtype_xmlid="mail.mt_comment",
            )
        self.reply_to(self.last_mail(), self.project)
        self.assertEqual(self.told(), self.consultant)

    def test_the_welcome_of_a_spoc(self):
        former = self.env["res.partner"].create({"name": "Former", "parent_id": self.client_company.id})
        change = self.env["project.spoc.change"].create(
            {
                "project_id": self.project.id,
                "old_partner_id": former.id,
                "new_partner_id": self.spoc.id,
                "date": "2026-03-01",
                "reason": "Left",
                "user_id": self.consultant.id,
            }
        )
        with self.mock_mail_gateway(mail_unlink_sent=False):
            change._mail_new_spoc()
        self.reply_to(self.last_mail(), self.project)
        self.assertEqual(self.told(), self.consultant)

    def test_the_alert_on_a_pack(self):
        pack = self.env["project.pack"].create(
            {"name": "Ten hours", "project_id": self.project.id, "purchased_hours": 10}
        )
        ledger = pack._build_ledgers()[self.project.id]
        with self.mock_mail_gateway(mail_unlink_sent=False):
            pack._mail_alert(80, ledger)
        mail = self.last_mail()
        self.assertIn("Ten hours", mail.body_html)
        self.reply_to(mail, self.project)
        self.assertEqual(self.told(), self.consultant)

    def test_the_answer_to_a_question(self):
        point = self.project.with_user(self.portal_user)._client_ask("Who is on call?")
        with self.mock_mail_gateway(mail_unlink_sent=False):
            point.with_user(self.consultant).action_answer("The support team")
        self.reply_to(self.last_mail(), self.project)
        self.assertEqual(self.told(), self.consultant)

    def test_a_request_to_confirm_and_its_reminder(self):
        """The reply stands on the sign-off, and reaches whoever leads the project."""
        Signoff = self.env["project.signoff"].with_user(self.consultant)
        project = self.project.with_user(self.consultant)
        with self.mock_mail_gateway(mail_unlink_sent=False):
            signoff = Signoff._request(project, "requirements", content="<p>Ten users</p>").sudo()
        message = self.reply_to(self.last_mail(), signoff)
        self.assertEqual(message.notified_partner_ids, self.consultant.partner_id)
        with self.mock_mail_gateway(mail_unlink_sent=False):
            signoff._mail_signer("project_lifecycle.mail_template_signoff_reminder")
        message = self.reply_to(self.last_mail(), signoff)
        self.assertEqual(message.notified_partner_ids, self.consultant.partner_id)

    def test_our_own_mails_tell_nobody(self):
        self.project.message_update({"author_id": self.consultant.partner_id.id})
        self.assertFalse(self.told())

    def test_followers_of_the_client_get_what_they_may_read(self):
        """A colleague who follows is told nothing, unless written to by name; before the kick-off nobody is."""
        people = self.spoc | self.reader.partner_id | self.mate.partner_id | self.client_company
        early = self.create_project("Early")
        early.spoc_id = self.spoc
        named = {"partner_ids": self.mate.partner_id.ids}
        for project, more, told in (
            (self.project, {}, self.spoc | self.reader.partner_id),
            (self.project, named, self.spoc | self.reader.partner_id | self.mate.partner_id),
            (early, {}, self.env["res.partner"]),
        ):
            project.message_subscribe(partner_ids=people.ids)
            message = project.message_post(body="News", subtype_xmlid="mail.mt_comment", **more)
            self.assertEqual(message.notified_partner_ids & people, told)
