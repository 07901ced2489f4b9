from odoo import api, models
from odoo.exceptions import UserError

# in the context while the addon leaves the database; an object, so that no caller from outside can send it
LEAVING = object()


class ProjectShippedMixin(models.AbstractModel):
    """Records that come with the addon: who does not want them archives them, for an update would bring them back."""

    _name = "project.shipped.mixin"
    _description = "Record Shipped with Lifecycles"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shipped(self):
        """Refuse to delete what comes with the addon.

        :raises UserError: naming the records
        """
        if self.env.context.get("lifecycle_leaving") is LEAVING:
            return
        data = self.env["ir.model.data"].sudo()
        shipped = data.search(
            [("module", "=", "project_lifecycle"), ("model", "=", self._name), ("res_id", "in", self.ids)], limit=5
        )
        if shipped:
            raise UserError(
                self.env._(
                    "%(records)s: this came with the addon, and would come back with the next update. Archive it"
                    " instead of deleting it.",
                    records=", ".join(self.browse(shipped.mapped("res_id")).mapped("display_name")),
                )
            )
