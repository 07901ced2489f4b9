from odoo import api, fields, models


class ProjectFollowUp(models.TransientModel):
    """New work that has nothing to do with a project in support becomes a project of its own (S2.135a)."""

    _name = "project.follow.up"
    _description = "New Project for the Same Client"

    project_id = fields.Many2one("project.project", required=True, readonly=True, ondelete="cascade")
    name = fields.Char("New project", required=True)
    lifecycle_id = fields.Many2one(
        "project.lifecycle",
        required=True,
        compute="_compute_lifecycle_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    consultant_id = fields.Many2one(
        "res.users",
        domain=[("share", "=", False)],
        help="Whoever is free for it; empty: assigned later.",
    )
    reason = fields.Text("What it is about", required=True)

    @api.depends("project_id")
    def _compute_lifecycle_id(self):
        for wizard in self:
            wizard.lifecycle_id = wizard.project_id.lifecycle_id

    def action_start(self):
        """Start the new project in the first stage of its lifecycle, linked to the one that it follows.

        :raises AccessError: if the user is not the consultant of the project
        """
        self.ensure_one()
        project = self.project_id
        project._check_lifecycle_consultant()
        # project users may not create projects: who may ask for one was checked on the line above
        source = project.sudo()
        new = source.env["project.project"].create(
            {
                "name": self.name,
                "lifecycle_id": self.lifecycle_id.id,
                "partner_id": source.partner_id.id,
                "company_id": source.company_id.id,
                "privacy_visibility": source.privacy_visibility,
                "user_id": self.consultant_id.id,
                "follows_project_id": source.id,
            }
        )
        new.spoc_id = source.spoc_id
        new.message_post(body=self.env._("Follows %(project)s: ", project=source.name) + self.reason)
        source.message_post(body=self.env._("New work goes on in the project %(project)s.", project=new.name))
        if not new.sudo(False).has_access("read"):
            return {"type": "ir.actions.act_window_close"}
        return {
            "type": "ir.actions.act_window",
            "res_model": "project.project",
            "res_id": new.id,
            "views": [(False, "form")],
        }
