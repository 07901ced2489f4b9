from odoo import fields, models
from odoo.exceptions import UserError


class ProjectEvidenceMixin(models.AbstractModel):
    """The files and links that prove a criterion."""

    _name = "project.evidence.mixin"
    _description = "Evidence of a Criterion"

    attachment_ids = fields.Many2many("ir.attachment", string="Evidence")
    link = fields.Char(help="Where the evidence is, if it is not attached.")

    def _adopt_attachments(self):
        """Give files that were just uploaded to their criterion, so that whoever sees the project may read them.

        :raises AccessError: if the user may not read one of them
        """
        for item in self:
            files = item.attachment_ids
            files.check_access("read")
            uploaded = files.filtered(lambda file: file.res_model in (False, "project.gate.wizard.line"))
            if uploaded:
                uploaded.check_access("write")
                # the user's own files, checked on the line above; the criterion itself is not the user's to write
                uploaded.sudo().write({"res_model": self._name, "res_id": item.id})

    def _check_evidence_kept(self):
        """Check that the gate for which there is evidence was not decided yet.

        :raises UserError: naming the criterion
        """
        for item in self.filtered(lambda item: item.step_id._is_decided()):
            raise UserError(
                self.env._(
                    "The gate of %(stage)s was decided with this evidence for %(criterion)s: it stays as it was.",
                    stage=item.step_id.display_name,
                    criterion=item.name,
                )
            )

    def _follow_evidence(self):
        """Meet criteria that have their evidence, open those that lost it."""
        evidence = self.filtered(lambda item: item.kind == "evidence" and item.state in ("open", "met")).sudo()
        given = evidence.filtered(lambda item: item.link or item.attachment_ids)
        given.filtered(lambda item: item.state == "open")._answer("met")
        (evidence - given).filtered(lambda item: item.state == "met").write(
            {"state": "open", "done_by_id": False, "done_on": False}
        )
