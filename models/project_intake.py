from collections import defaultdict
from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import float_compare

from ..logic import handover

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
    _inherit = ["mail.thread", "mail.activity.mixin"]
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
    shortage_told_by_id = fields.Many2one("res.users", string="Client told by", domain=[("share", "=", False)])
    shortage_told_days = fields.Float(
        "Days told",
        readonly=True,
        copy=False,
        help="How many days were missing when the client was told; more are told anew.",
    )
    shortage_told_to = fields.Char("Who was told", help="Who of the client was told that the days are not enough.")

    app_ids = fields.One2many("project.scope.app", "intake_id", string="Applications")
    flag_ids = fields.One2many("project.open.point", "intake_id", string="Points for sales", readonly=True)
    open_flag_count = fields.Integer("Points open", compute="_compute_open_flag_count")
    sold_days = fields.Float("Days sold", compute="_compute_sold", store=True)
    customising_sold = fields.Boolean(
        compute="_compute_sold", store=True, help="The order has a product that allows it."
    )
    order_cancelled = fields.Boolean(compute="_compute_sold", store=True)
    usual_days = fields.Float(
        compute="_compute_scope", store=True, help="Days that the applications in scope usually take."
    )
    needed_days = fields.Float(
        "Days needed", compute="_compute_scope", store=True, help="As estimated on the project, else as usual."
    )
    app_count = fields.Integer("Applications in scope", compute="_compute_scope", store=True)
    missing_app_count = fields.Integer(
        "Applications not sold", compute="_compute_scope", store=True, help="In scope, but not on the order."
    )
    unknown_app_count = fields.Integer("Applications without usual days", compute="_compute_scope", store=True)
    days_short = fields.Float("Days missing", compute="_compute_days_short", store=True)
    days_until_deadline = fields.Float(
        "Working days until the date",
        compute="_compute_days_until_deadline",
        store=True,
        help="Working days in the calendar of the consultant, without leave, from today until the client's date.",
    )
    deadline_short_days = fields.Float(
        "Days missing until the date", compute="_compute_deadline_short_days", store=True
    )
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

    # what changes on an order marks these itself (_refresh), so that orders without a hand-over cost nothing more
    @api.depends("order_ids")
    def _compute_sold(self):
        self.sudo()._prefetch_orders()
        for intake in self:
            # what was sold is the fact; the prices and the rest of the order stay where they are
            days, products = intake.sudo()._get_sold()
            intake.sold_days = days
            intake.customising_sold = any(product.is_customising for product in products)
            intake.order_cancelled = intake.is_from_order and not intake.sudo()._get_counted_orders()

    @api.depends("app_ids.is_needed", "app_ids.is_sold", "app_ids.usual_days", "app_ids.needed_days")
    def _compute_scope(self):
        for intake in self:
            apps = intake.app_ids.filtered("is_needed")
            intake.app_count = len(apps)
            intake.usual_days = sum(apps.mapped("usual_days"))
            intake.needed_days = sum(apps.mapped("needed_days"))
            intake.missing_app_count = len(apps.filtered(lambda app: not app.is_sold))
            intake.unknown_app_count = len(apps.filtered(lambda app: not app.usual_days and not app.estimated_on))

    @api.depends("needed_days", "sold_days")
    def _compute_days_short(self):
        for intake in self:
            intake.days_short = handover.short_of(intake.needed_days, intake.sold_days)

    @api.depends("client_deadline", "project_id", "company_id")
    def _compute_days_until_deadline(self):
        dated = self.filtered("client_deadline")
        (self - dated).days_until_deadline = 0.0
        by_calendar = defaultdict(lambda: self.browse())
        workers = dated._get_workers()
        for intake in dated:
            by_calendar[workers[intake][0]] |= intake
        for calendar, intakes in by_calendar.items():
            intakes._count_days_until_deadline(calendar, {intake: workers[intake][1] for intake in intakes})

    @api.depends("needed_days", "sold_days", "client_deadline", "days_until_deadline")
    def _compute_deadline_short_days(self):
        for intake in self:
            work = handover.days_to_work(intake.needed_days, intake.sold_days)
            intake.deadline_short_days = (
                handover.short_of(work, intake.days_until_deadline) if intake.client_deadline else 0.0
            )

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
        elif not vals.keys().isdisjoint(SALES_FIELDS):
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

    def _is_shortage_to_tell(self):
        """Tell whether days are missing, and not as many as the client was told last."""
        self.ensure_one()
        told = self.shortage_told_days if self.shortage_told_on and self.shortage_told_by_id else 0.0
        return bool(self.days_short) and bool(float_compare(self.days_short, told, precision_digits=2))

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

    def _get_counted_orders(self):
        """Return the orders that sell to this hand-over: confirmed ones to a project, quotations before there is one.

        :rtype: sale.order
        """
        states = ("sale",) if self.project_id else ("draft", "sent", "sale")
        return (self.order_ids | self.order_id).filtered(lambda order: order.state in states)

    def _get_sold(self):
        """Return what is sold to this hand-over.

        :return: the days of all lines; for each product its days, in the order of the lines
        :rtype: tuple
        """
        self.ensure_one()
        lines = self._get_counted_orders().order_line
        return lines.filtered(lambda line: line._get_handover() == self)._sum_sold()

    def _is_shortage_settled(self):
        """Tell whether the days sold are known to be enough, or the client was told by somebody how many are missing.

        :rtype: bool
        """
        self.ensure_one()
        is_told = self.shortage_told_on and self.shortage_told_by_id and self.days_short <= self.shortage_told_days
        return bool(is_told or not (self.days_short or self.unknown_app_count))

    def _prepare_further_values(self):
        """Return what sales wrote here and is as true of another project of the same order."""
        self.ensure_one()
        known = SALES_FIELDS | ASKED_FIELDS | {"told_by_id", "told_to_id", "told_on"}
        return self._convert_to_write({name: self[name] for name in known - {"app_ids"}})

    @api.model
    def _get_watched_domain(self):
        """Return the domain of the hand-overs whose red flags follow their causes: those of projects that run."""
        return Domain(
            [("project_id.active", "=", True), ("project_id.stage_id.fold", "=", False), ("project_id", "!=", False)]
        )

    def _get_workers(self):
        """Return who does the work of these hand-overs: the consultant, or nobody yet.

        :return: for each the calendar and the resource, which may be empty
        :rtype: dict
        """
        # project users may not read each other's employees; only how much time they have is used
        Employee = self.env["hr.employee"].sudo()
        projects = self.sudo().project_id
        employees = Employee.search([("user_id", "in", projects.user_id.ids)]) if projects.user_id else Employee
        by_user = employees.grouped("user_id")
        workers = {}
        for intake in self:
            company = intake.sudo().company_id or self.env.company
            found = by_user.get(intake.sudo().project_id.user_id, Employee)
            employee = found.filtered(lambda it, company=company: it.company_id == company)[:1] or found[:1]
            calendar = employee.resource_calendar_id or company.resource_calendar_id
            workers[intake] = (calendar, employee.resource_id)
        return workers

    def _count_days_until_deadline(self, calendar, resources):
        """Count the working days that people of one calendar have until the clients' dates, their leave left out.

        :param resource.calendar calendar: may be empty: then nobody knows, and 0 are counted
        :param dict resources: for each hand-over who does the work; may be empty
        """
        if not calendar:
            self.days_until_deadline = 0.0
            return
        zone = pytz.timezone(calendar.tz or "UTC")
        start = zone.localize(datetime.combine(fields.Date.context_today(self), time.min))
        end = zone.localize(datetime.combine(max(self.mapped("client_deadline")), time.max))
        people = self.env["resource.resource"].sudo().concat(*resources.values())
        found = calendar.sudo()._work_intervals_batch(start, end, resources=people) if end > start else {}
        for intake in self:
            until = zone.localize(datetime.combine(intake.client_deadline, time.max))
            worked = [it for it in found.get(resources[intake].id, ()) if it[0] <= until]
            days = calendar.sudo()._get_attendance_intervals_days_data(worked)["days"] if worked else 0.0
            intake.days_until_deadline = days

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

    def _prefetch_orders(self):
        """Read at once what is looked at order by order."""
        self.mapped("salesperson_id")
        orders = self.order_ids | self.order_id
        orders.mapped("state")
        orders.handover_ids.mapped("project_id")
        lines = orders.order_line
        lines.mapped("product_uom_qty")
        lines.product_id.mapped("is_scope_app")
        lines.product_uom_id.mapped("relative_factor")
        orders.team_id.mapped("user_id")

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

    def _run_rules(self):
        """Make red flags follow their causes: each hit once, withdrawn when it is gone, an answer kept."""
        intakes = self.sudo().filtered("project_id").filtered_domain(self._get_watched_domain())
        if not intakes:
            return
        hits = self.env["project.intake.rule"].sudo().search([("active", "=", True)])._get_hits(intakes)
        current = [("intake_id", "in", intakes.ids), ("rule_id", "!=", False), ("is_current", "=", True)]
        intakes._sync_flags(hits, self.env["project.open.point"].sudo().search(current))

    def _sync_flags(self, hits, flags):
        """Open, reopen and withdraw red flags.

        :param dict hits: for each rule the hand-overs that it finds, ``None`` if it is broken: then its flags stay
        :param project.open.point flags: those that are current
        """
        flags = flags.with_context(mail_activity_quick_update=True)
        present = {(flag.intake_id, flag.rule_id): flag for flag in flags}
        found = {(intake, rule) for rule, intakes in hits.items() for intake in intakes or ()}
        broken = {rule for rule, intakes in hits.items() if intakes is None}
        gone = [flag for key, flag in present.items() if key not in found and flag.rule_id not in broken]
        # what the rules find waits in the list of activities, without a mail for each
        Point = self.env["project.open.point"].sudo().with_context(mail_activity_quick_update=True)
        Point.concat(*gone)._withdraw_without_cause()
        Point.concat(
            *(present[key] for key in found if key in present and present[key].state == "withdrawn")
        )._raise_again()
        self._hand_flags_to_owners(present)
        order = {rule: number for number, rule in enumerate(hits)}
        new = sorted((key for key in found if key not in present), key=lambda key: (key[0].id, order[key[1]]))
        Point.create([intake._prepare_flag_values(rule) for intake, rule in new])

    def _hand_flags_to_owners(self, flags):
        """Give open red flags to whoever answers for them now.

        :param dict flags: for each pair of hand-over and rule its red flag
        """
        owners = {flag: intake._get_owner(rule) for (intake, rule), flag in flags.items() if flag.state == "open"}
        Point = self.env["project.open.point"].sudo()
        changed = Point.concat(*(flag for flag, owner in owners.items() if flag.user_id != owner))
        for owner, points in changed.grouped(owners.get).items():
            points.user_id = owner

    def _prepare_flag_values(self, rule):
        """Return the values of the red flag that a rule raises on a hand-over, in the language of its owner."""
        self.ensure_one()
        owner = self._get_owner(rule)
        worded = rule.with_context(lang=owner.lang or self.env.lang)
        return {
            "name": worded.name,
            "description": worded.message,
            "intake_id": self.id,
            "project_id": self.project_id.id,
            "rule_id": rule.id,
            "kind": "red_flag",
            "user_id": owner.id,
            "is_blocking": rule.is_blocking,
        }

    def _get_owner(self, rule):
        """Return who has to answer a rule: the salesperson, or the leader of the team if there is one.

        Where nobody sold the project its consultant answers, else who works on it at this moment.

        :rtype: res.users
        """
        self.ensure_one()
        leader = self.order_id.team_id.user_id if rule.owner == "sales_manager" else self.salesperson_id
        # nobody who has left answers anything
        present = (leader | self.salesperson_id | self.project_id.user_id).filtered("active")
        return present[:1] or self.env.user

    def _prepare_draft_values(self):
        """Return what a draft of this hand-over takes over from it, to look at the rules before an order is saved."""
        # without the project itself: a draft would show among its hand-overs
        names = SALES_FIELDS - {"app_ids"} | {"days_until_deadline", "has_spoc"}
        return self._convert_to_write({name: self[name] for name in names}) if self else {}
