from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProjectClientFeedback(models.Model):
    """What people of the client say about the results, and what becomes of it (S1.47)."""

    _name = "project.client.feedback"
    _description = "Feedback of the Client"
    _inherit = ["project.scope.record.mixin"]
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
