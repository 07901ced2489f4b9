from odoo import fields, models
from odoo.exceptions import UserError


class ProjectClientCriterionMixin(models.AbstractModel):
    """A criterion that is addressed to the client: what the client reads of it, and its answer."""

    _name = "project.client.criterion.mixin"
    _description = "Criterion Addressed to the Client"

    client_answer = fields.Text("Client's answer", readonly=True, copy=False)
    client_answered_by_id = fields.Many2one(
        "res.partner",
        string="Answered by the client",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    client_answered_on = fields.Datetime("Client answered on", readonly=True, copy=False)

    def _prepare_client_need(self):
        """Return what the client's page shows of the criterion while it is open, see ``_get_client_needs``."""
        self.ensure_one()
        anchor = f"criterion-{self.id}"
        return {
            "kind": "criterion",
            "id": self.id,
            "anchor": anchor,
            "title": self.name,
            "url": f"{self.project_id._get_client_url()}#{anchor}",
            "deadline": self.step_id.planned_end,
            "template": "project_lifecycle.client_need_criterion",
            "is_evidence": self.kind == "evidence",
            "is_agreement": self.needs_agreement,
            "files": self._prepare_client_files(),
            "text": self.client_answer,
        }

    def _get_client_files(self):
        """Return the files of the criterion that the client handed in; what we attached is ours.

        :rtype: ir.attachment
        """
        return self.attachment_ids.filtered(lambda file: file.create_uid.share)

    def _prepare_client_files(self):
        """Return name and address of each file of the criterion that the client handed in."""
        self.ensure_one()
        url = self.project_id._get_client_url()
        return [{"name": file.name, "url": f"{url}/file/{file.id}"} for file in self._get_client_files()]

    def _answer_for_client(self, partner, word, text):
        """Take the answer of the client; files were attached before.

        :param res.partner partner: who answers
        :param str word: ``done``, ``agreed``, ``not_agreed`` or ``comment``
        :param str text: may be empty, where nothing is refused
        :raises UserError: if the answer is none to this criterion, or lacks its reason or its file
        """
        self.ensure_one()
        given = {"client_answered_by_id": partner.id, "client_answered_on": fields.Datetime.now()}
        if text:
            given["client_answer"] = text
        asked = ("agreed", "not_agreed") if self.needs_agreement else ("done",)
        if word not in (*asked, "comment"):
            raise UserError(self.env._("This is answered in another way. Load the page again."))
        if word == "not_agreed" and not text:
            raise UserError(self.env._("Write with what you do not agree."))
        if word == "done" and self.kind == "evidence" and not self.attachment_ids:
            raise UserError(self.env._("Attach the file that is asked for."))
        self.write(given)
        if word in ("agreed", "not_agreed"):
            self.write(
                {
                    "agreement": word,
                    "agreed_by_id": partner.id,
                    "explained_on": self.explained_on or fields.Date.context_today(self),
                    "is_unacceptable": False,
                }
            )
        elif word == "done" and self.kind == "manual":
            self._answer("met")

    def _prepare_agreement_snapshot(self):
        values = super()._prepare_agreement_snapshot()
        return {**values, "client_answer": self.client_answer} if self.client_answer else values
