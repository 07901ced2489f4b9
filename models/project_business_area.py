from odoo import api, fields, models


class ProjectBusinessArea(models.Model):
    _name = "project.business.area"
    _description = "Business Area"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    questions = fields.Text(
        "What to ask", translate=True, help="What a consultant asks the client to find out whether the area matters."
    )
    sequence = fields.Integer(default=10, export_string_translation=False)
    active = fields.Boolean(default=True, export_string_translation=False)
    coverage_ids = fields.One2many("project.area.coverage", "area_id", string="Projects")

    @api.model_create_multi
    def create(self, vals_list):
        """Add areas, also to the projects that have not started implementation yet."""
        areas = super().create(vals_list)
        areas._follow_in_projects()
        return areas

    def write(self, vals):
        res = super().write(vals)
        if "active" in vals:
            self._follow_in_projects()
        return res

    def _follow_in_projects(self):
        """Give running projects the areas in use, and take back those no longer used that nobody has decided on."""
        # the list belongs to administrators, who may not see every project
        coverage = self.env["project.area.coverage"].sudo()
        gone = coverage.search([("area_id", "in", self.filtered(lambda area: not area.active).ids)])
        projects = gone.project_id
        gone.filtered(lambda line: line.verdict == "open").unlink()
        if self.filtered("active"):
            running = self.env["project.project"].sudo().search([("lifecycle_id.covers_areas", "=", True)])
            running._add_area_coverage()
            projects |= running
        projects._refresh_criteria()
