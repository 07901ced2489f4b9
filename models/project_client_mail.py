from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

STATES = {
    "outgoing": "waiting",
    "sent": "sent",
    "received": "sent",
    "exception": "failed",
    "cancel": "cancelled",
}
MAX_RETRIES = 5
RETRY_BATCH = 100
MAIL_QUEUE = "mail.ir_cron_mail_scheduler_action"
LOST = "project_lifecycle.mail_activity_type_client_mail"


class ProjectClientMail(models.Model):
    """An official mail to the client of a project: to whom, in which words, and whether it went out (S2.132)."""

    _name = "project.client.mail"
    _description = "Mail to the Client"
    _order = "id desc"

    project_id = fields.Many2one("project.project", required=True, readonly=True, index=True, ondelete="cascade")
    kind = fields.Selection([("handoff", "Hand-off"), ("stage", "Stage")], required=True, readonly=True)
    handoff_id = fields.Many2one(
        "project.handoff", string="Hand-off", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    step_id = fields.Many2one("project.lifecycle.step", readonly=True, index="btree_not_null", ondelete="cascade")
    template_id = fields.Many2one("mail.template", string="Wording", readonly=True, ondelete="set null")
    is_repeated = fields.Boolean("Sent again", readonly=True, help="Sent again on purpose.")
    partner_id = fields.Many2one("res.partner", string="To", required=True, readonly=True, ondelete="restrict")
    email = fields.Char("Address", readonly=True)
    subject = fields.Char(readonly=True)
    body = fields.Html(readonly=True, sanitize=False)
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True, ondelete="restrict")
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    mail_id = fields.Many2one(
        "mail.mail", readonly=True, index="btree_not_null", ondelete="set null", groups="base.group_system"
    )
    state = fields.Selection(
        [("waiting", "On its way"), ("sent", "Sent"), ("failed", "Failed"), ("cancelled", "Cancelled")],
        compute="_compute_state",
        store=True,
        index=True,
        help="What the mail server said. A failed mail is tried again a few times.",
    )
    failure = fields.Char("What the mail server said", compute="_compute_state", store=True)
    retry_count = fields.Integer("Tried again", readonly=True)
    given_up_on = fields.Datetime(
        readonly=True, help="It was tried often enough: nobody tries it again but the consultant, who was told."
    )
    is_lifecycle_consultant = fields.Boolean(
        related="project_id.is_lifecycle_consultant", related_sudo=False, export_string_translation=False
    )

    _handoff_once = models.UniqueIndex(
        "(handoff_id) WHERE handoff_id IS NOT NULL AND is_repeated IS NOT TRUE", "This hand-off was mailed already."
    )
    _stage_once = models.UniqueIndex(
        "(step_id) WHERE step_id IS NOT NULL AND is_repeated IS NOT TRUE", "This stage was mailed already."
    )

    # === COMPUTE METHODS === #

    @api.depends("mail_id.state", "mail_id.failure_reason")
    def _compute_state(self):
        for mail in self:
            # a mail that was deleted from the queue stays what it was last
            mail.state = STATES.get(mail.mail_id.state) or mail.state or "waiting"
            mail.failure = (mail.mail_id.failure_reason if mail.mail_id else mail.failure) or False

    @api.depends("subject", "date")
    def _compute_display_name(self):
        for mail in self:
            mail.display_name = mail.subject or mail.project_id.name

    # === ACTIONS === #

    def action_send_again(self):
        """Send one mail again, on purpose, in its present wording and to whom it belongs now.

        :raises AccessError: if the user is not the consultant of the project
        :raises UserError: if whoever gets it has no address
        """
        self.ensure_one()
        self.project_id._check_lifecycle_consultant()
        if self.handoff_id:
            return self.handoff_id.action_send_again()
        self.project_id._mail_stage(self.sudo().step_id, is_repeated=True)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # === CRON === #

    @api.model
    def _cron_retry(self):
        """Put failed mails back into Odoo's queue, which does not try them again, a bounded number of times.

        Each mail is counted before it is tried; a run that is cut short goes on with those that failed still.
        """
        self._give_up()
        failed = self.search([("state", "=", "failed"), ("retry_count", "<", MAX_RETRIES)], order="retry_count, id")
        remaining = len(failed)
        self.env["ir.cron"]._commit_progress(remaining=remaining)
        for start in range(0, len(failed), RETRY_BATCH):
            batch = failed[start : start + RETRY_BATCH].try_lock_for_update()
            for mail in batch:
                mail.retry_count += 1
            batch.mail_id.mark_outgoing()
            self.env.flush_all()
            batch.filtered(lambda mail: not mail.mail_id).retry_count = MAX_RETRIES
            remaining -= len(failed[start : start + RETRY_BATCH])
            if not self.env["ir.cron"]._commit_progress(len(batch), remaining=remaining):
                break
        if failed:
            self.env.ref(MAIL_QUEUE)._trigger()

    @api.model
    def _give_up(self):
        """Tell the consultants of mails that were tried often enough and did not go out; each is told once."""
        lost = self.search(
            [("state", "=", "failed"), ("retry_count", ">=", MAX_RETRIES), ("given_up_on", "=", False)], order="id"
        )
        for mail in lost:
            mail._tell_lost()
        lost.given_up_on = fields.Datetime.now()

    def _tell_lost(self):
        """Give the consultant, else whoever sent it, the activity to reach the client in another way."""
        self.ensure_one()
        users = (self.project_id.user_id or self.user_id).filtered(lambda user: user.active and not user.share)
        for user in users:
            told = self._get_record().with_context(lang=user.lang or self.env.lang)
            told.activity_schedule(
                LOST,
                user_id=user.id,
                summary=told.env._("Not sent: %(subject)s", subject=self.subject or ""),
                note=told.env._(
                    "The mail to %(person)s (%(email)s) was tried %(count)s times and has not gone out: %(failure)s"
                    " Look at the address and at the mail server, then send it again; or tell the client yourself.",
                    person=self.partner_id.name or "",
                    email=self.email or "",
                    count=self.retry_count,
                    failure=self.failure or "",
                ),
            )

    # === BUSINESS METHODS === #

    def _get_record(self):
        """Return what one mail is about: its hand-off, else its project."""
        self.ensure_one()
        return self.handoff_id or self.project_id

    @api.model
    def _render_preview(self, record, template, partner, project, attached=""):
        """Return a mail as the client would get it now.

        :param record: what the template is about
        :param mail.template template: the wording
        :param res.partner partner: who would get it
        :param project.project project: what it is of
        :param str attached: what goes along with it, in words
        :rtype: markupsafe.Markup
        """
        lang = self._get_language(partner.sudo(), project.sudo())
        localized = template.sudo().with_context(lang=lang)
        values = localized._generate_template(record.ids, ("subject", "body_html"))[record.id]
        direction = self.env["res.lang"]._get_data(code=lang).direction or "ltr"
        values.update(to=partner.sudo(), attached=attached, direction=direction)
        return self.env["ir.qweb"]._render("project_lifecycle.handoff_mail_preview", values)

    @api.model
    def _send(self, record, template, partner, values, attachments=None):
        """Put an official mail into the queue, in the language of whoever gets it, and keep a record of it.

        The client reads it in the mail, not among the messages of the project, where it is logged for us.

        :param record: what the template is about
        :param mail.template template: the wording
        :param res.partner partner: who gets it, with an address
        :param dict values: of the record that is kept: project, kind, and what it belongs to
        :param list attachments: names and contents (bytes) of files
        :rtype: project.client.mail
        """
        mail = self._queue_mail(record, template, partner, self.env["project.project"].browse(values["project_id"]))
        if attachments:
            mail.attachment_ids = [
                Command.create(
                    {"name": name, "raw": content, "res_model": "mail.message", "res_id": mail.mail_message_id.id}
                )
                for name, content in attachments
            ]
        logged = self.sudo().create(
            {
                **values,
                "template_id": template.id,
                "partner_id": partner.id,
                "email": partner.email,
                "subject": mail.subject,
                "body": mail.body_html,
                "user_id": self.env.uid,
                "mail_id": mail.id,
            }
        )
        # what was said of one that did not go out is settled by this one
        logged._get_record().activity_unlink([LOST])
        self.env.ref(MAIL_QUEUE).sudo()._trigger()
        return logged

    @api.model
    def _queue_mail(self, record, template, partner, project):
        """Put a mail into the queue: to one person alone, answers go to us, nothing among the client's messages.

        :rtype: mail.mail
        """
        project = project.sudo()
        localized = template.sudo().with_context(lang=self._get_language(partner, project))
        mail_id = localized.with_company(project.company_id or self.env.company).send_mail(
            record.id,
            email_values={
                **project._prepare_client_mail_values(),
                "recipient_ids": [Command.set(partner.ids)],
                "email_to": False,
                "email_cc": False,
            },
            email_layout_xmlid="mail.mail_notification_light",
        )
        return self.env["mail.mail"].sudo().browse(mail_id)

    @api.model
    def _get_language(self, partner, project):
        installed = dict(self.env["res.lang"].get_installed())
        spoken = [lang for lang in (partner.lang, project.partner_id.lang) if lang in installed]
        return (spoken or [self.env.lang or "en_US"])[0]

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was mailed to a client stays recorded."))
