from collections import defaultdict
from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.tools import float_compare

from ..logic import handover


class ProjectIntakeFiguresMixin(models.AbstractModel):
    """What orders, applications and calendars say about a hand-over, in days (S2.17, S2.19, S2.30)."""

    _name = "project.intake.figures.mixin"
    _description = "Figures of a Hand-over"

    shortage_told_by_id = fields.Many2one("res.users", string="Client told by", domain=[("share", "=", False)])
    shortage_told_days = fields.Float(
        "Days told",
        readonly=True,
        copy=False,
        help="How many days were missing when the client was told; more are told anew.",
    )
    shortage_told_to = fields.Char("Who was told", help="Who of the client was told that the days are not enough.")
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

    def _get_told_days(self):
        """Return how many missing days somebody told the client of; None if nobody has.

        :rtype: float
        """
        self.ensure_one()
        return self.shortage_told_days if self.shortage_told_on and self.shortage_told_by_id else None

    def _is_shortage_to_tell(self):
        """Tell whether days are missing, and not as many as the client was told last."""
        told = self._get_told_days() or 0.0
        return bool(self.days_short) and bool(float_compare(self.days_short, told, precision_digits=2))

    def _is_shortage_settled(self):
        """Tell whether the days sold are known to be enough, or the client was told by somebody how many are missing.

        :rtype: bool
        """
        told = self._get_told_days()
        is_told = told is not None and self.days_short <= told
        return bool(is_told or not (self.days_short or self.unknown_app_count))

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
