from odoo import api, models

from ..logic import gates

BLOCK, WARN = "block", "warn"
# how many criteria are named before the rest is left out
NAMED = 5


class ProjectContradictionMixin(models.AbstractModel):
    """What speaks against handing a project over: a list of codes, each a method (idea 8)."""

    _name = "project.contradiction.mixin"
    _description = "Contradictions to a Hand-off"

    @api.model
    def _get_contradiction_codes(self):
        """Return which facts are asked, in order, and what each means for a reason: extend it to add one.

        Each code comes with its ``_contradiction_<code>(stages)``: called on many projects with the superuser's
        rights and the support stage of each, it returns for those that it speaks against a text in the reader's
        language, in a number of queries that does not grow with them. A reason that is not named is not concerned.

        :return: for each code the weight by reason: ``block``, or ``warn`` for what may be answered
        :rtype: dict[str, dict]
        """
        return {
            "kickoff": {"pause": BLOCK, "autonomous": BLOCK},
            "criteria": {"done": BLOCK},
            "exit_criteria": {"pause": BLOCK, "autonomous": BLOCK},
            "points": {"done": BLOCK, "pause": WARN, "autonomous": WARN},
            "tasks": {"done": BLOCK, "pause": WARN, "autonomous": WARN},
            "signoffs": {"done": BLOCK, "pause": WARN, "autonomous": WARN},
            "adoption": {"done": WARN, "pause": WARN, "autonomous": WARN},
            "hours_gone": {"done": WARN, "pause": WARN, "autonomous": WARN},
        }

    def _get_contradictions(self, reason, stages):
        """Return what speaks against handing these projects over, in a constant number of queries.

        :param str reason: done, pause or autonomous
        :param dict stages: for each project the support stage it goes to
        :return: for each project a list of dicts: ``code``, ``text``, ``blocks``
        :rtype: dict
        """
        found = {project: [] for project in self}
        everything = self.sudo()
        stages = {project.sudo(): stage.sudo() for project, stage in stages.items()}
        for code, weights in self._get_contradiction_codes().items():
            if reason not in weights:
                continue
            texts = getattr(everything.with_context(handoff_reason=reason), f"_contradiction_{code}")(stages)
            for project, text in texts.items():
                found[project.sudo(False)].append({"code": code, "text": text, "blocks": weights[reason] == BLOCK})
        return found

    def _contradiction_kickoff(self, stages):
        """A kick-off that is still to come: nobody pauses, or goes on alone, before it (S2.128)."""
        early = self.browse()
        for project in self:
            order = project.lifecycle_id.with_context(active_test=False)._get_stages()
            place = gates.out_of_kickoff([stage.purpose if stage.active else None for stage in order])
            if place is not None and project.stage_id in order[:place]:
                early |= project
        return {project: self.env._("The kick-off is still to come.") for project in early}

    def _contradiction_criteria(self, stages):
        """Blocking criteria that are open on the way to support."""
        latest = self._get_latest_steps()
        on_the_way = [
            latest[project][gate.id].id
            for project in self
            for gate in project._get_gates_on_the_way(stages[project])
            if gate.id in latest[project]
        ]
        return self._say_blocking(self._get_blocking([("step_id", "in", on_the_way), ("exit_id", "=", False)]))

    def _contradiction_exit_criteria(self, stages):
        """Blocking criteria of the exit by which the project would leave, where there is one for the reason."""
        exits = self.env["project.lifecycle.exit"].search(
            [
                ("to_stage_id", "in", [stage.id for stage in stages.values()]),
                ("handoff_reason", "=", self.env.context.get("handoff_reason")),
            ]
        )
        drafts = self.env["project.handoff"].search([("project_id", "in", self.ids), ("state", "=", "draft")])
        chosen = {draft.project_id: draft.exit_id for draft in drafts if draft.exit_id in exits}
        offered = exits.grouped("from_stage_id")
        items = self._get_blocking([("step_id.state", "=", "current"), ("exit_id", "in", exits.ids)])
        return self._say_blocking(
            items.filtered(
                lambda item: item.exit_id == (chosen.get(item.project_id) or offered[item.exit_id.from_stage_id][:1])
            )
        )

    def _get_blocking(self, domain):
        return self.env["project.checklist.item"].search(
            [("project_id", "in", self.ids), ("is_blocking", "=", True), ("state", "=", "open"), *domain]
        )

    def _say_blocking(self, items):
        return {
            self.browse(project.id): self.env._(
                "Blocking criteria that are open (%(count)s): %(names)s",
                count=len(of_project),
                names="; ".join(of_project[:NAMED].mapped("name")) + (" …" if len(of_project) > NAMED else ""),
            )
            for project, of_project in items.grouped("project_id").items()
        }

    def _contradiction_points(self, stages):
        """Must-have points that wait for an answer."""
        return self._count_open(
            "project.open.point",
            [("state", "=", "open"), ("must_have", "=", True)],
            lambda count: self.env._("Must-have open points: %(count)s.", count=count),
        )

    def _contradiction_tasks(self, stages):
        """Tasks that block a gate and are open."""
        return self._count_open(
            "project.task",
            [("blocks_gate", "=", True), ("state", "in", self.env["project.task"].OPEN_STATES)],
            lambda count: self.env._("Must-have tasks open: %(count)s.", count=count),
        )

    def _contradiction_signoffs(self, stages):
        """Sign-offs that wait for the client's answer."""
        return self._count_open(
            "project.signoff",
            [("state", "=", "sent"), ("is_superseded", "=", False)],
            lambda count: self.env._("Sign-offs that wait for the client: %(count)s.", count=count),
        )

    def _count_open(self, model, domain, say):
        rows = self.env[model]._read_group([("project_id", "in", self.ids), *domain], ["project_id"], ["__count"])
        return {self.browse(project.id): say(count) for project, count in rows}

    def _contradiction_adoption(self, stages):
        """No figure that shows that the client works with what was delivered."""
        figures = self.env["project.adoption.figure"]
        seen = {project.id for (project,) in figures._read_group([("project_id", "in", self.ids)], ["project_id"])}
        return {
            project: self.env._("There are no adoption figures: nothing shows that it is in use.")
            for project in self
            if project.id not in seen
        }

    def _contradiction_hours_gone(self, stages):
        """Packs that are used up: no reason to hand over, for work may be left, or a new pack may come (S2.130)."""
        return {
            project: self.env._(
                "No hours are left. That is no reason to hand over: offer the next pack, agree on a pause, or mark the"
                " project as at risk."
            )
            for project in self
            if project.pack_count and project.pack_remaining_hours <= 0
        }
