from odoo import models

from .project_copy_mixin import get_date_shift


class ProjectMilestone(models.Model):
    _inherit = "project.milestone"

    def copy_data(self, default=None):
        """Move the deadlines of milestones in a copied project to its start."""
        vals_list = super().copy_data(default)
        shift = get_date_shift(self.env)
        if shift:
            for milestone, vals in zip(self, vals_list, strict=True):
                vals.setdefault("deadline", shift.day(milestone.deadline))
        return vals_list
