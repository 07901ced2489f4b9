from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

SESSION_FIELDS = {"lifecycle_project_id", "session_kind", "session_item_ids", "held_on"}
MINUTES_FIELDS = {"minutes", "internal_note"}
# who took part writes the minutes
PEOPLE_FIELDS = {"partner_ids", "attendee_ids", "user_id"}
SESSION_KINDS = [
    ("internal", "Internal kick-off"),
    ("kickoff", "Kick-off"),
    ("follow_up", "Follow-up"),
    ("other", "Other"),
]


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    # Portal users read the meetings they are invited to, every field without groups included.
    lifecycle_project_id = fields.Many2one(
        "project.project",
        string="Session of the project",
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
    )
    session_kind = fields.Selection(SESSION_KINDS, string="Kind of session", groups="base.group_user")
    session_item_ids = fields.Many2many(
        "project.checklist.item",
        "calendar_event_checklist_item_rel",
        string="Points of the session",
        # Odoo copies meetings, also for each recurrence, with the rights of whoever plans them
        copy=False,
        groups="project.group_project_user",
    )
    held_on = fields.Date("Held on", copy=False, groups="base.group_user")
    minutes = fields.Html(
        copy=False,
        groups="base.group_user",
        help="What was said and decided, in words for the client: printed in the kick-off minutes once the session was"
        " held, unless the session is an internal one.",
    )
    internal_note = fields.Html(
        "Internal note", copy=False, groups="base.group_user", help="Stays with us: neither printed nor mailed."
    )
    session_invitation = fields.Html(compute="_compute_session_invitation", sanitize=False, groups="base.group_user")
    session_message = fields.Html("Own words in the invitation", groups="base.group_user")

    @api.depends("session_kind", "session_item_ids", "session_message")
    @api.depends_context("lang")
    def _compute_session_invitation(self):
        for event in self:
            event.session_invitation = event.sudo()._render_session_invitation()

    @api.constrains("lifecycle_project_id", "session_kind", "partner_ids")
    def _check_session_partners(self):
        for event in self.sudo().filtered("lifecycle_project_id"):
            partners = event.partner_ids
            of_client = partners.filtered("partner_share")
            if not event.session_kind:
                raise ValidationError(self.env._("%(session)s: say which kind of session it is.", session=event.name))
            if not partners:
                raise ValidationError(self.env._("%(session)s: nobody is invited. Add attendees.", session=event.name))
            if event.session_kind == "internal" and of_client:
                raise ValidationError(
                    self.env._(
                        "%(session)s: the internal kick-off takes place without the client. These attendees are none"
                        " of us: %(people)s.",
                        session=event.name,
                        people=", ".join(of_client.mapped("name")),
                    )
                )
            if event.session_kind == "kickoff" and not of_client:
                raise ValidationError(
                    self.env._("%(session)s: invite at least one person of the client.", session=event.name)
                )

    @api.constrains("held_on", "lifecycle_project_id")
    def _check_held_on(self):
        for event in self.sudo().filtered("held_on"):
            if not event.lifecycle_project_id or event.held_on > fields.Date.context_today(self):
                raise ValidationError(
                    self.env._(
                        "%(session)s: only a session of a project that has taken place was held.", session=event.name
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Create meetings; sessions of a project are planned by its consultant.

        :raises AccessError: if somebody else plans one
        """
        events = super().create(vals_list)
        projects = events._get_session_projects()
        if projects:
            projects._check_lifecycle_consultant()
            projects._refresh_criteria()
        return events

    def write(self, vals):
        """Change meetings; what makes one a session of a project is its consultant's to change.

        :raises AccessError: if somebody else does
        """
        if not vals.keys().isdisjoint(PEOPLE_FIELDS):
            self._check_may_change_people()
        changed = vals.keys() & (SESSION_FIELDS | MINUTES_FIELDS | {"active"})
        if not changed:
            return super().write(vals)
        before = self._get_session_projects()
        if changed & SESSION_FIELDS:
            before._check_lifecycle_consultant()
        if "active" in changed and not self.env.su:
            # a session that was held proves a criterion, and stands in the minutes
            self.sudo().filtered("held_on").sudo(False)._get_session_projects()._check_lifecycle_consultant()
        if changed & MINUTES_FIELDS:
            self._check_may_write_minutes()
        res = super().write(vals)
        after = self._get_session_projects()
        if changed & SESSION_FIELDS:
            (after - before)._check_lifecycle_consultant()
        (before | after)._refresh_criteria()
        return res

    def copy(self, default=None):
        """Duplicate meetings: the duplicate of a session is a meeting like any other, for sessions are planned."""
        return super().copy({"lifecycle_project_id": False, "session_kind": False, **(default or {})})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held(self):
        held = self.sudo().filtered(lambda event: event.lifecycle_project_id and event.held_on)
        if held:
            raise UserError(
                self.env._(
                    "%(session)s was held: its minutes are kept with the project %(project)s. Archive it instead.",
                    session=held[0].name,
                    project=held[0].lifecycle_project_id.name,
                )
            )

    # === ACTIONS === #

    def action_session_held(self):
        """Record that the sessions were held, on the day for which they were planned.

        :raises AccessError: if the user is neither consultant of the project nor project administrator
        :raises UserError: if one of them has not begun yet
        """
        for event in self:
            if event.start > fields.Datetime.now():
                raise UserError(
                    self.env._(
                        "%(session)s has not begun yet. Change its date if it was held earlier.", session=event.name
                    )
                )
            event.held_on = event.start_date if event.allday else event._get_session_day()

    def action_session_not_held(self):
        """Take back that the sessions were held."""
        self.held_on = False

    def action_open_session(self):
        """Open the session with its minutes."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Session"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    def _get_session_projects(self):
        """Return the projects of which these meetings are sessions, with the rights of the user.

        :rtype: project.project
        """
        # employees of no project write minutes of sessions as well: their names only are read
        return self.sudo().lifecycle_project_id.sudo(self.env.su)

    def _get_kind_to_read(self):
        """Return what the meeting is to whoever catches up with the project, and whether it has minutes."""
        self.ensure_one()
        if not self.lifecycle_project_id:
            return self.env._("Meeting")
        return self.env._("Session with minutes") if self.held_on and self.minutes else self.env._("Session")

    def _is_with_client(self):
        """Tell whether anybody is invited who is none of us."""
        self.ensure_one()
        return any(self.partner_ids.mapped("partner_share"))

    def _get_session_day(self):
        self.ensure_one()
        return fields.Datetime.context_timestamp(self, self.start).date()

    def _check_may_write_minutes(self):
        """Check that the user leads the project, or takes part as one of us.

        :raises AccessError: naming the first session that the user has nothing to do with
        """
        if self.env.su:
            return
        for event in self.sudo().filtered("lifecycle_project_id"):
            if not event._is_of_current_user():
                raise AccessError(
                    self.env._(
                        "%(session)s: only those who take part and the consultant of the project write its minutes.",
                        session=event.name,
                    )
                )

    def _check_may_change_people(self):
        """Check that nobody joins a session that was held, and with it those who write its minutes.

        :raises AccessError: naming the first session that the user has nothing to do with
        """
        if self.env.su:
            return
        for event in self.sudo().filtered(lambda event: event.lifecycle_project_id and event.held_on):
            if not event._is_of_current_user():
                raise AccessError(
                    self.env._(
                        "%(session)s was held: only those who took part and the consultant of the project change"
                        " who did.",
                        session=event.name,
                    )
                )

    def _is_of_current_user(self):
        """Tell whether the current user leads the project of a session, organises it or is invited.

        :rtype: bool
        """
        self.ensure_one()
        user = self.env.user
        # the list of partners can be written from the side of the partner
        if user == self.user_id or user.partner_id in self.attendee_ids.partner_id:
            return True
        return self.lifecycle_project_id.sudo(False)._is_lifecycle_consultant()

    def _render_session_invitation(self):
        """Return what the invitation tells: words for the client only, in the language of the context.

        :rtype: markupsafe.Markup
        """
        self.ensure_one()
        if not self.lifecycle_project_id:
            return False
        lifecycle = self.lifecycle_project_id.lifecycle_id
        return self.env["ir.qweb"]._render(
            "project_lifecycle.session_invitation_text",
            {
                "kind": self.session_kind,
                "project": self.lifecycle_project_id.name,
                "sections": self.session_item_ids._get_sections(),
                "share": lifecycle._get_kickoff_share(),
                "reading_url": lifecycle.reading_url,
                "reading_text": lifecycle.reading_text,
                "message": self.session_message,
            },
        )
