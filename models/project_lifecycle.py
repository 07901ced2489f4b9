from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import SQL

from ..logic import gates
from .project_shipped_mixin import LEAVING

# in the context while a lifecycle is written as a whole; an object, so that no caller from outside can send it
EDITING = object()
STAGES_ADDED_PARAM = "project_lifecycle.stage_feature_added"


class ProjectLifecycle(models.Model):
    _name = "project.lifecycle"
    _inherit = ["project.shipped.mixin"]
    _description = "Project Lifecycle"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True)
    spoc_duties = fields.Text(
        "Duties of the SPOC",
        translate=True,
        help="What is expected of the single point of contact of the client; each project starts from it.",
    )
    active = fields.Boolean(default=True, export_string_translation=False)
    sequence = fields.Integer(default=10, export_string_translation=False)
    stage_ids = fields.One2many("project.project.stage", "lifecycle_id", string="Stages", copy=True)
    exit_ids = fields.One2many("project.lifecycle.exit", "lifecycle_id", string="Exits", copy=False)
    project_ids = fields.One2many("project.project", "lifecycle_id", string="Projects")
    project_count = fields.Integer(compute="_compute_project_count", export_string_translation=False)
    covers_areas = fields.Boolean(
        "Covers business areas",
        help="Each project gets the list of business areas, to decide on each of them before implementation.",
    )
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

    def copy(self, default=None):
        """Duplicate lifecycles with their stages, criteria and exits."""
        duplicates = super().copy(default)
        for lifecycle, duplicate in zip(self, duplicates, strict=True):
            stages = dict(zip(lifecycle._get_stages(), duplicate._get_stages(), strict=False))
            lifecycle.exit_ids._copy_to(duplicate, stages)
        return duplicates

    def write(self, vals):
        """Change lifecycles: stages and exits that change together are checked once all of them have changed.

        Running projects get the business areas once they are asked for.

        :raises ValidationError: if an exit would lead back, or out of its lifecycle
        """
        reshaped = not vals.keys().isdisjoint({"stage_ids", "exit_ids"})
        edited = self.with_context(lifecycle_editing=EDITING) if reshaped else self
        res = super(ProjectLifecycle, edited).write(vals)
        if reshaped:
            self.with_context(lifecycle_editing=None).exit_ids._check_way()
        if vals.get("covers_areas"):
            self.sudo().project_ids._add_area_coverage()
            self.sudo().project_ids._refresh_criteria()
        return res

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

    @api.model
    def _is_being_edited(self):
        return self.env.context.get("lifecycle_editing") is EDITING

    def _get_stages(self):
        """Return the stages of the lifecycle in their order.

        :rtype: project.project.stage
        """
        self.ensure_one()
        return self.sudo().stage_ids.sorted(lambda stage: (stage.sequence, stage.id))

    def _get_stages_before_client(self):
        """Return the stages in which the client does not see a project yet: up to the gate of its kick-off.

        :rtype: project.project.stage
        """
        self.ensure_one()
        stages = self.with_context(active_test=False)._get_stages()
        purposes = [stage.purpose if stage.active else None for stage in stages]
        return stages[: gates.before_client(purposes)]

    def _get_proposable(self):
        """Return those of these lifecycles in which a project can start: neither archived nor without stages.

        :rtype: project.lifecycle
        """
        return self.filtered(lambda lifecycle: lifecycle.active and lifecycle._get_stages())

    @api.model
    def _get_proposal(self, line, order, tags, company):
        """Return the lifecycle proposed for a new project: of its product, else of a tag, else of the company.

        :param sale.order.line line: what the project delivers; may be empty
        :param sale.order order: whose lines count after it, in their order; may be empty
        :param project.tags tags: of the project
        :param res.company company: of the project; may be empty, then the user's
        :rtype: project.lifecycle
        """
        lines = line._filtered_access("read")
        lines |= (order._filtered_access("read") or lines.order_id).order_line
        candidates = lines.product_id.lifecycle_id | tags.lifecycle_id | (company or self.env.company).lifecycle_id
        return candidates._get_proposable()[:1]

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
        everything = self.sudo().with_context(active_test=False, lifecycle_leaving=LEAVING)
        everything.env["project.project"].search([("lifecycle_id", "!=", False)])._return_to_stock_stages()
        # decisions refuse to be deleted, and steps with time on them; here they go with everything else
        self.env.cr.execute("DELETE FROM project_gate_decision")
        # closed points and areas with a verdict stay as long as the addon, and would hold its rules and areas
        everything.env["project.open.point"].search([("project_id", "!=", False)]).activity_ids.unlink()
        for table in ("project_open_point", "project_area_coverage", "project_intake"):
            self.env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(table)))
        self.env.cr.execute("UPDATE account_analytic_line SET step_id = NULL WHERE step_id IS NOT NULL")
        self.env.invalidate_all()
        everything.env["project.lifecycle.step"].search([("round", ">", 0)]).unlink()
        everything.env["project.lifecycle.exit"].search([("lifecycle_id", "!=", False)]).unlink()
        everything.env["project.project.stage"].search([("lifecycle_id", "!=", False)]).unlink()
        self._restore_stage_feature()
