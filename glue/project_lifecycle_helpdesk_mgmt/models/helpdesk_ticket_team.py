from odoo import fields, models


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    is_security = fields.Boolean(
        "Security questions",
        groups="base.group_user",
        help="Only the members of this team read its tickets, with their messages and files.",
    )
