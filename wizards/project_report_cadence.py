from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProjectReportCadence(models.TransientModel):
    """The choice of how often a progress report is proposed for a project."""

    _name = "project.report.cadence"
    _description = "Cadence of Reports"

    project_id = fields.Many2one("project.project", required=True, ondelete="cascade")
    weeks = fields.Integer("Weeks between reports", required=True, default=4)
    next_date = fields.Date("Next one on", help="Empty: so many weeks from today.")

    _weeks_possible = models.Constraint(
        "CHECK(weeks BETWEEN 0 AND 104)", "Reports are made every 1 to 104 weeks; 0: not by the clock."
    )

    @api.constrains("next_date")
    def _check_next_date(self):
        today = fields.Date.context_today(self)
        for wizard in self:
            if wizard.next_date and wizard.next_date < today:
                raise ValidationError(self.env._("The next report lies ahead: choose a day from today on."))

    def action_apply(self):
        """Set the cadence.

        :raises AccessError: if the user is not the consultant of the project
        """
        self.ensure_one()
        self.project_id._set_report_cadence(self.weeks, self.next_date)
        return {"type": "ir.actions.act_window_close"}
