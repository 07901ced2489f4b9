import logging

from odoo import api, fields, models
from odoo.tools import is_html_empty, split_every

_logger = logging.getLogger(__name__)

NIGHTLY_BATCH = 100


class ProjectCriteriaMixin(models.AbstractModel):
    """What Odoo works out about projects: one method a criterion."""

    _name = "project.criteria.mixin"
    _description = "Computed Criteria of a Project"

    def _refresh_criteria(self):
        """Work out again what fields of these projects decide, so that pages show it before the gate does."""
        if self:
            domain = [("project_id", "in", self.ids), ("kind", "in", ("field", "computed"))]
            self.env["project.checklist.item"].sudo().search(domain)._refresh()

    @api.model
    def _cron_refresh_criteria(self):
        """Work out every night what fields and Odoo decide about running projects: time alone may change it.

        A step remembers the day, so that a night that was cut short goes on where it stopped.
        """
        today = fields.Date.today()
        steps = self.env["project.lifecycle.step"].search(
            [
                ("state", "=", "current"),
                ("stage_id.fold", "=", False),
                ("project_id.active", "=", True),
                ("project_id.lifecycle_id", "!=", False),
                ("refreshed_on", "!=", today),
                ("project_id.checklist_item_ids", "any", [("kind", "in", ("field", "computed"))]),
            ],
            order="id",
        )
        self.env["ir.cron"]._commit_progress(remaining=len(steps))
        for batch in split_every(NIGHTLY_BATCH, steps.ids, steps.browse):
            # those that somebody works on at this moment are refreshed by that work
            free = batch.try_lock_for_update()
            for company, of_company in free.grouped(lambda step: step.project_id.company_id).items():
                of_company.project_id.with_company(company)._refresh_criteria_safely()
            free.refreshed_on = today
            if not self.env["ir.cron"]._commit_progress(len(batch)):
                break

    def _refresh_criteria_safely(self):
        """Refresh the criteria of these projects; one that fails, say by an addon's criterion, holds no other up."""
        try:
            with self.env.cr.savepoint():
                self._refresh_criteria()
        except Exception:
            if len(self) == 1:
                _logger.exception("The criteria of project %s could not be worked out", self.id)
                return
            for project in self:
                project._refresh_criteria_safely()

    def _get_meeting(self, code, stage):
        """Return those of these projects that meet a computed criterion; none if its addon is gone.

        To add one, extend the selection ``criterion`` of ``project.checklist.template`` and define
        ``_criterion_<code>``:
        called on many projects with the superuser's rights, it returns those that meet the criterion, in a number of
        queries that does not grow with them. One that depends on the gate that asks is called
        ``_gate_criterion_<code>`` and gets its stage.

        :param str code: a value of that selection
        :param project.project.stage stage: the stage whose gate asks
        :rtype: project.project
        """
        if method := getattr(self, f"_gate_criterion_{code}", None):
            return method(stage)
        method = getattr(self, f"_criterion_{code}", None)
        return method() if method else self.browse()

    def _get_filled_in(self, field_name, minimum_count=1):
        """Return those of these projects that have a field filled in.

        :param str field_name: a stored field
        :param int minimum_count: how many records a field that holds several must have
        """
        field = self._fields.get(field_name)
        if field is None:
            return self.browse()
        if field.type in ("one2many", "many2many"):
            return self.filtered(lambda project: len(project[field_name]) >= minimum_count)
        if field.type == "html":
            return self.filtered(lambda project: not is_html_empty(project[field_name]))
        return self.filtered(field_name)

    def _criterion_customer(self):
        return self.filtered("partner_id")

    def _criterion_manager(self):
        return self.filtered("user_id")

    def _criterion_dates(self):
        return self.filtered(lambda project: project.date_start and project.date)

    def _criterion_plan(self):
        """Every stage ahead is planned, and ends within the dates of the project (S1.27)."""
        ahead = self.env["project.lifecycle.step"].search(
            [("project_id", "in", self.ids), ("state", "in", ("current", "upcoming"))]
        )
        beyond = ahead.filtered(
            lambda step: (
                not step.planned_start
                or not step.planned_end
                or (step.project_id.date and step.planned_end > step.project_id.date)
            )
        )
        return self.filtered("lifecycle_id") - self.browse(beyond.project_id.ids)

    def _criterion_milestones(self):
        """The project has milestones, and each has its date (S1.28)."""
        milestones = self.env["project.milestone"].search([("project_id", "in", self.ids)])
        undated = milestones.filtered(lambda milestone: not milestone.deadline)
        return self.browse((milestones.project_id - undated.project_id).ids)

    def _criterion_blocking_tasks(self):
        blocked = self.env["project.task"]._read_group(
            [
                ("project_id", "in", self.ids),
                ("blocks_gate", "=", True),
                ("state", "in", self.env["project.task"].OPEN_STATES),
            ],
            ["project_id"],
        )
        return self - self.browse([project.id for (project,) in blocked])
