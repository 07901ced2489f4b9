from odoo import api, fields, models
from odoo.fields import Domain

MOST_TASKS = 12


class ProjectReportBlockDoneNext(models.AbstractModel):
    """What was done since the last report, and what is done next (S2.126)."""

    _name = "project.report.block.done_next"
    _inherit = ["project.report.block"]
    _description = "Report Block: Done and Next"

    _block_code = "done_next"
    _block_sequence = 40
    _block_template = "project_lifecycle.report_block_done_next"
    _block_kinds = ("progress_report",)

    @api.model
    def _get_title(self):
        return self.env._("What was done, and what comes next")

    @api.model
    def _collect(self, report):
        project, since = report.project_id, report._get_reported_since()
        today = fields.Date.context_today(report)
        told = self._get_told(report)
        done = [*self._collect_steps_done(project, since), *self._collect_sessions(project, since, today)]
        done = [row for row in done if row not in told]
        coming = self._collect_coming(project, today)
        tasks = self._collect_tasks(project, since)
        if not (done or coming or tasks):
            return None
        return {
            "since": self._iso(since),
            "done": sorted(done, key=lambda it: it["date"] or ""),
            "next": sorted(coming, key=lambda it: it["date"] or ""),
            "tasks": tasks,
        }

    @api.model
    def _get_told(self, report):
        """Return what the report before has told as done: the day on which it was made belongs to both."""
        before = report._get_published_before()[:1]
        return before._get_figures_by_code().get(self._block_code, {}).get("done", []) if before else []

    @api.model
    def _collect_steps_done(self, project, since):
        steps = project.step_ids.filtered(
            lambda step: (
                step.stage_id.client_visible
                and step.state == "done"
                and step.date_end
                and (not since or step.date_end >= since)
            )
        )
        milestones = self.env["project.milestone"].search(
            [("project_id", "=", project.id), ("is_reached", "=", True), ("reached_date", ">=", since or "1900-01-01")]
        )
        return [
            *(
                {"kind": "stage", "name": step.display_name, "date": self._iso(step.date_end)}
                for step in steps.sorted("date_end")
            ),
            *({"kind": "milestone", "name": it.name, "date": self._iso(it.reached_date)} for it in milestones),
        ]

    @api.model
    def _collect_sessions(self, project, since, today):
        """Sessions with the client that were held; what we say among ourselves is not told."""
        events = self.env["calendar.event"].search(
            [
                ("lifecycle_project_id", "=", project.id),
                ("held_on", ">=", since or "1900-01-01"),
                ("held_on", "<=", today),
                ("session_kind", "!=", "internal"),
            ]
        )
        return [
            {"kind": "session", "name": event.name, "date": self._iso(event.held_on)}
            for event in events
            if event._is_with_client()
        ]

    @api.model
    def _collect_coming(self, project, today):
        steps = project.step_ids.filtered(
            lambda step: (
                step.stage_id.client_visible
                and step.stage_id.purpose != "closed"
                and step.state in ("current", "upcoming")
            )
        ).sorted(lambda step: step._get_timeline_order())
        milestones = self.env["project.milestone"].search(
            [("project_id", "=", project.id), ("is_reached", "=", False), ("deadline", ">=", today)], limit=5
        )
        return [
            *(
                {
                    "kind": "stage",
                    "name": step.display_name,
                    # what should be over and goes on has no date to look forward to
                    "date": self._iso(step.planned_end and step.planned_end >= today and step.planned_end),
                }
                for step in steps[:3]
            ),
            *({"kind": "milestone", "name": it.name, "date": self._iso(it.deadline)} for it in milestones),
        ]

    @api.model
    def _collect_tasks(self, project, since):
        """Tasks that were closed, where the client sees the tasks of its project anyway."""
        if project.privacy_visibility != "portal":
            return None
        Task = self.env["project.task"]
        domain = Domain("project_id", "=", project.id) & Domain("state", "=", "1_done")
        if since:
            domain &= Domain("date_last_stage_update", ">=", since) | Domain("date_end", ">=", since)
        count = Task.search_count(domain)
        if not count:
            return None
        tasks = Task.search_fetch(domain, ["name"], order="date_end desc, id desc", limit=MOST_TASKS)
        return {"count": count, "names": tasks.mapped("name")}

    @api.model
    def _prepare_values(self, figures, report):
        def told(rows):
            return [{**row, "day": self._day(row["date"])} for row in rows]

        tasks = figures["tasks"]
        return {
            "since": self._day(figures["since"]),
            "done": told(figures["done"]),
            "next": told(figures["next"]),
            "tasks": tasks,
            "more_tasks": tasks["count"] - len(tasks["names"]) if tasks else 0,
        }
