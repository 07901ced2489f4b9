from odoo import api, fields, models


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
    item_ids = fields.One2many("project.checklist.item", "step_id", string="Checklist")

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

    @api.depends("stage_id.name", "round")
    def _compute_display_name(self):
        for step in self:
            step.display_name = (
                step.stage_id.name
                if step.round == 1
                else self.env._("%(stage)s, round %(round)s", stage=step.stage_id.name, round=step.round)
            )

    @api.depends("planned_end", "state")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for step in self:
            going_on = step.state in ("current", "upcoming")
            step.is_late = bool(going_on and step.planned_end and step.planned_end < today)

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

    def _get_snapshots(self):
        """Return for the id of each step its criteria as they stand now, in every language that the database has.

        :rtype: dict
        """
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        items = self.item_ids
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
        self.ensure_one()
        return self.round, self.stage_id.sequence, self.id

    def _covers(self, day):
        """Tell whether a day belongs to the step; the day on which it ended belongs to what came after.

        :param date day: any day
        """
        self.ensure_one()
        if not self.date_start or day < self.date_start:
            return False
        return not self.date_end or day < self.date_end or self.date_start == self.date_end == day

    def _is_decided(self):
        """Tell whether the gate of this step was passed: its answers are history then."""
        self.ensure_one()
        return self.state in ("done", "skipped")
