import ast
import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

# what a condition that no longer fits its model raises, wherever in it that is
BROKEN = (ValueError, TypeError, KeyError, AttributeError, SyntaxError, IndexError, RecursionError, UserError)


class ProjectIntakeRule(models.Model):
    _name = "project.intake.rule"
    _description = "Red Flag Rule"
    _order = "sequence, id"

    name = fields.Char("Red flag", required=True, translate=True)
    message = fields.Text(translate=True, help="What is wrong, and what to find out or do about it.")
    active = fields.Boolean(default=True, export_string_translation=False)
    sequence = fields.Integer(default=10, export_string_translation=False)
    domain = fields.Char(
        "Condition", required=True, default="[]", help="Hand-overs that fit this condition have the red flag."
    )
    owner = fields.Selection(
        [("salesperson", "Salesperson"), ("sales_manager", "Sales manager")],
        required=True,
        default="salesperson",
        help="Who has to answer: the salesperson of the order, or the leader of the sales team.",
    )
    is_blocking = fields.Boolean("Blocking")
    on_quotation = fields.Boolean(
        "On quotations", default=True, help="Also shown on the quotation, before it is signed."
    )
    error = fields.Char(compute="_compute_error")
    flag_count = fields.Integer("Open", compute="_compute_flag_count")

    # === COMPUTE METHODS === #

    @api.depends("domain")
    def _compute_error(self):
        for rule in self:
            rule.error = rule._find_error()

    def _compute_flag_count(self):
        counts = dict(
            self.env["project.open.point"]._read_group(
                [("rule_id", "in", self.ids), ("state", "=", "open")], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.flag_count = counts.get(rule._origin, 0)

    @api.constrains("domain")
    def _check_domain(self):
        for rule in self:
            error = rule._find_error()
            if error:
                raise ValidationError(
                    self.env._(
                        "The condition of the red flag %(rule)s does not work: %(error)s", rule=rule.name, error=error
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Add rules, and look at once at the projects that run."""
        rules = super().create(vals_list)
        rules._look_at_running_projects()
        return rules

    def write(self, vals):
        res = super().write(vals)
        if not vals.keys().isdisjoint({"domain", "active", "owner"}):
            self._look_at_running_projects()
        return res

    # === BUSINESS METHODS === #

    def _look_at_running_projects(self):
        # the administrator of rules changes them for all projects
        intakes = self.env["project.intake"].sudo().search([("project_id", "!=", False)])
        intakes._run_rules()

    def _get_domain(self):
        """Return the condition.

        :raises UserError: if it is no list of conditions with fixed values, or empty
        :raises ValueError: if one of them does not fit
        :rtype: odoo.fields.Domain
        """
        return Domain(self._get_conditions())

    def _get_conditions(self):
        """Return what is written as condition: a list that is not empty.

        :raises UserError: if it is something else
        """
        self.ensure_one()
        try:
            found = ast.literal_eval(self.domain or "[]")
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            found = None
        if not isinstance(found, list):
            raise UserError(self.env._("it is no list of conditions with fixed values (uid, for example, is none)"))
        if not found:
            raise UserError(self.env._("it is empty: every hand-over would have this red flag"))
        return found

    def _find_error(self):
        """Return what is wrong with the condition, for people; False if it works."""
        self.ensure_one()
        try:
            conditions = self._get_conditions()
        except UserError as error:
            return str(error)
        if self._fits(conditions):
            return False
        wrong = [part for part in conditions if isinstance(part, (list, tuple)) and not self._fits([part])]
        return self.env._("this does not fit: %(part)s", part=wrong[0] if wrong else self.domain)

    def _fits(self, conditions):
        """Tell whether hand-overs can be looked for by conditions, and looked at one by one.

        :param list conditions: as written by somebody
        """
        Intake = self.env["project.intake"].sudo()
        try:
            with self.env.cr.savepoint():
                domain = Domain(conditions)
                domain.validate(Intake)
                Intake.new({}).filtered_domain(domain)
                Intake.search(domain, limit=1)
        except (*BROKEN, psycopg2.DataError, psycopg2.ProgrammingError):
            return False
        return True

    def _get_hits(self, intakes):
        """Return for each of these rules the hand-overs that it finds; ``None`` for a rule that is broken.

        A rule may break later, when a field that it looks at goes: it is skipped and logged, whatever somebody who
        moves a project is doing.

        :param project.intake intakes: saved or drafts
        :rtype: dict
        """
        hits = {}
        for rule in self:
            try:
                domain = rule._get_domain()
                domain.validate(intakes)
                hits[rule] = intakes.filtered_domain(domain)
            except BROKEN as error:
                _logger.warning("Red flag rule %s (%s) is skipped: %s", rule.id, rule.name, error)
                hits[rule] = None
        return hits
