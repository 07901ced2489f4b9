from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProjectClientLearning(models.Model):
    """Time that people of the client spend learning, as they report it: never part of any balance (S2.52)."""

    _name = "project.client.learning"
    _description = "Client's Own Learning"
    _order = "date desc, id desc"
    _rec_name = "subject"

    project_id = fields.Many2one("project.project", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="project_id.company_id")
    partner_id = fields.Many2one(
        "res.partner", string="Who learned", required=True, index="btree_not_null", ondelete="restrict"
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    hours = fields.Float(required=True, aggregator="sum")
    subject = fields.Char("What was learned", required=True, size=200)

    _hours_of_a_day = models.Constraint(
        "CHECK(hours > 0 AND hours <= 24)", "Learning time is more than 0 hours and at most 24 a day."
    )

    @api.constrains("date")
    def _check_not_in_the_future(self):
        today = fields.Date.context_today(self)
        for learning in self:
            if learning.date > today:
                raise ValidationError(
                    self.env._("Learning time is reported once it was spent: choose a day up to today.")
                )

    @api.constrains("subject")
    def _check_subject(self):
        for learning in self:
            if not learning.subject.strip():
                raise ValidationError(self.env._("Say in a few words what was learned."))

    @api.constrains("date", "hours", "partner_id")
    def _check_hours_of_the_day(self):
        """What one person reports of one day fits into a day, on all projects together."""
        rows = self.sudo()._read_group(
            [("partner_id", "in", self.partner_id.ids), ("date", "in", list(set(self.mapped("date"))))],
            ["partner_id", "date:day"],
            ["hours:sum"],
        )
        if any(hours > 24 + 1e-6 for _partner, _day, hours in rows):
            raise ValidationError(self.env._("More than 24 hours are reported for that day: correct them first."))
