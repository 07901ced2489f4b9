from odoo import api, fields, models


class ProjectGateWizard(models.TransientModel):
    _inherit = "project.gate.wizard"

    lesson_ids = fields.Many2many(
        "project.lesson",
        string="Lessons of others",
        # what the dialog shows is what its user may see
        compute="_compute_lesson_ids",
        compute_sudo=False,
        help="What other projects of the lifecycle learned in the stage that is entered.",
    )

    @api.depends("project_id", "to_stage_id")
    def _compute_lesson_ids(self):
        lessons = self.env["project.lesson"].search([("stage_id", "in", self.to_stage_id.ids)])
        for wizard in self:
            wizard.lesson_ids = lessons.filtered(
                lambda it, wizard=wizard: it.stage_id == wizard.to_stage_id and it.project_id != wizard.project_id
            )
