from odoo import fields, models
from odoo.exceptions import UserError

from ..exceptions import GateRefused
from ..logic import moves

REASONS = [
    ("done", "All is implemented, and the client no longer needs us"),
    ("pause", "The client asks for a pause"),
    ("autonomous", "The client goes on alone, without project management"),
]


class ProjectHandoffMixin(models.AbstractModel):
    """How projects come to support, and back: nobody gets there without a confirmed hand-off."""

    _name = "project.handoff.mixin"
    _description = "Hand-off of a Project"

    handoff_ids = fields.One2many(
        "project.handoff", "project_id", string="Hand-offs", groups="project.group_project_user"
    )

    # === ACTIONS === #

    def action_open_handoff(self, stage_id=False):
        """Open the hand-off of the project: the one in force, else the one in preparation, made if there is none.

        :param int stage_id: the support stage; the next one if not given
        :raises AccessError: if the current user is not the consultant of the project
        :raises UserError: if its lifecycle has no support stage
        """
        self.ensure_one()
        self._check_lifecycle_consultant()
        self._check_has_lifecycle()
        handoffs = self.env["project.handoff"].search(
            [("project_id", "=", self.id), ("state", "in", ("draft", "confirmed"))]
        )
        handoff = handoffs.filtered(lambda it: it.state == "confirmed") or handoffs
        if not handoff:
            stage = self.env["project.project.stage"].browse(stage_id) or self._get_support_stage()
            handoff = self.env["project.handoff"].create({"project_id": self.id, "to_stage_id": stage.id})
        elif handoff.state == "draft" and stage_id and handoff.to_stage_id.id != stage_id:
            handoff.to_stage_id = stage_id
        if handoff.state == "draft":
            handoff._add_lines()
        return {
            "type": "ir.actions.act_window",
            "res_model": "project.handoff",
            "res_id": handoff.id,
            "views": [(False, "form")],
            "name": handoff.display_name,
        }

    def action_open_gate(self, stage_id=False):
        """Open the hand-off where the way leads to support."""
        action = super().action_open_gate(stage_id)
        if action["res_model"] == "project.gate.wizard":
            stage = self.env["project.gate.wizard"].browse(action["res_id"]).to_stage_id
            if self._needs_handoff(stage):
                return self.action_open_handoff(stage.id)
        return action

    # === BUSINESS METHODS === #

    def _needs_handoff(self, stage):
        """Tell whether one project needs a hand-off to come to a stage.

        :param project.project.stage stage: where it is to go
        :rtype: bool
        """
        self.ensure_one()
        if stage.sudo().purpose != "support":
            return False
        in_force = [("project_id", "=", self.id), ("state", "=", "confirmed")]
        return not self.env["project.handoff"].sudo().search_count(in_force, limit=1)

    def _get_support_stage(self):
        """Return the support stage of the project's lifecycle: the next one, else the last one.

        :raises UserError: if there is none
        :rtype: project.project.stage
        """
        self.ensure_one()
        order = self._get_stage_order()
        stages = (
            self.env["project.project.stage"]
            .browse(order)
            .filtered(lambda stage: stage.purpose == "support" and stage.active)
        )
        if not stages:
            raise UserError(
                self.env._(
                    "%(project)s: the lifecycle %(lifecycle)s has no support stage.",
                    project=self.name,
                    lifecycle=self.lifecycle_id.name or self.env._("none"),
                )
            )
        present = order.index(self.sudo().stage_id.id) if self.sudo().stage_id.id in order else 0
        ahead = stages.filtered(lambda stage: order.index(stage.id) > present)
        return (ahead or stages[-1:])[:1]

    def _get_stage_before_support(self):
        """Return where a project that was brought in to support goes back to: the last delivery stage before it.

        :rtype: project.project.stage
        """
        stages = self.env["project.project.stage"]
        if not self.lifecycle_id:
            return stages
        order = self._get_stage_order()
        present = self.sudo().stage_id.id
        before = stages.browse(order[: order.index(present)] if present in order else [])
        return before.filtered(lambda stage: stage.purpose == "delivery" and stage.active)[-1:]

    def _get_client_mail_partner(self):
        """Return who of the client gets official mail: the SPOC, else the customer.

        :rtype: res.partner
        """
        self.ensure_one()
        project = self.sudo()
        return (project.spoc_id or project.partner_id).sudo(self.env.su)

    def _get_support_company(self):
        """Return the company whose support team takes the project, with the rights to read its settings."""
        return (self.sudo().company_id or self.env.company).sudo()

    def _get_support_team_name(self):
        """Return what clients call the support team, in the language of the context."""
        return self._get_support_company().support_team_name or self.env._("our support team")

    def _get_client_hours_left(self):
        """Return what is left on the packs as the client reads it; empty without packs.

        :rtype: str
        """
        project = self.sudo()
        return project._format_pack_time(max(project.pack_remaining_hours, 0.0)) if project.pack_count else ""

    def _get_ticket_channels(self):
        """Return the ways in which the client opens a ticket: override to name those of a helpdesk.

        :return: in order, for each a ``label`` in the language of the context, and a ``url``
        :rtype: list[dict]
        """
        company = self._get_support_company()
        channels = []
        if company.support_url:
            channels.append({"label": company.support_url, "url": company.support_url})
        if company.support_email:
            channels.append({"label": company.support_email, "url": f"mailto:{company.support_email}"})
        return channels

    def _refuse_unannounced(self, projects):
        """Refuse to let projects come to support without a hand-off.

        :param project.project projects: those without one
        :raises GateRefused: naming them
        """
        if projects:
            raise GateRefused(
                self.env._(
                    "%(projects)s: support begins with a hand-off: the reason, what the client was told, and the mail."
                    " Open the hand-off of the project and confirm it.",
                    projects=", ".join(projects.mapped("name")),
                ),
                projects,
                projects[:1].sudo().stage_id,
            )

    def _get_handed_over(self, origins):
        """Return those of these projects that come to support by a hand-off confirmed now.

        :param dict origins: for each project the stage it came from
        :return: for each its hand-off
        :rtype: dict
        :raises GateRefused: if one comes to support without any
        """
        arriving = self.filtered(
            lambda project: (
                project.sudo().stage_id.purpose == "support" and project.sudo().stage_id != origins[project]
            )
        )
        if not arriving:
            return {}
        handoffs = (
            self.env["project.handoff"]
            .sudo()
            .search([("project_id", "in", arriving.ids), ("state", "=", "confirmed")])
        )
        by_project = {handoff.project_id: handoff for handoff in handoffs}
        self._refuse_unannounced(arriving.filtered(lambda project: project not in by_project))
        return {
            project: by_project[project]
            for project in arriving
            if not by_project[project].decision_id and by_project[project].to_stage_id == project.sudo().stage_id
        }

    def _hand_over(self, handoff, origin, latest):
        """Let one project come to support: the hand-off is the decision.

        When all is implemented, the gates on the way must be open. A pause, and a client that goes on alone, leave
        them open behind, under this one decision; an exit of the lifecycle asks its own criteria.

        :param project.handoff handoff: confirmed
        :param project.project.stage origin: where the project came from
        :param dict latest: for each project the last step of each stage
        :raises GateRefused: if a criterion that is asked is open, or the project is paused
        """
        self.ensure_one()
        Step = self.env["project.lifecycle.step"].sudo()
        order, stage = self._get_stage_order(), self.sudo().stage_id
        left = latest[self][origin.id]
        self._refuse_paused(left)
        way = moves.gates_on_the_way(order, origin.id, stage.id, self._get_passable().ids) if left else []
        passed = Step.concat(*(latest[self][stage_id] for stage_id in way)) if way else left
        passed.item_ids._refresh()
        if handoff.reason == "done" and way:
            asked = passed.item_ids.filtered_domain([("is_blocking", "=", True), ("state", "=", "open")])
            self._refuse(asked, {self: origin})
            self._refuse_without_conclusion({self: passed})
        if handoff.exit_id:
            items = left.exit_item_ids.filtered_domain([("exit_id", "=", handoff.exit_id.id)])
            items._refresh()
            asked = items.filtered_domain([("is_blocking", "=", True), ("state", "=", "open")])
            self._refuse(asked, {self: origin}, handoff.exit_id)
        handoff.decision_id = self._record_decisions([(self, "handoff", origin, stage, passed)], handoff.exit_id)
        between = Step.concat(
            *(latest[self][stage_id] for stage_id in moves.stages_between(order, origin.id, stage.id))
        )
        if moves.direction(order, origin.id, stage.id) == moves.BACK:
            self._set_steps(current=latest[self][stage.id], upcoming=left | between)
        else:
            self._set_steps(current=latest[self][stage.id], skipped=between, done=left)

    def _follow_handoffs(self):
        """Let hand-offs follow the stage: drafts leave from where the project stands now, and those of projects that
        stand before the support stage again end.
        """
        handoffs = self.env["project.handoff"].sudo()
        handoffs = handoffs.search([("project_id", "in", self.ids), ("state", "in", ("draft", "confirmed"))])
        drafts = handoffs.filtered(lambda handoff: handoff.state == "draft")
        for stage, leaving in drafts.grouped(lambda handoff: handoff.project_id.stage_id).items():
            leaving.from_stage_id = stage
        for handoff in handoffs - drafts:
            project = handoff.project_id
            order = project._get_stage_order()
            support, present = handoff.to_stage_id.id, project.stage_id.id
            if support not in order or present not in order or order.index(present) < order.index(support):
                handoff._end(self._get_gate_move().reason)

    # === COMPUTED CRITERIA === #

    def _criterion_handoff_prepared(self):
        """Everything that is prepared ahead is done, on the hand-off in preparation or in force (S2.127a)."""
        return self._get_with_lines_answered("prepared")

    def _criterion_handoff_told(self):
        """Everything was told that the client must be told (S2.131, S2.132b)."""
        return self._get_with_lines_answered("told")

    def _criterion_handoff_reason(self):
        """The reason of the hand-off is written, with what it rests on (S2.128)."""
        handoffs = self._get_present_handoffs().filtered(
            lambda handoff: handoff.reason and (handoff.justification or "").strip()
        )
        return self.browse(handoffs.project_id.ids)

    def _criterion_handoff_mailed(self):
        """The official mail left the house (S2.132a)."""
        mails = self.env["project.client.mail"].sudo()
        sent = mails.search([("project_id", "in", self.ids), ("kind", "=", "handoff"), ("state", "=", "sent")])
        return self.browse(sent.handoff_id.filtered(lambda handoff: handoff.state == "confirmed").project_id.ids)

    def _get_present_handoffs(self):
        return (
            self.env["project.handoff"]
            .sudo()
            .search([("project_id", "in", self.ids), ("state", "in", ("draft", "confirmed"))])
        )

    def _get_with_lines_answered(self, kind):
        lines = self._get_present_handoffs().line_ids.filtered(lambda line: line.kind == kind)
        waiting = lines.filtered(lambda line: not line.is_answered)
        return self.browse((lines.project_id - waiting.project_id).ids)
