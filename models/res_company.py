from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    lifecycle_id = fields.Many2one(
        "project.lifecycle",
        string="Lifecycle proposed",
        index="btree_not_null",
        groups="base.group_user",
        help="Proposed in the form of a new project, unless its product or a tag names another one.",
    )
