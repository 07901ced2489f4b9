from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError


class SpocChange(NamedTuple):
    """Tells, in the context (key ``spoc_change``), that the SPOC is replaced by the guided step.

    Only an object of this very class counts, so that no caller from outside can send one.
    """

    reason: str


class ProjectSpocChangeMixin(models.AbstractModel):
    """The guided step that replaces the SPOC of a project after its kick-off (S2.44)."""

    _name = "project.spoc.change.mixin"
    _description = "Change of SPOC of a Project"

    spoc_change_count = fields.Integer(
        "SPOC changes",
        compute="_compute_spoc_change_count",
        store=True,
        copy=False,
        groups="base.group_user",
        help="How often the SPOC was replaced after the kick-off.",
    )
    is_spoc_change_guided = fields.Boolean(
        compute="_compute_is_spoc_change_guided", groups="base.group_user", export_string_translation=False
    )

    @api.depends("spoc_change_ids")
    def _compute_spoc_change_count(self):
        for project in self:
            # as for the SPOC: nothing over nothing is one statement more for each new project
            if project.spoc_change_count != len(project.spoc_change_ids):
                project.spoc_change_count = len(project.spoc_change_ids)

    @api.depends("lifecycle_id", "stage_id")
    def _compute_is_spoc_change_guided(self):
        past = self._origin._get_past_kickoff()
        for project in self:
            project.is_spoc_change_guided = project._origin in past

    def action_change_spoc(self):
        """Open the guided step that replaces the SPOC after the kick-off.

        :raises AccessError: if the current user is not the consultant of the project
        """
        self.ensure_one()
        self._check_lifecycle_consultant()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_spoc_change_wizard_action"),
            "context": {"default_project_id": self.id},
        }

    def _get_past_kickoff(self):
        """Return those of these projects that have ever got beyond the kick-off stages of their lifecycle.

        In a lifecycle without a kick-off stage delivery is what lies beyond it.

        :rtype: project.project
        """
        with_lifecycle = self.filtered("lifecycle_id")
        if not with_lifecycle:
            return self.browse()
        decisions = self.env["project.gate.decision"].sudo().search([("project_id", "in", with_lifecycle.ids)])
        by_project = decisions.grouped("project_id")
        past = self.browse()
        for project in with_lifecycle.sudo():
            stages = project.lifecycle_id.with_context(active_test=False)._get_stages()
            kickoffs = [rank for rank, stage in enumerate(stages) if stage.purpose == "kickoff"]
            beyond = (
                stages[kickoffs[-1] + 1 :]
                if kickoffs
                else stages.filtered(lambda stage: stage.purpose not in ("intake", "other"))
            )
            reached = project.stage_id
            if project in by_project:
                reached |= by_project[project].to_stage_id
            if reached & beyond:
                past |= project
        return past.sudo(self.env.su)

    def _change_spoc(self, partner, reason, delay_days, date=None, is_mailed=True, is_invited=False):
        """Replace the SPOC of one project: the history stays, the access of the client moves over.

        :param res.partner partner: the new SPOC, a contact of the project's customer
        :param str reason: why
        :param int delay_days: expected delay, in working days, 0 or more
        :param date date: first day of the new SPOC; today if not given
        :param bool is_mailed: whether the new SPOC is told by mail
        :param bool is_invited: whether the new SPOC is invited to the portal, unless there is a login already
        :raises AccessError: if the current user is not the consultant of the project
        :raises UserError: without reason, without a SPOC before, if it is the same person, or if the invitation has
            no address
        :rtype: project.spoc.change
        """
        self.ensure_one()
        self._check_lifecycle_consultant()
        reason = (reason or "").strip()
        current = self._get_spoc_line().sudo()
        old = current.partner_id
        self._check_spoc_change(old, partner, reason, delay_days)
        date = date or fields.Date.context_today(self)
        self._check_after_last_change(date)
        values = self._prepare_spoc_change(old, partner)
        # the consultant was checked above: the record of a change is nobody's to write
        change = self.env["project.spoc.change"].sudo()
        change = change.create({**values, "date": date, "reason": reason, "delay_days": delay_days})
        guided = current.with_context(spoc_change=SpocChange(reason))
        guided._hand_over_to(partner, date)
        self._follow_people()
        self.with_context(no_mail_to_attendees=not is_mailed)._move_client_side(old, partner)
        if is_mailed:
            change._mail_new_spoc()
        if is_invited:
            self._invite_to_portal(partner)
        return change.sudo(self.env.su)

    def _check_after_last_change(self, date):
        last = max(self.sudo().spoc_change_ids.mapped("date"), default=date)
        if date < last:
            raise UserError(self.env._("The SPOC changed on %(date)s: this change comes after it.", date=last))

    def _prepare_spoc_change(self, old, new):
        """Return who replaces whom, and what the new SPOC has to catch up with, in our words and in the client's."""
        for_client = self.with_context(lang=new.lang or self.env.lang)
        return {
            "project_id": self.id,
            "old_partner_id": old.id,
            "new_partner_id": new.id,
            "user_id": self.env.uid,
            "reading_list": self._render_reading_list(),
            "client_reading_list": for_client._render_reading_list(for_client=True),
        }

    def _check_spoc_change(self, old, new, reason, delay_days):
        if not reason:
            raise UserError(self.env._("Write why the SPOC changes: it is kept for good."))
        if delay_days < 0:
            raise UserError(self.env._("The expected delay is 0 or more working days."))
        if not old:
            raise UserError(self.env._("%(project)s has no SPOC yet: name one.", project=self.name))
        if not new or old == new:
            raise UserError(self.env._("%(spoc)s is the SPOC already: choose who comes after.", spoc=old.display_name))

    def _move_client_side(self, old, new):
        """Let what belongs to the SPOC of one project follow to the new one: override to move more.

        Here: following the project and its tasks, done ones too (who follows a task sees it), access to the shared
        project, open points and the invitation to sessions to come. Who keeps another role on the project stays a
        follower.

        :param res.partner old: the former SPOC
        :param res.partner new: the present one
        """
        self.ensure_one()
        project = self.sudo()
        followed = project.task_ids.filtered(lambda task: old in task.message_partner_ids)
        shared = project.collaborator_ids.filtered(lambda collaborator: collaborator.partner_id == old)
        if shared and new not in project.collaborator_ids.partner_id:
            self.env["project.collaborator"].sudo().create(
                {"project_id": self.id, "partner_id": new.id, "limited_access": shared.limited_access}
            )
        self._move_client_points(old, new)
        project.message_subscribe(partner_ids=new.ids)
        if followed:
            followed.message_subscribe(partner_ids=new.ids)
        today = fields.Date.context_today(self)
        stays = project.stakeholder_ids.filtered(
            lambda person: person.partner_id == old and (not person.date_to or person.date_to > today)
        )
        self._move_client_sessions(old, new, is_replaced=not stays)
        if not stays:
            project.message_unsubscribe(partner_ids=old.ids)

    def _get_pending_client_items(self):
        """Return the criteria of the current steps that wait for the client.

        :rtype: project.checklist.item
        """
        return self.env["project.checklist.item"].search(
            [
                ("project_id", "in", self.ids),
                ("exit_id", "=", False),
                ("step_state", "=", "current"),
                ("responsible", "=", "client"),
                ("state", "=", "open"),
            ]
        )
