from odoo import api, models
from odoo.fields import Domain


class ProjectIntakeFlagsMixin(models.AbstractModel):
    """The red flags that rules raise on a hand-over: they come and go with their causes, answers stay."""

    _name = "project.intake.flags.mixin"
    _description = "Red Flags of a Hand-over"

    def _run_rules(self):
        """Make red flags follow their causes: each hit once, withdrawn when it is gone, an answer kept."""
        intakes = self.sudo().filtered("project_id").filtered_domain(self._get_watched_domain())
        if not intakes:
            return
        hits = self.env["project.intake.rule"].sudo().search([("active", "=", True)])._get_hits(intakes)
        current = [("intake_id", "in", intakes.ids), ("rule_id", "!=", False), ("is_current", "=", True)]
        intakes._sync_flags(hits, self.env["project.open.point"].sudo().search(current))

    @api.model
    def _get_watched_domain(self):
        """Return the domain of the hand-overs whose red flags follow their causes: those of projects that run."""
        return Domain(
            [("project_id.active", "=", True), ("project_id.stage_id.fold", "=", False), ("project_id", "!=", False)]
        )

    def _sync_flags(self, hits, flags):
        """Open, reopen and withdraw red flags.

        :param dict hits: for each rule the hand-overs that it finds, ``None`` if it is broken: then its flags stay
        :param project.open.point flags: those that are current
        """
        flags = flags.with_context(mail_activity_quick_update=True)
        present = {(flag.intake_id, flag.rule_id): flag for flag in flags}
        found = {(intake, rule) for rule, intakes in hits.items() for intake in intakes or ()}
        broken = {rule for rule, intakes in hits.items() if intakes is None}
        gone = [flag for key, flag in present.items() if key not in found and flag.rule_id not in broken]
        # what the rules find waits in the list of activities, without a mail for each
        Point = self.env["project.open.point"].sudo().with_context(mail_activity_quick_update=True)
        Point.concat(*gone)._withdraw_without_cause()
        Point.concat(
            *(present[key] for key in found if key in present and present[key].state == "withdrawn")
        )._raise_again()
        self._hand_flags_to_owners(present)
        order = {rule: number for number, rule in enumerate(hits)}
        new = sorted((key for key in found if key not in present), key=lambda key: (key[0].id, order[key[1]]))
        Point.create([intake._prepare_flag_values(rule) for intake, rule in new])

    def _hand_flags_to_owners(self, flags):
        """Give open red flags to whoever answers for them now.

        :param dict flags: for each pair of hand-over and rule its red flag
        """
        owners = {flag: intake._get_owner(rule) for (intake, rule), flag in flags.items() if flag.state == "open"}
        Point = self.env["project.open.point"].sudo()
        changed = Point.concat(*(flag for flag, owner in owners.items() if flag.user_id != owner))
        for owner, points in changed.grouped(owners.get).items():
            points.user_id = owner

    def _prepare_flag_values(self, rule):
        """Return the values of the red flag that a rule raises on a hand-over, in the language of its owner."""
        self.ensure_one()
        owner = self._get_owner(rule)
        worded = rule.with_context(lang=owner.lang or self.env.lang)
        return {
            "name": worded.name,
            "description": worded.message,
            "intake_id": self.id,
            "project_id": self.project_id.id,
            "rule_id": rule.id,
            "kind": "red_flag",
            "user_id": owner.id,
            "is_blocking": rule.is_blocking,
        }

    def _get_owner(self, rule):
        """Return who has to answer a rule: the salesperson, or the leader of the team if there is one.

        Where nobody sold the project its consultant answers, else who works on it at this moment.

        :rtype: res.users
        """
        self.ensure_one()
        leader = self.order_id.team_id.user_id if rule.owner == "sales_manager" else self.salesperson_id
        # nobody who has left answers anything
        present = (leader | self.salesperson_id | self.project_id.user_id).filtered("active")
        return present[:1] or self.env.user
