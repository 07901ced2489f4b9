from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .project_signoff_frozen_mixin import STATES
from .project_signoff_kind import LEVELS


class ProjectSignoff(models.Model):
    """One thing that the client is asked to confirm, frozen when it is asked."""

    _name = "project.signoff"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "project.signoff.asking.mixin",
        "project.signoff.frozen.mixin",
        "project.signoff.answer.mixin",
        "project.signoff.mail.mixin",
        "project.signoff.certificate.mixin",
        "project.signoff.version.mixin",
    ]
    _description = "Sign-off"
    _order = "id desc"
    _mail_post_access = "read"

    project_id = fields.Many2one("project.project", required=True, readonly=True, index=True, ondelete="restrict")
    kind_id = fields.Many2one("project.signoff.kind", required=True, readonly=True, index=True, ondelete="restrict")
    kind_code = fields.Char(related="kind_id.code", export_string_translation=False)
    name = fields.Char(required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Asked", required=True, readonly=True, index=True, ondelete="restrict"
    )
    is_for_spoc = fields.Boolean("Asked as SPOC", readonly=True)
    lang = fields.Char("Language", readonly=True, export_string_translation=False)
    level = fields.Selection(LEVELS, required=True, readonly=True, default="click")
    deadline = fields.Date("Answer until", readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="draft", index=True)
    is_confirmed = fields.Boolean("Is confirmed", compute="_compute_is_confirmed", store=True)
    is_superseded = fields.Boolean("Replaced", readonly=True, help="A newer version was sent.")
    is_late = fields.Boolean("Late", compute="_compute_is_late", search="_search_is_late")
    introduction = fields.Text(readonly=True)
    statement = fields.Text("What is confirmed", readonly=True)
    content = fields.Html(readonly=True, help="What the client sees, as it was when it was sent.")
    is_own_content = fields.Boolean(readonly=True, export_string_translation=False)
    source_digest = fields.Char(readonly=True, export_string_translation=False)
    attachment_ids = fields.Many2many("ir.attachment", string="Documents", readonly=True)
    documents = fields.Json(
        "List of documents", readonly=True, help="Name and SHA-256 of each document, as it was when it was sent."
    )
    facts = fields.Json(readonly=True, export_string_translation=False)
    checksum = fields.Char("SHA-256", readonly=True, help="Of all that the client is asked to confirm.")
    version = fields.Integer(readonly=True, default=1)
    res_model = fields.Char("Confirmed model", required=True, readonly=True, export_string_translation=False)
    res_id = fields.Many2oneReference(
        "Confirmed record", model_field="res_model", required=True, readonly=True, export_string_translation=False
    )
    access_token = fields.Char(copy=False, readonly=True, groups=fields.NO_ACCESS)
    token_until = fields.Datetime("Link valid until", readonly=True, copy=False)
    sent_on = fields.Datetime("Sent on", readonly=True)
    sent_by_id = fields.Many2one("res.users", string="Sent by", readonly=True, ondelete="restrict")
    answered_on = fields.Datetime("Answered on", readonly=True)
    answered_by_id = fields.Many2one("res.partner", string="Answered by", readonly=True, ondelete="restrict")
    answer_note = fields.Text("Remarks", readonly=True, help="The client's remarks, or why it refuses.")
    identified_by = fields.Selection(
        [("login", "Portal login"), ("link", "Link in the mail")], string="Identified by", readonly=True
    )
    signed_name = fields.Char("Name given", readonly=True)
    signature = fields.Image(readonly=True, max_width=1024, max_height=1024)
    withdrawn_reason = fields.Char("Why it was withdrawn", readonly=True)
    pdf_id = fields.Many2one("ir.attachment", string="Signed document", readonly=True, ondelete="restrict")
    asked_on = fields.Datetime("Last asked on", readonly=True)
    reminder_count = fields.Integer("Reminders", readonly=True)
    reminder_base = fields.Integer(readonly=True, export_string_translation=False)
    can_send = fields.Boolean(compute="_compute_can_send", export_string_translation=False)
    event_ids = fields.One2many("project.signoff.event", "signoff_id", string="Events", readonly=True)

    _one_waiting = models.UniqueIndex(
        "(project_id, kind_id, res_model, res_id) WHERE state = 'sent'", "The client is asked for this already."
    )
    _frozen_when_sent = models.Constraint(
        "CHECK(state IN ('draft', 'withdrawn') OR (checksum IS NOT NULL AND sent_on IS NOT NULL"
        " AND deadline IS NOT NULL))",
        "What is sent has a deadline and a checksum.",
    )
    _answer_complete = models.Constraint(
        "CHECK(state NOT IN ('confirmed', 'remarks', 'refused') OR (answered_on IS NOT NULL"
        " AND identified_by IS NOT NULL))",
        "An answer says when it came, and from whom.",
    )
    _words_given = models.Constraint(
        "CHECK(state NOT IN ('remarks', 'refused') OR answer_note IS NOT NULL)", "Remarks and refusals have a text."
    )

    # === COMPUTE METHODS === #

    @api.depends("state")
    def _compute_is_confirmed(self):
        for signoff in self:
            signoff.is_confirmed = signoff.state in ("confirmed", "remarks")

    @api.depends("state", "deadline")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for signoff in self:
            signoff.is_late = signoff.state == "sent" and signoff.deadline < today

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("state", "=", "sent"), ("deadline", "<", fields.Date.context_today(self))]

    @api.depends("name", "version", "project_id.name")
    def _compute_display_name(self):
        for signoff in self:
            name = signoff.name or ""
            signoff.display_name = name if signoff.version < 2 else f"{name} (v{signoff.version})"

    @api.depends("project_id.user_id")
    @api.depends_context("uid")
    def _compute_can_send(self):
        for signoff in self:
            signoff.can_send = signoff.project_id._is_lifecycle_consultant()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Sign-offs are asked for by actions, which freeze what they show.

        :raises AccessError: if a user creates one, by RPC or import
        """
        if not self.env.su:
            raise AccessError(self.env._("Ask for a sign-off on the project, or on what is to be confirmed."))
        return super().create(vals_list)

    def write(self, vals):
        """Keep what was sent, and what was answered.

        :raises UserError: whoever changes it
        """
        self._check_frozen(vals)
        return super().write(vals)

    def copy_data(self, default=None):
        """Refuse: nobody confirms a copy.

        :raises UserError: whoever copies a sign-off
        """
        if self:
            raise UserError(self.env._("Ask for a new version instead of copying a sign-off."))
        return super().copy_data(default=default)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        kept = self.filtered(lambda signoff: signoff.state != "draft")
        if kept:
            raise UserError(
                self.env._(
                    "%(signoffs)s: what the client was asked stays. Withdraw it if it shall not be answered.",
                    signoffs=", ".join(kept[:5].mapped("display_name")),
                )
            )

    # === ACTIONS === #

    def action_send(self):
        """Freeze these drafts and send them to their signers.

        :raises AccessError: if the user is not the consultant of one of the projects
        :raises UserError: if one is no draft, shows nothing, or if its signer has no address
        """
        self._check_may_send()
        for signoff in self:
            if signoff.state != "draft":
                raise UserError(self.env._("%(signoff)s was sent already.", signoff=signoff.display_name))
            signoff.sudo()._send()

    def action_withdraw(self, reason=False):
        """Take these requests back: the client sees that they were withdrawn.

        :param str reason: why, for us; may be empty
        :raises AccessError: if the user is not the consultant of one of the projects
        :raises UserError: if one was answered
        """
        self._check_may_send()
        self.sudo()._withdraw((reason or "").strip() or self.env._("Withdrawn by %(user)s", user=self.env.user.name))

    def action_discard(self):
        """Delete these drafts, and show the other sign-offs of their project.

        :raises AccessError: if the user is not the consultant of one of the projects
        :raises UserError: if one was sent
        """
        self._check_may_send()
        action = self.project_id[:1].action_view_signoffs()
        self.sudo().unlink()
        return action

    def action_new_version(self):
        """Ask for the same anew, in the dialog; what waits is replaced when the new version is sent.

        :raises AccessError: if the user is not the consultant of the project
        """
        self.ensure_one()
        action = self.project_id.action_request_signoff()
        defaults = {
            "default_kind_id": self.kind_id.id,
            "default_res_model": self.res_model,
            "default_res_id": self.res_id,
        }
        if self.is_own_content:
            defaults["default_content"] = self.content
        return {**action, "context": {**action["context"], **defaults}}

    def action_view_page(self):
        """Show the page of the client, which nobody of us can answer."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self._get_client_url(), "target": "new"}

    def action_download(self):
        """Download the signed document."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/web/content/{self.pdf_id.id}?download=true", "target": "self"}

    # === BUSINESS METHODS === #

    def _check_may_send(self):
        if not self.env.su:
            self.project_id._check_lifecycle_consultant()

    def _get_target(self):
        """Return the record that is confirmed, with the superuser's rights; the project if it is gone.

        :rtype: project.signoff.target.mixin
        """
        self.ensure_one()
        target = self.env[self.res_model].sudo().browse(self.res_id).exists() if self.res_model in self.env else None
        return target or self.project_id.sudo()

    def _prepare_client_row(self):
        """Return what lists of the client's pages show of one sign-off; called with the superuser's rights.

        :rtype: dict
        """
        self.ensure_one()
        labels = dict(self._fields["state"]._description_selection(self.env))
        url = self._get_client_url()
        return {
            "name": self.name,
            "version": self.version,
            "project": self.project_id.name,
            "url": url,
            "state": self.state,
            "state_name": labels[self.state],
            "is_late": self.is_late,
            "deadline": self.deadline,
            "person": self.partner_id.name,
            "answered_on": self.answered_on,
            "pdf_url": f"{url}/documents/{self.pdf_id.id}" if self.pdf_id else "",
        }

    def _follow_criteria(self):
        """Work out again the criteria that ask for sign-offs of these kinds."""
        if self:
            self.env["project.checklist.item"].sudo().search(
                [
                    ("project_id", "in", self.project_id.ids),
                    ("kind", "=", "signoff"),
                    ("signoff_kind_id", "in", self.kind_id.ids),
                ]
            )._refresh()

    def _mail_get_partner_fields(self, introspect_fields=False):
        # what we say about a sign-off stays between us: the client gets the request, and the page
        return []
