from odoo import fields, models
from odoo.exceptions import UserError

ACTIVITIES = [
    "project_lifecycle.mail_activity_type_handoff_prepare",
    "project_lifecycle.mail_activity_type_handoff",
]


class ProjectHandoffWaitMixin(models.AbstractModel):
    """A project that is not handed over yet: its consultant is asked, and says why, or does something else instead."""

    _name = "project.handoff.wait.mixin"
    _description = "Hand-off That Waits"

    # === ACTIONS === #

    def action_keep(self):
        """Say why a project is not handed over yet, though its work is done (S2.129).

        :raises AccessError: if the user is not the consultant of the project
        :raises UserError: without a reason, or without a day on which to ask again
        """
        self.ensure_one()
        self.project_id._check_lifecycle_consultant()
        self._check_open()
        if not (self.kept_reason or "").strip():
            raise UserError(self.env._("Write why %(project)s is not handed over yet.", project=self.project_id.name))
        if not self.kept_until or self.kept_until <= fields.Date.context_today(self):
            raise UserError(self.env._("Write when to ask again, a day to come."))
        handoff = self.sudo()
        handoff.activity_feedback(ACTIVITIES, feedback=self.kept_reason)
        return True

    def action_offer_pack(self):
        """Open the quotation for the next pack: what a project without hours needs, instead of support."""
        self.ensure_one()
        self.project_id._check_lifecycle_consultant()
        return self.project_id.action_prepare_next_pack()

    def action_at_risk(self):
        """Say that the project is at risk: no hours are left, and it is not ready to be left alone (S2.130)."""
        self.ensure_one()
        self.project_id._check_lifecycle_consultant()
        self.env["project.update"].create(
            {
                "project_id": self.project_id.id,
                "name": self.env._("At risk: no hours are left"),
                "status": "at_risk",
            }
        )
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # === ASKING === #

    def _ask_to_hand_over(self, today, wait):
        """Ask the consultant to hand over or to say why not, once in a while, unless it was said until when.

        :param date today: as the company counts
        :param timedelta wait: how long nobody is asked again
        """
        self.ensure_one()
        if (self.kept_until and self.kept_until > today) or (self.asked_on and self.asked_on + wait > today):
            return
        told = self.with_context(lang=self.project_id.user_id.lang or self.env.lang)
        summary = told.env._("Hand %(project)s over, or say why not", project=self.project_id.name)
        told.activity_unlink(ACTIVITIES[1:])
        told._schedule(ACTIVITIES[1], summary, today)
        self.asked_on = today

    def _schedule(self, activity_type, summary, deadline):
        """Give the consultant of one hand-off an activity, in the consultant's language.

        :param str activity_type: xmlid
        :param str summary: in the language of the consultant
        :param date deadline: when it is due
        """
        self.ensure_one()
        user = self.project_id.user_id
        if user.active and not user.share:
            self.activity_schedule(activity_type, user_id=user.id, summary=summary, date_deadline=deadline)
