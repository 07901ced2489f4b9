from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import is_html_empty

from ..logic.signoff import get_document_digest, get_signoff_digest
from .project_signoff_kind import LEVELS

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


class ProjectSignoff(models.Model):
    """One thing that the client is asked to confirm, frozen when it is asked."""

    _name = "project.signoff"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
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

    @api.model
    def _request(
        self, project, kind_code, record=None, partner=None, deadline=None, content=None, attachments=None, name=None
    ):
        """Ask somebody of the client to confirm something, and send it.

        What waits for the same is withdrawn and replaced by this new version.

        :param project.project project: where
        :param str kind_code: a code of ``project.signoff.kind``
        :param record: what is confirmed (a model of ``project.signoff.target.mixin``); what the kind says, else the
            project, if not given
        :param res.partner partner: who is asked; the SPOC, else the customer, if not given
        :param date deadline: until when; the days of the kind from today on if not given
        :param Markup content: what the client reads, instead of what the record shows
        :param ir.attachment attachments: the documents, instead of those of the record
        :param str name: what is confirmed, in a few words; the name of the kind if not given
        :raises AccessError: if the user is not the consultant of the project
        :raises UserError: if there is nothing to confirm, or nobody who can be asked
        :rtype: project.signoff
        """
        signoff = self._create_draft(project, kind_code, record, partner, deadline, content, attachments, name)
        signoff.sudo()._send()
        return signoff

    @api.model
    def _create_draft(
        self, project, kind_code, record=None, partner=None, deadline=None, content=None, attachments=None, name=None
    ):
        """Prepare a sign-off that is not sent yet; the parameters are those of ``_request``.

        :rtype: project.signoff
        """
        project.ensure_one()
        if not self.env.su:
            project._check_lifecycle_consultant()
        if attachments:
            attachments.check_access("read")
        kind = self.env["project.signoff.kind"].sudo().search([("code", "=", kind_code)])
        if not kind:
            raise UserError(self.env._("There is no kind of sign-off %(code)s, or it is archived.", code=kind_code))
        record = record or project._get_signoff_target(kind)
        partner = partner or project.sudo()._get_session_partners()[:1].sudo(self.env.su)
        self._check_signer(project, partner)
        own = content is not None and not is_html_empty(content)
        # who may ask was checked above
        signoff = self.sudo().create(
            {
                "project_id": project.id,
                "kind_id": kind.id,
                "level": kind.level,
                "name": name or kind.with_context(lang=project._get_client_language()).name,
                "partner_id": partner.id,
                "deadline": deadline,
                "content": content if own else False,
                "is_own_content": own,
                "attachment_ids": [(6, 0, attachments.ids if attachments else [])],
                "res_model": record._name,
                "res_id": record.id,
                "version": 1 + max(self._get_chain(project, kind, record).mapped("version"), default=0),
            }
        )
        return signoff.with_env(self.env)

    @api.model
    def _get_chain(self, project, kind, record):
        """Return all versions of one thing that was or is to be confirmed.

        :rtype: project.signoff
        """
        return self.sudo().search(
            [
                ("project_id", "=", project.id),
                ("kind_id", "=", kind.id),
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
            ]
        )

    @api.model
    def _check_signer(self, project, partner):
        """Check that somebody of the client may be asked.

        :raises UserError: naming the person
        """
        if not partner:
            raise UserError(
                self.env._(
                    "Nobody of the client is known on the project %(project)s: name its SPOC.", project=project.name
                )
            )
        if partner not in self._get_possible_signers(project):
            raise UserError(
                self.env._(
                    "%(person)s is not among the client's people of %(project)s. Add the person there first.",
                    person=partner.sudo().display_name,
                    project=project.name,
                )
            )
        if not partner.sudo().email:
            raise UserError(
                self.env._("%(person)s has no mail address: enter it first.", person=partner.sudo().display_name)
            )

    @api.model
    def _get_possible_signers(self, project):
        """Return who of the client may be asked on a project: override to add some.

        :rtype: res.partner
        """
        project = project.sudo()
        people = project.stakeholder_ids.filtered(lambda person: person.side == "client" and person._is_current())
        return (project.spoc_id | people.partner_id | project.partner_id).sudo(self.env.su)

    def _check_may_send(self):
        if not self.env.su:
            self.project_id._check_lifecycle_consultant()

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

    def _get_target(self):
        """Return the record that is confirmed, with the superuser's rights; the project if it is gone.

        :rtype: project.signoff.target.mixin
        """
        self.ensure_one()
        target = self.env[self.res_model].sudo().browse(self.res_id).exists() if self.res_model in self.env else None
        return target or self.project_id.sudo()

    def _send(self):
        """Freeze one draft and mail it; called with the superuser's rights, after the user was checked."""
        self.ensure_one()
        project = self.project_id
        self._check_signer(project, self.partner_id)
        values = self._prepare_frozen()
        older = self._get_chain(project, self.kind_id, self._get_target()) - self
        older.filtered(lambda it: it.state == "draft").unlink()
        older = older.exists()
        older.filtered(lambda it: it.state == "sent")._withdraw(
            self.env._("Replaced by version %(version)s", version=self.version)
        )
        older.is_superseded = True
        self._renew_token(values["deadline"])
        # the database sees the older ones go before this one waits in their place
        self.flush_model()
        self.write({**values, "state": "sent"})
        self.flush_recordset()
        self.message_subscribe(partner_ids=project._get_lifecycle_leads().partner_id.ids)
        self.env["project.signoff.event"]._record(
            self, "sent", partner_id=self.env.user.partner_id.id, identified_by="us", note=self.partner_id.email
        )
        self._mail_signer()
        older._follow_criteria()

    def _prepare_frozen(self):
        """Return what is frozen when one draft is sent: texts in the signer's language, copies of the documents.

        :raises UserError: if there is nothing to confirm
        :rtype: dict
        """
        self.ensure_one()
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
        today = fields.Date.context_today(self)
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
        return {
            "checksum": self._get_checksum(),
            "deadline": max(self.deadline or today + timedelta(days=kind.answer_days), today),
            "sent_on": fields.Datetime.now(),
            "asked_on": fields.Datetime.now(),
            "sent_by_id": self.env.uid,
        }

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

    def _get_signer_language(self):
        self.ensure_one()
        installed = dict(self.env["res.lang"].get_installed())
        lang = self.partner_id.lang
        return lang if lang in installed else self.project_id._get_client_language()

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
