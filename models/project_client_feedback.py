from odoo import api, fields, models
from odoo.exceptions import ValidationError

ACTIVITY = "mail.mail_activity_data_todo"


class ProjectClientFeedback(models.Model):
    """What people of the client say about the results, and what becomes of it (S1.47)."""

    _name = "project.client.feedback"
    _description = "Feedback of the Client"
    _inherit = ["project.scope.record.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "told_on desc, date, id"

    name = fields.Char("Feedback", help="In the client's words.")
    date = fields.Date(required=True, default=fields.Date.context_today)
    customer_id = fields.Many2one(related="project_id.partner_id.commercial_partner_id", string="Customer")
    partner_id = fields.Many2one(
        "res.partner",
        string="From",
        required=True,
        ondelete="restrict",
        domain="[('commercial_partner_id', '=', customer_id)]",
    )
    action = fields.Text(help="What is done about it, or why nothing is.")
    user_id = fields.Many2one("res.users", string="Owner", ondelete="restrict", domain=[("share", "=", False)])
    outcome = fields.Text(help="What came of it, in words for the client.")
    told_on = fields.Date("Outcome told on", help="When the client was told the outcome.")
    state = fields.Selection(
        [("new", "New"), ("action", "In hand"), ("told", "Told to the client")], compute="_compute_state", store=True
    )

    _action_owned = models.Constraint(
        "CHECK(action IS NULL OR TRIM(action) = '' OR user_id IS NOT NULL)", "An action has an owner: say who does it."
    )
    _told_what = models.Constraint(
        "CHECK(told_on IS NULL OR (TRIM(COALESCE(action, '')) != '' AND TRIM(COALESCE(outcome, '')) != ''))",
        "Write the action and its outcome before the client is told.",
    )

    @api.depends("action", "told_on")
    def _compute_state(self):
        for feedback in self:
            feedback.state = "told" if feedback.told_on else "action" if feedback.action else "new"

    @api.constrains("partner_id", "told_on", "date")
    def _check_told(self):
        today = fields.Date.context_today(self)
        for feedback in self:
            feedback.project_id._check_is_contact(feedback.partner_id)
            if feedback.date > today or (feedback.told_on and feedback.told_on > today):
                raise ValidationError(self.env._("%(feedback)s: this day lies in the future.", feedback=feedback.name))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Keep feedback, and let the owners of its actions know."""
        feedback = super().create(vals_list)
        feedback._remind_owners()
        return feedback

    def write(self, vals):
        """Change feedback; its owner has an activity until the client was told the outcome."""
        res = super().write(vals)
        if not vals.keys().isdisjoint({"user_id", "told_on", "action"}):
            self._remind_owners()
        return res

    def _remind_owners(self):
        """Give whoever owns an action an activity, once, and take it off when the client was told."""
        for feedback in self.sudo():
            owner = feedback.user_id
            waits = owner and owner.active and not feedback.told_on
            feedback.activity_ids.filtered(lambda it, owner=owner: it.user_id != owner).unlink()
            if not waits:
                feedback.activity_feedback([ACTIVITY])
            elif not feedback.activity_ids and feedback.with_user(owner).has_access("read"):
                told = feedback.with_context(lang=owner.lang or self.env.lang)
                told.activity_schedule(
                    ACTIVITY,
                    user_id=owner.id,
                    summary=told.env._("Act on the feedback, and tell the client: %(words)s", words=feedback.name),
                    note=feedback.action,
                )
