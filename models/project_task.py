from odoo import fields, models


class ProjectTask(models.Model):
    _inherit = "project.task"

    step_id = fields.Many2one(
        "project.lifecycle.step",
        string="Lifecycle step",
        domain="[('project_id', '=', project_id)]",
        index="btree_not_null",
        copy=False,
        ondelete="set null",
        groups="base.group_user",
    )
    blocks_gate = fields.Boolean(
        "Blocks the gate",
        groups="base.group_user",
        help="While this task is open, the gate of the project's stage that asks for it stays closed.",
    )
