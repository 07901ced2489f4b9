from odoo import api, fields, models
from odoo.exceptions import UserError

from .project_copy_mixin import get_date_shift


class ProjectMilestone(models.Model):
    _inherit = "project.milestone"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Show at once what new milestones mean for the criteria of their projects."""
        milestones = super().create(vals_list)
        milestones._get_lifecycle_projects()._refresh_criteria()
        return milestones

    def write(self, vals):
        """Show at once what another date, or another project, means for the criteria and for the phases that go live.

        :raises AccessError: if somebody else than the consultant moves the go-live of a phase
        :raises UserError: if the go-live of a phase would move to another project
        """
        if {"deadline", "project_id"}.isdisjoint(vals):
            return super().write(vals)
        before = self._get_lifecycle_projects()
        phases = self._get_phases_to_move(vals) if before else ()
        res = super().write(vals)
        if phases:
            phases.write({"golive_date": vals["deadline"]})
        (before | self._get_lifecycle_projects())._refresh_criteria()
        return res

    def unlink(self):
        """Show at once what is missing now."""
        projects = self._get_lifecycle_projects()
        res = super().unlink()
        projects._refresh_criteria()
        return res

    def copy_data(self, default=None):
        """Move the deadlines of milestones in a copied project to its start."""
        vals_list = super().copy_data(default)
        shift = get_date_shift(self.env)
        if shift:
            for milestone, vals in zip(self, vals_list, strict=True):
                vals.setdefault("deadline", shift.day(milestone.deadline))
        return vals_list

    # === BUSINESS METHODS === #

    def _get_phases_to_move(self, vals):
        """Return the phases whose go-live these milestones are, and which another deadline moves along.

        :param dict vals: to be written
        :rtype: project.lifecycle.phase
        """
        # who may move them is checked below
        phases = self.env["project.lifecycle.phase"].sudo().search([("milestone_id", "in", self.ids)])
        for phase in phases:
            if vals.get("project_id", phase.project_id.id) != phase.project_id.id:
                raise UserError(
                    self.env._(
                        "%(milestone)s is the go-live of a phase of the project %(project)s: it stays there.",
                        milestone=phase.milestone_id.name,
                        project=phase.project_id.name,
                    )
                )
        if "deadline" not in vals:
            return phases.browse()
        moved = phases.filtered(lambda phase: phase.golive_date != fields.Date.to_date(vals["deadline"]))
        if moved and not self.env.su:
            moved.project_id.sudo(False)._check_lifecycle_consultant()
        return moved

    def _get_lifecycle_projects(self):
        # whoever may write milestones may work out what they mean; the criteria are nobody's to write
        return self.sudo().project_id.filtered("lifecycle_id")
