from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..logic.gate_move import WITHOUT_GATES

STAGE_FIELDS = {"stage_id", "lifecycle_id", "company_id", "is_template"}


class ProjectProject(models.Model):
    _name = "project.project"
    # what wraps Odoo's own methods comes before Odoo's own project
    _inherit = [
        "project.copy.mixin",
        "project.client.access.mixin",
        "project.stale.mixin",
        "project.stage.mail.mixin",
        "project.pack.mixin",
        "project.forecast.mixin",
        "project.quotation.mixin",
        "project.time.reminder.mixin",
        "project.pack.figures.mixin",
        "project.project",
        "project.consultant.mixin",
        "project.client.report.mixin",
        "project.report.mixin",
        "project.lesson.mixin",
        "project.satisfaction.mixin",
        "project.gate.mixin",
        "project.handoff.mixin",
        "project.handoff.watch.mixin",
        "project.contradiction.mixin",
        "project.move.mixin",
        "project.refusal.mixin",
        "project.handover.mixin",
        "project.step.mixin",
        "project.plan.mixin",
        "project.criteria.mixin",
        "project.readiness.mixin",
        "project.people.mixin",
        "project.portal.invite.mixin",
        "project.timeline.mixin",
        "project.proposal.mixin",
        "project.point.mixin",
        "project.area.mixin",
        "project.session.mixin",
        "project.conclusion.mixin",
        "project.kickoff.minutes.mixin",
        "project.scope.mixin",
        "project.phase.mixin",
        "project.support.view.mixin",
        "project.maintenance.mixin",
        "project.client.signoff.mixin",
        "project.client.page.mixin",
        "project.client.answer.mixin",
        "project.client.pack.mixin",
        "project.pack.orders.mixin",
        "project.knowledge.mixin",
        "project.support.mixin",
        "project.signing.mixin",
    ]

    lifecycle_id = fields.Many2one("project.lifecycle", index="btree_not_null", ondelete="restrict", tracking=True)
    stage_id = fields.Many2one(group_expand="_read_group_expand_stages")
    lifecycle_mentor_id = fields.Many2one(
        "res.users",
        string="Mentor",
        groups="base.group_user",
        domain=[("share", "=", False)],
        help="With whom a consultant new to this kind of project talks the stages over.",
    )
    # worked out for everybody alike, and nothing a client may read
    rotting_days = fields.Integer("Days in the stage", compute_sudo=True, groups="base.group_user")
    is_rotting = fields.Boolean("Stale", compute_sudo=True, groups="base.group_user")
    lifecycle_discussed_on = fields.Date("Discussed on", groups="base.group_user", copy=False)
    date_last_stage_update = fields.Datetime(
        "Stage since",
        readonly=True,
        copy=False,
        default=fields.Datetime.now,
        groups="base.group_user",
        help="When the project came into its present stage. Kept for projects that have a lifecycle.",
    )
    checklist_item_ids = fields.One2many(
        "project.checklist.item",
        "project_id",
        string="Checklist",
        domain=[("exit_id", "=", False)],
        groups="project.group_project_user",
    )
    step_ids = fields.One2many(
        "project.lifecycle.step", "project_id", string="Steps", groups="project.group_project_user"
    )
    current_step_id = fields.Many2one(
        "project.lifecycle.step",
        string="Step",
        compute="_compute_stage_items",
        groups="project.group_project_user",
    )
    gate_decision_ids = fields.One2many(
        "project.gate.decision", "project_id", string="Decisions", groups="project.group_project_user"
    )
    stage_item_ids = fields.One2many(
        "project.checklist.item",
        compute="_compute_stage_items",
        string="Checklist of the stage",
        groups="project.group_project_user",
    )
    stage_item_count = fields.Integer(
        "Criteria of the stage", compute="_compute_stage_items", groups="project.group_project_user"
    )
    stage_item_met_count = fields.Integer(
        "Criteria met", compute="_compute_stage_items", groups="project.group_project_user"
    )
    stage_blocking_count = fields.Integer(
        "Blocking criteria open", compute="_compute_stage_items", groups="project.group_project_user"
    )
    lifecycle_stage_aim = fields.Text(
        related="stage_id.guidance_aim", string="Aim of the stage", groups="base.group_user"
    )
    stakeholder_ids = fields.One2many(
        "project.lifecycle.stakeholder", "project_id", string="People", groups="project.group_project_user"
    )
    spoc_change_ids = fields.One2many(
        "project.spoc.change", "project_id", string="Changes of SPOC", groups="project.group_project_user"
    )

    # === COMPUTE METHODS === #

    @api.depends("lifecycle_id", "stage_id", "step_ids.state", "checklist_item_ids.state")
    def _compute_stage_items(self):
        steps, items_by_step = {}, {}
        with_lifecycle = self.filtered("lifecycle_id")
        if with_lifecycle:
            current = self.env["project.lifecycle.step"].search(
                [("project_id", "in", with_lifecycle.ids), ("state", "=", "current")]
            )
            steps = {step.project_id.id: step for step in current}
            items = self.env["project.checklist.item"].search(
                [("step_id", "in", current.ids), ("exit_id", "=", False)]
            )
            items_by_step = items.grouped("step_id")
        no_step, none = self.env["project.lifecycle.step"], self.env["project.checklist.item"]
        for project in self:
            step = steps.get(project._origin.id, no_step)
            items = items_by_step.get(step, none)
            open_items = items.filtered(lambda item: item.state == "open")
            project.current_step_id = step
            project.stage_item_ids = items
            project.stage_item_count = len(items)
            project.stage_item_met_count = len(items) - len(open_items)
            project.stage_blocking_count = len(open_items.filtered("is_blocking"))

    @api.onchange("lifecycle_id")
    def _onchange_lifecycle_id(self):
        if self.env.user.has_group("project.group_project_stages") and self.stage_id.lifecycle_id != self.lifecycle_id:
            self.stage_id = self._get_first_stage(self.lifecycle_id)

    @api.model
    def _read_group_expand_stages(self, stages, domain):
        """Show, grouped by stage, Odoo's own stages as ever, and all stages of the lifecycles that are there.

        Stages of several lifecycles side by side may have the same name: then they tell their lifecycle.
        """
        own = self.env.context.get("default_lifecycle_id")
        lifecycles = set(stages.lifecycle_id.ids) | ({own} if own else set())
        if lifecycles and (own or all(stage.lifecycle_id for stage in stages)):
            expanded = stages.search([("lifecycle_id", "in", list(lifecycles))])
        else:
            expanded = stages.search([("lifecycle_id", "in", [*lifecycles, False])])
        return expanded.with_context(lifecycle_in_stage_name=True) if len(lifecycles) > 1 else expanded

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

        :raises GateRefused: if somebody who is no project administrator starts a project in a later stage
        """
        if self._prepare_lifecycle_values(vals_list):
            self.env["project.lifecycle"]._enable_stage_feature()
            self._prepare_client_side(vals_list)
        projects = super().create(vals_list)
        projects.filtered("lifecycle_id")._follow_lifecycle({})
        return projects

    def write(self, vals):
        """Let a project go forward only when the gates on its way are open, whoever asks for it and however.

        Projects without a lifecycle are written as ever. The consultant of a project, who may not write it, moves its
        stage.

        :raises GateRefused: naming every project with its open blocking criteria; then nothing has moved
        """
        self._check_readiness_unwritten(vals)
        if vals.keys().isdisjoint(STAGE_FIELDS):
            res = super().write(vals)
            with_lifecycle = self.filtered("lifecycle_id")
            if with_lifecycle:
                with_lifecycle._follow_facts(vals)
            return res
        apart = self._get_written_apart(vals)
        if apart and apart != self:
            (self - apart).write(dict(vals))
            return apart.write(vals)
        if not vals.get("lifecycle_id") and not self.filtered("lifecycle_id"):
            return super().write(vals)
        self._lock_for_decision()
        # a template has no way behind it: as a project it enters its lifecycle
        running = self.filtered(lambda project: not project.is_template)
        before = {project: (project.lifecycle_id, project.sudo().stage_id) for project in running}
        projects, vals = self._prepare_lifecycle_write(vals)
        if any(stage.id != vals.get("stage_id", stage.id) for _lifecycle, stage in before.values()):
            vals = {**vals, "date_last_stage_update": fields.Datetime.now()}
        res = super(ProjectProject, projects).write(vals)
        self._follow_lifecycle(before)
        if not vals.keys() <= STAGE_FIELDS | {"date_last_stage_update"}:
            self.filtered(lambda project: project.lifecycle_id and not project.is_template)._follow_facts(vals)
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_activities_of_criteria(self):
        # the database deletes the steps along, which Odoo does not notice
        self.filtered("lifecycle_id").sudo().step_ids._unlink_activities()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        decided = self.env["project.gate.decision"].sudo().search([("project_id", "in", self.ids)], limit=5).project_id
        if decided:
            raise UserError(
                self.env._(
                    "Gates of these projects were decided: %(projects)s. Archive them instead of deleting them.",
                    projects=", ".join(decided.mapped("name")),
                )
            )

    # === ACTIONS === #

    def action_open_stage_guidance(self):
        """Open the guidance of the project's stage, in a dialog.

        :raises AccessError: if the user is not one of us, or does not see the project
        """
        self.ensure_one()
        self.check_access("read")
        self.env["project.project.stage"].check_access("read")
        return self.sudo().stage_id.sudo(False).action_open_guidance()

    def action_view_stage_items(self):
        """Open the criteria of the project's present stage, to be ticked in a list."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_checklist_item_action_stage"),
            "display_name": self.current_step_id.display_name,
            "domain": [("step_id", "=", self.current_step_id.id)],
        }

    def action_lifecycle_discussed(self):
        """Record that the consultant has talked the lifecycle over with the mentor today (S2.4).

        :raises UserError: if the current user is not the consultant of the project
        """
        self._check_lifecycle_consultant()
        # project users may not write projects: who may was checked on the line above
        self.sudo().lifecycle_discussed_on = fields.Date.context_today(self)

    # === BUSINESS METHODS === #

    @api.model
    def _get_first_stage(self, lifecycle):
        """Return the stage in which a project starts.

        :param project.lifecycle lifecycle: may be empty: then Odoo's own first stage
        :rtype: project.project.stage
        """
        if lifecycle:
            first = lifecycle._get_stages()[:1].sudo(False)
            if not first:
                raise UserError(
                    self.env._(
                        "The lifecycle %(lifecycle)s has no stages yet: add some first.", lifecycle=lifecycle.name
                    )
                )
            return first
        return self.env["project.project.stage"].search([("lifecycle_id", "=", False)], limit=1)

    def _get_written_apart(self, vals):
        """Return the projects that are written apart from the rest: Odoo writes the same values to all of one call.

        A change of company may give all of them a stage of Odoo's own; a lifecycle is news only to those that have
        another one; and a project that stands in the stage already has not come into it now.

        :rtype: project.project
        """
        if "lifecycle_id" in vals:
            return self.filtered(lambda project: project.lifecycle_id.id != (vals["lifecycle_id"] or False))
        if vals.get("company_id"):
            return self.filtered("lifecycle_id")
        if "stage_id" in vals:
            return self.filtered(lambda it: it.lifecycle_id and it.sudo().stage_id.id == vals["stage_id"])
        return self.browse()

    @api.model
    def _prepare_lifecycle_values(self, vals_list):
        """Complete the values of new projects: the lifecycle of their stage, the first stage of their lifecycle.

        :return: whether one of them has a lifecycle
        """
        Stage = self.env["project.project.stage"]
        default_lifecycle = self.default_get(["lifecycle_id"]).get("lifecycle_id")
        default_stage = self.env.context.get("default_stage_id")
        found = False
        for vals in vals_list:
            stage = Stage.browse(vals.get("stage_id") or (None if "stage_id" in vals else default_stage))
            if "lifecycle_id" not in vals and (default_lifecycle or stage.sudo().lifecycle_id):
                vals["lifecycle_id"] = default_lifecycle or stage.sudo().lifecycle_id.id
            if vals.get("lifecycle_id"):
                found = True
                lifecycle = self.env["project.lifecycle"].browse(vals["lifecycle_id"])
                vals["stage_id"] = (stage or self._get_first_stage(lifecycle)).id
        return found

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

    def _follow_facts(self, vals):
        """Follow what was written on these projects beside their stage: plan anew, work the criteria out again."""
        if vals.get("date_start"):
            self._plan_from_start()
        self._refresh_criteria()

    def _return_to_stock_stages(self):
        """Take these projects out of their lifecycles: closed ones to a folded stage of Odoo, others to an open."""
        quiet = self.with_context(gate_move=WITHOUT_GATES, tracking_disable=True, active_test=True)
        for (company, folded), projects in quiet.grouped(lambda it: (it.company_id, it.stage_id.fold)).items():
            projects.write({"lifecycle_id": False, "stage_id": self._get_stock_stage(company, folded).id})

    @api.model
    def _get_stock_stage(self, company, folded):
        """Return a stage of Odoo's own for projects of a company, made if there is none.

        :param res.company company: may be empty
        :param bool folded: whether the stage is one of closed projects
        """
        Stage = self.env["project.project.stage"].with_context(active_test=True)
        domain = [("lifecycle_id", "=", False), ("company_id", "in", [company.id, False]), ("fold", "=", folded)]
        return Stage.search(domain, limit=1) or Stage.create(
            {
                "name": self.env._("Done") if folded else self.env._("In Progress"),
                "sequence": 20 if folded else 10,
                "fold": folded,
            }
        )
