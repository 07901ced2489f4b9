from odoo.tests import tagged

from .common_browser import TourCase
from .test_exits import ExitsCommon


@tagged("post_install", "-at_install")
class TestTours(TourCase, ExitsCommon):
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

    def test_a_whole_life(self):
        """From the first gate to the end, by the clicks of the consultant and, once, of the administrator."""
        project = self._create_project_of_whole_life()
        stages = project.lifecycle_id.stage_ids
        self._play("begins", "open_view_project_all_group_stage?view_type=kanban")
        self.assertEqual(project.stage_id, stages[1])
        page = f"open_view_project_all_config/{project.id}"
        self._play("builds", page)
        self._play("waives", page, "lc_manager")
        self._play("ends", page)
        self.env.invalidate_all()
        decisions = project.gate_decision_ids.sorted("id")
        self.assertEqual(
            [(it.decision, it.to_stage_id.name, it.round, it.reason or "") for it in decisions],
            [
                ("conditional", "Building", 1, ""),
                ("conditional", "Launch", 1, ""),
                ("next_phase", "Building", 1, "The shop comes after the warehouse"),
                ("conditional", "Launch", 2, ""),
                ("back", "Building", 2, "A doubt came up"),
                ("exit", "Care", 2, "The client goes live with its own people"),
                ("conditional", "Archive", 1, ""),
            ],
        )
        self.assertEqual(decisions.user_id, self.consultant)
        self._check_whole_life(project)

    def _play(self, tour, page, login="lc_consultant"):
        self.start_tour(f"/odoo/action-project.{page}", f"project_lifecycle_whole_life_{tour}", login=login)

    def _check_whole_life(self, project):
        steps = project.step_ids.sorted(lambda step: (step.stage_id.sequence, step.round))
        self.assertEqual(
            [(step.stage_id.name, step.round, step.state) for step in steps],
            [
                ("Hand-over", 1, "done"),
                ("Building", 1, "done"),
                ("Building", 2, "done"),
                ("Launch", 1, "done"),
                ("Launch", 2, "skipped"),
                ("Care", 1, "done"),
                ("Archive", 1, "current"),
            ],
        )
        answers = {
            (item.name, item.step_id.round): (item.state, item.reason or item.link or "", item.done_by_id)
            for item in project.step_ids.item_ids | project.step_ids.exit_item_ids
            if item.state != "open"
        }
        met = ("met", "", self.consultant)
        self.assertEqual(
            answers,
            {
                ("Hand-over must a", 1): met,
                ("Hand-over must b", 1): ("met", "https://example.com/order", self.consultant),
                ("Building must a", 1): met,
                ("Building must b", 1): ("not_applicable", "The client migrates no data", self.consultant),
                ("Launch must a", 1): met,
                ("Launch must b", 1): ("waived", "The client trains its users itself", self.manager),
                ("Building must a", 2): met,
                ("Building must b", 2): met,
                ("Goes on alone: must", 2): met,
                ("Care must a", 1): met,
                ("Care must b", 1): met,
            },
        )
        self.assertEqual((project.stage_purpose, project.gate_state), ("closed", False))

    def _create_project_of_whole_life(self):
        lifecycle = self.create_lifecycle("Whole life", ["Hand-over", "Building", "Launch", "Care", "Archive"])
        for stage, purpose in zip(
            lifecycle.stage_ids, ("intake", "delivery", "golive", "other", "closed"), strict=True
        ):
            stage.purpose = purpose
        handover, building, _launch, care, _archive = lifecycle.stage_ids
        handover.checklist_template_ids[1].kind = "evidence"
        self.create_exit("Goes on alone", building, care)
        # nothing else in the kanban
        self.env["project.project"].search([]).active = False
        return self.create_project("Bakery", lifecycle_id=lifecycle.id)
