from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

# what follows from the order, and what was alerted of
ORDER_FACTS = {"sale_line_id", "is_cancelled", "alerted_share"}


class ProjectPack(models.Model):
    """Hours or days that a client has bought in advance, for one project (S2.48)."""

    _name = "project.pack"
    _description = "Consulting Pack"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "project.pack.balance.mixin",
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

    def _follow_lines(self):
        """Take over what changed on the order lines of these packs, and alert where that is due.

        Asked by the orders: if the fields depended on them, each order without a pack would cost a query more.
        """
        packs = self.sudo()
        packs.modified(["sale_line_id"])
        packs._recompute_recordset()
        packs._watch()

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
