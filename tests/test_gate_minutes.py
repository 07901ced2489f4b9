import io

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import BaseCase, Form, HttpCase, tagged
from odoo.tools.pdf import PdfReader

from odoo.addons.project_lifecycle.logic.wording import in_language

from .test_exits import ExitsCommon


@tagged("post_install", "-at_install")
class TestWording(BaseCase):
    def test_the_nearest_language(self):
        texts = {"en_US": "Scope", "es_ES": "Alcance", "he_IL": "היקף"}
        for language, expected in (
            ("es_ES", "Alcance"),
            ("es_MX", "Alcance"),
            ("he_IL", "היקף"),
            ("fr_FR", "Scope"),
            ("", "Scope"),
            (None, "Scope"),
        ):
            self.assertEqual(in_language(texts, language), expected)
        self.assertEqual(in_language({"he_IL": "היקף", "es_ES": ""}, "es_ES"), "היקף")
        self.assertEqual(in_language({}, "es_ES"), "")
        self.assertEqual(in_language(False, "es_ES"), "")


@tagged("post_install", "-at_install")
class TestGateMinutes(ExitsCommon, HttpCase):
    """A decision can be read and printed as it was taken, in the language of its reader."""

    def setUp(self):
        super().setUp()
        self.project.name = "Migration"
        self.env["res.lang"]._activate_lang("es_ES")
        for template in self.first.checklist_template_ids:
            template.with_context(lang="es_ES").name = f"ES {template.name}"

    def decide(self):
        must_a, must_b, may = self.items_of(self.project, self.first)
        must_a.with_user(self.consultant).write({"note": "Told <b>twice</b>"})
        must_a.with_user(self.consultant).action_tick()
        must_b.with_user(self.manager).action_waive("The client insists")
        may.sudo().write(
            {"attachment_ids": [(0, 0, {"name": "minutes.pdf", "raw": b"x"})], "link": "https://example.com/proof"}
        )
        with freeze_time("2027-03-02 10:00:00"):
            self.project.with_user(self.consultant)._move_with_reason(self.second, "go", "All clear")
        return self.project.gate_decision_ids

    def read_pdf(self, decision, user=None, **context):
        pdf, _type = (
            self.env["ir.actions.report"]
            .with_user(user or self.consultant)
            .with_context(force_report_rendering=True, **context)
            ._render_qweb_pdf("project_lifecycle.report_gate_decision", decision.ids)
        )
        self.assertTrue(pdf.startswith(b"%PDF"))
        return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())

    def test_printed_by_the_consultant(self):
        text = self.read_pdf(self.decide())
        for expected in (
            "Gate minutes",
            "Migration",
            "Client Inc.",
            "Go with waivers",
            "First",
            "Second",
            "Carla Consultant",
            "All clear",
            "First must a",
            "Note: Told <b>twice</b>",
            "Waived",
            "Marta Manager",
            "The client insists",
            "minutes.pdf",
            "https://example.com/proof",
        ):
            self.assertIn(expected, text)

    def test_printed_in_the_language_of_the_reader(self):
        decision = self.decide()
        text = self.read_pdf(decision, lang="es_ES")
        self.assertIn("ES First must a", text)
        self.assertNotIn("ES First must a", self.read_pdf(decision, lang="en_US"))

    def test_an_exit_names_itself(self):
        self.exit_items_of(self.project).action_tick()
        self.project.with_user(self.consultant).action_exit(self.exit.id, "Works on alone")
        self.exit.name = "Renamed"
        text = self.read_pdf(self.project.gate_decision_ids)
        self.assertIn("Exit Goes on alone", text)
        self.assertIn("Goes on alone: must", text)
        self.assertNotIn("First must", text)

    def test_a_pause_prints_without_a_way(self):
        self.project.with_user(self.consultant).action_pause("Budget frozen")
        self.assertIn("Budget frozen", self.read_pdf(self.project.gate_decision_ids))

    def test_internal(self):
        decision = self.decide()
        for user in (self.portal_user, self.employee):
            with self.assertRaises(AccessError):
                self.read_pdf(decision, user)
        self.authenticate("lc_spoc", "lc_spoc")
        response = self.url_open(f"/report/pdf/project_lifecycle.report_gate_decision/{decision.id}")
        self.assertNotEqual(response.status_code, 200)

    def test_grouped_by_stage(self):
        self.tick_all(self.project)
        self.tick_all(self.project, self.second)
        self.project.with_user(self.consultant).stage_id = self.last
        groups = self.project.gate_decision_ids._get_criteria_by_stage()
        self.assertEqual([(group["name"], len(group["lines"])) for group in groups], [("First", 3), ("Second", 3)])

    def test_read_in_a_form(self):
        decision = self.decide().with_user(self.consultant)
        html = str(decision.with_context(lang="es_ES").snapshot_html)
        self.assertIn("ES First must a", html)
        self.assertIn("&lt;b&gt;twice&lt;/b&gt;", html, "what people wrote is text")
        self.assertIn("First must a", Form(decision).snapshot_html)
        self.assertEqual(decision.action_print()["type"], "ir.actions.report")
        self.assertEqual(decision._get_minutes_name(), "Gate minutes Migration 2027-03-02")
