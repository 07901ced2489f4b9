from odoo import api, fields, models
from odoo.exceptions import AccessError


class ProjectPackAssign(models.TransientModel):
    """Gives a pack that waits the project whose time it pays."""

    _name = "project.pack.assign"
    _description = "Choose the Project of a Pack"

    pack_id = fields.Many2one("project.pack", required=True, readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(related="pack_id.partner_id")
    project_id = fields.Many2one(
        "project.project",
        required=True,
        compute="_compute_project_id",
        store=True,
        precompute=True,
        readonly=False,
        domain=[("lifecycle_id", "!=", False), ("is_template", "=", False)],
    )

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "pack_id" in fields and self.env.context.get("active_model") == "project.pack":
            values.setdefault("pack_id", self.env.context.get("active_id"))
        return values

    @api.depends("pack_id")
    def _compute_project_id(self):
        for wizard in self:
            client = wizard.pack_id.sudo().partner_id.commercial_partner_id
            domain = [("lifecycle_id", "!=", False), ("is_template", "=", False)]
            found = client and self.env["project.project"].search(
                [*domain, ("partner_id", "child_of", client.id)], limit=2
            )
            wizard.project_id = found if found and len(found) == 1 else False

    def action_assign(self):
        """Give the pack its project, with the time that is on its order line already.

        :raises AccessError: if the user is neither an administrator nor the salesperson of the pack
        """
        self.ensure_one()
        if not self.pack_id.can_choose_project:
            raise AccessError(
                self.env._(
                    "A project administrator, or the salesperson of %(pack)s, chooses its project.",
                    pack=self.pack_id.display_name,
                )
            )
        self.project_id.check_access("read")
        self.pack_id._assign_project(self.project_id)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
