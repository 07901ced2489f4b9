from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# what of an order the hand-over to the project is worked out from
HANDOVER_FIELDS = {"state", "user_id", "team_id"}
# what packs follow
PACK_FIELDS = {"state", "user_id", "date_order", "project_id"}


class SaleOrder(models.Model):
    _inherit = "sale.order"

    intake_id = fields.Many2one(
        "project.intake",
        string="Hand-over",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
    )
    is_lifecycle_order = fields.Boolean(
        compute="_compute_is_lifecycle_order", groups="base.group_user", export_string_translation=False
    )
    red_flag_notice = fields.Html(
        compute="_compute_red_flag_notice", groups="base.group_user", export_string_translation=False
    )
    has_packs = fields.Boolean(
        compute="_compute_has_packs", groups="sales_team.group_sale_salesman", export_string_translation=False
    )

    # === COMPUTE METHODS === #

    @api.depends("order_line.product_id", "project_id", "intake_id")
    def _compute_is_lifecycle_order(self):
        for order in self:
            order.is_lifecycle_order = bool(order.sudo()._get_lifecycle())

    @api.depends(
        "state",
        "project_id",
        "intake_id",
        "order_line.product_id",
        "order_line.product_uom_qty",
        "order_line.product_uom_id",
    )
    def _compute_red_flag_notice(self):
        """Show what the rules find on a quotation, also before it is saved."""
        quotations = self.filtered(lambda order: order.state in ("draft", "sent") and order.is_lifecycle_order)
        (self - quotations).red_flag_notice = False
        if not quotations:
            return
        # the rules look at facts of the hand-over, which not everybody who reads the order may read
        rules = self.env["project.intake.rule"].sudo().search([("on_quotation", "=", True)])
        drafts = {order: order.sudo()._draft_intake() for order in quotations}
        hits = rules._get_hits(self.env["project.intake"].sudo().concat(*drafts.values()))
        for order, draft in drafts.items():
            found = [rule for rule, intakes in hits.items() if draft in (intakes or ())]
            order.red_flag_notice = (
                Markup("<ul class='mb-0'>%s</ul>")
                % Markup().join(
                    Markup("<li><strong>%s</strong> %s</li>") % (rule.name, rule.message or "") for rule in found
                )
                if found
                else False
            )

    # === CRUD METHODS === #

    def write(self, vals):
        res = super().write(vals)
        if not vals.keys().isdisjoint(HANDOVER_FIELDS):
            self.sudo()._refresh_intakes()
        if not vals.keys().isdisjoint(PACK_FIELDS):
            self.order_line._create_packs()
        return res

    def unlink(self):
        intakes = self.sudo().intake_id
        res = super().unlink()
        if intakes:
            lone = intakes.filtered(lambda intake: not intake.project_id and not intake.order_ids)
            lone.unlink()
            (intakes - lone)._refresh()
        return res

    # === ACTIONS === #

    def action_open_handover(self):
        """Open the hand-over of the order, made if there is none yet: on a quotation as well.

        :raises AccessError: if the order is not the current user's
        :raises UserError: if the order leads to no project with a lifecycle, or has no salesperson
        """
        self.ensure_one()
        self.check_access("read")
        order = self.sudo()
        if not order.intake_id:
            self._check_may_hand_over()
            order._hand_over(order._get_lifecycle_project())
        return order.intake_id.sudo(False)._get_form_action()

    # === BUSINESS METHODS === #

    def _action_confirm(self):
        """Hand orders over whose work goes to a project that is there already; new projects have done so by now."""
        res = super()._action_confirm()
        self.order_line._create_packs()
        for order in self.sudo():
            if not order.intake_id.project_id and order.project_id.lifecycle_id:
                order._hand_over(order.project_id)
        return res

    def _check_may_hand_over(self):
        if not self.sudo()._get_lifecycle():
            raise UserError(
                self.env._(
                    "%(order)s leads to no project with a lifecycle: add a service whose project template has one.",
                    order=self.name,
                )
            )
        if not self.user_id:
            raise UserError(self.env._("%(order)s has no salesperson: choose who hands it over.", order=self.name))
        user = self.env.user
        if user != self.user_id and not user.has_groups(
            "sales_team.group_sale_salesman_all_leads,project.group_project_manager"
        ):
            raise AccessError(
                self.env._(
                    "%(order)s is handed over by its salesperson, %(salesperson)s.",
                    order=self.name,
                    salesperson=self.user_id.name,
                )
            )

    def _get_lifecycle(self):
        """Return the lifecycle of the project that the order leads to; may be empty.

        :rtype: project.lifecycle
        """
        self.ensure_one()
        own = self.project_id.lifecycle_id or self.intake_id.project_id.lifecycle_id
        if own:
            return own
        for line in self.order_line:
            lifecycle = line.project_id.lifecycle_id or (
                line.product_id
                and line.product_id.product_tmpl_id.with_company(self.company_id)._get_order_lifecycle()
            )
            if lifecycle:
                return lifecycle
        return self.env["project.lifecycle"]

    def _get_lifecycle_project(self):
        """Return the first project of the order that has a lifecycle; may be empty.

        :rtype: project.project
        """
        self.ensure_one()
        projects = self.order_line.project_id | self.project_id
        if not projects.lifecycle_id:
            projects |= self.env["project.project"].search([("reinvoiced_sale_order_id", "=", self.id)])
        return projects.filtered("lifecycle_id")[:1]

    def _hand_over(self, project):
        """Give the order its hand-over, and that its project; an order for a project that has one joins it.

        :param project.project project: with a lifecycle; may be empty while the order is a quotation
        """
        self.ensure_one()
        order = self.sudo()
        Intake = self.env["project.intake"].sudo()
        present = Intake.search([("project_id", "=", project.id)]) if project else Intake
        mine = order.intake_id
        if present and present != mine:
            if mine.project_id:
                return
            order.intake_id = present
            if mine:
                present.message_post(
                    body=self.env._("What sales wrote on the quotation of %(order)s: ", order=order.name)
                    + mine._get_html_link(title=mine.display_name)
                )
            present._refresh()
        elif not mine:
            Intake.create({"order_id": order.id, "project_id": project.id})
        elif project and not mine.project_id:
            mine.project_id = project

    def _refresh_intakes(self):
        """Work out again what the hand-overs of these orders, if they have any, say about what was sold."""
        intakes = self.intake_id
        if intakes:
            intakes._refresh()

    def _get_sold(self):
        """Return what these orders sell to a project, cancelled ones nothing.

        :return: the days of all lines; for each product its days, in the order of the lines
        :rtype: tuple
        """
        total, by_product = 0.0, {}
        for line in self.filtered(lambda order: order.state != "cancel").order_line._get_sold_lines():
            days = line._get_sold_days()
            total += days
            if line.product_uom_qty > 0:
                by_product[line.product_id] = by_product.get(line.product_id, 0.0) + days
        return round(total, 2), by_product

    def _draft_intake(self):
        """Return the hand-over as it would be with the order as it stands, saved or not; nothing is written.

        :rtype: project.intake
        """
        self.ensure_one()
        intake = self.intake_id
        days, sold = (self | (intake.order_ids - self._origin))._get_sold()
        return self.env["project.intake"].new(
            {
                **intake._prepare_draft_values(),
                "company_id": self.company_id.id,
                "sold_days": days,
                "customising_sold": any(product.is_customising for product in sold),
                "order_cancelled": False,
                "app_ids": intake.app_ids._prepare_draft_commands(sold),
            }
        )

    # === PACKS === #

    def _compute_has_packs(self):
        rows = self.env["project.pack"]._read_group([("sale_line_id.order_id", "in", self.ids)], ["sale_line_id"])
        sold = {line.order_id.id for (line,) in rows}
        for order in self:
            order.has_packs = order._origin.id in sold

    def action_view_packs(self):
        """Open the packs that this order has sold."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_pack_action"),
            "domain": [("sale_line_id", "in", self.order_line.ids)],
        }
