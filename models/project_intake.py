from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

# what the consultant writes: the call, and what the client was told
SHARED_FIELDS = {"told_by_id", "told_to_id", "told_on", "shortage_told_on", "shortage_told_by_id", "shortage_told_to"}
# what both ask the client: the salesperson while selling, the consultant in the kick-off
ASKED_FIELDS = {"why_chosen", "thought_bought"}
SALES_FIELDS = {
    "firm",
    "module_reasons",
    "expectations",
    "limits",
    "sales_cycle",
    "qualification",
    "viability_note",
    "approach",
    "scope_extent",
    "customisation_count",
    "customising_wanted",
    "client_deadline",
    "deadline_acceptance",
    "spoc_proposed_id",
    "app_ids",
}
# worked out from orders and calendars, refreshed by what changes there
REFRESHED_FIELDS = (
    "company_id",
    "sold_days",
    "customising_sold",
    "order_cancelled",
    "days_until_deadline",
    "has_spoc",
)


class ProjectIntake(models.Model):
    _name = "project.intake"
    _description = "Sales Hand-over"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "project.intake.figures.mixin",
        "project.intake.flags.mixin",
    ]
    _order = "id desc"
    # whoever sees the hand-over may ask
    _mail_post_access = "read"

    order_id = fields.Many2one("sale.order", readonly=True, index="btree_not_null", ondelete="set null")
    order_ids = fields.One2many("sale.order", "intake_id", string="Orders", readonly=True)
    project_id = fields.Many2one("project.project", readonly=True, index="btree_not_null", ondelete="cascade")
    # an order that is deleted leaves this behind
    is_from_order = fields.Boolean(readonly=True, export_string_translation=False)
    company_id = fields.Many2one("res.company", compute="_compute_company_id", store=True)
    partner_id = fields.Many2one("res.partner", string="Client", compute="_compute_partner_id", compute_sudo=True)
    salesperson_id = fields.Many2one("res.users", readonly=True, index="btree_not_null", tracking=True)

    firm = fields.Text("The firm", help="How the client's firm works.")
    module_reasons = fields.Text("Reasons per application", help="Why the client took each application.")
    expectations = fields.Text(help="What the client expects of the project.")
    limits = fields.Text(help="What limits the client: budget, people, dates, systems that stay.")
    sales_cycle = fields.Text(help="How the sale went: how long, who decided, what was promised, what was doubted.")
    qualification = fields.Text(help="How sales judges the project, and why it took it.")
    viability_note = fields.Text("Viability", help="A quick judgement: can this be done with what was sold?")
    approach = fields.Selection([("standard", "Standard"), ("tailored", "Tailored")], tracking=True)
    scope_extent = fields.Selection([("full", "Full"), ("partial", "Partial")], string="Scope", tracking=True)
    why_chosen = fields.Text("Why us", help="Why the client chose us and the product. For us only.")
    thought_bought = fields.Text(
        "What they think they bought", help="What the client believes that it bought, in its words. For us only."
    )
    customisation_count = fields.Integer("Customisations", tracking=True, help="How many the client wants.")
    customising_wanted = fields.Boolean(compute="_compute_customising_wanted", store=True, readonly=False)
    client_deadline = fields.Date("Client's date", tracking=True, help="When the client wants to be live.")
    deadline_acceptance = fields.Selection(
        [
            ("accepted", "Sales accepted it"),
            ("known_impossible", "The client knows that it cannot be met"),
            ("not_discussed", "Not discussed"),
        ],
        string="Date accepted",
        help="Whether sales accepted the client's date.",
    )
    spoc_proposed_id = fields.Many2one(
        "res.partner", string="Expected SPOC", help="Who will probably be the single point of contact of the client."
    )
    told_by_id = fields.Many2one("res.users", string="Told by", domain=[("share", "=", False)], tracking=True)
    told_to_id = fields.Many2one("res.users", string="Told to", domain=[("share", "=", False)], tracking=True)
    told_on = fields.Date(help="When sales handed over what it knows, in a call.", tracking=True)
    shortage_told_on = fields.Date("Client told on", tracking=True)

    app_ids = fields.One2many("project.scope.app", "intake_id", string="Applications")
    flag_ids = fields.One2many("project.open.point", "intake_id", string="Points for sales", readonly=True)
    open_flag_count = fields.Integer("Points open", compute="_compute_open_flag_count")
    has_spoc = fields.Boolean("SPOC known", compute="_compute_has_spoc", store=True)
    is_sales_side = fields.Boolean(compute="_compute_is_sales_side", export_string_translation=False)

    _one_an_order = models.UniqueIndex(
        "(order_id) WHERE order_id IS NOT NULL AND project_id IS NULL", "The order has its hand-over already."
    )
    _one_a_project = models.UniqueIndex(
        "(project_id) WHERE project_id IS NOT NULL", "The project has its hand-over already."
    )
    _customisations_positive = models.Constraint(
        "CHECK(customisation_count >= 0)", "The number of customisations is 0 or more."
    )

    # === COMPUTE METHODS === #

    @api.depends("order_id", "project_id")
    def _compute_partner_id(self):
        for intake in self:
            intake.partner_id = intake.project_id.partner_id or intake.order_id.partner_id

    @api.depends("order_id", "project_id")
    def _compute_display_name(self):
        for intake in self:
            # the salesperson reads the name of the project of the own order, the consultant that of the order
            known = intake.sudo()
            intake.display_name = self.env._(
                "Hand-over of %(what)s", what=known.project_id.name or known.order_id.name or self.env._("nothing yet")
            )

    @api.depends("customisation_count")
    def _compute_customising_wanted(self):
        for intake in self:
            intake.customising_wanted = intake.customisation_count > 0 or intake.customising_wanted

    @api.depends("flag_ids.state")
    def _compute_open_flag_count(self):
        for intake in self:
            intake.open_flag_count = len(intake.flag_ids.filtered(lambda flag: flag.state == "open"))

    # a project that changes its company marks it itself (_refresh)
    @api.depends("order_id", "project_id")
    def _compute_company_id(self):
        for intake in self:
            known = intake.project_id.company_id or intake.order_id.company_id or intake.company_id
            intake.company_id = known or self.env.company

    @api.depends("spoc_proposed_id", "project_id.spoc_id")
    def _compute_has_spoc(self):
        known = self._get_with_spoc()
        for intake in self:
            intake.has_spoc = intake in known

    @api.depends("salesperson_id", "order_ids")
    @api.depends_context("uid")
    def _compute_is_sales_side(self):
        all_of_them = self.env.su or self.env.user.has_groups(
            "sales_team.group_sale_salesman_all_leads,project.group_project_manager"
        )
        for intake in self:
            # the salesperson of a later order for the same project hands over as well
            sellers = intake.salesperson_id | intake.sudo().order_ids.user_id
            intake.is_sales_side = all_of_them or self.env.user in sellers

    @api.constrains("told_on", "shortage_told_on")
    def _check_told(self):
        today = fields.Date.context_today(self)
        for intake in self:
            if any(day and day > today for day in (intake.told_on, intake.shortage_told_on)):
                raise ValidationError(
                    self.env._("%(handover)s: nobody can have been told in the future.", handover=intake.display_name)
                )

    @api.constrains("spoc_proposed_id")
    def _check_spoc_proposed(self):
        for intake in self.sudo():
            spoc, customer = intake.spoc_proposed_id, intake.partner_id.commercial_partner_id
            if spoc and customer and spoc.commercial_partner_id != customer:
                raise ValidationError(
                    self.env._(
                        "%(person)s is no contact of %(customer)s: the SPOC is one of the customer's people.",
                        person=spoc.display_name,
                        customer=customer.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            order = self.env["sale.order"].browse(vals.get("order_id"))
            vals.setdefault("salesperson_id", order.user_id.id)
            vals["is_from_order"] = bool(order)
        intakes = super().create(vals_list)
        for intake in intakes.filtered(lambda it: it.order_id and not it.order_id.intake_id):
            intake.order_id.intake_id = intake
        intakes._adopt_apps()
        intakes._refresh()
        return intakes

    def write(self, vals):
        """Write what sales knows; consultants write the call and what the client was told.

        :raises AccessError: if somebody writes what is not theirs, or what Odoo works out
        """
        if not self.env.su:
            self._check_may_write(vals)
        if vals.get("shortage_told_on"):
            vals = {"shortage_told_by_id": self.env.uid, **vals}
        res = super().write(vals)
        if "shortage_told_on" in vals:
            for intake in self.sudo():
                told = intake.days_short if intake.shortage_told_on else 0.0
                super(ProjectIntake, intake).write({"shortage_told_days": told})
        if vals.get("project_id"):
            self._adopt_apps()
            self._refresh()
            return res
        if not vals.keys().isdisjoint(SALES_FIELDS):
            self._run_rules()
        # what was just written decides criteria, whoever wrote it
        self.sudo().project_id._refresh_criteria()
        return res

    def _mail_get_partner_fields(self, introspect_fields=False):
        # the client is what it is about, never who is written to
        return []

    # === ACTIONS === #

    def action_shortage_told(self):
        """Record that the current user told the client today that the days sold are not enough."""
        self.ensure_one()
        self.write({"shortage_told_on": fields.Date.context_today(self), "shortage_told_by_id": self.env.uid})

    def action_open_order(self):
        """Open the order that was handed over."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.order_id.id,
            "views": [(False, "form")],
        }

    # === CRONS === #

    @api.model
    def _cron_refresh(self):
        """Count the days until the clients' dates anew, each night, and look at the red flags."""
        intakes = self.search(Domain("client_deadline", "!=", False) & self._get_watched_domain())
        self.env["ir.cron"]._commit_progress(remaining=len(intakes))
        for start in range(0, len(intakes), 200):
            batch = intakes[start : start + 200]
            batch._refresh()
            batch.flush_recordset()
            if not self.env["ir.cron"]._commit_progress(len(batch)):
                break

    # === BUSINESS METHODS === #

    def _check_may_write(self, vals):
        locked = vals.keys() - SALES_FIELDS - SHARED_FIELDS - ASKED_FIELDS
        if locked & self._get_worked_out_fields():
            raise AccessError(
                self.env._("Order, project and figures of a hand-over are worked out: change the order.")
            )
        self.check_access("write")
        if not vals.keys().isdisjoint(SALES_FIELDS):
            for intake in self:
                if not intake.is_sales_side:
                    raise AccessError(
                        self.env._(
                            "%(handover)s: what sales knows is written by the salesperson. Ask in the messages.",
                            handover=intake.display_name,
                        )
                    )

    @api.model
    def _get_worked_out_fields(self):
        own = {"order_id", "order_ids", "project_id", "company_id", "salesperson_id", "flag_ids", "is_from_order"}
        own |= {"shortage_told_days"}
        return own | {name for name, field in self._fields.items() if field.compute and field.readonly}

    def _get_action(self):
        """Return the action that opens this hand-over, or the list of these."""
        action = {"type": "ir.actions.act_window", "name": self.env._("Sales Hand-over"), "res_model": self._name}
        if len(self) == 1:
            return {**action, "res_id": self.id, "views": [(False, "form")]}
        return {**action, "domain": [("id", "in", self.ids)], "views": [(False, "list"), (False, "form")]}

    def _prepare_further_values(self):
        """Return what sales wrote here and is as true of another project of the same order."""
        self.ensure_one()
        known = SALES_FIELDS | ASKED_FIELDS | {"told_by_id", "told_to_id", "told_on"}
        return self._convert_to_write({name: self[name] for name in known - {"app_ids"}})

    def _get_with_spoc(self):
        """Return those of these hand-overs whose client's single point of contact is known: override to add.

        :rtype: project.intake
        """
        return self.filtered(lambda intake: intake.spoc_proposed_id or intake.project_id.sudo().spoc_id)

    def _adopt_apps(self):
        """Put applications that a project had before its hand-over on the hand-over."""
        for intake in self.filtered("project_id"):
            apps = self.env["project.scope.app"].search(
                [("project_id", "=", intake.project_id.id), ("intake_id", "=", False)]
            )
            if apps:
                apps.with_context(handover_syncing=True).intake_id = intake

    def _refresh(self):
        """Work out again what orders and calendars say about these hand-overs, then look at the red flags."""
        intakes = self.sudo()
        if not intakes:
            return
        intakes._prefetch_orders()
        for intake in intakes.filtered(lambda it: it.order_id and it.salesperson_id != it.order_id.user_id):
            intake.salesperson_id = intake.order_id.user_id
        intakes._work_out(REFRESHED_FIELDS)
        intakes._sync_apps()
        intakes._run_rules()
        intakes.project_id._refresh_criteria()

    def _work_out(self, names):
        """Work out stored fields again, with all that follows from them."""
        for name in names:
            self.env.add_to_compute(self._fields[name], self)
        self.modified(names)

    def _sync_apps(self):
        """Make the applications in scope follow the orders; what somebody wrote something on stays, sold or not."""
        Apps = self.env["project.scope.app"].sudo().with_context(handover_syncing=True)
        missing, gone = [], Apps
        for intake in self:
            _days, sold = intake._get_sold()
            present = intake.app_ids
            missing += [
                {"intake_id": intake.id, "product_id": product.id}
                for product in sold
                if product.is_scope_app and product not in present.product_id
            ]
            if not intake.project_id:
                gone |= present.filtered(lambda app, sold=sold: app.product_id not in sold and app._is_untouched())
        gone.with_context(handover_syncing=True).unlink()
        Apps.create(missing)
        self.app_ids._work_out_sold()

    def _prepare_draft_values(self):
        """Return what a draft of this hand-over takes over from it, to look at the rules before an order is saved."""
        # without the project itself: a draft would show among its hand-overs
        names = SALES_FIELDS - {"app_ids"} | {"days_until_deadline", "has_spoc"}
        return self._convert_to_write({name: self[name] for name in names}) if self else {}
