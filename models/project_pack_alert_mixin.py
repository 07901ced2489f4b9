from odoo import models

ALERT = "project_lifecycle.mail_activity_type_pack_alert"
ALERT_MAIL = "project_lifecycle.mail_template_pack_alert"


class ProjectPackAlertMixin(models.AbstractModel):
    """Who is told that a pack has reached one of the shares of its company."""

    _name = "project.pack.alert.mixin"
    _description = "Alerts of a Pack"

    def _alert(self, share, ledger):
        """Tell the consultant and the salesperson that a pack has reached a share; the client if the company wants it.

        :param int share: percent
        :param PackLedger ledger: of the project
        """
        self.ensure_one()
        company = self._get_alert_company()
        users = (self.project_id.user_id | self.salesperson_id).filtered(lambda user: user.active and not user.share)
        for user in users:
            note = self.with_context(lang=user.lang or self.env.lang)
            note.activity_schedule(
                ALERT,
                user_id=user.id,
                summary=note.env._("%(share)s%% of %(pack)s used", share=share, pack=self.name),
                note=note.env._(
                    "%(project)s: %(left)s left. Prepare the next pack in time.",
                    project=self.project_id.name,
                    left=note._format_hours(ledger.total, company),
                ),
            )
        if company.pack_alert_mail:
            self._mail_alert(share, ledger)

    def _withdraw_alerts(self):
        """Close the alerts of a pack that has grown below the share it had reached: they are not true any more."""
        for user, alerts in self.activity_search([ALERT]).grouped("user_id").items():
            alerts = alerts.with_context(lang=user.lang or self.env.lang)
            alerts.action_feedback(feedback=alerts.env._("There is more left again."))

    def _mail_alert(self, share, ledger):
        """Tell the client what is left, through the mail queue and in the client's language; logged on the project.

        The SPOC is told, or the customer of a project without one. Nobody is told who has no address.

        :param int share: percent
        :param PackLedger ledger: of the project
        """
        project = self.project_id
        template = self.env.ref(ALERT_MAIL, raise_if_not_found=False)
        recipient = project.spoc_id or project.partner_id
        if not template or not recipient.email:
            return
        lang = recipient.lang or project.partner_id.lang or self.env.lang
        told = self.with_context(lang=lang)
        left = told._format_hours(max(ledger.total, 0.0), self._get_alert_company())
        name = self._get_client_names()[self.id]
        template.sudo().with_context(pack_share=share, pack_left=left, pack_name=name).send_mail(
            self.id,
            email_values=project._prepare_client_mail_values(),
            email_layout_xmlid="mail.mail_notification_light",
        )

    def _get_alert_company(self):
        return (self.company_id or self.env.company).sudo()
