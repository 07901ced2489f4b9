from odoo import api, fields, models


class ProjectPackGlanceMixin(models.AbstractModel):
    """The balance of the project where time is logged: on tasks and time entries.

    It follows the choice of the project alone: an entry that changes must not look for all tasks of its project.
    """

    _name = "project.pack.glance.mixin"
    _description = "Balance of the Packs at a Glance"

    in_lifecycle = fields.Boolean(
        compute="_compute_in_lifecycle", groups="base.group_user", export_string_translation=False
    )
    has_packs = fields.Boolean(
        compute="_compute_project_pack_hours", groups="base.group_user", export_string_translation=False
    )
    project_pack_hours = fields.Float(
        "Left in packs",
        compute="_compute_project_pack_hours",
        groups="base.group_user",
        help="What all packs of the project together have left.",
    )
    project_pack_state = fields.Selection(
        [("left", "Hours left"), ("low", "Few hours left"), ("used_up", "Used up")],
        string="Balance of the packs",
        compute="_compute_project_pack_hours",
        groups="base.group_user",
    )

    @api.depends("project_id")
    def _compute_in_lifecycle(self):
        for record in self:
            record.in_lifecycle = bool(record.project_id.sudo().lifecycle_id)

    @api.depends("project_id")
    def _compute_project_pack_hours(self):
        for record in self:
            project = record.project_id.sudo()
            record.has_packs = bool(project.lifecycle_id and project.pack_count)
            record.project_pack_hours = project.pack_remaining_hours if record.has_packs else 0.0
            record.project_pack_state = project.pack_state if record.has_packs else False
