from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .project_my_day_mixin import ROWS

# a stage is new for so many days: what others learned in it helps most then
STAGE_NEW_DAYS = 14


class ProjectMyDayReportMixin(models.AbstractModel):
    _name = "project.my.day.report.mixin"
    _inherit = "project.my.day.mixin"
    _description = "Blocks of My Day on Reports"

    # === BLOCKS === #

    @api.model
    def _block_reports(self):
        """Drafts of reports that wait to be written and published, the oldest first."""
        Update = self.env["project.update"]
        domain = Domain("state", "=", "draft") & Domain("project_id", "any", self._get_active_projects_domain())
        drafts = Update.search(domain, order="date, id", limit=ROWS)
        kinds = dict(Update._fields["kind"]._description_selection(self.env))
        rows = [
            self._prepare_row(
                draft,
                draft.name,
                subtitle=draft.project_id.name,
                badge=kinds[draft.kind],
                due=draft.activity_date_deadline,
                action="action_open",
            )
            for draft in drafts
        ]
        return self._prepare_records_block(
            "reports",
            self.env._("Reports to publish"),
            self.env._("No draft of a report waits for you."),
            drafts,
            domain,
            rows,
        )

    @api.model
    def _block_lessons(self):
        """Projects that have just entered a stage in which others of the same lifecycle learned something."""
        since = fields.Date.context_today(self) - timedelta(days=STAGE_NEW_DAYS)
        entered = Domain("state", "=", "current") & Domain("date_start", ">=", since)
        projects = self.env["project.project"].search(
            self._get_open_projects_domain() & Domain("step_ids", "any", entered), order="name, id"
        )
        taught = projects.filtered("stage_lesson_count")
        rows = [
            self._prepare_row(
                project,
                project.name,
                subtitle=project.stage_id.name,
                badge=str(project.stage_lesson_count),
                action="action_view_stage_lessons",
            )
            for project in taught[:ROWS]
        ]
        block = self._prepare_records_block(
            "lessons",
            self.env._("Lessons of others"),
            self.env._("No lesson is known of the stages that your projects have entered lately."),
            taught,
            Domain("id", "in", taught.ids),
            rows,
            count=len(taught),
        )
        block["action"]["views"][0][0] = self.env.ref("project_lifecycle.project_project_view_list_portfolio").id
        return block
