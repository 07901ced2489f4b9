from odoo.tests import tagged

from ..controllers import portal_reports
from .common_browser import TourCase
from .common_reports import ReportCommon


@tagged("post_install", "-at_install")
class TestTourReports(TourCase, ReportCommon):
    def test_written_and_published(self):
        self.start_tour(
            f"/odoo/action-project.open_view_project_all_config/{self.project.id}",
            "project_lifecycle_report",
            login="lc_consultant",
        )
        report = self.project.report_ids
        self.assertEqual((report.state, report.published_by_id), ("published", self.consultant))
        self.assertIn("Orders leave a day earlier", report.body)

    def test_read_by_the_client(self):
        self.publish()
        self.start_tour("/my/projects", "project_lifecycle_report_client", login="lc_spoc")
        self.assertEqual(self.project.report_ids.point_ids.name, "Why so late?")

    def test_many_and_long(self):
        """A page of its own for all of them, also on the second page; a long one is read as it is."""
        self.patch(portal_reports, "A_PAGE", 3)
        for number in range(4):
            report = self.write_report()
            report.layout = "short"
            report.gains = "<p>Orders leave a day earlier</p>" + "<p>Long</p>" * (600 if number == 3 else 1)
            report.with_context(mail_notrack=True).action_publish()
        self.authenticate("lc_spoc", "lc_spoc")
        self.assertIn("/page/2", self.url_open(f"/my/projects/{self.project.id}/reports").text)
        self.assertIn("No. 1", self.url_open(f"/my/projects/{self.project.id}/reports/page/2").text)
        self.start_tour("/my/projects", "project_lifecycle_report_client", login="lc_spoc")
