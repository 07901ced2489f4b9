from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..logic.packs import PackLedger
from .project_pack_entry_mixin import PacksStay

# what ties a project to the orders that pay for it
SALE_FIELDS = {"sale_line_id", "reinvoiced_sale_order_id"}


class ProjectPackMixin(models.AbstractModel):
    """The packs of a project, and what they have left."""

    _name = "project.pack.mixin"
    _description = "Packs of a Project"

    pack_ids = fields.One2many("project.pack", "project_id", string="Packs", groups="base.group_user")
    pack_count = fields.Integer(compute="_compute_pack_balance", groups="base.group_user")
    pack_purchased_hours = fields.Float("Hours bought", compute="_compute_pack_balance", groups="base.group_user")
    pack_used_hours = fields.Float("Hours used", compute="_compute_pack_balance", groups="base.group_user")
    pack_remaining_hours = fields.Float(
        "Hours left",
        compute="_compute_pack_balance",
        groups="base.group_user",
        help="What all packs together have left; negative if more was used than bought.",
    )
    pack_last_entry_date = fields.Date("Last entry", compute="_compute_pack_balance", groups="base.group_user")

    # === COMPUTE METHODS === #

    @api.depends("pack_ids.purchased_hours", "pack_ids.is_closed", "pack_ids.entry_ids.unit_amount")
    def _compute_pack_balance(self):
        ledgers = self.env["project.pack"].sudo()._get_ledgers(self.filtered("lifecycle_id")._origin)
        nothing = PackLedger(())
        for project in self:
            ledger = ledgers.get(project._origin.id, nothing)
            project.pack_count = len(ledger)
            project.pack_purchased_hours = ledger.purchased
            project.pack_remaining_hours = ledger.total
            project.pack_used_hours = ledger.used
            project.pack_last_entry_date = ledger.latest

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Make the packs of orders that projects with a lifecycle are made for."""
        projects = super().create(vals_list)
        sold = [vals.get("lifecycle_id") and not SALE_FIELDS.isdisjoint(vals) for vals in vals_list]
        if any(sold):
            projects._create_packs_from_orders()
        return projects

    def write(self, vals):
        """Keep time on its pack when a project is not billable any more, which takes order lines off entries.

        A lifecycle, or an order, that comes to the project brings its packs along.
        """
        projects = self
        if not vals.get("allow_billable", True):
            projects = self.with_context(packs_stay=PacksStay("not billable"))
        res = super(ProjectPackMixin, projects).write(vals)
        if "company_id" in vals:
            followed = self.filtered("lifecycle_id")
            self.env["project.pack"].sudo()._get_of_projects(followed)._compute_company_id()
        if vals.get("lifecycle_id"):
            self._keep_entries_off_packs()
        if vals.get("lifecycle_id") or not SALE_FIELDS.isdisjoint(vals):
            self._create_packs_from_orders()
        return res

    # === BUSINESS METHODS === #

    def _create_packs_from_orders(self):
        """Make the packs of the confirmed orders of those of these projects that have a lifecycle; sends no mail."""
        followed = self.sudo().filtered("lifecycle_id")
        if followed:
            followed._get_pack_order_lines()._create_packs()

    def _keep_entries_off_packs(self):
        """Remember that the time which is there was logged without packs: what is spent does not move."""
        if not self.ids:
            return
        entries = self.env["account.analytic.line"]
        entries.flush_model(["project_id", "pack_project_id"])
        self.env.execute_query(
            SQL(
                """
                UPDATE account_analytic_line SET pack_project_id = project_id
                 WHERE project_id = ANY(%s) AND pack_project_id IS NULL RETURNING id
                """,
                list(self.ids),
            )
        )
        entries.invalidate_model(["pack_project_id"])

    def _get_pack_order_lines(self):
        """Return the confirmed order lines whose time these projects may spend: theirs, and their orders'.

        :rtype: sale.order.line
        """
        orders = self.reinvoiced_sale_order_id | self.sale_line_id.order_id
        domain = Domain("project_id", "in", self.ids) | Domain("order_id.project_id", "in", self.ids)
        domain |= Domain("order_id", "in", orders.ids)
        return self.env["sale.order.line"].search(domain & Domain("state", "=", "sale"))

    def _refuses_excess(self):
        """Tell whether time beyond the packs of this project is refused."""
        return self._get_pack_company().pack_policy == "block"

    def _get_alert_shares(self):
        """Return the shares of a pack, in percent, at which the consultant and the salesperson are told.

        :rtype: list[int]
        """
        return self._get_pack_company()._get_pack_alert_shares()

    def _get_pack_company(self):
        """Return the company whose rules on packs hold for this project.

        :rtype: res.company
        """
        return (self.company_id or self.env.company).sudo()
