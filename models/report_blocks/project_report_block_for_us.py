from odoo import api, models


class ProjectReportBlockForUs(models.AbstractModel):
    """What the consultant should know while writing, and the client never reads."""

    _name = "project.report.block.for_us"
    _inherit = ["project.report.block"]
    _description = "Report Block: For Us Only"

    _block_code = "for_us"
    _block_sequence = 900
    _block_template = "project_lifecycle.report_block_for_us"
    _block_is_internal = True

    @api.model
    def _get_title(self):
        return self.env._("For us only")

    @api.model
    def _collect(self, report):
        project = report.project_id
        points = self.env["project.open.point"].search_fetch(
            [("project_id", "=", project.id), ("state", "=", "open"), ("partner_id", "=", False)],
            ["name", "deadline"],
        )
        today = report._get_today()
        late = points.filtered(lambda point: point.deadline < today)
        figures = {
            "points": len(points),
            "late": len(late),
            "planned": project.allocated_hours,
            "spent": sum(project.step_ids.mapped("spent_hours")),
        }
        return figures if any(figures.values()) else None

    @api.model
    def _prepare_values(self, figures, report):
        return {
            **figures,
            "planned": self._format_time(figures["planned"], report) if figures["planned"] else "",
            "spent": self._format_time(figures["spent"], report),
        }
