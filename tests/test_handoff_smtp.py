import re
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import format_date, html2plaintext, mute_logger

from .common_handoff import HandoffCommon
from .common_smtp import SmtpMixin


def words(html):
    return " ".join(html2plaintext(html).replace("*", "").split())


@tagged("post_install", "-at_install")
class TestHandoffSmtp(SmtpMixin, HttpCase, HandoffCommon):
    """What the client really gets, read at the other end of an SMTP connection."""

    def setUp(self):
        super().setUp()
        self.tick_all(self.project)

    def get_caught(self, handoff):
        """Return what has arrived of a hand-off; the client is asked how satisfied it is as well."""
        official = handoff.mail_ids.mapped("subject")
        return [message for message in self.catcher.messages if message["Subject"] in official]

    def add_pack(self, hours=10):
        self.env["project.pack"].create({"project_id": self.project.id, "name": "Help", "purchased_hours": hours})

    def test_the_mail_as_it_arrives(self):
        self.add_pack()
        handoff = self.prepare()
        handoff.with_context(force_report_rendering=True).action_confirm()
        self.assertEqual(handoff.mail_state, "waiting")
        self.run_queue()
        (message,) = self.get_caught(handoff)
        self.assertEqual(message["To"], "Sofia Spoc <sofia@example.com>")
        self.assertIn("Bakery: in support from now on", message["Subject"])
        (statement,) = message.iter_attachments()
        self.assertEqual(statement.get_content_type(), "application/pdf")
        self.assertIn("Bakery", statement.get_filename())
        text = words(self.html_of(message))
        for part in ("In place of Carla Consultant, The Helpers answers you", "10:00 h", "support@example.com"):
            self.assertIn(part, text)
        self.assertEqual((handoff.mail_state, handoff.mail_ids.retry_count), ("sent", 0))

    def test_each_point_in_the_language_of_the_spoc(self):
        """S2.131a to c, S2.132b: what was said, on which day, how, and to whom."""
        for lang in ("es_ES", "he_IL"):
            self.env["res.lang"]._activate_lang(lang)
            self.env["ir.module.module"]._load_module_terms(["project_lifecycle"], [lang])
            self.spoc.lang = lang
            project = self.create_supported(f"In {lang}")
            self.tick_all(project)
            day = fields.Date.today() - timedelta(days=3)
            handoff = self.prepare(project)
            handoff.told_line_ids.write({"done_on": day})
            handoff.action_confirm()
            self.run_queue()
            text = words(self.html_of(*self.get_caught(handoff)))
            lines = handoff.told_line_ids.with_context(lang=lang)
            self.assertEqual(len(lines), 4)
            for line in lines:
                with self.subTest(lang=lang, point=line.name):
                    self.assertIn(" ".join(line.client_text.split()), text)
                    self.assertNotEqual(line.client_text, line.with_context(lang="en_US").client_text)
            self.assertEqual(text.count(format_date(self.env, day, lang_code=lang)), 4)
            self.assertGreaterEqual(text.count("Sofia Spoc"), 5)
            self.assertGreaterEqual(
                text.count(dict(lines._fields["channel"]._description_selection(lines.env))["call"]), 4
            )
            self.assertEqual(text.count("Sales and Stock; within three days"), 4)

    def test_server_down_nothing_is_lost(self):
        self.server.smtp_port = 1
        handoff = self.hand_over()
        with mute_logger("odoo.addons.base.models.ir_mail_server", "odoo.addons.mail.models.mail_mail"):
            self.run_queue()
        self.assertEqual((self.project.stage_id, handoff.mail_state), (self.support, "failed"))
        self.assertTrue(handoff.mail_failure)
        self.assertFalse(self.catcher.messages)
        self.server.smtp_port = self.catcher.port
        self.retry()
        self.run_queue()
        self.assertEqual(len(self.get_caught(handoff)), 1)
        self.assertEqual((handoff.mail_state, handoff.mail_ids.retry_count), ("sent", 1))
        self.retry()
        self.run_queue()
        self.assertEqual(len(self.get_caught(handoff)), 1)

    def test_an_address_nobody_knows(self):
        self.catcher.is_refusing = True
        handoff = self.hand_over()
        with mute_logger("odoo.addons.base.models.ir_mail_server", "odoo.addons.mail.models.mail_mail"):
            for _time in range(8):
                self.run_queue()
                self.retry()
        self.assertEqual((handoff.mail_state, handoff.mail_ids.retry_count), ("failed", 5))
        self.catcher.is_refusing = False
        handoff.action_send_again()
        self.run_queue()
        self.assertEqual((len(self.get_caught(handoff)), handoff.mail_state), (1, "sent"))

    def test_no_token_and_nothing_internal(self):
        """A link into the project would open what is not the client's; the reason is ours (ask no. 14)."""
        handoff = self.hand_over()
        self.run_queue()
        html = self.html_of(*self.get_caught(handoff))
        self.assertNotIn("access_token", html)
        self.assertIsNone(re.search(r"/(mail/view|odoo/|my/projects)", html))
        self.assertNotIn("They run it alone", html)

    def retry(self):
        with self.enter_registry_test_mode():
            self.env.ref("project_lifecycle.ir_cron_retry_client_mails").method_direct_trigger()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestStageMails(SmtpMixin, HandoffCommon):
    """Mail templates of lifecycle stages: to the SPOC, once, recorded; not Odoo's note to the company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env["mail.template"].create(
            {
                "name": "Review begins",
                "model_id": cls.env.ref("project.model_project_project").id,
                "subject": "{{ object.name }} is reviewed",
                "body_html": "<p>See you</p>",
                "lang": "{{ object.partner_id.lang }}",
            }
        )
        cls.review.mail_template_id = cls.template

    def move(self, project, stage, *why):
        project = project.with_env(self.env(context={}, user=self.consultant))
        if why:
            project.action_move(stage.id, *why)
        else:
            self.tick_all(project)
            project.stage_id = stage
        self.flush_tracking()

    def test_to_the_spoc_once(self):
        # while a project is new, what is written on it is not tracked
        self.flush_tracking()
        self.move(self.project, self.review)
        record = self.env["project.client.mail"].search([("project_id", "=", self.project.id)])
        self.assertRecordValues(record, [{"kind": "stage", "partner_id": self.spoc.id, "state": "waiting"}])
        self.move(self.project, self.build, "back", "Once more")
        self.move(self.project, self.review)
        self.assertEqual(len(self.env["project.client.mail"].search([("project_id", "=", self.project.id)])), 1)
        self.run_queue()
        (message,) = self.catcher.messages
        self.assertEqual((message["Subject"], message["To"]), ("Bakery is reviewed", "Sofia Spoc <sofia@example.com>"))
        record.with_user(self.consultant).action_send_again()
        self.run_queue()
        self.assertEqual(len(self.catcher.messages), 2)

    def test_previewed_in_the_dialog_and_listed_afterwards(self):
        self.flush_tracking()
        project = self.project.with_user(self.consultant)
        wizard = self.env["project.gate.wizard"].with_user(self.consultant)
        values = {"project_id": project.id, "to_stage_id": self.review.id}
        preview = wizard.create(values).mail_preview
        for text in ("Bakery is reviewed", "See you", "sofia@example.com"):
            self.assertIn(text, preview)
        self.assertFalse(wizard.create({**values, "to_stage_id": self.support.id}).mail_preview)
        self.move(self.project, self.review)
        action = project.action_view_client_mails()
        listed = self.env[action["res_model"]].with_user(self.consultant).search(action["domain"])
        self.assertEqual((listed.subject, listed.is_lifecycle_consultant), ("Bakery is reviewed", True))
        self.assertFalse(listed.with_user(self.colleague).is_lifecycle_consultant)
        self.move(self.project, self.build, "back", "Once more")
        self.assertFalse(wizard.create(values).mail_preview, "it is sent once a passage")

    def test_not_to_the_company(self):
        self.client_company.email = "office@example.com"
        self.flush_tracking()
        self.move(self.project, self.review)
        mails = self.env["mail.mail"].search([("model", "=", "project.project"), ("res_id", "=", self.project.id)])
        self.assertEqual(mails.recipient_ids, self.spoc)

    def test_nobody_to_write_to(self):
        project = self.create_project("Florist")
        self.flush_tracking()
        self.move(project, self.review)
        self.assertFalse(self.env["project.client.mail"].search([("project_id", "=", project.id)]))
        self.assertIn("was not sent", project.message_ids[0].body + project.message_ids[1].body)

    def test_brought_in_quietly(self):
        self.flush_tracking()
        self.project.with_env(self.env(context={}))._bring_in(self.lifecycle, self.review, "Ran before")
        self.flush_tracking()
        self.assertFalse(self.env["project.client.mail"].search([("project_id", "=", self.project.id)]))

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.precommit.run()
