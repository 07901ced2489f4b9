from odoo import api, fields, models
from odoo.exceptions import UserError

# what of a project changes the facts of its hand-over
HANDOVER_FIELDS = {"user_id", "company_id", "stage_id", "active"}


class ProjectHandoverMixin(models.AbstractModel):
    """The sales hand-over of a project: what sales knows, what is in scope, what is short."""

    _name = "project.handover.mixin"
    _description = "Hand-over of a Project"

    intake_ids = fields.One2many(
        "project.intake", "project_id", string="Sales Hand-over", groups="project.group_project_user"
    )
    red_flag_ids = fields.One2many(
        "project.open.point",
        "project_id",
        string="Red flags",
        domain=[("kind", "=", "red_flag")],
        groups="project.group_project_user",
    )
    scope_app_ids = fields.One2many(
        "project.scope.app", "project_id", string="Applications in scope", groups="project.group_project_user"
    )
    shortage_notice = fields.Char(
        compute="_compute_shortage_notice", groups="project.group_project_user", export_string_translation=False
    )
    is_shortage_to_tell = fields.Boolean(
        compute="_compute_shortage_notice", groups="project.group_project_user", export_string_translation=False
    )

    @api.depends(
        "intake_ids.needed_days",
        "intake_ids.sold_days",
        "intake_ids.shortage_told_on",
        "intake_ids.shortage_told_days",
    )
    def _compute_shortage_notice(self):
        for project in self:
            intake = project.intake_ids[:1]
            project.is_shortage_to_tell = bool(intake) and intake._is_shortage_to_tell()
            project.shortage_notice = (
                self.env._(
                    "The pack is not enough: the scope needs %(needed)s days, %(sold)s are sold."
                    " %(short)s are missing.",
                    needed=f"{intake.needed_days:g}",
                    sold=f"{intake.sold_days:g}",
                    short=f"{intake.days_short:g}",
                )
                if intake.days_short
                else False
            )

    # === ACTIONS === #

    def action_open_handover(self):
        """Open the hand-over of the project; its consultant opens one for a project that came without an order.

        :raises UserError: if there is none yet and the user is not the consultant
        """
        self.ensure_one()
        self.check_access("read")
        intake = self.sudo().intake_ids
        if not intake:
            if not self._is_lifecycle_consultant():
                raise UserError(
                    self.env._("%(project)s has no hand-over yet: its consultant opens one.", project=self.name)
                )
            intake = self.sudo()._create_intake()
        return intake.sudo(False)._get_action()

    def action_open_scope_apps(self):
        """Open the applications in scope of the project, in a list to write in."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_scope_app_action"),
            "domain": [("project_id", "=", self.id)],
            "context": {"default_project_id": self.id},
        }

    def action_shortage_told(self):
        """Record that the consultant told the client today that the days sold are not enough (S2.30).

        :raises AccessError: if the user is not the consultant of the project
        """
        self._check_lifecycle_consultant()
        # who may was checked on the line above
        for intake in self.sudo().intake_ids:
            intake.action_shortage_told()

    # === CRUD METHODS === #

    def write(self, vals):
        """Look at the red flags again when the consultant changes, whose calendar counts, or a project is closed."""
        res = super().write(vals)
        if not vals.keys().isdisjoint(HANDOVER_FIELDS):
            self._refresh_handover()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_handover(self):
        # the database would delete it along, and stumble over the orders that it belongs to
        intakes = self.filtered("lifecycle_id").sudo().intake_ids
        intakes.flag_ids.activity_ids.unlink()
        orders = intakes.order_ids
        intakes.unlink()
        for order in orders:
            order.intake_id = order.handover_ids[:1]
        orders._refresh_intakes()

    # === BUSINESS METHODS === #

    def _refresh_handover(self):
        with_lifecycle = self.filtered("lifecycle_id")
        if with_lifecycle:
            with_lifecycle.sudo().intake_ids._refresh()

    def _create_intake(self):
        self.ensure_one()
        order = self.sale_order_id or self.reinvoiced_sale_order_id
        if order:
            order._hand_over(self)
            return self.intake_ids
        return self.env["project.intake"].create({"project_id": self.id, "salesperson_id": order.user_id.id})

    # === CRITERIA === #

    def _get_with_intake(self, domain):
        """Return those of these projects whose hand-over fits a domain.

        :param list domain: on ``project.intake``
        """
        intakes = self.env["project.intake"].search([("project_id", "in", self.ids), *domain])
        return self.browse(intakes.project_id.ids)

    def _criterion_handover_call(self):
        """Sales told somebody what it knows, on a day that is written down (S2.6)."""
        return self._get_with_intake([("told_by_id", "!=", False), ("told_on", "!=", False)])

    def _criterion_handover_firm(self):
        return self._get_with_intake([("firm", "not in", (False, ""))])

    def _criterion_handover_reasons(self):
        return self._get_with_intake([("module_reasons", "not in", (False, ""))])

    def _criterion_handover_expectations(self):
        return self._get_with_intake([("expectations", "not in", (False, ""))])

    def _criterion_handover_limits(self):
        return self._get_with_intake([("limits", "not in", (False, ""))])

    def _criterion_handover_sales_cycle(self):
        return self._get_with_intake([("sales_cycle", "not in", (False, ""))])

    def _criterion_red_flags(self):
        """There is a hand-over, and none of its red flags waits for an answer."""
        return self._get_with_intake([]) - self._get_projects_with_points([("kind", "=", "red_flag")])

    def _criterion_scope_reasons(self):
        """There are apps in scope, and each has its reason (S2.56)."""
        apps = self.env["project.scope.app"].search([("project_id", "in", self.ids), ("is_needed", "=", True)])
        unclear = apps.filtered(lambda app: not (app.reason or "").strip())
        return self.browse((apps.project_id - unclear.project_id).ids)

    def _criterion_scope_limits_told(self):
        """The limits of each app in scope that has some were told to the client (S2.59)."""
        apps = self.env["project.scope.app"].search([("project_id", "in", self.ids), ("is_needed", "=", True)])
        silent = apps.filtered(lambda app: (app.limits or "").strip() and not app.limits_told_on)
        return self.browse((apps.project_id - silent.project_id).ids)

    def _criterion_shortage_told(self):
        """The days sold are enough for the scope, or the client was told by somebody that they are not (S2.30).

        A shortage that has grown since is told anew; nobody knows whether days are enough for an app without any.
        """
        intakes = self.env["project.intake"].search([("project_id", "in", self.ids), ("app_count", ">", 0)])
        return self.browse(intakes.filtered(lambda intake: intake._is_shortage_settled()).project_id.ids)
