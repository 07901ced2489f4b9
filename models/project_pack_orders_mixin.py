from typing import NamedTuple

from odoo import models
from odoo.fields import Domain


class PackPlan(NamedTuple):
    """What *Packs from orders* does with one order line."""

    line: object
    project: object
    # "new": makes a pack; "wait": makes one that waits for its project; "known": has one already
    action: str
    hours: float
    entries: int


class ProjectPackOrdersMixin(models.AbstractModel):
    """Packs of orders that were confirmed before there were packs."""

    _name = "project.pack.orders.mixin"
    _description = "Packs from Orders"

    def action_packs_from_orders(self):
        """Open the dialog that says which packs the orders of these projects make.

        :raises AccessError: if the user leads one of them not
        """
        self._check_lifecycle_consultant()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Packs from orders"),
            "res_model": "project.pack.from.orders",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_project_ids": self.ids},
        }

    def _get_pack_plans(self):
        """Return what the orders of these projects make: one plan a line, oldest order first.

        :rtype: list[PackPlan]
        """
        links = self.sudo().filtered("lifecycle_id")._get_pack_order_links()
        lines = self.env["sale.order.line"].sudo().union(*links)
        known = self.env["project.pack"].sudo().search([("sale_line_id", "in", lines.ids)]).grouped("sale_line_id")
        bound = (
            self.env["account.analytic.line"]
            .sudo()
            ._read_group(
                [("so_line", "in", lines.ids), ("pack_id", "=", False), ("project_id", "!=", False)],
                ["so_line", "project_id"],
                ["__count"],
            )
        )
        entries = {(line, project): count for line, project, count in bound}
        plans = []
        for line in lines.sorted(lambda line: (line.order_id.date_order, line.id)):
            pack, found = known.get(line), links[line]
            if not pack and not line._is_new_pack():
                continue
            project = (pack and pack.project_id) or (found if len(found) == 1 else found.browse())
            action = "known" if pack and (pack.project_id or not project) else "new" if project else "wait"
            plans.append(PackPlan(line, project, action, self._get_hours_sold(line), entries.get((line, project), 0)))
        return plans

    def _get_pack_order_links(self):
        """Return which projects each order line that can be a pack belongs to, of the lines of these projects.

        The order, or the line, names the project; else the project re-invoices to the order, or the line is that of
        the project, of its tasks or of its time.

        :return: projects by the line
        :rtype: dict
        """
        named = (
            self.env["sale.order.line"]
            .sudo()
            .search(
                Domain("state", "in", ["sale", "cancel"])
                & (
                    Domain("project_id", "in", self.ids)
                    | (Domain("project_id", "=", False) & Domain("order_id.project_id", "in", self.ids))
                )
            )
        )
        links = {line: line.project_id or line.order_id.project_id for line in named if line._may_be_pack()}
        for project, found in self._get_unnamed_order_lines():
            for line in found:
                if not (line.project_id or line.order_id.project_id) and line._may_be_pack():
                    links[line] = links.get(line, project.browse()) | project
        return links

    def _get_unnamed_order_lines(self):
        """Return the confirmed lines that these projects, their tasks and their time point to.

        Other projects of a lifecycle that point to the same lines come with them: of several somebody has to choose.

        :return: pairs of project and lines
        """
        found = self.reinvoiced_sale_order_id.order_line | self.sale_line_id
        found = found.union(*(lines for _project, lines in self._get_pointers("project_id", self)))
        found = found.filtered(lambda line: line.order_id.state in ("sale", "cancel"))
        pairs = self._get_pointers("line", found)
        others = self.search(
            [
                ("lifecycle_id", "!=", False),
                "|",
                ("reinvoiced_sale_order_id", "in", found.order_id.ids),
                ("sale_line_id", "in", found.ids),
            ]
        )
        for project in others:
            lines = project.reinvoiced_sale_order_id.order_line | project.sale_line_id
            pairs.append((project, lines & found))
        return pairs

    def _get_pointers(self, key, records):
        """Return the order lines that tasks and time point to, by project.

        :param str key: ``project_id`` or ``line``: what the records are
        :return: pairs of project and lines
        """
        pairs = []
        for model, field in (("project.task", "sale_line_id"), ("account.analytic.line", "so_line")):
            domain = [(field if key == "line" else key, "in", records.ids), (field, "!=", False)]
            pairs += (
                self.env[model]
                .sudo()
                ._read_group(
                    [*domain, ("project_id.lifecycle_id", "!=", False)], ["project_id"], [f"{field}:recordset"]
                )
            )
        return pairs

    def _get_hours_sold(self, line):
        hour = line._get_unit("hour")
        return line.product_uom_id._compute_quantity(line.product_uom_qty, hour, round=False, raise_if_failure=False)

    def _bring_in_packs(self):
        """Make the packs of the orders of these projects, and bind the time that is on their lines. Mails nothing.

        May be repeated: what is there stays.

        :return: the packs that were made, or got their project
        :rtype: project.pack
        :raises AccessError: if the user leads one of the projects not
        """
        self._check_lifecycle_consultant()
        quiet = {"mail_activity_quick_update": True, "mail_notify_force_send": False, "tracking_disable": True}
        packs = self.env["project.pack"].sudo().with_context(**quiet)
        done = packs.browse()
        for plan in self._get_pack_plans():
            pack = packs.search([("sale_line_id", "=", plan.line.id)])
            if plan.action != "known":
                if pack:
                    pack.project_id = plan.project
                else:
                    pack = packs.create({"sale_line_id": plan.line.id, "project_id": plan.project.id})
                done |= pack
            if pack.project_id:
                pack._adopt_entries()
            elif plan.action == "wait":
                pack._ask_for_project()
        done._follow_lines()
        return done.with_env(self.env)
