from odoo import api, fields, models


class ProjectLifecyclePlan(models.TransientModel):
    _name = "project.lifecycle.plan"
    _description = "Plan of a Step"

    step_id = fields.Many2one("project.lifecycle.step", required=True, readonly=True, ondelete="cascade")
    usual_duration = fields.Integer(related="step_id.stage_id.usual_duration")
    planned_start = fields.Date(
        required=True, compute="_compute_planned_start", store=True, readonly=False, precompute=True
    )
    planned_end = fields.Date(
        required=True, compute="_compute_planned_end", store=True, readonly=False, precompute=True
    )

    @api.depends("step_id")
    def _compute_planned_start(self):
        for wizard in self:
            wizard.planned_start = wizard.step_id.planned_start or fields.Date.context_today(self)

    @api.depends("planned_start")
    def _compute_planned_end(self):
        """Keep the length of the step, in working days, when its start is moved."""
        working_days = self.step_id.project_id._get_working_days()
        for wizard in self:
            step, start = wizard.step_id, wizard.planned_start
            if not start or start == step.planned_start:
                wizard.planned_end = step.planned_end or start
            else:
                wizard.planned_end = step._get_end_from(start, working_days[step.project_id])

    def action_plan(self):
        """Keep the dates; the steps after this one move along."""
        self.step_id.action_plan(self.planned_start, self.planned_end)
        return {"type": "ir.actions.act_window_close"}
