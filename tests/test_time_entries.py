from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import LifecycleCommon, count_queries


@tagged("post_install", "-at_install")
class TimeCommon(LifecycleCommon):
    """A consultant who logs time; the second stage asks for consent, the last is closed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        log_time = cls.env.ref("hr_timesheet.group_hr_timesheet_user")
        for user in (cls.consultant, cls.colleague, cls.manager):
            user.group_ids = [Command.link(log_time.id)]
            cls.env["hr.employee"].create({"name": user.name, "user_id": user.id})
        cls.manager.group_ids = [Command.link(cls.env.ref("hr_timesheet.group_hr_timesheet_approver").id)]
        cls.second.time_policy = "consent"
        cls.last.time_policy = "closed"
        cls.project.allow_timesheets = True
        cls.task = cls.env["project.task"].create({"name": "Task", "project_id": cls.project.id})
        cls.plain = cls.env["project.project"].create({"name": "Plain", "allow_timesheets": True})
        cls.first_step = cls.step_in(cls.project, cls.first)

    @classmethod
    def step_in(cls, project, stage):
        return project.step_ids.filtered(lambda step: step.stage_id == stage)

    @classmethod
    def log(cls, project=None, user=None, **values):
        project = cls.project if project is None else project
        return (
            cls.env["account.analytic.line"]
            .with_user(user or cls.consultant)
            .create({"name": "work", "unit_amount": 2, "project_id": project.id, **values})
        )

    @classmethod
    def move(cls, stage, project=None):
        project = project or cls.project
        cls.items_of(project).filtered(lambda it: it.state == "open" and not it.step_id._is_decided()).with_user(
            cls.consultant
        ).action_tick()
        project.with_user(cls.consultant).stage_id = stage


@tagged("post_install", "-at_install")
class TestStepOfTime(TimeCommon):
    """Each entry keeps the step in which it was made."""

    def test_the_step_in_which_the_project_stands(self):
        entry = self.log()
        self.assertEqual((entry.step_id, entry.pack_use), (self.first_step, "deducted"))

    def test_the_step_stays_when_the_project_moves_on(self):
        entry = self.log()
        self.move(self.second)
        entry.write({"unit_amount": 3, "project_id": self.project.id, "name": "changed"})
        self.assertEqual((entry.step_id, entry.pack_use), (self.first_step, "deducted"))
        self.assertEqual(self.log().step_id, self.step_in(self.project, self.second))

    def test_an_entry_on_a_task(self):
        entry = (
            self.env["account.analytic.line"]
            .with_user(self.consultant)
            .create({"name": "work", "unit_amount": 1, "task_id": self.task.id})
        )
        self.assertEqual(entry.step_id, self.first_step)

    def test_a_task_of_a_later_gate_does_not_matter(self):
        self.task.step_id = self.step_in(self.project, self.second)
        self.assertEqual(self.log(task_id=self.task.id).step_id, self.first_step)

    def test_entries_written_in_the_form_of_a_task(self):
        with Form(self.task.with_user(self.consultant)) as form, form.timesheet_ids.new() as line:
            line.name = "in the form"
            line.unit_amount = 1
        self.assertEqual(self.task.timesheet_ids.step_id, self.first_step)

    def test_entries_imported(self):
        result = (
            self.env["account.analytic.line"]
            .with_user(self.consultant)
            .load(["name", "project_id/.id", "unit_amount"], [["imported", str(self.project.id), "1.5"]])
        )
        entry = self.env["account.analytic.line"].browse(result["ids"])
        self.assertEqual(entry.step_id, self.first_step)

    def test_a_project_without_a_lifecycle_has_neither(self):
        entry = self.log(self.plain)
        self.assertEqual((entry.step_id.id, entry.pack_use), (False, False))

    def test_other_analytic_entries_have_neither(self):
        account = self.env["account.analytic.account"].search([], limit=1)
        entry = self.env["account.analytic.line"].create({"name": "cost", "account_id": account.id, "amount": -1})
        self.assertEqual((entry.step_id.id, entry.pack_use), (False, False))

    def test_another_project_gives_another_step(self):
        entry = self.log(self.plain)
        entry.project_id = self.project
        self.assertEqual((entry.step_id, entry.pack_use), (self.first_step, "deducted"))
        entry.project_id = self.plain
        self.assertEqual((entry.step_id.id, entry.pack_use), (False, False))

    def test_entries_follow_their_task_to_another_project(self):
        entry = self.log(task_id=self.task.id)
        other = self.create_project("Other", allow_timesheets=True)
        self.task.project_id = other
        self.assertEqual(entry.step_id, self.step_in(other, self.first))

    def test_a_copy_is_made_in_the_present_step(self):
        entry = self.log()
        self.move(self.second)
        copy = entry.copy()
        self.assertEqual((copy.step_id, copy.pack_use), (self.step_in(self.project, self.second), "awaiting"))

    def test_a_paused_project_still_takes_time(self):
        self.project.with_user(self.consultant).action_pause("Client on holiday")
        self.assertEqual(self.log().step_id, self.first_step)

    def test_nobody_sets_them_by_hand(self):
        entry = self.log()
        other = self.step_in(self.project, self.second)
        for user in (self.consultant, self.manager):
            with self.assertRaisesRegex(AccessError, "follow from its project"):
                entry.with_user(user).write({"step_id": other.id})
            for values in ({"step_id": other.id}, {"pack_use": "deducted"}, {"pack_use": "awaiting"}):
                with self.assertRaisesRegex(AccessError, "follow from its project"):
                    self.log(user=user, **values)

    def test_time_may_be_offered_when_it_is_logged_and_not_afterwards(self):
        self.assertEqual(self.log(pack_use="offered").pack_use, "offered")
        entry = self.log()
        with self.assertRaisesRegex(AccessError, "a project administrator moves it"):
            entry.with_user(self.consultant).pack_use = "offered"
        entry.with_user(self.manager).pack_use = "offered"
        self.assertEqual(entry.pack_use, "offered")

    def test_clients_cannot_read_them(self):
        readable = self.env["account.analytic.line"].with_user(self.portal_user).fields_get()
        self.assertIn("unit_amount", readable)
        self.assertFalse({"step_id", "pack_use"} & readable.keys())

    def test_steps_with_time_stay(self):
        self.log()
        with self.assertRaisesRegex(UserError, "Time was logged on steps of these projects: Migration"):
            self.first_step.sudo().unlink()
        with self.assertRaisesRegex(UserError, "Time was logged on steps of these projects: Migration"):
            self.project.with_user(self.manager).is_template = True


@tagged("post_install", "-at_install")
class TestHoursSpent(TimeCommon):
    """A step shows the hours spent in it, by whomever."""

    def test_hours_of_everybody(self):
        self.log()
        self.log(user=self.colleague, unit_amount=1.5)
        self.move(self.second)
        self.log(unit_amount=4)
        steps = self.project.with_user(self.consultant).step_ids
        self.assertEqual(self.step_in(self.project, self.first).with_env(steps.env).spent_hours, 3.5)
        self.assertEqual(self.step_in(self.project, self.second).with_env(steps.env).spent_hours, 4)

    def test_hours_follow_their_entries(self):
        entry = self.log()
        self.assertEqual(self.first_step.spent_hours, 2)
        entry.unit_amount = 5
        self.assertEqual(self.first_step.spent_hours, 5)
        entry.unlink()
        self.assertEqual(self.first_step.spent_hours, 0)

    def test_entries_in_days_count_as_hours(self):
        entry = self.log(unit_amount=1)
        entry.sudo().product_uom_id = self.env.ref("uom.product_uom_day")
        self.assertEqual(self.first_step.spent_hours, 8)

    def test_a_list_costs_the_same_for_more_steps(self):
        projects = self.env["project.project"].create(
            [{"name": f"Many {rank}", "lifecycle_id": self.lifecycle.id, "allocated_hours": 10} for rank in range(10)]
        )
        for project in projects:
            self.log(project)

        def read(number):
            ids = projects[:number].step_ids.ids
            names = ["planned_start", "planned_end", "planned_hours", "spent_hours"]
            return lambda env, run: env["project.lifecycle.step"].browse(ids).read(names)

        env = self.env(user=self.consultant)
        self.assertEqual(count_queries(env, read(5)), count_queries(env, read(10)))


@tagged("post_install", "-at_install")
class TestTimePolicy(TimeCommon):
    """What the present stage of the project says about time."""

    def close(self, project=None):
        self.move(self.last, project)

    def assert_refused(self):
        return self.assertRaisesRegex(
            UserError, r"No time is logged or changed on Migration \(stage Last\)\. A project administrator, or the"
        )

    def test_time_awaits_consent(self):
        self.move(self.second)
        self.assertEqual(self.log().pack_use, "awaiting")

    def test_time_moved_to_a_project_awaits_consent_there(self):
        entry = self.log(self.plain)
        self.move(self.second)
        entry.project_id = self.project
        self.assertEqual(entry.pack_use, "awaiting")

    def test_a_closed_stage_takes_no_time(self):
        self.close()
        with self.assert_refused():
            self.log()
        with self.assert_refused():
            self.log(task_id=self.task.id)

    def test_a_closed_stage_takes_no_time_of_administrators_either(self):
        self.close()
        with self.assert_refused():
            self.log(user=self.manager)

    def test_a_closed_stage_takes_no_time_in_the_form_of_a_task(self):
        self.close()
        with self.assert_refused(), Form(self.task.with_user(self.consultant)) as form:
            with form.timesheet_ids.new() as line:
                line.name = "in the form"
                line.unit_amount = 1

    def test_a_closed_stage_takes_no_imported_time(self):
        self.close()
        result = (
            self.env["account.analytic.line"]
            .with_user(self.consultant)
            .load(["name", "project_id/.id", "unit_amount"], [["imported", str(self.project.id), "1.5"]])
        )
        self.assertFalse(result["ids"])
        self.assertIn("Migration (stage Last)", result["messages"][0]["message"])

    def test_one_of_many_entries_refuses_all(self):
        self.close()
        count = self.env["account.analytic.line"].search_count([])
        with self.assert_refused(), self.cr.savepoint():
            self.env["account.analytic.line"].with_user(self.consultant).create(
                [
                    {"name": "work", "unit_amount": 1, "project_id": project.id}
                    for project in (self.plain, self.project)
                ]
            )
        self.assertEqual(self.env["account.analytic.line"].search_count([]), count)

    def test_time_of_a_closed_stage_is_not_changed(self):
        entry = self.log()
        self.close()
        for values in ({"unit_amount": 5}, {"date": "2026-01-01"}, {"project_id": self.plain.id}):
            with self.assert_refused(), self.cr.savepoint():
                entry.write(values)
        with self.assert_refused(), self.cr.savepoint():
            entry.unlink()
        entry.name = "said better"
        self.assertEqual(entry.unit_amount, 2)

    def test_time_is_not_moved_into_a_closed_stage(self):
        entry = self.log(self.plain)
        self.close()
        with self.assert_refused():
            entry.project_id = self.project

    def test_time_does_not_follow_its_task_into_a_closed_stage(self):
        task = self.env["project.task"].create({"name": "Elsewhere", "project_id": self.plain.id})
        self.log(self.plain, task_id=task.id)
        self.close()
        with self.assert_refused(), self.cr.savepoint():
            task.with_user(self.consultant).project_id = self.project
            self.env.flush_all()

    def test_time_does_not_follow_its_task_out_of_a_closed_stage(self):
        self.log(task_id=self.task.id)
        self.close()
        with self.assert_refused(), self.cr.savepoint():
            self.task.with_user(self.consultant).project_id = self.plain
            self.env.flush_all()

    def test_administrators_correct_time_of_a_closed_stage(self):
        entry = self.log()
        self.close()
        entry.with_user(self.manager).write({"unit_amount": 5, "date": "2026-01-01"})
        self.assertEqual(entry.unit_amount, 5)
        entry.with_user(self.manager).unlink()
        self.assertFalse(entry.exists())

    def test_sudo_does_not_open_a_closed_stage(self):
        entry = self.log()
        self.close()
        with self.assert_refused():
            entry.sudo().unit_amount = 9

    def test_a_project_taken_back_takes_time_again(self):
        self.close()
        self.project.with_user(self.consultant).action_move(self.first.id, "back", "Something is left")
        self.assertEqual(self.log().step_id, self.first_step)

    def test_entries_cost_four_queries_more_than_those_of_stock(self):
        """The present steps, the policies of their stages, the packs and what was taken from them."""

        def create(project, number):
            def scenario(env, run):
                env["account.analytic.line"].create(
                    [
                        {"name": f"work {run} {rank}", "unit_amount": 1, "project_id": project.id}
                        for rank in range(number)
                    ]
                )

            return scenario

        self.plain.partner_id = self.project.partner_id
        env = self.env(user=self.consultant)
        plain, ours = create(self.plain, 10), create(self.project, 10)
        self.assertLessEqual(count_queries(env, ours), count_queries(env, plain) + 4)

    def test_a_hundred_entries_cost_as_much_as_ten(self):
        def create(number):
            def scenario(env, run):
                env["account.analytic.line"].create(
                    [
                        {"name": f"work {run} {rank}", "unit_amount": 1, "project_id": self.project.id}
                        for rank in range(number)
                    ]
                )

            return scenario

        env = self.env(user=self.consultant)
        self.assertEqual(count_queries(env, create(10)), count_queries(env, create(100)))
        self.assertEqual(count_queries(env, create(1)), count_queries(env, create(10)))
