from collections import defaultdict
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError


class ProjectLifecycleStep(models.Model):
    _name = "project.lifecycle.step"
    _description = "Lifecycle Step"
    _order = "round, stage_id, id"

    project_id = fields.Many2one("project.project", required=True, index=True, ondelete="cascade")
    stage_id = fields.Many2one("project.project.stage", required=True, index=True, ondelete="restrict")
    round = fields.Integer(
        required=True, default=1, help="Delivery comes back after a go-live: its second passage is round 2."
    )
    state = fields.Selection(
        [("upcoming", "Upcoming"), ("current", "Current"), ("done", "Done"), ("skipped", "Skipped")],
        required=True,
        default="upcoming",
    )
    planned_start = fields.Date("Planned start")
    planned_end = fields.Date("Planned end")
    is_late = fields.Boolean("Late", compute="_compute_is_late")
    date_start = fields.Date("Started on", readonly=True)
    date_end = fields.Date("Ended on", readonly=True)
    paused_on = fields.Date("Paused on", readonly=True)
    resume_date = fields.Date("Resumes on", readonly=True)
    item_ids = fields.One2many(
        "project.checklist.item", "step_id", string="Checklist", domain=[("exit_id", "=", False)]
    )
    exit_item_ids = fields.One2many(
        "project.checklist.item", "step_id", string="Checklist of exits", domain=[("exit_id", "!=", False)]
    )
    refreshed_on = fields.Date(
        readonly=True, export_string_translation=False, help="When its criteria were last worked out at night."
    )
    handoff_watched_on = fields.Date(
        readonly=True, export_string_translation=False, help="When it was last looked at whether a hand-off is due."
    )
    ready_since = fields.Date(
        "Must-have work done since", readonly=True, help="Since when nothing that the client needs is left in it."
    )
    timesheet_ids = fields.One2many("account.analytic.line", "step_id", string="Time entries")
    planned_hours = fields.Float(
        "Planned time",
        compute="_compute_planned_hours",
        help="The stage's share of the time allocated to the project. It covers all rounds of the stage and stands on"
        " the first.",
    )
    spent_hours = fields.Float("Time spent", compute="_compute_spent_hours", compute_sudo=True)

    _once_a_round = models.Constraint(
        "UNIQUE(project_id, stage_id, round)", "A project passes a stage once in each round."
    )
    _one_current = models.UniqueIndex(
        "(project_id) WHERE state = 'current'", "A project stands in one step at a time."
    )
    _round_positive = models.Constraint("CHECK(round > 0)", "Rounds are counted from 1.")
    _dates_in_order = models.Constraint(
        "CHECK(date_end IS NULL OR date_start IS NULL OR date_end >= date_start)", "A step ends after it started."
    )

    _plan_in_order = models.Constraint(
        "CHECK(planned_end IS NULL OR planned_start IS NULL OR planned_end >= planned_start)",
        "A step is planned to end on the day it starts, or later.",
    )

    # === COMPUTE METHODS === #

    @api.depends("stage_id.name", "round")
    def _compute_display_name(self):
        for step in self:
            step.display_name = (
                step.stage_id.name
                if step.round == 1
                else self.env._("%(stage)s, round %(round)s", stage=step.stage_id.name, round=step.round)
            )

    @api.depends("planned_start", "planned_end", "state", "stage_id.usual_duration")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for step in self:
            ahead = step.state in ("current", "upcoming") and step._takes_time()
            step.is_late = bool(ahead and step.planned_end and step.planned_end < today)

    @api.depends("project_id.allocated_hours", "stage_id.effort_share", "round")
    def _compute_planned_hours(self):
        for step in self:
            share = step.stage_id.effort_share if step.round == 1 else 0
            step.planned_hours = step.project_id.allocated_hours * share / 100

    @api.depends("timesheet_ids.unit_amount", "timesheet_ids.product_uom_id")
    def _compute_spent_hours(self):
        spent = defaultdict(float)
        hour = self.env.ref("uom.product_uom_hour")
        for step, unit, amount in self.env["account.analytic.line"]._read_group(
            [("step_id", "in", self.ids)], ["step_id", "product_uom_id"], ["unit_amount:sum"]
        ):
            # an entry without a unit is in hours, and one of another kind of unit is left as it is
            spent[step.id] += unit._compute_quantity(amount, hour, round=False, raise_if_failure=False)
        for step in self:
            step.spent_hours = spent[step.id]

    # === CRUD METHODS === #

    def write(self, vals):
        """Drop what was to be done about criteria whose gate is decided."""
        res = super().write(vals)
        if vals.get("state") in ("done", "skipped"):
            (self.item_ids | self.exit_item_ids)._close_activities()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_activities(self):
        # the database deletes the criteria along, which Odoo does not notice
        (self.item_ids | self.exit_item_ids)._close_activities()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_time(self):
        entries = self.env["account.analytic.line"].sudo().search([("step_id", "in", self.ids)], limit=10)
        if entries:
            raise UserError(
                self.env._(
                    "Time was logged on steps of these projects: %(projects)s. Their steps stay.",
                    projects=", ".join(entries.step_id.project_id.mapped("name")),
                )
            )

    # === ACTIONS === #

    def action_change_plan(self):
        """Open the planned dates of the step in a dialog."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_lifecycle_plan_action"),
            "name": self.display_name,
            "context": {"default_step_id": self.id},
        }

    def action_plan(self, planned_start, planned_end=False):
        """Plan the step; the steps after it move along, with their lengths and distances in working days.

        :param date planned_start: when it is to begin
        :param date planned_end: when it is to end; if not given, it keeps its length in working days
        :raises AccessError: if the user is neither consultant of the project nor project administrator
        :raises UserError: if the step is over, or is to end before it starts
        """
        self.ensure_one()
        project = self.project_id
        project._check_lifecycle_consultant()
        if self._is_decided():
            raise UserError(
                self.env._(
                    "%(step)s of %(project)s is over: its plan stays as it was.",
                    step=self.display_name,
                    project=project.name,
                )
            )
        project._check_has_lifecycle()
        start = project._get_date_given(planned_start)
        if not start:
            raise UserError(self.env._("Say when %(step)s is to begin.", step=self.display_name))
        latest, working_days = project._get_latest_steps(), project._get_working_days()
        days = working_days[project]
        end = project._get_date_given(planned_end) or self._get_end_from(start, days)
        if end < start:
            raise UserError(self.env._("%(step)s is to end before it starts.", step=self.display_name))
        gaps = project._get_gaps(latest, working_days)
        # steps are nobody's to write: who may plan was checked above
        self.sudo().write({"planned_start": start, "planned_end": end})
        project._follow_plan(self.sudo(), gaps, latest, days)
        project._refresh_criteria()

    # === BUSINESS METHODS === #

    def _takes_time(self):
        """Tell whether the step takes working days; one without any begins and ends the same day."""
        self.ensure_one()
        if self.planned_end and (not self.planned_start or self.planned_end > self.planned_start):
            return True
        return bool(self.stage_id.active and self.stage_id.usual_duration)

    def _get_length(self, days):
        """Return how many working days the step is planned for, by its dates, else by its stage.

        :param project_lifecycle.logic.planning.WorkingDays days: of its project
        """
        self.ensure_one()
        if not self._takes_time():
            return 0
        if self.planned_start and self.planned_end:
            return max(days.length(self.planned_start, self.planned_end), 1)
        return self.stage_id.usual_duration

    def _get_end_from(self, start, days):
        """Return when the step ends if it begins on a day and keeps its length.

        :param date start: may be a day without work
        :param project_lifecycle.logic.planning.WorkingDays days: of its project
        """
        return max(days.last(start, self._get_length(days)), start)

    def _add_items(self):
        """Copy the criteria of their stages that these steps do not have yet."""
        templates = self.env["project.checklist.template"].sudo().search([("stage_id", "in", self.stage_id.ids)])
        by_stage = templates.grouped("stage_id")
        Item = self.env["project.checklist.item"].sudo()
        present = dict(Item._read_group([("step_id", "in", self.ids)], ["step_id"], ["template_id:array_agg"]))
        Item.create(
            [
                Item._prepare_item_values(step, template)
                for step in self
                for template in by_stage.get(step.stage_id, ())
                if template.id not in present.get(step, ())
            ]
        )._refresh()

    def _catch_up(self):
        """Take over what changed in the lifecycle while these steps were over; what was answered stays."""
        self._add_items()
        unanswered = (self.item_ids | self.exit_item_ids).filtered(
            lambda item: item.state == "open" and item.template_id
        )
        unanswered.filtered(lambda item: not item.template_id.active).unlink()
        for item in unanswered.exists():
            followed = item.template_id._get_followed_values()
            changed = {name: value for name, value in followed.items() if item[name] != value}
            if changed:
                item.write(changed)

    def _get_snapshots(self, way_out=None):
        """Return for the id of each step its criteria as they stand now, in every language that the database has.

        :param project.lifecycle.exit way_out: the criteria of this exit instead of those of the gate
        :rtype: dict
        """
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        items = self.exit_item_ids.filtered_domain([("exit_id", "=", way_out.id)]) if way_out else self.item_ids
        names = {code: dict.fromkeys(items.ids) for code in languages}
        for code in languages:
            for item in items.with_context(lang=code):
                names[code][item.id] = item.name
        lines = {step.id: [] for step in self}
        for item in items:
            lines[item.step_id.id].append(
                {
                    "name": {code: names[code][item.id] for code in languages},
                    "stage_id": item.stage_id.id,
                    "round": item.step_id.round,
                    "kind": item.kind,
                    "state": item.state,
                    "is_blocking": item.is_blocking,
                    "responsible": item.responsible,
                    "by": item.done_by_id.name,
                    "on": fields.Datetime.to_string(item.done_on),
                    "reason": item.reason or "",
                    "note": item.note or "",
                    "evidence": [item.link] * bool(item.link) + item.attachment_ids.mapped("name"),
                    "source_ref": item.source_ref or "",
                    **item._prepare_agreement_snapshot(),
                }
            )
        return lines

    def _get_periods(self, today):
        """Return the planned and the actual first and last day of the step; what is still going on lasts until today.

        :param date today: as the reader counts days
        :rtype: tuple
        """
        self.ensure_one()
        end = self.date_end or (self.date_start and max(self.date_start, today))
        return (self.planned_start, self.planned_end), (self.date_start, end)

    def _get_timeline_order(self):
        """Return what steps are sorted by so that they follow each other in time, those without any dates last."""
        self.ensure_one()
        return self.date_start or date.max, self.planned_start or date.max, self.round, self.stage_id.sequence, self.id

    def _get_readiness(self, is_blocked):
        """Return the values of the readiness fields of a project that stands in this step.

        :param bool is_blocked: whether a blocking criterion is open
        :rtype: dict
        """
        self.ensure_one()
        stage = self.stage_id
        rank = (stage.sequence, stage.id)
        has_gate = (
            not stage.fold
            and stage.purpose != "closed"
            and any((other.sequence, other.id) > rank for other in stage.lifecycle_id.stage_ids)
        )
        state = "paused" if self.paused_on else "blocked" if is_blocked else "ready"
        return {
            "gate_state": has_gate and state,
            "stage_planned_end": has_gate and self._takes_time() and self.planned_end,
            "stage_resume_date": has_gate and self.paused_on and self.resume_date,
            "stage_purpose": stage.purpose,
        }

    def _is_decided(self):
        """Tell whether the gate of this step was passed: its answers are history then."""
        self.ensure_one()
        return self.state in ("done", "skipped")
