from odoo import fields, models


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    # no groups: the tickets' own field would have them as well, and the client's rule asks for it
    is_security = fields.Boolean(
        "Security questions",
        help="Only the members of this team read its tickets, with their messages and files.",
    )
