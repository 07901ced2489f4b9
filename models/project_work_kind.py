from odoo import fields, models


class ProjectWorkKind(models.Model):
    """What the hours go into, the less visible work included (S2.50)."""

    _name = "project.work.kind"
    _description = "Kind of Work"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
