import re
import unicodedata

from odoo import api, fields, models
from odoo.exceptions import UserError

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
        "What the signer states",
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

    @api.model_create_multi
    def create(self, vals_list):
        """Give new kinds a code, made of their name."""
        known = {code for (code,) in self.sudo().with_context(active_test=False)._read_group([], ["code"])}
        for vals in vals_list:
            vals["code"] = vals.get("code") or self._make_code(vals.get("name") or "", known)
            known.add(vals["code"])
        return super().create(vals_list)

    def write(self, vals):
        """Keep the code, by which criteria and applications know a kind.

        :raises UserError: naming the first kind whose code would change
        """
        if "code" in vals:
            for kind in self.filtered(lambda kind: kind.code != vals["code"]):
                raise UserError(
                    self.env._("%(kind)s keeps its code: make a new kind instead.", kind=kind.display_name)
                )
        return super().write(vals)

    def copy_data(self, default=None):
        """Name copies as such, so that both are told apart."""
        return [
            {**vals, "name": vals["name"] if "name" in (default or {}) else self.env._("%s (copy)", kind.name)}
            for kind, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @api.model
    def _make_code(self, name, known):
        """Return a code for a new kind that none of the known ones has.

        :param str name: of the kind
        :param set known: codes
        """
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        stem = re.sub(r"\W+", "_", plain).strip("_") or "kind"
        numbers = (f"{stem}_{number}" for number in range(2, len(known) + 3))
        return stem if stem not in known else next(code for code in numbers if code not in known)
