from odoo import api, fields, models
from odoo.exceptions import AccessError


class ProjectScopeRecordMixin(models.AbstractModel):
    """What is found out about a client in the kick-off, in the order of its project: it decides criteria at once."""

    _name = "project.scope.record.mixin"
    _description = "Finding of a Kick-off"
    _order = "project_id, sequence, id"

    name = fields.Char(required=True)
    project_id = fields.Many2one(
        "project.project",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('lifecycle_id', '!=', False), ('is_template', '=', False)]",
    )
    sequence = fields.Integer(default=10, export_string_translation=False)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Add records behind those that their project has."""
        records = super().create(self._prepare_places(vals_list))
        records.project_id._refresh_criteria()
        return records

    def write(self, vals):
        """Change records; they stay with their project.

        :raises AccessError: if one of them would move to another project
        """
        if "project_id" in vals:
            self._check_stay(vals["project_id"])
        res = super().write(vals)
        self.project_id._refresh_criteria()
        return res

    def unlink(self):
        projects = self.project_id
        res = super().unlink()
        projects._refresh_criteria()
        return res

    # === ACTIONS === #

    def action_open(self):
        """Open the record in a dialog."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    # === BUSINESS METHODS === #

    def _check_stay(self, project_id):
        for record in self:
            if record.project_id.id != project_id:
                raise AccessError(
                    self.env._(
                        "%(name)s stays with its project %(project)s. Add one to the other project.",
                        name=record.name,
                        project=record.project_id.name,
                    )
                )

    @api.model
    def _prepare_places(self, vals_list):
        """Return the values of new records with their project and their place behind those that are there."""
        default = self.env.context.get("default_project_id")
        vals_list = [{**vals, "project_id": vals.get("project_id") or default} for vals in vals_list]
        groups = self.sudo()._read_group(
            [("project_id", "in", [vals["project_id"] for vals in vals_list if vals["project_id"]])],
            ["project_id"],
            ["sequence:max"],
        )
        last = {project.id: sequence for project, sequence in groups}
        for vals in vals_list:
            project_id = vals["project_id"]
            vals["sequence"] = vals.get("sequence") or last.get(project_id, 0) + 10
            last[project_id] = max(last.get(project_id, 0), vals["sequence"])
        return vals_list
