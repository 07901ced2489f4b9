from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .test_packs import PackCommon


@tagged("post_install", "-at_install")
class TestPackQuotations(PackCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(cls.env, "lc_seller", "sales_team.group_sale_salesman", name="Sam Seller")
        cls.other_seller = new_test_user(cls.env, "lc_seller_2", "sales_team.group_sale_salesman", name="Other Seller")
        cls.pack = cls.sell(10, user_id=cls.seller.id)

    def quotations(self):
        return self.env["sale.order"].search([("project_id", "=", self.project.id), ("state", "=", "draft")])

    def test_as_bought_last_time_at_the_price_of_today(self):
        self.consulting.list_price = 120
        action = self.pack.with_user(self.seller).action_prepare_next_pack()
        order = self.quotations()
        self.assertEqual((action["res_model"], action["res_id"]), ("sale.order", order.id))
        self.assertEqual((order.partner_id, order.user_id), (self.customer, self.seller))
        self.assertEqual(order.origin, self.pack.order_id.name)
        line = order.order_line
        self.assertEqual((line.product_id, line.product_uom_qty, line.price_unit), (self.consulting, 10, 120))
        self.assertEqual(line.product_uom_id, self.hour)

    def test_confirming_it_makes_the_pack_that_follows(self):
        self.project.with_user(self.manager).action_prepare_next_pack()
        order = self.quotations()
        order.action_confirm()
        self.assertEqual(self.project.pack_ids.order_id, self.pack.order_id | order)
        self.log(10)
        self.assertEqual(self.log(1).pack_id.order_id, order)

    def test_a_product_that_makes_projects_makes_none_for_the_next_pack(self):
        self.consulting.service_tracking = "project_only"
        self.project.with_user(self.manager).action_prepare_next_pack()
        before = self.env["project.project"].search_count([])
        self.quotations().action_confirm()
        self.assertEqual(self.env["project.project"].search_count([]), before)
        self.assertEqual(self.project.pack_purchased_hours, 20)

    def test_a_consultant_without_sales_reads_its_name_and_the_salesperson_is_told(self):
        action = self.pack.with_user(self.consultant).action_prepare_next_pack()
        order = self.quotations()
        self.assertEqual(action["tag"], "display_notification")
        self.assertIn(f"Quotation {order.name} is prepared, Sam Seller", action["params"]["message"])
        self.assertEqual(order.activity_ids.user_id, self.seller)
        self.assertIn("Carla Consultant asks", order.activity_ids.note)
        self.assertIn(order.name, self.pack.message_ids[0].body)

    def test_one_open_at_a_time(self):
        self.project.with_user(self.consultant).action_prepare_next_pack()
        order = self.quotations()
        action = self.pack.with_user(self.consultant).action_prepare_next_pack()
        self.assertIn(f"Quotation {order.name} is open already", action["params"]["message"])
        action = self.pack.with_user(self.seller).action_prepare_next_pack()
        self.assertEqual(action["res_id"], order.id)
        self.assertEqual((self.quotations(), len(order.activity_ids)), (order, 1))
        order.state = "sent"
        self.assertEqual(self.pack.with_user(self.seller).action_prepare_next_pack()["res_id"], order.id)
        order._action_cancel()
        self.assertNotEqual(self.pack.with_user(self.seller).action_prepare_next_pack()["res_id"], order.id)

    def test_one_made_by_hand_counts_one_of_something_else_does_not(self):
        licence = self.create_service("Licence", self.env.ref("uom.product_uom_unit"))
        values = {"partner_id": self.customer.id, "project_id": self.project.id, "user_id": self.seller.id}
        create = self.env["sale.order"].create
        other = create({**values, "order_line": [Command.create({"product_id": licence.id})]})
        by_hand = create({**values, "order_line": [Command.create({"product_id": self.consulting.id})]})
        self.assertEqual(self.pack.with_user(self.seller).action_prepare_next_pack()["res_id"], by_hand.id)
        self.assertEqual(self.quotations(), other | by_hand)

    def test_a_salesperson_of_others_gets_a_name_not_an_error(self):
        self.project.user_id = self.other_seller
        self.other_seller.group_ids += self.env.ref("project.group_project_user")
        action = self.project.with_user(self.other_seller).action_prepare_next_pack()
        self.assertEqual(action["tag"], "display_notification")

    def test_who_may_not(self):
        for user in (self.colleague, self.employee, self.portal_user, self.other_seller):
            with self.assertRaises(AccessError):
                self.pack.with_user(user).action_prepare_next_pack()
            with self.assertRaises(AccessError):
                self.project.with_user(user).action_prepare_next_pack()
        self.assertFalse(self.quotations())
        expected = {self.colleague: False, self.seller: True, self.consultant: True}
        self.assertEqual({user: self.pack.with_user(user).can_prepare_next for user in expected}, expected)

    def test_named_leads_may(self):
        self.env["project.lifecycle.stakeholder"].create(
            {
                "project_id": self.project.id,
                "partner_id": self.colleague.partner_id.id,
                "side": "ours",
                "is_lead": True,
            }
        )
        self.pack.with_user(self.colleague).action_prepare_next_pack()
        self.assertTrue(self.quotations())

    def test_without_a_salesperson_the_one_who_asks_has_the_activity(self):
        self.pack.order_id.user_id = False
        self.pack.salesperson_id = False
        self.pack.order_id.team_id.user_id = False
        self.pack.with_user(self.consultant).action_prepare_next_pack()
        self.assertEqual(len(self.quotations().activity_ids.user_id), 1)

    def test_packs_that_cannot_be_bought_again_say_what_to_do(self):
        bare = self.create_project("Bare")
        with self.assertRaisesRegex(UserError, "no pack yet: make a quotation"):
            bare.with_user(self.consultant).action_prepare_next_pack()
        by_hand = self.env["project.pack"].create({"project_id": bare.id, "name": "Old", "purchased_hours": 5})
        for record in (by_hand, bare):
            with self.assertRaisesRegex(UserError, "Old was entered by hand.*quotation in Sales.*project Bare"):
                record.with_user(self.consultant).action_prepare_next_pack()
        self.consulting.active = False
        with self.assertRaisesRegex(UserError, "Consulting is not sold any more"):
            self.pack.with_user(self.consultant).action_prepare_next_pack()
        self.pack.project_id = False
        with self.assertRaisesRegex(UserError, "waits for its project"):
            self.pack.with_user(self.seller).action_prepare_next_pack()

    def test_the_project_repeats_what_was_bought_last(self):
        self.sell(5, user_id=self.seller.id)
        self.env["project.pack"].create({"project_id": self.project.id, "purchased_hours": 3, "date": "2099-01-01"})
        cancelled = self.sell(7, user_id=self.seller.id)
        cancelled.order_id._action_cancel()
        self.project.with_user(self.consultant).action_prepare_next_pack()
        self.assertEqual(self.quotations().order_line.product_uom_qty, 5)
