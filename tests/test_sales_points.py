import json

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools.safe_eval import safe_eval

from .handover_common import HandoverCommon

MENU = "project_lifecycle.project_open_point_menu_sales"
ACTION = "project_lifecycle.project_open_point_action_sales"


@tagged("post_install", "-at_install")
class TestSalesPoints(HttpCase, HandoverCommon):
    """Who sells has the points beside the orders, and answers them there, with Sales rights alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.project = cls.hand_over((cls.pack, 5)).sudo().project_id
        cls.other_project = cls.hand_over((cls.pack, 5), user=cls.other_sales).sudo().project_id
        # what the rules that ship have found is not what this is about
        cls.env["project.open.point"].search([]).is_current = False
        cls.env["project.open.point"].search([("state", "=", "open")])._withdraw("not asked here")
        names = [
            ("Mine", cls.project, cls.sales),
            ("Of the consultant", cls.project, cls.consultant),
            ("Elsewhere", cls.other_project, cls.other_sales),
            ("Asked of me elsewhere", cls.other_project, cls.sales),
        ]
        cls.mine, cls.consultants, cls.others, cls.elsewhere = cls.env["project.open.point"].create(
            [{"name": name, "project_id": project.id, "user_id": user.id} for name, project, user in names]
        )
        cls.env.flush_all()

    def open_list(self, user, *filters):
        """Return the points that the screen shows with some of its filters, read as the list and the cards do."""
        action = self.env[self.env.ref(ACTION)._name]._for_xml_id(ACTION)
        Point = self.env[action["res_model"]].with_user(user)
        views = Point.get_views([*action["views"], (False, "search")])["views"]
        search = etree.fromstring(views["search"]["arch"])
        domain = safe_eval(action["domain"] or "[]")
        for name in filters:
            (node,) = search.iterfind(f".//filter[@name='{name}']")
            domain += safe_eval(node.get("domain"), {"uid": user.id})
        found = Point.browse()
        for kind in ("list", "kanban", "form"):
            names = {node.get("name") for node in etree.fromstring(views[kind]["arch"]).iter("field")}
            fields = {name: {} for name in names if name in Point._fields}
            for name in fields:
                if Point._fields[name].type == "many2one":
                    fields[name] = {"fields": {"display_name": {}}}
            found = Point.browse([row["id"] for row in Point.web_search_read(domain, fields)["records"]])
        return found

    def default_filters(self):
        context = safe_eval(self.env.ref(ACTION).context)
        return [name.removeprefix("search_default_") for name in context]

    def test_the_menu_is_for_sales(self):
        menu = self.env.ref(MENU)
        self.assertEqual(menu.parent_id, self.env.ref("sale.sale_order_menu"))
        for user, sees in ((self.sales, True), (self.sales_manager, True), (self.consultant, False)):
            with self.subTest(user.name):
                self.assertEqual(menu.id in self.env["ir.ui.menu"].with_user(user)._visible_menu_ids(), sees)
        self.assertEqual(menu.action.res_model, "project.open.point")

    def test_mine_and_open_at_first(self):
        self.assertEqual(set(self.default_filters()), {"open", "mine"})
        self.assertEqual(self.open_list(self.sales, *self.default_filters()), self.mine | self.elsewhere)

    def test_points_of_the_own_orders_and_no_others(self):
        self.assertEqual(self.open_list(self.sales, "open"), self.mine | self.consultants | self.elsewhere)
        self.assertEqual(self.open_list(self.other_sales, "open"), self.others | self.elsewhere)
        with self.assertRaises(AccessError):
            self.others.with_user(self.sales).read(["name"])

    def test_who_sees_all_orders_sees_all_points_of_orders(self):
        without_order = self.env["project.open.point"].create(
            {"name": "Not sold", "project_id": self.create_project("Not sold").id}
        )
        found = self.open_list(self.sales_manager, "open")
        self.assertEqual(found, self.mine | self.consultants | self.others | self.elsewhere)
        self.assertNotIn(without_order, found)

    def test_every_filter_and_group_works_for_sales(self):
        Point = self.env["project.open.point"].with_user(self.sales)
        search = etree.fromstring(Point.get_views([(False, "search")])["views"]["search"]["arch"])
        for node in search.iter("filter"):
            with self.subTest(node.get("name")):
                if node.get("domain"):
                    self.open_list(self.sales, node.get("name"))
                else:
                    group = safe_eval(node.get("context"))["group_by"]
                    self.assertTrue(Point.web_read_group([], [group], ["__count"])["groups"])
        for node in search.iterfind("field"):
            with self.subTest(node.get("name")):
                Point.search([(node.get("name"), "ilike", "Mi")])

    def test_answered_from_the_list(self):
        point = self.open_list(self.sales, *self.default_filters())[0]
        self.assertTrue(point.can_answer)
        action = point.action_open_answer()
        dialog = Form(self.env[action["res_model"]].with_user(self.sales).with_context(**action["context"]))
        dialog.answer = "The owner decided"
        dialog.save().action_answer()
        self.assertEqual((point.state, point.answered_by_id), ("answered", self.sales))
        self.assertNotIn(point, self.open_list(self.sales, *self.default_filters()))

    def test_the_points_of_others_are_not_answered(self):
        with self.assertRaises(AccessError):
            self.others.with_user(self.sales).action_answer("Yes")

    def test_the_screen_opens(self):
        self.authenticate("lc_sales", "lc_sales")
        menus = json.loads(self.url_open("/web/webclient/load_menus").content)
        self.assertIn(str(self.env.ref(MENU).id), menus)
