from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.calendar_event import SESSION_KINDS

# visibilities of a project in which not all of us see it
INVITED_ONLY = ("followers", "invited_users")


class ProjectSessionPlan(models.TransientModel):
    _name = "project.session.plan"
    _description = "Plan a Session"

    project_id = fields.Many2one("project.project", required=True, readonly=True, ondelete="cascade")
    kind = fields.Selection(
        SESSION_KINDS, required=True, compute="_compute_kind", store=True, precompute=True, readonly=False
    )
    name = fields.Char("Subject", required=True, compute="_compute_name", store=True, precompute=True, readonly=False)
    start = fields.Datetime("Date", required=True, default=lambda self: self._default_start())
    duration = fields.Float(required=True, default=1.5, help="In hours.")
    location = fields.Char()
    partner_ids = fields.Many2many(
        "res.partner", string="Attendees", compute="_compute_partner_ids", store=True, readonly=False
    )
    without_email = fields.Char(compute="_compute_without_email", export_string_translation=False)
    is_past = fields.Boolean(compute="_compute_is_past", export_string_translation=False)
    section_ids = fields.One2many(
        "project.session.plan.section",
        "plan_id",
        string="Sections",
        compute="_compute_section_ids",
        store=True,
        readonly=False,
    )
    message = fields.Html("Own words", help="Stands in the invitation after the agenda, in words for the client.")

    @api.model
    def _default_start(self):
        """Return nine o'clock UTC of the next working day but one."""
        day = fields.Datetime.now().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=2)
        return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)

    @api.depends("project_id")
    def _compute_kind(self):
        for plan in self:
            project = plan.project_id.sudo()
            if project.stage_id.purpose == "intake":
                plan.kind = "internal"
            else:
                held = project.lifecycle_session_ids.filtered(lambda event: event.session_kind == "kickoff")
                plan.kind = "follow_up" if held else "kickoff"

    @api.depends("project_id", "kind")
    def _compute_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for plan in self:
            # the subject is read by the client
            label = self.env._("Session") if plan.kind == "other" else labels.get(plan.kind, "")
            plan.name = f"{label}: {plan.project_id.name}"

    @api.depends("project_id", "kind")
    def _compute_partner_ids(self):
        # worked out for everybody, shown to who sees the project
        self.project_id.sudo(False).check_access("read")
        for plan in self:
            project = plan.project_id
            ours = self.env.user.partner_id | project.sudo().user_id.partner_id
            others = (
                project._get_salesperson().partner_id
                if plan.kind == "internal"
                else (project.sudo()._get_session_partners())
            )
            plan.partner_ids = (ours | others).sudo(False)

    @api.depends("partner_ids")
    def _compute_without_email(self):
        for plan in self:
            plan.without_email = ", ".join(
                plan.partner_ids.filtered(lambda partner: not partner.email).mapped("display_name")
            )

    @api.depends("start")
    def _compute_is_past(self):
        now = fields.Datetime.now()
        for plan in self:
            plan.is_past = bool(plan.start and plan.start < now)

    @api.depends("project_id", "kind")
    def _compute_section_ids(self):
        self.project_id.sudo(False).check_access("read")
        for plan in self:
            items = plan.project_id.kickoff_item_ids if plan.kind != "internal" else ()
            plan.section_ids = [Command.clear()] + [
                Command.create(
                    {
                        "sequence": number,
                        "name": name,
                        "item_ids": [Command.set(points.ids)],
                        "open_count": len(points.filtered(lambda item: item.state == "open")),
                    }
                )
                for number, (name, points) in enumerate(
                    items.grouped(lambda item: item.section or "").items() if items else ()
                )
                if name
            ]

    def action_plan(self):
        """Put the session into the calendar and send the invitations.

        :raises AccessError: if the user is neither consultant of the project nor project administrator
        :raises UserError: without attendees, or if the session ends before it begins
        """
        self.ensure_one()
        self.project_id._check_lifecycle_consultant()
        if not self.partner_ids:
            raise UserError(self.env._("Nobody is invited. Add attendees."))
        if self.duration <= 0:
            raise UserError(self.env._("The session ends before it begins: write how many hours it lasts."))
        event = self._create_session()
        return event.action_open_session() if self.is_past else {"type": "ir.actions.act_window_close"}

    def _create_session(self):
        event = (
            self.env["calendar.event"]
            .with_context(
                skip_contact_description=True, no_mail_to_attendees=True, active_model=False, active_id=False
            )
            .create(self._prepare_session_values())
        )
        # the description is one for all: it speaks the client's language, invitations that of each attendee
        language = self.project_id._get_client_language()
        event.with_context(no_mail_to_attendees=True).description = event.with_context(
            lang=language
        ).session_invitation
        event = event.with_context(no_mail_to_attendees=False, skip_contact_description=False)
        if event.start > fields.Datetime.now():
            event.attendee_ids._send_invitation_emails()
        return event

    def _prepare_session_values(self):
        """Return the values of the session as a meeting; of a project that only followers see, it is private."""
        items = self.section_ids.filtered("is_covered").item_ids
        return {
            "name": self.name,
            "start": self.start,
            "stop": self.start + timedelta(hours=self.duration),
            "location": self.location,
            "partner_ids": [Command.set(self.partner_ids.ids)],
            "user_id": self.env.uid,
            "res_model_id": False,
            "res_id": False,
            "privacy": "private" if self.project_id.privacy_visibility in INVITED_ONLY else False,
            "lifecycle_project_id": self.project_id.id,
            "session_kind": self.kind,
            "session_item_ids": [Command.set(items.ids)],
            "session_message": self.message,
        }
