from odoo import api, fields, models
from odoo.exceptions import UserError

# Odoo gives a new project the stage of the lowest sequence: a stage of a lifecycle must never be that one.
FIRST_SEQUENCE = 1000


class ProjectProjectStage(models.Model):
    _inherit = "project.project.stage"

    lifecycle_id = fields.Many2one("project.lifecycle", index="btree_not_null", ondelete="cascade")
    purpose = fields.Selection(
        [
            ("intake", "Intake"),
            ("kickoff", "Kick-off"),
            ("delivery", "Delivery"),
            ("golive", "Go-live"),
            ("review", "Review"),
            ("support", "Support"),
            ("closed", "Closed"),
            ("other", "Other"),
        ],
        help="What the stage is for, whatever it is called: rules about go-live or support look at the purpose.",
    )
    is_optional = fields.Boolean(
        "Optional",
        help="A project may pass this stage over; its blocking points count only for projects that enter it.",
    )
    guidance_aim = fields.Text("Aim", translate=True)
    guidance_why = fields.Text("Why", translate=True)
    guidance_how = fields.Html("How", translate=True)
    guidance_when = fields.Text("When to move on", translate=True)
    guidance_do = fields.Html("Do", translate=True)
    guidance_dont = fields.Html("Don't", translate=True)
    guidance_examples = fields.Html("Examples", translate=True)
    checklist_template_ids = fields.One2many("project.checklist.template", "stage_id", string="Checklist")

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

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("lifecycle_id"):
                vals["sequence"] = self._lifecycle_sequence_of(vals.get("sequence", 50))
        return super().create(vals_list)

    def write(self, vals):
        """Keep the stages of a lifecycle behind those of Odoo; refuse to move a stage in use to another lifecycle."""
        if "lifecycle_id" in vals:
            self._check_lifecycle_change(vals["lifecycle_id"])
        if "sequence" not in vals and not vals.get("lifecycle_id"):
            return super().write(vals)
        in_lifecycle = self if vals.get("lifecycle_id") else self.filtered("lifecycle_id")
        res = super(ProjectProjectStage, self - in_lifecycle).write(vals)
        for stage in in_lifecycle:
            sequence = self._lifecycle_sequence_of(vals.get("sequence", stage.sequence))
            res = super(ProjectProjectStage, stage).write({**vals, "sequence": sequence})
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

    @api.constrains("active", "lifecycle_id")
    def _check_stock_stage_left(self):
        """Keep a stage for projects without a lifecycle: Odoo would give them the first stage of one.

        :raises UserError: if the last one would go
        """
        if not self.search_count([("lifecycle_id", "=", False)], limit=1) and self.search_count([], limit=1):
            raise UserError(self.env._("Keep at least one project stage for the projects that have no lifecycle."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_last_stock_stage(self):
        left = self.search([("lifecycle_id", "=", False)]) - self
        if not left and self.search_count([("id", "not in", self.ids)], limit=1):
            raise UserError(self.env._("Keep at least one project stage for the projects that have no lifecycle."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_lifecycle_in_use(self):
        projects = (
            self.env["project.project"]
            .sudo()
            .with_context(active_test=False)
            .search([("stage_id", "in", self.filtered("lifecycle_id").ids)], limit=10)
        )
        if projects:
            raise UserError(
                self.env._(
                    "These projects stand in a stage you want to delete: %(projects)s. Move them to another stage"
                    " first.",
                    projects=", ".join(projects.mapped("name")),
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

    def _check_lifecycle_change(self, lifecycle_id):
        """Refuse to move stages to another lifecycle while projects stand in them.

        :param lifecycle_id: id of the lifecycle to come, or False
        :raises UserError: naming the projects
        """
        changing = self.filtered(lambda stage: stage.lifecycle_id.id != (lifecycle_id or False))
        projects = (
            self.env["project.project"]
            .sudo()
            .with_context(active_test=False)
            .search([("stage_id", "in", changing.ids)], limit=10)
        )
        if projects:
            raise UserError(
                self.env._(
                    "The lifecycle of a stage can not change while projects stand in it: %(projects)s.",
                    projects=", ".join(projects.mapped("name")),
                )
            )
