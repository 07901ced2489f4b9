from odoo import api, fields, models
from odoo.exceptions import UserError

from ..logic.wording import in_language
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
    exit_id = fields.Many2one("project.lifecycle.exit", index="btree_not_null", readonly=True, ondelete="restrict")
    exit_names = fields.Json(readonly=True, help="What the exit was called then, in every language.")
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
    snapshot_html = fields.Html("Criteria", compute="_compute_snapshot_html", sanitize=False)
    exit_name = fields.Char("Exit taken", compute="_compute_exit_name")

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

    @api.depends("exit_names")
    @api.depends_context("lang")
    def _compute_exit_name(self):
        for decision in self:
            decision.exit_name = in_language(decision.exit_names, self.env.lang)

    @api.depends("snapshot")
    @api.depends_context("lang", "tz")
    def _compute_snapshot_html(self):
        for decision in self:
            decision.snapshot_html = self.env["ir.qweb"]._render(
                "project_lifecycle.gate_decision_criteria", {"groups": decision._get_criteria_by_stage()}
            )

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

    def action_print(self):
        """Print the minutes of these decisions, as PDF."""
        return self.env.ref("project_lifecycle.project_gate_decision_report").report_action(self)

    def _get_minutes_name(self):
        """Return the name of the PDF file of the minutes, without its ending."""
        self.ensure_one()
        day = fields.Datetime.context_timestamp(self, self.date).date()
        return self.env._("Gate minutes %(project)s %(date)s", project=self.project_id.name, date=day)

    def _get_criteria_by_stage(self):
        """Return the criteria as they stood then, stage by stage, in the reader's language.

        :return: for each stage ``name``, ``round`` and ``lines``; of each line the text, the labels, who answered when
            (UTC), reason, note and names of the evidence
        :rtype: list[dict]
        """
        self.ensure_one()
        states = dict(self.env["project.checklist.item"]._fields["state"]._description_selection(self.env))
        groups = {}
        for line in self.snapshot or []:
            stage = self.env["project.project.stage"].browse(line["stage_id"])
            group = groups.setdefault(
                (stage.id, line["round"]), {"name": stage.name, "round": line["round"], "lines": []}
            )
            group["lines"].append(
                {
                    **line,
                    "name": in_language(line["name"], self.env.lang),
                    "state_name": states.get(line["state"], ""),
                    "on": fields.Datetime.to_datetime(line["on"]),
                }
            )
        return list(groups.values())

    def _describe(self):
        return ", ".join(f"{decision.project_id.name} ({decision.display_name})" for decision in self[:5])

    @api.model
    def _record(self, decisions, reason, way_out=None, details=None):
        """Write down decisions of the current user, each with a snapshot of the criteria.

        :param list decisions: tuples of project, decision, stage before, stage after, steps whose criteria are kept
        :param str reason: why, the same for all; may be empty
        :param project.lifecycle.exit way_out: the exit taken, if it was one
        :param dict details: more fields of these decisions
        :rtype: project.gate.decision
        """
        if not decisions:
            return self.browse()
        steps = self.env["project.lifecycle.step"].sudo().concat(*(step for *_rest, step in decisions))
        snapshots = steps._get_snapshots(way_out)
        # a hand-off leaves the gates behind under its decision, which keeps how they stood
        passed_by = steps._get_snapshots() if way_out else {}
        now = fields.Datetime.now()
        return self.sudo().create(
            [
                {
                    "project_id": project.id,
                    "decision": decision,
                    "from_stage_id": origin.id,
                    "to_stage_id": stage.id,
                    "step_id": passed[:1].id,
                    "round": max(passed.mapped("round"), default=1),
                    "reason": reason or False,
                    "exit_id": way_out.id if way_out else False,
                    "exit_names": way_out._get_names() if way_out else False,
                    "user_id": self.env.uid,
                    "date": now,
                    **(details or {}),
                    "snapshot": [
                        line
                        for step in passed
                        for line in snapshots[step.id] + (passed_by.get(step.id, []) if decision == "handoff" else [])
                    ],
                }
                for project, decision, origin, stage, passed in decisions
            ]
        )
