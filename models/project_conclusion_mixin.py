from odoo import SUPERUSER_ID, models
from odoo.exceptions import UserError

from ..exceptions import GateRefused

CONCLUSIONS = [
    ("take_over", "Take over"),
    ("with_deviations", "Take over with these deviations"),
    ("back_to_sales", "Back to sales"),
]


class ProjectConclusionMixin(models.AbstractModel):
    """How a kick-off ends: the consultant takes the project over, or it goes back to sales (S2.62 to S2.67)."""

    _name = "project.conclusion.mixin"
    _description = "Conclusion of the Kick-off"

    # === ACTIONS === #

    def action_conclude(self, stage_id, conclusion, statement, deviations=False, reason=False):
        """Take the project over: pass the gate of the kick-off with a conclusion that is kept for good.

        :param int stage_id: where the project goes
        :param str conclusion: ``take_over`` or ``with_deviations``
        :param str statement: how the feasibility was validated, through all elements to be implemented
        :param str deviations: what is not aligned; only with deviations
        :param str reason: may be empty
        :raises AccessError: if the current user is not the consultant of the project
        :raises UserError: if the conclusion does not say what it must
        :raises GateRefused: if the gate is closed
        """
        self.ensure_one()
        self._check_lifecycle_consultant()
        stage = self.env["project.project.stage"].browse(stage_id)
        if not self._get_concluded_stages(stage):
            raise UserError(
                self.env._(
                    "%(project)s passes no kick-off on its way to %(stage)s: there is nothing to conclude.",
                    project=self.name,
                    stage=stage.name,
                )
            )
        details = self._prepare_conclusion(stage, conclusion, statement, deviations)
        self._move_with_reason(stage, "go", reason, details=details)

    def action_back_to_sales(self, reason):
        """Send a project from its kick-off back to the salesperson; it waits until the point they get is answered.

        :param str reason: what blocks
        :raises AccessError: if the current user is not the consultant of the project
        :raises UserError: without a reason, outside the kick-off, or if the lifecycle has no intake before it
        """
        self.ensure_one()
        self._check_lifecycle_consultant()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Write what blocks: the salesperson reads it, and it is kept for good."))
        stage = self._get_intake_stage()
        self._move_with_reason(stage, "back", reason, details={"conclusion": "back_to_sales"})
        self._ask_for_sales_answer(stage, reason)

    # === BUSINESS METHODS === #

    def _get_concluded_stages(self, stage):
        """Return the stages on the way to another one whose gates ask for a conclusion.

        :param project.project.stage stage: where the project is to go
        :rtype: project.project.stage
        """
        self.ensure_one()
        return self._get_gates_on_the_way(stage).filtered("has_conclusion")

    def _refuse_without_conclusion(self, ways):
        """Refuse the moves of these projects through the gate of a kick-off that was not concluded.

        :param dict ways: for each project the steps whose gates it passes
        :raises GateRefused: naming the projects
        """
        if self._get_gate_move().details.get("conclusion") in ("take_over", "with_deviations"):
            return
        refused = self.filtered(lambda project: any(step.stage_id.has_conclusion for step in ways[project]))
        if refused:
            raise GateRefused(
                self.env._(
                    "%(projects)s: the kick-off ends with your conclusion. Press Next gate, choose one and state the"
                    " feasibility.",
                    projects=", ".join(refused.mapped("name")),
                ),
                refused,
                refused[:1].sudo().stage_id,
            )

    def _prepare_conclusion(self, stage, conclusion, statement, deviations):
        """Return what the decision keeps of a conclusion.

        :param project.project.stage stage: where the project is to go
        :raises UserError: if something is missing, or contradicts what the client said
        :rtype: dict
        """
        statement, deviations = (statement or "").strip(), (deviations or "").strip()
        if conclusion not in ("take_over", "with_deviations"):
            raise UserError(self.env._("Choose the conclusion of the kick-off: take over, or with deviations."))
        if not statement:
            raise UserError(
                self.env._("State the feasibility of %(project)s, through all that is to be done.", project=self.name)
            )
        if conclusion == "with_deviations":
            if not deviations:
                raise UserError(self.env._("List the deviations: what is not aligned, and how you live with it."))
            return {"conclusion": conclusion, "statement": statement, "deviations": deviations}
        # with a note or without: what the client refuses is not as planned; unacceptable refusals close the gate
        apart = self._get_items_on_the_way(stage).filtered(
            lambda item: item.agreement == "not_agreed" and not item.is_unacceptable and item.state in ("open", "met")
        )
        if apart:
            raise UserError(
                self.env._(
                    "The client does not agree with: %(criteria)s. Take the project over with these deviations.",
                    criteria=", ".join(apart.mapped("name")),
                )
            )
        return {"conclusion": conclusion, "statement": statement}

    def _get_intake_stage(self):
        """Return the last intake stage before the kick-off in which the project stands.

        :raises UserError: if the project stands in no kick-off, or if there is none
        :rtype: project.project.stage
        """
        self.ensure_one()
        order = self._get_stage_order()
        present = self.sudo().stage_id
        if present.purpose != "kickoff":
            raise UserError(self.env._("%(project)s goes back to sales from its kick-off only.", project=self.name))
        before = present.browse(order[: order.index(present.id)]).filtered(
            lambda stage: stage.purpose == "intake" and stage.active
        )
        if not before:
            raise UserError(
                self.env._(
                    "The lifecycle %(lifecycle)s has no intake stage to which %(project)s could go back.",
                    lifecycle=self.lifecycle_id.name,
                    project=self.name,
                )
            )
        return before[-1:].sudo(False)

    def _ask_for_sales_answer(self, stage, reason):
        """Let the salesperson answer what blocks: a point, with its activity, holds the gate of the intake.

        Without a salesperson the consultant owns it. Where the checklist of the intake does not ask for open points,
        the project gets a criterion of its own that does.

        :param project.project.stage stage: the intake
        :param str reason: what blocks
        """
        project = self.sudo()
        step = project._get_latest_steps()[project][stage.id]
        asks = step.item_ids.filtered(
            lambda item: item.is_blocking and item.kind == "computed" and item._get_criterion() == "open_points"
        )
        if not asks:
            # a criterion of this project alone, which the move brought about: not the consultant's to take away
            project.env["project.checklist.item"].with_user(SUPERUSER_ID).create(
                {
                    "step_id": step.id,
                    "custom_name": self.env._("The salesperson has answered what sent the project back to sales"),
                    "kind": "computed",
                    "is_blocking": True,
                    "responsible": "sales",
                }
            )
        owner = self._get_salesperson() or self.user_id or self.env.user
        # salespeople see nothing of the project but what is theirs to answer
        project.env["project.open.point"].create(
            {
                "project_id": self.id,
                "intake_id": project.intake_ids.id,
                "kind": "problem",
                "name": self.env._("Back from the kick-off: what blocks %(project)s", project=self.name),
                "description": reason,
                "user_id": owner.id,
                "is_blocking": True,
                "stage_id": stage.id,
                "is_for_sales": True,
            }
        )
