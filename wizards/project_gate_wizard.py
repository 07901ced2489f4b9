from odoo import api, fields, models
from odoo.fields import Command

from ..logic import moves


class ProjectGateWizard(models.TransientModel):
    _name = "project.gate.wizard"
    _inherit = ["project.conclusion.wizard.mixin"]
    _description = "Gate"

    project_id = fields.Many2one("project.project", required=True, readonly=True, ondelete="cascade")
    lifecycle_id = fields.Many2one(related="project_id.lifecycle_id")
    from_stage_id = fields.Many2one("project.project.stage", string="From", compute="_compute_from_stage_id")
    to_stage_id = fields.Many2one(
        "project.project.stage",
        string="To",
        required=True,
        domain="[('lifecycle_id', '=', lifecycle_id), ('id', '!=', from_stage_id)]",
    )
    direction = fields.Selection(
        [("forward", "Forward"), ("back", "Back"), ("none", "None")],
        compute="_compute_direction",
        export_string_translation=False,
    )
    can_start_phase = fields.Boolean(compute="_compute_direction", export_string_translation=False)
    reason = fields.Text(help="Kept with the decision for good.")
    line_ids = fields.One2many(
        "project.gate.wizard.line",
        "wizard_id",
        string="Criteria",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    missing_count = fields.Integer("Blocking criteria open", compute="_compute_missing_count")

    @api.depends("project_id")
    def _compute_from_stage_id(self):
        for wizard in self:
            wizard.from_stage_id = wizard.project_id.sudo().stage_id.sudo(False)

    @api.depends("project_id", "to_stage_id")
    def _compute_direction(self):
        for wizard in self:
            origin, stage = wizard.from_stage_id, wizard.to_stage_id
            order = wizard.project_id._get_stage_order() if wizard.project_id else []
            wizard.direction = moves.direction(order, origin.id, stage.id) if stage.id in order else moves.NONE
            wizard.can_start_phase = (
                wizard.direction == moves.BACK
                and stage.purpose == "delivery"
                and origin.purpose in ("golive", "review")
            )

    @api.depends("project_id", "to_stage_id")
    def _compute_line_ids(self):
        for wizard in self:
            items = wizard.project_id._get_items_on_the_way(wizard.to_stage_id) if wizard.to_stage_id else ()
            wizard.line_ids = [Command.clear()] + [
                Command.create(self.env["project.gate.wizard.line"]._prepare_line_values(item)) for item in items
            ]

    @api.depends("line_ids.answer", "line_ids.link", "line_ids.attachment_ids")
    def _compute_missing_count(self):
        for wizard in self:
            wizard.missing_count = len(wizard.line_ids.filtered(lambda line: line.is_blocking and line._is_open()))

    def action_save(self):
        """Keep the answers without moving the project."""
        self.line_ids._apply()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_go(self):
        """Keep the answers and pass the gate.

        :raises GateRefused: if a blocking criterion is still open; then nothing is kept
        """
        self.ensure_one()
        self.line_ids._apply()
        if self.asks_conclusion:
            self.project_id.action_conclude(
                self.to_stage_id.id, self.conclusion, self.statement, self.deviations, self.reason
            )
        else:
            self.project_id._move_with_reason(self.to_stage_id, "go", self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_back(self):
        """Go back to the stage, for a reason."""
        self.ensure_one()
        self.project_id.action_move(self.to_stage_id.id, "back", self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_next_phase(self):
        """Open the next phase: another round of delivery."""
        self.ensure_one()
        self.project_id.action_move(self.to_stage_id.id, "next_phase", self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
