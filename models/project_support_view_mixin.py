from odoo import api, fields, models


class ProjectSupportViewMixin(models.AbstractModel):
    """Projects in support, as the consultant looks at them and as the client reads it."""

    _name = "project.support.view.mixin"
    _description = "Project in Support"

    last_contact_date = fields.Date(
        "Last contact",
        compute="_compute_last_contact_date",
        groups="base.group_user",
        help="The last session held, time entry, or message of somebody of the client.",
    )
    follows_project_id = fields.Many2one(
        "project.project",
        string="Follows",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
        help="The project in support from which this new work came.",
    )

    # === COMPUTE METHODS === #

    # read by lists, after whatever happened elsewhere
    def _compute_last_contact_date(self):
        ids = self.filtered("lifecycle_id")._origin.ids
        found = {}
        for rows in self._read_contacts(ids) if ids else ():
            for key, day in rows:
                day = fields.Date.to_date(day)
                if day and (key not in found or found[key] < day):
                    found[key] = day
        for project in self:
            project.last_contact_date = found.get(project._origin.id, False)

    @api.model
    def _read_contacts(self, ids):
        """Return rows of project and day, for each way in which people of both sides met.

        :param list ids: of the projects
        """
        events = (
            self.env["calendar.event"]
            .sudo()
            ._read_group(
                [("lifecycle_project_id", "in", ids), ("held_on", "!=", False)],
                ["lifecycle_project_id"],
                ["held_on:max"],
            )
        )
        entries = (
            self.env["account.analytic.line"]
            .sudo()
            ._read_group([("project_id", "in", ids)], ["project_id"], ["date:max"])
        )
        messages = (
            self.env["mail.message"]
            .sudo()
            ._read_group(
                [
                    ("model", "=", "project.project"),
                    ("res_id", "in", ids),
                    ("message_type", "in", ("email", "comment")),
                    ("author_id.partner_share", "=", True),
                ],
                ["res_id"],
                ["date:max"],
            )
        )
        return [
            [(project.id, day) for project, day in events],
            [(project.id, day) for project, day in entries],
            messages,
        ]

    # === ACTIONS === #

    def action_start_follow_up(self):
        """Open the step that starts new, unrelated work as a project of its own (S2.135a).

        :raises AccessError: if the current user is not the consultant of the project
        """
        self.ensure_one()
        self._check_lifecycle_consultant()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_follow_up_action"),
            "context": {"default_project_id": self.id},
        }

    # === CLIENT'S PAGE === #

    def _get_client_block_codes(self):
        return [*super()._get_client_block_codes(), "support"]

    def _client_block_support(self):
        """Since when the project is in support, who answers, how a ticket is opened, and what is left."""
        if self.stage_id.purpose != "support":
            return None
        # projects that were brought in to support have no hand-off
        handoff = self.handoff_ids.filtered(lambda it: it.state == "confirmed")[:1]
        step = self.step_ids.filtered(lambda it: it.state == "current")
        moment = handoff.confirmed_on
        since = fields.Datetime.context_timestamp(self, moment).date() if moment else step.date_start
        return self._prepare_client_block(
            "support",
            self.env._("Support"),
            "project_lifecycle.client_block_support",
            {
                "since": since,
                "team": self._get_support_team_name(),
                "channels": self._get_ticket_channels(),
                "hours_left": self._get_client_hours_left(),
                "resume_date": handoff.resume_date if handoff.reason == "pause" else False,
            },
        )
