from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProjectLesson(models.Model):
    """What a project taught us: a success, or a point to improve; found again by later projects (S1.49c to S1.49e)."""

    _name = "project.lesson"
    _description = "Lesson of a Project"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
    # whoever reads a lesson may discuss it
    _mail_post_access = "read"

    name = fields.Char("Lesson", required=True, tracking=True)
    project_id = fields.Many2one(
        "project.project",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('lifecycle_id', '!=', False), ('is_template', '=', False)]",
    )
    company_id = fields.Many2one(related="project_id.company_id")
    lifecycle_id = fields.Many2one(related="project_id.lifecycle_id", store=True, index="btree_not_null")
    kind = fields.Selection(
        [("success", "Success"), ("improvement", "Point to improve")], required=True, default="improvement"
    )
    stage_id = fields.Many2one(
        "project.project.stage",
        compute="_compute_stage_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('lifecycle_id', '=', lifecycle_id)]",
        help="Projects of the same lifecycle are told when they enter it.",
    )
    description = fields.Text("What happened, and what to do next time")
    tag_ids = fields.Many2many("project.tags", string="Tags")
    user_id = fields.Many2one("res.users", string="Noted by", default=lambda self: self.env.user, readonly=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    is_for_client = fields.Boolean("In the closing report", help="The client reads it there.")
    active = fields.Boolean(default=True)

    @api.depends("project_id")
    def _compute_stage_id(self):
        for lesson in self:
            stage = lesson.stage_id or lesson.project_id.sudo().stage_id
            lesson.stage_id = stage if stage.lifecycle_id else False

    @api.constrains("stage_id", "project_id")
    def _check_stage_of_lifecycle(self):
        for lesson in self.sudo():
            if lesson.stage_id and lesson.stage_id.lifecycle_id != lesson.project_id.lifecycle_id:
                raise ValidationError(
                    self.env._(
                        "%(lesson)s: the stage %(stage)s does not belong to the lifecycle of the project %(project)s.",
                        lesson=lesson.name,
                        stage=lesson.stage_id.name,
                        project=lesson.project_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lessons = super().create(vals_list)
        lessons.project_id._refresh_criteria()
        return lessons

    def write(self, vals):
        res = super().write(vals)
        self.project_id._refresh_criteria()
        return res

    def unlink(self):
        projects = self.project_id
        res = super().unlink()
        projects._refresh_criteria()
        return res
