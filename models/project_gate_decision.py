from odoo import api, fields, models
from odoo.exceptions import UserError

from .project_conclusion_mixin import CONCLUSIONS

DECISIONS = [
    ("start", "Late start"),
    ("go", "Go"),
    ("conditional", "Conditional go"),
    ("waiver", "Go with waivers"),
    ("next_phase", "Next phase"),
    ("exit", "Exit"),
    ("handoff", "Hand-off"),
    ("back", "Back"),
    ("pause", "Pause"),
    ("resume", "Resume"),
    ("change", "Change of lifecycle"),
    ("brought_in", "Brought in"),
]


class ProjectGateDecision(models.Model):
    _name = "project.gate.decision"
    _description = "Gate Decision"
    _order = "date desc, id desc"

    project_id = fields.Many2one("project.project", required=True, index=True, readonly=True, ondelete="restrict")
    step_id = fields.Many2one("project.lifecycle.step", index=True, readonly=True, ondelete="restrict")
    from_stage_id = fields.Many2one("project.project.stage", string="From", readonly=True, ondelete="restrict")
    to_stage_id = fields.Many2one("project.project.stage", string="To", readonly=True, ondelete="restrict")
    decision = fields.Selection(DECISIONS, required=True, readonly=True)
    reason = fields.Text(readonly=True)
    user_id = fields.Many2one("res.users", string="Decided by", required=True, readonly=True, ondelete="restrict")
    date = fields.Datetime("Decided on", required=True, readonly=True)
    round = fields.Integer(readonly=True)
    conclusion = fields.Selection(CONCLUSIONS, readonly=True, help="How the kick-off with the client ended.")
    statement = fields.Text(
        "Feasibility", readonly=True, help="How the feasibility was validated by whoever took the project over."
    )
    deviations = fields.Text(readonly=True, help="What is not aligned with the client.")
    snapshot = fields.Json(readonly=True, help="Every criterion of the gates that were passed, as it stood then.")

    _feasibility_stated = models.Constraint(
        "CHECK(conclusion NOT IN ('take_over', 'with_deviations') OR statement IS NOT NULL)",
        "Whoever takes a project over states its feasibility.",
    )
    _deviations_listed = models.Constraint(
        "CHECK(conclusion != 'with_deviations' OR deviations IS NOT NULL)", "List the deviations."
    )

    @api.depends("decision", "to_stage_id.name")
    def _compute_display_name(self):
        labels = dict(self._fields["decision"]._description_selection(self.env))
        for decision in self:
            target = decision.to_stage_id.name
            label = labels.get(decision.decision, "")
            decision.display_name = f"{label}: {target}" if target else label

    @api.model_create_multi
    def create(self, vals_list):
        """Decisions are made by moving a project; nobody writes one by hand.

        :raises UserError: if a user creates one, by RPC or import
        """
        if not self.env.su:
            raise UserError(self.env._("Gate decisions are made by moving a project through its gates."))
        return super().create(vals_list)

    def write(self, vals):
        """Refuse: a decision is what was decided then.

        :raises UserError: always, whoever asks
        """
        if self:
            raise UserError(self.env._("Gate decisions are never changed: %(decisions)s.", decisions=self._describe()))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Gate decisions are never deleted: %(decisions)s.", decisions=self._describe()))

    def _describe(self):
        return ", ".join(f"{decision.project_id.name} ({decision.display_name})" for decision in self[:5])

    @api.model
    def _record(self, decisions, reason, details=None):
        """Write down decisions of the current user, each with a snapshot of the criteria.

        :param list decisions: tuples of project, decision, stage before, stage after, steps whose criteria are kept
        :param str reason: why, the same for all; may be empty
        :param dict details: more fields of these decisions
        """
        if not decisions:
            return
        steps = self.env["project.lifecycle.step"].sudo().concat(*(step for *_rest, step in decisions))
        snapshots = steps._get_snapshots()
        now = fields.Datetime.now()
        self.sudo().create(
            [
                {
                    "project_id": project.id,
                    "decision": decision,
                    "from_stage_id": origin.id,
                    "to_stage_id": stage.id,
                    "step_id": passed[:1].id,
                    "round": max(passed.mapped("round"), default=1),
                    "reason": reason or False,
                    "user_id": self.env.uid,
                    "date": now,
                    **(details or {}),
                    "snapshot": [line for step in passed for line in snapshots[step.id]],
                }
                for project, decision, origin, stage, passed in decisions
            ]
        )
