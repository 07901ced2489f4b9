from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.fields import Domain

from .project_my_day_mixin import ROWS

DUE_WITHIN_DAYS = 7
# the sides that others answer for: a consultant can only ask again
OTHER_SIDES = ("client", "sales")
# what the editor leaves of a text that is empty
NO_TEXT = (False, "", "<p></p>", "<p><br></p>")


class ProjectMyDay(models.AbstractModel):
    """What waits for one person today, across the projects: a list of blocks, each a method."""

    _name = "project.my.day"
    _inherit = ["project.my.day.kickoff.mixin", "project.my.day.report.mixin", "project.my.day.signoff.mixin"]
    _description = "My Day"

    @api.model
    @api.readonly
    def get_blocks(self, all_projects=False):
        """Return what waits for the current user, block by block, in a constant number of queries.

        :param bool all_projects: not only the projects that the user leads; for project administrators
        :return: the blocks in their order, see ``_prepare_block``
        :rtype: list
        """
        everything = all_projects and self.env.user.has_group("project.group_project_manager")
        day = self.with_context(my_day_all_projects=bool(everything))
        return [getattr(day, f"_block_{code}")() for code in self._get_block_codes()]

    @api.model
    def _get_block_codes(self):
        """Return the codes of the blocks in their order: extend it to add a block, with its ``_block_<code>``."""
        return [
            "gates_ready",
            "sessions",
            "open_points",
            "expectations",
            "phases",
            "late_stages",
            "criteria_due",
            "reports",
            "lessons",
            "waiting",
            "signoffs",
            "people",
            "resume",
        ]

    # === BLOCKS === #

    @api.model
    def _block_gates_ready(self):
        return self._prepare_project_block(
            "gates_ready",
            self.env._("Gates ready"),
            self.env._("No gate is ready to be passed."),
            Domain("gate_state", "=", "ready"),
            row_action="action_open_gate",
        )

    @api.model
    def _block_late_stages(self):
        return self._prepare_project_block(
            "late_stages",
            self.env._("Late stages"),
            self.env._("No stage is late."),
            Domain("is_stage_late", "=", True),
        )

    @api.model
    def _block_resume(self):
        return self._prepare_project_block(
            "resume",
            self.env._("Paused projects to resume"),
            self.env._("No paused project is to be resumed."),
            Domain("gate_state", "=", "paused") & Domain("stage_resume_date", "<=", fields.Date.context_today(self)),
            due_field="stage_resume_date",
        )

    @api.model
    def _block_criteria_due(self):
        soon = fields.Date.context_today(self) + timedelta(days=DUE_WITHIN_DAYS)
        steps = self._get_running_steps_domain() & Domain("project_id.stage_planned_end", "<=", soon)
        due = self._get_blocking_domain() & Domain("responsible", "not in", OTHER_SIDES)
        planned = Domain("activity_ids.user_id", "=", self.env.uid)
        return self._prepare_criteria_block(
            "criteria_due",
            self.env._("Criteria due"),
            self.env._("No criterion is due this week."),
            Domain("state", "=", "open") & (planned | (due & Domain("step_id", "any", steps))),
        )

    @api.model
    def _block_waiting(self):
        blocking = self._get_blocking_domain() & Domain("responsible", "in", OTHER_SIDES)
        return self._prepare_criteria_block(
            "waiting",
            self.env._("Waiting for others"),
            self.env._("Nobody keeps you waiting."),
            Domain("state", "=", "open") & blocking & Domain("step_id", "any", self._get_running_steps_domain()),
        )

    @api.model
    def _block_sessions(self):
        """Sessions of today, those that were not marked as held, and those held of which the minutes are missing."""
        tomorrow = datetime.combine(fields.Date.context_today(self) + timedelta(days=1), time.min)
        zone = timezone(self.env.user.tz or "UTC")
        end = zone.localize(tomorrow).astimezone(utc).replace(tzinfo=None)
        unheld = Domain("held_on", "=", False) & Domain("start", "<", end)
        unwritten = Domain("held_on", "!=", False) & Domain("minutes", "in", NO_TEXT)
        mine = Domain("lifecycle_project_id", "any", self._get_active_projects_domain())
        domain = mine & (unheld | unwritten)
        events = self.env["calendar.event"].search(domain, order="start, id", limit=ROWS)
        rows = [
            self._prepare_row(
                event,
                event.name,
                subtitle=event.lifecycle_project_id.name,
                badge=self._get_session_badge(event),
                due=event.start_date if event.allday else event._get_session_day(),
                action="action_open_session",
            )
            for event in events
        ]
        return self._prepare_records_block(
            "sessions",
            self.env._("Sessions"),
            self.env._("No session today, and none without minutes."),
            events,
            domain,
            rows,
            views=("list", "calendar", "form"),
        )

    @api.model
    def _block_open_points(self):
        """Points that the user owns, the overdue ones first, then those that block the next gate of the projects."""
        Point = self.env["project.open.point"]
        waiting = Domain("state", "=", "open")
        mine = waiting & Domain("user_id", "=", self.env.uid)
        others = waiting & Domain("user_id", "!=", self.env.uid) & self._get_present_gates_domain()
        points = Point.search(mine, order="deadline, id", limit=ROWS)
        if len(points) < ROWS:
            points += Point.search(others, order="deadline, id", limit=ROWS - len(points))
        kinds = dict(Point._fields["kind"]._description_selection(self.env))
        rows = [
            self._prepare_row(
                point,
                point.name,
                subtitle=self._join(
                    point.project_id.name, point.sudo()._get_owner_name() if point.user_id != self.env.user else ""
                ),
                badge=kinds[point.kind],
                due=point.deadline,
            )
            for point in points
        ]
        domain = mine | others
        return self._prepare_records_block(
            "open_points",
            self.env._("Open points"),
            self.env._("No point waits for your answer, none blocks your next gates."),
            points,
            domain,
            rows,
        )

    @api.model
    def _block_people(self):
        """Projects whose checklists ask for a SPOC, or for what the SPOC acknowledges, and which have none."""
        spoc = Domain("client_role", "=", "spoc") & Domain("date_to", "=", False)
        silent = Domain("stakeholder_ids", "any", spoc & Domain("acknowledged_on", "=", False))
        asked = Domain("state", "=", "open") & Domain("step_id.state", "in", ("current", "upcoming"))
        missing = Domain("spoc_id", "=", False) & Domain(
            "checklist_item_ids", "any", asked & Domain("template_id.criterion", "in", ("spoc", "spoc_duties"))
        )
        return self._prepare_project_block(
            "people",
            self.env._("People"),
            self.env._("Every project has its SPOC, who knows the duties."),
            Domain("stage_id.fold", "=", False) & (missing | silent),
            get_badge=self._get_people_badge,
        )

    # === WHAT THEY SAY === #

    @api.model
    def _get_present_gates_domain(self):
        """Return which points block the gate before which a project of the user stands."""
        projects = self._get_active_projects_domain()
        stages = self.env["project.project"]._read_group(projects, ["stage_id"])
        return Domain("is_blocking", "=", True) & Domain.OR(
            Domain("stage_id", "=", stage.id)
            & Domain("project_id", "any", projects & Domain("stage_id", "=", stage.id))
            for (stage,) in stages
        )

    @api.model
    def _get_session_badge(self, event):
        if event.held_on:
            return self.env._("Minutes missing")
        return self.env._("Held?") if event.start <= fields.Datetime.now() else self.env._("Today")

    @api.model
    def _get_people_badge(self, project):
        return self.env._("Duties not acknowledged") if project.spoc_id else self.env._("No SPOC")
