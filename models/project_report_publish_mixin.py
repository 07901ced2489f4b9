import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL, is_html_empty

_logger = logging.getLogger(__name__)

REPORT = "project_lifecycle.report_project_update"
REPORT_MAIL = "project_lifecycle.mail_template_report"


class ProjectReportPublishMixin(models.AbstractModel):
    """How a report is published: once, whole or not at all, and what follows from it."""

    _name = "project.report.publish.mixin"
    _description = "Publication of a Report"

    published_on = fields.Datetime("Published on", readonly=True, copy=False)
    published_by_id = fields.Many2one(
        "res.users", string="Published by", readonly=True, copy=False, ondelete="restrict"
    )
    pdf_id = fields.Many2one("ir.attachment", string="PDF", readonly=True, copy=False, ondelete="restrict")
    frozen_attachment_ids = fields.Many2many(
        "ir.attachment",
        "project_update_frozen_attachment_rel",
        string="Files kept",
        readonly=True,
        copy=False,
        help="The PDF, and what was attached when the report was published: they stay as they are.",
    )

    addressees = fields.Char(
        "Goes to", compute="_compute_addressees", help="To whom it is mailed when it is published."
    )
    addressees_silent = fields.Char(compute="_compute_addressees", export_string_translation=False)

    # === COMPUTE METHODS === #

    @api.depends("state", "project_id", "recipient_ids.partner_id.email", "recipient_ids.date_to")
    def _compute_addressees(self):
        for report in self:
            drafted = report.kind and report.state != "published"
            partners = report._get_recipients() if drafted else self.env["res.partner"]
            reached = partners.filtered("email")
            report.addressees = ", ".join(reached.mapped("name"))
            report.addressees_silent = ", ".join((partners - reached).mapped("name"))

    # === ACTIONS === #

    def action_publish(self):
        """Publish these reports: freeze what they say, make their PDFs, send them to the SPOC and whom else they name.

        Of two who press at the same moment, one finds it published.

        :raises AccessError: if the user is not the consultant of the project
        :raises UserError: if a text is missing, or the PDF cannot be made; then the report stays a draft and nobody
            is told
        """
        notification = False
        for report in self:
            notification = report._publish_once()
        return notification

    def _publish_once(self):
        self.project_id._check_lifecycle_consultant()
        self._lock_reports()
        if self.state == "published":
            return self._notify(
                "info",
                self.env._(
                    "%(report)s was published by %(user)s already.",
                    report=self.display_name,
                    user=self.published_by_id.name,
                ),
            )
        self._check_ready()
        with self.env.cr.savepoint():
            self._publish()
        self._ask_satisfaction()
        self._ask_acknowledgement()
        told = self._send()
        self._follow_publication()
        self.project_id._refresh_criteria()
        return self._notify("success", self._describe_sending(told))

    def action_send_again(self):
        """Send a published report once more to the same people, on purpose.

        :raises UserError: if it is a draft
        """
        self.ensure_one()
        self.project_id._check_lifecycle_consultant()
        if self.state != "published":
            raise UserError(self.env._("%(report)s is a draft: publish it first.", report=self.display_name))
        return self._notify("success", self._describe_sending(self._send()))

    # === PUBLISHING === #

    def _lock_reports(self):
        """Let only one transaction at a time publish reports of a project: the other one is done again by Odoo."""
        self.env.execute_query(
            SQL(
                "UPDATE project_update SET id = id WHERE project_id = %s AND kind IS NOT NULL RETURNING id",
                self.project_id.id,
            )
        )
        self.invalidate_recordset(["state", "published_by_id"])

    def _check_ready(self):
        """Check that the consultant has written what only people know.

        :raises UserError: naming the texts that are missing
        """
        blocks = self.env["project.report.block"]._get_blocks(self.kind)
        shown = self.section_ids.filtered("is_shown").mapped("code")
        missing = [
            self._fields[blocks[code]._block_text_field]._description_string(self.env)
            for code in shown
            if code in blocks
            and blocks[code]._block_text_field
            and is_html_empty(self[blocks[code]._block_text_field])
        ]
        # clients ask why, whatever else is switched off
        if "status" not in shown and is_html_empty(self.status_reason):
            missing.insert(0, self._fields["status_reason"]._description_string(self.env))
        if missing:
            raise UserError(
                self.env._(
                    "%(report)s: write first: %(texts)s. Or switch the block off.",
                    report=self.display_name,
                    texts=", ".join(missing),
                )
            )

    def _publish(self):
        """Freeze the report and make its PDF."""
        from .project_update import PUBLISHING

        report = self.sudo().with_context(report_publishing=PUBLISHING)
        now = fields.Datetime.now()
        lang = report._get_report_language()
        report.write(
            {
                "date": report._get_date_to_publish(),
                "number": report._get_next_number(),
                "progress": report.project_id._get_report_progress(),
                "published_by_id": self.env.uid,
                "published_on": now,
            }
        )
        report.write({"figures": report._freeze(), "lang": lang, "state": "published"})
        files = report._get_attached_files()
        pdf = self.env["ir.attachment"].sudo().create(report._prepare_pdf_values(report._render_pdf()))
        report.write(
            {
                "body": report._render_body(),
                "pdf_id": pdf.id,
                "frozen_attachment_ids": [Command.set((files | pdf).ids)],
            }
        )
        report.project_id.last_update_id = report

    def _get_date_to_publish(self):
        """Return the date of the report: the day of its figures, unless the consultant chose another one."""
        # by the clock of whoever publishes, or of the server that has proposed it at night
        proposed = {fields.Datetime.context_timestamp(self, self.create_date).date(), self.create_date.date()}
        return self._get_today() if self.date in proposed else self.date

    def _get_next_number(self):
        if self.replaces_id:
            return self.replaces_id.number
        [(last,)] = self._read_group(
            [("project_id", "=", self.project_id.id), ("state", "=", "published")], [], ["number:max"]
        )
        return (last or 0) + 1

    def _get_attached_files(self):
        domain = ["&", ("res_model", "=", self._name), ("res_id", "=", self.id)]
        sections = ["&", ("res_model", "=", "project.report.section"), ("res_id", "in", self.section_ids.ids)]
        return self.env["ir.attachment"].sudo().search(["|", *domain, *sections])

    def _prepare_pdf_values(self, content):
        return {
            "name": f"{self._get_file_name()}.pdf",
            "raw": content,
            "mimetype": "application/pdf",
            "res_model": self._name,
            "res_id": self.id,
        }

    def _render_pdf(self):
        """Return the PDF of the report.

        :rtype: bytes
        :raises UserError: if the engine that makes PDFs is missing, or fails
        """
        # tests make PDFs as well
        engine = self.env["ir.actions.report"].sudo().with_context(force_report_rendering=True)
        try:
            content, kind = engine._render_qweb_pdf(REPORT, self.ids)
        except (UserError, OSError) as error:
            _logger.warning("The PDF of report %s could not be made: %s", self.id, error)
            raise UserError(
                self.env._(
                    "The PDF of %(report)s could not be made. The report stays a draft, nothing was sent. Ask whoever"
                    " runs Odoo to look at its PDF engine (wkhtmltopdf), then publish again.\n%(error)s",
                    report=self.display_name,
                    error=str(error)[:500],
                )
            ) from error
        if kind != "pdf":
            raise UserError(self.env._("The PDF of %(report)s could not be made.", report=self.display_name))
        return content

    def _follow_publication(self):
        """Do what follows from a publication: override to add to it."""
        self.activity_ids.sudo().action_feedback()

    # === SENDING === #

    def _get_recipients(self):
        """Return to whom the report is sent: the SPOC, else the customer, and whom it names, each once.

        :rtype: res.partner
        """
        self.ensure_one()
        named = self.sudo().recipient_ids.filtered(lambda it: it._is_current())
        return self.project_id.sudo()._get_report_recipient() | named.partner_id

    def _send(self):
        """Mail the report through the queue, to each person in the own language; logged on the project.

        :return: those who were told, and those who have no address
        :rtype: tuple
        """
        self.ensure_one()
        template = self.env.ref(REPORT_MAIL, raise_if_not_found=False)
        recipients = self._get_recipients()
        told = recipients.filtered("email") if template else recipients.browse()
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        for partner in told:
            lang = partner.lang if partner.lang in installed else self.lang
            mailing = template.sudo().with_context(report_lang=lang, report_partner_id=partner.id)
            mail_id = mailing.send_mail(
                self.id,
                email_values={
                    **self.project_id._prepare_client_mail_values(),
                    "attachment_ids": [Command.link(self.sudo().pdf_id.id)],
                },
                email_layout_xmlid="mail.mail_notification_light",
            )
            self._hide_link(mail_id)
        if recipients - told:
            self.project_id.sudo().message_post(body=self._describe_silence(recipients - told))
        return told, recipients - told

    def _hide_link(self, mail_id):
        """Take the link with which the client answers off what stays in the chatter; it stays in the mail."""
        token = self.sudo().signoff_id.access_token
        message = self.env["mail.mail"].sudo().browse(mail_id).mail_message_id
        if token and message.body and token in message.body:
            message.body = message.body.replace(token, "…")

    def _get_addressee_name(self):
        """Return the name of the person to whom the mail that is just made goes."""
        partner = self.env["res.partner"].browse(self.env.context.get("report_partner_id"))
        return (partner or self.project_id._get_report_recipient()).name

    def _get_kind_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        return labels.get(self.kind, "")

    def _get_portal_url(self):
        """Return the address of the report on the page of the client's project."""
        self.ensure_one()
        return f"{self.get_base_url()}/my/projects/{self.project_id.id}/reports/{self.id}"

    def _ask_satisfaction(self):
        """Ask how satisfied the client is along with the report, unless a question is open; a correction does not."""
        if self.replaces_id:
            return
        occasion = "closing" if self.kind == "closing_report" else "report"
        self.env["project.satisfaction.request"].sudo()._ask(self.project_id.sudo(), occasion, update=self)

    def _get_satisfaction_request(self):
        """Return the open question that stands in the mail of the report; only who was asked answers it.

        :rtype: project.satisfaction.request
        """
        recipient = self.project_id.sudo()._get_report_recipient()
        if self.env.context.get("report_partner_id", recipient.id) != recipient.id:
            return self.env["project.satisfaction.request"]
        return self.env["project.satisfaction.request"].sudo()._get_waiting(self.project_id.sudo(), recipient)

    def _describe_silence(self, partners):
        return self.env._(
            "%(report)s is published, but nobody has mailed it to %(people)s: no address is known.",
            report=self.display_name,
            people=", ".join(partners.mapped("name")),
        )

    def _describe_sending(self, told):
        sent, silent = told
        if silent or not sent:
            return (
                self._describe_silence(silent) if silent else self.env._("Published. Nobody is there to send it to.")
            )
        return self.env._("Published and sent to %(people)s.", people=", ".join(sent.mapped("name")))

    def _notify(self, kind, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
