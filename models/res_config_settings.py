from odoo import fields, models
from odoo.exceptions import UserError


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lifecycle_id = fields.Many2one(related="company_id.lifecycle_id", readonly=False)
    pack_policy = fields.Selection(related="company_id.pack_policy", readonly=False)
    pack_alert_shares = fields.Char(related="company_id.pack_alert_shares", readonly=False)
    pack_alert_mail = fields.Boolean(related="company_id.pack_alert_mail", readonly=False)
    pack_pace_weeks = fields.Integer(related="company_id.pack_pace_weeks", readonly=False)
    support_team_name = fields.Char(related="company_id.support_team_name", readonly=False)
    support_email = fields.Char(related="company_id.support_email", readonly=False)
    support_url = fields.Char(related="company_id.support_url", readonly=False)
    handoff_mail_template_id = fields.Many2one(related="company_id.handoff_mail_template_id", readonly=False)
    handoff_wait_days = fields.Integer(related="company_id.handoff_wait_days", readonly=False)

    def set_values(self):
        """Keep the stage feature on while projects have a lifecycle.

        :raises UserError: naming some of these projects
        """
        if not self.group_project_stages and self.env.user.has_group("project.group_project_stages"):
            projects = self.env["project.project"].sudo().search([("lifecycle_id", "!=", False)], limit=5)
            if projects:
                raise UserError(
                    self.env._(
                        "Project stages cannot be switched off: these projects have a lifecycle: %(projects)s.",
                        projects=", ".join(projects.mapped("name")),
                    )
                )
        return super().set_values()
