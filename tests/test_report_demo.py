from odoo.tests import TransactionCase, tagged
from odoo.tools.convert import convert_file


@tagged("post_install", "-at_install")
class TestReportDemo(TransactionCase):
    def test_one_report_is_published_and_the_next_one_a_draft(self):
        for name in ("project_lifecycle_demo.xml", "project_lifecycle_reports_demo.xml"):
            convert_file(self.env, "project_lifecycle", f"demo/{name}", {}, mode="init", noupdate=True)
        project = self.env.ref("project_lifecycle.project_calder")
        published, draft = project.report_ids.sorted("id")
        self.assertEqual((published.state, draft.state), ("published", "draft"))
        self.assertEqual(project.last_update_id, published)
        self.assertEqual(project.satisfaction_ids.filtered("answered_on").score, 5)
        figures = {block["code"] for block in published.figures["blocks"]}
        self.assertTrue({"status", "timeline", "adoption", "gains", "improvements", "packs", "points"} <= figures)
        consultant = self.env.ref("project_lifecycle.user_consultant")
        mine = draft.with_user(consultant)
        # three texts, and it is ready
        mine.write({"status_reason": "<p>a</p>", "gains": "<p>b</p>", "collaboration": "<p>c</p>"})
        mine.action_publish()
        self.assertTrue(mine.figures["everything"]["changes"]["changes"])
