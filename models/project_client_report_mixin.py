from odoo import models
from odoo.exceptions import MissingError

# on the home page; all of them are on a page of their own
LATEST = 3


class ProjectClientReportMixin(models.AbstractModel):
    """The reports of a project, as the client reads them."""

    _name = "project.client.report.mixin"
    _description = "Reports of a Project, for the Client"

    def _get_client_block_codes(self):
        codes = super()._get_client_block_codes()
        place = codes.index("packs") if "packs" in codes else len(codes)
        return [*codes[:place], "reports", *codes[place:]]

    def _client_block_reports(self):
        reports = self._get_client_reports(limit=LATEST + 1)
        if not reports:
            return None
        return self._prepare_client_block(
            "reports",
            self.env._("Reports"),
            "project_lifecycle.client_block_reports",
            {
                "reports": [report._prepare_client_row() for report in reports[:LATEST]],
                "has_more": len(reports) > LATEST,
                "url": f"/my/projects/{self.id}/reports",
            },
        )

    def _get_client_reports_domain(self):
        return [
            ("project_id", "=", self.id),
            ("state", "=", "published"),
            ("replaced_by_ids", "not any", [("state", "=", "published")]),
        ]

    def _get_client_reports(self, limit=None, offset=0):
        """Return the published reports of this project, the latest first; of corrected ones the last version.

        Access is checked by the callers, see ``_check_client_access``.

        :rtype: project.update
        """
        self.ensure_one()
        Update = self.env["project.update"].sudo()
        order = "published_on desc, id desc"
        return Update.search(self._get_client_reports_domain(), order=order, limit=limit, offset=offset)

    def _get_client_report(self, report_id):
        """Return a published report of this project, with the superuser's rights.

        :raises AccessError: if the user does not see the client's side of the project
        :raises MissingError: if there is no such report
        """
        self.ensure_one()
        self._check_client_access()
        report = (
            self.env["project.update"]
            .sudo()
            .search([("id", "=", report_id), ("project_id", "=", self.id), ("state", "=", "published")])
        )
        if not report:
            raise MissingError(self.env._("There is no such report."))
        return report

    def _client_ask_about_report(self, report_id, question, text=""):
        """Make an open point of a question of the SPOC about a report.

        :raises AccessError: if the user is not the SPOC
        :raises UserError: without a question
        """
        report = self._get_client_report(report_id)
        point = self._client_ask(question, text)
        point.sudo().update_id = report
        return point
