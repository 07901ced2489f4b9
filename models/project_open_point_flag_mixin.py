from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

# set by the rules only
RULE_FIELDS = {"intake_id", "rule_id", "is_current", "is_for_sales"}
# of a red flag that a rule raised, all else follows from the rule and the order
FREE_FIELDS = {"deadline", "stage_id", "must_have"}
SALES_MANAGERS = "sales_team.group_sale_salesman_all_leads,project.group_project_manager"


class ProjectOpenPointFlagMixin(models.AbstractModel):
    """Red flags that rules raise on the hand-over of sales: points that come and go with their cause."""

    _name = "project.open.point.flag.mixin"
    _description = "Red Flag"

    intake_id = fields.Many2one(
        "project.intake",
        string="Sales Hand-over",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        copy=False,
        help="The hand-over of sales on which it came up.",
    )
    rule_id = fields.Many2one(
        "project.intake.rule", readonly=True, index="btree_not_null", ondelete="restrict", copy=False
    )
    # an answer lasts as long as its cause: once that was gone, the same rule may ask again
    is_current = fields.Boolean(default=True, readonly=True, copy=False, export_string_translation=False)
    # what sent a project back to sales is not the consultant's to settle (S2.65)
    is_for_sales = fields.Boolean(readonly=True, copy=False, export_string_translation=False)
    is_of_rule = fields.Boolean(compute="_compute_is_of_rule", compute_sudo=True, export_string_translation=False)

    def _compute_is_of_rule(self):
        for point in self:
            point.is_of_rule = bool(point.rule_id)

    # === BUSINESS METHODS === #

    def _check_rule_untouched(self, vals):
        """Check that these values leave alone what a rule has raised.

        :raises AccessError: if they do not
        """
        if not RULE_FIELDS.isdisjoint(vals) or (self.sudo().rule_id and not vals.keys() <= FREE_FIELDS):
            raise AccessError(
                self.env._("Red flags come and go with their cause: answer them, or change what is wrong.")
            )

    def _check_left_to_sales(self):
        """Check that the current user may change or withdraw what sent projects back to sales, if any of these did.

        :raises AccessError: naming the first that is left to others
        """
        for point in self.filtered("is_for_sales"):
            if not point._is_answered_by_sales():
                raise AccessError(
                    self.env._(
                        "%(point)s is settled by its owner (%(owner)s) or an administrator: it went back to sales.",
                        point=point.name,
                        owner=point.sudo()._get_owner_name(),
                    )
                )

    def _check_may_close_by_hand(self):
        """Check that none of these points closes by itself.

        :raises UserError: naming the first that does
        """
        for point in self.sudo().filtered("rule_id"):
            raise UserError(
                self.env._(
                    "%(point)s was raised by a rule: it is withdrawn by itself when its cause is gone.",
                    point=point.name,
                )
            )

    def _check_has_its_cause(self):
        """Check that what rules have raised may be asked again.

        :raises UserError: naming the first of which the cause is gone
        """
        for point in self.sudo().filtered(lambda point: point.rule_id and not point.is_current):
            raise UserError(
                self.env._("%(point)s: the cause of this red flag is gone, and its answer stays.", point=point.name)
            )

    def _is_answered_by_sales(self):
        """Tell whether the current user answers what is left to sales: who owns it, or who sells the project.

        :rtype: bool
        """
        self.ensure_one()
        user = self.env.user
        return user == self.user_id or user in self.project_id._get_salespeople() or user.has_groups(SALES_MANAGERS)

    def _withdraw_without_cause(self):
        """Withdraw red flags whose cause is gone; answers that were given stay, and are not asked for again."""
        self.filtered(lambda point: point.state == "answered").is_current = False
        waiting = self.filtered(lambda point: point.state == "open")
        for lang, points in waiting.grouped(lambda point: point.user_id.lang).items():
            worded = self.with_context(lang=lang or self.env.lang)
            points._withdraw(worded.env._("Its cause is gone."))

    def _raise_again(self):
        """Open red flags whose cause is back, as if they were new."""
        if not self:
            return
        today = fields.Date.context_today(self)
        asked = self.default_get(["deadline"]).get("deadline") or today + timedelta(days=7)
        self._reopen({"asked_on": today, "deadline": asked})
