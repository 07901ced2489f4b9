from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

MAIL = "project_lifecycle.mail_template_satisfaction"
# a question that is still open is not asked again so soon
OPEN_DAYS = 30


class ProjectSatisfactionRequest(models.Model):
    """One question to a client how satisfied it is, with the answer: Odoo's rating, without a parent.

    A rating of the project would count in Odoo's score of the tasks of the last 30 days.
    """

    _name = "project.satisfaction.request"
    _description = "Satisfaction Request"
    _inherit = ["rating.mixin"]
    _order = "sent_on desc, id desc"
    _rec_name = "project_id"

    project_id = fields.Many2one("project.project", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="project_id.company_id")
    lifecycle_id = fields.Many2one(related="project_id.lifecycle_id", store=True, index="btree_not_null")
    partner_id = fields.Many2one("res.partner", string="Asked", required=True, readonly=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", string="Consultant", readonly=True, ondelete="restrict")
    occasion = fields.Selection(
        [("golive", "After a go-live"), ("report", "With a report"), ("closing", "At the end")],
        required=True,
        readonly=True,
    )
    step_id = fields.Many2one(
        "project.lifecycle.step", readonly=True, index="btree_not_null", ondelete="set null", string="After the stage"
    )
    update_id = fields.Many2one(
        "project.update", string="Report", readonly=True, index="btree_not_null", ondelete="set null"
    )
    sent_on = fields.Date(readonly=True, required=True)
    answered_on = fields.Datetime(readonly=True)
    score = fields.Float(readonly=True, aggregator="avg", help="From 1, unhappy, to 5, happy.")
    word = fields.Char("Answer", compute="_compute_word")
    comment = fields.Text(readonly=True)

    _once_a_step = models.UniqueIndex("(step_id, occasion) WHERE step_id IS NOT NULL", "The client was asked already.")
    _once_a_report = models.UniqueIndex("(update_id) WHERE update_id IS NOT NULL", "The client was asked already.")

    @api.depends("score", "answered_on")
    @api.depends_context("lang")
    def _compute_word(self):
        for request in self:
            request.word = self._get_word(request.score) if request.answered_on else self.env._("Not answered")

    # === RATING === #

    def rating_apply(self, rate, token=None, rating=None, feedback=None, subtype_xmlid=None, notify_delay_send=False):
        """Take over the answer of the client; it may change its mind, the last answer counts.

        Odoo's page of ratings calls it with the superuser's rights.

        :raises AccessError: for everybody else, whose answer it is not
        """
        if not self.env.su:
            raise AccessError(self.env._("The client answers by the link in its mail, nobody else does."))
        rating = super().rating_apply(
            rate,
            token=token,
            rating=rating,
            feedback=feedback,
            subtype_xmlid=subtype_xmlid,
            notify_delay_send=notify_delay_send,
        )
        self.sudo().write(
            {"score": rating.rating, "comment": rating.feedback or False, "answered_on": fields.Datetime.now()}
        )
        self.sudo().project_id._refresh_criteria()
        return rating

    # === ACTIONS === #

    def action_ask_again(self):
        """Mail the question once more, on purpose.

        :raises AccessError: if the user is not the consultant of the project
        :raises UserError: if it was answered, or there is no address
        """
        self.ensure_one()
        self.project_id._check_lifecycle_consultant()
        if self.answered_on:
            raise UserError(self.env._("%(person)s has answered already.", person=self.partner_id.name))
        if not self.partner_id.email:
            raise UserError(
                self.env._("%(person)s has no address: enter one, then ask again.", person=self.partner_id.name)
            )
        request = self.sudo()
        request.sent_on = fields.Date.context_today(self)
        request._send()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(person)s is asked again.", person=self.partner_id.name),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_word(self, score):
        """Return a score in a word, as Odoo's rating page has it."""
        if score >= 4:
            return self.env._("Happy")
        return self.env._("Neutral") if score >= 2.5 else self.env._("Unhappy")

    @api.model
    def _ask(self, project, occasion, step=None, update=None):
        """Ask the SPOC, else the customer, how satisfied it is; once an occasion, and not while a question is open.

        With a report, the mail of the report asks; otherwise one of its own does.

        :param project.project project: with the superuser's rights
        :param str occasion: ``golive``, ``report`` or ``closing``
        :param project.lifecycle.step step: after which is asked
        :param project.update update: the report that asks
        :return: the question, an open one if there is one; empty if nobody can be asked
        :rtype: project.satisfaction.request
        """
        partner = project._get_report_recipient()
        if not partner.email:
            return self.browse()
        asked = step and self.search([("step_id", "=", step.id), ("occasion", "=", occasion)], limit=1)
        if asked:
            return asked
        today = fields.Date.context_today(self)
        waiting = self._get_waiting(project, partner)
        if waiting:
            return waiting
        request = self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True).create(
            {
                "project_id": project.id,
                "partner_id": partner.id,
                "user_id": project.user_id.id,
                "occasion": occasion,
                "step_id": step.id if step else False,
                "update_id": update.id if update else False,
                "sent_on": today,
            }
        )
        if project.user_id:
            request.message_subscribe(partner_ids=project.user_id.partner_id.ids)
        if not update:
            request._send()
        return request

    @api.model
    def _get_waiting(self, project, partner):
        """Return the question that a person has not answered yet, and that is too young to be asked again."""
        since = fields.Date.context_today(self) - timedelta(days=OPEN_DAYS)
        return self.search(
            [
                ("project_id", "=", project.id),
                ("partner_id", "=", partner.id),
                ("answered_on", "=", False),
                ("sent_on", ">=", since),
            ],
            limit=1,
        )

    def _send(self):
        """Mail the question through the queue, in the language of who is asked; logged on the project."""
        template = self.env.ref(MAIL, raise_if_not_found=False)
        for request in self if template else ():
            template.sudo().send_mail(
                request.id,
                email_values=request.project_id._prepare_client_mail_values(),
                email_layout_xmlid="mail.mail_notification_light",
            )

    def _get_rating_url(self, rate):
        """Return the address under which the client answers, for mails."""
        self.ensure_one()
        return f"{self.get_base_url()}/rate/{self._rating_get_access_token()}/{rate}"
