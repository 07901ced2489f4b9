from odoo import api, models

# how many reports before this one the trend shows
TREND = 5


class ProjectReportBlockStatus(models.AbstractModel):
    """The status in short, why it is so, and how it was in the reports before (S2.124b)."""

    _name = "project.report.block.status"
    _inherit = ["project.report.block"]
    _description = "Report Block: Status"

    _block_code = "status"
    _block_sequence = 10
    _block_template = "project_lifecycle.report_block_status"
    _block_text_field = "status_reason"

    @api.model
    def _get_title(self):
        return self.env._("Status")

    @api.model
    def _collect(self, report):
        before = report._get_published_before()[:TREND]
        return {
            "status": report.status,
            # worked out, not typed
            "progress": report.project_id._get_report_progress(),
            "trend": [
                {"date": self._iso(it.date), "number": it.number, "status": it.status, "progress": it.progress}
                for it in reversed(before)
            ],
        }

    @api.model
    def _prepare_values(self, figures, report):
        labels = dict(report._fields["status"]._description_selection(self.env))
        trend = [*figures["trend"], {"status": figures["status"], "progress": figures["progress"], "date": None}]
        return {
            "status": figures["status"],
            "label": labels[figures["status"]],
            "progress": figures["progress"],
            "trend": [
                {**it, "label": labels[it["status"]], "day": self._day(it["date"], "d MMM") if it["date"] else ""}
                for it in trend
            ]
            if figures["trend"]
            else [],
        }
