from odoo import fields, models
from odoo.exceptions import UserError


class ProjectTicketWizardMixin(models.AbstractModel):
    """What is asked about one ticket, of whatever helpdesk."""

    _name = "project.ticket.wizard.mixin"
    _description = "Dialog on a Ticket"
    _inherit = ["project.time.unit.mixin"]

    res_model = fields.Char(required=True, readonly=True, export_string_translation=False)
    res_id = fields.Many2oneReference(
        model_field="res_model", required=True, readonly=True, export_string_translation=False
    )
    ticket_name = fields.Char("Ticket", compute="_compute_ticket_name")

    def _compute_ticket_name(self):
        for wizard in self:
            wizard.ticket_name = wizard._get_ticket().display_name

    def _get_ticket(self):
        """Return the ticket, with the rights of the user.

        :raises AccessError: if the user may not work on it
        :raises UserError: if it is none, or gone
        """
        self.ensure_one()
        # a request may name any model
        is_ticket = self.res_model in self.env["project.project"]._get_ticket_models()
        ticket = is_ticket and self.env[self.res_model].browse(self.res_id).exists()
        if not ticket:
            raise UserError(self.env._("This ticket is not there any more."))
        ticket.check_access("write")
        return ticket
