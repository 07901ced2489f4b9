from datetime import timedelta

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from ..logic.signoff import get_document_digest, get_signoff_digest

ANSWERS = [("confirmed", "Confirmed"), ("remarks", "Confirmed with remarks"), ("refused", "Refused")]
STATES = [("draft", "Draft"), ("sent", "Waiting"), *ANSWERS, ("withdrawn", "Withdrawn")]
ANSWERED = tuple(code for code, _label in ANSWERS)
# Which state follows which; there is no way back.
NEXT_STATES = {"draft": ("sent", "withdrawn"), "sent": (*ANSWERED, "withdrawn")}
# What the client sees, frozen when it is sent.
CONTENT_FIELDS = {
    "project_id",
    "kind_id",
    "level",
    "partner_id",
    "is_for_spoc",
    "name",
    "lang",
    "introduction",
    "statement",
    "content",
    "is_own_content",
    "source_digest",
    "attachment_ids",
    "documents",
    "facts",
    "checksum",
    "version",
    "res_model",
    "res_id",
    "sent_on",
    "sent_by_id",
}
# What comes with the answer, and stays.
ANSWER_FIELDS = {
    "answered_on",
    "answered_by_id",
    "answer_note",
    "identified_by",
    "signed_name",
    "signature",
    "deadline",
}


class ProjectSignoffFrozenMixin(models.AbstractModel):
    """What a sign-off freezes when it is sent, its checksum, and how it is kept as it was."""

    _name = "project.signoff.frozen.mixin"
    _description = "Frozen Content of a Sign-off"

    def _check_frozen(self, vals):
        for signoff in self:
            frozen = set()
            if signoff.state != "draft":
                frozen |= CONTENT_FIELDS
            if signoff.state not in ("draft", "sent"):
                frozen |= ANSWER_FIELDS
            if signoff.pdf_id:
                frozen.add("pdf_id")
            state = vals.get("state", signoff.state)
            is_turned_back = state != signoff.state and state not in NEXT_STATES.get(signoff.state, ())
            if is_turned_back or not frozen.isdisjoint(vals):
                raise UserError(
                    self.env._(
                        "%(signoff)s stays as it was sent and answered. Ask for a new version instead.",
                        signoff=signoff.display_name,
                    )
                )

    def _check_documents_kept(self, files):
        """Check that nobody changes what was sent, what was signed, or the document made of it.

        :param ir.attachment files: files of these sign-offs
        :raises UserError: naming the first sign-off
        """
        for signoff in self.filtered(lambda it: it.state != "draft"):
            frozen = signoff.attachment_ids | signoff.pdf_id
            frozen |= files.filtered(lambda file, kept=signoff: file.res_field and file.res_id == kept.id)
            if frozen & files:
                raise UserError(
                    self.env._(
                        "%(signoff)s was sent with this document: it stays as it is.", signoff=signoff.display_name
                    )
                )

    def _prepare_frozen(self):
        """Freeze what one draft shows, and return what is frozen with it when it is sent.

        :raises UserError: if there is nothing to confirm
        :rtype: dict
        """
        self.ensure_one()
        self._freeze_content()
        today = fields.Date.context_today(self)
        return {
            "checksum": self._get_checksum(),
            "deadline": max(self.deadline or today + timedelta(days=self.kind_id.answer_days), today),
            "sent_on": fields.Datetime.now(),
            "asked_on": fields.Datetime.now(),
            "sent_by_id": self.env.uid,
        }

    def _freeze_content(self):
        """Write down what one draft shows by now: texts in the signer's language, copies of the documents.

        :raises UserError: if there is nothing to confirm
        """
        lang = self._get_signer_language()
        kind = self.kind_id.with_context(lang=lang)
        target = self._get_target().with_context(lang=lang)
        source = "" if self.is_own_content else self._render_source()
        content = self.content if self.is_own_content else source
        copies = self._freeze_documents(self.attachment_ids or target._get_signoff_attachments(kind))
        if is_html_empty(content) and not copies:
            raise UserError(
                self.env._(
                    "%(signoff)s: there is nothing to confirm yet. Write it, or attach a document.",
                    signoff=self.display_name,
                )
            )
        self.write(
            {
                "lang": lang,
                "level": kind.level,
                "is_for_spoc": self.partner_id == self.project_id.spoc_id,
                "introduction": kind.introduction,
                "statement": kind.statement,
                "content": content,
                "source_digest": get_document_digest(str(source).encode()) if source else False,
                "attachment_ids": [(6, 0, copies.ids)],
                "documents": [
                    {"name": copy.name, "size": copy.file_size, "sha256": get_document_digest(copy.raw)}
                    for copy in copies
                ],
                "facts": target._get_signoff_facts(kind),
            }
        )

    def _render_source(self):
        """Return what one sign-off would show if it was sent now, whoever asks.

        :rtype: Markup
        """
        self.ensure_one()
        # read by somebody else, in another company or time zone, the same records are the same content
        lang = self.lang or self._get_signer_language()
        signoff = self.with_env(self.env(user=SUPERUSER_ID, su=True, context={"lang": lang, "tz": "UTC"}))
        return signoff._get_target()._get_signoff_content(signoff.kind_id)

    def _freeze_documents(self, attachments):
        """Return copies of documents that belong to one sign-off alone."""
        own = attachments.filtered(lambda it: it.res_model == self._name and it.res_id == self.id)
        copies = self.env["ir.attachment"].sudo()
        for attachment in (attachments - own).sudo():
            copies |= attachment.copy({"name": attachment.name, "res_model": self._name, "res_id": self.id})
        return own | copies

    def _get_checksum(self):
        """Return the SHA-256 of all that one sign-off asks to confirm.

        :rtype: str
        """
        self.ensure_one()
        return get_signoff_digest(
            {
                "project": self.project_id.id,
                "kind": self.kind_id.code,
                "name": self.name,
                "version": self.version,
                "signer": self.partner_id.id,
                "introduction": self.introduction or "",
                "statement": self.statement or "",
                "content": str(self.content or ""),
                "documents": [
                    [document.name, get_document_digest(document.raw)] for document in self.attachment_ids.sorted("id")
                ],
            }
        )
