from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    helpdesk_support_team_id = fields.Many2one(
        "helpdesk.ticket.team",
        string="Support team for tickets",
        help="To which tickets of projects go, unless the project names another team.",
    )
    helpdesk_security_team_id = fields.Many2one(
        "helpdesk.ticket.team",
        string="Team for security questions",
        help="Security questions go to this team; other agents cannot read them.",
    )

    @api.constrains("helpdesk_security_team_id", "helpdesk_support_team_id")
    def _check_helpdesk_teams(self):
        for company in self:
            team = company.helpdesk_security_team_id
            if team and not team.is_security:
                raise ValidationError(
                    self.env._("%(team)s is not marked as a team for security questions.", team=team.name)
                )
            if company.helpdesk_support_team_id.is_security:
                raise ValidationError(
                    self.env._(
                        "%(team)s takes security questions: choose another team for support.",
                        team=company.helpdesk_support_team_id.name,
                    )
                )
