from odoo import fields, models


class ProjectTimeUnitMixin(models.AbstractModel):
    """A dialog that asks for time in the unit in which the company encodes it; what is kept are hours."""

    _name = "project.time.unit.mixin"
    _description = "Time in Hours or Days"

    is_in_days = fields.Boolean(compute="_compute_is_in_days", export_string_translation=False)

    def _compute_is_in_days(self):
        self.is_in_days = self.env["project.pack"]._is_in_days()

    def _get_usual_hours(self):
        """Return what is proposed: one hour, or one day where time is encoded in days.

        :return: hours
        :rtype: float
        """
        return self.env["project.pack"]._to_hours(1.0, self.env.company.sudo().timesheet_encode_uom_id.id)
