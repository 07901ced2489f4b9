from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

STAGES_ADDED_PARAM = "project_lifecycle.stage_feature_added"


class ProjectLifecycle(models.Model):
    _name = "project.lifecycle"
    _description = "Project Lifecycle"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True)
    active = fields.Boolean(default=True, export_string_translation=False)
    sequence = fields.Integer(default=10, export_string_translation=False)
    stage_ids = fields.One2many("project.project.stage", "lifecycle_id", string="Stages")
    project_ids = fields.One2many("project.project", "lifecycle_id", string="Projects")
    project_count = fields.Integer(compute="_compute_project_count", export_string_translation=False)

    @api.depends("project_ids")
    def _compute_project_count(self):
        counts = dict(
            self.env["project.project"]._read_group([("lifecycle_id", "in", self.ids)], ["lifecycle_id"], ["__count"])
        )
        for lifecycle in self:
            lifecycle.project_count = counts.get(lifecycle, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        everything = self.sudo().with_context(active_test=False)
        items = self.env["project.checklist.item"].sudo().search([("stage_id.lifecycle_id", "in", self.ids)])
        projects = everything.project_ids | items.project_id
        if projects:
            raise UserError(
                self.env._(
                    "These projects use or used the lifecycle %(lifecycle)s: %(projects)s. Archive it instead of"
                    " deleting it.",
                    lifecycle=", ".join(self.mapped("name")),
                    projects=", ".join(projects[:10].mapped("name")),
                )
            )

    def action_view_projects(self):
        """Open the projects of this lifecycle, a column a stage."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("project.open_view_project_all_group_stage")
        action["target"] = "current"
        action["display_name"] = self.name
        action["domain"] = [("is_template", "=", False), ("lifecycle_id", "=", self.id)]
        action["context"] = {"default_lifecycle_id": self.id}
        return action

    # === BUSINESS METHODS === #

    def _get_stages(self):
        """Return the stages of the lifecycle in their order.

        :rtype: project.project.stage
        """
        self.ensure_one()
        return self.sudo().stage_ids.sorted(lambda stage: (stage.sequence, stage.id))

    def _get_gates(self, start, end):
        """Return the stages whose gates lie between two stages, none if ``end`` does not come after ``start``.

        An optional or archived stage that is passed over asks nothing.

        :param project.project.stage start: where the way begins; one that left the lifecycle counts as the first
        :param project.project.stage end: a stage of this lifecycle
        :rtype: project.project.stage
        """
        stages = self.with_context(active_test=False)._get_stages()
        order = stages.ids
        start_at = order.index(start.id) if start.id in order else 0
        way = stages[start_at : order.index(end.id)].with_context(active_test=True)
        return way.filtered(lambda stage: stage == start or (stage.active and not stage.is_optional))

    @api.model
    def _enable_stage_feature(self):
        """Switch Odoo's project stages on for everybody, as its own settings do; remember it if it was off."""
        stages = self.env.ref("project.group_project_stages").sudo()
        everybody = self.env.ref("base.group_user").sudo()
        if stages in everybody.all_implied_ids:
            return
        everybody.implied_ids = [Command.link(stages.id)]
        self.env.ref("project.mt_project_stage_change").sudo().hidden = False
        self.env["ir.config_parameter"].sudo().set_param(STAGES_ADDED_PARAM, True)

    @api.model
    def _restore_stage_feature(self):
        """Switch project stages off again if it was the first lifecycle that had switched them on."""
        parameters = self.env["ir.config_parameter"].sudo()
        if not parameters.get_param(STAGES_ADDED_PARAM):
            return
        stages = self.env.ref("project.group_project_stages").sudo()
        self.env.ref("base.group_user").sudo().implied_ids = [Command.unlink(stages.id)]
        stages.user_ids = [Command.clear()]
        self.env.ref("project.mt_project_stage_change").sudo().hidden = True
        parameters.set_param(STAGES_ADDED_PARAM, False)

    @api.model
    def _leave_database(self):
        """Leave Odoo as if the addon had never been there: called before it is uninstalled."""
        everything = self.sudo().with_context(active_test=False)
        everything.env["project.project"].search([("lifecycle_id", "!=", False)])._return_to_stock_stages()
        everything.env["project.checklist.item"].search([("stage_id.lifecycle_id", "!=", False)]).unlink()
        everything.env["project.project.stage"].search([("lifecycle_id", "!=", False)]).unlink()
        self._restore_stage_feature()
