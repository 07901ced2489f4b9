from datetime import datetime, time
from functools import partial

from pytz import timezone

from odoo import fields, models

from ..logic import planning


class ProjectPlanMixin(models.AbstractModel):
    """The planned dates of a project's steps, in working days of the project's calendar.

    The steps that are planned are the present one and those ahead of it, one a stage, in the order of the lifecycle.
    Each keeps its length and its distance from the one before it: what moves one moves those after it.
    """

    _name = "project.plan.mixin"
    _description = "Plan of a Project"

    def _plan_missing(self):
        """Plan projects whose steps have no dates yet, from the day on which their present step began.

        For projects that were there before steps had a plan; plans that are there stay.
        """
        latest, working_days = self._get_latest_steps(), self._get_working_days()
        for project, steps in self._get_steps_ahead(latest).items():
            current = steps[:1]
            if current and not any(steps.mapped("planned_start")):
                start = current.date_start or fields.Date.context_today(self)
                project._lay_out_steps(steps, start, {}, working_days[project])

    def _plan_from_start(self):
        """Plan anew the projects that stand in their first stage, from their start date on."""
        latest, working_days = self._get_latest_steps(), self._get_working_days()
        gaps = self._get_gaps(latest, working_days)
        for project, steps in self._get_steps_ahead(latest).items():
            start = project._get_plannable_start()
            if start and project._stands_first(steps):
                project._lay_out_steps(steps, start, gaps, working_days[project])

    def _get_gaps(self, latest, working_days, reopened=()):
        """Return how far each step stands from the one before it, by the id of the step, in working days.

        A step that was passed over stands nowhere: those beside it have no distance from it.

        :param dict latest: as of ``_get_latest_steps``
        :param dict working_days: as of ``_get_working_days``
        :param project.lifecycle.step reopened: those of the steps that are over which are to be planned again
        """
        gaps, again = {}, set(reopened.ids) if reopened else set()
        for project in self:
            days, before = working_days[project], None
            for step in project._get_chain(latest):
                if step.state == "skipped":
                    before = None
                    continue
                end = before and (before.date_end if before.state == "done" else before.planned_end)
                if end and step.planned_start and (step.state != "done" or step.id in again):
                    released = planning.release(days, end, before._takes_time())
                    gaps[step.id] = days.distance(released, step.planned_start)
                before = step
        return gaps

    def _replan(self, gaps, latest, working_days, done, reopened):
        """Plan the steps ahead of projects that have just moved.

        :param dict gaps: how far the steps stood from each other before the move
        :param dict latest: as of ``_get_latest_steps``
        :param dict working_days: as of ``_get_working_days``
        :param project.lifecycle.step done: those that ended today: what follows them begins on the working day after
        :param project.lifecycle.step reopened: those that are ahead again: their projects begin anew today
        """
        today = fields.Date.context_today(self)
        ended = {step.project_id.id: step for step in done or ()}
        back = set(reopened.project_id.ids) if reopened else ()
        for project, steps in self._get_steps_ahead(latest).items():
            left, days, start = ended.get(project.id), working_days[project], today
            of_project = gaps if left else {**gaps, steps[:1].id: 0}
            if left:
                start = planning.release(days, today, left._takes_time())
            elif project.id not in back and (begin := project._get_plannable_start()):
                start = begin if project._stands_first(steps) else max(begin, today)
            project._lay_out_steps(steps, start, of_project, days)

    def _follow_plan(self, step, gaps, latest, days):
        """Plan the steps after one whose planned end has changed.

        :param project.lifecycle.step step: which has its new dates
        :param dict gaps: how far the steps stood from each other before
        """
        self.ensure_one()
        later = self._get_steps_ahead(latest)[self]
        later = later[later.ids.index(step.id) + 1 :] if step in later else later.browse()
        start = planning.release(days, step.planned_end, step._takes_time())
        self._lay_out_steps(later, start, gaps, days)

    def _push_plans(self, paused):
        """Move the ends of present steps, and all that follows, by the working days that projects were paused.

        :param dict paused: for each project the day on which it was paused
        """
        projects = self.browse([project.id for project in paused])
        today = fields.Date.context_today(self)
        latest, working_days = projects._get_latest_steps(), projects._get_working_days()
        gaps = projects._get_gaps(latest, working_days)
        for project, steps in projects._get_steps_ahead(latest).items():
            current, days = steps[:1], working_days[project]
            lost = days.distance(paused[project], today)
            if not current.planned_end or not lost:
                continue
            begun = current.planned_start < paused[project]
            current.write(
                {
                    "planned_start": current.planned_start if begun else days.shifted(current.planned_start, lost),
                    "planned_end": days.shifted(current.planned_end, lost),
                }
            )
            project._follow_plan(current, gaps, latest, days)

    # === HELPERS === #

    def _get_plannable_start(self):
        """Return when the project begins, False if that is not known, or too far away to plan for."""
        self.ensure_one()
        start = self.sudo().date_start
        return start and planning.is_plannable(start, fields.Date.today()) and start

    def _get_chain(self, latest):
        """Return the last step of each stage, in the order of the lifecycle."""
        self.ensure_one()
        steps = latest[self]
        chain = [steps[stage_id].id for stage_id in self._get_stage_order() if stage_id in steps]
        return self.env["project.lifecycle.step"].sudo().browse(chain)

    def _get_steps_ahead(self, latest):
        """Return for each project its present step and the steps ahead of it, in order."""
        ahead = {}
        for project in self:
            chain = project._get_chain(latest)
            current = chain.filtered(lambda step: step.state == "current")
            later = chain[chain.ids.index(current.id) + 1 :] if current else chain.browse()
            ahead[project] = current + later.filtered(lambda step: step.state == "upcoming")
        return ahead

    def _stands_first(self, steps):
        """Tell whether the project is still in the first stage, for the first time.

        :param project.lifecycle.step steps: the present one and those ahead
        """
        return bool(steps) and steps[0].round == 1 and steps[0].stage_id == self._get_first_stage(self.lifecycle_id)

    def _lay_out_steps(self, steps, start, gaps, days):
        slots = [
            planning.Slot(step._get_length(days), gaps.get(step.id, 0), step.planned_start, step.planned_end)
            for step in steps
        ]
        for step, (planned_start, planned_end) in zip(steps, planning.lay_out(days, start, slots), strict=True):
            if (step.planned_start, step.planned_end) != (planned_start, planned_end):
                step.write({"planned_start": planned_start, "planned_end": planned_end})

    def _get_working_days(self):
        """Return for each project the working days of its calendar, global leaves excepted.

        Projects of one calendar share them: Odoo is asked once a calendar and quarter of a year.
        """
        known, working_days = {}, {}
        for project in self:
            calendar = project.sudo().resource_calendar_id
            key = (calendar, project.sudo().company_id or calendar.company_id or self.env.company)
            if key not in known:
                known[key] = planning.WorkingDays(partial(self._fetch_working_days, *key))
            working_days[project] = known[key]
        return working_days

    def _fetch_working_days(self, calendar, company, first, last):
        """Return the days on which a calendar has working time, as ``plan_days`` of the calendar counts them.

        :param resource.calendar calendar: may be empty: from Monday to Friday
        :param res.company company: whose global leaves count
        """
        if not calendar.attendance_ids and not calendar.flexible_hours:
            return planning.weekdays(first, last)
        zone = timezone(calendar.tz)
        begin, end = (zone.localize(datetime.combine(*it)) for it in ((first, time.min), (last, time.max)))
        leaves = [("time_type", "=", "leave"), ("company_id", "in", [False, company.id])]
        intervals = calendar._work_intervals_batch(begin, end, domain=leaves)[False]
        return sorted({begin.date() for begin, _end, _attendance in intervals})
