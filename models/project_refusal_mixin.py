from odoo import models
from odoo.exceptions import UserError

from ..exceptions import GateRefused


class ProjectRefusalMixin(models.AbstractModel):
    """Why projects stay where they are, said so that whoever reads it knows what to do next."""

    _name = "project.refusal.mixin"
    _description = "Refused Moves of a Project"

    def _refuse_paused(self, steps):
        """Refuse to move projects that are paused.

        :param project.lifecycle.step steps: the steps that the projects would leave or pass
        :raises GateRefused: naming the projects
        """
        paused = steps.filtered(lambda step: step.paused_on and step.state == "current")
        if paused:
            raise GateRefused(
                self.env._(
                    "%(projects)s: paused. Resume before you go on.",
                    projects=", ".join(paused.project_id.mapped("name")),
                ),
                paused.project_id.sudo(False),
            )

    def _refuse_archived(self, origins):
        """Refuse to move projects into a stage that nobody passes any more.

        :param dict origins: for each project the stage it came from
        :raises UserError: naming the stage
        """
        for project in self:
            stage = project.sudo().stage_id
            if stage != origins[project] and not stage.active:
                raise UserError(
                    self.env._(
                        "%(project)s cannot go to the stage %(stage)s: it is archived. Choose another stage.",
                        project=project.name,
                        stage=stage.name,
                    )
                )

    def _refuse(self, closed, origins, way_out=None):
        """Refuse the moves of these projects if blocking criteria are open.

        :param project.checklist.item closed: the blocking criteria that are open
        :param dict origins: for each project the stage it stays in
        :param project.lifecycle.exit way_out: the exit they were to take, if it was one
        :raises GateRefused: naming each project and what it lacks
        """
        if not closed:
            return
        parts = []
        refused = self.browse(closed.project_id.ids)
        for project in refused:
            items = closed.filtered_domain([("project_id", "=", project.id)])
            parts.append(project._say_refused(origins[project], len(items), way_out))
            parts += [
                f"  - {item.name}" if item.stage_id == origins[project] else f"  - {item.stage_id.name}: {item.name}"
                for item in items[:10]
            ]
            if len(items) > 10:
                parts.append("  " + self.env._("and %(count)s more", count=len(items) - 10))
        stage = refused[:1].sudo().stage_id
        if way_out:
            parts.append(self.env._("Answer them in the gate dialog, then take the exit again."))
        else:
            parts.append(self.env._("Answer them on the page Lifecycle of the project, then move it again."))
            parts += refused._offer_exits({origins[project].id for project in refused}, stage)
        raise GateRefused("\n".join(parts), refused, stage)

    def _say_refused(self, origin, count, way_out):
        self.ensure_one()
        if way_out:
            return self.env._(
                "%(project)s stays in the stage %(stage)s. Blocking criteria of the exit %(exit)s that are open:"
                " %(count)s.",
                project=self.name,
                stage=origin.name,
                exit=way_out.name,
                count=count,
            )
        return self.env._(
            "%(project)s stays in the stage %(stage)s. Blocking criteria that are open: %(count)s.",
            project=self.name,
            stage=origin.name,
            count=count,
        )

    def _offer_exits(self, origin_ids, stage):
        """Say which exits of the lifecycle lead where the projects were to go, if there are any."""
        exits = self.env["project.lifecycle.exit"].search(
            [("from_stage_id", "in", list(origin_ids)), ("to_stage_id", "=", stage.id)]
        )
        if not exits:
            return []
        return [
            self.env._(
                "Exits lead there as well: %(exits)s. Choose one in the gate dialog if it fits.",
                exits=", ".join(exits.mapped("name")),
            )
        ]
