from odoo import fields, models


class ProjectSigningMixin(models.AbstractModel):
    """What the client of a project is asked to confirm; the project itself may be what is confirmed."""

    _name = "project.signing.mixin"
    _inherit = ["project.signoff.target.mixin"]
    _description = "Sign-offs of a Project"

    signoff_ids = fields.One2many(
        "project.signoff", "project_id", string="Sign-offs", groups="project.group_project_user"
    )
