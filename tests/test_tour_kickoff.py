from odoo.tests import tagged

from .common_browser import TourCase
from .common_kickoff import KickoffCommon


@tagged("post_install", "-at_install")
class TestTourKickoff(TourCase, KickoffCommon):
    def test_two_sessions_and_a_conclusion_as_the_consultant(self):
        self.project.allocated_hours = 40
        session = self.create_session()
        self.start_tour(
            f"/odoo/action-project.open_view_project_all_config/{self.project.id}",
            "project_lifecycle_kickoff",
            login="lc_consultant",
        )
        self.assertTrue(session.held_on)
        self.assertEqual(len(self.project.lifecycle_session_ids), 2)
        self.assertEqual((self.agreed | self.minute).mapped("agreed_by_id"), self.client_company)
        self.assertRecordValues(
            self.project.gate_decision_ids.sorted("id")[-1],
            [{"conclusion": "take_over", "statement": "Every flow was tried with the standard product"}],
        )
