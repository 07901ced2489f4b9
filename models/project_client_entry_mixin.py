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
        """Keep what time costs from people of the client; that of projects without a lifecycle is read as in Odoo.

        Asked for no entries, as searches, sums and the order of lists do, the answer holds for all that the user sees.
        """
        if field.name in INTERNAL_FIELDS and not self.env.su and not self.env.user._is_internal():
            return not self._is_of_any_lifecycle() and super()._has_field_access(field, operation)
        return super()._has_field_access(field, operation)

    def _is_of_any_lifecycle(self):
        """Tell whether one of these entries, or if these are none one that the user sees, is of a project with one."""
        if self:
            return bool(self.sudo().project_id.lifecycle_id)
        projects = self.env["project.project"].sudo()._search([("lifecycle_id", "!=", False)], active_test=False)
        return self.has_access("read") and bool(self.search_count([("project_id", "in", projects)], limit=1))

    def _timesheet_get_portal_domain(self):
        """Leave out time of projects whose client side the user does not see: Odoo asks this as superuser."""
        domain = super()._timesheet_get_portal_domain()
        if not self.env.user.share:
            return domain
        return Domain(domain) & (self.env["ir.rule"]._compute_domain(self._name) or Domain.TRUE)
