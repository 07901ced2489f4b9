from odoo import api, fields, models


class ProjectLifecyclePause(models.TransientModel):
    _name = "project.lifecycle.pause"
    _description = "Pause or Resume"

    project_id = fields.Many2one("project.project", required=True, readonly=True, ondelete="cascade")
    is_paused = fields.Boolean(compute="_compute_is_paused", export_string_translation=False)
    reason = fields.Text()
    resume_date = fields.Date("Expected to go on")

    @api.depends("project_id")
    def _compute_is_paused(self):
        for wizard in self:
            wizard.is_paused = bool(wizard.project_id.current_step_id.paused_on)

    def action_pause(self):
        """Pause the project in its stage."""
        self.project_id.action_pause(self.reason, self.resume_date)
        return {"type": "ir.actions.act_window_close"}

    def action_resume(self):
        """Let the project go on."""
        self.project_id.action_resume(self.reason)
        return {"type": "ir.actions.act_window_close"}
