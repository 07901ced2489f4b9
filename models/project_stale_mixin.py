from datetime import timedelta

from odoo import models
from odoo.fields import Domain


class ProjectStaleMixin(models.AbstractModel):
    """Projects that stand in a stage for too long: Odoo's own rotting, for those that have a lifecycle."""

    _name = "project.stale.mixin"
    _description = "Stale Projects"

    def _is_rotting_feature_enabled(self):
        """Only projects with a lifecycle go stale: the others are not looked at any further."""
        if self and not self.filtered("lifecycle_id"):
            return False
        return super()._is_rotting_feature_enabled()

    def _get_rotting_depends_fields(self):
        return super()._get_rotting_depends_fields() + [
            "active",
            "is_template",
            "lifecycle_id",
            "stage_id.fold",
            "stage_id.purpose",
            "step_ids.state",
            "step_ids.paused_on",
        ]

    def _get_rotting_domain(self):
        paused = Domain("step_ids", "any", [("state", "=", "current"), ("paused_on", "!=", False)])
        return (
            super()._get_rotting_domain()
            & Domain("lifecycle_id", "!=", False)
            & Domain("active", "=", True)
            & Domain("is_template", "=", False)
            & Domain("stage_id.fold", "=", False)
            & Domain("stage_id.purpose", "!=", "closed")
            & ~paused
        )

    def _search_is_rotting(self, operator, value):
        """Find stale projects by the threshold of each stage.

        Odoo's own search leaves out what has not moved for a year: the stalest projects of all.
        """
        if operator not in ("in", "not in"):
            return NotImplemented
        stages = self.env["project.project.stage"].sudo().search([("rotting_threshold_days", ">", 0)])
        now = self.env.cr.now()
        overdue = Domain.OR(
            Domain("stage_id", "=", stage.id)
            & Domain("date_last_stage_update", "<", now - timedelta(days=stage.rotting_threshold_days))
            for stage in stages
        )
        stale = self.sudo()._search(self._get_rotting_domain() & overdue)
        wanted = (True in value) == (operator == "in")
        return [("id", "in" if wanted else "not in", stale)]
