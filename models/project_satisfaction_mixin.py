from odoo import api, fields, models


class ProjectSatisfactionMixin(models.AbstractModel):
    """How satisfied the client of a project is, over time."""

    _name = "project.satisfaction.mixin"
    _description = "Satisfaction with a Project"

    satisfaction_ids = fields.One2many(
        "project.satisfaction.request",
        "project_id",
        string="Answers of the client",
        groups="project.group_project_user",
    )
    satisfaction_score = fields.Float(
        "Satisfaction score",
        compute="_compute_satisfaction",
        groups="project.group_project_user",
        help="The average of the answers, from 1, unhappy, to 5, happy.",
    )
    satisfaction_count = fields.Integer(
        "Answers", compute="_compute_satisfaction", groups="project.group_project_user"
    )

    @api.depends("satisfaction_ids.score", "satisfaction_ids.answered_on")
    def _compute_satisfaction(self):
        followed = self.filtered("lifecycle_id")
        rows = followed and self.env["project.satisfaction.request"]._read_group(
            [("project_id", "in", followed.ids), ("answered_on", "!=", False)],
            ["project_id"],
            ["score:avg", "__count"],
        )
        found = {project.id: (score, count) for project, score, count in rows}
        for project in self:
            project.satisfaction_score, project.satisfaction_count = found.get(project._origin.id, (0.0, 0))

    def action_view_satisfaction(self):
        """Open what the client of this project answered, over time."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_satisfaction_request_action"),
            "domain": [("project_id", "=", self.id)],
            "context": {},
        }

    def _criterion_satisfaction(self):
        """The client has answered how satisfied it is (S1.49b)."""
        rows = self.env["project.satisfaction.request"]._read_group(
            [("project_id", "in", self.ids), ("answered_on", "!=", False)], ["project_id"]
        )
        return self.browse([project.id for (project,) in rows])
