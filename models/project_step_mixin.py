from collections import defaultdict

from odoo import fields, models

NOT_PAUSED = {"paused_on": False, "resume_date": False}


class ProjectStepMixin(models.AbstractModel):
    """The steps of projects: which there are, which is current, how they follow a move."""

    _name = "project.step.mixin"
    _description = "Steps of a Project"

    def _get_stage_order(self):
        """Return the ids of the stages of the project's lifecycle, in order, archived ones included."""
        self.ensure_one()
        return self.lifecycle_id.with_context(active_test=False)._get_stages().ids

    def _get_passable(self):
        """Return the stages that the project may pass over without their gates being asked."""
        self.ensure_one()
        stages = self.lifecycle_id.with_context(active_test=False)._get_stages()
        return stages.filtered(lambda stage: stage.is_optional or not stage.active)

    def _add_steps(self):
        """Give these projects the steps and criteria of their lifecycles that they do not have yet."""
        self._add_area_coverage()
        Step = self.env["project.lifecycle.step"].sudo()
        present = {(step.project_id.id, step.stage_id.id) for step in Step.search([("project_id", "in", self.ids)])}
        missing = [
            {"project_id": project.id, "stage_id": stage_id}
            for project in self
            for stage_id in project._get_stage_order()
            if (project.id, stage_id) not in present
        ]
        if missing:
            Step.create(missing)
        Step.search([("project_id", "in", self.ids), ("state", "in", ("current", "upcoming"))])._add_items()

    def _get_latest_steps(self):
        """Return for each project the last step of each stage, by the id of the stage."""
        latest = defaultdict(dict)
        for step in (
            self.env["project.lifecycle.step"].sudo().search([("project_id", "in", self.ids)], order="round, id")
        ):
            latest[step.project_id.sudo(False)][step.stage_id.id] = step
        return latest

    def _set_steps(self, current, skipped=None, done=None, upcoming=None):
        """Set the states of steps; the present one last, for a project has one at a time."""
        today = fields.Date.context_today(self)
        latest, working_days = self._get_latest_steps(), self._get_working_days()
        gaps = self._get_gaps(latest, working_days, upcoming)
        reopened = (current | (upcoming or current.browse())).filtered(lambda step: step._is_decided())
        if done:
            for step in done.filtered(lambda step: step.date_start and step.date_start > today):
                step.date_start = today
            done.write({"state": "done", "date_end": today})
        if skipped:
            skipped.write({"state": "skipped", "date_end": False, **NOT_PAUSED})
        if upcoming:
            upcoming.write({"state": "upcoming", "date_start": False, "date_end": False, **NOT_PAUSED})
        current.flush_model()
        current.write({"state": "current", "date_end": False})
        current.filtered(lambda step: not step.date_start).write({"date_start": today})
        if reopened:
            reopened._catch_up()
        self._replan(gaps, latest, working_days, done, upcoming)

    def _open_round(self, origin, stage):
        """Open another round of delivery: new steps, with fresh criteria, up to the stage the project comes from.

        :param project.project.stage origin: a stage of purpose go-live or review
        :param project.project.stage stage: a stage of purpose delivery before it
        :return: the step in which the round begins
        :rtype: project.lifecycle.step
        """
        self.ensure_one()
        order = self._get_stage_order()
        stages = order[order.index(stage.id) : order.index(origin.id) + 1]
        number = max(self.sudo().step_ids.mapped("round")) + 1
        steps = (
            self.env["project.lifecycle.step"]
            .sudo()
            .create([{"project_id": self.id, "stage_id": stage_id, "round": number} for stage_id in stages])
        )
        steps._add_items()
        return steps[0]

    def _leave_steps(self):
        current = (
            self.env["project.lifecycle.step"]
            .sudo()
            .search([("project_id", "in", self.ids), ("state", "=", "current")])
        )
        today = fields.Date.context_today(self)
        for step in current:
            # it may have begun today where it is later
            step.write({"state": "skipped", "date_end": max(today, step.date_start or today), **NOT_PAUSED})
        current.flush_recordset()
