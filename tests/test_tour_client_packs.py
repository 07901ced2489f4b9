from odoo.tests import tagged

from .common_browser import TourCase
from .common_pack_portal import PackPortalCommon


@tagged("post_install", "-at_install")
class TestTourClientPacks(TourCase, PackPortalCommon):
    def test_the_client_reads_reports_and_downloads(self):
        self.live()
        self.start_tour("/my/projects", "project_lifecycle_client_packs", login="lc_spoc")
        self.env.invalidate_all()
        self.assertRecordValues(
            self.project.client_learning_ids,
            [{"subject": "The tutorial on stock", "hours": 1.5, "partner_id": self.spoc.id}],
        )
        self.assertEqual(self.project.pack_remaining_hours, 8.5)
