from odoo import api, fields, models

TICKETS = 10


class ProjectProject(models.Model):
    _inherit = "project.project"

    helpdesk_team_id = fields.Many2one(
        "helpdesk.ticket.team",
        string="Support team",
        groups="base.group_user",
        check_company=True,
        domain=[("is_security", "=", False)],
        index="btree_not_null",
        ondelete="set null",
        help="To which tickets of this project go; empty: the support team of the company.",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_tells_tickets(self):
        tickets = self.env["helpdesk.ticket"].sudo().search([("project_id", "in", self.ids)])
        for ticket in tickets:
            ticket._message_log(
                body=self.env._("The project %(project)s was deleted.", project=ticket.project_id.name)
            )

    @api.model
    def _get_ticket_models(self):
        return [*super()._get_ticket_models(), "helpdesk.ticket"]

    def _get_helpdesk_team(self):
        """Return the team to which questions about this project go.

        :rtype: helpdesk.ticket.team
        """
        if not self.lifecycle_id:
            return self.env["helpdesk.ticket.team"]
        team = self.helpdesk_team_id or self._get_support_company().helpdesk_support_team_id
        return team.filtered("active")

    def _get_ticket_channels(self):
        """Return the form in the portal first, then the mail address of the team."""
        url = f"{self.get_base_url()}/new/ticket?project={self.id}"
        channels = [{"label": self.env._("Open a ticket in the portal"), "url": url}]
        alias = self.sudo()._get_helpdesk_team().alias_id
        if alias.alias_name and alias.display_name and "@" in alias.display_name:
            channels.append({"label": alias.display_name, "url": f"mailto:{alias.display_name}"})
        return [*channels, *super()._get_ticket_channels()]

    # === PORTAL === #

    def _get_client_block_codes(self):
        codes = super()._get_client_block_codes()
        place = codes.index("packs") if "packs" in codes else len(codes)
        return [*codes[:place], "tickets", *codes[place:]]

    def _client_block_tickets(self):
        """The tickets of the project that the reader may read, open ones first."""
        tickets = self.env["helpdesk.ticket"].sudo(False)
        if not tickets.has_access("read"):
            return None
        found = tickets.search([("project_id", "=", self.id)], order="create_date desc", limit=TICKETS)
        if not found and self.stage_id.purpose != "support":
            return None
        rows = [
            {
                "url": ticket.access_url,
                "number": ticket.number,
                "name": ticket.name,
                "stage": ticket.sudo().stage_id.name,
                "date": ticket.create_date,
                "is_open": not ticket.sudo().closed,
            }
            for ticket in found
        ]
        return self._prepare_client_block(
            "tickets",
            self.env._("Tickets"),
            "project_lifecycle_helpdesk_mgmt.client_block_tickets",
            {
                "tickets": sorted(rows, key=lambda row: not row["is_open"]),
                "new_url": f"/new/ticket?project={self.id}" if self.active else "",
            },
        )
