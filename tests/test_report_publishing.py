import io
import os
import stat
import tempfile
from datetime import timedelta
from pathlib import Path

from freezegun import freeze_time
from pypdf import PdfReader

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models import ir_actions_report

from .common import count_queries
from .common_reports import ReportCommon, clone_rows

LOGGER = "odoo.addons.project_lifecycle.models.project_report_publish_mixin"


def read_pdf(report):
    """Return the text of each page, as it is read: the reader of PDFs breaks lines where the weight changes."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(report.sudo().pdf_id.raw)).pages]
    return [" ".join(page.split()).replace(" ,", ",").replace(" .", ".") for page in pages]


@tagged("post_install", "-at_install")
class TestReportPublishing(ReportCommon):
    """Published once, whole or not at all; sent once; printed from frozen figures."""

    def mails_since(self, before):
        return (self.get_mails() - before).filtered(lambda it: it.attachment_ids)

    @freeze_time("2026-03-20 12:00:00")
    def test_sent_once_and_logged(self):
        self.live()
        user = self.create_stakeholder("Karla Key", "karla@client.example.com")
        before = self.get_mails()
        report = self.write_report()
        report.recipient_ids = user
        report.action_publish()
        mails = self.mails_since(before)
        self.assertEqual(mails.recipient_ids, self.spoc | user.partner_id)
        self.assertEqual(len(mails), 2)
        self.assertEqual(mails.attachment_ids, report.sudo().pdf_id)
        for mail in mails:
            self.assertEqual((mail.model, mail.res_id, mail.is_internal), ("project.project", self.project.id, True))
        again = report.action_publish()
        self.assertIn("already", again["params"]["message"])
        self.assertEqual(len(self.mails_since(before)), 2)
        self.assertEqual(report.number, 1)
        report.action_send_again()
        self.assertEqual(len(self.mails_since(before)), 4)

    def test_each_in_the_own_language(self):
        self.env["res.lang"]._activate_lang("es_ES")
        template = self.env.ref("project_lifecycle.mail_template_report")
        template.with_context(lang="es_ES").subject = "Informe"
        user = self.create_stakeholder("Karla Key", "karla@client.example.com", lang="es_ES")
        before = self.get_mails()
        report = self.write_report()
        report.recipient_ids = user
        report.action_publish()
        subjects = {mail.recipient_ids: mail.subject for mail in self.mails_since(before)}
        self.assertEqual(subjects[user.partner_id], "Informe")
        self.assertNotEqual(subjects[self.spoc], "Informe")

    def test_without_address_or_language(self):
        self.spoc.write({"email": False, "lang": False})
        before = self.get_mails()
        report = self.write_report()
        notification = report.action_publish()
        self.assertEqual(report.state, "published")
        self.assertFalse(self.mails_since(before))
        self.assertIn("Sofia Spoc", notification["params"]["message"])
        self.assertIn("no address", self.project.message_ids[0].body)
        self.assertFalse(report.signoff_id)

    def test_the_form_says_to_whom_it_goes(self):
        reader = self.create_stakeholder("Karla Key", "karla@client.example.com")
        gone = self.create_stakeholder("Gone Long", "gone@client.example.com")
        silent = self.create_stakeholder("Silent Sam", False)
        gone.write({"date_from": "2020-01-01", "date_to": "2020-02-01"})
        report = self.write_report()
        self.assertEqual((report.addressees, report.addressees_silent), ("Sofia Spoc", ""))
        report.recipient_ids = reader | gone | silent
        self.assertEqual((report.addressees, report.addressees_silent), ("Sofia Spoc, Karla Key", "Silent Sam"))
        before = self.get_mails()
        report.action_publish()
        self.assertEqual(self.mails_since(before).recipient_ids, self.spoc | reader.partner_id)
        self.assertFalse(report.addressees or report.addressees_silent)

    def test_dated_on_the_day_of_its_figures(self):
        proposed, chosen = self.write_report(), self.write_report("closing_report")
        today = fields.Date.today()
        self.assertEqual(proposed.date, today)
        chosen.date = meeting = today + timedelta(days=9)
        with freeze_time(f"{today + timedelta(days=6)} 12:00:00"):
            self.publish(proposed)
            self.publish(chosen)
        self.assertEqual((proposed.date, chosen.date), (today + timedelta(days=6), meeting))
        self.assertEqual(proposed.figures["cover"]["date"], str(proposed.date))

    @freeze_time("2026-03-20 12:00:00")
    def test_done_is_told_once(self):
        """What was done on the day of a report is told by it, or by the next one, not by both."""
        self.live()
        step = self.project.sudo().current_step_id
        self.tick_all(self.project)
        self.project.with_user(self.consultant).stage_id = self.second
        self.assertEqual(str(step.date_end), "2026-03-20")
        first = self.publish()
        milestone = self.project.milestone_ids
        milestone.write({"is_reached": True, "reached_date": "2026-03-20"})
        second = self.publish()
        told = [[row["name"] for row in it.figures["everything"]["done_next"]["done"]] for it in (first, second)]
        self.assertEqual(told, [[step.display_name], [milestone.name]])

    def break_engine(self, script):
        """Let Odoo run another engine than the one that makes PDFs; none if no script is given."""
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        engine = folder / "wkhtmltopdf"
        info = ir_actions_report._wkhtml()
        if script:
            engine.write_text(script)
            engine.chmod(engine.stat().st_mode | stat.S_IXUSR)
            info = info._replace(bin=str(engine))
        else:
            info = info._replace(state="install", bin=os.fspath(engine))
        self.patch(ir_actions_report, "_wkhtml", lambda: info)

    def check_stays_draft(self):
        report = self.write_report()
        self.env.flush_all()
        before, files = self.get_mails(), self.env["ir.attachment"].search_count([])
        with mute_logger(LOGGER), self.assertRaisesRegex(UserError, "stays a draft, nothing was sent"):
            report.action_publish()
        self.env.invalidate_all()
        self.assertEqual((report.state, report.number, report.figures), ("draft", 0, False))
        self.assertEqual((self.get_mails(), self.env["ir.attachment"].search_count([])), (before, files))
        self.assertFalse(self.project.last_update_id or report.signoff_id or self.project.satisfaction_ids)

    def test_engine_missing(self):
        self.break_engine(None)
        self.check_stays_draft()

    def test_engine_killed(self):
        self.break_engine("#!/bin/sh\nkill -9 $$\n")
        with mute_logger("odoo.addons.base.models.ir_actions_report"):
            self.check_stays_draft()

    def test_engine_not_to_be_run(self):
        self.break_engine("no program at all")
        self.check_stays_draft()

    @freeze_time("2026-03-20 12:00:00")
    def test_every_figure_is_that_of_the_database(self):
        pack = self.live()
        self.log(3, date="2026-03-02")
        report = self.write_report()
        report.action_publish()
        figures = report.figures["everything"]
        packs = figures["packs"]
        self.project.invalidate_recordset()
        self.assertEqual(packs["purchased"], self.project.pack_purchased_hours)
        self.assertEqual(packs["used"], self.project.pack_used_hours)
        self.assertEqual(packs["left"], self.project.pack_remaining_hours)
        self.assertEqual(packs["offered"], self.project.pack_offered_hours)
        self.assertEqual(packs["weekly"], self.project.pack_weekly_hours)
        self.assertEqual(packs["end"], str(self.project.pack_end_date))
        self.assertEqual(packs["packs"][0]["left"], pack.available_hours)
        steps = self.project.sudo().step_ids.filtered(lambda it: it.stage_id.purpose != "closed")
        self.assertEqual({it["id"] for it in figures["timeline"]["steps"]}, set(steps.ids))
        for told in figures["timeline"]["steps"]:
            step = steps.browse(told["id"])
            self.assertEqual(told["planned"], [str(step.planned_start), str(step.planned_end)])
            self.assertEqual(told["actual"][0], str(step.date_start) if step.date_start else None)
        milestone = self.project.milestone_ids
        self.assertEqual(figures["timeline"]["milestones"][0]["deadline"], str(milestone.deadline))
        self.assertEqual(len(figures["points"]["points"]), self.project.sudo().open_point_open_count)
        app = figures["adoption"]["apps"][0]
        self.assertEqual((app["users"], app["expected"], app["records"]), (12, 15, 340))
        self.assertEqual(figures["improvements"]["items"][0]["days"], self.project.sudo().improvement_ids.days)
        self.assertEqual(figures["status"]["progress"], report.progress)
        text = "\n".join(read_pdf(report))
        for words in (
            "Progress report",
            "Client & Sons",
            "Packed",
            "On Track",
            "40:00 h",
            "09:00 h",
            "31:00 h",
            "02:00 h",
            "12 / 15",
            "340",
            "80 %",
            "Which labels?",
            "Barcodes in the shop",
            "First shop live",
            "1 Apr 2026",
            "Two people fell ill",
            "Orders leave a day earlier",
            "We meet on Tuesdays",
            "No. 1, version 1",
        ):
            self.assertIn(words, text)

    @freeze_time("2026-03-20 12:00:00")
    def test_pages_and_headings_and_nothing_internal(self):
        self.live()
        self.add("project.open.point", name="Zqours", user_id=self.consultant.id, kind="doubt")
        self.first.client_visible = False
        self.first.name = "Zqstage"
        self.lifecycle.name = "Zqlifecycle"
        self.project.description = "Zqdescription"
        self.worker.hourly_cost = 7531.97
        report = self.write_report()
        preview = (
            self.env["ir.actions.report"]
            .with_user(self.consultant)
            ._render_qweb_html("project_lifecycle.report_project_update_preview", report.ids)[0]
        )
        self.assertIn(b"Neither printed nor sent", preview)
        self.assertNotIn(b"/web/assets/", preview, "a page that waits for no style sheet is never white")
        report.action_publish()
        pages = read_pdf(report)
        self.assertEqual(len(pages), 3)
        for number, page in enumerate(pages, 1):
            self.assertIn(f"Page {number} of {len(pages)}", page)
        self.assertNotIn("Progress report: Packed", pages[0].split("Client & Sons")[-1])
        self.assertIn("Progress report: Packed", pages[1])
        text = "\n".join(pages)
        for block in report.section_ids.filtered(
            lambda it: it.is_shown and not it.is_internal and it.code != "changes"
        ):
            self.assertIn(block.name, text)
        for told in (text, report.body, str(report.figures)):
            for word in ("Zqours", "Zqstage", "Zqlifecycle", "Zqdescription", "7531", "For us only"):
                self.assertNotIn(word, told)

    @freeze_time("2026-03-20 12:00:00")
    def test_what_is_printed_from_the_preview_is_for_the_client(self):
        self.live()
        report = self.write_report()
        engine = self.env["ir.actions.report"].with_user(self.consultant).with_context(force_report_rendering=True)
        name = "project_lifecycle.report_project_update_preview"
        printed = engine._render_qweb_pdf(name, report.ids)[0]
        pages = [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(printed)).pages]
        self.assertIn("Orders leave a day earlier", " ".join(pages))
        self.assertIn(f"Page 1 of {len(pages)}", pages[0])
        for words in ("For us only", "Hours spent", "Neither printed nor sent"):
            self.assertNotIn(words, " ".join(pages))
        report.action_publish()
        self.assertEqual(engine._render_qweb_pdf(name, report.ids)[0], report.sudo().pdf_id.raw)

    @freeze_time("2026-03-20 12:00:00")
    def test_short_is_shorter(self):
        self.live()
        report = self.write_report()
        report.layout = "short"
        report.action_publish()
        pages = read_pdf(report)
        self.assertLess(len(pages), 3)
        self.assertNotIn("Barcodes in the shop", "".join(pages))

    @freeze_time("2026-03-20 12:00:00")
    def test_hebrew_from_right_to_left(self):
        self.env["res.lang"]._activate_lang("he_IL")
        self.spoc.lang = "he_IL"
        self.live()
        self.first.with_context(lang="he_IL").name = "הטמעה"
        report = self.write_report()
        report.status_reason = "<p>שני עובדים חלו</p>"
        report.action_publish()
        self.assertEqual(report.lang, "he_IL")
        self.assertIn('dir="rtl"', report.body)
        self.assertIn("הטמעה", report.body)
        self.assertIn("o_lc_rtl", report.body)
        # numbers with a slash run from left to right, and a name in Latin letters does not pull the date over
        self.assertRegex(report.body, r'<span dir="ltr"><span class="o_lc_bold">12</span>\s*/\s*15')
        self.assertEqual(report._get_document()["dot"], " \u200f·\u200f ")
        self.project.sudo().adoption_figure_ids.user_count = 14
        self.assertIn("<li>\u200fSales\u200f: 14 ", self.write_report()._render_body())
        text = "".join(read_pdf(report))
        self.assertTrue(any("\u05d0" <= letter <= "\u05ea" for letter in text))
        self.assertIn("34:00", text)

    @freeze_time("2026-03-20 12:00:00")
    def test_a_reprint_is_the_same(self):
        self.live()
        report = self.publish()
        pdf, body = report.sudo().pdf_id.raw, report.body
        self.log(5, date="2026-03-19")
        self.add_point("Another one")
        self.project.name = "Renamed"
        engine = self.env["ir.actions.report"].with_user(self.consultant).with_context(force_report_rendering=True)
        printed = engine._render_qweb_pdf("project_lifecycle.report_project_update", report.ids)[0]
        self.assertEqual((printed, report.body), (pdf, body))

    @freeze_time("2026-03-20 12:00:00")
    def test_changes_since_the_last_report(self):
        self.live()
        self.project.sudo().adoption_figure_ids.write({"date_from": "2026-02-01", "date_to": "2026-02-28"})
        self.publish()
        self.log(3, date="2026-03-19")
        self.add_point("Which printer?")
        self.project.milestone_ids.deadline = "2026-04-20"
        self.add("project.adoption.figure", name="sales", date_from="2026-03-01", date_to="2026-03-19", user_count=14)
        second = self.write_report()
        second.status = "at_risk"
        second.action_publish()
        text = "\n".join(read_pdf(second))
        for words in (
            "The status was On Track and is At Risk.",
            "First shop live moves from 1 Apr 2026 to 20 Apr 2026.",
            "Used: 03:00 h.",
            "New open points: 1.",
            "sales: 14 users, 12 before.",
            "Report no. 1 · 20 Mar 2026",
        ):
            self.assertIn(words, text)
        self.assertEqual([it["number"] for it in second.figures["everything"]["status"]["trend"]], [1])

    def test_a_project_with_nothing_in_it(self):
        empty = self.create_project("Empty", partner_id=self.env["res.partner"].create({"name": "Nobody"}).id)
        report = self.write_report(project=empty)
        report.action_publish()
        self.assertEqual(
            set(report.figures["everything"]), {"status", "timeline", "done_next", "gains", "collaboration"}
        )
        self.assertNotIn("<tbody></tbody>", report.body.replace(" ", "").replace("\n", ""))

    def test_very_long_texts_and_hundreds_of_points(self):
        for number in range(150):
            self.add_point(f"Point {number:03}")
        report = self.write_report()
        report.gains = "<p>" + "Orders leave earlier. " * 1500 + "</p><p>" + "x" * 3000 + "</p>"
        report.action_publish()
        text = "\n".join(read_pdf(report))
        self.assertIn("Point 039", text)
        self.assertNotIn("Point 040", text)
        self.assertIn("and 110 more", text)

    def test_logos_of_both_and_of_none(self):
        pixel = b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
        document = self.write_report()._get_document()
        self.assertFalse(document["client_logo"])
        self.customer.image_1920 = pixel
        self.project.sudo().company_id = self.env.company
        self.env.company.logo = pixel
        document = self.write_report()._get_document()
        self.assertTrue(document["client_logo"].startswith("data:image"))
        self.assertTrue(document["logo"].startswith("data:image"))

    @freeze_time("2026-03-20 12:00:00")
    def test_acknowledged_by_the_client(self):
        report = self.publish()
        signoff = report.signoff_id.sudo()
        self.assertEqual((signoff.state, signoff.kind_code, signoff.partner_id), ("sent", "report", self.spoc))
        self.assertEqual(signoff.attachment_ids.raw, report.sudo().pdf_id.raw)
        mails = self.get_mails().filtered(lambda it: self.spoc in it.recipient_ids and it.attachment_ids)
        self.assertEqual(len(mails), 1, "one mail reports and asks")
        self.assertEqual(mails.reply_to, self.project._get_client_reply_to())
        self.assertIn(signoff.access_token, mails.body_html)
        self.assertNotIn(signoff.access_token, mails.mail_message_id.body)
        signoff.with_user(self.portal_user)._answer("remarks", note="Who trains the night shift?")
        self.assertEqual(report.signoff_state, "remarks")
        self.assertEqual(report.state, "published")
        point = report.point_ids
        self.assertEqual((point.client_text, point.asked_by_id), ("Who trains the night shift?", self.spoc))

    def test_a_correction_takes_the_place_of_what_is_asked(self):
        first = self.publish()
        second = self.env["project.update"].with_user(self.consultant).browse(first.action_correct()["res_id"])
        second.action_publish()
        self.assertEqual((first.signoff_id.state, second.signoff_id.state), ("withdrawn", "sent"))

    @freeze_time("2026-03-20 12:00:00")
    def test_queries_do_not_grow(self):
        self.live()
        report = self.write_report()

        def render(env, _run):
            env["project.update"].with_user(self.consultant).browse(report.id)._render_body()

        few = count_queries(self.env, render)
        for number in range(10):
            self.add_point(f"More {number}")
            self.log(0.25, date="2026-03-02")
            self.add("project.adoption.figure", name=f"App {number}", user_count=number)
            self.add("project.improvement", name=f"Idea {number}")
            self.env["project.milestone"].create(
                {"name": f"M {number}", "project_id": self.project.id, "deadline": "2026-05-01"}
            )
        self.assertLessEqual(count_queries(self.env, render), few)

    def test_a_large_project_costs_the_same_queries(self):
        """200 criteria, 300 open points and 5,000 entries, beside a tenth of them."""
        self.live()
        # enough for all of it: a pack that is used up is told in other words
        self.sell(400)
        # one of the project's own: a criterion of the lifecycle stands on a step once
        step = self.project.sudo().current_step_id
        values = {"custom_name": "Say when", "responsible": "client", "client_visible": True}
        criterion = self.env["project.checklist.item"].create({"step_id": step.id, **values})
        point = self.project.sudo().open_point_ids[:1]
        entry = self.log(0.01, date="2026-03-02")
        self.env.flush_all()
        report = self.write_report()
        bodies = []

        def render(env, _run):
            bodies[:] = [env["project.update"].with_user(self.consultant).browse(report.id)._render_body()]

        def grow(criteria, points, entries):
            for record, count in ((criterion, criteria), (point, points), (entry, entries)):
                clone_rows(record, count)

        grow(20, 30, 500)
        few = count_queries(self.env, render)
        small = bodies[0]
        grow(180, 270, 4500)
        self.assertEqual(count_queries(self.env, render), few)
        entries = self.env["account.analytic.line"].search_count([("project_id", "=", self.project.id)])
        self.assertGreater(entries, 5000)
        figures = report._collect_everything()
        self.assertEqual((len(figures["points"]["points"]), len(figures["points"]["actions"])), (301, 201))
        self.assertNotEqual(bodies[0], small)
        self.assertLess(len(bodies[0]), 2 * len(small), "long lists are cut where nobody reads on")


@tagged("post_install", "-at_install")
class TestReportPortal(HttpCase, ReportCommon):
    """The client reads its reports, and asks back."""

    def setUp(self):
        super().setUp()
        self.report = self.publish()
        self.env.flush_all()
        self.path = f"/my/projects/{self.project.id}/reports"

    def open_page(self, path, login="lc_spoc"):
        self.authenticate(login, login)
        return self.url_open(path)

    def test_pages(self):
        home = self.open_page(f"/my/projects/{self.project.id}/lifecycle").text
        self.assertIn(f"{self.path}/{self.report.id}", home)
        self.assertIn(f"To confirm: {self.report.name}", home)
        self.assertRegex(home, r'<span\s+class="badge [^"]*bg-success-subtle')
        self.assertIn(self.report.name, self.open_page(self.path).text)
        page = self.open_page(f"{self.path}/{self.report.id}").text
        self.assertIn("Orders leave a day earlier", page)
        self.assertIn("Confirm that you have read it", page)
        pdf = self.open_page(f"{self.path}/{self.report.id}/pdf")
        self.assertEqual(
            (pdf.headers["Content-Type"], pdf.content), ("application/pdf", self.report.sudo().pdf_id.raw)
        )

    def test_drafts_and_strangers(self):
        draft = self.write_report()
        rival = self.create_portal_user("lc_rival", "Rita Rival", self.env["res.partner"].create({"name": "Rival"}))
        self.assertTrue(rival)
        for login, report in (("lc_spoc", draft), ("lc_rival", self.report), ("lc_employee", self.report)):
            for path in (f"{self.path}/{report.id}", f"{self.path}/{report.id}/pdf"):
                with self.subTest(login=login, path=path):
                    answer = self.open_page(path, login)
                    self.assertNotIn("Orders leave a day earlier", answer.text)
                    self.assertNotEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertNotIn("Orders leave", self.open_page(f"{self.path}/99999999").text)

    def test_a_question_back(self):
        with self.assertRaises(AccessError):
            self.project.with_user(self.colleague)._client_ask_about_report(self.report.id, "Why?")
        project = self.project.with_user(self.portal_user)
        with self.assertRaises(UserError):
            project._client_ask_about_report(self.report.id, "  ")
        project._client_ask_about_report(self.report.id, "Why so late?", "We had hoped for May")
        point = self.report.point_ids
        self.assertEqual((point.name, point.asked_by_id, point.user_id), ("Why so late?", self.spoc, self.consultant))
        self.assertIn("Why so late?", self.open_page(f"{self.path}/{self.report.id}").text)
