from odoo import fields, models


class ProjectTicketTime(models.TransientModel):
    """Time on a ticket, logged on the task made for it."""

    _name = "project.ticket.time"
    _description = "Time on a Ticket"
    _inherit = ["project.ticket.wizard.mixin"]

    date = fields.Date(required=True, default=fields.Date.context_today)
    hours = fields.Float(required=True)
    name = fields.Char("Description", required=True, help="The client reads it.")

    _some_hours = models.Constraint("CHECK(hours > 0)", "Log more than 0 hours.")

    def action_log(self):
        """Log the time for the current user; it is deducted when the client's consent covers it."""
        self.ensure_one()
        self._get_ticket()._log_time(self.hours, self.name, self.date)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
