from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .project_checklist_template import RESPONSIBLE_SIDES

ROWS = 10
DUE_WITHIN_DAYS = 7
# the sides that others answer for: a consultant can only ask again
OTHER_SIDES = ("client", "sales")


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
        return ["gates_ready", "late_stages", "criteria_due", "waiting", "resume"]

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
        steps = self._get_running_steps_domain() & Domain("planned_end", "<=", soon)
        due = Domain("is_blocking", "=", True) & Domain("responsible", "not in", OTHER_SIDES)
        planned = Domain("activity_ids.user_id", "=", self.env.uid)
        return self._prepare_criteria_block(
            "criteria_due",
            self.env._("Criteria due"),
            self.env._("No criterion is due this week."),
            Domain("state", "=", "open") & (planned | (due & Domain("step_id", "any", steps))),
        )

    @api.model
    def _block_waiting(self):
        blocking = Domain("is_blocking", "=", True) & Domain("responsible", "in", OTHER_SIDES)
        return self._prepare_criteria_block(
            "waiting",
            self.env._("Waiting for others"),
            self.env._("Nobody keeps you waiting."),
            Domain("state", "=", "open") & blocking & Domain("step_id", "any", self._get_running_steps_domain()),
        )

    # === WHAT BLOCKS ARE MADE OF === #

    @api.model
    def _get_projects_domain(self):
        """Return which projects count: those that the user leads, or all that the user sees."""
        running = Domain("lifecycle_id", "!=", False) & Domain("is_template", "=", False)
        if self.env.context.get("my_day_all_projects"):
            return running
        return running & Domain("user_id", "=", self.env.uid)

    @api.model
    def _get_running_steps_domain(self):
        return (
            Domain("state", "=", "current")
            & Domain("paused_on", "=", False)
            & Domain("project_id", "any", self._get_projects_domain() & Domain("active", "=", True))
        )

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
    def _prepare_project_block(self, key, title, empty, domain, due_field="stage_planned_end", row_action=False):
        """Return a block of projects.

        :param Domain domain: which of the user's projects are in it
        :param str due_field: a date of the project
        :param str row_action: a method of the project that a click on a row calls
        """
        domain = self._get_projects_domain() & domain
        Project = self.env["project.project"]
        projects = Project.search(domain, order=f"{due_field}, name, id", limit=ROWS)
        rows = [
            self._prepare_row(
                project,
                project.name,
                subtitle=self._join(project.stage_id.name, project.partner_id.sudo().name),
                badge=self._get_gate_badge(project),
                due=project[due_field],
                action=row_action,
            )
            for project in projects
        ]
        return self._prepare_block(
            key,
            title,
            empty,
            domain,
            rows,
            self._count(Project, domain, rows),
            {"res_model": "project.project", "views": [[False, "list"], [False, "kanban"], [False, "form"]]},
        )

    @api.model
    def _prepare_criteria_block(self, key, title, empty, domain):
        """Return a block of criteria.

        :param Domain domain: which criteria are in it
        """
        Item = self.env["project.checklist.item"]
        items = Item.search(domain, order="project_id, sequence, id", limit=ROWS)
        sides = dict(self.env["project.checklist.item"]._fields["responsible"]._description_selection(self.env))
        rows = []
        for item in items:
            planned = item.activity_ids.filtered(lambda activity: activity.user_id == self.env.user)
            rows.append(
                self._prepare_row(
                    item,
                    item.name,
                    subtitle=self._join(item.project_id.name, item.step_id.display_name),
                    badge="" if item.responsible == RESPONSIBLE_SIDES[0][0] else sides[item.responsible],
                    due=min(planned.mapped("date_deadline"), default=item.step_id.planned_end),
                    action="action_open",
                )
            )
        rows.sort(key=lambda row: row["due"] or "9999")
        return self._prepare_block(
            key,
            title,
            empty,
            domain,
            rows,
            self._count(Item, domain, rows),
            {"res_model": "project.checklist.item", "views": [[False, "list"], [False, "kanban"], [False, "form"]]},
        )

    @api.model
    def _count(self, model, domain, rows):
        return len(rows) if len(rows) < ROWS else model.search_count(domain)

    @api.model
    def _join(self, *parts):
        return " · ".join(part for part in parts if part)

    @api.model
    def _get_gate_badge(self, project):
        if project.gate_state == "blocked":
            return self.env._("%(count)s blocking", count=project.stage_blocking_count)
        return f"{project.stage_item_met_count}/{project.stage_item_count}"
