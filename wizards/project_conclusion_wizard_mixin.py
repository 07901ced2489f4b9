from odoo import api, fields, models

from ..models.project_conclusion_mixin import CONCLUSIONS


class ProjectConclusionWizardMixin(models.AbstractModel):
    """What the gate dialog asks for at the end of a kick-off."""

    _name = "project.conclusion.wizard.mixin"
    _description = "Conclusion in the Gate Dialog"

    asks_conclusion = fields.Boolean(compute="_compute_asks_conclusion", export_string_translation=False)
    can_go_to_sales = fields.Boolean(compute="_compute_asks_conclusion", export_string_translation=False)
    salesperson_id = fields.Many2one("res.users", string="Tells", compute="_compute_asks_conclusion")
    conclusion = fields.Selection(CONCLUSIONS)
    statement = fields.Text("Feasibility")
    deviations = fields.Text(compute="_compute_deviations", store=True, readonly=False)

    @api.depends("project_id", "to_stage_id", "exit_id")
    def _compute_asks_conclusion(self):
        for wizard in self:
            project = wizard.project_id
            forward = wizard.to_stage_id and wizard.direction == "forward" and not wizard.exit_id
            wizard.asks_conclusion = forward and bool(project._get_concluded_stages(wizard.to_stage_id))
            wizard.can_go_to_sales = wizard.asks_conclusion and wizard.from_stage_id.purpose == "kickoff"
            wizard.salesperson_id = project._get_salesperson() if project else False

    @api.depends("project_id", "to_stage_id")
    def _compute_deviations(self):
        for wizard in self:
            apart = wizard.line_ids.item_id.filtered(lambda item: item._is_deviation())
            wizard.deviations = "\n".join(f"{item.name}: {item.note}" for item in apart) or wizard.deviations

    def action_back_to_sales(self):
        """Keep the answers and send the project back to the salesperson, for a reason."""
        self.ensure_one()
        self.line_ids._apply()
        self.project_id.action_back_to_sales(self.reason)
        return {"type": "ir.actions.act_window_close"}
