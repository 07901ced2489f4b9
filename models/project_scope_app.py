from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command

from ..logic import handover

# worked out from the orders
SOLD_FIELDS = {"is_sold", "sold_days"}
# they follow from writing the remaining days
ESTIMATE_FIELDS = {"estimated_on", "estimated_by_id"}
# what somebody knows about an app beyond its being on the order
WRITTEN_FIELDS = ["reason", "limits", "limits_told_on", "estimated_on"]


class ProjectScopeApp(models.Model):
    _name = "project.scope.app"
    _description = "Application in Scope"
    _order = "project_id, intake_id, sequence, id"

    name = fields.Char(compute="_compute_name", store=True, readonly=False, precompute=True)
    sequence = fields.Integer(default=10, export_string_translation=False)
    intake_id = fields.Many2one("project.intake", string="Sales Hand-over", index="btree_not_null", ondelete="cascade")
    project_id = fields.Many2one(
        "project.project",
        compute="_compute_project_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        ondelete="cascade",
    )
    product_id = fields.Many2one(
        "product.product", index="btree_not_null", ondelete="restrict", domain=[("is_scope_app", "=", True)]
    )
    is_needed = fields.Boolean("In scope", default=True, help="The client needs it in this project, sold or not.")
    reason = fields.Text("Why in scope", help="Why the client needs this application.")
    limits = fields.Text(help="What the application does not do, so that the client does not expect it.")
    limits_told_on = fields.Date(help="When the client was told about the limits.")
    usual_days = fields.Float(compute="_compute_usual_days", store=True, readonly=False, precompute=True)
    is_sold = fields.Boolean("Sold", compute="_compute_sold", store=True)
    sold_days = fields.Float(compute="_compute_sold", store=True)
    remaining_days = fields.Float("Remaining", help="Working days that the application still needs, estimated.")
    estimated_on = fields.Date(readonly=True, copy=False)
    estimated_by_id = fields.Many2one("res.users", string="Estimated by", readonly=True, copy=False)
    needed_days = fields.Float("Needed", compute="_compute_needed_days", store=True)

    _of_something = models.Constraint(
        "CHECK(intake_id IS NOT NULL OR project_id IS NOT NULL)", "An application is in the scope of a project."
    )
    _named = models.Constraint("CHECK(name IS NOT NULL OR product_id IS NOT NULL)", "Name the application.")
    _once_a_project = models.UniqueIndex(
        "(project_id, product_id) WHERE product_id IS NOT NULL AND project_id IS NOT NULL",
        "This application is in the scope of the project already.",
    )
    _once_an_intake = models.UniqueIndex(
        "(intake_id, product_id) WHERE product_id IS NOT NULL AND intake_id IS NOT NULL",
        "This application is in the scope already.",
    )
    _days_positive = models.Constraint(
        "CHECK(usual_days >= 0 AND remaining_days >= 0)", "Days are 0 or more: correct the usual or remaining days."
    )

    # === COMPUTE METHODS === #

    @api.depends("product_id")
    def _compute_name(self):
        for app in self:
            app.name = app.name or app.product_id.sudo().name

    @api.depends("intake_id.project_id")
    def _compute_project_id(self):
        for app in self:
            app.project_id = app.intake_id.project_id or app.project_id

    @api.depends("product_id")
    def _compute_usual_days(self):
        for app in self:
            app.usual_days = app.usual_days or app.product_id.sudo().usual_days

    # what changes on an order marks these itself, so that orders without a hand-over cost nothing more
    @api.depends("intake_id", "product_id")
    def _compute_sold(self):
        self.intake_id.sudo()._prefetch_orders()
        for intake, apps in self.grouped("intake_id").items():
            _days, sold = intake.sudo()._get_sold() if intake else (0.0, {})
            for app in apps:
                app.is_sold = app.product_id in sold
                app.sold_days = sold.get(app.product_id, 0.0)

    @api.depends("usual_days", "remaining_days", "estimated_on", "is_needed")
    def _compute_needed_days(self):
        for app in self:
            remaining = app.remaining_days if app.estimated_on else None
            app.needed_days = handover.needed_days(app.usual_days, remaining) if app.is_needed else 0.0

    @api.constrains("intake_id", "project_id")
    def _check_project_of_intake(self):
        for app in self.sudo():
            if app.intake_id and app.project_id != app.intake_id.project_id:
                raise ValidationError(
                    self.env._(
                        "%(app)s: its project is that of its hand-over, %(handover)s.",
                        app=app.name,
                        handover=app.intake_id.display_name,
                    )
                )

    @api.constrains("limits_told_on")
    def _check_told(self):
        today = fields.Date.context_today(self)
        for app in self:
            if app.limits_told_on and app.limits_told_on > today:
                raise ValidationError(
                    self.env._("%(app)s: the client cannot have been told in the future.", app=app.name)
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Add applications to the scope of a project or of a quotation.

        :raises AccessError: if somebody who is neither its consultant nor its salesperson does it
        """
        self._check_worked_out_untouched(vals_list)
        self._complete_intakes(vals_list)
        for vals in vals_list:
            self._sign_estimate(vals)
        apps = super().create(vals_list)
        apps._follow_rules()
        return apps

    def write(self, vals):
        """Change applications; they stay where they are, and of limits that change the client is told anew.

        :raises AccessError: if one of them would move to another project or hand-over
        """
        self._check_worked_out_untouched([vals])
        self._check_stay(vals)
        if "remaining_days" in vals:
            self._sign_estimate(vals)
        if "limits" in vals and "limits_told_on" not in vals:
            told = self.filtered(lambda app: app.limits_told_on and (app.limits or "") != (vals["limits"] or ""))
            super(ProjectScopeApp, told).write({"limits_told_on": False})
        res = super().write(vals)
        self._follow_rules()
        return res

    def unlink(self):
        intakes, projects = self.sudo().intake_id, self.sudo().project_id
        res = super().unlink()
        if not self.env.context.get("handover_syncing"):
            intakes._run_rules()
            projects._refresh_criteria()
        return res

    # === BUSINESS METHODS === #

    @api.model
    def _check_worked_out_untouched(self, vals_list):
        if not self.env.su and any(not vals.keys().isdisjoint(SOLD_FIELDS) for vals in vals_list):
            raise AccessError(self.env._("What is sold is read from the order: change it there."))
        if not self.env.su and any(not vals.keys().isdisjoint(ESTIMATE_FIELDS) for vals in vals_list):
            raise AccessError(self.env._("Whoever writes the remaining days signs the estimate."))

    def _check_stay(self, vals):
        moves = {name: vals[name] for name in ("project_id", "intake_id") if name in vals}
        if self.env.su or not moves:
            return
        for app in self:
            if any(app[name].id != value for name, value in moves.items()):
                raise AccessError(self.env._("%(app)s stays with its project and hand-over.", app=app.name))

    @api.model
    def _complete_intakes(self, vals_list):
        """Put applications that are added to a project on the hand-over of the project."""
        context = self.env.context
        alone = [vals for vals in vals_list if not (vals.get("intake_id") or context.get("default_intake_id"))]
        for vals in alone:
            vals.setdefault("project_id", context.get("default_project_id"))
        project_ids = [vals["project_id"] for vals in alone if vals["project_id"]]
        if project_ids:
            intakes = self.env["project.intake"].sudo().search([("project_id", "in", project_ids)])
            by_project = {intake.project_id.id: intake.id for intake in intakes}
            for vals in alone:
                vals["intake_id"] = by_project.get(vals["project_id"])

    @api.model
    def _sign_estimate(self, vals):
        if "remaining_days" in vals and (vals["remaining_days"] or self):
            vals.setdefault("estimated_on", fields.Date.context_today(self))
            vals.setdefault("estimated_by_id", self.env.uid)
        elif not self.env.su:
            # nor by a default of the context
            vals.update(dict.fromkeys(ESTIMATE_FIELDS, False))

    def _work_out_sold(self):
        """Read again from the orders what is sold of these applications."""
        for name in SOLD_FIELDS:
            self.env.add_to_compute(self._fields[name], self)
        self.modified(SOLD_FIELDS)

    def _follow_rules(self):
        if not self.env.context.get("handover_syncing"):
            apps = self.sudo()
            apps.intake_id._run_rules()
            apps.project_id._refresh_criteria()

    def _is_untouched(self):
        """Tell whether nobody has written anything on this application since it came with the order."""
        self.ensure_one()
        return self.product_id and not any(self[name] for name in WRITTEN_FIELDS)

    def _prepare_draft_commands(self, sold):
        """Return the commands that give a draft hand-over its applications, with an order as it stands.

        :param dict sold: for each product its days
        """
        values = [
            {
                "product_id": app.product_id.id,
                "name": app.name,
                "is_needed": app.is_needed,
                "usual_days": app.usual_days,
                "remaining_days": app.remaining_days,
                "estimated_on": app.estimated_on,
                "is_sold": app.product_id in sold,
            }
            for app in self
            if app.product_id in sold or not app._is_untouched() or app.project_id
        ]
        values += [
            {"product_id": product.id, "is_needed": True, "usual_days": product.usual_days, "is_sold": True}
            for product in sold
            if product.is_scope_app and product not in self.product_id
        ]
        return [Command.create(vals) for vals in values]
