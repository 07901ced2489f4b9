from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
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
    stage_ids = fields.One2many("project.project.stage", "lifecycle_id", string="Stages", copy=True)
    project_ids = fields.One2many("project.project", "lifecycle_id", string="Projects")
    project_count = fields.Integer(compute="_compute_project_count", export_string_translation=False)
    kickoff_share_min = fields.Float(
        "Share of the kick-off from",
        default=5.0,
        help="How much of the planned hours the kick-off with the client takes at least, in %: less is too fast.",
    )
    kickoff_share_max = fields.Float(
        "Share of the kick-off to",
        default=15.0,
        help="How much of the planned hours the kick-off with the client takes at most, in %: more is too long.",
    )
    reading_url = fields.Char(
        "Reading material", translate=True, help="The page about how you work that clients read before the kick-off."
    )
    reading_text = fields.Text(
        "About the reading material",
        translate=True,
        help="What the invitation says about it, in words for the client.",
    )

    _kickoff_share = models.Constraint(
        "CHECK(kickoff_share_min >= 0 AND kickoff_share_max >= kickoff_share_min AND kickoff_share_max <= 100)",
        "The share of the kick-off goes from a lower to a higher percentage, both between 0 and 100.",
    )

    @api.depends("project_ids")
    def _compute_project_count(self):
        counts = dict(
            self.env["project.project"]._read_group([("lifecycle_id", "in", self.ids)], ["lifecycle_id"], ["__count"])
        )
        for lifecycle in self:
            lifecycle.project_count = counts.get(lifecycle, 0)

    @api.constrains("reading_url")
    def _check_reading_url(self):
        for lifecycle in self.filtered("reading_url"):
            if not lifecycle.reading_url.startswith(("http://", "https://")):
                raise ValidationError(
                    self.env._(
                        "%(lifecycle)s: the reading material is a web address that begins with https://.",
                        lifecycle=lifecycle.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        everything = self.sudo().with_context(active_test=False)
        steps = self.env["project.lifecycle.step"].sudo().search([("stage_id.lifecycle_id", "in", self.ids)])
        projects = everything.project_ids | steps.project_id
        if projects:
            raise UserError(
                self.env._(
                    "These projects use or used the lifecycle %(lifecycle)s: %(projects)s. Archive it instead of"
                    " deleting it.",
                    lifecycle=", ".join(self.mapped("name")),
                    projects=", ".join(projects[:10].mapped("name")),
                )
            )

    def copy_data(self, default=None):
        vals_list = super(ProjectLifecycle, self.with_context(copy_lifecycle=True)).copy_data(default=default)
        for lifecycle, vals in zip(self, vals_list, strict=True):
            vals["name"] = (default or {}).get("name") or self.env._("%(name)s (copy)", name=lifecycle.name)
        return vals_list

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

    def _get_kickoff_share(self):
        """Return how much of the planned hours the kick-off usually takes: the middle of its band, in %."""
        return round((self.kickoff_share_min + self.kickoff_share_max) / 2)

    @api.model
    def _enable_stage_feature(self):
        """Switch Odoo's project stages on for everybody, as its own settings do; remember it if it was off."""
        stages = self.env.ref("project.group_project_stages").sudo()
        everybody = self.env.ref("base.group_user").sudo()
        if stages in everybody.all_implied_ids:
            return
        # who had them before is remembered, to be left as they were
        before = ",".join(map(str, stages.user_ids.ids))
        everybody.implied_ids = [Command.link(stages.id)]
        self.env.ref("project.mt_project_stage_change").sudo().hidden = False
        self.env["ir.config_parameter"].sudo().set_param(STAGES_ADDED_PARAM, f"users:{before}")

    @api.model
    def _restore_stage_feature(self):
        """Switch project stages off again if it was the first lifecycle that had switched them on."""
        parameters = self.env["ir.config_parameter"].sudo()
        added = parameters.get_param(STAGES_ADDED_PARAM)
        if not added:
            return
        users = [int(user_id) for user_id in added.partition(":")[2].split(",") if user_id]
        stages = self.env.ref("project.group_project_stages").sudo()
        self.env.ref("base.group_user").sudo().implied_ids = [Command.unlink(stages.id)]
        stages.user_ids = [Command.set(self.env["res.users"].sudo().browse(users).exists().ids)]
        self.env.ref("project.mt_project_stage_change").sudo().hidden = True
        parameters.set_param(STAGES_ADDED_PARAM, False)

    @api.model
    def _leave_database(self):
        """Leave Odoo as if the addon had never been there: called before it is uninstalled."""
        everything = self.sudo().with_context(active_test=False)
        everything.env["project.project"].search([("lifecycle_id", "!=", False)])._return_to_stock_stages()
        # decisions refuse to be deleted; here they go with everything else
        self.env.cr.execute("DELETE FROM project_gate_decision")
        self.env.invalidate_all()
        everything.env["project.lifecycle.step"].search([("round", ">", 0)]).unlink()
        everything.env["project.project.stage"].search([("lifecycle_id", "!=", False)]).unlink()
        self._restore_stage_feature()
