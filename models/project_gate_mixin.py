from odoo import models
from odoo.exceptions import UserError

from ..exceptions import GateRefused
from ..logic import moves
from ..logic.gate_move import WITHOUT_GATES, GateMove


class ProjectGateMixin(models.AbstractModel):
    """How projects move: every change of stage, however it came about, ends here."""

    _name = "project.gate.mixin"
    _description = "Gates of a Project"

    # === BUSINESS METHODS === #

    def _get_gate_move(self):
        move = self.env.context.get("gate_move")
        return move if isinstance(move, GateMove) and move.covers(self.ids) else GateMove("go")

    def _follow_lifecycle(self, before):
        """Follow what happened to the stage or lifecycle of these projects: check the gates, decide, set the steps.

        A template has neither steps nor a way behind it: it stands in the first stage.

        :param dict before: for each project its lifecycle and stage before; projects that are new are not in it
        :raises GateRefused: if a move is not allowed; the caller's transaction then comes to nothing
        """
        if self._get_gate_move().decision is None:
            return
        self.filtered("is_template")._stand_as_template()
        projects = self.filtered(lambda project: not project.is_template)
        nowhere = (self.env["project.lifecycle"], self.env["project.project.stage"])
        left, entered, moved = projects.browse(), projects.browse(), projects.browse()
        for project in projects:
            lifecycle, stage = before.get(project, nowhere)
            if lifecycle != project.lifecycle_id:
                left |= project.filtered(lambda project, lifecycle=lifecycle: lifecycle)
                entered |= project.filtered("lifecycle_id")
            elif project.lifecycle_id:
                moved |= project
        if left:
            left._leave_lifecycle({project: before[project][1] for project in left})
        if entered:
            entered._enter_lifecycle(before)
        if moved:
            moved._pass_gates({project: before[project][1] for project in moved})
        projects._follow_handoffs()

    def _stand_as_template(self):
        """Put templates in the first stage of their lifecycle, without steps.

        :raises UserError: if one of them is a project with answers, which would be lost
        """
        templates = self.sudo()
        answered = templates.checklist_item_ids.filtered(
            lambda item: (
                (item.state != "open" and item.done_by_id)
                or item.note
                or item.link
                or item.attachment_ids
                or not item.template_id
            )
        )
        if answered or templates.gate_decision_ids:
            raise UserError(
                self.env._(
                    "%(projects)s: criteria of its gates were answered, noted or added. Create a template from the"
                    " project instead of turning it into one.",
                    projects=", ".join((answered.project_id | templates.gate_decision_ids.project_id).mapped("name")),
                )
            )
        templates.step_ids.unlink()
        for template in templates.with_context(gate_move=WITHOUT_GATES):
            first = self._get_first_stage(template.lifecycle_id)
            if template.lifecycle_id and template.stage_id != first:
                template.stage_id = first

    def _leave_lifecycle(self, stages):
        """Record that projects left their lifecycle; what was answered stays on their steps.

        :param dict stages: for each project the stage it stood in
        """
        steps = self.env["project.lifecycle.step"].sudo()
        current = steps.search([("project_id", "in", self.ids), ("state", "=", "current")])
        self._record_decisions(
            [
                (
                    project,
                    "change",
                    stages[project],
                    project.sudo().stage_id,
                    current.filtered_domain([("project_id", "=", project.id)]),
                )
                for project in self
            ]
        )
        self._leave_steps()

    def _enter_lifecycle(self, before):
        """Give projects the steps of their lifecycle; a late start is for administrators, and leaves a decision.

        :param dict before: as in ``_follow_lifecycle``
        :raises GateRefused: if somebody else starts a project behind the first stage
        """
        late = self.filtered(lambda project: project.sudo().stage_id != self._get_first_stage(project.lifecycle_id))
        move = self._get_gate_move()
        if late and not self.env.user.has_group("project.group_project_manager"):
            raise GateRefused(
                self.env._(
                    "Only a project administrator starts a project behind the first stage of its lifecycle:"
                    " %(projects)s.",
                    projects=", ".join(late.mapped("name")),
                ),
                late,
            )
        if move.decision != "brought_in":
            self._refuse_unannounced(late.filtered(lambda project: project.sudo().stage_id.purpose == "support"))
        self._add_steps()
        latest = self._get_latest_steps()
        Step = self.env["project.lifecycle.step"].sudo()
        current, skipped, upcoming, decisions = Step, Step, Step, []
        for project in self:
            stage = project.sudo().stage_id
            order = project._get_stage_order()
            place = order.index(stage.id)
            current |= latest[project][stage.id]
            behind = Step.concat(*(latest[project][stage_id] for stage_id in order[:place]))
            ahead = Step.concat(*(latest[project][stage_id] for stage_id in order[place + 1 :]))
            # what was passed once stays history; what lies ahead again is asked again
            skipped |= behind.filtered(lambda step: step.state != "done")
            upcoming |= ahead.filtered(lambda step: step.state != "upcoming")
            if move.decision == "brought_in" or project in late:
                decision = "brought_in" if move.decision == "brought_in" else "start"
                decisions.append((project, decision, behind[:1].stage_id, stage, behind))
        self._record_decisions(decisions)
        self._set_steps(current=current, skipped=skipped, upcoming=upcoming)

    def _pass_gates(self, origins):
        """Check and decide the moves of projects within their lifecycles.

        :param dict origins: for each project the stage it came from
        :raises GateRefused: naming every project that may not move, and why
        """
        move = self._get_gate_move()
        if move.decision == "brought_in":
            self._leave_steps()
            self._enter_lifecycle({})
            return
        self._refuse_archived(origins)
        self._add_steps()
        latest = self._get_latest_steps()
        handed_over = self._get_handed_over(origins)
        for project, handoff in handed_over.items():
            project._hand_over(handoff, origins[project], latest)
        others = self.filtered(lambda project: project not in handed_over)
        way_out = others._get_exit_taken(move, origins)
        if way_out:
            others._leave_by_exit(way_out, origins, latest)
            return
        ways, backs = {}, {}
        for project in others:
            order = project._get_stage_order()
            stage, origin = project.sudo().stage_id, origins[project]
            direction = moves.direction(order, origin.id, stage.id)
            if direction == moves.BACK:
                backs[project] = origin
            elif direction == moves.FORWARD:
                way = moves.gates_on_the_way(order, origin.id, stage.id, project._get_passable().ids)
                ways[project] = [latest[project][stage_id] for stage_id in way]
        if ways:
            self._go_forward(ways, origins, latest)
        if backs:
            self.browse([project.id for project in backs])._go_back(backs, latest, move)

    def _go_forward(self, ways, origins, latest):
        projects = self.browse([project.id for project in ways])
        Step = self.env["project.lifecycle.step"].sudo()
        steps = Step.concat(*(step for way in ways.values() for step in way))
        projects._refuse_paused(steps)
        items = steps.item_ids
        items._refresh()
        closed = items.filtered_domain([("is_blocking", "=", True), ("state", "=", "open")])
        projects._refuse(closed, origins)
        projects._refuse_without_conclusion(ways)
        decisions, done, skipped, current = [], Step, Step, Step
        for project, way in ways.items():
            passed = Step.concat(*way)
            stage = project.sudo().stage_id
            decisions.append((project, self._get_go_decision(passed), origins[project], stage, passed))
            done |= passed[:1]
            between = moves.stages_between(project._get_stage_order(), origins[project].id, stage.id)
            skipped |= Step.concat(*(latest[project][stage_id] for stage_id in between))
            current |= latest[project][stage.id]
        self._record_decisions(decisions)
        self._set_steps(current=current, skipped=skipped, done=done)

    def _get_exit_taken(self, move, origins):
        """Return the exit that a move takes; none if it leads elsewhere.

        :param GateMove move: what was decided
        :param dict origins: for each project the stage it came from
        :rtype: project.lifecycle.exit
        """
        way_out = self.env["project.lifecycle.exit"].browse(move.exit_id)
        taken = way_out and all(
            (origins[project], project.sudo().stage_id) == (way_out.from_stage_id, way_out.to_stage_id)
            for project in self
        )
        return way_out if taken else way_out.browse()

    def _leave_by_exit(self, way_out, origins, latest):
        """Let projects take an exit: its criteria are asked, those of the stages it passes are not.

        :param project.lifecycle.exit way_out: the exit
        :param dict origins: for each project the stage it came from
        :raises GateRefused: if a blocking criterion of the exit is open, or a project is paused
        """
        Step = self.env["project.lifecycle.step"].sudo()
        left = Step.concat(*(latest[project][origins[project].id] for project in self))
        self._refuse_paused(left)
        items = left.exit_item_ids.filtered_domain([("exit_id", "=", way_out.id)])
        items._refresh()
        self._refuse(items.filtered_domain([("is_blocking", "=", True), ("state", "=", "open")]), origins, way_out)
        decisions, skipped, current = [], Step, Step
        for project in self:
            origin, stage = origins[project], project.sudo().stage_id
            decisions.append((project, "exit", origin, stage, latest[project][origin.id]))
            between = moves.stages_between(project._get_stage_order(), origin.id, stage.id)
            skipped |= Step.concat(*(latest[project][stage_id] for stage_id in between))
            current |= latest[project][stage.id]
        self._record_decisions(decisions, way_out)
        self._set_steps(current=current, skipped=skipped, done=left)

    def _go_back(self, origins, latest, move):
        """Send projects back, or on to their next phase.

        :param dict origins: for each project the stage it came from
        :raises GateRefused: without a reason, or if something that the next phase asks for is open
        """
        self._check_back_explained(move)
        Step = self.env["project.lifecycle.step"].sudo()
        decisions, current, upcoming, done = [], Step, Step, Step
        for project in self:
            origin, stage = origins[project], project.sudo().stage_id
            left = latest[project][origin.id]
            decisions.append((project, move.decision, origin, stage, left))
            if move.decision == "next_phase":
                project._check_next_phase(origin, stage)
                project._refuse_next_phase(left, origins)
                done |= left
                current |= project._open_round(origin, stage)
                continue
            current |= latest[project][stage.id]
            between = moves.stages_between(project._get_stage_order(), origin.id, stage.id)
            upcoming |= left | Step.concat(*(latest[project][stage_id] for stage_id in between))
        self._record_decisions(decisions)
        self._set_steps(current=current, upcoming=upcoming, done=done)

    def _check_back_explained(self, move):
        """Check that projects are sent back on purpose, with a reason.

        :raises GateRefused: if not
        """
        if move.decision not in ("back", "next_phase"):
            raise GateRefused(
                self.env._(
                    "%(projects)s: going back needs a reason. Use the gate dialog.",
                    projects=", ".join(self.mapped("name")),
                ),
                self,
                self[:1].sudo().stage_id,
            )

    def _refuse_next_phase(self, left, origins):
        """Refuse the next phase of one project while a criterion that it asks for is open on the step it leaves.

        :raises GateRefused: naming what is open
        """
        left.item_ids._refresh()
        self._refuse(
            # whoever comes back from support owes nothing there
            left.item_ids.filtered_domain(
                [
                    ("stage_id.purpose", "!=", "support"),
                    ("is_blocking", "=", True),
                    ("asked_before_next_phase", "=", True),
                    ("state", "=", "open"),
                ]
            ),
            origins,
        )

    def _check_next_phase(self, origin, stage):
        """Check that the next phase leads from a go-live or review back to delivery.

        :raises UserError: if it does not
        """
        if origin.purpose not in ("golive", "review", "support") or stage.purpose != "delivery":
            raise UserError(
                self.env._(
                    "The next phase leads from a go-live, review or support stage back to a delivery stage, not from"
                    " %(origin)s to %(stage)s.",
                    origin=origin.name,
                    stage=stage.name,
                )
            )

    def _get_go_decision(self, steps):
        """Return the kind of go that the criteria of the steps amount to.

        :param project.lifecycle.step steps: whose gates were passed
        """
        states = set(steps.item_ids.mapped("state"))
        if "waived" in states:
            return "waiver"
        return "conditional" if "open" in states else "go"

    def _record_decisions(self, decisions, way_out=None):
        """Write down decisions; what follows from them hangs on here.

        :param list decisions: as of ``project.gate.decision._record``
        :rtype: project.gate.decision
        """
        move = self._get_gate_move()
        return self.env["project.gate.decision"]._record(decisions, move.reason, way_out, move.details)
