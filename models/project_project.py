from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ..exceptions import GateRefused

# Only this very object in the context opens all gates: no caller from outside can send it.
WITHOUT_GATES = object()
STAGE_FIELDS = {"stage_id", "lifecycle_id", "company_id", "is_template"}


class ProjectProject(models.Model):
    _inherit = "project.project"

    lifecycle_id = fields.Many2one("project.lifecycle", index="btree_not_null", ondelete="restrict", tracking=True)
    stage_id = fields.Many2one(group_expand="_read_group_expand_stages")
    lifecycle_mentor_id = fields.Many2one(
        "res.users",
        string="Mentor",
        groups="base.group_user",
        domain=[("share", "=", False)],
        help="With whom a consultant new to this kind of project talks the stages over.",
    )
    lifecycle_discussed_on = fields.Date("Discussed on", groups="base.group_user", copy=False)
    checklist_item_ids = fields.One2many(
        "project.checklist.item", "project_id", string="Checklist", groups="project.group_project_user"
    )
    stage_item_ids = fields.One2many(
        "project.checklist.item",
        compute="_compute_stage_items",
        string="Checklist of the stage",
        groups="project.group_project_user",
    )
    stage_item_count = fields.Integer(
        "Points of the stage", compute="_compute_stage_items", groups="project.group_project_user"
    )
    stage_item_met_count = fields.Integer(
        "Points met", compute="_compute_stage_items", groups="project.group_project_user"
    )
    stage_blocking_count = fields.Integer(
        "Blocking points open", compute="_compute_stage_items", groups="project.group_project_user"
    )
    lifecycle_stage_aim = fields.Text(
        related="stage_id.guidance_aim", string="Aim of the stage", groups="base.group_user"
    )
    is_lifecycle_consultant = fields.Boolean(
        compute="_compute_is_lifecycle_consultant", groups="base.group_user", export_string_translation=False
    )

    can_move_stage = fields.Boolean(compute="_compute_is_lifecycle_consultant", export_string_translation=False)

    # === COMPUTE METHODS === #

    @api.depends("lifecycle_id", "stage_id", "checklist_item_ids.state")
    def _compute_stage_items(self):
        items_by_stage = {}
        with_lifecycle = self.filtered("lifecycle_id")
        if with_lifecycle:
            items_by_stage = {
                (project, stage): items
                for project, stage, items in self.env["project.checklist.item"]._read_group(
                    [("project_id", "in", with_lifecycle.ids)], ["project_id", "stage_id"], ["id:recordset"]
                )
            }
        none = self.env["project.checklist.item"]
        for project in self:
            # the stage is readable to those only who have the stage feature; what is shown here is the user's anyway
            items = items_by_stage.get((project._origin, project.sudo().stage_id.sudo(False)), none)
            open_items = items.filtered(lambda item: item.state == "open")
            project.stage_item_ids = items
            project.stage_item_count = len(items)
            project.stage_item_met_count = len(items) - len(open_items)
            project.stage_blocking_count = len(open_items.filtered("is_blocking"))

    @api.depends("user_id", "lifecycle_id")
    @api.depends_context("uid")
    def _compute_is_lifecycle_consultant(self):
        may_write = self.browse().has_access("write")
        for project in self:
            project.is_lifecycle_consultant = project._is_lifecycle_consultant()
            project.can_move_stage = may_write or (project.lifecycle_id and project.is_lifecycle_consultant)

    @api.onchange("lifecycle_id")
    def _onchange_lifecycle_id(self):
        if self.env.user.has_group("project.group_project_stages") and self.stage_id.lifecycle_id != self.lifecycle_id:
            self.stage_id = self._get_first_stage(self.lifecycle_id)

    @api.model
    def _read_group_expand_stages(self, stages, domain):
        """Show, grouped by stage, Odoo's own stages as ever, and all stages of the lifecycles that are there."""
        own = self.env.context.get("default_lifecycle_id")
        lifecycles = set(stages.lifecycle_id.ids) | ({own} if own else set())
        if lifecycles and (own or all(stage.lifecycle_id for stage in stages)):
            return stages.search([("lifecycle_id", "in", list(lifecycles))])
        return stages.search([("lifecycle_id", "in", [*lifecycles, False])])

    @api.constrains("stage_id", "lifecycle_id")
    def _check_stage_of_lifecycle(self):
        for project in self.sudo():
            if project.lifecycle_id != project.stage_id.lifecycle_id:
                raise ValidationError(
                    self.env._(
                        "The stage %(stage)s does not belong to the lifecycle of the project %(project)s"
                        " (%(lifecycle)s).",
                        stage=project.stage_id.name or self.env._("none"),
                        project=project.name,
                        lifecycle=project.lifecycle_id.name or self.env._("none"),
                    )
                )

    # === CRUD METHODS === #

    @api.model
    def _default_stage_id(self):
        return self._get_first_stage(self.env["project.lifecycle"])

    @api.model_create_multi
    def create(self, vals_list):
        """Start projects that have a lifecycle in its first stage, with their checklists.

        :raises GateRefused: if a project is to start in a later stage although the gates before it are closed
        """
        if self._prepare_lifecycle_values(vals_list):
            self.env["project.lifecycle"]._enable_stage_feature()
            self._check_start_stages(vals_list)
        projects = super().create(vals_list)
        projects.filtered("lifecycle_id")._follow_lifecycle({})
        return projects

    def write(self, vals):
        """Let a project go forward only when the gates on its way are open, whoever asks for it and however.

        Projects without a lifecycle are written as ever. The consultant of a project, who may not write it, moves its
        stage.

        :raises GateRefused: naming every project with its open blocking points; then nothing has moved
        """
        if vals.keys().isdisjoint(STAGE_FIELDS):
            return super().write(vals)
        apart = self._get_written_apart(vals)
        if apart and apart != self:
            (self - apart).write(dict(vals))
            return apart.write(vals)
        if not vals.get("lifecycle_id") and not self.filtered("lifecycle_id"):
            return super().write(vals)
        before = {project: (project.lifecycle_id, project.sudo().stage_id) for project in self}
        projects, vals = self._prepare_lifecycle_write(vals)
        res = super(ProjectProject, projects).write(vals)
        self.filtered("lifecycle_id")._follow_lifecycle(
            {project: stage for project, (lifecycle, stage) in before.items() if lifecycle == project.lifecycle_id}
        )
        return res

    # === ACTIONS === #

    def action_open_stage_guidance(self):
        """Open the guidance of the project's stage, in a dialog."""
        self.ensure_one()
        return self.sudo().stage_id.sudo(False).action_open_guidance()

    def action_lifecycle_discussed(self):
        """Record that the consultant has talked the lifecycle over with the mentor today (S2.4).

        :raises UserError: if the current user is not the consultant of the project
        """
        self._check_lifecycle_consultant()
        # project users may not write projects: who may was checked on the line above
        self.sudo().lifecycle_discussed_on = fields.Date.context_today(self)

    # === BUSINESS METHODS === #

    def _is_lifecycle_consultant(self):
        """Tell whether the current user moves this project: its manager, a named lead, or a project administrator.

        :rtype: bool
        """
        self.ensure_one()
        user = self.env.user
        if user.has_group("project.group_project_manager"):
            return True
        return user.has_group("project.group_project_user") and user in self.sudo()._get_lifecycle_leads()

    def _get_lifecycle_leads(self):
        """Return the users who lead the project on our side: override to add some.

        :rtype: res.users
        """
        return self.user_id

    def _check_lifecycle_consultant(self):
        """Check that the current user may move these projects and answer their checklists.

        :raises AccessError: naming the first project that is not the user's
        """
        self.check_access("read")
        for project in self:
            if not project._is_lifecycle_consultant():
                raise AccessError(
                    self.env._(
                        "Only the consultant of the project %(project)s or a project administrator may do this.",
                        project=project.name,
                    )
                )

    @api.model
    def _get_first_stage(self, lifecycle):
        """Return the stage in which a project starts.

        :param project.lifecycle lifecycle: may be empty: then Odoo's own first stage
        :rtype: project.project.stage
        """
        if lifecycle:
            return lifecycle._get_stages()[:1].sudo(False)
        return self.env["project.project.stage"].search([("lifecycle_id", "=", False)], limit=1)

    def _get_written_apart(self, vals):
        """Return the projects that are written apart from the rest: Odoo writes the same values to all of one call.

        A change of company may give all of them a stage of Odoo's own; a lifecycle is news only to those that have
        another one.

        :rtype: project.project
        """
        if "lifecycle_id" in vals:
            return self.filtered(lambda project: project.lifecycle_id.id != (vals["lifecycle_id"] or False))
        if vals.get("company_id"):
            return self.filtered("lifecycle_id")
        return self.browse()

    @api.model
    def _prepare_lifecycle_values(self, vals_list):
        """Complete the values of new projects: the lifecycle of their stage, the first stage of their lifecycle.

        :return: whether one of them has a lifecycle
        """
        Stage = self.env["project.project.stage"]
        default_lifecycle = self.env.context.get("default_lifecycle_id")
        default_stage = self.env.context.get("default_stage_id")
        found = False
        for vals in vals_list:
            stage = Stage.browse(vals.get("stage_id") or (None if "stage_id" in vals else default_stage))
            if "lifecycle_id" not in vals and (default_lifecycle or stage.sudo().lifecycle_id):
                vals["lifecycle_id"] = default_lifecycle or stage.sudo().lifecycle_id.id
            if vals.get("lifecycle_id"):
                found = True
                if not stage:
                    lifecycle = self.env["project.lifecycle"].browse(vals["lifecycle_id"])
                    vals["stage_id"] = self._get_first_stage(lifecycle).id
        return found

    @api.model
    def _check_start_stages(self, vals_list):
        """Check that new projects start where no closed gate lies behind them.

        It looks at the values, for an import tries the same values again when they failed halfway.

        :param list vals_list: completed by ``_prepare_lifecycle_values``
        :raises GateRefused: naming the first project that starts too late
        """
        for vals in vals_list:
            stage = self.env["project.project.stage"].sudo().browse(vals.get("stage_id"))
            lifecycle_id = vals.get("lifecycle_id")
            if not lifecycle_id or vals.get("is_template") or stage.lifecycle_id.id != lifecycle_id:
                continue
            gates = stage.lifecycle_id._get_gates(self._get_first_stage(stage.lifecycle_id), stage)
            points = gates.checklist_template_ids.filtered("is_blocking")
            if points:
                raise GateRefused(
                    self.env._(
                        "%(project)s can not start in the stage %(stage)s: on the way there %(count)s blocking points"
                        " must be met, the first of them: %(point)s. Let it start in the stage %(first)s.",
                        project=vals.get("name", ""),
                        stage=stage.name,
                        count=len(points),
                        point=points[0].name,
                        first=gates[0].name,
                    ),
                    self,
                )

    def _prepare_lifecycle_write(self, vals):
        """Return as whom, and with which values, projects are written when their stage or lifecycle changes.

        :return: these projects, with the rights needed; the values, with the first stage of a new lifecycle
        :rtype: tuple
        """
        projects = self
        if vals.keys() == {"stage_id"} and not self.env.su and not self.has_access("write"):
            self._check_lifecycle_consultant()
            # project users may not write projects; of theirs they move the stage, and only that
            projects = self.sudo()
        lifecycle = self.env["project.lifecycle"].browse(vals.get("lifecycle_id"))
        if lifecycle:
            lifecycle._enable_stage_feature()
        if "lifecycle_id" in vals and self.lifecycle_id != lifecycle:
            vals = {"stage_id": self._get_first_stage(lifecycle).id, **vals}
        return projects, vals

    def _follow_lifecycle(self, start_stages):
        """Bring checklists up to date and check the gates, after projects got their stage.

        A template has neither answers nor a way behind it: it stands in the first stage, and its checklist appears on
        its projects.

        :param dict start_stages: for each project the stage it came from, where that is not the first one
        :raises GateRefused: if the gates between that stage and the present one are not all open
        """
        templates = self.filtered("is_template").sudo()
        if templates:
            templates.checklist_item_ids.unlink()
            for template in templates.with_context(lifecycle_gates=WITHOUT_GATES):
                first = self._get_first_stage(template.lifecycle_id)
                if template.stage_id != first:
                    template.stage_id = first
        projects = self - templates.sudo(False)
        projects._add_checklist_items()
        projects._check_gates(
            {project: start_stages.get(project) or self._get_first_stage(project.lifecycle_id) for project in projects}
        )

    def _add_checklist_items(self):
        """Copy the checklist points of the lifecycle that these projects do not have yet, of all stages at once."""
        projects = self.sudo()
        templates = (
            self.env["project.checklist.template"]
            .sudo()
            .search([("stage_id.lifecycle_id", "in", projects.lifecycle_id.ids)])
        )
        Item = self.env["project.checklist.item"].sudo()
        present = {
            project: template_ids
            for project, template_ids in Item._read_group(
                [("project_id", "in", projects.ids)], ["project_id"], ["template_id:array_agg"]
            )
        }
        by_lifecycle = templates.grouped(lambda template: template.stage_id.lifecycle_id)
        Item.create(
            [
                Item._prepare_item_values(project, template)
                for project in projects
                for template in by_lifecycle.get(project.lifecycle_id, ())
                if template.id not in set(present.get(project, ()))
            ]
        )

    def _check_gates(self, start_stages):
        """Check that the gates between a stage and the present one are open.

        :param dict start_stages: for each project the stage from which it has come
        :raises GateRefused: naming every project and what is open
        """
        if self.env.context.get("lifecycle_gates") is WITHOUT_GATES:
            return
        gates = {
            project: project.lifecycle_id._get_gates(start, project.sudo().stage_id)
            for project, start in start_stages.items()
        }
        gates = {project: stages for project, stages in gates.items() if stages}
        if not gates:
            return
        open_items = self.env["project.checklist.item"].sudo().search(self._get_closed_gate_domain(gates))
        refused = {
            project: closed
            for project, items in open_items.grouped("project_id").items()
            if (closed := items.filtered_domain([("stage_id", "in", gates[project].ids)]))
        }
        if refused:
            raise GateRefused(self._get_refusal_message(refused), self.browse([project.id for project in refused]))

    @api.model
    def _get_closed_gate_domain(self, gates):
        """Return the domain of the points that keep gates closed.

        :param dict gates: for each project the stages it leaves or passes over
        """
        return (
            Domain("project_id", "in", [project.id for project in gates])
            & Domain("stage_id", "in", {stage.id for stages in gates.values() for stage in stages})
            & Domain("is_blocking", "=", True)
            & Domain("state", "=", "open")
        )

    @api.model
    def _get_refusal_message(self, refused):
        """Tell which projects may not go forward and what each of them lacks.

        :param dict refused: for each project its open blocking points
        """
        parts = []
        for project, items in refused.items():
            parts.append(
                self.env._(
                    "%(project)s stays in the stage %(stage)s: %(count)s blocking points are open.",
                    project=project.name,
                    stage=items.stage_id[:1].name,
                    count=len(items),
                )
            )
            parts += [f"  - {item.name}" for item in items[:10]]
            if len(items) > 10:
                parts.append("  " + self.env._("and %(count)s more", count=len(items) - 10))
        parts.append(self.env._("Answer them on the page Lifecycle of the project, then move it again."))
        return "\n".join(parts)

    def _return_to_stock_stages(self):
        """Take these projects out of their lifecycles: closed ones to a folded stage of Odoo, others to an open one."""
        Stage = self.env["project.project.stage"]
        stages = Stage.search([("lifecycle_id", "=", False), ("company_id", "=", False)])
        opened = stages.filtered(lambda stage: not stage.fold) or Stage.create(
            {"name": self.env._("In Progress"), "sequence": 10}
        )
        folded = stages.filtered("fold") or Stage.create({"name": self.env._("Done"), "sequence": 20, "fold": True})
        quiet = self.with_context(lifecycle_gates=WITHOUT_GATES, tracking_disable=True)
        closed = quiet.filtered(lambda project: project.stage_id.fold)
        closed.write({"lifecycle_id": False, "stage_id": folded[0].id})
        (quiet - closed).write({"lifecycle_id": False, "stage_id": opened[0].id})
