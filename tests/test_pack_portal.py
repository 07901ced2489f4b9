import re
from unittest.mock import ANY

from freezegun import freeze_time
from lxml import etree

from odoo import fields, http
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from ..controllers.portal import ProjectLifecyclePortal
from .common import count_queries
from .common_pack_portal import PackPortalCommon

ENTRY_FIELDS = ["pack_id", "pack_use", "internal_note", "work_kind_id", "pack_project_id", "step_id"]


class PackPortalHttp(PackPortalCommon, HttpCase):
    @property
    def url(self):
        return f"/my/projects/{self.project.id}/packs"

    def page(self, url=None):
        answer = self.url_open(url or self.url)
        self.assertEqual(answer.status_code, 200)
        return answer

    def text_of(self, answer):
        """Return the words of a page without what the frame around it brings along."""
        return re.sub(r"<script.*?</script>", "", answer.text, flags=re.DOTALL)

    def post(self, path="/learning", **values):
        values.setdefault("csrf_token", http.Request.csrf_token(self))
        return self.url_open(self.url + path, data=values)

    def rpc(self, model, method, *args, **kwargs):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def refused(self, model, method, *args, **kwargs):
        with (
            self.subTest(model=model, method=method, args=args, kwargs=kwargs),
            mute_logger("odoo.http"),
            self.assertRaises(JsonRpcException) as raised,
        ):
            self.rpc(model, method, *args, **kwargs)
        # whoever exports needs a right of its own, and is told so first
        expected = "UserError" if method == "export_data" else "AccessError"
        self.assertIn(expected, str(raised.exception.args[0]))


@tagged("post_install", "-at_install")
class TestPackPortal(PackPortalHttp):
    """What the client sees of its packs, who sees it, and what nobody outside sees."""

    def test_the_page(self):
        self.live()
        for login in ("lc_spoc", "lc_mate", "lc_consultant"):
            with self.subTest(login=login):
                self.authenticate(login, login)
                text = self.text_of(self.page())
                self.check_text(
                    text, "Stock rules", "Worker", "Baking lessons", "01:30", "08:30", "Awaiting your consent"
                )
                self.assertNotIn("Out of scope", text, "awaiting entries are apart")
        self.check_text(self.text_of(self.page(f"{self.url}?use=offered")), "A little gift", "A gift from us")
        self.check_text(self.text_of(self.page(f"{self.url}?use=awaiting")), "Out of scope", "once you agree")
        self.check_text(self.text_of(self.page(f"{self.url}?use=other")), "On the house account")
        self.check_text(self.text_of(self.page(f"{self.url}?use=nonsense")), "Stock rules")

    def test_validity_cancellation_and_last_entry(self):
        ended, _cancelled, to_come = self.sell(5), self.sell(5), self.sell(5)
        self.log(1, date="2026-03-02")
        ended.date_to = "2026-03-31"
        _cancelled.order_id._action_cancel()
        to_come.date_from = fields.Date.add(fields.Date.today(), days=3)
        self.authenticate("lc_spoc", "lc_spoc")
        text = self.text_of(self.page())
        for words in (
            "Validity ended",
            "Order cancelled",
            "Not valid yet",
            "03/31/2026",
            "03/02/2026",
            "04:00",
            "Not usable",
        ):
            self.assertIn(words, text)

    def test_the_bar_follows_the_alert_shares(self):
        self.sell(10)
        self.log(5)
        self.authenticate("lc_spoc", "lc_spoc")
        for shares, is_low in (("80, 100", False), ("40, 100", True)):
            self.env.company.pack_alert_shares = shares
            self.assertEqual("progress-bar bg-warning" in self.page().text, is_low, shares)

    def test_read_by_a_cursor_that_only_reads(self):
        """Nothing is written, so that a replica can answer: Odoo would say so before it tries again."""
        self.live()
        self.authenticate("lc_spoc", "lc_spoc")
        with self.assertNoLogs("odoo.http", "WARNING"):
            self.page()
            self.page(f"{self.url}/statement?date_from=2026-03-01&date_to=2026-03-31")
        for endpoint in ("portal_my_project_packs", "portal_my_project_pack_statement"):
            self.assertTrue(getattr(ProjectLifecyclePortal, endpoint).original_routing["readonly"])

    def test_every_entry_page_by_page(self):
        self.sell(100)
        self.env["account.analytic.line"].with_user(self.consultant).create(
            [
                {"name": f"Entry {number:03}.", "project_id": self.project.id, "unit_amount": 0.25}
                for number in range(120)
            ]
        )
        self.authenticate("lc_spoc", "lc_spoc")
        seen = set()
        for number in (1, 2, 3):
            seen |= set(re.findall(r"Entry \d{3}\.", self.page(f"{self.url}/page/{number}").text))
        self.assertEqual(len(seen), 120)

    def test_link_and_breadcrumbs(self):
        self.sell(5)
        self.authenticate("lc_spoc", "lc_spoc")
        own = f"/my/projects/{self.project.id}"
        self.assertIn(self.url, self.page(own).text)
        self.assertIn(self.url, self.page("/my/projects").text)
        self.assertIn(f'href="{own}"', self.page().text)

    def test_no_link_without_packs(self):
        self.authenticate("lc_spoc", "lc_spoc")
        for page in (f"/my/projects/{self.project.id}", "/my/projects"):
            self.assertNotIn("/packs", self.page(page).text)
        self.assertIn("No pack has been bought", self.page().text)

    def test_who_sees_it(self):
        """As Odoo shows the project: nobody else is told even that there is one."""
        self.live()
        statement = f"{self.url}/statement?date_from=2026-03-01&date_to=2026-03-31"
        for page in (self.url, statement):
            for login, url in (("lc_rival", page), ("lc_employee", page)):
                with self.subTest(login=login, page=page):
                    if login == "lc_employee":
                        self.project.privacy_visibility = "followers"
                    self.authenticate(login, login)
                    answer = self.url_open(url)
                    self.assertNotIn("Stock rules", answer.text)
                    self.assertEqual(answer.url.partition(self.base_url())[2].split("?")[0].rstrip("/")[:3], "/my")
                    self.assertNotIn("/packs", answer.url)
                    self.project.privacy_visibility = "portal"
            self.authenticate("lc_spoc", "lc_spoc")
            theirs = page.replace(str(self.project.id), str(self.rival_project.id))
            self.assertNotIn("/packs", self.url_open(theirs).url)
            self.assertNotIn("/packs", self.url_open(page.replace(str(self.project.id), "99999999")).url)
            self.authenticate(None, None)
            self.assertIn("/web/login", self.url_open(page).url)

    def test_colleagues_only_if_the_project_is_shown_to_them(self):
        self.live()
        self.authenticate("lc_mate", "lc_mate")
        self.check_text(self.text_of(self.page()), "Stock rules")
        for visibility in ("followers", "employees"):
            self.project.privacy_visibility = visibility
            self.assertNotIn("/packs", self.url_open(self.url).url)
        self.project.privacy_visibility = "portal"
        self.project.message_subscribe(partner_ids=self.spoc.ids)
        self.assertIn("/packs", self.url_open(self.url).url)
        self.project.client_colleagues_read = False
        self.assertNotIn("/packs", self.url_open(self.url).url)

    def test_projects_without_a_lifecycle_and_templates_have_no_page(self):
        plain = self.env["project.project"].create({"name": "Plain", "privacy_visibility": "portal"})
        plain.message_subscribe(partner_ids=self.spoc.ids)
        self.authenticate("lc_spoc", "lc_spoc")
        self.assertNotIn("/packs", self.url_open(f"/my/projects/{plain.id}/packs").url)
        self.assertEqual(self.url_open(f"/my/projects/{plain.id}").status_code, 200)

    def test_statement_download(self):
        self.live()
        self.authenticate("lc_spoc", "lc_spoc")
        answer = self.url_open(f"{self.url}/statement?date_from=2026-03-01&date_to=2026-03-31")
        self.assertEqual(answer.status_code, 200)
        self.assertIn("Pack%20statement%20Packed", answer.headers["Content-Disposition"])
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        # in tests Odoo renders the page of which it would make the PDF
        self.check_text(answer.text, "Stock rules", "Opening balance")
        for period in ("", "?date_from=2026-03-31&date_to=2026-03-01", "?date_from=x&date_to=2026-03-01"):
            self.assertIn("error=period", self.url_open(f"{self.url}/statement{period}").url)

    def test_the_report_itself_asks_who_reads(self):
        self.live()
        options = (
            f'{{"project_id": {self.project.id}, "date_from": "2026-03-01", "date_to": "2026-03-31", "pack_ids": []}}'
        )
        url = f"/report/html/project_lifecycle.report_pack_statement?options={options}"
        self.authenticate("lc_spoc", "lc_spoc")
        self.check_text(self.url_open(url).text)
        self.authenticate("lc_rival", "lc_rival")
        with mute_logger("odoo.http"):
            answer = self.url_open(url)
        self.assertNotEqual(answer.status_code, 200)
        self.assertNotIn("Stock rules", answer.text)

    def test_rpc(self):
        """The client reads its page, nothing else: neither packs nor what entries have of them, in no way there is."""
        pack = self.live()
        entries = self.env["account.analytic.line"].search([("project_id", "=", self.project.id)])
        self.env["project.client.learning"].create(
            {"project_id": self.project.id, "partner_id": self.spoc.id, "hours": 1, "subject": "x"}
        )
        for shared in (False, True):
            if shared:
                self.share(self.project, self.portal_user)
            for login in ("lc_spoc", "lc_mate", "lc_rival"):
                self.authenticate(login, login)
                for model, ids in (
                    ("project.pack", pack.ids),
                    ("project.client.learning", self.project.client_learning_ids.ids),
                    ("project.pack.statement", [1]),
                ):
                    self.refused(model, "read", ids, ["display_name"])
                    self.refused(model, "search_read", [], ["display_name"])
                    self.refused(model, "search_count", [])
                    self.refused(model, "formatted_read_group", [], [], ["__count"])
                    self.refused(model, "export_data", ids, ["id", "display_name"])
                    self.refused(model, "create", [{}])
                    self.refused(model, "write", ids, {})
                    self.refused(model, "unlink", ids)
                for name in ENTRY_FIELDS:
                    self.refused("account.analytic.line", "read", entries.ids, [name])
                    self.refused("account.analytic.line", "search_count", [(name, "!=", False)])
                    self.refused("account.analytic.line", "formatted_read_group", [], [name], ["__count"])
                    self.refused("account.analytic.line", "export_data", entries.ids, [name])
                for name in (
                    "pack_ids",
                    "pack_remaining_hours",
                    "pack_last_entry_date",
                    "client_learning_ids",
                    "client_learning_hours",
                ):
                    self.refused("project.project", "read", self.project.ids, [name])

    def test_cost_of_time_is_not_read(self):
        self.live()
        entries = self.env["account.analytic.line"].search([("project_id", "=", self.project.id)])
        self.authenticate("lc_spoc", "lc_spoc")
        for shared in (False, True):
            if shared:
                self.share(self.project, self.portal_user)
            self.refused("account.analytic.line", "read", entries.ids, ["amount"])
            self.refused("account.analytic.line", "search_count", [("amount", "<", -1)])
            self.refused("account.analytic.line", "formatted_read_group", [], [], ["amount:sum"])
        self.assertEqual(
            {row["name"] for row in self.rpc("account.analytic.line", "read", entries.ids, ["name", "unit_amount"])},
            set(entries.mapped("name")),
            "what Odoo shares of the time is shared as ever",
        )

    def test_collaborators_open_an_entry_of_a_shared_project(self):
        entry = self.log(2)
        self.share(self.project, self.portal_user)
        self.authenticate("lc_spoc", "lc_spoc")
        line = "account.analytic.line"
        view = self.rpc(line, "action_open_timesheet_view_portal", entry.ids)["views"][0][0]
        found = etree.fromstring(self.rpc(line, "get_view", view, "form")["arch"]).iter("field")
        names = {node.get("name") for node in found}
        self.assertIn("unit_amount", names)
        self.assertEqual(self.rpc(line, "web_read", entry.ids, {name: {} for name in names})[0]["unit_amount"], 2)

    def test_cost_of_time_without_a_lifecycle_is_read_as_in_odoo(self):
        plain = self.env["project.project"].create(
            {
                "name": "Plain",
                "partner_id": self.customer.id,
                "allow_timesheets": True,
                "privacy_visibility": "portal",
            }
        )
        plain.message_subscribe(partner_ids=self.spoc.ids)
        self.share(plain, self.portal_user)
        self.worker.hourly_cost = 10
        theirs = self.log(2, project_id=plain.id)
        self.authenticate("lc_spoc", "lc_spoc")
        line = "account.analytic.line"
        self.assertEqual(self.rpc(line, "read", theirs.ids, ["amount"]), [{"id": theirs.id, "amount": -20.0}])
        self.assertEqual(self.rpc(line, "search", [("amount", "<", -1)], order="amount"), theirs.ids)
        self.assertIn("amount", self.rpc(line, "fields_get", ["amount"]))
        groups = self.rpc(line, "formatted_read_group", [], [], ["amount:sum"])
        self.assertEqual(groups[0]["amount:sum"], -20.0)
        ours = self.log(1)
        self.share(self.project, self.portal_user)
        self.assertEqual(self.rpc(line, "read", theirs.ids, ["amount"]), [{"id": theirs.id, "amount": -20.0}])
        self.refused(line, "read", (theirs | ours).ids, ["amount"])
        self.refused(line, "search_read", [], ["name", "amount"])
        self.refused(line, "web_search_read", [], {"amount": {}})
        self.refused(line, "search", [], order="amount")
        self.refused("project.task", "search", [("timesheet_ids.amount", "<", -1)])
        self.refused("project.project", "search", [("timesheet_ids.amount", "<", -1)])
        self.assertFalse(self.rpc(line, "fields_get", ["amount"]))

    def test_stock_pages_of_time(self):
        self.live()
        task = self.env["project.task"].create({"name": "Bake", "project_id": self.project.id})
        task.message_subscribe(partner_ids=self.spoc.ids)
        self.log(1, name="Kneading", task_id=task.id, internal_note="Zqnote")
        self.authenticate("lc_spoc", "lc_spoc")
        for page in (
            "/my/timesheets",
            "/my/timesheets?groupby=none",
            f"/my/projects/{self.project.id}/task/{task.id}",
            f"/my/tasks/{task.id}?report_type=html",
        ):
            with self.subTest(page=page):
                text = self.text_of(self.page(page))
                self.assertIn("Kneading", text)
                self.assertNotIn("Zqnote", text)

    def test_queries_do_not_grow(self):
        def look(env, _run):
            env["project.project"].with_user(self.portal_user).browse(self.project.id)._get_pack_page()

        learning = {"project_id": self.project.id, "partner_id": self.spoc.id, "hours": 1, "subject": "x"}
        self.env["project.client.learning"].create(learning)
        self.sell(5, 5)
        for number in range(5):
            self.log(1, date="2026-03-02", name=f"Work {number}", work_kind_id=self.kind.id)
        few = count_queries(self.env, look)
        self.sell(5, 5)
        others = self.env["project.work.kind"].create([{"name": f"Kind {number}"} for number in range(5)])
        for number, kind in enumerate(others):
            self.log(1, date="2026-03-03", name=f"Work {number}", work_kind_id=kind.id)
            self.env["project.client.learning"].create(learning)
        self.assertEqual(count_queries(self.env, look), few)

    def test_the_page_asks_for_the_project_first(self):
        with self.assertRaises(AccessError):
            self.project.with_user(self.rival)._get_pack_page()
        with self.assertRaises(AccessError):
            self.project.with_user(self.rival)._get_pack_statement(fields.Date.today(), fields.Date.today())

    def test_balance_is_that_of_the_screens(self):
        self.sell(2, 3)
        for hours in (1.5, 2.25):
            self.log(hours)
        page = self.project.with_user(self.portal_user)._get_pack_page()
        self.assertEqual(page["left"], self.project.pack_remaining_hours)
        self.assertEqual(page["totals"]["deducted"]["hours"], self.project.pack_used_hours)
        self.assertEqual(page["last_entry_date"], self.project.pack_last_entry_date)
        self.assertEqual([pack["carried"] for pack in page["packs"]], [-1.75, 1.75])


@tagged("post_install", "-at_install")
class TestPackPortalLearning(PackPortalHttp):
    """People of the client write down what they learn, each under the own name."""

    def setUp(self):
        super().setUp()
        self.sell(5)
        self.log(1)

    def learnings(self):
        self.env.invalidate_all()
        return self.project.client_learning_ids

    def test_reported_under_the_own_name(self):
        for login, user in (("lc_spoc", self.portal_user), ("lc_mate", self.mate)):
            self.authenticate(login, login)
            answer = self.post(
                date="2026-03-02", hours="1:30", subject="Tutorial", partner_id=self.customer.id, project_id=1
            )
            self.assertIn("reported=1", answer.url)
            own = self.learnings().filtered_domain([("partner_id", "=", user.partner_id.id)])
            self.assertEqual(own.hours, 1.5)
        self.assertIn("Tutorial", answer.text)
        self.assertIn("03:00", answer.text)
        self.assertEqual(self.project.pack_remaining_hours, 4)

    def test_bad_input_is_told_and_kept_in_the_form(self):
        self.authenticate("lc_spoc", "lc_spoc")
        tomorrow = str(fields.Date.add(fields.Date.today(), days=2))
        for values in (
            {"hours": "0"},
            {"hours": "25"},
            {"hours": "-1"},
            {"hours": "soon"},
            {"hours": ""},
            {"date": tomorrow},
            {"date": "x"},
            {"date": ""},
            {"subject": " "},
            {"subject": "x" * 201},
        ):
            with self.subTest(values), mute_logger("odoo.sql_db"):
                answer = self.post(**{"date": "2026-03-02", "hours": "1", "subject": "Keep me", **values})
                self.assertEqual(answer.status_code, 200)
                self.assertIn("alert-danger", answer.text)
                if "subject" not in values:
                    self.assertIn('value="Keep me"', answer.text)
        self.assertFalse(self.learnings())

    def test_markup_is_text(self):
        self.authenticate("lc_spoc", "lc_spoc")
        answer = self.post(date="2026-03-02", hours="1", subject="<script>alert(1)</script>")
        self.assertNotIn("<script>alert(1)", answer.text)
        self.assertIn("&lt;script&gt;alert(1)", answer.text)

    def test_a_token_is_needed(self):
        self.authenticate("lc_spoc", "lc_spoc")
        with mute_logger("odoo.http"):
            self.assertEqual(self.post(csrf_token="no", date="2026-03-02", hours="1", subject="x").status_code, 400)
        self.assertEqual(self.url_open(f"{self.url}/learning?date=2026-03-02&hours=1&subject=x").status_code, ANY)
        self.assertFalse(self.learnings())

    def test_others_report_nothing(self):
        for login in ("lc_rival", "lc_consultant"):
            self.authenticate(login, login)
            self.post(date="2026-03-02", hours="1", subject="x")
        self.assertFalse(self.learnings())

    def test_own_reports_are_taken_back_by_oneself_alone(self):
        self.authenticate("lc_spoc", "lc_spoc")
        self.post(date="2026-03-02", hours="1", subject="x")
        learning = self.learnings()
        for login in ("lc_mate", "lc_rival", "lc_consultant"):
            self.authenticate(login, login)
            self.post(f"/learning/{learning.id}/remove")
            self.assertTrue(self.learnings())
            if login == "lc_mate":
                self.assertNotIn("/remove", self.page().text)
        self.authenticate("lc_spoc", "lc_spoc")
        self.assertIn("/remove", self.page().text)
        self.post(f"/learning/{learning.id}/remove")
        self.assertFalse(self.learnings())

    @freeze_time("2026-03-20 12:00:00")
    def test_statement_tells_it(self):
        self.env["project.client.learning"].create(
            {
                "project_id": self.project.id,
                "partner_id": self.spoc.id,
                "hours": 3.25,
                "subject": "x",
                "date": "2026-03-03",
            }
        )
        self.authenticate("lc_spoc", "lc_spoc")
        text = self.url_open(f"{self.url}/statement?date_from=2026-03-01&date_to=2026-03-31").text
        self.assertIn("Your own learning", text)
        self.assertIn("03:15", text)
