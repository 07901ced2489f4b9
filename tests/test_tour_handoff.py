from odoo.tests import tagged

from .common_browser import TourCase
from .common_handoff import HandoffCommon
from .common_smtp import SmtpMixin


@tagged("post_install", "-at_install")
class TestTourHandoff(SmtpMixin, TourCase, HandoffCommon):
    def test_dragged_to_support_and_handed_over(self):
        """The card is dragged, the hand-off opens, everything is answered there, and the client gets the mail."""
        self.tick_all(self.project)
        # nothing else in the kanban
        self.env["project.project"].search([("id", "!=", self.project.id)]).active = False
        self.start_tour(
            "/odoo/action-project.open_view_project_all_group_stage?view_type=kanban",
            "project_lifecycle_handoff",
            login="lc_consultant",
        )
        self.env.invalidate_all()
        self.assertEqual(self.project.stage_id, self.support)
        handoff = self.project.handoff_ids
        self.assertEqual((handoff.state, handoff.justification), ("confirmed", "They bake and sell alone"))
        self.run_queue()
        official = handoff.mail_ids.mapped("subject")
        (message,) = (caught for caught in self.catcher.messages if caught["Subject"] in official)
        self.assertIn("Tills and ovens", self.html_of(message))
