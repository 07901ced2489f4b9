from odoo import fields, models


class ProjectTags(models.Model):
    _inherit = "project.tags"

    lifecycle_id = fields.Many2one(
        "project.lifecycle",
        string="Lifecycle proposed",
        index="btree_not_null",
        groups="base.group_user",
        help="Proposed in the form of a new project that gets this tag.",
    )
