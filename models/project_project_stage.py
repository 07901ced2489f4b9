from odoo import api, fields, models
from odoo.exceptions import UserError

# Odoo gives a new project the stage of the lowest sequence: a stage of a lifecycle must never be that one.
FIRST_SEQUENCE = 1000
PURPOSES = [
    ("intake", "Intake"),
    ("kickoff", "Kick-off"),
    ("delivery", "Delivery"),
    ("golive", "Go-live"),
    ("review", "Review"),
    ("support", "Support"),
    ("closed", "Closed"),
    ("other", "Other"),
]


class ProjectProjectStage(models.Model):
    _name = "project.project.stage"
    _inherit = ["project.project.stage", "project.shipped.mixin"]

    lifecycle_id = fields.Many2one("project.lifecycle", index="btree_not_null", ondelete="cascade")
    purpose = fields.Selection(
        PURPOSES,
        help="What the stage is for, whatever it is called: rules about go-live or support look at the purpose.",
    )
    is_optional = fields.Boolean(
        "Optional",
        help="A project may pass this stage over; its blocking criteria count only for projects that enter it.",
    )
    has_conclusion = fields.Boolean(
        "Ends with a conclusion",
        help="The gate of the stage asks for a conclusion with a statement of feasibility: take over, take over with"
        " deviations, or back to sales.",
    )
    usual_duration = fields.Integer("Usual duration", help="How long the stage usually takes, in working days.")
    effort_share = fields.Float(
        "Share of the effort", help="How much of the planned hours of a project usually goes into the stage, in %."
    )
    time_policy = fields.Selection(
        [("open", "Open"), ("consent", "With the client's consent"), ("closed", "Closed")],
        required=True,
        default="open",
        help="Whether time is logged freely while a project stands in the stage, awaits the client's consent, or is"
        " refused.",
    )
    rotting_threshold_days = fields.Integer(
        "Days to stale", help="A project that stands in the stage for more days than this is stale; 0: never."
    )
    client_visible = fields.Boolean("Visible to the client", default=True)
    guidance_aim = fields.Text("Aim", translate=True)
    guidance_why = fields.Text("Why", translate=True)
    guidance_how = fields.Html("How", translate=True)
    guidance_when = fields.Text("When to move on", translate=True)
    guidance_do = fields.Html("Do", translate=True)
    guidance_dont = fields.Html("Don't", translate=True)
    guidance_examples = fields.Html("Examples", translate=True)
    checklist_template_ids = fields.One2many(
        "project.checklist.template", "stage_id", string="Checklist", domain=[("exit_id", "=", False)], copy=True
    )

    _lifecycle_sequence = models.Constraint(
        f"CHECK(lifecycle_id IS NULL OR sequence >= {FIRST_SEQUENCE})",
        "A stage of a lifecycle has a sequence of 1000 or more.",
    )
    _lifecycle_purpose = models.Constraint(
        "CHECK(lifecycle_id IS NULL OR purpose IS NOT NULL)",
        "A stage of a lifecycle needs a purpose.",
    )
    _lifecycle_company = models.Constraint(
        "CHECK(lifecycle_id IS NULL OR company_id IS NULL)",
        "A stage of a lifecycle belongs to no company: projects of all companies pass through it.",
    )

    _duration_positive = models.Constraint(
        "CHECK(usual_duration >= 0)", "The usual duration of a stage is 0 or more working days."
    )
    _share_in_percent = models.Constraint(
        "CHECK(effort_share >= 0 AND effort_share <= 100)", "The share of the effort is between 0 and 100 %."
    )
    _stale_days_positive = models.Constraint("CHECK(rotting_threshold_days >= 0)", "The days to stale are 0 or more.")

    @api.depends_context("lifecycle_in_stage_name")
    def _compute_display_name(self):
        """Name the lifecycle too where stages of several stand side by side, and only there."""
        res = super()._compute_display_name()
        if self.env.context.get("lifecycle_in_stage_name"):
            for stage in self.filtered("lifecycle_id"):
                stage.display_name = f"{stage.name} ({stage.lifecycle_id.name})"
        return res

    @api.model_create_multi
    def create(self, vals_list):
        default_lifecycle = self.default_get(["lifecycle_id"]).get("lifecycle_id")
        last = {}
        for vals in vals_list:
            lifecycle_id = vals.get("lifecycle_id", default_lifecycle)
            if not lifecycle_id:
                continue
            vals.setdefault("purpose", "other")
            if "sequence" in vals:
                vals["sequence"] = self._lifecycle_sequence_of(vals["sequence"])
                continue
            if lifecycle_id not in last:
                stages = self.env["project.lifecycle"].browse(lifecycle_id).with_context(active_test=False).stage_ids
                last[lifecycle_id] = max(stages.mapped("sequence"), default=FIRST_SEQUENCE - 10)
            last[lifecycle_id] += 10
            vals["sequence"] = last[lifecycle_id]
        return super().create(vals_list)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        if self.env.context.get("copy_lifecycle"):
            for stage, vals in zip(self, vals_list, strict=True):
                vals["name"] = stage.name
        return vals_list

    def write(self, vals):
        """Keep the stages of a lifecycle behind those of Odoo; refuse to move a stage in use to another lifecycle."""
        self._check_changes(vals)
        if "sequence" not in vals and not vals.get("lifecycle_id"):
            res = super().write(vals)
        else:
            in_lifecycle = self if vals.get("lifecycle_id") else self.filtered("lifecycle_id")
            res = super(ProjectProjectStage, self - in_lifecycle).write(vals)
            for stage in in_lifecycle:
                sequence = self._lifecycle_sequence_of(vals.get("sequence", stage.sequence))
                res = super(ProjectProjectStage, stage).write({**vals, "sequence": sequence})
        if not vals.keys().isdisjoint({"sequence", "lifecycle_id", "active"}):
            self._get_exits()._check_way()
        return res

    def web_resequence(self, specification, field_name="sequence", offset=0):
        """Order stages as dragged in a list or in a kanban, those of a lifecycle excepted.

        Dragging a column would give the stages of several lifecycles new places: a lifecycle is where it is ordered.

        :raises UserError: if stages of a lifecycle were dragged
        """
        of_lifecycle = self.filtered("lifecycle_id")
        if of_lifecycle and field_name == "sequence":
            if of_lifecycle.ids != of_lifecycle.sorted(lambda stage: (stage.sequence, stage.id)).ids:
                raise UserError(
                    self.env._(
                        "The stages of %(lifecycles)s keep their order here. Open the lifecycle to change it.",
                        lifecycles=", ".join(of_lifecycle.lifecycle_id.mapped("name")),
                    )
                )
            super(ProjectProjectStage, self - of_lifecycle).web_resequence({}, field_name, offset)
            return self.web_read(specification)
        return super().web_resequence(specification, field_name, offset)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_last_stock_stage(self):
        self._check_stock_stage_left()

    def _check_stock_stage_left(self):
        """Keep a stage for projects without a lifecycle: Odoo would give them the first stage of one.

        :raises UserError: if these stages are the last ones
        """
        others = self.sudo().search([("lifecycle_id", "=", False), ("id", "not in", self.ids)], limit=1)
        if not others and self.env["project.project"].sudo().search_count([("lifecycle_id", "!=", False)], limit=1):
            raise UserError(self.env._("Keep at least one project stage for the projects that have no lifecycle."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used_by_exits(self):
        exits = self.with_context(active_test=False)._get_exits()
        if exits:
            raise UserError(
                self.env._(
                    "Exits of the lifecycle %(lifecycle)s start from or lead to a stage you want to delete: %(exits)s."
                    " Delete or change them first.",
                    lifecycle=exits[0].lifecycle_id.name,
                    exits=", ".join(exits.mapped("name")),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_lifecycle_in_use(self):
        steps = self.env["project.lifecycle.step"].sudo().search([("stage_id", "in", self.ids)], limit=10)
        if steps:
            raise UserError(
                self.env._(
                    "These projects stand in a stage you want to delete, or pass through it: %(projects)s. Archive the"
                    " stage instead.",
                    projects=", ".join(steps.project_id.mapped("name")),
                )
            )

    def action_open_guidance(self):
        """Open what a newcomer must know about this stage, in a dialog."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_project_stage_action_guidance"),
            "res_id": self.id,
            "name": self.name,
        }

    # === BUSINESS METHODS === #

    @api.model
    def _lifecycle_sequence_of(self, sequence):
        return sequence if sequence >= FIRST_SEQUENCE else FIRST_SEQUENCE + max(sequence, 0)

    def _check_changes(self, vals):
        if "lifecycle_id" in vals:
            self._check_lifecycle_change(vals["lifecycle_id"])
        if "active" in vals and not vals["active"]:
            self._check_stock_stage_left()
            self._check_nobody_stands_here()

    def _get_exits(self):
        """Return the exits that start from or lead to these stages.

        :rtype: project.lifecycle.exit
        """
        return (
            self.env["project.lifecycle.exit"]
            .sudo()
            .search(["|", ("from_stage_id", "in", self.ids), ("to_stage_id", "in", self.ids)])
        )

    def _check_nobody_stands_here(self):
        """Refuse to archive stages of a lifecycle while projects stand in them: Odoo would archive them as well.

        :raises UserError: naming the projects
        """
        used = self.filtered("lifecycle_id")
        projects = self.env["project.project"].sudo().search([("stage_id", "in", used.ids)]) if used else ()
        if projects:
            raise UserError(
                self.env._(
                    "Projects that stand in the stage %(stage)s would be archived with it (%(count)s): %(projects)s."
                    " Move them to another stage, or archive them, then archive the stage.",
                    count=len(projects),
                    stage=", ".join(projects.stage_id.mapped("name")),
                    projects=", ".join(projects[:10].mapped("name")),
                )
            )

    def _check_lifecycle_change(self, lifecycle_id):
        """Refuse to move stages to another lifecycle while projects stand in them.

        :param lifecycle_id: id of the lifecycle to come, or False
        :raises UserError: naming the projects
        """
        changing = self.filtered(lambda stage: stage.lifecycle_id.id != (lifecycle_id or False))
        used = self.env["project.lifecycle.step"].sudo().search([("stage_id", "in", changing.ids)], limit=10)
        projects = used.project_id or (
            self.env["project.project"]
            .sudo()
            .with_context(active_test=False)
            .search([("stage_id", "in", changing.ids)], limit=10)
        )
        if projects:
            raise UserError(
                self.env._(
                    "The lifecycle of a stage cannot change while projects stand in it: %(projects)s.",
                    projects=", ".join(projects.mapped("name")),
                )
            )
