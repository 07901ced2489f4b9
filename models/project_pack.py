from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..logic.packs import PackFacts, PackLedger

# what the ledgers of packs, and the assignment of time to them, read
LEDGER_FIELDS = [
    "project_id",
    "sale_line_id",
    "salesperson_id",
    "date",
    "date_from",
    "date_to",
    "purchased_hours",
    "is_cancelled",
    "alerted_share",
]

# what of time entries the balances of packs are summed up from
SUMMED_FIELDS = ["pack_id", "pack_use", "unit_amount", "product_uom_id", "so_line", "project_id", "date"]
# what follows from the order, and what was alerted of
ORDER_FACTS = {"sale_line_id", "is_cancelled", "alerted_share"}


class ProjectPack(models.Model):
    """Hours or days that a client has bought in advance, for one project (S2.48)."""

    _name = "project.pack"
    _description = "Consulting Pack"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "project.pack.ledger.mixin",
        "project.pack.forecast.mixin",
        "project.pack.client.mixin",
        "project.pack.view.mixin",
        "project.pack.alert.mixin",
        "project.pack.quotation.mixin",
    ]
    _order = "date, id"

    name = fields.Char(compute="_compute_name", store=True, readonly=False, required=True, precompute=True)
    project_id = fields.Many2one("project.project", index="btree_not_null", ondelete="cascade", tracking=True)
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, index=True, precompute=True, ondelete="restrict"
    )
    partner_id = fields.Many2one("res.partner", string="Client", compute="_compute_partner_id")
    project_partner_id = fields.Many2one(related="project_id.partner_id", string="Client of the project")
    sale_line_id = fields.Many2one(
        "sale.order.line",
        string="Order line",
        readonly=True,
        copy=False,
        # time that was taken from it keeps the pack, and with it the line
        ondelete="cascade",
        help="What was bought. Packs without one were bought elsewhere, and are entered by hand.",
    )
    order_id = fields.Many2one(related="sale_line_id.order_id", string="Order")
    salesperson_id = fields.Many2one(
        "res.users", compute="_compute_salesperson_id", store=True, readonly=False, index=True, ondelete="set null"
    )
    date = fields.Date(compute="_compute_date", store=True, readonly=False, required=True, precompute=True)
    date_from = fields.Date("Valid from")
    date_to = fields.Date("Valid until")
    purchased_hours = fields.Float(
        "Hours bought", compute="_compute_purchased_hours", store=True, readonly=False, precompute=True, tracking=True
    )
    is_cancelled = fields.Boolean(
        "Order cancelled", compute="_compute_is_cancelled", store=True, help="Takes no more time."
    )
    is_closed = fields.Boolean("Takes no time", compute="_compute_is_closed", help="Cancelled, or not valid any more.")
    entry_ids = fields.One2many("account.analytic.line", "pack_id", string="Time entries")
    used_hours = fields.Float("Hours used", compute="_compute_balance")
    remaining_hours = fields.Float(
        "Hours remaining",
        compute="_compute_balance",
        help="Bought less used; negative where more was used than bought.",
    )
    available_hours = fields.Float(
        "Hours available",
        compute="_compute_balance",
        help="What can still be used: the excess of a pack is carried over to the one that follows.",
    )
    used_share = fields.Float("Used", compute="_compute_balance", help="In percent of what was bought.")
    last_entry_date = fields.Date("Last entry", compute="_compute_last_entry_date")
    alerted_share = fields.Integer(copy=False, export_string_translation=False)

    _one_per_line = models.Constraint("UNIQUE(sale_line_id)", "Each order line is one pack.")
    _validity_in_order = models.Constraint(
        "CHECK(date_from IS NULL OR date_to IS NULL OR date_to >= date_from)",
        "A pack ends after it begins: put the days of its validity in order.",
    )
    _something_bought = models.Constraint(
        "CHECK(sale_line_id IS NOT NULL OR purchased_hours > 0)", "A pack entered by hand holds more than 0 hours."
    )
    _assigned_or_sold = models.Constraint(
        "CHECK(project_id IS NOT NULL OR sale_line_id IS NOT NULL)", "A pack entered by hand belongs to a project."
    )

    # === COMPUTE METHODS === #

    @api.depends("sale_line_id")
    def _compute_name(self):
        for pack in self:
            line = pack.sale_line_id.sudo()
            if line:
                pack.name = f"{line.order_id.name}: {line.product_id.display_name}"
            else:
                pack.name = pack.name or self.env._("Pack")

    @api.depends("sale_line_id", "project_id")
    def _compute_company_id(self):
        for pack in self:
            pack.company_id = pack.sale_line_id.sudo().company_id or pack.project_id.sudo().company_id

    @api.depends("sale_line_id.order_partner_id", "project_id.partner_id")
    def _compute_partner_id(self):
        for pack in self:
            pack.partner_id = (pack.sale_line_id.sudo().order_partner_id or pack.project_id.sudo().partner_id).sudo(
                self.env.su
            )

    @api.depends("sale_line_id")
    def _compute_salesperson_id(self):
        for pack in self:
            pack.salesperson_id = pack.sale_line_id.sudo().order_id.user_id or pack.salesperson_id

    @api.depends("sale_line_id")
    def _compute_date(self):
        for pack in self:
            ordered = pack.sale_line_id.sudo().order_id.date_order
            pack.date = (ordered and ordered.date()) or pack.date or fields.Date.context_today(pack)

    @api.depends("sale_line_id")
    def _compute_purchased_hours(self):
        hour = self.env.ref("uom.product_uom_hour")
        for pack in self:
            line = pack.sale_line_id.sudo()
            if line:
                pack.purchased_hours = line.product_uom_id._compute_quantity(
                    line.product_uom_qty, hour, round=False, raise_if_failure=False
                )
            else:
                pack.purchased_hours = pack.purchased_hours

    @api.depends("sale_line_id")
    def _compute_is_cancelled(self):
        for pack in self:
            line = pack.sale_line_id.sudo()
            pack.is_cancelled = bool(line) and line.state != "sale"

    @api.depends("is_cancelled", "date_to")
    def _compute_is_closed(self):
        today = fields.Date.context_today(self)
        for pack in self:
            pack.is_closed = pack.is_cancelled or bool(pack.date_to and pack.date_to < today)

    @api.depends("entry_ids.unit_amount", "entry_ids.pack_use", "purchased_hours", "is_closed", "date", "project_id")
    def _compute_balance(self):
        packs = self.sudo()._origin
        waiting = packs.filtered(lambda pack: not pack.project_id)
        ledgers = (packs._get_of_projects(packs.project_id) | waiting)._build_ledgers()
        for pack in self:
            ledger, key = ledgers.get(pack._origin.project_id.id), pack._origin.id
            if ledger and key in ledger:
                pack.remaining_hours, pack.available_hours = ledger.remaining(key), ledger.available(key)
                pack.used_share = 100 * ledger.share(key)
            else:
                pack.remaining_hours = pack.available_hours = pack.purchased_hours
                pack.used_share = 0.0
            pack.used_hours = pack.purchased_hours - pack.remaining_hours

    @api.depends("entry_ids.date")
    def _compute_last_entry_date(self):
        rows = (
            self.env["account.analytic.line"]
            .sudo()
            ._read_group([("pack_id", "in", self.ids)], ["pack_id"], ["date:max"])
        )
        latest = {pack.id: day for pack, day in rows}
        for pack in self:
            pack.last_entry_date = latest.get(pack._origin.id)

    @api.constrains("project_id")
    def _check_project(self):
        for pack in self.filtered("project_id"):
            if not pack.project_id.sudo().lifecycle_id:
                raise ValidationError(
                    self.env._(
                        "%(project)s has no lifecycle: packs belong to projects with one.",
                        project=pack.project_id.display_name,
                    )
                )
            if pack.entry_ids.project_id - pack.project_id:
                raise ValidationError(
                    self.env._("%(pack)s holds time of its project: it stays there.", pack=pack.display_name)
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Make packs; those of order lines come from the orders alone.

        :raises UserError: if somebody sets what follows from an order
        """
        self._check_order_facts_untouched(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """Change packs; what follows from the order of one is changed there.

        :raises UserError: if somebody changes the hours of a pack that follows an order line, or another fact of it
        """
        if "purchased_hours" in vals and not self.env.su and self.sale_line_id:
            raise UserError(
                self.env._(
                    "%(pack)s follows its order: change the quantity on %(order)s.",
                    pack=self.filtered("sale_line_id")[0].display_name,
                    order=self.sale_line_id.sudo().order_id[0].name,
                )
            )
        self._check_order_facts_untouched([vals])
        return super().write(vals)

    def _check_order_facts_untouched(self, vals_list):
        """Check that nobody sets by hand what packs take from their orders.

        :raises UserError: if somebody does
        """
        if not self.env.su and any(not ORDER_FACTS.isdisjoint(vals) for vals in vals_list):
            raise UserError(
                self.env._(
                    "Which order a pack comes from, and whether that was cancelled, follows from the order:"
                    " confirm or cancel it, or use Packs from orders on the project."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = self.env["account.analytic.line"].sudo().search([("pack_id", "in", self.ids)], limit=1).pack_id
        if used:
            raise UserError(
                self.env._(
                    "Time was taken from %(pack)s: it cannot be deleted. Give it an end of validity instead.",
                    pack=used.display_name,
                )
            )

    # === BUSINESS METHODS === #

    @api.model
    def _get_used_hours(self, pack_ids, assigned=None):
        """Return the deducted hours of packs, and the day of the last entry on each, in one query.

        :param list pack_ids: ids of packs
        :param account.analytic.line assigned: entries that are getting their pack just now, and are on none yet
        :return: hours and day by the id of the pack; only packs with time
        :rtype: dict[int, tuple]
        """
        if not pack_ids:
            return {}
        self._flush_entries(assigned)
        self.flush_model(["sale_line_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT pack_id, product_uom_id, SUM(unit_amount) FILTER (WHERE pack_use = 'deducted'), MAX(date)
                  FROM account_analytic_line
                 WHERE pack_id = ANY(%(ids)s)
                 GROUP BY pack_id, product_uom_id
                 UNION ALL
                SELECT p.id, l.product_uom_id, SUM(l.unit_amount), NULL
                  FROM project_pack p
                  JOIN account_analytic_line l ON l.so_line = p.sale_line_id
                 WHERE p.id = ANY(%(ids)s) AND l.pack_id IS NULL AND l.project_id IS NOT NULL
                 GROUP BY p.id, l.product_uom_id
                """,
                ids=pack_ids,
            )
        )
        factors = {unit_id: self._to_hours(1.0, unit_id) for unit_id in {row[1] for row in rows}}
        found = {}
        for pack_id, unit_id, amount, day in rows:
            hours, latest = found.get(pack_id, (0.0, None))
            latest = day if latest is None or (day and day > latest) else latest
            found[pack_id] = hours + (amount or 0.0) * factors[unit_id], latest
        return found

    @api.model
    def _flush_entries(self, assigned=None):
        """Write what the balances of packs are summed up from.

        :param account.analytic.line assigned: entries that count for nothing yet. Odoo must not look for their order
            lines now, and writes them once, with their pack
        """
        entries = self.env["account.analytic.line"]
        if assigned is None:
            entries.flush_model(SUMMED_FIELDS)
            return
        names = ["pack_id", "pack_use", "unit_amount", "product_uom_id"]
        entries._recompute_model(names)
        dirty = self.env.transaction.field_dirty
        waiting = {entry_id for name in names for entry_id in dirty.get(entries._fields[name], ())}
        if waiting - set(assigned.ids):
            entries.flush_model(names)

    @api.model
    def _to_hours(self, amount, unit_id):
        unit, hour = self.env["uom.uom"].browse(unit_id), self.env["sale.order.line"]._get_unit("hour")
        if not unit or unit == hour:
            return amount
        return unit._compute_quantity(amount, hour, round=False, raise_if_failure=False)

    def _get_facts(self, assigned=None):
        """Return what the arithmetic of packs wants to know of these.

        :rtype: list[PackFacts]
        """
        rows = [
            (pack.id, pack.purchased_hours, pack.date_from, pack.date_to, pack.is_cancelled)
            for pack in self.sorted(lambda pack: (pack.date, pack.id))
        ]
        return self._make_facts(rows, self._get_used_hours(self.ids, assigned))

    @api.model
    def _make_facts(self, rows, used):
        """Return facts of packs.

        :param list rows: id, hours bought, first and last day of the validity, whether the order was cancelled
        :param dict used: hours and last day by the id of the pack
        :rtype: list[PackFacts]
        """
        today = fields.Date.context_today(self)
        facts = []
        for key, bought, first, last, cancelled in rows:
            hours, latest = used.get(key) or (0.0, None)
            closed = cancelled or bool(last and last < today)
            facts.append(PackFacts(key, bought or 0.0, hours, latest, first, last, closed, cancelled))
        return facts

    def _follow_lines(self):
        """Take over what changed on the order lines of these packs, and alert where that is due.

        Asked by the orders: if the fields depended on them, each order without a pack would cost a query more.
        """
        packs = self.sudo()
        packs.modified(["sale_line_id"])
        packs._recompute_recordset()
        packs._watch()

    @api.model
    def _get_of_projects(self, projects):
        """Return the packs of projects, oldest first; nothing is asked of the database for none.

        :param project.project projects: any
        :rtype: project.pack
        """
        return self.search_fetch([("project_id", "in", projects.ids)], LEDGER_FIELDS) if projects else self.browse()

    def _build_ledgers(self, assigned=None):
        """Return the ledgers of projects all of whose packs these are, in one query.

        Packs that wait for their project are a ledger together, under the key False.

        :return: by the id of the project
        :rtype: dict[int, PackLedger]
        """
        groups = {}
        for fact in self._get_facts(assigned):
            groups.setdefault(self.browse((fact.key,)).project_id.id, []).append(fact)
        return {project_id: PackLedger(group) for project_id, group in groups.items()}

    @api.model
    def _get_ledgers(self, projects):
        """Return the ledgers of projects, without a record for each pack: lists may be long. In two queries.

        :param project.project projects: any; nothing is asked of the database for none
        :return: by the id of the project; only of projects with packs
        :rtype: dict[int, PackLedger]
        """
        if not projects:
            return {}
        self.flush_model(LEDGER_FIELDS)
        rows = self.env.execute_query(
            SQL(
                "SELECT id, purchased_hours, date_from, date_to, is_cancelled, project_id FROM project_pack"
                " WHERE project_id = ANY(%s) ORDER BY date, id",
                list(projects.ids),
            )
        )
        facts = self._make_facts([row[:-1] for row in rows], self._get_used_hours([row[0] for row in rows]))
        groups = {}
        for row, fact in zip(rows, facts, strict=True):
            groups.setdefault(row[-1], []).append(fact)
        return {project_id: PackLedger(group) for project_id, group in groups.items()}

    def _adopt_entries(self):
        """Bind the time of the project that is on the order line of these packs already."""
        entries = self.env["account.analytic.line"].sudo()
        for pack in self.filtered("sale_line_id"):
            domain = [
                ("so_line", "=", pack.sale_line_id.id),
                ("project_id", "=", pack.project_id.id),
                ("pack_id", "=", False),
            ]
            adopted = entries.search(domain)
            if adopted:
                self.env.execute_query(
                    SQL(
                        """
                        UPDATE account_analytic_line
                           SET pack_id = %s, pack_project_id = project_id, pack_use = COALESCE(pack_use, 'deducted')
                         WHERE id = ANY(%s) RETURNING id
                        """,
                        pack.id,
                        list(adopted.ids),
                    )
                )
                adopted.invalidate_recordset(["pack_id", "pack_project_id", "pack_use"])
                pack.invalidate_recordset(["entry_ids"])

    def _ask_for_project(self):
        """Ask the salesperson, or who runs one of the projects in question, to choose the project of packs."""
        for pack in self:
            seller = pack.salesperson_id
            projects = pack.sale_line_id._get_pack_projects()
            chooser = seller if seller.has_group("project.group_project_user") else projects.user_id[:1] or seller
            pack.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=(chooser or self.env.user).id,
                summary=self.env._("Choose the project of this pack"),
            )

    def _is_valid_on(self, day):
        """Tell whether the validity of a pack, if it has one, holds on a day.

        :param date day: any
        """
        self.ensure_one()
        return not (self.date_from and day < self.date_from) and not (self.date_to and day > self.date_to)

    def _lock(self):
        """Let only one transaction at a time take time from these packs: the other one is done again by Odoo."""
        if self:
            self.env.execute_query(
                SQL("UPDATE project_pack SET id = id WHERE id = ANY(%s) RETURNING id", list(self.ids))
            )

    def _watch(self, ledger=None):
        """Send the alerts that are due on these packs; one that has grown may alert again.

        :param PackLedger ledger: of their project; looked up if not given
        """
        packs = self.sudo()
        if ledger is None:
            ledgers = packs._get_of_projects(packs.project_id)._build_ledgers()
        for pack in packs.filtered(lambda pack: pack.project_id and not pack.is_closed):
            mine = ledgers[pack.project_id.id] if ledger is None else ledger
            share = 100 * mine.share(pack.id) if pack.id in mine else 0.0
            shares = pack.project_id._get_alert_shares()
            reached = max((limit for limit in shares if share >= limit - 1e-6), default=0)
            if reached < pack.alerted_share:
                pack.alerted_share = reached
                pack._withdraw_alerts()
            elif reached > pack.alerted_share:
                pack.alerted_share = reached
                pack._alert(reached, mine)
