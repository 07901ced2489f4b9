import io

from lxml import etree
from pypdf import PdfReader

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_kickoff import KickoffCommon


@tagged("post_install", "-at_install")
class TestKickoffMinutes(KickoffCommon):
    """The minutes tell the client what was agreed, in its language, and not one word that is ours."""

    def report(self, user=None):
        return self.env["ir.actions.report"].with_user(user or self.consultant)

    def html(self, user=None):
        content, _type = self.report(user)._render_qweb_html(
            "project_lifecycle.report_kickoff_minutes", self.project.ids
        )
        return content.decode()

    def pdf_text(self):
        content, kind = (
            self.report()
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf("project_lifecycle.report_kickoff_minutes", self.project.ids)
        )
        self.assertEqual(kind, "pdf")
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)

    def hold(self):
        self.agreed.with_user(self.consultant).action_explained_and_agreed(self.spoc.id)
        session = self.create_session()
        session.write({"minutes": "<p>We meet on Tuesdays</p>"})
        session.action_session_held()
        return session

    def test_pdf(self):
        self.hold()
        text = self.pdf_text()
        for words in (
            "Kick-off minutes",
            "Migration",
            "Client Inc.",
            "Session kickoff",
            "We meet on Tuesdays",
            "Carla Consultant",
            "Methodology",
            "Way of working agreed",
            "Agreed",
            "Sofia Spoc",
        ):
            self.assertIn(words, text)

    def test_pdf_of_a_customer_who_reads_hebrew(self):
        self.env["res.lang"]._activate_lang("he_IL")
        self.client_company.lang = "he_IL"
        self.second.checklist_template_ids[0].with_context(lang="he_IL").name = "דרך העבודה"
        self.hold()
        self.assertEqual(self.project._get_client_language(), "he_IL")
        html = self.html()
        self.assertIn("דרך העבודה", html)
        self.assertNotIn("Way of working agreed", html)
        self.assertTrue(any("\u05d0" <= letter <= "\u05ea" for letter in self.pdf_text()))

    def test_not_one_internal_word(self):
        session = self.hold()
        session.internal_note = "MARKER internal note"
        template = self.second.checklist_template_ids[0]
        template.guidance = "MARKER guidance"
        self.second.guidance_why = "MARKER why"
        self.settled.template_id.name = "MARKER ours"
        self.minute.with_user(self.consultant).write(
            {
                "explained_on": "2026-01-05",
                "agreement": "not_agreed",
                "agreed_by_id": self.spoc.id,
                "note": "MARKER note",
            }
        )
        self.agreed.with_user(self.consultant).write({"note": "MARKER remark", "link": "https://example.com/MARKER"})
        internal = self.create_session("internal", self.seller.partner_id, name="MARKER call")
        internal.minutes = "MARKER from sales"
        internal.action_session_held()
        planned = self.create_session("other", name="MARKER not held")
        planned.minutes = "MARKER draft"
        self.project.with_user(self.consultant).action_conclude(
            self.optional.id, "with_deviations", "MARKER statement", "MARKER deviations", "MARKER reason"
        )
        self.assertIn("We meet on Tuesdays", self.html())
        self.assertIn("Not agreed", self.html())
        self.assertNotIn("MARKER", self.html())

    def test_minutes_of_nothing(self):
        self.second.checklist_template_ids.client_visible = False
        self.assertIn("Nothing has been recorded yet", self.html())
        other = self.env["project.project"].create({"name": "Plain"})
        self.assertFalse(other._get_kickoff_minutes())

    def test_others_add_blocks(self):
        block = {"template": "project_lifecycle.kickoff_minutes_points", "values": {"sections": [("Scope", [])]}}
        cls = type(self.env["project.project"])
        self.patch(cls, "_get_kickoff_minutes_codes", lambda project: ["points", "of_a_test"])
        cls._kickoff_minutes_of_a_test = lambda project: block
        self.addCleanup(delattr, cls, "_kickoff_minutes_of_a_test")
        self.assertEqual(self.project.with_user(self.consultant)._get_kickoff_minutes()[1], block)

    def test_templates_hold_no_sample_text(self):
        reports = self.env["ir.ui.view"].search([("key", "=like", "project_lifecycle.%"), ("type", "=", "qweb")])
        self.assertIn("project_lifecycle.kickoff_minutes", reports.mapped("key"))
        for report in reports:
            for node in etree.fromstring(report.arch).iterfind(".//*[@t-out]"):
                self.assertFalse((node.text or "").strip(), f"{report.key}: translators would read it")

    def test_who_prints(self):
        self.hold()
        self.assertIn("We meet on Tuesdays", self.html(self.colleague))
        self.open_client_side()
        self.project.message_subscribe(partner_ids=self.spoc.ids)
        with self.assertRaises(AccessError):
            self.project.with_user(self.portal_user)._get_kickoff_minutes()
        with self.assertRaises(AccessError):
            self.html(self.portal_user)

    def test_printed_by_the_button(self):
        action = self.project.with_user(self.consultant).action_print_kickoff_minutes()
        self.assertEqual(action["report_name"], "project_lifecycle.report_kickoff_minutes")
        self.assertEqual(self.project._get_kickoff_minutes_name(), "Kick-off minutes Migration")
