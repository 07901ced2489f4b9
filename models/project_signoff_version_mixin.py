from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError

from ..logic.signoff import get_document_digest


class ProjectSignoffVersionMixin(models.AbstractModel):
    """How a sign-off is taken back, and how the next version takes its place."""

    _name = "project.signoff.version.mixin"
    _description = "Versions of a Sign-off"

    def _withdraw(self, reason):
        """Take requests back; called with the superuser's rights, after the user was checked.

        :param str reason: why, for us
        :raises UserError: if one was answered
        """
        for signoff in self:
            if signoff.state not in ("draft", "sent"):
                raise UserError(
                    self.env._("%(signoff)s was answered or withdrawn already.", signoff=signoff.display_name)
                )
        self.write({"state": "withdrawn", "withdrawn_reason": reason})
        self.env["project.signoff.event"]._record(
            self,
            "withdrawn",
            partner_id=self.env.user.partner_id.id,
            identified_by="odoo" if self.env.uid == SUPERUSER_ID else "us",
            note=reason,
        )
        for signoff in self:
            signoff.message_post(body=self.env._("Withdrawn: %(reason)s", reason=reason))
            signoff._get_target()._on_signoff_withdrawn(signoff)
        self._follow_criteria()

    def _withdraw_changed(self):
        """Withdraw those of these requests that show something else by now; a draft of the new version takes over."""
        for signoff in self.filtered(lambda it: it.state == "sent" and it.source_digest):
            if get_document_digest(str(signoff._render_source()).encode()) != signoff.source_digest:
                signoff._withdraw(self.env._("What it shows has changed"))
                signoff._renew(signoff.partner_id)

    def _withdraw_outdated(self):
        """Withdraw those of these requests whose content is made of records that say something else by now."""
        self.filtered(
            lambda it: it.state == "sent" and it.kind_code in it._get_target()._get_signoff_live_codes()
        )._withdraw_changed()

    @api.model
    def _cron_withdraw_outdated(self):
        """Look once a day whether the requests that wait still show what is true."""
        waiting = self.search([("state", "=", "sent"), ("source_digest", "!=", False)])
        self.env["ir.cron"]._commit_progress(remaining=len(waiting))
        for signoff in waiting:
            # whoever answers at this moment is asked the same before the answer is taken
            if signoff.try_lock_for_update():
                signoff._withdraw_outdated()
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _withdraw_orphans(self):
        """Withdraw those of these requests whose signer has lost the role; the new SPOC is to be asked instead."""
        for signoff in self:
            if signoff._is_addressee_present():
                continue
            signoff._withdraw(
                self.env._("%(person)s does not speak for the client any more", person=signoff.partner_id.name)
            )
            if signoff.is_for_spoc and signoff.project_id.spoc_id:
                signoff._renew(signoff.project_id.spoc_id)

    def _renew(self, partner):
        """Prepare the next version of one sign-off, for the consultant to send.

        :param res.partner partner: who is asked then
        :rtype: project.signoff
        """
        self.ensure_one()
        draft = self.create(
            {
                "project_id": self.project_id.id,
                "kind_id": self.kind_id.id,
                "level": self.kind_id.level,
                "name": self.name,
                "partner_id": partner.id,
                "content": self.content if self.is_own_content else False,
                "is_own_content": self.is_own_content,
                "res_model": self.res_model,
                "res_id": self.res_id,
                "version": 1
                + max(self._get_chain(self.project_id, self.kind_id, self._get_target()).mapped("version")),
            }
        )
        if self.is_own_content or not self.source_digest:
            draft.attachment_ids = draft._freeze_documents(self.attachment_ids)
        draft._plan_sending()
        return draft

    def _plan_sending(self):
        """Let the consultant of one draft know that it waits to be sent."""
        self.ensure_one()
        consultant = self.project_id.user_id
        if consultant:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=consultant.id,
                summary=self.env._("Send the new version"),
                automated=True,
            )
