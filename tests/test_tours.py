from odoo.tests import HttpCase, tagged

from .common import LifecycleCommon


@tagged("post_install", "-at_install")
class TestTours(HttpCase, LifecycleCommon):
    def test_first_gate_as_the_consultant(self):
        self.first.guidance_aim = "Know the client"
        self.start_tour(
            f"/odoo/action-project.open_view_project_all_config/{self.project.id}",
            "project_lifecycle_first_gate",
            login="lc_consultant",
        )
        self.assertEqual(self.project.stage_id, self.second)
        met = self.items_of(self.project).filtered(lambda item: item.state == "met")
        self.assertEqual(met.done_by_id, self.consultant)
        self.assertEqual(
            self.project.gate_decision_ids.sorted("id").mapped("decision"), ["conditional", "back", "conditional"]
        )

    def test_my_day_as_the_consultant(self):
        self.tick_all(self.project)
        self.start_tour(
            "/odoo/action-project.open_view_project_all_group_stage", "project_lifecycle_my_day", login="lc_consultant"
        )
        self.assertEqual(self.project.stage_id, self.second)
        self.assertEqual(self.project.gate_decision_ids.user_id, self.consultant)
