from odoo import api, models


class ProjectReportBlockImprovements(models.AbstractModel):
    """What the product can still bring: more applications, more features (S2.124e)."""

    _name = "project.report.block.improvements"
    _inherit = ["project.report.block"]
    _description = "Report Block: Improvements"

    _block_code = "improvements"
    _block_sequence = 80
    _block_template = "project_lifecycle.report_block_improvements"
    _block_layouts = ("full",)

    @api.model
    def _get_title(self):
        return self.env._("What can still be improved")

    @api.model
    def _collect(self, report):
        proposed = self.env["project.improvement"].search(
            [("project_id", "=", report.project_id.id), ("state", "in", ("proposed", "quoted"))]
        )
        if not proposed:
            return None
        return {
            "items": [
                {"id": it.id, "name": it.name, "description": it.description or "", "days": it.days} for it in proposed
            ]
        }

    @api.model
    def _prepare_values(self, figures, report):
        count = self.env["project.pack"]._format_count
        return {
            "items": [{**it, "days_text": count(it["days"]) if it["days"] else ""} for it in figures["items"]],
            "has_days": any(it["days"] for it in figures["items"]),
        }
