from odoo import fields, models

LEVELS = [("click", "One click"), ("name", "Typed name"), ("signature", "Drawn signature")]


class ProjectSignoffKind(models.Model):
    """What the client is asked to confirm: how, within how many days, in which words."""

    _name = "project.signoff.kind"
    _inherit = ["project.shipped.mixin"]
    _description = "Kind of Sign-off"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        copy=False,
        export_string_translation=False,
        help="What rules and other applications know this kind by. It names what the request shows.",
    )
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=100, export_string_translation=False)
    level = fields.Selection(LEVELS, required=True, default="click", help="How the client confirms.")
    answer_days = fields.Integer(
        "Days to answer", default=7, required=True, help="How many days the client has, unless you say otherwise."
    )
    reminder_days_before = fields.Integer(
        "First reminder", default=2, required=True, help="How many days before the deadline."
    )
    reminder_interval = fields.Integer(
        "Days between reminders", default=3, required=True, help="Counted from the first reminder."
    )
    reminder_limit = fields.Integer("Reminders at most", default=3, required=True, help="0: nobody is reminded.")
    introduction = fields.Text(
        translate=True, help="What the client reads above the document: why it is asked, and what follows from it."
    )
    statement = fields.Text(
        translate=True,
        help="The sentence that the client confirms, for example: I have read my duties and accept them.",
    )

    _code_unique = models.Constraint("UNIQUE(code)", "There is a kind of sign-off with this code already.")
    _days_possible = models.Constraint(
        "CHECK(answer_days BETWEEN 0 AND 365 AND reminder_days_before BETWEEN 0 AND 365)",
        "The client answers, and is reminded, within 0 to 365 days.",
    )
    _reminders_possible = models.Constraint(
        "CHECK(reminder_interval BETWEEN 1 AND 365 AND reminder_limit BETWEEN 0 AND 20)",
        "There are at most 20 reminders, at least one day apart.",
    )
