from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import count_queries
from .test_packs import PackCommon


@tagged("post_install", "-at_install")
class TestPackScreens(PackCommon):
    """Lists, forms and searches of packs and of their projects."""

    def search_packs(self, state, user=None):
        domain = [("balance_state", "=", state), ("project_id", "in", [self.project.id, False])]
        return self.env["project.pack"].with_user(user or self.manager).search(domain)

    def test_states_are_found(self):
        used_up, low, fresh, closed, waiting = (self.sell(hours) for hours in (2, 10, 10, 3, 7))
        waiting.project_id = False
        self.log(2)
        closed.date_to = "2020-01-01"
        self.log(8)
        self.assertEqual(self.search_packs("used_up"), used_up)
        self.assertEqual(self.search_packs("low"), low)
        self.assertEqual(self.search_packs("open"), fresh)
        self.assertEqual(self.search_packs("closed"), closed)
        self.assertEqual(self.search_packs("waiting"), waiting)
        found = self.env["project.pack"].search([("balance_state", "not in", ("open", "low"))])
        self.assertFalse(found & (low | fresh))
        self.assertLessEqual(used_up | closed, found)

    def test_offered_and_awaiting_hours_stand_apart(self):
        pack = self.sell(10)
        self.log(3)
        self.log(2, pack_use="offered")
        self.log(1).sudo().pack_use = "awaiting"
        self.assertEqual((pack.offered_hours, pack.awaiting_hours, pack.used_hours, pack.entry_count), (2, 1, 3, 3))
        self.assertEqual((self.project.pack_offered_hours, self.project.pack_awaiting_hours), (2, 1))

    def test_the_list_costs_the_same_for_twice_the_packs(self):
        action = self.env.ref("project_lifecycle.project_pack_action")
        views = self.env["project.pack"].get_views([(False, "list")])
        names = {node.get("name") for node in etree.fromstring(views["views"]["list"]["arch"]).iter("field")}
        spec = {name: {} for name in names if name}
        self.assertIn("used_share", spec)
        self.assertEqual(action.res_model, "project.pack")

        def read(env, _run):
            env["project.pack"].with_user(self.manager).web_search_read([], spec, limit=80)

        def add():
            for number in range(4):
                project = self.create_project(f"P{number}", partner_id=self.customer.id, allow_billable=True)
                self.sell(10, project=project)
                self.log(1, project_id=project.id)

        add()
        few = count_queries(self.env, read)
        add()
        self.assertEqual(count_queries(self.env, read), few)

    def test_projects_cost_the_same_for_twice_as_many(self):
        spec = dict.fromkeys(
            [
                "pack_count",
                "pack_state",
                "pack_used_share",
                "pack_remaining_hours",
                "pack_last_entry_date",
                "pack_offered_hours",
                "pack_awaiting_hours",
            ],
            {},
        )
        projects = self.project

        def read(env, _run):
            projects.with_env(env).with_user(self.consultant).web_read(spec)

        def add():
            found = projects
            for number in range(3):
                project = self.create_project(f"P{number}", partner_id=self.customer.id, allow_billable=True)
                self.sell(10, project=project)
                self.log(1, project_id=project.id)
                found |= project
            return found

        projects = add()
        few = count_queries(self.env, read)
        projects = add()
        self.assertEqual(count_queries(self.env, read), few)

    def test_the_list_of_time_costs_the_same_for_twice_the_projects(self):
        spec = dict.fromkeys(
            ["in_lifecycle", "project_pack_hours", "project_pack_state", "taken_from_id", "is_offered", "pack_use"], {}
        )

        def read(env, _run):
            env["account.analytic.line"].with_user(self.consultant).web_search_read(
                [("project_id", "!=", False)], spec, limit=80
            )

        def add():
            for number in range(3):
                project = self.create_project(f"P{number}", partner_id=self.customer.id, allow_billable=True)
                self.sell(10, project=project)
                self.log(1, project_id=project.id)

        add()
        few = count_queries(self.env, read)
        add()
        self.assertEqual(count_queries(self.env, read), few)

    def test_projects_without_lifecycle_ask_nothing_for_their_balance(self):
        stock = self.env["project.project"].create([{"name": "Stock"}, {"name": "Stock too"}])
        names = ["pack_count", "pack_state", "pack_used_share", "pack_offered_hours", "pack_awaiting_hours"]
        stock.mapped("lifecycle_id")
        with self.assertQueryCount(0):
            self.assertEqual([stock[0][name] for name in names], [0, False, 0, 0, 0])

    def test_projects_are_found_by_their_balance(self):
        used_up, low, left = (
            self.create_project(name, partner_id=self.customer.id, allow_billable=True) for name in ("A", "B", "C")
        )
        for project, hours in ((used_up, 10), (low, 8), (left, 1)):
            self.sell(10, project=project)
            self.log(hours, project_id=project.id)
        projects = self.env["project.project"].with_user(self.consultant)
        for project, state in ((used_up, "used_up"), (low, "low"), (left, "left")):
            self.assertEqual(projects.search([("pack_state", "=", state)]), project)
        without = projects.search([("pack_state", "=", False)])
        self.assertIn(self.project, without)
        self.assertFalse(without & (used_up | low | left))

    def test_few_hours_are_measured_by_the_newest_pack(self):
        self.sell(100)
        self.log(100)
        self.sell(10)
        self.log(1)
        self.assertEqual(self.project.pack_state, "left")
        self.log(7)
        self.project.invalidate_recordset()
        self.assertEqual(self.project.pack_state, "low")

    def test_what_lapsed_was_neither_used_nor_is_it_left(self):
        lapsed = self.sell(10)
        self.log(4)
        lapsed.date_to = "2020-01-01"
        self.sell(12)
        self.log(2)
        project = self.project
        self.assertEqual(
            (project.pack_used_hours, project.pack_remaining_hours, project.pack_lapsed_hours), (6, 10, 6)
        )
        self.assertAlmostEqual(project.pack_used_share, 37.5)

    def test_the_right_panel_shows_packs_and_balance(self):
        pack = self.sell(10)
        closed = self.sell(3)
        closed.date_to = "2020-01-01"
        self.log(4)
        data = self.project.with_user(self.consultant).get_panel_data()
        self.assertEqual([shown["id"] for shown in data["packs"]], [pack.id])
        self.assertEqual((data["packs"][0]["left"], round(data["packs"][0]["share"])), ("06:00 h", 40))
        button = next(button for button in data["buttons"] if button["action"] == "action_view_packs")
        self.assertEqual(button["number"], "06:00 h")
        self.log(7)
        data = self.project.with_user(self.consultant).get_panel_data()
        self.assertEqual([(shown["id"], shown["left"]) for shown in data["packs"]], [(pack.id, "-01:00 h")])
        stock = self.env["project.project"].create({"name": "Stock", "user_id": self.consultant.id})
        self.assertNotIn("packs", stock.with_user(self.consultant).get_panel_data())

    def test_the_balance_at_the_point_of_entry(self):
        self.sell(10)
        self.log(4)
        task = self.env["project.task"].with_user(self.consultant).create({"name": "T", "project_id": self.project.id})
        self.assertEqual((task.has_packs, task.project_pack_hours, task.project_pack_state), (True, 6, "left"))
        form = Form(
            self.env["account.analytic.line"].with_user(self.consultant), "hr_timesheet.hr_timesheet_line_form"
        )
        form.project_id = self.project
        self.assertEqual(form.project_pack_hours, 6)

    def test_time_is_logged_in_the_form(self):
        kind = self.env.ref("project_lifecycle.work_kind_training")
        pack = self.sell(10)
        form = Form(
            self.env["account.analytic.line"].with_user(self.consultant), "hr_timesheet.hr_timesheet_line_form"
        )
        form.project_id = self.project
        form.unit_amount = 2
        form.name = "explained the shop"
        form.work_kind_id = kind
        form.is_offered = True
        form.internal_note = "for us"
        entry = form.save()
        self.assertEqual((entry.pack_id, entry.pack_use, entry.work_kind_id), (pack, "offered", kind))
        self.assertEqual((entry.taken_from_id, entry.is_offered), (pack, True))

    def test_a_form_takes_nothing_before_it_is_saved(self):
        pack = self.sell(10, user_id=self.manager.id)
        form = Form(
            self.env["account.analytic.line"].with_user(self.consultant), "hr_timesheet.hr_timesheet_line_form"
        )
        form.project_id = self.project
        form.unit_amount = 9
        self.assertFalse(form.taken_from_id)
        self.assertEqual((pack.alerted_share, len(pack.activity_ids)), (0, 0))

    def test_salespeople_who_log_time_get_the_line_of_the_pack(self):
        self.consultant.group_ids += self.env.ref("sales_team.group_sale_salesman")
        pack = self.sell(10)
        form = Form(
            self.env["account.analytic.line"].with_user(self.consultant), "hr_timesheet.hr_timesheet_line_form"
        )
        form.project_id = self.project
        form.unit_amount = 2
        entry = form.save()
        self.assertEqual((entry.pack_id, entry.so_line), (pack, pack.sale_line_id))

    def test_a_pack_may_be_chosen_in_a_new_entry_only(self):
        first, second = self.sell(10), self.sell(10)
        form = Form(
            self.env["account.analytic.line"].with_user(self.consultant), "hr_timesheet.hr_timesheet_line_form"
        )
        form.project_id = self.project
        form.unit_amount = 2
        form.taken_from_id = second
        entry = form.save()
        self.assertEqual(entry.pack_id, second)
        with self.assertRaises(AssertionError):
            Form(entry, "hr_timesheet.hr_timesheet_line_form").taken_from_id = first
        with self.assertRaises(AccessError):
            entry.taken_from_id = first
        with self.assertRaises(AccessError):
            entry.is_offered = True
        as_manager = Form(entry.with_user(self.manager), "hr_timesheet.hr_timesheet_line_form")
        as_manager.taken_from_id = first
        as_manager.save()
        self.assertEqual(entry.pack_id, first)

    def test_only_administrators_enter_packs_by_hand(self):
        with self.assertRaises(AccessError):
            self.env["project.pack"].with_user(self.consultant).create(
                {"name": "mine", "project_id": self.project.id, "purchased_hours": 5}
            )
        form = Form(self.env["project.pack"].with_user(self.manager).with_context(default_project_id=self.project.id))
        form.name = "Bought in 2024"
        form.purchased_hours = 12
        pack = form.save()
        self.assertEqual((pack.project_id, pack.available_hours), (self.project, 12))
        form = Form(pack.with_user(self.manager))
        form.purchased_hours = 14
        form.save()
        self.assertEqual(pack.available_hours, 14)

    def test_hours_of_an_order_are_not_edited(self):
        pack = self.sell(10)
        with self.assertRaises(AssertionError):
            Form(pack.with_user(self.manager)).purchased_hours = 12
        with self.assertRaises(UserError):
            pack.with_user(self.manager).purchased_hours = 12

    def test_entries_of_a_pack_are_opened(self):
        pack, other = self.sell(2), self.sell(2)
        entry = self.log(2)
        self.log(1)
        action = pack.with_user(self.consultant).action_view_entries()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), entry)
        action = self.project.with_user(self.consultant).action_view_packs()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), pack | other)

    def test_hours_by_stage_and_kind(self):
        kind = self.env.ref("project_lifecycle.work_kind_meeting")
        self.sell(10)
        self.log(2, work_kind_id=kind.id)
        self.log(1)
        rows = (
            self.env["account.analytic.line"]
            .with_user(self.consultant)
            .formatted_read_group(
                [("project_id", "=", self.project.id)],
                ["lifecycle_stage_id", "work_kind_id", "pack_use", "date:month"],
                ["unit_amount:sum"],
            )
        )
        found = {(row["lifecycle_stage_id"][0], row["work_kind_id"] and row["work_kind_id"][0]) for row in rows}
        self.assertEqual(found, {(self.first.id, kind.id), (self.first.id, False)})

    def test_packs_by_client(self):
        pack = self.sell(10)
        rows = (
            self.env["project.pack"]
            .with_user(self.consultant)
            .formatted_read_group([("id", "=", pack.id)], ["project_partner_id"], ["__count"])
        )
        self.assertEqual(rows[0]["project_partner_id"][0], self.customer.id)

    def test_salespeople_find_the_packs_of_their_orders(self):
        salesperson = new_test_user(self.env, "lc_sales", "sales_team.group_sale_salesman")
        mine, theirs = self.sell(10, user_id=salesperson.id), self.sell(10, user_id=self.manager.id)
        order = mine.order_id.with_user(salesperson)
        self.assertTrue(order.has_packs)
        action = order.action_view_packs()
        packs = self.env["project.pack"].with_user(salesperson)
        self.assertEqual(packs.search(action["domain"]), mine)
        self.assertEqual(packs.search([("id", "in", (mine | theirs).ids)]), mine)
        self.assertIn("10:00", packs.browse(mine.id).ledger)

    def test_employees_who_only_log_time_see_the_balance(self):
        self.employee.group_ids += self.env.ref("hr_timesheet.group_hr_timesheet_user")
        self.env["hr.employee"].create({"name": "Emil", "user_id": self.employee.id})
        self.project.privacy_visibility = "employees"
        pack = self.sell(10)
        form = Form(self.env["account.analytic.line"].with_user(self.employee), "hr_timesheet.hr_timesheet_line_form")
        form.project_id = self.project
        self.assertEqual(form.project_pack_hours, 10)
        form.unit_amount = 1
        self.assertEqual(form.save().taken_from_id, pack)

    def test_values_of_the_caller_stay_as_they_are(self):
        self.sell(10)
        vals = {"name": "work", "project_id": self.project.id, "unit_amount": 1, "is_offered": True}
        entry = self.env["account.analytic.line"].with_user(self.consultant).create(vals)
        self.assertEqual((entry.pack_use, vals["is_offered"]), ("offered", True))

    def test_settings(self):
        settings = self.env["res.config.settings"].create(
            {"pack_policy": "block", "pack_alert_shares": "60, 90", "pack_pace_weeks": 6}
        )
        settings.execute()
        company = self.env.company
        self.assertEqual(
            (company.pack_policy, company.pack_alert_shares, company.pack_pace_weeks), ("block", "60, 90", 6)
        )


@tagged("post_install", "-at_install")
class TestPackAssign(PackCommon):
    """Packs that wait for their project."""

    def setUp(self):
        super().setUp()
        self.pack = self.sell(10, user_id=self.consultant.id)
        self.pack.project_id = False
        self.consultant.group_ids += self.env.ref("sales_team.group_sale_salesman")

    def assign(self, user):
        wizard = (
            self.env["project.pack.assign"]
            .with_user(user)
            .with_context(active_model="project.pack", active_id=self.pack.id)
        )
        wizard = wizard.create({})
        self.assertEqual(wizard.project_id, self.project)
        return wizard.action_assign()

    def test_the_salesperson_chooses(self):
        self.pack._ask_for_project()
        self.assertTrue(self.pack.with_user(self.consultant).can_choose_project)
        self.assign(self.consultant)
        self.assertEqual((self.pack.project_id, len(self.pack.activity_ids)), (self.project, 0))

    def test_the_administrator_chooses(self):
        self.assign(self.manager)
        self.assertEqual(self.pack.project_id, self.project)

    def test_others_do_not(self):
        self.colleague.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        with self.assertRaisesRegex(AccessError, "chooses its project"):
            self.assign(self.colleague)

    def test_time_on_the_line_comes_along(self):
        line = self.pack.sale_line_id
        self.pack.unlink()
        entry = self.log(3)
        entry.with_user(self.manager).so_line = line
        self.pack = self.env["project.pack"].create({"sale_line_id": line.id})
        self.assign(self.manager)
        self.assertEqual((entry.pack_id, self.pack.remaining_hours), (self.pack, 7))


@tagged("post_install", "-at_install")
class TestPacksFromOrders(PackCommon):
    """Orders that were confirmed before there were packs."""

    def sell_before(self, hours, project=None, **values):
        """Confirm an order as before the installation: it has no pack."""
        pack = self.sell(hours, project=project, **values)
        line = pack.sale_line_id
        pack.unlink()
        return line

    def log_before(self, hours, line, project=None):
        entry = self.log(hours, project_id=(project or self.project).id)
        entry.with_user(self.manager).so_line = line
        return entry

    def bring_in(self, projects=None, user=None):
        projects = (projects or self.project).with_user(user or self.consultant)
        action = projects.action_packs_from_orders()
        wizard = self.env["project.pack.from.orders"].with_user(user or self.consultant)
        wizard = wizard.with_context(**action["context"]).create({})
        seen = wizard.pack_count, wizard.entry_count
        wizard.action_make_packs()
        return seen

    def pack_of(self, line):
        return self.env["project.pack"].search([("sale_line_id", "=", line.id)])

    def test_packs_are_made_and_time_bound(self):
        line = self.sell_before(10)
        entry = self.log_before(3, line)
        elsewhere = self.log(1)
        self.assertEqual(self.bring_in(), (1, 1))
        pack = self.pack_of(line)
        self.assertEqual((pack.project_id, pack.remaining_hours, entry.pack_id), (self.project, 7, pack))
        self.assertEqual((entry.so_line, entry.pack_use), (line, "deducted"))
        self.assertFalse(elsewhere.pack_id)

    def test_it_may_be_repeated(self):
        line = self.sell_before(10)
        self.log_before(3, line)
        self.bring_in()
        pack = self.pack_of(line)
        self.assertEqual(self.bring_in(), (0, 0))
        self.assertEqual((self.pack_of(line), pack.remaining_hours), (pack, 7))

    def test_the_oldest_order_is_used_first(self):
        newer, older = self.sell_before(10), self.sell_before(10)
        older.order_id.date_order = "2020-01-01 10:00:00"
        self.bring_in()
        self.assertEqual(self.log(1).pack_id, self.pack_of(older))
        self.assertTrue(self.pack_of(newer))

    def test_nothing_is_mailed(self):
        line = self.sell_before(10, user_id=self.manager.id)
        self.log_before(9, line)
        before = self.env["mail.mail"].search_count([])
        messages = self.env["mail.message"].search_count([("notified_partner_ids", "!=", False)])
        self.bring_in()
        self.assertEqual(self.env["mail.mail"].search_count([]), before)
        self.assertEqual(self.env["mail.message"].search_count([("notified_partner_ids", "!=", False)]), messages)

    def test_the_dialog_says_first_what_it_does(self):
        line = self.sell_before(10)
        self.log_before(3, line)
        wizard = (
            self.env["project.pack.from.orders"].with_user(self.consultant).create({"project_ids": self.project.ids})
        )
        self.assertIn(line.order_id.name, wizard.preview)
        self.assertIn("10:00", wizard.preview)
        self.assertFalse(self.pack_of(line))

    def test_orders_that_name_no_project(self):
        order = self.create_plain_order(10)
        self.project.reinvoiced_sale_order_id = order
        self.bring_in()
        self.assertEqual(self.pack_of(order.order_line).project_id, self.project)

    def create_plain_order(self, hours):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [(0, 0, {"product_id": self.consulting.id, "product_uom_qty": hours})],
            }
        )
        order.action_confirm()
        self.env["project.pack"].search([("sale_line_id", "in", order.order_line.ids)]).unlink()
        return order

    def test_the_line_of_a_task_names_its_project(self):
        order = self.create_plain_order(10)
        self.env["project.task"].create(
            {"name": "T", "project_id": self.project.id, "sale_line_id": order.order_line.id}
        )
        self.bring_in()
        self.assertEqual(self.pack_of(order.order_line).project_id, self.project)

    def test_of_several_projects_somebody_chooses(self):
        order = self.create_plain_order(10)
        other = self.create_project("Other", partner_id=self.customer.id, allow_billable=True)
        for project in self.project | other:
            self.env["project.task"].create(
                {"name": "T", "project_id": project.id, "sale_line_id": order.order_line.id}
            )
        self.bring_in()
        pack = self.pack_of(order.order_line)
        self.assertTrue(pack)
        self.assertFalse(pack.project_id)
        self.assertIn("Choose the project", pack.activity_ids.summary)

    def test_cancelled_orders_make_none(self):
        line = self.sell_before(10)
        line.order_id._action_cancel()
        self.assertEqual(self.bring_in(), (0, 0))
        self.assertFalse(self.pack_of(line))

    def test_many_projects_at_once(self):
        other = self.create_project("Other", partner_id=self.customer.id, allow_timesheets=True, allow_billable=True)
        lines = self.sell_before(10) | self.sell_before(5, project=other)
        self.assertEqual(self.bring_in(self.project | other), (2, 0))
        self.assertEqual([self.pack_of(line).project_id for line in lines], [self.project, other])

    def test_the_list_offers_it(self):
        line = self.sell_before(10)
        action = self.env.ref("project_lifecycle.project_pack_from_orders_action").with_user(self.consultant)
        found = action.with_context(active_model="project.project", active_ids=self.project.ids).run()
        self.assertEqual(found["context"], {"default_project_ids": self.project.ids})
        self.assertFalse(self.pack_of(line))

    def test_only_who_leads_the_project(self):
        self.sell_before(10)
        with self.assertRaisesRegex(AccessError, "Only the consultant"):
            self.bring_in(user=self.colleague)
        wizard = (
            self.env["project.pack.from.orders"].with_user(self.colleague).create({"project_ids": self.project.ids})
        )
        self.assertEqual(wizard.pack_count, 0)
        with self.assertRaisesRegex(AccessError, "Only the consultant"):
            wizard.action_make_packs()

    def test_projects_without_lifecycle_make_none(self):
        stock = self.env["project.project"].create(
            {"name": "Stock", "partner_id": self.customer.id, "allow_billable": True}
        )
        order = self.create_plain_order(5)
        order.project_id = stock
        self.bring_in(stock, user=self.manager)
        self.assertFalse(self.pack_of(order.order_line))
