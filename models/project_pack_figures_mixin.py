from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..logic.packs import TINY
from .project_pack_view_mixin import USUAL_LIMIT


class ProjectPackFiguresMixin(models.AbstractModel):
    """The balance of a project's packs wherever it helps: card, list, form, right panel (S2.128)."""

    _name = "project.pack.figures.mixin"
    _description = "Balance of the Packs of a Project"

    pack_state = fields.Selection(
        [("left", "Hours left"), ("low", "Few hours left"), ("used_up", "Used up")],
        string="Packs' balance",
        compute="_compute_pack_state",
        search="_search_pack_state",
        groups="base.group_user",
    )
    pack_used_share = fields.Float(
        "Packs used", compute="_compute_pack_state", groups="base.group_user", help="In percent of what did not lapse."
    )
    pack_lapsed_hours = fields.Float(
        "Hours lapsed",
        compute="_compute_pack_state",
        groups="base.group_user",
        help="What was left in packs whose order was cancelled, or that are not valid any more.",
    )
    pack_offered_hours = fields.Float("Hours offered", compute="_compute_pack_other_hours", groups="base.group_user")
    pack_awaiting_hours = fields.Float(
        "Hours awaiting consent", compute="_compute_pack_other_hours", groups="base.group_user"
    )

    # === COMPUTE METHODS === #

    @api.depends("pack_remaining_hours", "pack_ids.is_closed")
    def _compute_pack_state(self):
        for project in self:
            used, left = project.pack_used_hours, project.pack_remaining_hours
            project.pack_used_share = 100 * used / (used + left) if used + left > 0 else 0.0
            project.pack_lapsed_hours = project.pack_purchased_hours - used - left
            if not project.pack_count:
                project.pack_state = False
            elif left <= TINY:
                project.pack_state = "used_up"
            else:
                project.pack_state = "low" if left <= project._get_low_hours() else "left"

    @api.model
    def _search_pack_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        projects = self.env["project.pack"].sudo().search([("project_id", "!=", False)]).project_id
        domain = Domain("id", "in", projects.filtered(lambda project: project.pack_state in value).ids)
        return domain | Domain("id", "not in", projects.ids) if False in value else domain

    @api.depends("lifecycle_id")
    def _compute_pack_other_hours(self):
        hours = {}
        if followed := self.filtered("lifecycle_id"):
            rows = (
                self.env["account.analytic.line"]
                .sudo()
                ._read_group(
                    [("project_id", "in", followed.ids), ("pack_use", "in", ["offered", "awaiting"])],
                    ["project_id", "pack_use", "product_uom_id"],
                    ["unit_amount:sum"],
                )
            )
            for project, use, unit, amount in rows:
                key = project.id, use
                hours[key] = hours.get(key, 0.0) + self.env["project.pack"]._to_hours(amount, unit.id)
        for project in self:
            project.pack_offered_hours = hours.get((project._origin.id, "offered"), 0.0)
            project.pack_awaiting_hours = hours.get((project._origin.id, "awaiting"), 0.0)

    # === ACTIONS === #

    def action_view_packs(self):
        """Open the packs of this project."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_pack_action"),
            "domain": [("project_id", "=", self.id)],
            "context": {"default_project_id": self.id},
        }

    def action_add_pack(self):
        """Open the form of a pack that was bought elsewhere, in a dialog."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New pack"),
            "res_model": "project.pack",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_project_id": self.id},
        }

    # === BUSINESS METHODS === #

    def _get_low_share(self):
        """Return the used share of a pack, in percent, from which few hours are left: the last alert before its end.

        :rtype: int
        """
        return max((share for share in self._get_alert_shares() if share < 100), default=USUAL_LIMIT)

    def _get_low_hours(self):
        """Return how many hours are few for this project, measured by the newest pack that takes time.

        :rtype: float
        """
        self.ensure_one()
        newest = self.sudo().pack_ids.filtered(lambda pack: not pack.is_closed)[-1:]
        return newest.purchased_hours * (100 - self._get_low_share()) / 100

    def _format_pack_time(self, hours):
        """Return hours in the unit in which the project's company encodes time.

        :rtype: str
        """
        packs = self.env["project.pack"].with_company(self.sudo().company_id or self.env.company)
        time = packs._format_time(hours)
        return self.env._("%(time)s d", time=time) if packs._is_in_days() else self.env._("%(time)s h", time=time)

    def _get_stat_buttons(self):
        """Add the balance of the packs, and when time was last taken from them."""
        buttons = super()._get_stat_buttons()
        if self.lifecycle_id and self.pack_count:
            text = self.env._("Left in packs")
            if self.pack_last_entry_date:
                day = format_date(self.env, self.pack_last_entry_date, date_format="d MMM")
                text = self.env._("Left in packs, last entry %(day)s", day=day)
            colors = {"used_up": "text-danger", "low": "text-warning", "left": "text-success"}
            buttons.append(
                {
                    "icon": f"hourglass-half {colors[self.pack_state]}",
                    "text": text,
                    "number": self._format_pack_time(self.pack_remaining_hours),
                    "action_type": "object",
                    "action": "action_view_packs",
                    "show": True,
                    "sequence": 3,
                }
            )
        return buttons

    def get_panel_data(self):
        """Add the packs with something left, with their bars, to the right panel; if there is none, the newest."""
        data = super().get_panel_data()
        if data and self.lifecycle_id and self.env.user.has_group("project.group_project_user"):
            taking = self.pack_ids.filtered(lambda pack: not pack.is_closed)
            data["packs"] = [
                {
                    "id": pack.id,
                    "name": pack.name,
                    "share": pack.used_share,
                    "left": self._format_pack_time(pack.available_hours),
                    "state": pack.balance_state,
                }
                for pack in taking.filtered(lambda pack: pack.balance_state != "used_up") or taking[-1:]
            ]
        return data
