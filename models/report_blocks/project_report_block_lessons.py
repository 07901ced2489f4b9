from odoo import api, models


class ProjectReportBlockLessons(models.AbstractModel):
    """What succeeded and what can be done better, as far as it is told to the client (S1.49c, S1.49d)."""

    _name = "project.report.block.lessons"
    _inherit = ["project.report.block"]
    _description = "Report Block: Lessons"

    _block_code = "lessons"
    _block_sequence = 140
    _block_template = "project_lifecycle.report_block_lessons"
    _block_kinds = ("closing_report",)

    @api.model
    def _get_title(self):
        return self.env._("What we learned")

    @api.model
    def _collect(self, report):
        lessons = self.env["project.lesson"].search(
            [("project_id", "=", report.project_id.id), ("is_for_client", "=", True)], order="date, id"
        )
        if not lessons:
            return None
        rows = {"success": [], "improvement": []}
        for lesson in lessons:
            rows[lesson.kind].append({"name": lesson.name, "description": lesson.description or ""})
        return rows
