from odoo import fields
from odoo.tests import TransactionCase, tagged
from odoo.tools.convert import convert_file


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    maxDiff = None

    """The demo data loads, and tells of projects on their way through both lifecycles."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        file = "demo/project_lifecycle_demo.xml"
        convert_file(cls.env, "project_lifecycle", file, {}, mode="init", noupdate=True)

    def test_projects_over_both_lifecycles(self):
        """Eight projects, each somewhere else on its way, with the decisions that brought it there."""
        told = {}
        for name in ("aranda", "brightwater", "calder", "vega", "porto", "nitzan", "solaris", "lumen"):
            project = self.env.ref(f"project_lifecycle.project_{name}")
            decisions = project.gate_decision_ids.sorted("id")
            told[name] = (project.stage_id.name, project.gate_state, " ".join(decisions.mapped("decision")))
            self.assertTrue(decisions.user_id <= project.user_id | self.env.ref("project_lifecycle.user_manager"))
        go = "go go go"
        self.assertEqual(
            told,
            {
                "aranda": ("Kick-off", "blocked", "go"),
                "brightwater": ("Go-live", "ready", go),
                "calder": ("Implementation", "blocked", "go go waiver next_phase"),
                "vega": ("Kick-off", "paused", "go pause"),
                "porto": ("Support", "ready", "go go exit"),
                "nitzan": ("Feasibility", "blocked", "go"),
                "solaris": ("R&D and implementation", "ready", "go go go conditional"),
                "lumen": ("Acceptance and delivery", "ready", "go go go conditional go back go go"),
            },
        )
        self.assertEqual(self.env.ref("project_lifecycle.project_calder").current_step_id.round, 2)

    def test_the_past_lies_in_the_past(self):
        for name in ("aranda", "calder", "lumen"):
            project = self.env.ref(f"project_lifecycle.project_{name}")
            over = project.step_ids.filtered(lambda step: step.state == "done")
            self.assertTrue(over)
            self.assertLess(max(over.mapped("date_end")), fields.Date.today())
            current = project.current_step_id
            self.assertLess(current.date_start, fields.Date.today())
            self.assertEqual(project.stage_planned_end, current.planned_end)

    def test_each_login_finds_something(self):
        project = self.env.ref("project_lifecycle.project_aranda")
        users = {name: self.env.ref(f"project_lifecycle.user_{name}") for name in ("consultant", "manager", "spoc")}
        for user in users.values():
            self.assertIn(project, self.env["project.project"].with_user(user).search([]))
        order = self.env.ref("project_lifecycle.order_aranda").with_user(self.env.ref("project_lifecycle.user_sales"))
        self.assertEqual(order.state, "sale")
        self.assertEqual(project.sale_line_id.order_id.id, order.id)
        self.assertTrue(self.env.ref("project_lifecycle.user_agent"))
