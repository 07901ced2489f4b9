from odoo.fields import Command
from odoo.tests import tagged

from .common_browser import TourCase
from .test_packs import PackCommon


@tagged("post_install", "-at_install")
class TestTourPacks(TourCase, PackCommon):
    def test_the_consultant_logs_over_the_border_of_two_packs(self):
        self.project.type_ids = [Command.create({"name": "To do"})]
        self.env["project.task"].create({"name": "Tills of the shops", "project_id": self.project.id})
        first, second = self.sell(5), self.sell(10)
        self.log(4)
        self.start_tour(
            f"/odoo/action-project.open_view_project_all_config/{self.project.id}",
            "project_lifecycle_packs",
            login="lc_consultant",
        )
        self.env.invalidate_all()
        self.assertEqual(first.entry_ids.sorted("id").mapped("unit_amount"), [4, 3])
        self.assertRecordValues(second.entry_ids, [{"name": "After the border", "unit_amount": 1.5}])
        self.assertEqual(second.entry_ids.user_id, self.consultant)
        self.assertEqual((first.remaining_hours, first.available_hours), (-2, 0))
        self.assertEqual((second.remaining_hours, second.available_hours), (8.5, 6.5))
