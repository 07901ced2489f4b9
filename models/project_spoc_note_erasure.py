from odoo import fields, models


class ProjectSpocNoteErasure(models.Model):
    _name = "project.spoc.note.erasure"
    _description = "Erasure of Notes on a SPOC"
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", string="Person", readonly=True, index=True, ondelete="set null")
    user_id = fields.Many2one("res.users", string="Erased by", required=True, readonly=True, ondelete="restrict")
    date = fields.Datetime("Erased on", required=True, readonly=True, default=lambda self: fields.Datetime.now())
    note_count = fields.Integer("Notes erased", readonly=True)
