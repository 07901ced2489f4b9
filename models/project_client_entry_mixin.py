from odoo import api, models
from odoo.fields import Domain

# What time costs us: once a project is shared, Odoo lets its collaborators read every field of the time on it.
INTERNAL_FIELDS = {"amount"}


class ProjectClientEntryMixin(models.AbstractModel):
    """A time entry as far as people of the client may read it."""

    _name = "project.client.entry.mixin"
    _description = "Time Entry Read by the Client"

    @api.model
    def _has_field_access(self, field, operation):
        if field.name in INTERNAL_FIELDS and not self.env.su and not self.env.user._is_internal():
            return False
        return super()._has_field_access(field, operation)

    def _timesheet_get_portal_domain(self):
        """Leave out the time of projects whose client side the user does not see: Odoo asks this domain as superuser."""
        domain = super()._timesheet_get_portal_domain()
        if not self.env.user.share:
            return domain
        return Domain(domain) & (self.env["ir.rule"]._compute_domain(self._name) or Domain.TRUE)
