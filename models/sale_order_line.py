from odoo import api, models

# what of a line the hand-over to the project is worked out from
HANDOVER_FIELDS = {"product_id", "product_uom_qty", "product_uom_id", "order_id", "is_downpayment", "project_id"}
# what tells which pack a line is, and of which project
PACK_FIELDS = {"product_id", "product_uom_qty", "product_uom_id", "project_id"}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.sudo().order_id._refresh_intakes()
        lines._create_packs()
        return lines

    def write(self, vals):
        res = super().write(vals)
        if not vals.keys().isdisjoint(HANDOVER_FIELDS):
            self.sudo().order_id._refresh_intakes()
        if not vals.keys().isdisjoint(PACK_FIELDS):
            self._create_packs()
        return res

    def unlink(self):
        intakes = self.sudo().order_id._get_handovers()
        res = super().unlink()
        intakes._refresh()
        return res

    # === BUSINESS METHODS === #

    def _timesheet_create_project_prepare_values(self):
        """Give the project the lifecycle that its product names, unless its template has one of its own."""
        values = super()._timesheet_create_project_prepare_values()
        template = self.product_id.project_template_id
        lifecycle = self._get_lines_of_project().product_id.lifecycle_id._get_proposable()[:1]
        if lifecycle and not template.lifecycle_id:
            values["lifecycle_id"] = lifecycle.id
        return values

    def _get_lines_of_project(self):
        """Return the lines of the order whose project is that of this line: it first, then the others in their order.

        :rtype: sale.order.line
        """
        self.ensure_one()
        return self | self.order_id.order_line.filtered(
            lambda line: (
                line.product_id.service_tracking in ("project_only", "task_in_project")
                and line.product_id.project_template_id == self.product_id.project_template_id
            )
        )

    def _timesheet_create_project(self):
        """Hand the order over to the project that was just made, if it has a lifecycle."""
        project = super()._timesheet_create_project()
        if project.lifecycle_id:
            # Odoo gives them their project one by one later; their days are sold to it from the start
            others = self._get_lines_of_project().filtered(lambda it: not it.project_id and it.product_uom_qty > 0)
            others.project_id = project
            self.order_id._hand_over(project)
        return project

    # === PACKS === #

    def _create_packs(self):
        """Make a pack of each confirmed line of time paid in advance whose project has a lifecycle (S2.48).

        May be asked again at any time: lines that have their pack keep it, which follows them; one that waits for its
        project gets it. Sends nothing but the alerts that are due.
        """
        lines = self.sudo().filtered(lambda line: line.order_id.state in ("sale", "cancel") and line._may_be_pack())
        if not lines:
            return
        present = self.env["project.pack"].sudo().search([("sale_line_id", "in", lines.ids)]).grouped("sale_line_id")
        for line in lines:
            pack = present.get(line)
            if not pack and not line._is_new_pack():
                continue
            projects = line._get_pack_projects().filtered("lifecycle_id")
            # of several projects somebody has to choose
            project = projects if len(projects) == 1 else projects.browse()
            if not pack and projects:
                pack = self.env["project.pack"].sudo().create({"sale_line_id": line.id, "project_id": project.id})
                pack._adopt_entries() if project else pack._ask_for_project()
            elif pack and project and not pack.project_id:
                pack.project_id = project
                pack._adopt_entries()
        self.env["project.pack"].union(*present.values()).sudo()._follow_lines()

    def _is_new_pack(self):
        return self.order_id.state == "sale" and self.product_uom_qty > 0

    def _may_be_pack(self):
        """Tell, without a query, whether this line can pay the time of a project with a lifecycle."""
        own = self.project_id or self.order_id.project_id
        return (
            (not own or bool(own.lifecycle_id))
            and self.product_id.service_policy == "ordered_prepaid"
            and self.product_uom_id._has_common_reference(self._get_unit("hour"))
        )

    def _get_pack_projects(self):
        """Return the project whose time this line pays: its own, the order's, else those that re-invoice to the order.

        :rtype: project.project
        """
        self.ensure_one()
        own = self.project_id or self.order_id.project_id
        if own:
            return own
        found = self.env["project.project"].sudo().search([("reinvoiced_sale_order_id", "=", self.order_id.id)])
        return found.filtered("lifecycle_id")

    def _get_handover(self):
        """Return the hand-over to which the line sells: that of its project, else the first of its order.

        :rtype: project.intake
        """
        self.ensure_one()
        order = self.order_id._origin
        of_project = order.handover_ids.filtered(lambda it: it.project_id and it.project_id == self.project_id)
        return of_project or order.intake_id

    def _sum_sold(self):
        """Return what these lines sell to a project.

        :return: the days of all lines; for each product its days, in the order of the lines
        :rtype: tuple
        """
        total, by_product = 0.0, {}
        for line in self._get_sold_lines():
            days = line._get_sold_days()
            total += days
            if line.product_uom_qty > 0:
                by_product[line.product_id] = by_product.get(line.product_id, 0.0) + days
        return round(total, 2), by_product

    def _get_sold_lines(self):
        """Return those of these lines that sell something to the project: no notes, advances or re-invoiced costs.

        :rtype: sale.order.line
        """
        return self.filtered(
            lambda line: line.product_id and not line.display_type and not line.is_downpayment and not line.is_expense
        )

    def _get_sold_days(self):
        """Return the days that a line of time sells, with the conversion of Odoo's units; 0 for anything else.

        Units of a service that makes tasks are hours, as everywhere in Odoo.

        :rtype: float
        """
        self.ensure_one()
        if self.product_id.type != "service":
            return 0.0
        unit, day = self.product_uom_id, self._get_unit("day")
        if unit == self._get_unit("unit") and self.product_id.service_tracking != "no":
            unit = self._get_unit("hour")
        if not unit or not unit._has_common_reference(day):
            return 0.0
        return unit._compute_quantity(self.product_uom_qty, day, round=False)

    @api.model
    def _get_unit(self, name):
        """Return one of Odoo's units without a query: ``env.ref`` asks each time whether the record is still there.

        :param str name: ``unit``, ``hour`` or ``day``
        :rtype: uom.uom
        """
        return self.env["uom.uom"].browse(self.env["ir.model.data"]._xmlid_to_res_id(f"uom.product_uom_{name}"))
