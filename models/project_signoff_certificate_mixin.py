import base64
import logging

from odoo import api, models
from odoo.tools.mail import plaintext2html
from odoo.tools.pdf import merge_pdf

_logger = logging.getLogger(__name__)

REPORT = "project_lifecycle.report_signoff"
SEALED_A_RUN = 50


class ProjectSignoffCertificateMixin(models.AbstractModel):
    """The document that an answered sign-off becomes: what was confirmed, and a certificate of all that happened."""

    _name = "project.signoff.certificate.mixin"
    _description = "Certificate of a Sign-off"

    def _seal(self):
        """Make the document of one answered sign-off, keep it and post it; an answer never fails for its document.

        The daily job tries again what could not be made.
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._make_document()
        except Exception:
            _logger.exception("The document of sign-off %s could not be made", self.id)

    def _make_document(self):
        content = self._finish_document(self._render_document())
        self.pdf_id = self._post_document(content)
        self.env["project.signoff.event"]._record(self, "sealed", note=self.pdf_id.name, partner_id=False)

    def _render_document(self):
        """Return the PDF: what was confirmed, its documents that are PDFs themselves, and the certificate.

        :rtype: bytes
        """
        report = self.env["ir.actions.report"].with_context(lang=self.lang, tz="UTC")
        content, kind = report._render_qweb_pdf(REPORT, self.ids)
        documents = [it.raw for it in self.attachment_ids.sorted("id") if it.mimetype == "application/pdf"]
        if kind != "pdf" or not documents:
            return content
        try:
            return merge_pdf([content, *documents])
        except Exception:
            # what is damaged or protected stays beside it, named in the certificate with its SHA-256
            _logger.info("The documents of sign-off %s stay beside the certificate", self.id)
            return content

    def _finish_document(self, content):
        """Return the PDF as it is kept: override to seal it, say with a certificate or a time stamp.

        :param bytes content: the PDF
        :rtype: bytes
        """
        return content

    def _get_document_name(self):
        self.ensure_one()
        return self.env._(
            "%(name)s %(project)s v%(version)s.pdf",
            name=self.name,
            project=self.project_id.name,
            version=self.version,
        )

    def _post_document(self, content):
        """Tell the consultants the answer, with the document, in the chatter of the sign-off and of the project.

        :param bytes content: the PDF
        :return: the document as it is kept
        :rtype: ir.attachment
        """
        labels = dict(self._fields["state"]._description_selection(self.env))
        body = self.env._("%(person)s: %(answer)s", person=self.answered_by_id.name, answer=labels[self.state])
        if self.answer_note:
            body = f"{body}\n{self.answer_note}"
        # who answers follows nothing by it: what we say about the answer stays between us
        message = self.with_context(mail_post_autofollow_author_skip=True).message_post(
            body=plaintext2html(body),
            author_id=self.answered_by_id.id,
            attachments=[(self._get_document_name(), content)],
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.project_id.message_post(
            body=plaintext2html(self.env._("Sign-off %(name)s: %(answer)s", name=self.display_name, answer=body)),
            author_id=self.answered_by_id.id,
            subtype_xmlid="mail.mt_note",
            is_internal=True,
        )
        return message.attachment_ids

    def _get_document_digest(self, document):
        """Return the SHA-256 that one document of the sign-off had when it was sent.

        :rtype: str
        """
        ranked = self.attachment_ids.sorted("id").ids
        return (self.documents or [])[ranked.index(document.id)]["sha256"]

    def _get_signature_uri(self):
        """Return the drawn signature for the page and the PDF, as data URL; nothing if there is none."""
        if not self.signature:
            return ""
        raw = self.signature if isinstance(self.signature, str) else self.signature.decode()
        return f"data:image/png;base64,{raw}" if base64.b64decode(raw) else ""

    @api.model
    def _cron_seal(self):
        """Make the documents that could not be made when the answer came."""
        missing = self.search(
            [("state", "in", ("confirmed", "remarks", "refused")), ("pdf_id", "=", False)], limit=SEALED_A_RUN
        )
        for signoff in missing:
            if signoff.try_lock_for_update():
                signoff._seal()
