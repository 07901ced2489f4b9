from odoo.fields import Command
from odoo.tests import tagged

from .common_concurrency import QUIET, ConcurrencyCase


class ContestedPackCase(ConcurrencyCase):
    """A project with a pack, and two people who take time from it."""

    context = {**QUIET, "no_reset_password": True}
    groups = ("project.group_project_user", "hr_timesheet.group_hr_timesheet_user")

    def build(self, env):
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
        self.user_ids = users.ids

    def make_pack(self, env, project):
        return env["project.pack"].create({"project_id": project.id, "purchased_hours": 1})

    def take_back(self, env):
        env["res.company"].browse(self.company_id).write(self.settings)
        env["account.analytic.line"].search([("project_id", "=", self.project_id)]).unlink()
        for model, ids in self.made:
            env[model].browse(ids).unlink()

    def start_reading(self, env):
        """Each sees the pack as it was before the other one."""
        self.assertEqual(env["project.project"].browse(self.project_id).name, "Contested project")

    def let_both(self, act):
        """Let both do the same at once; return what those were told who were refused."""
        return [str(error) for error in self.do_together(act)[1]]


@tagged("post_install", "-at_install")
class TestPackConcurrency(ContestedPackCase):
    """Two people log the last hour of a pack at the same moment.

    The pack was entered by hand: no order line makes one of them wait for the other.
    """

    def set_policy(self, policy):
        with self.act_as_root(QUIET) as env:
            # an alert would make one wait for the other as well
            env["res.company"].browse(self.company_id).write({"pack_policy": policy, "pack_alert_shares": False})

    def log_together(self):
        values = {"name": "last hour", "project_id": self.project_id, "unit_amount": 1}
        return self.let_both(lambda env: env["account.analytic.line"].create(values).flush_recordset())

    def get_balance(self):
        with self.act_as_root() as env:
            pack = env["project.pack"].browse(self.pack_id)
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
        with self.act_as_root(QUIET) as env:
            orders = env["sale.order"].search([("partner_id", "=", customer_id)])
            orders._action_cancel()
            orders.unlink()
            env["product.product"].browse(product_id).unlink()
            env["res.partner"].browse(customer_id).unlink()

    def test_one_quotation(self):
        def prepare(env):
            action = env["project.pack"].browse(self.pack_id).action_prepare_next_pack()
            env.cr.flush()
            return action["params"]["type"]

        shown, refused = self.do_together(prepare)
        self.assertFalse(refused)
        self.assertEqual(sorted(shown), ["info", "success"], "one made it, the other one found it")
        with self.act_as_root() as env:
            orders = env["sale.order"]
            open_domain = [("project_id", "=", self.project_id), ("state", "=", "draft")]
            self.assertEqual(orders.search_count(open_domain), 1)
