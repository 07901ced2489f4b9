import base64
import re
import zlib
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .common_signoff import SignoffCommon, get_drawing


@tagged("post_install", "-at_install")
class TestSignoffPortal(HttpCase, SignoffCommon):
    """The page by login and by link, and everything that is refused there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.signoff = cls.ask().sudo()
        cls.token = cls.signoff.access_token

    def open(self, signoff=None, token=None, path=""):
        signoff = signoff or self.signoff
        query = f"?access_token={token}" if token else ""
        # what is kept of an attempt is written by a second call of a route that only reads
        with mute_logger("odoo.http"):
            return self.url_open(f"/my/signoffs/{signoff.id}{path}{query}", allow_redirects=False)

    def post(self, signoff=None, token=None, csrf=None, path="/answer", **values):
        signoff = signoff or self.signoff
        if csrf is None:
            found = re.search(r'csrf_token: "(\w+)"', self.url_open("/web/login").text)
            csrf = found.group(1)
        data = {"csrf_token": csrf, "access_token": token or "", "answer": "confirmed", **values}
        return self.url_open(f"/my/signoffs/{signoff.id}{path}", data=data, allow_redirects=False)

    def get_kinds(self, signoff=None):
        self.env.invalidate_all()
        return (signoff or self.signoff).event_ids.mapped("kind")

    def assert_nothing_but_the_attempt(self, response, status, signoff=None):
        self.assertEqual(response.status_code, status)
        self.assertNotIn("Ten users", response.text)
        self.assertNotIn("Migration", response.text)
        signoff = signoff or self.signoff
        self.assertEqual(self.get_kinds(signoff).count("attempt"), 1)
        self.assertFalse(signoff.answered_on or signoff.answer_note or signoff.signature or signoff.pdf_id)

    # === SHOWN === #

    def test_by_link(self):
        page = self.open(token=self.token)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Ten users at once", page.text)
        self.assertIn(self.signoff.checksum, page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual(self.get_kinds(), ["sent"], "programs that check mails open nothing")

    def test_by_login(self):
        self.authenticate("lc_spoc", "lc_spoc")
        self.assertIn("Ten users at once", self.open().text)

    def test_opened_by_a_browser(self):
        self.assertEqual(self.post(token=self.token, path="/opened").status_code, 204)
        event = self.signoff.event_ids[-1]
        self.assertEqual((event.kind, event.identified_by, event.partner_id), ("opened", "link", self.spoc))
        self.assertTrue(event.ip and event.user_agent)

    def test_in_the_language_of_the_signer(self):
        self.env["res.lang"]._activate_lang("he_IL")
        self.spoc.lang = "he_IL"
        signoff = self.ask().sudo()
        page = self.open(signoff, signoff.access_token).text
        self.assertIn("o_rtl", page)

    def test_colleagues_of_us_see_a_page_without_an_answer(self):
        self.authenticate("lc_consultant", "lc_consultant")
        page = self.open()
        self.assertIn("Ten users at once", page.text)
        self.assertNotIn('id="signoff_form"', page.text)

    def test_the_link_opens_one_document_only(self):
        document = self.env["ir.attachment"].with_user(self.consultant).create({"name": "scope.txt", "raw": b"Scope"})
        signoff = self.ask(content="<p>B</p>", attachments=document).sudo()
        own = signoff.attachment_ids
        found = self.open(signoff, signoff.access_token, f"/documents/{own.id}")
        self.assertEqual((found.status_code, found.content), (200, b"Scope"))
        self.assertIn("attachment", found.headers["Content-Disposition"])
        foreign = self.open(signoff, signoff.access_token, f"/documents/{document.id}")
        self.assertEqual(foreign.status_code, 403)
        for url in (
            f"/my/projects/{self.project.id}",
            f"/my/projects/{self.project.id}/packs",
            f"/web/content/{own.id}",
        ):
            with self.subTest(url), mute_logger("odoo.http"):
                answer = self.url_open(f"{url}?access_token={signoff.access_token}", allow_redirects=False)
                self.assertNotIn(b"Migration", answer.content)
                self.assertNotEqual(answer.content, b"Scope")

    # === ANSWERED === #

    def test_confirmed_by_link(self):
        answer = self.post(token=self.token)
        self.assertEqual(answer.status_code, 303)
        self.env.invalidate_all()
        self.assertEqual((self.signoff.state, self.signoff.identified_by), ("confirmed", "link"))
        self.assertEqual(self.get_kinds(), ["sent", "confirmed", "sealed"])
        self.assertIn("This was confirmed", self.open(token=self.token).text)

    def test_refused_by_login(self):
        self.authenticate("lc_spoc", "lc_spoc")
        self.assertEqual(self.post(answer="refused", note="Twelve users").status_code, 303)
        self.env.invalidate_all()
        self.assertEqual((self.signoff.state, self.signoff.answer_note), ("refused", "Twelve users"))
        self.assertIn("Twelve users", self.open().text)

    def test_signed_by_drawing(self):
        self.kind.level = "signature"
        signoff = self.ask().sudo()
        self.post(signoff, signoff.access_token, name="Sofia Spoc", signature=get_drawing())
        self.env.invalidate_all()
        self.assertEqual(signoff.state, "confirmed")
        self.assertTrue(signoff.signature)

    def test_missing_words_are_asked_for_again(self):
        answer = self.post(token=self.token, answer="remarks", note=" ")
        self.assertEqual(answer.status_code, 400)
        self.assertIn("Write your remarks", answer.text)
        self.assertEqual(self.get_kinds(), ["sent", "attempt"])

    def test_script_in_a_remark_is_text(self):
        self.post(token=self.token, answer="remarks", note="<script>alert(1)</script>")
        self.env.invalidate_all()
        self.assertEqual(self.signoff.state, "remarks")
        page = self.open(token=self.token).text
        self.assertNotIn("<script>alert(1)", page)
        self.assertIn("&lt;script&gt;alert(1)", page)
        for message in self.signoff.message_ids | self.project.message_ids:
            self.assertNotIn("<script", message.body)
        self.assertNotIn("<script", self.signoff.activity_ids.note)

    def test_characters_that_the_database_does_not_keep(self):
        self.assertEqual(self.post(token=self.token, answer="refused", note="\x00 Twelve\x00 users").status_code, 303)
        self.env.invalidate_all()
        self.assertEqual(self.signoff.answer_note, "Twelve users")

    # === REFUSED === #

    def test_token_guessed(self):
        self.assert_nothing_but_the_attempt(self.open(token="guess"), 403)

    def test_token_altered(self):
        altered = self.token[:-1] + ("A" if self.token[-1] != "A" else "B")
        self.assert_nothing_but_the_attempt(self.post(token=altered), 403)

    def test_token_of_other_letters(self):
        self.assert_nothing_but_the_attempt(self.open(token="é\u05d0"), 403)
        self.assertEqual(self.post(token="é").status_code, 403)

    def test_token_missing(self):
        self.assertIn("/web/login", self.open().headers["Location"])
        self.assert_nothing_but_the_attempt(self.post(), 403)

    def test_token_expired(self):
        self.signoff.token_until = fields.Datetime.now() - timedelta(minutes=1)
        self.assert_nothing_but_the_attempt(self.open(token=self.token), 410)

    def test_token_of_another_document(self):
        other = self.ask("design", content="<p>Plan</p>").sudo()
        self.assert_nothing_but_the_attempt(self.post(token=other.access_token), 403)

    def test_withdrawn_version(self):
        newer = self.ask(content="<p>Eleven users</p>").sudo()
        self.assert_nothing_but_the_attempt(self.post(token=self.token), 410)
        self.assertEqual(newer.state, "sent")
        self.assertIn("taken this request back", self.open(token=self.token).text)

    def test_answered_twice(self):
        self.post(token=self.token)
        answer = self.post(token=self.token, answer="refused", note="No")
        self.assertEqual(answer.status_code, 409)
        self.assertEqual(self.get_kinds().count("attempt"), 1)
        self.assertEqual((self.signoff.state, self.signoff.answer_note), ("confirmed", False))

    def test_spoc_changed_meanwhile(self):
        self.project.spoc_id = self.env["res.partner"].create(
            {"name": "Other", "parent_id": self.client_company.id, "email": "o@client.example"}
        )
        self.assert_nothing_but_the_attempt(self.post(token=self.token), 403)
        self.authenticate("lc_spoc", "lc_spoc")
        self.assertEqual(self.open().status_code, 403)

    def test_somebody_else_of_the_client(self):
        self.env["res.users"].with_context(no_reset_password=True).create(
            {
                "login": "lc_other",
                "password": "lc_other",
                "name": "Other",
                "partner_id": self.env["res.partner"].create({"name": "O", "parent_id": self.client_company.id}).id,
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        self.authenticate("lc_other", "lc_other")
        self.assert_nothing_but_the_attempt(self.post(token=self.token), 403)
        self.assertEqual(self.open().status_code, 403)

    def test_nobody_of_us_with_the_link(self):
        self.authenticate("lc_manager", "lc_manager")
        answer = self.post(token=self.token)
        self.assertEqual(answer.status_code, 403)
        self.assertEqual((self.get_kinds(), self.signoff.state), (["sent", "attempt"], "sent"))

    def spoil(self, picture):
        """Return a PNG whose parts are whole, but whose pixels are none."""
        start = picture.index(b"IDAT") - 4
        length = int.from_bytes(picture[start : start + 4])
        pixels = zlib.compress(b"\x07" * 10)
        part = len(pixels).to_bytes(4) + b"IDAT" + pixels + zlib.crc32(b"IDAT" + pixels).to_bytes(4)
        return picture[:start] + part + picture[start + 12 + length :]

    def test_signature_that_is_no_picture(self):
        self.kind.level = "signature"
        drawn = base64.b64decode(get_drawing())
        pictures = {
            "nothing": "",
            "no base64": "no base64!",
            "not a PNG": base64.b64encode(b"<svg/>").decode(),
            "too large": "A" * 2_000_000,
            "cut off": base64.b64encode(drawn[:60]).decode(),
            "spoiled": base64.b64encode(self.spoil(drawn)).decode(),
            "no stroke": get_drawing(color=(0, 0, 0, 0)),
            "too many pixels": get_drawing((5000, 5000)),
        }
        for name, drawing in pictures.items():
            with self.subTest(name):
                signoff = self.ask().sudo()
                answer = self.post(signoff, signoff.access_token, name="Sofia", signature=drawing)
                self.assertEqual(answer.status_code, 400)
                self.assertEqual(self.get_kinds(signoff), ["sent", "attempt"])
                self.assertFalse(signoff.signature or signoff.signed_name)

    def test_signature_of_20_mb(self):
        self.kind.level = "signature"
        signoff = self.ask().sudo()
        with mute_logger("odoo.http"):
            answer = self.post(signoff, signoff.access_token, name="Sofia", signature="A" * 20_000_000)
        self.assertEqual(answer.status_code, 413, "Odoo reads no form of this size")
        self.assertNotIn("Ten users", answer.text)
        self.assertNotIn("Traceback", answer.text)
        self.assertEqual(self.get_kinds(signoff), ["sent"])
        self.assertFalse(signoff.answered_on or signoff.signature or signoff.signed_name)

    def test_signature_of_20_mb_as_a_file(self):
        self.kind.level = "signature"
        signoff = self.ask().sudo()
        found = re.search(r'csrf_token: "(\w+)"', self.url_open("/web/login").text)
        data = {"csrf_token": found.group(1), "access_token": signoff.access_token, "answer": "confirmed", "name": "S"}
        answer = self.url_open(
            f"/my/signoffs/{signoff.id}/answer", data=data, files={"signature": ("s.png", b"A" * 20_000_000)}
        )
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.get_kinds(signoff), ["sent", "attempt"])
        self.assertFalse(signoff.answered_on or signoff.signature or signoff.signed_name)

    def test_missing_csrf(self):
        with mute_logger("odoo.http"):
            self.assertEqual(self.post(token=self.token, csrf="").status_code, 400)
        self.assertEqual(self.get_kinds(), ["sent"])

    def test_answer_by_get(self):
        with mute_logger("odoo.http"):
            self.assertEqual(self.open(token=self.token, path="/answer").status_code, 405)

    def test_unknown_and_unsent_ones_look_alike(self):
        draft = self.env["project.signoff"]._create_draft(self.project, "design", content="<p>Ten users</p>")
        unknown = self.url_open("/my/signoffs/999999999?access_token=x")
        found = self.open(draft, "x")
        self.assertEqual((unknown.status_code, found.status_code), (403, 403))
        self.assertNotIn("Ten users", found.text)
        places = [self.url_open(f"/my/signoffs/{key}", allow_redirects=False) for key in (self.signoff.id, 999999999)]
        self.assertEqual([place.status_code for place in places], [303, 303], "nobody counts them without a login")

    def test_attempts_do_not_fill_the_database(self):
        self.patch(self.registry["project.signoff"], "_log_attempt", lambda it, reason: None)
        for _number in range(3):
            self.signoff._log_bounded("attempt", 2)
        self.assertEqual(self.get_kinds().count("attempt"), 2)

    # === RPC === #

    def test_portal_users_read_nothing_by_rpc(self):
        self.authenticate("lc_spoc", "lc_spoc")
        for model in ("project.signoff", "project.signoff.event", "project.signoff.kind"):
            with (
                self.subTest(model),
                mute_logger("odoo.http"),
                self.assertRaisesRegex(JsonRpcException, "AccessError"),
            ):
                self.make_jsonrpc_request(
                    "/web/dataset/call_kw",
                    {"model": model, "method": "search_read", "args": [[], ["id"]], "kwargs": {}},
                )

    def test_the_link_is_not_ours_to_read(self):
        messages = self.signoff.message_ids
        self.assertIn("/my/signoffs/", messages[-1].body + messages[0].body)
        for message in messages:
            self.assertNotIn(self.token, message.body)
        self.authenticate("lc_manager", "lc_manager")
        with mute_logger("odoo.http"), self.assertRaisesRegex(JsonRpcException, "AccessError"):
            self.make_jsonrpc_request(
                "/web/dataset/call_kw",
                {
                    "model": "project.signoff",
                    "method": "read",
                    "args": [self.signoff.ids, ["access_token"]],
                    "kwargs": {},
                },
            )
