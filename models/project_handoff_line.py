from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

CHANNELS = [
    ("meeting", "Meeting"),
    ("call", "Call"),
    ("video", "Video call"),
    ("mail", "E-mail"),
    ("chat", "Chat"),
]


class ProjectHandoffLine(models.Model):
    """One point of one hand-off: when, how and to whom it was told, or when it was prepared."""

    _name = "project.handoff.line"
    _description = "Answered Point of a Hand-off"
    _order = "handoff_id, kind desc, sequence, id"

    handoff_id = fields.Many2one("project.handoff", string="Hand-off", required=True, index=True, ondelete="cascade")
    point_id = fields.Many2one(
        "project.handoff.point", string="Kind of point", required=True, index=True, ondelete="restrict"
    )
    project_id = fields.Many2one(related="handoff_id.project_id", store=True, index=True)
    customer_id = fields.Many2one(related="project_id.partner_id.commercial_partner_id", string="Customer")
    kind = fields.Selection(related="point_id.kind", store=True)
    sequence = fields.Integer(related="point_id.sequence", store=True, export_string_translation=False)
    name = fields.Char(related="point_id.name", string="Point")
    guidance = fields.Text(related="point_id.guidance")
    client_text = fields.Text(related="point_id.client_text")
    asks_note = fields.Boolean(related="point_id.asks_note")
    done_on = fields.Date("On")
    channel = fields.Selection(CHANNELS)
    partner_id = fields.Many2one(
        "res.partner", string="Told to", index="btree_not_null", ondelete="restrict", help="A person of the client."
    )
    note = fields.Text("What exactly", help="The client reads it in the mail.")
    is_answered = fields.Boolean("Answered", compute="_compute_is_answered")

    _once = models.Constraint("UNIQUE(handoff_id, point_id)", "A hand-off has each point once.")

    @api.depends("kind", "done_on", "channel", "partner_id", "note", "asks_note")
    def _compute_is_answered(self):
        for line in self:
            told = line.channel and line.partner_id and (not line.asks_note or (line.note or "").strip())
            line.is_answered = bool(line.done_on and (told or line.kind != "told"))

    @api.constrains("done_on", "partner_id")
    def _check_told(self):
        for line in self.sudo():
            if line.done_on and line.done_on > fields.Date.context_today(line):
                raise ValidationError(self.env._("%(point)s: this day lies in the future.", point=line.name))
            if line.partner_id:
                line.project_id._check_is_contact(line.partner_id)

    @api.onchange("done_on")
    def _onchange_done_on(self):
        if self.done_on and self.kind == "told" and not self.partner_id:
            self.partner_id = self.project_id.spoc_id

    @api.model_create_multi
    def create(self, vals_list):
        """Add points to hand-offs that are not confirmed yet."""
        lines = super().create(vals_list)
        lines.handoff_id._check_open()
        return lines

    def write(self, vals):
        """Answer points while their hand-off is not confirmed; afterwards they are what was told then.

        :raises UserError: if one is confirmed
        """
        self.handoff_id._check_open()
        if not vals.keys().isdisjoint({"handoff_id", "point_id"}) and any(
            line[name].id != vals[name] for name in ("handoff_id", "point_id") if name in vals for line in self
        ):
            raise UserError(self.env._("A point stays with its hand-off: answer it, or leave it open."))
        res = super().write(vals)
        self.project_id._refresh_criteria()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_open(self):
        self.handoff_id._check_open()
