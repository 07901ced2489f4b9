from datetime import timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from ..exceptions import SignoffRefused
from ..logic.signoff import get_document_digest, get_reminder_dates
from .common_signoff import SignoffCommon


class TestSignoff(SignoffCommon):
    """Asking for a sign-off, answering it, and what both leave behind."""

    def document(self, name="scope.txt", raw=b"Scope", **values):
        return self.env["ir.attachment"].with_user(self.consultant).create({"name": name, "raw": raw, **values})

    # === ASKING === #

    @freeze_time("2026-03-02 10:00:00")
    def test_request_is_frozen_and_sent(self):
        signoff = self.ask()
        self.assertRecordValues(
            signoff,
            [
                {
                    "state": "sent",
                    "partner_id": self.spoc.id,
                    "is_for_spoc": True,
                    "version": 1,
                    "is_confirmed": False,
                    "res_model": "project.project",
                    "res_id": self.project.id,
                    "deadline": fields.Date.to_date("2026-03-09"),
                    "sent_by_id": self.consultant.id,
                }
            ],
        )
        self.assertIn("Ten users", signoff.content)
        self.assertEqual(len(signoff.checksum), 64)
        self.assertEqual(signoff.event_ids.mapped("kind"), ["sent"])
        self.assertEqual(signoff.event_ids.partner_id, self.consultant.partner_id)

    def test_only_the_consultant_asks(self):
        for user in (self.colleague, self.employee, self.portal_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.ask(user=user)
        self.assertFalse(self.project.signoff_ids)

    def test_nothing_to_confirm_is_not_sent(self):
        with self.assertRaises(UserError):
            self.ask(content="<p><br></p>")

    def test_signer_is_of_the_project(self):
        stranger = self.env["res.partner"].create({"name": "Stranger", "email": "x@example.com"})
        with self.assertRaises(UserError):
            self.ask(partner=stranger)
        self.spoc.email = False
        with self.assertRaises(UserError):
            self.ask()

    def test_documents_are_copies(self):
        document = self.document()
        signoff = self.ask(content=None, attachments=document)
        copy = signoff.attachment_ids
        self.assertNotEqual(copy, document)
        self.assertEqual((copy.res_model, copy.res_id), ("project.signoff", signoff.id))
        self.assertEqual(signoff.documents[0]["sha256"], get_document_digest(b"Scope"))
        document.raw = b"Another scope"
        self.assertEqual(copy.raw, b"Scope")

    def test_checksum_covers_texts_and_documents(self):
        one = self.ask().checksum
        self.assertNotEqual(self.ask(content="<p>Eleven users</p>").checksum, one)
        with_document = self.ask(content="<p>A</p>", attachments=self.document(raw=b"1")).checksum
        self.assertNotEqual(self.ask(content="<p>A</p>", attachments=self.document(raw=b"2")).checksum, with_document)

    def test_new_version_replaces_what_waits(self):
        first, second = self.ask(), self.ask(content="<p>Eleven users</p>")
        self.assertEqual((first.state, first.is_superseded), ("withdrawn", True))
        self.assertEqual((second.state, second.version), ("sent", 2))
        with self.assertRaises(SignoffRefused):
            self.answer(first)

    # === FROZEN === #

    def test_sent_content_stays_whoever_writes(self):
        signoff = self.ask(attachments=self.document())
        for values in (
            {"content": "<p>x</p>"},
            {"attachment_ids": [(5, 0, 0)]},
            {"statement": "x"},
            {"state": "draft"},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                signoff.sudo().write(values)
        for act in (
            lambda: signoff.attachment_ids.sudo().write({"raw": b"x"}),
            lambda: signoff.attachment_ids.sudo().unlink(),
            lambda: signoff.sudo().unlink(),
        ):
            with self.assertRaises(UserError):
                act()

    def test_answer_stays_whoever_writes(self):
        signoff = self.ask()
        self.answer(signoff, "remarks", "But twelve")
        for values in ({"answer_note": "x"}, {"state": "refused"}, {"deadline": "2030-01-01"}, {"signed_name": "x"}):
            with self.subTest(values), self.assertRaises(UserError):
                signoff.sudo().write(values)
        with self.assertRaises(UserError):
            signoff.with_user(self.manager).action_withdraw()

    def test_events_stay_whoever_writes(self):
        event = self.ask().event_ids.sudo()
        with self.assertRaises(UserError):
            event.note = "x"
        with self.assertRaises(UserError):
            event.unlink()

    # === ANSWERING === #

    def test_three_answers(self):
        for answer, note, confirmed in (("confirmed", "", 1), ("remarks", "But", 1), ("refused", "Not so", 0)):
            with self.subTest(answer):
                signoff = self.ask(content=f"<p>{answer}</p>")
                self.answer(signoff, answer, note)
                self.assertEqual((signoff.state, signoff.is_confirmed), (answer, bool(confirmed)))
                self.assertEqual(signoff.answered_by_id, self.spoc)
                self.assertEqual(signoff.identified_by, "login")
                self.assertIn(answer, signoff.event_ids.mapped("kind"))

    def test_words_are_asked_for(self):
        signoff = self.ask()
        for answer in ("remarks", "refused"):
            with self.subTest(answer), self.assertRaises(SignoffRefused):
                self.answer(signoff, answer, "  ")
        with self.assertRaises(SignoffRefused):
            self.answer(signoff, "approved")
        self.assertEqual(signoff.state, "sent")

    def test_typed_name(self):
        self.kind.level = "name"
        signoff = self.ask()
        with self.assertRaises(SignoffRefused):
            self.answer(signoff, name=" ")
        self.answer(signoff, name="Sofia Spoc")
        self.assertEqual(signoff.signed_name, "Sofia Spoc")

    def test_nobody_of_us_answers(self):
        signoff = self.ask()
        for user in (self.consultant, self.manager, self.env.ref("base.user_admin"), self.employee):
            with self.subTest(user.login), self.assertRaises(SignoffRefused):
                self.answer(signoff, user=user)
            with self.subTest(user.login), self.assertRaises(SignoffRefused):
                self.answer(signoff, user=user, token=signoff.sudo().access_token)

    def test_remarks_and_refusals_give_the_consultant_something_to_do(self):
        signoff = self.ask()
        self.answer(signoff)
        self.assertFalse(signoff.activity_ids)
        signoff = self.ask()
        self.answer(signoff, "refused", "Not so")
        self.assertEqual(signoff.activity_ids.user_id, self.consultant)

    def test_former_spoc_does_not_answer(self):
        signoff = self.ask()
        other = self.env["res.partner"].create(
            {"name": "Other", "parent_id": self.client_company.id, "email": "o@client.example"}
        )
        self.project.spoc_id = other
        with self.assertRaises(SignoffRefused) as refused:
            self.answer(signoff)
        self.assertEqual((refused.exception.code, signoff.state), ("addressee", "withdrawn"))
        draft = self.project.signoff_ids - signoff
        self.assertEqual((draft.state, draft.partner_id), ("draft", other))

    def test_former_spoc_with_another_role_does_not_answer_as_spoc(self):
        signoff = self.ask()
        other = self.env["res.partner"].create(
            {"name": "Other", "parent_id": self.client_company.id, "email": "o@client.example"}
        )
        self.project.spoc_id = other
        people = self.env["project.lifecycle.stakeholder"]
        people.create({"project_id": self.project.id, "partner_id": self.spoc.id, "client_role": "key_user"})
        with self.assertRaises(SignoffRefused):
            self.answer(signoff)
        self.answer(self.ask("report", partner=self.spoc), "confirmed")

    def test_other_people_of_the_client_may_be_asked(self):
        people = self.env["project.lifecycle.stakeholder"]
        engineer = self.env["res.partner"].create({"name": "E", "email": "e@x.example"})
        line = people.create({"project_id": self.project.id, "partner_id": engineer.id, "client_role": "it"})
        signoff = self.ask("report", partner=engineer)
        self.assertFalse(signoff.is_for_spoc)
        line.date_to = fields.Date.today() - timedelta(days=1)
        self.assertEqual(signoff.state, "withdrawn")

    # === CRITERION === #

    def test_criterion_follows_the_newest_version(self):
        item = self.add_criterion()
        self.assertEqual(item.state, "open")
        signoff = self.ask()
        self.assertEqual(item.state, "open")
        self.answer(signoff)
        self.assertEqual(item.state, "met")
        newer = self.ask(content="<p>Eleven</p>")
        self.assertEqual(item.state, "open")
        self.answer(newer, "refused", "Not eleven")
        self.assertEqual(item.state, "open")

    def test_criterion_added_later_is_met(self):
        self.answer(self.ask(), "remarks", "But")
        self.assertEqual(self.add_criterion().state, "met")

    def test_criterion_of_another_kind_stays_open(self):
        item = self.add_criterion("design")
        self.answer(self.ask())
        self.assertEqual(item.state, "open")

    def test_criterion_is_not_ticked_by_hand(self):
        item = self.add_criterion().with_user(self.consultant)
        with self.assertRaises(UserError):
            item.action_tick()
        item.action_not_applicable("Signed on paper years ago")
        item.action_untick()
        self.assertEqual(item.state, "open")
        self.answer(self.ask())
        item.action_untick()
        self.assertEqual(item.state, "met", "the answer is still there")

    def test_kind_of_criterion_is_asked_for(self):
        template = self.add_criterion().template_id
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            template.signoff_kind_id = False
            template.flush_recordset()

    # === REMINDERS === #

    def test_reminder_dates(self):
        day = fields.Date.to_date
        self.assertEqual(
            get_reminder_dates(day("2026-03-02"), day("2026-03-09"), 2, 3, 3),
            [day("2026-03-07"), day("2026-03-10"), day("2026-03-13")],
        )
        self.assertEqual(get_reminder_dates(day("2026-03-09"), day("2026-03-09"), 2, 3, 1), [day("2026-03-10")])
        self.assertEqual(get_reminder_dates(day("2026-03-02"), day("2026-03-09"), 2, 3, 0), [])

    def test_reminders_come_once(self):
        with freeze_time("2026-03-02 10:00:00"):
            signoff = self.ask().sudo()
        counts = []
        for offset in (4, 5, 5, 7, 8, 11, 20):
            with freeze_time(fields.Datetime.to_datetime("2026-03-02 10:00:00") + timedelta(days=offset)):
                self.run_cron()
                counts.append(len(signoff.event_ids.filtered(lambda event: event.kind == "reminded")))
        self.assertEqual(counts, [0, 1, 1, 1, 2, 3, 3])

    def test_answered_ones_are_not_reminded(self):
        with freeze_time("2026-03-02 10:00:00"):
            signoff = self.ask().sudo()
            self.answer(signoff)
        with freeze_time("2026-04-02 10:00:00"):
            self.run_cron()
        self.assertNotIn("reminded", signoff.event_ids.mapped("kind"))
