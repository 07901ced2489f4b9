from odoo import api, models

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
        """Show at once what another date, or another project, means for the criteria."""
        if vals.keys().isdisjoint({"deadline", "project_id"}):
            return super().write(vals)
        before = self._get_lifecycle_projects()
        res = super().write(vals)
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

    def _get_lifecycle_projects(self):
        # whoever may write milestones may work out what they mean; the criteria are nobody's to write
        return self.sudo().project_id.filtered("lifecycle_id")
