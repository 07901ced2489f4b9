from odoo import api, fields, models
from odoo.fields import Domain


class ProjectLessonMixin(models.AbstractModel):
    """The lessons of a project, and those of others that help where it stands."""

    _name = "project.lesson.mixin"
    _description = "Lessons of a Project"

    lesson_ids = fields.One2many("project.lesson", "project_id", string="Lessons", groups="project.group_project_user")
    stage_lesson_ids = fields.Many2many(
        "project.lesson",
        string="Lessons for this stage",
        compute="_compute_stage_lessons",
        groups="project.group_project_user",
    )
    stage_lesson_count = fields.Integer(compute="_compute_stage_lessons", groups="project.group_project_user")

    @api.depends("stage_id")
    def _compute_stage_lessons(self):
        followed = self.filtered("lifecycle_id").sudo()
        by_stage = {}
        if followed:
            by_stage = (
                self.env["project.lesson"].search([("stage_id", "in", followed.stage_id.ids)]).grouped("stage_id")
            )
        for project in self:
            found = by_stage.get(project.sudo().stage_id.sudo(False)) if project in followed else None
            lessons = (found or self.env["project.lesson"]).filtered(
                lambda it, project=project: it.project_id != project._origin
            )
            project.stage_lesson_ids = lessons
            project.stage_lesson_count = len(lessons)

    # === ACTIONS === #

    def action_view_lessons(self):
        """Open the lessons of this project, in a list to write in."""
        return self._open_list("project_lifecycle.project_lesson_action")

    def action_view_stage_lessons(self):
        """Open what other projects of the lifecycle learned in the stage in which this one stands."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_lesson_action"),
            "name": self.env._("Lessons for this stage"),
            "domain": [("id", "in", self.stage_lesson_ids.ids)],
            "context": {"create": False},
        }

    # === CRITERIA === #

    def _criterion_lesson_success(self):
        """A success is noted (S1.49c)."""
        return self._get_with_lessons("success")

    def _criterion_lesson_improvement(self):
        """A point to improve is noted (S1.49d)."""
        return self._get_with_lessons("improvement")

    def _criterion_lessons(self):
        """There is a lesson that later projects find (S1.49e)."""
        return self._get_with_lessons("success") | self._get_with_lessons("improvement")

    def _get_with_lessons(self, kind):
        domain = Domain("project_id", "in", self.ids) & Domain("kind", "=", kind)
        rows = self.env["project.lesson"]._read_group(domain, ["project_id"])
        return self.browse([project.id for (project,) in rows])
