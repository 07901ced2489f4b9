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
        string="Sales Hand-over",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
    )
    # an order for several projects has a hand-over for each; the first is the one above
    handover_ids = fields.One2many(
        "project.intake", "order_id", readonly=True, groups="base.group_user", export_string_translation=False
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

    @api.model_create_multi
    def create(self, vals_list):
        """Create orders; none joins a hand-over by hand.

        :raises AccessError: if it would
        """
        self._check_intake_untouched([*vals_list, {"intake_id": self.env.context.get("default_intake_id")}])
        return super().create(vals_list)

    def write(self, vals):
        self._check_intake_untouched([vals])
        res = super().write(vals)
        if not vals.keys().isdisjoint(HANDOVER_FIELDS):
            self.sudo()._refresh_intakes()
        if not vals.keys().isdisjoint(PACK_FIELDS):
            self.order_line._create_packs()
        return res

    def unlink(self):
        intakes = self.sudo()._get_handovers()
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
            # a quotation opens no hand-over of somebody else, and its days are not sold yet: it joins when confirmed
            projects = order._get_lifecycle_projects() if order.state == "sale" else self.env["project.project"]
            for project in projects or [projects]:
                order._hand_over(project)
        return order._get_handovers().sudo(False)._get_action()

    # === BUSINESS METHODS === #

    def _action_confirm(self):
        """Hand orders over whose work goes to a project that is there already; new projects have done so by now."""
        res = super()._action_confirm()
        self.order_line._create_packs()
        for order in self.sudo():
            if not order.intake_id.project_id and order.project_id.lifecycle_id:
                order._hand_over(order.project_id)
        return res

    def _check_intake_untouched(self, vals_list):
        """Check that nobody joins an order to a hand-over by hand: whoever sells an order reads its hand-over.

        :raises AccessError: if somebody does
        """
        if self.env.su:
            return
        for vals in vals_list:
            if "intake_id" in vals and self.intake_id.ids != ([vals["intake_id"]] if vals["intake_id"] else []):
                raise AccessError(self.env._("An order gets its hand-over by its button, or when it is confirmed."))

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

    def _get_handovers(self):
        """Return the hand-overs of these orders: one for each project, the first at the head.

        :rtype: project.intake
        """
        first = self.intake_id
        # orders without a hand-over cost no query
        return first | self.handover_ids if first else first

    def _get_lifecycle_projects(self):
        """Return the projects of the order that have a lifecycle; may be empty.

        :rtype: project.project
        """
        self.ensure_one()
        projects = self.order_line.project_id | self.project_id
        if not projects.lifecycle_id:
            projects |= self.env["project.project"].search([("reinvoiced_sale_order_id", "=", self.id)])
        return projects.filtered("lifecycle_id")

    def _hand_over(self, project):
        """Give the order its hand-over, and that its project; an order for a project that has one joins it.

        An order that leads to several projects gives each of them a hand-over.

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
            present.is_from_order = True
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
        elif project and project != mine.project_id:
            Intake.create({**mine._prepare_further_values(), "order_id": order.id, "project_id": project.id})
            mine._refresh()

    def _refresh_intakes(self):
        """Work out again what the hand-overs of these orders, if they have any, say about what was sold."""
        self._get_handovers()._refresh()

    def _draft_intake(self):
        """Return the hand-over as it would be with the order as it stands, saved or not; nothing is written.

        :rtype: project.intake
        """
        self.ensure_one()
        intake = self.intake_id
        lines = (self | (intake._get_counted_orders() - self._origin)).order_line
        days, sold = lines.filtered(lambda line: not intake or line._get_handover() == intake)._sum_sold()
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
