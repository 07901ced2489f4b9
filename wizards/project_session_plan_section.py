from odoo import fields, models


class ProjectSessionPlanSection(models.TransientModel):
    _name = "project.session.plan.section"
    _description = "Section of a Session to Plan"
    _order = "sequence, id"

    plan_id = fields.Many2one(
        "project.session.plan", required=True, index=True, ondelete="cascade", export_string_translation=False
    )
    sequence = fields.Integer(export_string_translation=False)
    name = fields.Char("Section", readonly=True)
    is_covered = fields.Boolean("Covered in the session")
    item_ids = fields.Many2many("project.checklist.item", string="Points", readonly=True)
    open_count = fields.Integer("Points open", readonly=True)
