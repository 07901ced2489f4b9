from odoo import api, models
from odoo.exceptions import UserError

# What makes a file another file, or puts it elsewhere.
CONTENT_FIELDS = {"raw", "datas", "db_datas", "store_fname", "url", "type", "res_model", "res_id"}
# Whose files are frozen once a report is published.
REPORT_MODELS = ("project.update", "project.report.section")


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def write(self, vals):
        """Keep the evidence of gates that were decided as it was then.

        :raises UserError: naming the criterion
        """
        if not vals.keys().isdisjoint(CONTENT_FIELDS):
            self._get_proven_criteria()._check_evidence_kept()
            self._check_reports_kept()
        if not vals.keys().isdisjoint(CONTENT_FIELDS | {"name"}):
            self._check_signoffs_kept()
        return super().write(vals)

    def unlink(self):
        """Open criteria again whose evidence goes."""
        criteria = self._get_proven_criteria()
        res = super().unlink()
        criteria._follow_evidence()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_evidence(self):
        self._get_proven_criteria()._check_evidence_kept()
        self._check_signoffs_kept()

    def _check_signoffs_kept(self):
        """Check that none of these files is what the client was asked to confirm, or what it signed.

        :raises UserError: naming the sign-off, whoever asks
        """
        files = self.sudo().filtered(lambda file: file.res_model == "project.signoff" and file.res_id)
        if files:
            self.env["project.signoff"].sudo().browse(files.mapped("res_id")).exists()._check_documents_kept(files)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self._check_reports_kept()

    def _check_reports_kept(self):
        """Check that none of these files belongs to what a client was told in a report.

        :raises UserError: naming the report
        """
        ours = self.sudo().filtered(lambda file: file.res_model in REPORT_MODELS and file.res_id)
        if not ours:
            return
        report = self.env["project.update"].sudo().search([("frozen_attachment_ids", "in", ours.ids)], limit=1)
        if report:
            raise UserError(
                self.env._("%(report)s is published with this file: it stays as it is.", report=report.display_name)
            )

    def _get_proven_criteria(self):
        """Return the criteria for which these files are evidence.

        :rtype: project.checklist.item
        """
        Item = self.env["project.checklist.item"].sudo()
        evidence = self.sudo().filtered(lambda file: file.res_model == Item._name and file.res_id)
        return Item.browse(evidence.mapped("res_id")).exists() if evidence else Item
