from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

SALES = "sales_team.group_sale_salesman"
ALL_SALES = "sales_team.group_sale_salesman_all_leads"
# a line of these would make a project of its own
MAKE_PROJECTS = ("project_only", "task_in_project")


class ProjectPackQuotationMixin(models.AbstractModel):
    """The quotation for the pack that follows: prepared by whoever sees first that it is needed."""

    _name = "project.pack.quotation.mixin"
    _description = "Quotation of the Next Pack"

    can_prepare_next = fields.Boolean(compute="_compute_can_prepare_next", export_string_translation=False)

    @api.depends("project_id", "salesperson_id")
    @api.depends_context("uid")
    def _compute_can_prepare_next(self):
        for pack in self:
            pack.can_prepare_next = bool(pack.project_id) and pack._may_prepare_next()

    def action_prepare_next_pack(self):
        """Open the quotation for the next pack, made if there is none open: as bought last time, at today's price.

        Whoever may not open it reads its name, and the salesperson has an activity.

        :raises AccessError: if the user is neither the consultant of the project nor its salesperson
        :raises UserError: if the pack waits for its project, was bought elsewhere, or is not sold any more
        """
        self.ensure_one()
        self.check_access("read")
        if not self._may_prepare_next():
            raise AccessError(
                self.env._(
                    "The next pack of %(project)s is prepared by its consultant or its salesperson.",
                    project=self.sudo().project_id.name or self.env._("no project"),
                )
            )
        pack = self.sudo()
        order = pack._get_open_quotation()
        is_new = not order
        if is_new:
            pack._check_repeatable()
            # of two who press at the same moment, one starts again and finds the quotation
            pack._get_of_projects(pack.project_id)._lock()
            order = pack._create_next_quotation()
        return pack._show_quotation(order, is_new)

    def _may_prepare_next(self):
        """Tell whether the user prepares the next pack: as consultant, as salesperson, or as their administrator.

        :rtype: bool
        """
        user, project = self.env.user, self.sudo().project_id.sudo(False)
        if user.has_group(ALL_SALES) or (user.has_group(SALES) and self.sudo().salesperson_id == user):
            return True
        return bool(project) and project._is_lifecycle_consultant()

    def _get_open_quotation(self):
        """Return the quotation of a pack for the same project that is not confirmed yet; may be empty.

        :rtype: sale.order
        """
        if not self.project_id:
            raise UserError(self.env._("%(pack)s waits for its project: choose that first.", pack=self.display_name))
        project = self.project_id.id
        domain = [
            ("state", "in", ("draft", "sent")),
            "|",
            ("project_id", "=", project),
            ("order_line.project_id", "=", project),
        ]
        orders = self.env["sale.order"].sudo().search(domain, order="id")
        return orders.filtered(lambda order: any(line._may_be_pack() for line in order.order_line))[:1]

    def _check_repeatable(self):
        line = self.sale_line_id
        if not line:
            raise UserError(
                self.env._(
                    "%(pack)s was entered by hand, without a product: make a quotation in Sales, with a service paid in"
                    " advance and the project %(project)s.",
                    pack=self.display_name,
                    project=self.project_id.name,
                )
            )
        if not line.product_id.active or not line.product_id.sale_ok:
            raise UserError(
                self.env._(
                    "%(product)s is not sold any more: make a quotation in Sales, with another service paid in advance"
                    " and the project %(project)s.",
                    product=line.product_id.display_name,
                    project=self.project_id.name,
                )
            )

    def _create_next_quotation(self):
        """Make the quotation for the pack after this one, and note it here.

        :rtype: sale.order
        """
        orders = self.env["sale.order"].sudo().with_company(self.sale_line_id.company_id)
        order = orders.create(self._prepare_next_quotation_values())
        self.message_post(
            body=self.env._("Quotation %(order)s for the next pack: ", order=order.name)
            + order._get_html_link(title=order.name)
        )
        return order

    def _prepare_next_quotation_values(self):
        """Return the values of the quotation: override to hand over more of the last order.

        :rtype: dict
        """
        line, project = self.sale_line_id, self.project_id
        seller = line.order_id.user_id or self.salesperson_id
        values = {
            "partner_id": line.order_id.partner_id.id,
            "company_id": line.company_id.id,
            "project_id": project.id,
            "origin": line.order_id.name,
            "order_line": [
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "product_uom_id": line.product_uom_id.id,
                        "product_uom_qty": line.product_uom_qty or 1.0,
                        "project_id": line.product_id.service_tracking in MAKE_PROJECTS and project.id,
                    }
                )
            ],
        }
        if seller.active:
            values["user_id"] = seller.id
        return values

    def _show_quotation(self, order, is_new):
        """Return what the user sees: the quotation, or where that is not allowed its name.

        :param sale.order order: the quotation
        :param bool is_new: whether it was just made: then the salesperson is told by an activity
        """
        # project users may read the orders of their projects, which is no help to them without Sales
        if self.env.user.has_group(SALES) and order.sudo(False).has_access("read"):
            return {
                "type": "ir.actions.act_window",
                "res_model": "sale.order",
                "res_id": order.id,
                "views": [(False, "form")],
            }
        seller = self._get_seller(order)
        if is_new:
            self._ask_seller(order, seller)
        texts = {"order": order.name, "salesperson": seller.name}
        if is_new:
            message = self.env._("Quotation %(order)s is prepared, %(salesperson)s takes care of it.", **texts)
        else:
            message = self.env._("Quotation %(order)s is open already, %(salesperson)s takes care of it.", **texts)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if is_new else "info",
                "sticky": True,
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _get_seller(self, order):
        """Return who sends a quotation: its salesperson, else who leads the team, else who asked for it."""
        sellers = [order.user_id, self.salesperson_id, order.team_id.user_id, self.env.user]
        return next(user for user in sellers if user and user.active and not user.share)

    def _ask_seller(self, order, seller):
        told = order.with_context(lang=seller.lang or self.env.lang)
        told.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=seller.id,
            summary=told.env._("Send the quotation for the next pack of %(project)s", project=self.project_id.name),
            note=told.env._("%(user)s asks for it.", user=self.env.user.name),
        )
