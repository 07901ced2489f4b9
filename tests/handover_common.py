from odoo.fields import Command
from odoo.tests import new_test_user

from .common import LifecycleCommon


class HandoverCommon(LifecycleCommon):
    """A salesperson, and products whose sale leads to a project of the short lifecycle."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sales = new_test_user(cls.env, "lc_sales", "sales_team.group_sale_salesman", name="Sam Sales")
        cls.other_sales = new_test_user(cls.env, "lc_other_sales", "sales_team.group_sale_salesman", name="Olga Other")
        cls.sales_manager = new_test_user(
            cls.env, "lc_sales_manager", "sales_team.group_sale_salesman_all_leads", name="Lea Leader"
        )
        cls.team = cls.env["crm.team"].create({"name": "Team", "user_id": cls.sales_manager.id})
        cls.day = cls.env.ref("uom.product_uom_day")
        cls.hour = cls.env.ref("uom.product_uom_hour")
        cls.template = cls.env["project.project"].create(
            {"name": "Usual", "is_template": True, "lifecycle_id": cls.lifecycle.id, "user_id": cls.consultant.id}
        )
        cls.pack = cls.create_service("Pack", service_tracking="project_only", project_template_id=cls.template.id)
        cls.app_sales = cls.create_service("App Sales", uom=cls.env.ref("uom.product_uom_unit"), is_scope_app=True)
        cls.app_sales.usual_days = 3
        cls.app_stock = cls.create_service("App Stock", uom=cls.env.ref("uom.product_uom_unit"), is_scope_app=True)
        cls.app_stock.usual_days = 4
        cls.studio = cls.create_service("Studio", uom=cls.env.ref("uom.product_uom_unit"), is_customising=True)

    @classmethod
    def create_service(cls, name, uom=None, **values):
        return cls.env["product.product"].create(
            {"name": name, "type": "service", "uom_id": (uom or cls.day).id, "list_price": 10, **values}
        )

    @classmethod
    def create_order(cls, *lines, user=None, **values):
        """Create a quotation as a salesperson does.

        :param lines: pairs of a product and a quantity
        """
        user = user or cls.sales
        return (
            cls.env["sale.order"]
            .with_user(user)
            .create(
                {
                    "partner_id": cls.client_company.id,
                    "user_id": user.id,
                    "team_id": cls.team.id,
                    "order_line": [
                        Command.create({"product_id": product.id, "product_uom_qty": quantity})
                        for product, quantity in lines
                    ],
                    **values,
                }
            )
        )

    @classmethod
    def hand_over(cls, *lines, **values):
        """Return the hand-over of an order that was confirmed, as its salesperson reads it."""
        order = cls.create_order(*lines, **values)
        order.action_confirm()
        return order.intake_id

    @staticmethod
    def flags_of(intake, state="open"):
        return set(intake.sudo().flag_ids.filtered(lambda flag: flag.state == state).rule_id.mapped("name"))
