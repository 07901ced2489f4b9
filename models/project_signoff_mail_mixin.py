import secrets
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..logic.signoff import count_due_reminders, get_reminder_dates

# how long the link in the mail works after the deadline
LINK_DAYS = 30
REMINDER_BATCH = 100
HIDDEN = "…"


class ProjectSignoffMailMixin(models.AbstractModel):
    """How a sign-off reaches its signer: the mail, once; sent again on purpose; reminders on a schedule."""

    _name = "project.signoff.mail.mixin"
    _description = "Mails of a Sign-off"

    # === ACTIONS === #

    def action_resend(self):
        """Send these requests again: same document, a link that works; a deadline that is over starts anew.

        :raises AccessError: if the user is not the consultant of one of the projects
        :raises UserError: if one does not wait for its answer
        """
        self._check_may_send()
        today = fields.Date.context_today(self)
        for signoff in self.sudo():
            if signoff.state != "sent":
                raise UserError(self.env._("%(signoff)s does not wait for an answer.", signoff=signoff.display_name))
            self._check_signer(signoff.project_id, signoff.partner_id)
            deadline = signoff.deadline
            if deadline < today:
                deadline = today + timedelta(days=signoff.kind_id.answer_days)
            signoff._renew_token(deadline)
            signoff.write(
                {"deadline": deadline, "asked_on": fields.Datetime.now(), "reminder_base": signoff.reminder_count}
            )
            self.env["project.signoff.event"]._record(
                signoff,
                "resent",
                partner_id=self.env.user.partner_id.id,
                identified_by="us",
                note=signoff.partner_id.email,
            )
            signoff._mail_signer()

    # === LINKS === #

    def _renew_token(self, deadline):
        """Give one sign-off a link for its mail that works until some time after the deadline.

        A link that was mailed before stays the same, and works longer.
        """
        self.ensure_one()
        self.write(
            {
                "access_token": self.access_token or secrets.token_urlsafe(32),
                "token_until": datetime.combine(deadline + timedelta(days=LINK_DAYS), time.max).replace(microsecond=0),
            }
        )

    def _get_client_url(self):
        """Return where the client answers one sign-off after the login.

        :rtype: str
        """
        self.ensure_one()
        return f"/my/signoffs/{self.id}"

    def _get_portal_link(self):
        """Return the whole address of the page, for mails."""
        return self.get_base_url() + self._get_client_url()

    def _get_token_link(self):
        """Return the whole address of the page that needs no login; it opens this one document only."""
        self.ensure_one()
        return f"{self._get_portal_link()}?access_token={self.sudo().access_token}"

    # === MAILS === #

    def _mail_signer(self, template="project_lifecycle.mail_template_signoff"):
        """Mail one sign-off to its signer, in the signer's language, through the mail queue.

        What stays in the chatter does not show the link: whoever has it answers in the signer's name.

        :param str template: xmlid of the mail template
        """
        self.ensure_one()
        template = self.env.ref(template, raise_if_not_found=False)
        if not template:
            return
        signoff = self.sudo()
        mail_id = template.sudo().send_mail(
            signoff.id,
            # a reply stands among the messages of the sign-off
            email_values={
                "is_notification": True,
                "auto_delete": True,
                "reply_to": signoff._notify_get_reply_to(default=signoff.sent_by_id.email_formatted)[signoff.id],
            },
            email_layout_xmlid="mail.mail_notification_light",
        )
        mail = self.env["mail.mail"].sudo().browse(mail_id)
        message = mail.mail_message_id
        message.body = message.body.replace(signoff.access_token, HIDDEN)

    # === REMINDERS === #

    @api.model
    def _cron_remind(self):
        """Remind signers that have not answered; each reminder is sent once, late ones together as one.

        Called every day. A job that was cut short goes on where it stopped: each reminder has its event.
        """
        waiting = self.search([("state", "=", "sent"), ("project_id.active", "=", True)], order="id")
        due = waiting.filtered(lambda signoff: signoff._count_due_reminders() > signoff.reminder_count)
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for signoff in due[:REMINDER_BATCH]:
            # whoever answers at this moment needs no reminder
            if signoff.try_lock_for_update() and signoff.state == "sent":
                signoff._remind()
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _count_due_reminders(self):
        """Return how many reminders one sign-off should have had by today; they count anew when it is sent again."""
        self.ensure_one()
        kind = self.kind_id
        dates = get_reminder_dates(
            self.asked_on.date(), self.deadline, kind.reminder_days_before, kind.reminder_interval, kind.reminder_limit
        )
        return self.reminder_base + count_due_reminders(fields.Date.context_today(self), dates)

    def _remind(self):
        self.ensure_one()
        if not self._is_addressee_present() or not self.partner_id.email:
            return
        number = self._count_due_reminders()
        self.reminder_count = number
        self.env["project.signoff.event"]._record(self, "reminded", number=number, note=self.partner_id.email)
        self._mail_signer("project_lifecycle.mail_template_signoff_reminder")
