from odoo import api, fields, models

from ..logic import phases as logic_phases

# what a client reads of points that are its own; red flags and doubts are ours
CLIENT_POINT_KINDS = ("question", "remark", "problem", "wish")


class ProjectPhaseMixin(models.AbstractModel):
    """The phases in which a project goes live, one after the other."""

    _name = "project.phase.mixin"
    _description = "Phases of a Project"

    phase_ids = fields.One2many(
        "project.lifecycle.phase", "project_id", string="Phases", groups="project.group_project_user"
    )
    phase_notice = fields.Text(
        compute="_compute_phase_notice", groups="project.group_project_user", export_string_translation=False
    )
    phase_to_agree_count = fields.Integer(
        "Phases to be agreed", compute="_compute_phase_notice", groups="project.group_project_user"
    )

    @api.depends(
        "phase_ids.name",
        "phase_ids.sequence",
        "phase_ids.phase_class",
        "phase_ids.golive_date",
        "phase_ids.agreed_on",
        "phase_ids.app_ids",
        "scope_app_ids.is_needed",
        "date",
    )
    def _compute_phase_notice(self):
        for project in self:
            phases = project.phase_ids.sorted(lambda phase: (phase.sequence, phase._origin.id))
            notices = [*project._get_disorder_of(phases), *project._get_misfits_of(phases)]
            project.phase_notice = "\n".join(notices)
            project.phase_to_agree_count = len(phases.filtered(lambda phase: not phase.agreed_on))

    # === ACTIONS === #

    def action_add_phase(self):
        """Open the form of a new phase of this project, in a dialog."""
        return self._open_new("project.lifecycle.phase", self.env._("New phase"))

    def action_view_phases(self):
        """Open the phases of this project, in a list to write in and to put in order."""
        return self._open_list("project_lifecycle.project_lifecycle_phase_action")

    def action_phases_agreed(self):
        """Record that the SPOC agreed today to all phases that are still to be agreed.

        :raises AccessError: if the user is not the consultant of the project
        :raises UserError: if a phase has no outcome or go-live date yet, or the project no SPOC
        """
        self._check_lifecycle_consultant()
        self.phase_ids.filtered(lambda phase: not phase.agreed_on).action_agreed()

    # === BUSINESS METHODS === #

    def _get_disorder_of(self, phases):
        """Return what is odd about the order of the phases of this project, in words.

        :param project.lifecycle.phase phases: in their order
        :rtype: list
        """
        texts = {
            logic_phases.MVP_LATE: lambda name: self.env._(
                "%(phase)s is an MVP, but stands behind an improvement.", phase=name
            ),
            logic_phases.DATE_EARLY: lambda name: self.env._(
                "%(phase)s goes live before a phase in front of it.", phase=name
            ),
            logic_phases.NO_MVP: lambda _name: self.env._("No phase is an MVP: what does the client start with?"),
        }
        facts = [(phase.phase_class == "mvp", phase.golive_date) for phase in phases]
        return [texts[code](phases[place].name) for code, place in logic_phases.find_disorder(facts)]

    def _get_misfits_of(self, phases):
        """Return where phases, the scope and the dates of this project do not fit, in words.

        :param project.lifecycle.phase phases: in their order
        :rtype: list
        """
        if not phases:
            return []
        needed = self.scope_app_ids.filtered("is_needed")
        notices = []
        if homeless := needed - phases.app_ids:
            notices.append(self.env._("In scope, but in no phase: %(apps)s.", apps=", ".join(homeless.mapped("name"))))
        if dropped := phases.app_ids - needed:
            notices.append(
                self.env._("In a phase, but not in scope: %(apps)s.", apps=", ".join(dropped.mapped("name")))
            )
        if late := self._get_late_phases(phases):
            notices.append(
                self.env._("Live after the end of the project: %(phases)s.", phases=", ".join(late.mapped("name")))
            )
        return notices

    def _get_late_phases(self, phases):
        return phases.filtered(
            lambda phase: phase.golive_date and phase.project_id.date and phase.golive_date > phase.project_id.date
        )

    # === CRITERIA === #

    def _criterion_phases(self):
        """There are phases, each agreed with an outcome and a go-live date (S2.61, S2.72)."""
        phases = self.env["project.lifecycle.phase"].search([("project_id", "in", self.ids)])
        left = phases.filtered(lambda phase: not phase.agreed_on or not phase._is_planned())
        return self.browse((phases.project_id - left.project_id).ids)

    def _criterion_plan_agreed(self):
        """The phases are agreed and go live within the project, whose stages are planned (S2.60, S2.61)."""
        agreed = self._criterion_phases() & self._criterion_plan()
        late = self._get_late_phases(self.env["project.lifecycle.phase"].search([("project_id", "in", agreed.ids)]))
        return agreed - self.browse(late.project_id.ids)

    # === MINUTES === #

    def _kickoff_minutes_phases(self):
        """The phases that are planned: outcome, applications, go-live, and whether they were agreed."""
        planned = self.phase_ids.filtered(lambda phase: phase._is_planned())
        if not planned:
            return None
        classes = dict(planned._fields["phase_class"]._description_selection(self.env))
        values = [
            {
                "name": phase.name,
                "phase_class": classes[phase.phase_class],
                "apps": phase.app_ids.filtered("is_needed").mapped("name"),
                "outcome": phase.agreed_outcome,
                "golive_date": phase.golive_date,
                "agreed_on": phase.agreed_on,
                "agreed_by": phase.agreed_by_id.name,
            }
            for phase in planned
        ]
        return {"template": "project_lifecycle.kickoff_minutes_phases", "values": {"phases": values}}

    def _kickoff_minutes_open_points(self):
        """The points that the client answers, and its own questions about the collaboration: wording and day only."""
        points = self.open_point_ids.filtered(
            lambda point: (
                point.state == "open"
                and (point.partner_id or point.client_question)
                and point.kind in CLIENT_POINT_KINDS
            )
        )
        if not points:
            return None
        values = [
            {"name": point.name, "deadline": point.deadline, "owner": point.partner_id.name or point.user_id.name}
            for point in points
        ]
        return {"template": "project_lifecycle.kickoff_minutes_open_points", "values": {"points": values}}
