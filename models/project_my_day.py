from datetime import date, datetime, time, timedelta

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.fields import Domain

ROWS = 10
DUE_WITHIN_DAYS = 7
# the sides that others answer for: a consultant can only ask again
OTHER_SIDES = ("client", "sales")
# what the editor leaves of a text that is empty
NO_TEXT = (False, "", "<p></p>", "<p><br></p>")


class ProjectMyDay(models.AbstractModel):
    """What waits for one person today, across the projects: a list of blocks, each a method."""

    _name = "project.my.day"
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
            "late_stages",
            "criteria_due",
            "waiting",
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
        mine = Domain("lifecycle_project_id", "any", self._get_projects_domain() & Domain("active", "=", True))
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

    # === WHAT BLOCKS ARE MADE OF === #

    @api.model
    def _get_present_gates_domain(self):
        """Return which points block the gate before which a project of the user stands."""
        projects = self._get_projects_domain() & Domain("active", "=", True)
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

    @api.model
    def _get_projects_domain(self):
        """Return which projects count: those that the user leads, by name or as manager, or all that the user sees."""
        running = Domain("lifecycle_id", "!=", False) & Domain("is_template", "=", False)
        if self.env.context.get("my_day_all_projects"):
            return running
        return running & self.env["project.project"]._get_led_domain()

    @api.model
    def _get_running_steps_domain(self):
        return (
            Domain("state", "=", "current")
            & Domain("paused_on", "=", False)
            & Domain("project_id", "any", self._get_projects_domain() & Domain("active", "=", True))
        )

    @api.model
    def _get_blocking_domain(self):
        """Return which criteria hold a gate; those of an exit are asked only if it is taken."""
        return Domain("is_blocking", "=", True) & Domain("exit_id", "=", False)

    @api.model
    def _prepare_block(self, key, title, empty, domain, rows, count, action):
        """Return a block as the page shows it.

        :param str key: its code
        :param str title: its heading
        :param str empty: what stands there when there is nothing
        :param Domain domain: of the records behind *See all*
        :param list rows: see ``_prepare_row``
        :param int count: how many there are, rows shown or not
        :param dict action: what *See all* opens, completed with the domain
        :rtype: dict
        """
        return {
            "key": key,
            "title": title,
            "empty": empty,
            "count": count,
            "rows": rows,
            "action": {
                "type": "ir.actions.act_window",
                "name": title,
                "target": "current",
                **action,
                "domain": list(domain),
            },
        }

    @api.model
    def _prepare_records_block(
        self, key, title, empty, records, domain, rows, count=None, views=("list", "kanban", "form")
    ):
        """Return a block of the records of one model, the first of which are shown.

        :param records: of the model; any
        :param Domain domain: which of them are in it
        :param list rows: see ``_prepare_row``, ``ROWS`` at most
        :param int count: how many there are; counted if not given, and only if there may be more than rows
        :param tuple views: in which *See all* opens them
        """
        if count is None:
            count = len(rows) if len(rows) < ROWS else records.search_count(domain)
        action = {"res_model": records._name, "views": [[False, view] for view in views]}
        return self._prepare_block(key, title, empty, domain, rows, count, action)

    @api.model
    def _prepare_row(self, record, title, subtitle="", badge="", due=False, action=False):
        """Return a row of a block.

        :param record: what one click opens
        :param str badge: a short word that stands beside the title
        :param date due: a past one is shown as late
        :param str action: a method of the record that returns what the click opens; else its form is opened
        :rtype: dict
        """
        return {
            "title": title,
            "subtitle": subtitle,
            "badge": badge,
            "due": fields.Date.to_string(due) if due else False,
            "late": bool(due and due < fields.Date.context_today(self)),
            "res_model": record._name,
            "res_id": record.id,
            "action": action,
        }

    @api.model
    def _prepare_project_block(
        self, key, title, empty, domain, due_field="stage_planned_end", row_action=False, get_badge=None
    ):
        """Return a block of projects.

        :param Domain domain: which of the user's projects are in it
        :param str due_field: a date of the project
        :param str row_action: a method of the project that a click on a row calls
        :param get_badge: returns the short word beside a project; the state of its gate if not given
        """
        get_badge = get_badge or self._get_gate_badge
        domain = self._get_projects_domain() & domain
        projects = self.env["project.project"].search(domain, order=f"{due_field}, name, id", limit=ROWS)
        rows = [
            self._prepare_row(
                project,
                project.name,
                subtitle=self._join(project.stage_id.name, project.partner_id.sudo().name),
                badge=get_badge(project),
                due=project[due_field],
                action=row_action,
            )
            for project in projects
        ]
        block = self._prepare_records_block(key, title, empty, projects, domain, rows)
        block["action"]["views"][0][0] = self.env.ref("project_lifecycle.project_project_view_list_portfolio").id
        return block

    @api.model
    def _prepare_criteria_block(self, key, title, empty, domain):
        """Return a block of criteria.

        :param Domain domain: which criteria are in it
        """
        Item = self.env["project.checklist.item"]
        planned = self._get_planned_days()
        due = {
            item_id: planned.get(item_id) or step.project_id.stage_planned_end or date.max
            for step, item_ids in Item._read_group(domain, ["step_id"], ["id:array_agg"])
            for item_id in item_ids
        }
        items = Item.browse(sorted(due, key=lambda item_id: (due[item_id], item_id))[:ROWS])
        sides = dict(Item._fields["responsible"]._description_selection(self.env))
        rows = [
            self._prepare_row(
                item,
                item.name,
                subtitle=self._join(item.project_id.name, item.step_id.display_name),
                badge="" if item.responsible == "consultant" else sides[item.responsible],
                due=due[item.id] if due[item.id] < date.max else False,
                action="action_open",
            )
            for item in items
        ]
        return self._prepare_records_block(key, title, empty, items, domain, rows, count=len(due))

    @api.model
    def _get_planned_days(self):
        """Return, by the id of the criterion, the day for which the user has something planned about it."""
        planned = self.env["mail.activity"]._read_group(
            [("res_model", "=", "project.checklist.item"), ("user_id", "=", self.env.uid)],
            ["res_id"],
            ["date_deadline:min"],
        )
        return dict(planned)

    @api.model
    def _join(self, *parts):
        return " · ".join(part for part in parts if part)

    @api.model
    def _get_gate_badge(self, project):
        if project.gate_state == "blocked":
            return self.env._("%(count)s blocking", count=project.stage_blocking_count)
        return f"{project.stage_item_met_count}/{project.stage_item_count}"
