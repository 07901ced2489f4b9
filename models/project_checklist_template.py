from odoo import fields, models

RESPONSIBLE_SIDES = [
    ("consultant", "Consultant"),
    ("client", "Client"),
    ("sales", "Salesperson"),
    ("support", "Support"),
]


class ProjectChecklistTemplate(models.Model):
    _name = "project.checklist.template"
    _description = "Checklist Point of a Stage"
    _order = "stage_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    stage_id = fields.Many2one("project.project.stage", required=True, index=True, ondelete="cascade")
    active = fields.Boolean(default=True, export_string_translation=False)
    sequence = fields.Integer(default=10, export_string_translation=False)
    section = fields.Char(translate=True, help="Points of the same section stand together under this heading.")
    is_blocking = fields.Boolean("Blocking", help="The project does not leave the stage while this point is open.")
    responsible = fields.Selection(RESPONSIBLE_SIDES, required=True, default="consultant")
    guidance = fields.Text(translate=True, help="How to know that the point is met, and what to write down.")
    source_ref = fields.Char(
        "Requirement", export_string_translation=False, help="Numbers of the requirements which this point answers."
    )
    item_ids = fields.One2many("project.checklist.item", "template_id", string="Copies on projects")
