from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class ProjectPackStatement(models.TransientModel):
    """The choice of a statement: which packs, which period."""

    _name = "project.pack.statement"
    _description = "Pack Statement"

    project_id = fields.Many2one("project.project", required=True, ondelete="cascade")
    pack_ids = fields.Many2many(
        "project.pack",
        string="Packs",
        domain="[('project_id', '=', project_id)]",
        help="Empty: all packs of the project, and the time that is on none of them.",
    )
    date_from = fields.Date("From", required=True, default=lambda self: self._default_date_from())
    date_to = fields.Date("To", required=True, default=fields.Date.context_today)

    _period_in_order = models.Constraint(
        "CHECK(date_to >= date_from)", "The period ends before it begins: put its days in order."
    )

    @api.model
    def _default_date_from(self):
        """The first day of the last full month: what a client is sent at the beginning of the next one."""
        return (fields.Date.context_today(self).replace(day=1) - timedelta(days=1)).replace(day=1)

    @api.model
    def default_get(self, fields):
        """Take over the packs, or the project, from which the statement is asked for.

        :raises UserError: if packs of several projects are chosen, or one that waits for its project
        """
        values = super().default_get(fields)
        active_ids = self.env.context.get("active_ids") or []
        if self.env.context.get("active_model") == "project.pack" and active_ids:
            packs = self.env["project.pack"].browse(active_ids)
            if len(packs.mapped("project_id")) != 1 or not all(pack.project_id for pack in packs):
                raise UserError(self.env._("A statement is for one project: choose packs of one project."))
            values.update(project_id=packs.project_id.id, pack_ids=[Command.set(packs.ids)])
        return values

    def action_print(self):
        """Print the statement, in the client's language.

        :raises AccessError: if the user may not read these packs
        """
        self.ensure_one()
        self.project_id._check_client_packs_access(self.pack_ids or None)
        report = self.env.ref("project_lifecycle.project_pack_statement_report")
        return {**report.report_action([], data=self._prepare_report_data()), "close_on_report_download": True}

    def _prepare_report_data(self):
        return {
            "project_id": self.project_id.id,
            "pack_ids": self.pack_ids.ids,
            "date_from": fields.Date.to_string(self.date_from),
            "date_to": fields.Date.to_string(self.date_to),
        }
