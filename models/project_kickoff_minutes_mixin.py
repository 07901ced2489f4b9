from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import is_html_empty


class ProjectKickoffMinutesMixin(models.AbstractModel):
    """The minutes of the kick-off, for the client: made of blocks, each of words that are the client's to read."""

    _name = "project.kickoff.minutes.mixin"
    _description = "Kick-off Minutes of a Project"

    def action_print_kickoff_minutes(self):
        """Print the minutes of the kick-off, in the client's language."""
        self.ensure_one()
        return self.env.ref("project_lifecycle.project_kickoff_minutes_report").report_action(self)

    def _get_client_language(self):
        """Return the code of the language in which the client reads: that of its contact, else of its customer."""
        self.ensure_one()
        project = self.sudo()
        contacts = project._get_session_partners() | project.partner_id
        installed = dict(self.env["res.lang"].get_installed())
        spoken = [partner.lang for partner in contacts if partner.lang in installed]
        return (spoken or [project.company_id.partner_id.lang or self.env.lang or "en_US"])[0]

    def _get_kickoff_minutes_name(self):
        self.ensure_one()
        return self.env._("Kick-off minutes %(project)s", project=self.name)

    def _get_kickoff_minutes_codes(self):
        """Return the codes of the blocks in their order; to add one, define ``_kickoff_minutes_<code>``."""
        return ["sessions", "points", "scope", "phases", "open_points"]

    def _get_kickoff_minutes(self):
        """Return the blocks of the minutes that have something to say.

        Each comes from ``_kickoff_minutes_<code>``, called with the superuser's rights in the client's language, which
        returns a dict: ``template`` (the id of a template that gets ``values``) and ``values``; or nothing.

        :raises AccessError: if the reader is none of us, or does not see the project
        :rtype: list[dict]
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user._is_internal():
            raise AccessError(self.env._("The minutes are printed by the people who lead the project."))
        # sessions of which the reader was not a part, too: their minutes are made for the client
        project = self.sudo()
        methods = (getattr(project, f"_kickoff_minutes_{code}", None) for code in self._get_kickoff_minutes_codes())
        return [block for method in methods if method and (block := method())]

    def _kickoff_minutes_sessions(self):
        """The sessions with the client that were held: date, participants, minutes."""
        sessions = self.lifecycle_session_ids.filtered(
            # what we say among ourselves is not the client's to read, whatever the session is called
            lambda event: event.held_on and event.session_kind != "internal" and event._is_with_client()
        ).sorted(lambda event: (event.held_on, event.start))
        if not sessions:
            return None
        values = [
            {
                "name": event.name,
                "held_on": event.held_on,
                "partners": [
                    attendee.partner_id.name for attendee in event.attendee_ids if attendee.state != "declined"
                ],
                "minutes": False if is_html_empty(event.minutes) else event.minutes,
            }
            for event in sessions
        ]
        return {"template": "project_lifecycle.kickoff_minutes_sessions", "values": {"sessions": values}}

    def _kickoff_minutes_points(self):
        """The points of the kick-off that are visible to the client, section by section, and what it said to them."""
        step = self._get_kickoff_steps().get(self.id)
        items = step.item_ids.filtered("client_visible") if step else ()
        if not items:
            return None
        labels = dict(items._fields["agreement"]._description_selection(self.env))
        sections = [
            (
                name,
                [
                    {
                        "name": item.name,
                        "word": labels.get(item.agreement, ""),
                        "is_settled": item.state == "met",
                        "by": item.agreed_by_id.name,
                        "explained_on": item.explained_on,
                    }
                    for item in points
                ],
            )
            for name, points in items.sorted(lambda item: (item.sequence, item.id))
            .grouped(lambda item: item.section or "")
            .items()
        ]
        return {"template": "project_lifecycle.kickoff_minutes_points", "values": {"sections": sections}}

    def _get_kickoff_minutes_date(self):
        return fields.Date.context_today(self)
