from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from .common import LifecycleCommon, count_queries, stock_odoo


def create_project(env, run):
    env["project.project"].create({"name": f"Plain {run}"})


def create_ten_projects(env, run):
    env["project.project"].create([{"name": f"Plain {run} {number}"} for number in range(10)])


def a_project(env):
    return env["project.project"].search([("name", "=", "Measured")]) or env["project.project"].create(
        {"name": "Measured", "allow_timesheets": True}
    )


def write_name(env, run):
    a_project(env).write({"name": "Measured", "description": f"text {run}"})


def write_stage(env, run):
    stages = env["project.project.stage"].search([("sequence", "<", 1000)])
    a_project(env).write({"stage_id": stages[run % len(stages)].id})


def write_stage_silently(env, run):
    stages = env["project.project.stage"].search([("sequence", "<", 1000)])
    project = a_project(env)
    env.invalidate_all()
    project.with_context(tracking_disable=True).sudo().write({"stage_id": stages[run % len(stages)].id})


def write_company(env, run):
    a_project(env).write({"company_id": env.company.id if run % 2 else False})


def read_project(env, run):
    a_project(env).read(["name", "stage_id", "user_id", "date_start", "date", "task_count", "last_update_status"])


def search_projects(env, run):
    env["project.project"].web_search_read([("name", "ilike", "easured")], {"name": {}, "stage_id": {}})


def log_time(env, run):
    project = a_project(env)
    task = env["project.task"].search([("project_id", "=", project.id)]) or env["project.task"].create(
        {"name": "Task", "project_id": project.id}
    )
    env["account.analytic.line"].create(
        {"name": f"work {run}", "project_id": project.id, "task_id": task[0].id, "unit_amount": 1}
    )


def a_task(env):
    return env["project.task"].search([("name", "=", "Measured task")]) or env["project.task"].create(
        {"name": "Measured task", "project_id": a_project(env).id}
    )


def an_entry(env):
    return env["account.analytic.line"].search([("name", "=", "measured entry")]) or env[
        "account.analytic.line"
    ].create({"name": "measured entry", "project_id": a_project(env).id, "unit_amount": 1})


def log_time_ten_times(env, run):
    project, task = a_project(env), a_task(env)[0]
    env["account.analytic.line"].create(
        [
            {"name": f"work {run} {number}", "project_id": project.id, "task_id": task.id, "unit_amount": 1}
            for number in range(10)
        ]
    )


def log_time_on_the_task(env, run):
    env["account.analytic.line"].create({"name": f"work {run}", "task_id": a_task(env)[0].id, "unit_amount": 1})


def log_time_silently(env, run):
    project = a_project(env)
    env.invalidate_all()
    env["account.analytic.line"].sudo().create({"name": f"work {run}", "project_id": project.id, "unit_amount": 1})


def write_hours(env, run):
    entry = an_entry(env)
    env.invalidate_all()
    entry.write({"unit_amount": 2 + run})


def write_date_of_time(env, run):
    entry = an_entry(env)
    env.invalidate_all()
    entry.write({"date": f"2026-01-0{1 + run}"})


def write_name_of_time(env, run):
    entry = an_entry(env)
    env.invalidate_all()
    entry.write({"name": "measured entry", "ref": f"text {run}"})


def write_project_of_time(env, run):
    entry = an_entry(env)
    other = env["project.project"].search([("name", "=", "Elsewhere")]) or env["project.project"].create(
        {"name": "Elsewhere", "allow_timesheets": True}
    )
    env.flush_all()
    env.invalidate_all()
    entry.write({"project_id": other.id})
    env.flush_all()
    entry.write({"project_id": a_project(env).id})


def delete_time(env, run):
    entry = an_entry(env)
    env.invalidate_all()
    entry.unlink()


def move_task_with_time(env, run):
    task = a_task(env)[0]
    other = env["project.project"].search([("name", "=", "Elsewhere")]) or env["project.project"].create(
        {"name": "Elsewhere", "allow_timesheets": True}
    )
    env.flush_all()
    env.invalidate_all()
    task.write({"project_id": other.id})
    env.flush_all()
    task.write({"project_id": a_project(env).id})


def log_other_costs(env, run):
    account = env["account.analytic.account"].search([], limit=1)
    env["account.analytic.line"].create({"name": f"cost {run}", "account_id": account.id, "amount": -1})


def write_allocated_hours(env, run):
    a_project(env).write({"allocated_hours": 10 + run})


def write_dates(env, run):
    a_project(env).write({"date_start": f"2026-01-0{1 + run}", "date": "2026-03-01"})


def create_milestone(env, run):
    env["project.milestone"].create({"name": f"Milestone {run}", "project_id": a_project(env).id})


def date_and_delete_milestone(env, run):
    milestone = env["project.milestone"].create({"name": f"Milestone {run}", "project_id": a_project(env).id})
    env.flush_all()
    env.invalidate_all()
    milestone.write({"deadline": "2026-04-01"})
    milestone.unlink()


def copy_project(env, run):
    a_project(env).copy({"name": f"Copy {run}"})


def copy_two_projects(env, run):
    projects = a_project(env) | env["project.project"].search([("name", "=", "Copy 0")], limit=1)
    projects.copy({"name": f"Copies {run}"})


def create_from_template(env, run):
    template = env["project.project"].search([("name", "=", "Pattern")]) or env["project.project"].create(
        {"name": "Pattern", "is_template": True, "task_ids": [Command.create({"name": "Task"})]}
    )
    template.action_create_from_template({"name": f"From template {run}"})


def confirm_order(env, run):
    product = env["product.product"].search([("name", "=", "Service")]) or env["product.product"].create(
        {"name": "Service", "type": "service", "service_tracking": "project_only", "taxes_id": False}
    )
    partner = env["res.partner"].search([("name", "=", "Buyer")]) or env["res.partner"].create({"name": "Buyer"})
    order = env["sale.order"].create(
        {"partner_id": partner.id, "order_line": [Command.create({"product_id": product.id}) for _line in range(2)]}
    )
    order.action_confirm()


def create_tasks(env, run):
    project = a_project(env)
    env["project.task"].create([{"name": f"T {run} {number}", "project_id": project.id} for number in range(5)])


def write_task(env, run):
    a_task(env).write({"description": f"text {run}"})


def finish_task(env, run):
    a_task(env).write({"state": "1_done" if run % 2 else "01_in_progress"})


def finish_task_at_once(env, run):
    task = a_task(env)
    env.invalidate_all()
    task.with_context(tracking_disable=True).write({"state": "1_done" if run % 2 else "01_in_progress"})


def move_task(env, run):
    other = env["project.project"].search([("name", "=", "Other")]) or env["project.project"].create({"name": "Other"})
    a_task(env).write({"project_id": other.id if run % 2 else a_project(env).id})


def delete_task(env, run):
    task = env["project.task"].create({"name": f"Gone {run}", "project_id": a_project(env).id})
    env.flush_all()
    env.invalidate_all()
    task.unlink()


SCENARIOS = [
    create_project,
    create_ten_projects,
    write_name,
    write_stage,
    write_stage_silently,
    write_company,
    read_project,
    search_projects,
    create_tasks,
    write_task,
    finish_task,
    finish_task_at_once,
    move_task,
    delete_task,
    log_time,
    log_time_ten_times,
    log_time_on_the_task,
    log_time_silently,
    write_hours,
    write_date_of_time,
    write_name_of_time,
    write_project_of_time,
    delete_time,
    move_task_with_time,
    log_other_costs,
    write_allocated_hours,
    write_dates,
    create_milestone,
    date_and_delete_milestone,
    copy_project,
    copy_two_projects,
    create_from_template,
    confirm_order,
]


def prepare(env):
    """Give the administrator what the scenarios need, in either database."""
    admin = env.ref("base.user_admin")
    env["hr.employee"].create({"name": "Worker", "user_id": admin.id}) if not admin.employee_ids else None
    admin.group_ids = [Command.link(env.ref("project.group_project_stages").id)]
    return env(user=admin.id, context={})


@tagged("post_install", "-at_install")
class TestStockUntouched(LifecycleCommon):
    """Projects without a lifecycle are stock Odoo's, to the query."""

    def test_not_one_query_more_than_stock(self):
        ours = self._count_all(self.env)
        with stock_odoo(self) as env:
            stock = self._count_all(env)
        self.assertEqual(ours, stock)

    def _count_all(self, env):
        env = prepare(env)
        return {scenario.__name__: count_queries(env, scenario) for scenario in SCENARIOS}

    def test_new_projects_start_where_they_ever_did(self):
        first = self.env["project.project.stage"].search([("lifecycle_id", "=", False)], limit=1)
        project = self.env["project.project"].with_user(self.manager).create({"name": "Plain"})
        self.assertEqual(project.stage_id, first)
        self.assertFalse(project.lifecycle_id or project.checklist_item_ids)

    def test_any_stage_to_any_stage(self):
        project = self.env["project.project"].create({"name": "Plain"})
        for stage in self.env["project.project.stage"].search([("lifecycle_id", "=", False)], order="id desc"):
            project.with_user(self.manager).stage_id = stage
            self.assertEqual(project.stage_id, stage)

    def test_the_consultant_gets_no_right_on_plain_projects(self):
        project = self.env["project.project"].create({"name": "Plain", "user_id": self.consultant.id})
        with self.assertRaisesRegex(UserError, "not allowed to modify"):
            project.with_user(self.consultant).stage_id = self.env.ref("project.project_project_stage_1")


@tagged("post_install", "-at_install")
class TestStageFeature(TransactionCase):
    """The stages of projects are switched on with the first lifecycle project, and never before."""

    def setUp(self):
        super().setUp()
        self.env["project.project"].search([("lifecycle_id", "!=", False)])._return_to_stock_stages()
        self.stages = self.env.ref("project.group_project_stages")
        self.everybody = self.env.ref("base.group_user")
        self.everybody.implied_ids = [Command.unlink(self.stages.id)]
        self.subtype = self.env.ref("project.mt_project_stage_change")
        self.subtype.hidden = True
        self.env["ir.config_parameter"].set_param("project_lifecycle.stage_feature_added", False)
        self.lifecycle = self.env.ref("project_lifecycle.lifecycle_software")

    def test_off_until_a_project_has_a_lifecycle(self):
        project = self.env["project.project"].create({"name": "Plain"})
        self.assertNotIn(self.stages, self.everybody.all_implied_ids)
        project.lifecycle_id = self.lifecycle
        self.assertIn(self.stages, self.everybody.all_implied_ids)
        self.assertFalse(self.subtype.hidden)

    def test_on_with_a_new_project_made_by_a_user_who_had_no_stages(self):
        user = self.env["res.users"].create(
            {
                "name": "Admin of projects",
                "login": "no_stages",
                "group_ids": [Command.set([self.env.ref("project.group_project_manager").id])],
            }
        )
        project = (
            self.env["project.project"].with_user(user).create({"name": "One", "lifecycle_id": self.lifecycle.id})
        )
        self.assertEqual(project.stage_id, self.lifecycle.stage_ids[0])
        self.assertIn(self.stages, self.everybody.all_implied_ids)

    def test_restored_only_if_we_switched_it_on(self):
        self.everybody.implied_ids = [Command.link(self.stages.id)]
        self.env["project.project"].create({"name": "One", "lifecycle_id": self.lifecycle.id})
        self.env["project.lifecycle"]._restore_stage_feature()
        self.assertIn(self.stages, self.everybody.all_implied_ids)

    def test_settings_keep_it_on_while_projects_need_it(self):
        self.env["project.project"].create({"name": "One", "lifecycle_id": self.lifecycle.id})
        settings = self.env["res.config.settings"].create({"group_project_stages": False})
        with self.assertRaisesRegex(UserError, "these projects have a lifecycle: One"):
            settings.execute()

    def test_who_had_the_stages_before_has_them_after(self):
        user = self.env["res.users"].create(
            {"name": "Stages", "login": "had_stages", "group_ids": [Command.link(self.stages.id)]}
        )
        self.env["project.project"].create({"name": "One", "lifecycle_id": self.lifecycle.id})
        self.env["project.lifecycle"]._restore_stage_feature()
        self.assertNotIn(self.stages, self.everybody.all_implied_ids)
        self.assertIn(user, self.stages.user_ids)

    def test_leaving_the_database(self):
        Project = self.env["project.project"]
        running = Project.create({"name": "Running", "lifecycle_id": self.lifecycle.id})
        closed = Project.create({"name": "Closed", "lifecycle_id": self.lifecycle.id, "active": False})
        plain = Project.create({"name": "Plain"})
        stage_of_plain = plain.stage_id
        closed._bring_in(self.lifecycle, self.lifecycle.stage_ids[-1], "ran before")
        todo = self.env["project.project.stage"].search([("lifecycle_id", "=", False), ("fold", "=", False)], limit=1)
        todo.active = False
        self.env["project.lifecycle"]._leave_database()
        Stage = self.env["project.project.stage"].with_context(active_test=False)
        self.assertFalse(Stage.search([("lifecycle_id", "!=", False)]))
        self.assertFalse((running | closed).lifecycle_id)
        self.assertFalse(running.stage_id.fold)
        self.assertTrue(running.stage_id.active)
        self.assertTrue(closed.stage_id.fold)
        self.assertEqual(plain.stage_id, stage_of_plain)
        self.assertNotIn(self.stages, self.everybody.all_implied_ids)
        self.assertTrue(self.subtype.hidden)
