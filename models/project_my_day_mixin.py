from datetime import date

from odoo import api, fields, models
from odoo.fields import Domain

ROWS = 10


class ProjectMyDayMixin(models.AbstractModel):
    """What the blocks of My day are made of.

    An area adds its blocks by a mixin of its own that inherits this one: methods ``_block_<code>``, the codes of which
    ``project.my.day`` puts in order.
    """

    _name = "project.my.day.mixin"
    _description = "Blocks of My Day"

    @api.model
    def _get_projects_domain(self):
        """Return which projects count: those that the user leads, by name or as manager, or all that the user sees."""
        running = Domain("lifecycle_id", "!=", False) & Domain("is_template", "=", False)
        if self.env.context.get("my_day_all_projects"):
            return running
        return running & self.env["project.project"]._get_led_domain()

    @api.model
    def _get_active_projects_domain(self):
        """Return which of the projects that count are not archived."""
        return self._get_projects_domain() & Domain("active", "=", True)

    @api.model
    def _get_open_projects_domain(self):
        """Return which projects of the user go on: neither archived nor closed nor paused."""
        going_on = Domain("stage_id.fold", "=", False) & Domain("gate_state", "!=", "paused")
        return self._get_active_projects_domain() & going_on

    @api.model
    def _get_running_steps_domain(self):
        return (
            Domain("state", "=", "current")
            & Domain("paused_on", "=", False)
            & Domain("project_id", "any", self._get_active_projects_domain())
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
