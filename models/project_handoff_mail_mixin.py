from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

MAIL = "project_lifecycle.mail_template_handoff"


class ProjectHandoffMailMixin(models.AbstractModel):
    """The official mail of a hand-off (S2.132a, S2.132b): what it says, to whom, and whether it went out."""

    _name = "project.handoff.mail.mixin"
    _description = "Mail of a Hand-off"

    client_note = fields.Text(
        "Your own words", help="Added to the mail, for instance a thank-you. The client reads it."
    )
    mail_ids = fields.One2many("project.client.mail", "handoff_id", string="Mails", readonly=True)
    mail_state = fields.Selection(
        [("waiting", "On its way"), ("sent", "Sent"), ("failed", "Failed"), ("cancelled", "Cancelled")],
        string="Mail",
        compute="_compute_mail_state",
    )
    mail_failure = fields.Char(compute="_compute_mail_state", string="What the mail server said")
    is_mail_given_up = fields.Boolean(compute="_compute_mail_state", export_string_translation=False)
    mail_partner_id = fields.Many2one("res.partner", string="Mail to", compute="_compute_mail_partner_id")
    mail_preview = fields.Html(
        "Preview", compute="_compute_mail_preview", sanitize=False, export_string_translation=False
    )
    # what the wording of the mail may use, in the language of the client
    client_hours_left = fields.Char(
        compute="_compute_client_texts", compute_sudo=True, export_string_translation=False
    )
    client_points = fields.Html(
        compute="_compute_client_texts", compute_sudo=True, sanitize=False, export_string_translation=False
    )
    client_channels = fields.Html(
        compute="_compute_client_texts", compute_sudo=True, sanitize=False, export_string_translation=False
    )
    client_team = fields.Char(compute="_compute_client_texts", compute_sudo=True, export_string_translation=False)
    client_replaced = fields.Char(compute="_compute_client_texts", compute_sudo=True, export_string_translation=False)

    # === COMPUTE METHODS === #

    @api.depends("mail_ids.state", "mail_ids.given_up_on")
    def _compute_mail_state(self):
        for handoff in self:
            last = handoff.mail_ids.sorted("id")[-1:]
            handoff.mail_state = last.state
            handoff.mail_failure = last.failure
            handoff.is_mail_given_up = bool(last.given_up_on)

    @api.depends("project_id.spoc_id", "project_id.partner_id")
    def _compute_mail_partner_id(self):
        for handoff in self:
            handoff.mail_partner_id = handoff.project_id._get_client_mail_partner()

    @api.depends("line_ids", "client_note", "reason")
    def _compute_mail_preview(self):
        for handoff in self:
            preview = False
            if handoff.state == "draft" and handoff._origin:
                preview = handoff._origin._render_mail_preview()
            handoff.mail_preview = preview

    @api.depends("line_ids.note", "line_ids.done_on", "line_ids.partner_id", "line_ids.channel")
    @api.depends_context("lang")
    def _compute_client_texts(self):
        channels = dict(self.env["project.handoff.line"]._fields["channel"]._description_selection(self.env))
        for handoff in self:
            project = handoff.project_id
            handoff.client_team = project._get_support_team_name()
            handoff.client_replaced = (handoff.consultant_id or project.user_id or self.env.user).name
            handoff.client_hours_left = project._get_client_hours_left()
            handoff.client_points = self.env["ir.qweb"]._render(
                "project_lifecycle.handoff_client_points",
                {"lines": handoff.line_ids.filtered(lambda it: it.kind == "told"), "channels": channels},
            )
            handoff.client_channels = self.env["ir.qweb"]._render(
                "project_lifecycle.handoff_client_channels", {"channels": project._get_ticket_channels()}
            )

    # === ACTIONS === #

    def action_send_again(self):
        """Send the mail of a confirmed hand-off again, on purpose.

        :raises AccessError: if the user is not the consultant of the project
        :raises UserError: if it is not confirmed, or whoever gets it has no address
        """
        self.ensure_one()
        self.project_id._check_lifecycle_consultant()
        if self.state != "confirmed":
            raise UserError(
                self.env._("%(handoff)s: the mail is sent when it is confirmed.", handoff=self.display_name)
            )
        self._send_mail(self._get_mail_recipient(), is_repeated=True)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # === BUSINESS METHODS === #

    def _get_mail_template(self):
        """Return the wording of the mail: that of the company, else the one that ships.

        :raises UserError: if there is none
        :rtype: mail.template
        """
        self.ensure_one()
        template = self.project_id._get_support_company().handoff_mail_template_id
        template = template or self.env.ref(MAIL, raise_if_not_found=False)
        if not template:
            raise UserError(self.env._("The mail of the hand-off has no wording: choose one in the settings."))
        return template.sudo()

    def _get_mail_recipient(self):
        """Return who gets the mail: the SPOC, else the customer.

        :raises UserError: if there is nobody with an address
        :rtype: res.partner
        """
        self.ensure_one()
        partner = self.project_id._get_client_mail_partner()
        if missing := self._get_missing_address(partner):
            raise UserError(missing)
        return partner

    def _get_missing_address(self, partner):
        if not partner:
            return self.env._(
                "%(project)s has neither a SPOC nor a customer: nobody would get the mail.",
                project=self.project_id.name,
            )
        if not email_normalize(partner.sudo().email or ""):
            return self.env._(
                "%(person)s has no mail address: add one, the move to support is told in writing.",
                person=partner.sudo().display_name,
            )
        return ""

    def _get_missing_for_mail(self):
        """Return what the mail lacks, each in a sentence.

        :rtype: list[str]
        """
        missing = [self._get_missing_address(self.project_id._get_client_mail_partner())]
        if not self.project_id._get_ticket_channels():
            missing.append(
                self.env._(
                    "The client would not know how to open a ticket: give the company a support address or page in the"
                    " settings."
                )
            )
        return [text for text in missing if text]

    def _render_mail_preview(self):
        """Return the mail as the client would get it now; empty while nobody would get it.

        :rtype: markupsafe.Markup
        """
        self.ensure_one()
        partner = self.project_id._get_client_mail_partner()
        if not partner:
            return False
        attached = self.env._("Statement of the packs (PDF)") if self.project_id.sudo().pack_count else ""
        return self.env["project.client.mail"]._render_preview(
            self, self._get_mail_template(), partner, self.project_id, attached
        )

    def _send_mail(self, partner, is_repeated=False):
        """Send the mail of one hand-off.

        :param res.partner partner: who gets it
        :param bool is_repeated: whether it is sent again on purpose
        """
        self.ensure_one()
        self.env["project.client.mail"]._send(
            self,
            self._get_mail_template(),
            partner.sudo(),
            {
                "project_id": self.project_id.id,
                "kind": "handoff",
                "handoff_id": self.id,
                "is_repeated": is_repeated,
            },
            self._get_mail_attachments(partner),
        )

    def _get_mail_attachments(self, partner):
        """Return what goes along with the mail: the statement of the packs, in the language of whoever gets it.

        :rtype: list[tuple]
        """
        project = self.project_id
        packs = self.env["project.pack"].sudo()._get_of_projects(project.sudo())
        # while addons are loaded there is no server from which a PDF could take its style
        if not packs or not self.env.registry.ready:
            return []
        lang = self.env["project.client.mail"]._get_language(partner.sudo(), project.sudo())
        today = fields.Date.context_today(self)
        first = min([pack.date for pack in packs] + [project.sudo().date_start or today, today])
        data = {
            "project_id": project.id,
            "date_from": fields.Date.to_string(first),
            "date_to": fields.Date.to_string(today),
        }
        report = self.env["ir.actions.report"].sudo().with_context(lang=lang)
        content, kind = report._render_qweb_pdf("project_lifecycle.project_pack_statement_report", project.ids, data)
        name = project.with_context(lang=lang).env._("Pack statement %(project)s", project=project.sudo().name)
        return [(f"{name}.{kind}", content)]
