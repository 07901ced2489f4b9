from odoo import api, fields, models
from odoo.tools import is_html_empty


class ProjectSignoffRequest(models.TransientModel):
    """Ask the client to confirm something: what is sent stands in the dialog before it is sent."""

    _name = "project.signoff.request"
    _description = "Ask for a Sign-off"

    project_id = fields.Many2one("project.project", required=True, readonly=True, ondelete="cascade")
    kind_id = fields.Many2one("project.signoff.kind", string="What", required=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner",
        string="Who",
        compute="_compute_partner_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        ondelete="cascade",
    )
    possible_partner_ids = fields.Many2many("res.partner", compute="_compute_possible_partner_ids")
    deadline = fields.Date(
        "Answer until", compute="_compute_deadline", store=True, precompute=True, readonly=False, required=True
    )
    level = fields.Selection(related="kind_id.level", string="How")
    introduction = fields.Text(compute="_compute_preview")
    statement = fields.Text("What the signer states", compute="_compute_preview")
    preview = fields.Html(compute="_compute_preview")
    document_ids = fields.Many2many(
        "ir.attachment",
        "project_signoff_request_document_rel",
        string="Documents that belong to it",
        compute="_compute_preview",
    )
    content = fields.Html(help="What the client is to confirm, if it does not all stand in the documents.")
    attachment_ids = fields.Many2many("ir.attachment", string="Documents")
    # what is confirmed, if it is not what the kind says
    res_model = fields.Char(readonly=True)
    res_id = fields.Integer(readonly=True)
    waiting_id = fields.Many2one("project.signoff", compute="_compute_waiting_id")

    # === COMPUTE METHODS === #

    @api.depends("project_id")
    def _compute_partner_id(self):
        self.project_id._origin.sudo(False).check_access("read")
        for wizard in self:
            wizard.partner_id = wizard.project_id.sudo()._get_session_partners()[:1]

    @api.depends("project_id")
    def _compute_possible_partner_ids(self):
        Signoff = self.env["project.signoff"]
        self.project_id._origin.sudo(False).check_access("read")
        for wizard in self:
            wizard.possible_partner_ids = Signoff._get_possible_signers(wizard.project_id)

    @api.depends("kind_id")
    def _compute_deadline(self):
        today = fields.Date.context_today(self)
        for wizard in self:
            wizard.deadline = fields.Date.add(today, days=wizard.kind_id.answer_days)

    @api.depends("kind_id", "project_id", "partner_id")
    def _compute_preview(self):
        self.project_id._origin.sudo(False).check_access("read")
        for wizard in self:
            project = wizard.project_id
            if not project or not wizard.kind_id:
                wizard.update({"introduction": False, "statement": False, "preview": False, "document_ids": False})
                continue
            lang = wizard.partner_id.sudo().lang or project._get_client_language()
            kind = wizard.kind_id.with_context(lang=lang)
            # the consultant sees what the client is going to see, and may not see more by it
            target = wizard._get_target(kind).sudo().with_context(lang=lang)
            wizard.introduction = kind.introduction
            wizard.statement = kind.statement
            wizard.preview = target._get_signoff_content(kind)
            wizard.document_ids = target._get_signoff_attachments(kind)

    @api.depends("kind_id", "project_id")
    def _compute_waiting_id(self):
        for wizard in self:
            waiting = [
                ("project_id", "=", wizard.project_id.id),
                ("kind_id", "=", wizard.kind_id.id),
                ("state", "=", "sent"),
            ]
            wizard.waiting_id = self.env["project.signoff"].search(waiting, limit=1)

    def _get_target(self, kind):
        """Return the record that is confirmed, if the user may read it.

        :rtype: project.signoff.target.mixin
        """
        if self.res_model and self.res_id:
            record = self.env[self.res_model].browse(self.res_id)
            record.check_access("read")
            return record
        return self.project_id._get_signoff_target(kind)

    # === ACTIONS === #

    def action_send(self):
        """Send the request, and show it.

        :raises AccessError: if the user is not the consultant of the project
        :raises UserError: if there is nothing to confirm, or nobody who can be asked
        """
        self.ensure_one()
        has_own = not is_html_empty(self.content) and is_html_empty(self.preview)
        attachments = self.attachment_ids | self.document_ids if self.attachment_ids else None
        signoff = self.env["project.signoff"]._request(
            self.project_id,
            self.kind_id.code,
            record=self._get_target(self.kind_id),
            partner=self.partner_id,
            deadline=self.deadline,
            content=self.content if has_own else None,
            attachments=attachments,
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "project.signoff",
            "res_id": signoff.id,
            "views": [(False, "form")],
        }
