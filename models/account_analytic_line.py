from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import sql

OWN_FIELDS = {"step_id", "pack_use"}
# what nobody sets; that time is offered may be said when it is logged
WORKED_OUT_FIELDS = {"step_id", "pack_project_id"}
# what a program may also send as a default of the context
ASKED_FIELDS = ["step_id", "pack_use", "pack_id", "pack_project_id", "so_line"]
# What may not change while the project stands in a stage that is closed for time.
CLOSED_FIELDS = {"unit_amount", "product_uom_id", "employee_id", "date", "project_id"}


class AccountAnalyticLine(models.Model):
    _name = "account.analytic.line"
    _inherit = [
        "project.client.entry.mixin",
        "project.consent.entry.mixin",
        "project.pack.entry.view.mixin",
        "project.pack.entry.mixin",
        "account.analytic.line",
    ]

    step_id = fields.Many2one(
        "project.lifecycle.step",
        string="Lifecycle step",
        compute="_compute_step_id",
        store=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
        help="The step in which the project stood when the time was entered.",
    )
    # what the steps of several projects have in common
    lifecycle_stage_id = fields.Many2one(related="step_id.stage_id", string="Stage", groups="base.group_user")
    pack_use = fields.Selection(
        [("deducted", "Deducted"), ("offered", "Offered"), ("awaiting", "Awaiting consent")],
        string="Use of the pack",
        compute="_compute_step_id",
        store=True,
        copy=False,
        groups="base.group_user",
        help="Whether the time is taken from what the client has bought.",
    )

    def _auto_init(self):
        """Entries that were there before have no step, use or pack: work nothing out for all of them."""
        columns = {"step_id": "int4", "pack_use": "varchar", "pack_id": "int4", "pack_project_id": "int4"}
        for column, kind in columns.items():
            if not sql.column_exists(self.env.cr, self._table, column):
                sql.create_column(self.env.cr, self._table, column, kind)
        return super()._auto_init()

    # === COMPUTE METHODS === #

    @api.depends("project_id")
    def _compute_step_id(self):
        """Give entries the step in which their project stands; one that stays in its project keeps what it has."""
        followed = self.filtered(lambda line: line.project_id.sudo().lifecycle_id)
        others = self - followed
        others.step_id = False
        others.pack_use = False
        steps = self.env["project.lifecycle.step"].sudo()
        if followed:
            domain = [("project_id", "in", followed.project_id.ids), ("state", "=", "current")]
            steps = steps.search_fetch(domain, ["project_id"])
        current = steps.grouped("project_id")
        # many get the same: set at once
        for project, lines in followed.grouped(lambda line: line.project_id.sudo()).items():
            kept = lines.filtered(lambda line, project=project: line.step_id.sudo().project_id == project)
            for line in kept:
                line.step_id, line.pack_use = line.step_id, line.pack_use
            new = lines - kept
            offered = new.filtered(lambda line: line.pack_use == "offered")
            awaiting = (new - offered).filtered(
                lambda line, project=project: self._needs_consent(project, line.task_id.sudo())
            )
            new.step_id = current.get(project)
            offered.pack_use = "offered"
            awaiting.pack_use = "awaiting"
            (new - offered - awaiting).pack_use = "deducted"

    @api.depends("task_id.project_id")
    def _compute_project_id(self):
        """Entries follow their task to another project, unless either project is closed for time.

        :raises UserError: naming the project
        """
        before = {line.id: line.project_id for line in self.filtered("id")}
        res = super()._compute_project_id()
        moved = self.filtered(lambda line: before.get(line.id) and before[line.id] != line.project_id)
        if moved:
            moved._check_time_policy(moved.project_id.union(*(before[line.id] for line in moved)))
        return res

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Log time, unless the project stands in a stage that is closed for it.

        :raises AccessError: if a user sets the step, or what is taken from the pack, by hand
        :raises UserError: naming the project, its stage and who reopens it
        """
        defaults = self.default_get(ASKED_FIELDS)
        if defaults:
            vals_list = [{**defaults, **vals} for vals in vals_list]
        if not self.env.su and any(
            not WORKED_OUT_FIELDS.isdisjoint(vals) or vals.get("pack_use", "offered") != "offered"
            for vals in vals_list
        ):
            self._refuse_own_fields()
        lines = super().create(vals_list)
        # now, for the project may move on before the records are flushed
        lines._recompute_recordset(OWN_FIELDS)
        self._check_open_for_time(lines.project_id)
        lines._apply_consents()
        return lines

    def write(self, vals):
        """Change time entries; those of a project that is closed for time are corrected by administrators only.

        :raises AccessError: if a user sets the step, or what is taken from the pack, by hand
        :raises UserError: naming the project, its stage and who reopens it
        """
        if not self.env.su and not WORKED_OUT_FIELDS.isdisjoint(vals):
            self._refuse_own_fields()
        if CLOSED_FIELDS.isdisjoint(vals):
            return super().write(vals)
        before = self.project_id
        res = super().write(vals)
        if "project_id" in vals:
            self._recompute_recordset(OWN_FIELDS)
            before |= self.project_id
        self._check_time_policy(before)
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed_for_time(self):
        self._check_time_policy(self.project_id)

    # === BUSINESS METHODS === #

    def _check_time_policy(self, projects):
        """Check that the current user may change the time of projects: administrators correct it in any stage.

        :param project.project projects: where the time stands, or goes
        :raises UserError: naming those that are closed for time
        """
        if not self.env.user.has_group("project.group_project_manager"):
            self._check_open_for_time(projects)

    def _check_open_for_time(self, projects):
        """Check that projects stand in a stage in which time is logged.

        :param project.project projects: may be any, also without a lifecycle
        :raises UserError: naming those that do not
        """
        closed = projects.sudo().filtered(lambda it: it.lifecycle_id and it.stage_id.time_policy == "closed")
        if closed:
            raise UserError(
                self.env._(
                    "No time is logged or changed on %(projects)s. A project administrator, or the project's manager,"
                    " can take it back to an earlier stage.",
                    projects=", ".join(
                        self.env._("%(project)s (stage %(stage)s)", project=project.name, stage=project.stage_id.name)
                        for project in closed
                    ),
                )
            )

    def _refuse_own_fields(self):
        raise AccessError(self.env._("The step of a time entry, and whether it is deducted, follow from its project."))
