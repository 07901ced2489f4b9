from odoo import api, fields, models
from odoo.exceptions import AccessError

from .project_checklist_template import RESPONSIBLE_SIDES


class ProjectChecklistItem(models.Model):
    _name = "project.checklist.item"
    _description = "Checklist Point of a Project"
    _order = "stage_id, sequence, id"

    project_id = fields.Many2one("project.project", required=True, index=True, ondelete="cascade")
    stage_id = fields.Many2one("project.project.stage", required=True, index=True, ondelete="cascade")
    template_id = fields.Many2one("project.checklist.template", required=True, index=True, ondelete="restrict")
    # the wording stays that of the checklist, so that each reader has it in the own language
    name = fields.Char(related="template_id.name")
    section = fields.Char(related="template_id.section")
    guidance = fields.Text(related="template_id.guidance")
    source_ref = fields.Char(related="template_id.source_ref")
    sequence = fields.Integer(default=10, export_string_translation=False)
    is_blocking = fields.Boolean("Blocking")
    responsible = fields.Selection(RESPONSIBLE_SIDES, required=True, default="consultant")
    state = fields.Selection([("open", "Open"), ("met", "Met")], required=True, default="open", index=True)
    done_by_id = fields.Many2one("res.users", string="Ticked by", readonly=True)
    done_on = fields.Datetime("Ticked on", readonly=True)
    note = fields.Char(help="What was found or agreed, for whoever reads it later.")

    _once_per_project = models.Constraint(
        "UNIQUE(project_id, template_id)",
        "This point already stands on the checklist of the project.",
    )

    @api.depends("name")
    def _compute_display_name(self):
        for item in self:
            item.display_name = item.name

    def write(self, vals):
        """Consultants write notes; points are answered with ``action_tick`` and ``action_untick``.

        :raises AccessError: if somebody else than a project administrator writes more than a note
        """
        administrator = self.env.su or self.env.user.has_group("project.group_project_manager")
        if not administrator and not vals.keys() <= {"note"}:
            raise AccessError(
                self.env._(
                    "Only a project administrator changes the points of a checklist. Tick them, or write a note."
                )
            )
        return super().write(vals)

    # === ACTIONS === #

    def action_tick(self):
        """Mark points as met, by the current user, now.

        :raises AccessError: if the user is neither consultant of the project nor project administrator
        """
        self.project_id._check_lifecycle_consultant()
        # a project user has no write access to the points: who may tick was checked on the line above
        self.filtered(lambda item: item.state != "met").sudo().write(
            {"state": "met", "done_by_id": self.env.uid, "done_on": fields.Datetime.now()}
        )

    def action_untick(self):
        """Open points again; who had ticked them stays in the chatter.

        :raises AccessError: if the user is neither consultant of the project nor project administrator
        """
        self.project_id._check_lifecycle_consultant()
        self.sudo().write({"state": "open", "done_by_id": False, "done_on": False})

    def action_open(self):
        """Open the point with its guidance and its note, in a dialog."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Checklist point"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_item_values(self, project, template):
        """Return the values of the copy of a checklist point on a project: override to copy more."""
        return {
            "project_id": project.id,
            "stage_id": template.stage_id.id,
            "template_id": template.id,
            "sequence": template.sequence,
            "is_blocking": template.is_blocking,
            "responsible": template.responsible,
        }
