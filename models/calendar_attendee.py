from odoo import api, models


class CalendarAttendee(models.Model):
    _inherit = "calendar.attendee"

    @api.model_create_multi
    def create(self, vals_list):
        """Invite people; nobody joins a session of a project that was held.

        :raises AccessError: if somebody would
        """
        self.env["calendar.event"].browse([vals.get("event_id") for vals in vals_list])._check_may_change_people()
        return super().create(vals_list)

    def write(self, vals):
        if not vals.keys().isdisjoint({"event_id", "partner_id"}):
            events = self.event_id | self.env["calendar.event"].browse(vals.get("event_id"))
            events._check_may_change_people()
        return super().write(vals)

    def _notify_attendees(self, mail_template, notify_author=False, force_send=False):
        """Invite to the sessions of a project with words of their own, in the language of each attendee."""
        stock = self.env.ref("calendar.calendar_template_meeting_invitation", raise_if_not_found=False)
        own = self.env.ref("project_lifecycle.session_invitation_mail", raise_if_not_found=False)
        if not own or not mail_template or mail_template != stock:
            return super()._notify_attendees(mail_template, notify_author, force_send)
        # attendees of the client do not read which meetings are sessions
        invited = self.filtered(lambda attendee: attendee.event_id.sudo().lifecycle_project_id)
        res = True
        if self - invited:
            res = super(CalendarAttendee, self - invited)._notify_attendees(mail_template, notify_author, force_send)
        if invited:
            res = super(CalendarAttendee, invited)._notify_attendees(own, notify_author, force_send)
        return res
