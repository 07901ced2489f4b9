from odoo import fields, models


class ProjectMaintenanceMixin(models.AbstractModel):
    """What keeps results running at the client: training, maintenance plan, feedback (S1.46 to S1.48)."""

    _name = "project.maintenance.mixin"
    _description = "Maintenance of a Project"

    training_ids = fields.One2many(
        "project.client.training", "project_id", string="Trainings", groups="project.group_project_user"
    )
    maintenance_ids = fields.One2many(
        "project.maintenance.service", "project_id", string="Maintenance plan", groups="project.group_project_user"
    )
    feedback_ids = fields.One2many("project.client.feedback", "project_id", groups="project.group_project_user")

    # === ACTIONS === #

    def action_view_trainings(self):
        """Open the trainings of the client's people."""
        return self._open_records("project.client.training", self.env._("Trainings"))

    def action_view_maintenance(self):
        """Open the maintenance plan."""
        return self._open_records("project.maintenance.service", self.env._("Maintenance plan"))

    def action_view_feedback(self):
        """Open what people of the client said, and what becomes of it."""
        return self._open_records("project.client.feedback", self.env._("Feedback"))

    def _open_records(self, model, name):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "list"), (False, "form")],
            "domain": [("project_id", "=", self.id)],
            "context": {"default_project_id": self.id, "one_project": True},
        }

    # === COMPUTED CRITERIA === #

    def _criterion_training_use(self):
        return self._get_with_records("project.client.training", [("kind", "=", "use")])

    def _criterion_training_maintain(self):
        return self._get_with_records("project.client.training", [("kind", "=", "maintain")])

    def _criterion_maintenance_plan(self):
        return self._get_with_records("project.maintenance.service", [("told_on", "!=", False)])

    def _criterion_maintenance_support(self):
        return self._get_with_records("project.maintenance.service", [("kind", "=", "support")])

    def _criterion_maintenance_upkeep(self):
        return self._get_with_records("project.maintenance.service", [("kind", "=", "maintenance")])

    def _criterion_feedback(self):
        return self._get_with_records("project.client.feedback", [])

    def _criterion_feedback_told(self):
        """There is feedback, and the client was told what became of each piece of it."""
        waiting = self._get_with_records("project.client.feedback", [("state", "!=", "told")])
        return self._criterion_feedback() - waiting

    def _get_with_records(self, model, domain):
        rows = self.env[model].sudo()._read_group([("project_id", "in", self.ids), *domain], ["project_id"])
        return self.browse([project.id for (project,) in rows])
