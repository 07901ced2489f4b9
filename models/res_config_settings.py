from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import UserError

# a helpdesk that may be installed, and the addon that joins it
GLUE = {"helpdesk_mgmt_project": "project_lifecycle_helpdesk_mgmt"}


def wheel_name(addon):
    """Return under which name pip knows an addon."""
    return f"odoo-addon-{addon.replace('_', '-')}"


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lifecycle_id = fields.Many2one(related="company_id.lifecycle_id", readonly=False)
    pack_policy = fields.Selection(related="company_id.pack_policy", readonly=False)
    pack_alert_shares = fields.Char(related="company_id.pack_alert_shares", readonly=False)
    pack_alert_mail = fields.Boolean(related="company_id.pack_alert_mail", readonly=False)
    pack_pace_weeks = fields.Integer(related="company_id.pack_pace_weeks", readonly=False)
    ticket_pressure_limit = fields.Integer(related="company_id.ticket_pressure_limit", readonly=False)
    support_team_name = fields.Char(related="company_id.support_team_name", readonly=False)
    support_email = fields.Char(related="company_id.support_email", readonly=False)
    support_url = fields.Char(related="company_id.support_url", readonly=False)
    handoff_mail_template_id = fields.Many2one(related="company_id.handoff_mail_template_id", readonly=False)
    handoff_wait_days = fields.Integer(related="company_id.handoff_wait_days", readonly=False)
    glue_missing = fields.Text(compute="_compute_glue_missing", export_string_translation=False)

    @api.depends("company_id")
    def _compute_glue_missing(self):
        """Tell how an addon that is installed is joined, when the glue for it is not found (S2.133)."""
        self.glue_missing = self._get_glue_missing()

    @api.model
    def _get_glue_missing(self):
        """Return the line to add to the addons path for helpdesks that are installed without their glue; else False.

        :rtype: str | bool
        """
        modules = self.env["ir.module.module"].sudo().search([("name", "in", [*GLUE, *GLUE.values()])])
        states = {module.name: module.state for module in modules}
        missing = [
            glue
            for helpdesk, glue in GLUE.items()
            if states.get(helpdesk) == "installed" and states.get(glue, "uninstallable") == "uninstallable"
        ]
        folder = Path(__file__).resolve().parents[1]
        # a checkout holds the glue; beside a wheel it is a wheel of its own
        lines = [
            f"addons_path = …,{folder / 'glue'}"
            if (folder / "glue" / glue).is_dir()
            else f"pip install {wheel_name(glue)}"
            for glue in missing
        ]
        return "\n".join(lines) or False

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
