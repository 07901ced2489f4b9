from odoo import models
from odoo.exceptions import AccessError, UserError

from .project_open_point_flag_mixin import RULE_FIELDS

# set by actions only
CLOSING_FIELDS = {"state", "answer", "withdraw_reason", "answered_on", "answered_by_id", "discussed_on"}
# what a colleague who asks may say; the consultant decides about the rest
ASKED_FIELDS = {"project_id", "name", "description", "kind"}
CONTENT_FIELDS = ASKED_FIELDS | {
    "user_id",
    "partner_id",
    "deadline",
    "asked_on",
    "is_blocking",
    "must_have",
    "client_question",
    "client_text",
    "stage_id",
}


class ProjectOpenPointRightsMixin(models.AbstractModel):
    """Who asks, changes, answers and withdraws open points."""

    _name = "project.open.point.rights.mixin"
    _description = "Rights on Open Points"

    def _is_managed(self):
        """Tell whether the current user is the consultant of the point's project, or a project administrator."""
        self.ensure_one()
        return bool(self.project_id) and self.project_id._is_lifecycle_consultant()

    def _may_be_answered(self):
        """Tell whether the current user answers the point: its owner, the consultant, a salesperson of the project.

        What a rule has found on the hand-over, or sent the project back to sales, is not the consultant's to answer.
        """
        self.ensure_one()
        if self.is_of_rule or self.is_for_sales:
            return self._is_answered_by_sales()
        user = self.env.user
        return user == self.user_id or self._is_managed() or user in self.project_id._get_salespeople()

    def _may_be_withdrawn(self):
        """Tell whether the current user withdraws the point: see ``action_withdraw``."""
        self.ensure_one()
        if self.is_for_sales:
            return self._is_answered_by_sales()
        return not self.is_of_rule and self._is_managed()

    def _check_may_manage(self):
        self.check_access("read")
        self.project_id._check_lifecycle_consultant()

    def _check_may_ask(self, vals_list):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        # what the context says counts as if it had been written
        defaults = {
            key.removeprefix("default_"): value
            for key, value in self.env.context.items()
            if key.startswith("default_") and key.removeprefix("default_") not in RULE_FIELDS
        }
        for vals in [{**defaults, **vals} for vals in vals_list]:
            self._check_rule_untouched({name: vals[name] for name in vals.keys() & RULE_FIELDS})
            if not CLOSING_FIELDS.isdisjoint(vals):
                raise AccessError(self.env._("A new point is open. Answer or withdraw it afterwards."))
            project = self.env["project.project"].browse(vals.get("project_id"))
            if project and project._is_lifecycle_consultant():
                continue
            kind = vals.get("kind", "question")
            if kind != "question" or not ASKED_FIELDS.issuperset(vals.keys() & CONTENT_FIELDS):
                raise AccessError(
                    self.env._(
                        "On a project of somebody else you may ask a question (%(kind)s: text and details); its"
                        " consultant decides about owner, deadline and gate.",
                        kind=kinds["question"],
                    )
                )

    def _check_may_write(self, vals):
        if not CLOSING_FIELDS.isdisjoint(vals):
            raise AccessError(self.env._("The state of a point changes when it is answered, withdrawn or reopened."))
        content = vals.keys() & (CONTENT_FIELDS | RULE_FIELDS)
        if not content:
            return
        self._check_rule_untouched({name: vals[name] for name in content})
        if not content <= {"deadline", "must_have"}:
            self._check_left_to_sales()
        if "project_id" in vals and any(point.project_id.id != vals["project_id"] for point in self):
            raise AccessError(self.env._("A point stays with its project. Add one to the other project."))
        self.check_access("write")
        for point in self:
            if point.state != "open":
                raise UserError(
                    self.env._("%(point)s is closed. Open it again before you change it.", point=point.name)
                )
            if not point._is_managed() and not content <= {"name", "description"}:
                raise AccessError(
                    self.env._(
                        "Only the consultant of the project %(project)s changes its points.",
                        project=point.project_id.name,
                    )
                )
