from odoo import api, fields, models
from odoo.fields import Command


class ProjectLifecycleBringIn(models.TransientModel):
    _name = "project.lifecycle.bring.in"
    _description = "Set Lifecycle and Stage"

    project_ids = fields.Many2many("project.project", required=True)
    lifecycle_id = fields.Many2one("project.lifecycle", required=True)
    stage_id = fields.Many2one(
        "project.project.stage",
        required=True,
        compute="_compute_stage_id",
        store=True,
        readonly=False,
        domain="[('lifecycle_id', '=', lifecycle_id)]",
    )
    reason = fields.Text()

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "project_ids" in fields and self.env.context.get("active_model") == "project.project":
            values.setdefault("project_ids", [Command.set(self.env.context.get("active_ids", []))])
        return values

    @api.depends("lifecycle_id")
    def _compute_stage_id(self):
        for wizard in self:
            wizard.stage_id = (
                self.env["project.project"]._get_first_stage(wizard.lifecycle_id) if wizard.lifecycle_id else False
            )

    def action_bring_in(self):
        """Put the projects in the lifecycle and stage, without gates and without mail; each keeps a decision of it.

        :raises AccessError: if the user is no project administrator
        """
        self.ensure_one()
        self.project_ids._bring_in(self.lifecycle_id, self.stage_id, self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
