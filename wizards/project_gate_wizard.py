from odoo import api, fields, models
from odoo.fields import Command

from ..logic import moves


class ProjectGateWizard(models.TransientModel):
    _name = "project.gate.wizard"
    _inherit = ["project.conclusion.wizard.mixin"]
    _description = "Gate"

    project_id = fields.Many2one("project.project", required=True, readonly=True, ondelete="cascade")
    lifecycle_id = fields.Many2one(related="project_id.lifecycle_id", related_sudo=False)
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
    exit_id = fields.Many2one(
        "project.lifecycle.exit",
        compute="_compute_exit_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('from_stage_id', '=', from_stage_id)]",
        help="A shortcut of the lifecycle: only its own criteria are asked.",
    )
    has_exits = fields.Boolean(compute="_compute_exits", export_string_translation=False)
    exits_there_ids = fields.Many2many(
        "project.lifecycle.exit", compute="_compute_exits", string="Exits that lead there"
    )
    exit_description = fields.Text(related="exit_id.description", string="When to take the exit")
    can_start_phase = fields.Boolean(compute="_compute_direction", export_string_translation=False)
    asks_handoff = fields.Boolean(compute="_compute_asks_handoff", export_string_translation=False)
    reason = fields.Text(help="Kept with the decision for good.")
    line_ids = fields.One2many(
        "project.gate.wizard.line",
        "wizard_id",
        string="Criteria",
        # what the dialog shows is what its user may see
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    mail_preview = fields.Html(compute="_compute_mail_preview", sanitize=False, export_string_translation=False)
    missing_count = fields.Integer("Blocking criteria open", compute="_compute_missing_count")

    @api.depends("project_id")
    def _compute_from_stage_id(self):
        self.project_id.check_access("read")
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
    def _compute_asks_handoff(self):
        for wizard in self:
            wizard.asks_handoff = bool(wizard.project_id) and wizard.project_id._needs_handoff(wizard.to_stage_id)

    @api.depends("project_id", "to_stage_id")
    def _compute_mail_preview(self):
        self.project_id.check_access("read")
        for wizard in self:
            project, stage = wizard.project_id._origin, wizard.to_stage_id._origin
            is_mailed = project and stage and stage != wizard.from_stage_id and not wizard.asks_handoff
            wizard.mail_preview = is_mailed and project._get_stage_mail_preview(stage)

    @api.depends("to_stage_id")
    def _compute_exit_id(self):
        for wizard in self:
            if wizard.exit_id.to_stage_id != wizard.to_stage_id:
                wizard.exit_id = False

    @api.depends("project_id", "to_stage_id")
    def _compute_exits(self):
        for wizard in self:
            exits = self.env["project.lifecycle.exit"].search([("from_stage_id", "=", wizard.from_stage_id.id)])
            wizard.has_exits = bool(exits)
            wizard.exits_there_ids = exits.filtered(lambda it, wizard=wizard: it.to_stage_id == wizard.to_stage_id)

    @api.onchange("exit_id")
    def _onchange_exit_id(self):
        if self.exit_id:
            self.to_stage_id = self.exit_id.to_stage_id

    @api.depends("project_id", "to_stage_id", "exit_id")
    def _compute_line_ids(self):
        self.project_id.check_access("read")
        for wizard in self:
            items = self.env["project.checklist.item"]
            if wizard.project_id and wizard.exit_id:
                items = wizard.project_id._get_items_of_exit(wizard.exit_id)
            elif wizard.project_id and wizard.to_stage_id:
                items = wizard.project_id._get_items_on_the_way(wizard.to_stage_id)
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
        return {"type": "ir.actions.act_window_close"}

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
        return {"type": "ir.actions.act_window_close"}

    def action_handoff(self):
        """Keep the answers and go on to the hand-off, which leads to support; it takes over exit and reason."""
        self.ensure_one()
        self.line_ids._apply()
        action = self.project_id.action_open_handoff(self.to_stage_id.id)
        handoff = self.env["project.handoff"].browse(action["res_id"])
        values = {"reason": self.exit_id.handoff_reason, "justification": self.reason}
        values = {name: value for name, value in values.items() if value and not handoff[name]}
        if values:
            handoff.write(values)
        if self.exit_id and self.exit_id in handoff._get_exits_offered():
            handoff.exit_id = self.exit_id
        return action

    def action_exit(self):
        """Keep the answers and take the exit, for a reason.

        :raises GateRefused: if a blocking criterion of the exit is still open; then nothing is kept
        """
        self.ensure_one()
        self.line_ids._apply()
        self.project_id.action_exit(self.exit_id.id, self.reason)
        return {"type": "ir.actions.act_window_close"}

    def action_back(self):
        """Go back to the stage, for a reason."""
        self.ensure_one()
        self.project_id.action_move(self.to_stage_id.id, "back", self.reason)
        return {"type": "ir.actions.act_window_close"}

    def action_next_phase(self):
        """Open the next phase: another round of delivery."""
        self.ensure_one()
        self.project_id.action_move(self.to_stage_id.id, "next_phase", self.reason)
        return {"type": "ir.actions.act_window_close"}
