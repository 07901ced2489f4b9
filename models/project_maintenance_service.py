from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProjectMaintenanceService(models.Model):
    """A line of the maintenance plan: which service, until when, from whom and how fast (S1.46)."""

    _name = "project.maintenance.service"
    _description = "Service of a Maintenance Plan"
    _inherit = ["project.scope.record.mixin"]

    name = fields.Char("Service")
    kind = fields.Selection(
        [("support", "Technical support"), ("maintenance", "Maintenance")], required=True, default="support"
    )
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("Until", required=True)
    user_id = fields.Many2one(
        "res.users", string="Contact", required=True, ondelete="restrict", domain=[("share", "=", False)]
    )
    response_hours = fields.Float("Answer within", help="In working hours.")
    told_on = fields.Date("Told to the client", help="When the client got this part of the plan.")

    _period_in_order = models.Constraint(
        "CHECK(date_to >= date_from)", "The service ends before it begins: put its days in order."
    )
    _response_positive = models.Constraint(
        "CHECK(response_hours > 0)", "Say within how many working hours you answer."
    )

    @api.constrains("told_on")
    def _check_told_on(self):
        for service in self:
            if service.told_on and service.told_on > fields.Date.context_today(service):
                raise ValidationError(
                    self.env._("%(service)s cannot have been told in the future.", service=service.name)
                )
