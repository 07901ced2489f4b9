import re

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import count_queries
from .common_client import PDF
from .test_client_page import ClientHttp


@tagged("post_install", "-at_install")
class TestClientSignoffs(ClientHttp):
    """Who of the client finds and reads sign-offs, and what was answered and handed in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mate.partner_id.email = "mate@client.example.com"
        cls.early = cls.create_project("Early")
        cls.early.spoc_id = cls.spoc
        cls.pass_kickoff()
        cls.env["project.signoff.kind"].search([]).level = "click"
        document = cls.env["ir.attachment"].with_user(cls.consultant).create({"name": "scope.txt", "raw": b"Scope"})
        cls.signoff = cls.ask(attachments=document)

    @classmethod
    def ask(cls, kind="requirements", project=None, **options):
        env = cls.env(user=cls.consultant)
        project = (project or cls.project).with_env(env)
        return env["project.signoff"]._request(project, kind, content="<p>Ten users</p>", **options).sudo()

    def open(self, path, login):
        self.authenticate(login, login)
        # what is kept of an attempt is written by a second call of a route that only reads
        with mute_logger("odoo.http"):
            return self.url_open(path, allow_redirects=False)

    def look(self, login, path=""):
        """Return the status of a page of the sign-off, and whether it shows what is confirmed."""
        answer = self.open(f"/my/signoffs/{self.signoff.id}{path}", login)
        self.env.invalidate_all()
        return answer.status_code, b"Ten users" in answer.content or answer.content == b"Scope"

    def count(self, login):
        self.authenticate(login, login)
        counters = ["lifecycle_waiting_count", "lifecycle_signoff_count"]
        return tuple(self.make_jsonrpc_request("/my/counters", {"counters": counters})[name] for name in counters)

    # === WHO READS === #

    def test_who_reads(self):
        document = f"/documents/{self.signoff.attachment_ids.id}"
        for login, seen in (("lc_spoc", True), ("lc_reader", True), ("lc_mate", False), ("lc_rival", False)):
            for path in ("", document):
                with self.subTest(login=login, path=path):
                    self.assertEqual(self.look(login, path), (200, True) if seen else (403, False))
        self.project.client_colleagues_read = True
        self.assertEqual(self.look("lc_mate"), (200, True))
        self.assertEqual(self.look("lc_rival"), (403, False))

    def test_who_reads_does_not_answer(self):
        page = self.open(f"/my/signoffs/{self.signoff.id}", "lc_reader").text
        self.assertIn("Only the person who was asked", page)
        self.assertNotIn("signoff_form", page)
        token = re.search(r'csrf_token: "(\w+)"', page).group(1)
        answer = self.url_open(
            f"/my/signoffs/{self.signoff.id}/answer", data={"csrf_token": token, "answer": "confirmed"}
        )
        self.assertEqual(answer.status_code, 403)
        self.env.invalidate_all()
        self.assertEqual((self.signoff.state, self.signoff.event_ids[-1].kind), ("sent", "attempt"))

    def test_who_reads_opens_nothing(self):
        """Only the page of who was asked tells that it was opened."""
        self.assertNotIn("data-opened-url", self.open(f"/my/signoffs/{self.signoff.id}", "lc_reader").text)

    def test_a_reader_leaves(self):
        line = self.project.stakeholder_ids.filtered("reads_client_side")
        line.write({"date_from": "2026-01-01", "date_to": "2026-02-01"})
        self.assertEqual(self.look("lc_reader"), (403, False))

    def test_nobody_but_the_spoc_before_the_kickoff_is_over(self):
        self.env["project.lifecycle.stakeholder"].create(
            {
                "project_id": self.early.id,
                "partner_id": self.reader.partner_id.id,
                "client_role": "key_user",
                "reads_client_side": True,
            }
        )
        self.signoff = self.ask("spoc_duties", self.early)
        self.assertEqual(self.look("lc_reader"), (403, False))
        self.assertEqual(self.look("lc_spoc"), (200, True))

    def leave_as_spoc(self):
        """Let the SPOC of a project answer, then another become SPOC: before its kick-off is over nobody guides it."""
        self.open_client_side(self.early)
        self.signoff = self.ask("spoc_duties", self.early)
        self.signoff.with_user(self.portal_user)._answer("confirmed")
        self.early.spoc_id = self.mate.partner_id

    def test_a_former_spoc_who_reads_along(self):
        self.leave_as_spoc()
        self.assertEqual(self.look("lc_spoc")[0], 403)
        self.assertEqual(self.look("lc_mate"), (200, True))
        self.env["project.lifecycle.stakeholder"].create(
            {
                "project_id": self.early.id,
                "partner_id": self.spoc.id,
                "client_role": "key_user",
                "reads_client_side": True,
            }
        )
        self.assertEqual(self.look("lc_spoc"), (200, True))

    # === THE CLIENT'S PAGE === #

    def test_block_on_the_page(self):
        spoc, reader = self.page().text, self.page("lc_reader").text
        self.assertNotIn('id="signoffs"', spoc, "what waits for the reader of the page stands above")
        self.assertIn('id="signoffs"', reader)
        self.signoff.with_user(self.portal_user)._answer("refused", "Twelve users")
        for login in ("lc_spoc", "lc_reader"):
            text = self.page(login).text
            block = text[text.index('id="signoffs"') :]
            for words in (self.signoff.name, "Refused", f"/documents/{self.signoff.pdf_id.id}"):
                self.assertIn(words, block)

    def test_what_was_replaced_is_left_out(self):
        self.signoff.with_user(self.portal_user)._answer("refused", "Twelve users")
        newer = self.ask()
        text = self.page("lc_reader").text
        self.assertNotIn(f'/my/signoffs/{self.signoff.id}"', text)
        self.assertIn(f'/my/signoffs/{newer.id}"', text)

    def test_answers_and_files_stay_on_the_page(self):
        proof = self.add_criterion("Hand in the list")
        self.post(f"/criterion/{proof.id}", files=[("files", ("list.pdf", PDF))], word="comment", text="Half of it")
        url = f"{self.url}/file/{proof.attachment_ids.id}"
        text = self.page().text
        self.assertIn(url, text[text.index('id="needs"') :])
        self.assertNotIn('id="answers"', text, "it is asked above still")
        self.post(f"/criterion/{proof.id}", word="done", text="All of it")
        for login in ("lc_spoc", "lc_reader"):
            text = self.page(login).text
            block = text[text.index('id="answers"') :]
            for words in ("Hand in the list", "All of it", "Sofia Spoc", url):
                self.assertIn(words, block)

    def test_what_is_not_agreed_is_said_so(self):
        point = self.add_criterion("Every minute is logged", needs_agreement=True)
        self.post(f"/criterion/{point.id}", word="not_agreed", text="Only what we asked for")
        text = self.page().text
        self.assertIn("Not agreed", text[text.index('id="answers"') :])

    def test_points_of_somebody_else_name_the_person(self):
        Point = self.env["project.open.point"]
        values = {"project_id": self.project.id, "name": "Which accounts?"}
        Point.create({**values, "partner_id": self.spoc.id})
        self.assertNotIn("For Sofia Spoc", self.page().text)
        Point.create({**values, "partner_id": self.reader.partner_id.id})
        self.assertIn("For Rosa Reader", " ".join(self.page().text.split()))

    # === WHERE THEY ARE FOUND === #

    def test_list_and_counters(self):
        early = self.ask("spoc_duties", self.early)
        for login, waiting, seen in (
            ("lc_spoc", 2, self.signoff | early),
            ("lc_reader", 0, self.signoff),
            ("lc_mate", 0, early.browse()),
            ("lc_rival", 0, early.browse()),
            ("lc_consultant", 0, early.browse()),
        ):
            with self.subTest(login):
                self.assertEqual(self.count(login), (waiting, len(seen)))
                text = self.page(login, "/my/signoffs").text
                found = {int(key) for key in re.findall(r'href="/my/signoffs/(\d+)"', text)}
                self.assertEqual(found, set(seen.ids))
                self.assertEqual("Early" in text, early in seen)
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open("/my/signoffs").url)

    def test_what_was_withdrawn_or_is_prepared_is_not_listed(self):
        self.signoff.with_user(self.consultant).action_withdraw("Too early")
        self.env["project.signoff"]._create_draft(self.project, "design", content="<p>x</p>")
        self.assertEqual(self.count("lc_spoc"), (0, 0))
        self.assertIn("Nothing was asked yet", self.page(url="/my/signoffs").text)

    def test_former_spocs_find_no_more_than_they_read(self):
        self.leave_as_spoc()
        self.assertEqual(self.count("lc_spoc"), (1, 1), "the one of the other project")
        self.assertEqual(self.count("lc_mate"), (0, 1))

    def test_the_counter_leads_there(self):
        def waiting():
            return self.open("/my/projects/waiting", "lc_spoc").headers["Location"]

        self.assertTrue(waiting().endswith(f"{self.url}#needs"))
        early = self.ask("spoc_duties", self.early)
        self.assertTrue(waiting().endswith("/my/projects"))
        self.signoff.with_user(self.portal_user)._answer("confirmed")
        self.assertTrue(waiting().endswith(early._get_client_url()))
        self.ask("design", self.early)
        self.assertTrue(waiting().endswith("/my/signoffs"))

    def test_way_back(self):
        self.assertIn(f'href="{self.url}"', self.open(f"/my/signoffs/{self.signoff.id}", "lc_spoc").text)
        early = self.ask("spoc_duties", self.early)
        page = self.open(f"/my/signoffs/{early.id}", "lc_spoc").text
        self.assertIn('href="/my/signoffs"', page)
        self.assertNotIn("/lifecycle", page, "the project is closed to the client still")
        self.authenticate(None, None)
        page = self.url_open(f"/my/signoffs/{early.id}?access_token={early.access_token}").text
        self.assertNotIn('href="/my/signoffs"', page)

    def test_queries_do_not_grow(self):
        def show(env, run):
            Project = env["project.project"].search([("lifecycle_id", "!=", False)])
            signoffs = env["project.signoff"].sudo().search(Project._get_client_signoffs_domain())
            for signoff in signoffs:
                signoff._prepare_client_row()
            env["project.project"].browse(self.project.id)._get_client_page()

        kinds = iter(("design", "validation", "agreement", "acceptance", "report", "resources"))
        costs = []
        for _double in range(2):
            for _number in range(3):
                signoff = self.ask(next(kinds))
                signoff.with_user(self.portal_user)._answer("confirmed")
                item = self.add_criterion("Answered")
                item.write({"client_answered_by_id": self.spoc.id, "state": "met"})
            costs.append(count_queries(self.env(user=self.portal_user.id), show))
        self.assertEqual(costs[0], costs[1])
