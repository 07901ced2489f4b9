from odoo.fields import Command
from odoo.tests import tagged

from .common_scope import ScopeCommon


@tagged("post_install", "-at_install")
class TestScopeMinutes(ScopeCommon):
    """What of scope, expectations, phases and points the client reads in the minutes."""

    def html(self):
        content, _type = (
            self.env["ir.actions.report"]
            .with_user(self.consultant)
            ._render_qweb_html("project_lifecycle.report_kickoff_minutes", self.project.ids)
        )
        return content.decode()

    def test_nothing_yet(self):
        self.apps.unlink()
        for code in ("scope", "phases", "open_points"):
            self.assertIsNone(getattr(self.project.sudo(), f"_kickoff_minutes_{code}")())

    def test_what_the_client_reads(self):
        self.apps[0].write({"limits": "No payroll", "limits_told_on": "2026-01-05"})
        self.add_expectation(verdict="development").action_told()
        phase = self.add_phase(app_ids=[Command.set(self.apps.ids)])
        phase.action_agreed()
        self.add_phase("Later")
        self.add("project.open.point", name="Who counts the stock?", partner_id=self.spoc.id)
        self.add("project.open.point", name="When do we meet?", client_question=True)
        html = self.html()
        for words in (
            "Applications in scope",
            "Quotes take days",
            "No payroll",
            "Quotes by phone",
            "Takes development",
            "Orders are shipped",
            "05/03/2027",
            "Sales, Stock",
            "To be agreed",
            "Who counts the stock?",
            "When do we meet?",
            "Sofia Spoc",
        ):
            with self.subTest(words):
                self.assertIn(words, html)

    def test_not_one_internal_word(self):
        self.apps[0].limits = "MARKER not told"
        self.env["project.scope.app"].create(
            {"project_id": self.project.id, "name": "MARKER dropped", "is_needed": False}
        )
        self.add_flow("MARKER flow", as_is="MARKER", to_be="MARKER", limits="MARKER", risks="MARKER")
        told = self.add_expectation(verdict="not_possible", note="MARKER note")
        told.action_told()
        self.add_expectation("MARKER not told", verdict="not_possible")
        self.add_expectation("MARKER open")
        phase = self.add_phase(decision="no_go", decision_why="MARKER why")
        phase.message_post(body="MARKER message")
        self.add_phase("MARKER draft", golive_date=False)
        self.add_phase("MARKER vague", agreed_outcome=" ")
        Point = "project.open.point"
        self.add(Point, name="Stock?", partner_id=self.spoc.id, description="MARKER description")
        self.add(Point, name="MARKER doubt", partner_id=self.spoc.id, kind="doubt")
        self.add(Point, name="MARKER flag", partner_id=self.spoc.id, kind="red_flag")
        self.add(Point, name="MARKER ours", user_id=self.consultant.id)
        self.add(Point, name="MARKER closed", partner_id=self.spoc.id).action_answer("MARKER answer")
        self.own.action_open_vision()
        self.project.intake_ids.sudo().write({"why_chosen": "MARKER", "thought_bought": "MARKER", "limits": "MARKER"})
        html = self.html()
        self.assertIn("Not possible in this project", html)
        self.assertIn("Stock?", html)
        self.assertNotIn("MARKER", html)
