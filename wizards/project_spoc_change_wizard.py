from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.project_portal_invite_mixin import SHARED


class ProjectSpocChangeWizard(models.TransientModel):
    _name = "project.spoc.change.wizard"
    _description = "Change the SPOC"

    project_id = fields.Many2one("project.project", required=True, readonly=True, ondelete="cascade")
    commercial_partner_id = fields.Many2one(
        related="project_id.partner_id.commercial_partner_id", string="Customer", export_string_translation=False
    )
    old_partner_id = fields.Many2one("res.partner", string="Present SPOC", compute="_compute_old_partner_id")
    new_partner_id = fields.Many2one("res.partner", string="New SPOC", required=True, ondelete="cascade")
    date = fields.Date("From", required=True, default=lambda self: fields.Date.context_today(self))
    reason = fields.Text(required=True)
    delay_days = fields.Integer("Expected delay", help="In working days: how much later the project is ready.")
    reading_list = fields.Html(compute="_compute_reading_list", sanitize=False)
    is_mailed = fields.Boolean(
        "Mail to the new SPOC", compute="_compute_is_mailed", store=True, readonly=False, precompute=True
    )

    may_be_invited = fields.Boolean(compute="_compute_may_be_invited", export_string_translation=False)
    is_invited = fields.Boolean(
        "Invite to the portal",
        compute="_compute_is_invited",
        store=True,
        readonly=False,
        help="The new SPOC gets a login, and Odoo's mail with the way to set a password.",
    )

    _delay_positive = models.Constraint("CHECK(delay_days >= 0)", "The expected delay is 0 or more working days.")

    @api.depends("project_id")
    def _compute_old_partner_id(self):
        for wizard in self:
            wizard.old_partner_id = wizard.project_id.spoc_id

    @api.depends("project_id")
    def _compute_reading_list(self):
        self.project_id.check_access("read")
        for wizard in self:
            wizard.reading_list = wizard.project_id._render_reading_list() if wizard.project_id else False

    @api.depends("new_partner_id")
    def _compute_is_mailed(self):
        for wizard in self:
            wizard.is_mailed = bool(wizard.new_partner_id.email)

    @api.depends("new_partner_id", "project_id")
    def _compute_may_be_invited(self):
        for wizard in self:
            project = wizard.project_id
            is_shared = project.privacy_visibility in SHARED or project._has_portal_access(project.spoc_id)
            wizard.may_be_invited = is_shared and project._may_be_invited(wizard.new_partner_id)

    @api.depends("new_partner_id", "project_id")
    def _compute_is_invited(self):
        for wizard in self:
            had_access = wizard.project_id._has_portal_access(wizard.project_id.spoc_id)
            wizard.is_invited = wizard.may_be_invited and had_access and bool(wizard.new_partner_id.email)

    def action_change(self):
        """Replace the SPOC, keep a record of it, and tell the new one.

        :raises AccessError: if the user is not the consultant of the project
        :raises UserError: if the day lies in the future, or the new SPOC has no address for mail or invitation
        """
        self.ensure_one()
        if self.date > fields.Date.context_today(self):
            raise UserError(self.env._("Change the SPOC on the day it happens: %(date)s is to come.", date=self.date))
        if self.is_mailed and not self.new_partner_id.email:
            raise UserError(
                self.env._(
                    "%(person)s has no e-mail address: enter one, or untick the mail.",
                    person=self.new_partner_id.display_name,
                )
            )
        self.project_id._change_spoc(
            self.new_partner_id,
            self.reason,
            self.delay_days,
            date=self.date,
            is_mailed=self.is_mailed,
            is_invited=self.is_invited,
        )
        return {"type": "ir.actions.act_window_close"}
