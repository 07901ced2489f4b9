from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import split_every

from ..logic import moves

PREPARE = "project_lifecycle.mail_activity_type_handoff_prepare"
PREPARED_AHEAD_DAYS = 14
BATCH = 100


class ProjectHandoffWatchMixin(models.AbstractModel):
    """Hand-offs are prepared ahead, and projects whose work is done do not drag on (S2.127a, S2.129)."""

    _name = "project.handoff.watch.mixin"
    _description = "Hand-offs to Come"

    @api.model
    def _cron_watch_handoffs(self):
        """Open hand-offs two weeks before the planned end, and ask to hand over or say why after some days.

        A step remembers the day, so that a night that was cut short goes on where it stopped.
        """
        today = fields.Date.today()
        steps = self.env["project.lifecycle.step"].search(
            [
                ("state", "=", "current"),
                ("paused_on", "=", False),
                ("stage_id.purpose", "not in", ("support", "closed")),
                ("project_id.active", "=", True),
                ("project_id.is_template", "=", False),
                ("project_id.lifecycle_id.stage_ids.purpose", "=", "support"),
                ("handoff_watched_on", "!=", today),
            ],
            order="id",
        )
        self.env["ir.cron"]._commit_progress(remaining=len(steps))
        for batch in split_every(BATCH, steps.ids, steps.browse):
            free = batch.try_lock_for_update()
            free.project_id._watch_handoffs(free, today)
            free.handoff_watched_on = today
            if not self.env["ir.cron"]._commit_progress(len(batch)):
                break

    def _watch_handoffs(self, steps, today):
        """Prepare the hand-offs of these projects, or ask for them, as the day has come.

        :param project.lifecycle.step steps: the present step of each
        :param date today: as the company counts
        """
        near = {
            step: stage for step in steps if (stage := step.project_id._get_support_next()) and step.project_id.user_id
        }
        projects = self.browse([step.project_id.id for step in near])
        handoffs = self.env["project.handoff"].search([("project_id", "in", projects.ids)]).grouped("project_id")
        done = projects._get_must_have_done()
        for step, stage in near.items():
            project = step.project_id
            known = handoffs.get(project, self.env["project.handoff"])
            draft = known.filtered(lambda handoff: handoff.state == "draft")
            step.ready_since = (step.ready_since or today) if project in done else False
            is_due = step.planned_end and step.planned_end <= today + timedelta(days=PREPARED_AHEAD_DAYS)
            if is_due and not known.filtered(
                lambda it, step=step: it.create_date.date() >= (step.date_start or today)
            ):
                draft = self.env["project.handoff"].create({"project_id": project.id, "to_stage_id": stage.id})
                told = draft.with_context(lang=project.user_id.lang or self.env.lang)
                told._schedule(
                    PREPARE,
                    told.env._("Prepare the hand-off of %(project)s", project=project.name),
                    max(step.planned_end, today),
                )
            wait = timedelta(days=project._get_support_company().handoff_wait_days)
            if step.ready_since and step.ready_since + wait <= today:
                draft = draft or self.env["project.handoff"].create(
                    {"project_id": project.id, "to_stage_id": stage.id}
                )
                draft._ask_to_hand_over(today, wait)

    def _get_support_next(self):
        """Return the support stage to which the present stage of one project leads; empty if stages lie between.

        Stages that may be passed over do not count.

        :rtype: project.project.stage
        """
        self.ensure_one()
        order, present = self._get_stage_order(), self.sudo().stage_id
        stages = self.env["project.project.stage"].browse(order)
        passable = self._get_passable()
        for stage in stages.filtered(lambda stage: stage.active):
            if moves.direction(order, present.id, stage.id) != moves.FORWARD:
                continue
            if stage.purpose == "support":
                return stage
            if stage not in passable:
                return stage.browse()
        return stages.browse()

    def _get_must_have_done(self):
        """Return those of these projects without a must-have point or task that is open.

        :rtype: project.project
        """
        stages = dict.fromkeys(self, self.env["project.project.stage"])
        projects = self.sudo()
        left = {**projects._contradiction_points(stages), **projects._contradiction_tasks(stages)}
        return self.filtered(lambda project: project not in left)
