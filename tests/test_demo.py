from odoo.tests import TransactionCase, tagged
from odoo.tools.convert import convert_file


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """The demo data loads, and tells of projects on their way through both lifecycles."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        file = "demo/project_lifecycle_demo.xml"
        convert_file(cls.env, "project_lifecycle", file, {}, mode="init", noupdate=True)

    def test_projects_over_both_lifecycles(self):
        stages = {}
        for name in ("aranda", "brightwater", "nitzan", "solaris"):
            project = self.env.ref(f"project_lifecycle.project_{name}")
            stages[name] = (project.lifecycle_id.name, project.stage_id.name)
            self.assertTrue(project.stage_item_met_count and project.stage_item_met_count < project.stage_item_count)
            decisions = project.gate_decision_ids
            self.assertEqual(set(decisions.mapped("decision")), {"go"})
            self.assertEqual(decisions.user_id, project.user_id)
        self.assertEqual(
            stages,
            {
                "aranda": ("Software implementation", "Kick-off"),
                "brightwater": ("Software implementation", "Go-live"),
                "nitzan": ("R&D collaboration", "Feasibility"),
                "solaris": ("R&D collaboration", "R&D and implementation"),
            },
        )

    def test_each_login_finds_something(self):
        project = self.env.ref("project_lifecycle.project_aranda")
        users = {name: self.env.ref(f"project_lifecycle.user_{name}") for name in ("consultant", "manager", "spoc")}
        for user in users.values():
            self.assertIn(project, self.env["project.project"].with_user(user).search([]))
        order = self.env.ref("project_lifecycle.order_aranda").with_user(self.env.ref("project_lifecycle.user_sales"))
        self.assertEqual(order.state, "sale")
        self.assertEqual(project.sale_line_id.order_id.id, order.id)
        self.assertTrue(self.env.ref("project_lifecycle.user_agent"))
