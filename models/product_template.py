from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    lifecycle_id = fields.Many2one(
        "project.lifecycle",
        index="btree_not_null",
        groups="base.group_user",
        help="The lifecycle of projects made for an order of this service, unless their template has its own.",
    )
