from odoo import api, fields, models
from odoo.fields import Domain

from ..logic.packs import TINY

# the share of a pack, in percent, from which few hours are left, where the company alerts at none below 100
USUAL_LIMIT = 80


class ProjectPackViewMixin(models.AbstractModel):
    """What lists and forms of packs show beside the balance."""

    _name = "project.pack.view.mixin"
    _description = "Screens of a Pack"

    offered_hours = fields.Float("Hours offered", compute="_compute_other_hours")
    awaiting_hours = fields.Float("Hours awaiting consent", compute="_compute_other_hours")
    entry_count = fields.Integer("Entries", compute="_compute_other_hours")
    balance_state = fields.Selection(
        [
            ("waiting", "Waiting for a project"),
            ("open", "Open"),
            ("low", "Few hours left"),
            ("used_up", "Used up"),
            ("closed", "Closed"),
        ],
        string="Balance",
        compute="_compute_balance_state",
        search="_search_balance_state",
    )
    can_choose_project = fields.Boolean(compute="_compute_can_choose_project", export_string_translation=False)

    # === COMPUTE METHODS === #

    @api.depends("entry_ids.unit_amount", "entry_ids.pack_use")
    def _compute_other_hours(self):
        rows = (
            self.env["account.analytic.line"]
            .sudo()
            ._read_group(
                [("pack_id", "in", self.ids)],
                ["pack_id", "pack_use", "product_uom_id"],
                ["unit_amount:sum", "__count"],
            )
        )
        hours, counts = {}, {}
        for pack, use, unit, amount, count in rows:
            hours[pack.id, use] = hours.get((pack.id, use), 0.0) + self._to_hours(amount, unit.id)
            counts[pack.id] = counts.get(pack.id, 0) + count
        for pack in self:
            key = pack._origin.id
            pack.offered_hours = hours.get((key, "offered"), 0.0)
            pack.awaiting_hours = hours.get((key, "awaiting"), 0.0)
            pack.entry_count = counts.get(key, 0)

    @api.depends("project_id", "is_closed", "available_hours", "used_share")
    def _compute_balance_state(self):
        for pack in self:
            if pack.is_closed:
                pack.balance_state = "closed"
            elif not pack.project_id:
                pack.balance_state = "waiting"
            elif pack.available_hours <= TINY:
                pack.balance_state = "used_up"
            else:
                is_low = pack.used_share >= pack.sudo().project_id._get_low_share()
                pack.balance_state = "low" if is_low else "open"

    @api.model
    def _search_balance_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        packs = self.sudo().search([])
        return Domain("id", "in", packs.filtered(lambda pack: pack.balance_state in value).ids)

    @api.depends("project_id", "salesperson_id")
    @api.depends_context("uid")
    def _compute_can_choose_project(self):
        is_manager = self.env.user.has_group("project.group_project_manager")
        sees_projects = self.env["project.project"].has_access("read")
        for pack in self:
            mine = is_manager or (sees_projects and pack.salesperson_id == self.env.user)
            pack.can_choose_project = bool(pack._origin) and not pack.project_id and mine

    # === ACTIONS === #

    def action_view_entries(self):
        """Open the time of this pack as a list."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_pack_action_entries"),
            "domain": [("pack_id", "=", self.id)],
        }

    def action_view_order(self):
        """Open the order that has sold this pack."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.sudo().order_id.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    def _assign_project(self, project):
        """Give a pack that waits its project, with the time that is on its order line already.

        :param project.project project: with a lifecycle
        """
        self.ensure_one()
        pack = self.sudo()
        pack.project_id = project
        pack._adopt_entries()
        pack.activity_feedback(["mail.mail_activity_data_todo"])
        pack._follow_lines()
