import threading

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

QUIET = {"tracking_disable": True, "mail_notrack": True, "mail_create_nolog": True, "no_reset_password": True}


class ContestedPackCase(BaseCase):
    """A project with a pack, and two people on connections of their own."""

    groups = ("project.group_project_user", "hr_timesheet.group_hr_timesheet_user")

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, QUIET)
            self.had_stages = env.ref("project.group_project_stages") in env.ref("base.group_user").all_implied_ids
            lifecycle = env["project.lifecycle"].create({"name": "Contested"})
            env["project.project.stage"].create({"name": "Alpha", "lifecycle_id": lifecycle.id})
            groups = [env.ref(name).id for name in self.groups]
            users = env["res.users"].create(
                [{"name": name, "login": name, "group_ids": [Command.set(groups)]} for name in ("lc_ann", "lc_bob")]
            )
            employees = env["hr.employee"].create([{"name": user.name, "user_id": user.id} for user in users])
            project = env["project.project"].create(
                {"name": "Contested project", "lifecycle_id": lifecycle.id, "allow_timesheets": True}
            )
            pack = self.make_pack(env, project)
            company = project._get_pack_company()
            self.company_id = company.id
            self.settings = {"pack_policy": company.pack_policy, "pack_alert_shares": company.pack_alert_shares}
            self.made = [project.task_ids, pack, project, lifecycle, employees, users, users.partner_id]
            self.made = [(records._name, records.ids) for records in self.made]
            self.project_id, self.pack_id = project.id, pack.id
        self.addCleanup(self.take_back)
        self.envs = [self.open_environment(user_id) for user_id in users.ids]

    def make_pack(self, env, project):
        return env["project.pack"].create({"project_id": project.id, "purchased_hours": 1})

    def open_environment(self, user_id):
        cursor = self.registry.cursor()
        self.addCleanup(cursor.close)
        # a test that waits for the other connection has failed
        cursor.execute("SET lock_timeout = '5s'")
        cursor.commit()
        return api.Environment(cursor, user_id, QUIET)

    def take_back(self):
        for env in self.envs:
            env.cr.rollback()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["res.company"].browse(self.company_id).write(self.settings)
            env["account.analytic.line"].search([("project_id", "=", self.project_id)]).unlink()
            for model, ids in self.made:
                env[model].browse(ids).unlink()
            if not self.had_stages:
                env["project.lifecycle"]._restore_stage_feature()

    def do_together(self, act):
        """Let both do the same at once, each on a connection of their own; return what the refused ones were told.

        :param act: called with the environment of each
        """
        together, told = threading.Barrier(2, timeout=20), []

        def work(env):
            # each sees the pack as it was before the other one
            self.assertEqual(env["project.project"].browse(self.project_id).name, "Contested project")
            together.wait()
            try:
                retrying(lambda: act(env), env)
            except UserError as error:
                env.cr.rollback()
                told.append(str(error))

        threads = [threading.Thread(target=work, args=[env]) for env in self.envs]
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
        return told


@tagged("post_install", "-at_install")
class TestPackConcurrency(ContestedPackCase):
    """Two people log the last hour of a pack at the same moment.

    The pack was entered by hand: no order line makes one of them wait for the other.
    """

    def set_policy(self, policy):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, QUIET)
            # an alert would make one wait for the other as well
            env["res.company"].browse(self.company_id).write({"pack_policy": policy, "pack_alert_shares": False})

    def log_together(self):
        values = {"name": "last hour", "project_id": self.project_id, "unit_amount": 1}
        return self.do_together(lambda env: env["account.analytic.line"].create(values).flush_recordset())

    def get_balance(self):
        with self.registry.cursor() as cr:
            pack = api.Environment(cr, SUPERUSER_ID, {})["project.pack"].browse(self.pack_id)
            return pack.remaining_hours, len(pack.entry_ids)

    def test_both_are_taken_where_the_company_warns(self):
        self.set_policy("warn")
        self.assertEqual(self.log_together(), [])
        self.assertEqual(self.get_balance(), (-1, 2))

    def test_one_is_refused_where_the_company_refuses(self):
        self.set_policy("block")
        told = self.log_together()
        self.assertEqual(len(told), 1)
        self.assertIn("0:00 h left", told[0])
        self.assertEqual(self.get_balance(), (0, 1))


@tagged("post_install", "-at_install")
class TestNextPackConcurrency(ContestedPackCase):
    """Two people prepare the next pack at the same moment: there is one quotation."""

    groups = ("project.group_project_manager",)

    def make_pack(self, env, project):
        customer = env["res.partner"].create({"name": "Contested client"})
        product = env["product.product"].create(
            {
                "name": "Contested consulting",
                "type": "service",
                "service_policy": "ordered_prepaid",
                "uom_id": env.ref("uom.product_uom_hour").id,
                "taxes_id": False,
            }
        )
        order = env["sale.order"].create(
            {
                "partner_id": customer.id,
                "project_id": project.id,
                "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 1})],
            }
        )
        order.action_confirm()
        self.addCleanup(self.take_back_sales, customer.id, product.id)
        return env["project.pack"].search([("sale_line_id", "in", order.order_line.ids)])

    def take_back_sales(self, customer_id, product_id):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, QUIET)
            orders = env["sale.order"].search([("partner_id", "=", customer_id)])
            orders._action_cancel()
            orders.unlink()
            env["product.product"].browse(product_id).unlink()
            env["res.partner"].browse(customer_id).unlink()

    def test_one_quotation(self):
        shown = []

        def prepare(env):
            action = env["project.pack"].browse(self.pack_id).action_prepare_next_pack()
            env.cr.flush()
            shown.append(action["params"]["type"])

        self.assertEqual(self.do_together(prepare), [])
        self.assertEqual(sorted(shown[-2:]), ["info", "success"], "one made it, the other one found it")
        with self.registry.cursor() as cr:
            orders = api.Environment(cr, SUPERUSER_ID, {})["sale.order"]
            open_domain = [("project_id", "=", self.project_id), ("state", "=", "draft")]
            self.assertEqual(orders.search_count(open_domain), 1)
