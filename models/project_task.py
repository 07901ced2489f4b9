from odoo import fields, models

from .project_copy_mixin import get_date_shift


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

    def copy_data(self, default=None):
        """Move the deadlines in a copied project to its start; whom mails of the source went to stays behind."""
        vals_list = super().copy_data(default)
        shift = get_date_shift(self.env)
        if shift:
            for task, vals in zip(self, vals_list, strict=True):
                vals.setdefault("date_deadline", shift.moment(task.date_deadline))
                vals["email_cc"] = False
        return vals_list

    def _message_auto_subscribe(self, updated_values, followers_existing_policy="skip"):
        """Leave out who follows the project that is copied: its sub-tasks are copied there, and moved afterwards."""
        shift = get_date_shift(self.env)
        if shift and updated_values.get("project_id") == shift.source_id:
            updated_values = {key: value for key, value in updated_values.items() if key != "project_id"}
        return super()._message_auto_subscribe(updated_values, followers_existing_policy)
