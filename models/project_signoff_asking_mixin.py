from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty


class ProjectSignoffAskingMixin(models.AbstractModel):
    """Who of the client is asked to confirm what: the draft of a sign-off, its versions, and how it is sent."""

    _name = "project.signoff.asking.mixin"
    _description = "Asking for a Sign-off"

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

    def _get_signer_language(self):
        self.ensure_one()
        installed = dict(self.env["res.lang"].get_installed())
        lang = self.partner_id.lang
        return lang if lang in installed else self.project_id._get_client_language()
