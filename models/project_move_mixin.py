from odoo import api, fields, models
from odoo.exceptions import LockError, UserError

from ..logic import moves
from ..logic.gate_move import GateMove
from ..logic.planning import is_plannable


class ProjectMoveMixin(models.AbstractModel):
    """The moves that people make on purpose, most of them with a reason."""

    _name = "project.move.mixin"
    _description = "Moves of a Project"

    # === ACTIONS === #

    def action_move(self, stage_id, decision, reason):
        """Make a move that needs a reason: back, or on to the next phase.

        :param int stage_id: where the projects go
        :param str decision: ``back`` or ``next_phase``
        :param str reason: why
        :raises AccessError: if the current user is not the consultant of one of them
        :raises UserError: without a reason, or if the move is none of this kind
        """
        self._check_lifecycle_consultant()
        if decision not in ("back", "next_phase"):
            raise UserError(self.env._("This move needs no reason: write the stage."))
        self._move_with_reason(
            self.env["project.project.stage"].browse(stage_id), decision, self._get_reason_given(reason)
        )

    def action_exit(self, exit_id, reason):
        """Take an exit of the lifecycle: a shortcut on which only its own criteria are asked.

        :param int exit_id: an exit that leads from the stage in which the projects stand
        :param str reason: why
        :raises AccessError: if the current user is not the consultant of one of them
        :raises UserError: without a reason, or if the exit is none of theirs
        :raises GateRefused: if a blocking criterion of the exit is open, or one of the projects is paused
        """
        self._check_lifecycle_consultant()
        self._check_has_lifecycle()
        way_out = self.env["project.lifecycle.exit"].browse(exit_id).exists()
        if not way_out:
            raise UserError(self.env._("This exit does not exist any more. Open the gate again."))
        way_out._check_offered_to(self)
        self._move_with_reason(way_out.to_stage_id, "exit", self._get_reason_given(reason), way_out)

    def action_pause(self, reason, resume_date=False):
        """Pause projects: they keep their stage and everything else, and do not go forward.

        :param str reason: why
        :param date resume_date: when they are expected to go on
        :raises UserError: without a reason, without a date that makes sense, or if one of them is paused already
        """
        self._check_lifecycle_consultant()
        self._check_has_lifecycle()
        today, resume_date = fields.Date.context_today(self), self._get_date_given(resume_date)
        self._decide_without_moving("pause", reason, {"paused_on": today, "resume_date": resume_date})

    def action_resume(self, reason):
        """Go on with paused projects, in the stage they were paused in; their plan moves by the days they stood still.

        :param str reason: why, or what has changed
        """
        self._check_lifecycle_consultant()
        self._check_has_lifecycle()
        paused = {
            project: steps[:1].paused_on
            for project, steps in self._get_steps_ahead(self._get_latest_steps()).items()
            if steps[:1].paused_on
        }
        self._decide_without_moving("resume", reason, {"paused_on": False, "resume_date": False})
        self._push_plans(paused)

    def action_open_gate(self, stage_id=False):
        """Open the gate dialog: every criterion between the project and a stage, what is missing first.

        :param int stage_id: where the project is to go; the next stage if not given
        """
        self.ensure_one()
        self._check_lifecycle_consultant()
        self._check_has_lifecycle()
        # stages and criteria that came since the project moved last
        self._add_steps()
        order = self._get_stage_order()
        ahead = self.env["project.project.stage"].browse(order[order.index(self.sudo().stage_id.id) + 1 :])
        following = ahead.sudo().filtered("active").ids
        if not stage_id and not following:
            raise UserError(self.env._("%(project)s stands in the last stage of its lifecycle.", project=self.name))
        wizard = self.env["project.gate.wizard"].create(
            {"project_id": self.id, "to_stage_id": stage_id or following[0]}
        )
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_gate_wizard_action"),
            "res_id": wizard.id,
            "name": self.name,
        }

    # === BUSINESS METHODS === #

    def _check_has_lifecycle(self):
        """Check that these projects follow a lifecycle.

        :raises UserError: naming those that do not
        """
        without = self.filtered(lambda project: not project.lifecycle_id or project.is_template)
        if without:
            raise UserError(
                self.env._(
                    "%(projects)s: there is no lifecycle to follow.", projects=", ".join(without.mapped("name"))
                )
            )

    @api.model
    def _get_date_given(self, value):
        """Return a date that a caller gave, False for none.

        :raises UserError: if it is no date, or one that nobody plans for
        """
        try:
            day = fields.Date.to_date(value) if value else False
        except (TypeError, ValueError) as error:
            raise UserError(self.env._("%(value)s is no date.", value=value)) from error
        if day and not is_plannable(day, fields.Date.today()):
            raise UserError(self.env._("%(date)s is too far away to plan for.", date=day))
        return day

    def _get_reason_given(self, reason):
        """Return why somebody decides so.

        :raises UserError: if nothing was written
        """
        if not (reason or "").strip():
            raise UserError(self.env._("Write why: the decision is kept for good."))
        return reason.strip()

    def _move_with_reason(self, stage, decision, reason, way_out=None, details=None):
        move = GateMove(
            decision,
            (reason or "").strip(),
            way_out.id if way_out else None,
            details or {},
            frozenset(self.ids),
        )
        self.with_context(gate_move=move).write({"stage_id": stage.id})

    def _bring_in(self, lifecycle, stage, reason):
        """Put projects that ran before into a lifecycle, at the stage where they are, without gates and mail.

        :param project.lifecycle lifecycle: may be that which they have already
        :param project.project.stage stage: a stage of it
        :param str reason: may be empty
        :raises AccessError: if the user is no project administrator
        """
        self.check_access("write")
        self.with_context(
            gate_move=GateMove("brought_in", (reason or "").strip(), project_ids=frozenset(self.ids)),
            tracking_disable=True,
            mail_notrack=True,
        ).write({"lifecycle_id": lifecycle.id, "stage_id": stage.id})

    def _lock_for_decision(self):
        """Hold these projects until the end of the transaction, so that nobody else decides about them meanwhile.

        :raises LockError: if somebody else holds one of them at this moment
        """
        busy = (self - self.try_lock_for_update(allow_referencing=True)).exists().sudo()
        if busy:
            raise LockError(
                self.env._(
                    "%(projects)s: somebody else is changing it at this moment. Look at it again, then decide.",
                    projects=", ".join(busy.mapped("name")),
                )
            )

    def _get_items_on_the_way(self, stage):
        """Return the criteria of the gates between the project and a stage ahead.

        :rtype: project.checklist.item
        """
        way = self._get_gates_on_the_way(stage)
        if not way:
            return self.env["project.checklist.item"]
        latest = self._get_latest_steps()[self]
        return self.env["project.checklist.item"].search(
            [("step_id", "in", [latest[gate.id].id for gate in way]), ("exit_id", "=", False)]
        )

    def _get_gates_on_the_way(self, stage):
        """Return the stages whose gates lie between the project and a stage ahead, with criteria or without.

        :rtype: project.project.stage
        """
        self.ensure_one()
        order = self._get_stage_order()
        if stage.id not in order:
            return stage.browse()
        return stage.browse(moves.gates_on_the_way(order, self.sudo().stage_id.id, stage.id, self._get_passable().ids))

    def _get_items_of_exit(self, way_out):
        """Return the criteria that are asked when the project takes an exit from the stage in which it stands.

        :param project.lifecycle.exit way_out: an exit from that stage
        :rtype: project.checklist.item
        """
        self.ensure_one()
        return self.env["project.checklist.item"].search(
            [
                ("project_id", "=", self.id),
                ("step_id.state", "=", "current"),
                ("exit_id", "=", way_out.id),
            ]
        )

    def _decide_without_moving(self, decision, reason, values):
        reason = self._get_reason_given(reason)
        self._lock_for_decision()
        current = (
            self.env["project.lifecycle.step"]
            .sudo()
            .search([("project_id", "in", self.ids), ("state", "=", "current")])
        )
        paused = current.filtered("paused_on")
        wrong = paused if decision == "pause" else current - paused
        if wrong:
            raise UserError(
                self.env._("%(projects)s: paused already.", projects=", ".join(wrong.project_id.mapped("name")))
                if decision == "pause"
                else self.env._("%(projects)s: not paused.", projects=", ".join(wrong.project_id.mapped("name")))
            )
        current.write(values)
        self.with_context(gate_move=GateMove(decision, reason))._record_decisions(
            [(step.project_id.sudo(False), decision, step.stage_id, step.stage_id, step) for step in current]
        )
