from odoo import api, fields, models

from .project_copy_mixin import get_date_shift

# What decides whether a task blocks a gate, and which.
GATE_FIELDS = {"active", "blocks_gate", "project_id", "state"}


class ProjectTask(models.Model):
    _name = "project.task"
    _inherit = ["project.pack.glance.mixin", "project.task"]

    step_id = fields.Many2one(
        "project.lifecycle.step",
        string="Lifecycle step",
        domain="[('project_id', '=', project_id)]",
        index="btree_not_null",
        copy=False,
        ondelete="set null",
        groups="base.group_user",
    )
    pack_id = fields.Many2one(
        "project.pack",
        domain="[('project_id', '=', project_id)]",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
        help="Time of this task is taken from this pack, instead of the oldest one with something left.",
    )
    no_pack = fields.Boolean("Off packs", groups="base.group_user", help="Time of this task is taken from no pack.")
    needs_consent = fields.Boolean(
        "Time needs consent",
        copy=False,
        groups="base.group_user",
        help="Time of this task is deducted only when the client agreed to it.",
    )
    blocks_gate = fields.Boolean(
        "Blocks the gate",
        groups="base.group_user",
        help="While this task is open, the gate of the project's stage that asks for it stays closed.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Close the gates that new tasks block."""
        may_block = self.env.context.get("default_blocks_gate") or any(vals.get("blocks_gate") for vals in vals_list)
        tasks = super().create(vals_list)
        if may_block:
            tasks._get_blocked_projects()._refresh_criteria()
        return tasks

    def write(self, vals):
        """Open or close the gates of the projects whose blocking tasks change."""
        if vals.keys().isdisjoint(GATE_FIELDS):
            return super().write(vals)
        before = self._get_blocked_projects()
        res = super().write(vals)
        (before | self._get_blocked_projects())._refresh_criteria()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_opens_gates(self):
        blocking = self.sudo().filtered("blocks_gate")
        if blocking:
            blocking.write({"blocks_gate": False})

    def _get_blocked_projects(self):
        # the field is closed to portal users, whose work opens and closes gates as well
        return self.sudo().filtered("blocks_gate").project_id.filtered("lifecycle_id")

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
