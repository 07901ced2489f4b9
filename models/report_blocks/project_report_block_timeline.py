from odoo import api, fields, models
from odoo.tools import format_date

from ...logic import report_chart

BAR_WIDTH = 300
# what lies ahead that is worth a date
NEXT_DATES = 5


class ProjectReportBlockTimeline(models.AbstractModel):
    """The stages planned against actual, the milestones, the next dates (S2.124a)."""

    _name = "project.report.block.timeline"
    _inherit = ["project.report.block"]
    _description = "Report Block: Timeline"

    _block_code = "timeline"
    _block_sequence = 30
    _block_template = "project_lifecycle.report_block_timeline"
    _block_rest_template = "project_lifecycle.report_block_timeline_rest"

    @api.model
    def _get_title(self):
        return self.env._("Timeline")

    @api.model
    def _collect(self, report):
        today = fields.Date.context_today(report)
        steps = report.project_id.step_ids.filtered(
            lambda step: step.stage_id.client_visible and step.stage_id.purpose != "closed"
        )
        rows = [self._collect_step(step, today) for step in steps.sorted(lambda step: step._get_timeline_order())]
        rows = [row for row in rows if row["state"] != "skipped"]
        milestones = self._collect_milestones(report.project_id)
        if not rows and not milestones:
            return None
        return {
            "today": self._iso(today),
            "steps": rows,
            "milestones": milestones,
            "next": self._collect_next(rows, milestones, self._iso(today)),
        }

    @api.model
    def _collect_step(self, step, today):
        end = step.date_end or (today if step.state == "current" else None)
        late = (end - step.planned_end).days if end and step.planned_end and step._takes_time() else 0
        return {
            "id": step.id,
            "name": step.display_name,
            "state": step.state,
            "planned": [self._iso(step.planned_start), self._iso(step.planned_end)],
            "actual": [self._iso(step.date_start), self._iso(step.date_end)],
            # a stage that is still going on is not early
            "late_days": late if step.state == "done" or late > 0 else 0,
            "takes_time": step._takes_time(),
        }

    @api.model
    def _collect_milestones(self, project):
        if not project.allow_milestones and not project.phase_ids:
            return []
        milestones = self.env["project.milestone"].search([("project_id", "=", project.id)], order="deadline, id")
        return [
            {
                "id": milestone.id,
                "name": milestone.name,
                "deadline": self._iso(milestone.deadline),
                "is_reached": milestone.is_reached,
                "reached_on": self._iso(milestone.reached_date),
            }
            for milestone in milestones
        ]

    @api.model
    def _collect_next(self, steps, milestones, today):
        ahead = [
            {"name": it["name"], "date": it["deadline"], "kind": "milestone"}
            for it in milestones
            if not it["is_reached"] and it["deadline"] and it["deadline"] >= today
        ]
        ahead += [
            {"name": step["name"], "date": step["planned"][1], "kind": "stage"}
            for step in steps
            if step["state"] in ("current", "upcoming")
            and step["takes_time"]
            and step["planned"][1]
            and step["planned"][1] >= today
        ]
        return sorted(ahead, key=lambda it: (it["date"], it["kind"]))[:NEXT_DATES]

    @api.model
    def _prepare_values(self, figures, report):
        date = fields.Date.to_date
        today = date(figures["today"])
        days = [date(day) for step in figures["steps"] for day in (*step["planned"], *step["actual"])]
        days += [date(it[name]) for it in figures["milestones"] for name in ("deadline", "reached_on")]
        scale = report_chart.scale(days, today, BAR_WIDTH, self._is_rtl())
        return {
            "width": BAR_WIDTH,
            "today": scale.x(today),
            "today_label": self._day(figures["today"]),
            "months": [(format_date(self.env, day, date_format="MMM y"), x) for day, x in scale.months()],
            "steps": [self._prepare_step(step, scale, today) for step in figures["steps"]],
            "milestones": [self._prepare_milestone(it, scale) for it in figures["milestones"]],
            "next": [{**it, "day": self._day(it["date"])} for it in figures["next"]],
            "has_milestones": bool(figures["milestones"]),
        }

    @api.model
    def _prepare_step(self, step, scale, today):
        planned, actual = [tuple(fields.Date.to_date(day) for day in step[name]) for name in ("planned", "actual")]
        if actual[0] and not actual[1]:
            actual = (actual[0], max(actual[0], today))
        return {
            **step,
            "planned_bar": scale.bar(planned),
            "actual_bar": scale.bar(actual),
            "planned_days": " – ".join(self._day(day, "d MMM") for day in step["planned"] if day),
            "actual_days": " – ".join(self._day(day, "d MMM") for day in step["actual"] if day),
        }

    @api.model
    def _prepare_milestone(self, milestone, scale):
        day = fields.Date.to_date(milestone["reached_on"] or milestone["deadline"])
        return {
            **milestone,
            "x": scale.x(day) if day else None,
            "day": self._day(milestone["deadline"]),
            "reached_day": self._day(milestone["reached_on"]),
        }
