from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.misc import clean_context

# visibilities of a project in which clients read it in the portal
SHARED = ("invited_users", "portal")


class ProjectPortalInviteMixin(models.AbstractModel):
    """The way of a SPOC into the portal: invited by Odoo's own mail, on purpose, by the consultant."""

    _name = "project.portal.invite.mixin"
    _description = "Invitation to the Portal"

    is_spoc_to_invite = fields.Boolean(
        compute="_compute_is_spoc_to_invite", groups="base.group_user", export_string_translation=False
    )

    @api.depends("spoc_id", "privacy_visibility", "message_partner_ids")
    def _compute_is_spoc_to_invite(self):
        for project in self.sudo():
            spoc = project.spoc_id
            project.is_spoc_to_invite = (
                spoc
                and project.privacy_visibility in SHARED
                and (project._may_be_invited(spoc) or spoc not in project.message_partner_ids)
            )

    # === ACTIONS === #

    def action_invite_spoc(self):
        """Let the SPOC read the project in the portal: invited there, if nobody has been, and a follower.

        :raises AccessError: if the current user is not the consultant of the project
        :raises UserError: without a SPOC, or if there is no address to which the invitation goes
        """
        self.ensure_one()
        self._check_lifecycle_consultant()
        spoc = self.sudo().spoc_id
        if not spoc:
            raise UserError(self.env._("%(project)s has no SPOC yet: name one.", project=self.name))
        # the consultant was checked above, and may not write the project
        self.sudo().message_subscribe(partner_ids=spoc.ids)
        self._invite_to_portal(spoc)

    # === BUSINESS METHODS === #

    @api.model
    def _may_be_invited(self, partner):
        """Tell whether somebody has no login, neither one of ours nor one that was taken away again.

        :param res.partner partner: the person, may be empty
        :rtype: bool
        """
        # a login that was archived is an administrator's to give back
        return bool(partner) and not partner.sudo().with_context(active_test=False).user_ids

    @api.model
    def _has_portal_access(self, partner):
        """Tell whether somebody of the client logs in to the portal.

        :param res.partner partner: the person, may be empty
        :rtype: bool
        """
        return any(user.active and user._is_portal() for user in partner.sudo().user_ids)

    def _invite_to_portal(self, partner):
        """Invite a contact of the project's customer to the portal; whoever has a login already is left alone.

        Only administrators of contacts may open Odoo's own dialog: the callers check that the user is the consultant
        of this project.

        :param res.partner partner: the person
        :raises ValidationError: if it is no contact of the customer
        :raises UserError: by Odoo, without a valid e-mail address, or if another login has the same
        """
        self.ensure_one()
        self._check_is_contact(partner)
        if not self._may_be_invited(partner):
            return
        company = self.sudo().company_id or self.env.company
        env = self.env(context=clean_context(self.env.context), su=True)
        wizard = env["portal.wizard"].with_company(company).create({"partner_ids": [Command.set(partner.ids)]})
        wizard.user_ids.action_grant_access()
