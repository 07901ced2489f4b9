from odoo.tests import tagged

from .common_browser import TourCase
from .common_signoff import SignoffCommon


@tagged("post_install", "-at_install")
class TestTourSignoff(TourCase, SignoffCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_the_spoc_signs_and_refuses(self):
        self.kind.level = "signature"
        signoff = self.ask().sudo()
        plan = self.ask("report", content="<p>Plan</p>").sudo()
        self.start_tour(signoff._get_client_url(), "project_lifecycle_signoff_sign", login="lc_spoc")
        self.start_tour(plan._get_client_url(), "project_lifecycle_signoff_refuse", login="lc_spoc")
        self.env.invalidate_all()
        self.assertEqual((signoff.state, signoff.answer_note), ("remarks", "But twelve next year"))
        self.assertTrue(signoff.signature and signoff.pdf_id)
        self.assertEqual((plan.state, plan.answer_note), ("refused", "The plan forgets the warehouse"))
        self.assertIn("opened", signoff.event_ids.mapped("kind"))
