from odoo import models


class MailMessage(models.Model):
    """Notes on projects with a lifecycle, and on what belongs to them, are read by us alone.

    Odoo shows people outside no notes on its pages and in searches, yet lets them read by its number any note that is
    a notification, on records that they may read.
    """

    _inherit = "mail.message"

    # === BUSINESS METHODS === #

    def _get_forbidden_access(self, operation):
        """Keep what is internal on projects with a lifecycle from people outside, however it was written."""
        forbidden = super()._get_forbidden_access(operation)
        if operation == "read" and not self.env.user._is_internal():
            forbidden += (self - forbidden)._filter_lifecycle_notes()
        return forbidden

    def _filter_lifecycle_notes(self):
        """Return those messages that are internal, on projects with a lifecycle or on what belongs to one.

        :rtype: mail.message
        """
        # whether they may be read is what is asked here
        internal = self.sudo().filtered(lambda it: it.is_internal or not it.subtype_id or it.subtype_id.internal)
        notes = self.browse()
        for model, messages in internal.grouped("model").items():
            path = self._get_lifecycle_path(model)
            if path:
                records = self.env[model].sudo().with_context(active_test=False)
                found = set(records.search([("id", "in", messages.mapped("res_id")), (path, "!=", False)]).ids)
                notes += self.browse(messages.filtered(lambda it, found=found: it.res_id in found).ids)
        return notes

    def _get_lifecycle_path(self, model):
        """Return by which field records of a model lead to a lifecycle, if they do.

        :param str model: name of a model, or nothing
        :rtype: str | None
        """
        if model == "project.project":
            return "lifecycle_id"
        fields = self.env[model]._fields if model in self.env else {}
        for name in ("project_id", "lifecycle_project_id"):
            if name in fields and fields[name].comodel_name == "project.project" and fields[name].store:
                return f"{name}.lifecycle_id"
        return None
