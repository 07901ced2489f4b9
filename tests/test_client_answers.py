import json

from lxml import html

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase

from .common_client import PDF
from .test_client_page import ClientHttp


@tagged("post_install", "-at_install")
class TestClientAnswers(ClientHttp, MailCase):
    """What the SPOC does on the client's page, through HTTP, and what nobody else does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.project = cls.project.with_context(tracking_disable=False, mail_create_nolog=False)
        cls.pass_kickoff()
        cls.item = cls.add_criterion("Clean your data")
        cls.proof = cls.add_criterion("Hand in the list", kind="evidence")
        cls.agreed = cls.add_criterion("Every minute is logged", needs_agreement=True)

    def answer(self, item, word, text="", login="lc_spoc", files=(), **values):
        files = [("files", file) for file in files] or None
        return self.post(f"/criterion/{item.id}", login=login, files=files, word=word, text=text, **values)

    def needs_of(self, answer):
        """Return the part of a page that says what is needed from the client; what is answered stands below it."""
        (needs,) = html.fromstring(answer.text).xpath("//section[@id='needs']")
        return html.tostring(needs, encoding="unicode")

    def activities(self):
        kind = self.env.ref("project_lifecycle.mail_activity_type_client")
        return self.project.activity_ids.filtered(lambda activity: activity.activity_type_id == kind)

    def test_done(self):
        answer = self.answer(self.item, "done", "All 4,000 lines")
        self.assertTrue(answer.url.endswith(f"{self.url}?done=answered"))
        self.assertIn("Thank you", answer.text)
        self.assertNotIn("Clean your data</h3>", self.needs_of(answer))
        self.assertRecordValues(
            self.item,
            [
                {
                    "state": "met",
                    "client_answer": "All 4,000 lines",
                    "client_answered_by_id": self.spoc.id,
                    "done_by_id": self.portal_user.id,
                }
            ],
        )
        message = self.project.message_ids[0]
        self.assertEqual(message.author_id, self.spoc)
        self.assertIn("All 4,000 lines", message.body)

    def test_answered_once(self):
        self.answer(self.item, "done")
        self.assertIn("answered already", self.answer(self.item, "done", "again").text)
        self.assertFalse(self.item.client_answer)

    def test_a_file_proves_it(self):
        answer = self.answer(self.proof, "done", files=[("list.pdf", PDF)])
        self.assertIn("done=answered", answer.url)
        self.assertEqual(self.proof.state, "met")
        self.assertEqual(self.proof.attachment_ids.mapped("name"), ["list.pdf"])
        self.assertEqual(self.proof.attachment_ids.mimetype, "application/pdf")
        url = f"{self.url}/file/{self.proof.attachment_ids.id}"
        for login, seen in (("lc_spoc", True), ("lc_reader", True), ("lc_mate", False), ("lc_rival", False)):
            with self.subTest(login):
                self.authenticate(login, login)
                self.assertEqual(self.url_open(url).content == PDF, seen)
        self.authenticate("lc_spoc", "lc_spoc")
        self.assertIn("attachment", self.url_open(url).headers["Content-Disposition"])

    def test_our_own_files_stay_with_us(self):
        ours = self.env["ir.attachment"].with_user(self.consultant).create({"name": "ours.pdf", "raw": PDF})
        self.proof.with_user(self.consultant).attachment_ids = [Command.link(ours.id)]
        self.authenticate("lc_spoc", "lc_spoc")
        self.assertNotEqual(self.url_open(f"{self.url}/file/{ours.id}").content, PDF)

    def test_no_file_no_proof(self):
        self.assertIn("Attach the file", self.answer(self.proof, "done", "I sent it").text)
        self.assertEqual(self.proof.state, "open")
        self.assertFalse(self.proof.client_answer, "nothing is kept of what was refused")

    def test_programs_are_refused(self):
        for name, content in (
            ("a.exe", b"text"),
            ("list.pdf", b"MZ\x90\x00"),
            ("list.pdf", b"#!/bin/sh"),
            ("list.html", b"plain"),
            ("list.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ):
            with self.subTest(name=name, content=content):
                answer = self.answer(self.proof, "done", files=[("good.pdf", PDF), (name, content)])
                self.assertIn("is a program or a web page", answer.text)
                self.assertFalse(self.proof.attachment_ids, "not even the good one")

    def test_too_large(self):
        self.env["ir.config_parameter"].set_param("web.max_file_upload_size", "3000")
        with mute_logger("odoo.http"):
            answer = self.answer(self.proof, "done", files=[("list.pdf", PDF + b" " * 4000)])
        self.assertEqual(answer.status_code, 413)
        self.assertFalse(self.proof.attachment_ids)
        with self.assertRaisesRegex(Exception, "larger than"):
            self.project.with_user(self.portal_user)._client_answer_criterion(
                self.proof.id, "done", files=[("list.pdf", PDF + b" " * 4000)]
            )

    def test_empty_files_and_too_many(self):
        self.assertIn("is empty", self.answer(self.proof, "done", files=[("a.pdf", b"")]).text)
        many = [(f"{number}.pdf", PDF) for number in range(11)]
        self.assertIn("At most 10", self.answer(self.proof, "done", files=many).text)

    def test_agreement(self):
        self.answer(self.agreed, "agreed")
        self.assertRecordValues(self.agreed, [{"state": "met", "agreement": "agreed", "agreed_by_id": self.spoc.id}])

    def test_a_refusal_has_a_reason_and_keeps_the_gate_closed(self):
        self.assertIn("Write with what", self.answer(self.agreed, "not_agreed").text)
        answer = self.answer(self.agreed, "not_agreed", "Only what we asked for")
        self.assertRecordValues(
            self.agreed,
            [{"state": "open", "agreement": "not_agreed", "client_answer": "Only what we asked for"}],
        )
        self.assertNotIn("Every minute is logged</h3>", self.needs_of(answer), "it waits for us now")

    def test_a_word_that_is_none(self):
        for item, word in ((self.item, "agreed"), (self.agreed, "done"), (self.item, "waived"), (self.item, "")):
            with self.subTest(word=word):
                self.assertIn("in another way", self.answer(item, word, "x").text)
        self.assertEqual((self.item | self.agreed).mapped("state"), ["open", "open"])

    def test_a_comment_answers_nothing(self):
        self.assertIn("Write something", self.answer(self.item, "comment").text)
        answer = self.answer(self.item, "comment", "Half of it")
        self.assertIn("your comment is written down", answer.text)
        self.assertIn("You wrote: Half of it", answer.text)
        self.assertEqual(self.item.state, "open")

    def test_script_is_text(self):
        text = "<script>alert('x')</script><img src=x onerror=alert(1)>"
        answer = self.answer(self.item, "comment", text)
        self.assertIn("&lt;script&gt;alert(", answer.text)
        self.assertNotIn("<script>alert(", answer.text)
        self.assertNotIn("<img src=x", answer.text)
        self.assertNotIn("<script", self.project.message_ids[0].body)
        asked = self.post("/question", question=text)
        self.assertNotIn("<script>alert(", asked.text)
        self.assertIn("&lt;script&gt;alert(", asked.text)

    def test_told_once_not_per_click(self):
        for number in range(4):
            self.answer(self.item, "comment", f"Comment {number}")
        self.answer(self.item, "done")
        self.assertEqual(self.activities().user_id, self.consultant)
        self.assertEqual(len(self.activities()), 1)
        self.activities().action_feedback()
        self.answer(self.agreed, "agreed")
        self.assertEqual(len(self.activities()), 1)

    def test_no_mail_to_anybody_by_a_comment(self):
        before = self.env["mail.mail"].sudo().search_count([])
        self.answer(self.item, "comment", "First")
        told = self.env["mail.mail"].sudo().search_count([]) - before
        self.answer(self.item, "comment", "Second")
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]) - before, told)

    def test_only_the_spoc(self):
        for login in ("lc_reader", "lc_consultant"):
            with self.subTest(login):
                self.assertIn("Only the contact", self.answer(self.item, "done", login=login).text)
                self.assertIn("Only the contact", self.post("/question", login=login, question="Why?").text)
        for login in ("lc_mate", "lc_rival", "lc_employee"):
            with self.subTest(login):
                answer = self.answer(self.item, "done", login=login)
                self.assertNotIn("Clean your data", answer.text)
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open(f"{self.url}/question", data={"question": "Why?"}).url)
        self.assertEqual(self.item.state, "open")
        self.assertFalse(self.project.open_point_ids)

    def test_without_the_token_of_the_form(self):
        with mute_logger("odoo.http"):
            self.answer(self.item, "done", csrf_token="wrong")
            self.post("/question", question="Why?", csrf_token="")
        self.assertEqual(self.item.state, "open")
        self.assertFalse(self.project.open_point_ids)

    def test_reading_changes_nothing(self):
        for path in (f"/criterion/{self.item.id}?word=done", "/question?question=Why"):
            self.authenticate("lc_spoc", "lc_spoc")
            with mute_logger("odoo.http"):
                self.assertEqual(self.url_open(self.url + path).status_code, 405)
        self.assertEqual(self.item.state, "open")

    def test_what_is_not_asked_of_the_client(self):
        """Criteria of others, of other stages, of other projects, and those the client does not see."""
        ours = self.add_criterion("Ours", responsible="consultant")
        hidden = self.add_criterion("Hidden", client_visible=False)
        other = self.create_project("Other")
        elsewhere = self.add_criterion("Elsewhere", other)
        passed = self.items_of(self.project, self.first)[0]
        passed.write({"responsible": "client", "client_visible": True, "state": "open"})
        text = self.page().text
        for item in (ours, hidden, elsewhere, passed):
            self.assertNotIn(f"criterion-{item.id}", text)
            self.assertIn("not asked any more", self.answer(item, "done").text)
            self.assertEqual(item.state, "open")
        self.assertIn("not asked any more", self.post("/criterion/99999999", word="done").text)

    def test_a_question_has_owner_and_date(self):
        answer = self.post("/question", question=" Who  is on call? ", text="At night")
        self.assertTrue(answer.url.endswith("done=asked"))
        self.assertIn("Carla Consultant answers by", " ".join(answer.text.split()))
        point = self.project.open_point_ids
        self.assertRecordValues(
            point,
            [
                {
                    "name": "Who is on call?",
                    "client_text": "At night",
                    "user_id": self.consultant.id,
                    "asked_by_id": self.spoc.id,
                    "client_question": True,
                    "is_blocking": True,
                    "description": False,
                }
            ],
        )
        self.assertTrue(point.deadline)
        self.assertEqual(point.activity_ids.user_id, self.consultant)

    def test_the_answer_reaches_who_asked(self):
        self.post("/question", question="Who is on call?")
        point = self.project.open_point_ids
        point.description = "Zqinternal: nobody yet"
        with self.mock_mail_gateway(mail_unlink_sent=False):
            point.with_user(self.consultant).action_answer("The support team")
        self.assertSentEmail(self.consultant.partner_id, [self.spoc], body_content="The support team")
        text = self.page().text
        self.assertIn("The support team", text)
        self.assertNotIn("Zqinternal", text)

    def test_a_question_is_one_line(self):
        for question in ("", "   ", "x" * 201):
            self.assertIn("in one line", self.post("/question", question=question).text)
        self.assertIn("at most 5000", self.post("/question", question="Why?", text="x" * 5001).text)
        self.assertFalse(self.project.open_point_ids)

    def test_nobody_in_charge(self):
        self.project.user_id = False
        self.assertIn("please write us a mail", self.post("/question", question="Why?").text)

    def test_an_open_point_of_the_client(self):
        point = self.env["project.open.point"].create(
            {
                "project_id": self.project.id,
                "name": "Which accounts?",
                "client_text": "Of the old system",
                "description": "Zqinternal",
                "partner_id": self.spoc.id,
            }
        )
        text = self.page().text
        self.assertIn("Which accounts?", text)
        self.assertIn("Of the old system", text)
        self.assertNotIn("Zqinternal", text)
        self.assertIn("Write the answer", self.post(f"/point/{point.id}", text=" ").text)
        self.assertIn("done=answered", self.post(f"/point/{point.id}", text="Four").url)
        self.assertRecordValues(
            point, [{"state": "answered", "answer": "Four", "answered_by_id": self.portal_user.id}]
        )
        self.assertIn("answered already", self.post(f"/point/{point.id}", text="Five").text)
        ours = self.env["project.open.point"].create({"project_id": self.project.id, "name": "Ours"})
        self.assertIn("not asked any more", self.post(f"/point/{ours.id}", text="Six").text)

    def test_by_rpc_nothing_of_it(self):
        """The methods behind the page are none that RPC calls, and criteria none that the client reads or writes."""
        self.authenticate("lc_spoc", "lc_spoc")
        for model, method, args in (
            ("project.project", "_client_answer_criterion", [self.project.ids, self.item.id, "done"]),
            ("project.project", "_client_ask", [self.project.ids, "Why?"]),
            ("project.checklist.item", "write", [self.item.ids, {"note": "x"}]),
            ("project.checklist.item", "action_tick", [self.item.ids]),
            ("project.open.point", "create", [{"project_id": self.project.id, "name": "x"}]),
        ):
            params = {"model": model, "method": method, "args": args, "kwargs": {}}
            body = {"jsonrpc": "2.0", "method": "call", "params": params}
            with mute_logger("odoo.http"):
                answer = self.url_open(
                    f"/web/dataset/call_kw/{model}/{method}",
                    data=json.dumps(body),
                    headers={"Content-Type": "application/json"},
                )
            self.assertIn("AccessError", answer.json()["error"]["data"]["name"], method)
