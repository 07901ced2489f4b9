from odoo import fields, models
from odoo.fields import Command

from ..logic import kickoff_meter


class ProjectSessionMixin(models.AbstractModel):
    """The sessions of projects, their kick-off with the client and the share of the hours that it takes."""

    _name = "project.session.mixin"
    _description = "Sessions of a Project"

    lifecycle_session_ids = fields.One2many(
        "calendar.event", "lifecycle_project_id", string="Sessions", groups="project.group_project_user"
    )
    kickoff_item_ids = fields.One2many(
        "project.checklist.item",
        compute="_compute_kickoff_items",
        string="Points of the kick-off",
        groups="project.group_project_user",
    )
    kickoff_progress = fields.Html(
        "Progress of the kick-off",
        compute="_compute_kickoff_items",
        sanitize=False,
        groups="project.group_project_user",
        export_string_translation=False,
    )
    kickoff_meter = fields.Html(
        "Kick-off meter",
        compute="_compute_kickoff_meter",
        sanitize=False,
        groups="project.group_project_user",
        export_string_translation=False,
    )

    def _compute_kickoff_items(self):
        steps = self._get_kickoff_steps()
        Item = self.env["project.checklist.item"]
        of_steps = [("step_id", "in", [step.id for step in steps.values()]), ("exit_id", "=", False)]
        found = Item.search(of_steps).grouped("step_id")
        for project in self:
            items = found.get(steps.get(project._origin.id), Item)
            project.kickoff_item_ids = items
            project.kickoff_progress = (
                self.env["ir.qweb"]._render(
                    "project_lifecycle.kickoff_progress", {"sections": items._get_sections_progress()}
                )
                if items
                else False
            )

    def _compute_kickoff_meter(self):
        steps = self._get_kickoff_steps()
        hours = self._get_kickoff_hours()
        for project in self:
            step = steps.get(project._origin.id)
            project.kickoff_meter = (
                self.env["ir.qweb"]._render(
                    "project_lifecycle.kickoff_meter", project._prepare_meter_values(step, hours[project._origin.id])
                )
                if step
                else False
            )

    # === ACTIONS === #

    def action_plan_session(self):
        """Open the dialog that plans a session and sends the invitations.

        :raises AccessError: if the user is neither consultant of the project nor project administrator
        """
        self.ensure_one()
        self._check_lifecycle_consultant()
        wizard = self.env["project.session.plan"].create({"project_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plan a session"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "large"},
        }

    def action_kickoff_points(self):
        """Open the points of the kick-off, section by section, to go through them with the client."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Points of the kick-off: %(project)s", project=self.name),
            "res_model": "project.checklist.item",
            "views": [(self.env.ref("project_lifecycle.project_checklist_item_view_list_agreement").id, "list")],
            "domain": [("id", "in", self.kickoff_item_ids.ids)],
            "context": {"group_by": ["section"], "create": False},
        }

    # === BUSINESS METHODS === #

    def _get_session_partners(self):
        """Return who of the client is invited to sessions and asked by default: the SPOC, else the customer.

        :rtype: res.partner
        """
        self.ensure_one()
        return self.spoc_id or self.partner_id

    def _move_client_sessions(self, old, new, is_replaced):
        """Invite a contact of the client to the sessions of one project to come to which another one is invited.

        :param res.partner old: who is invited
        :param res.partner new: who is invited too
        :param bool is_replaced: whether the one comes instead of the other
        """
        # whoever replaces the SPOC was checked by the callers, and need not have called these sessions
        sessions = (
            self.env["calendar.event"]
            .sudo()
            .search(
                [
                    ("lifecycle_project_id", "in", self.ids),
                    ("start", ">", fields.Datetime.now()),
                    ("held_on", "=", False),
                    ("session_kind", "!=", "internal"),
                    ("partner_ids", "in", old.ids),
                ]
            )
        )
        leaving = [Command.unlink(old.id)] if is_replaced else []
        sessions.partner_ids = [Command.link(new.id), *leaving]

    def _get_salesperson(self):
        """Return who sold the project: that of its hand-over, else of its order or customer; may be nobody.

        :rtype: res.users
        """
        self.ensure_one()
        project = self.sudo()
        orders = project.sale_order_id or project.reinvoiced_sale_order_id
        return (project.intake_ids.salesperson_id or orders.user_id or project.partner_id.user_id).sudo(False)

    def _get_kickoff_steps(self):
        """Return the last step of each project that is its kick-off with the client, by the project's id."""
        steps = self.env["project.lifecycle.step"].search(
            [("project_id", "in", self.ids), ("stage_id.purpose", "=", "kickoff")], order="round, id"
        )
        return {step.project_id.id: step for step in steps}

    def _get_kickoff_hours(self):
        """Return the hours logged in the kick-off with the client and before it, in the internal one.

        An entry counts for the step in which the project stood when it was made.

        :return: for the id of each project a pair of hours: with the client, internal
        :rtype: dict
        """
        hours = {project_id: {"kickoff": 0.0, "intake": 0.0} for project_id in self._origin.ids}
        # consultants see the sum, whoever logged the hours
        steps = self.env["project.lifecycle.step"].sudo()
        for step in steps.search(
            [("project_id", "in", self.ids), ("stage_id.purpose", "in", ("intake", "kickoff"))], order="id"
        ):
            hours[step.project_id.id][step.stage_id.purpose] += step.spent_hours
        return {project_id: (spent["kickoff"], spent["intake"]) for project_id, spent in hours.items()}

    def _prepare_meter_values(self, step, hours):
        """Return what the template of the meter draws: hours, shares in %, the band, the verdict.

        :param project.lifecycle.step step: the kick-off with the client
        :param tuple hours: hours with the client, hours of the internal kick-off
        """
        self.ensure_one()
        low, high = self.lifecycle_id.kickoff_share_min, self.lifecycle_id.kickoff_share_max
        planned = self.allocated_hours
        client, internal = hours
        share = kickoff_meter.share(client, planned)
        return {
            "planned": planned,
            "client": client,
            "internal": internal,
            "share": share,
            "internal_share": kickoff_meter.share(internal, planned),
            "low": low,
            "high": high,
            "verdict": kickoff_meter.verdict(share, low, high),
            "is_over": step.state in ("done", "skipped"),
            "bar": kickoff_meter.places(share or 0.0, low, high),
        }

    def _criterion_kickoff_held(self):
        """A session of the kick-off with the client was held (S2.26, S2.37, S1.32)."""
        return self._get_projects_with_session("kickoff")

    def _criterion_internal_kickoff_held(self):
        """The internal kick-off with the salesperson was held (S2.6)."""
        return self._get_projects_with_session("internal")

    def _get_projects_with_session(self, kind):
        sessions = self.env["calendar.event"]._read_group(
            [("lifecycle_project_id", "in", self.ids), ("session_kind", "=", kind), ("held_on", "!=", False)],
            ["lifecycle_project_id"],
        )
        return self.browse([project.id for (project,) in sessions])
