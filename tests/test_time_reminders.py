from datetime import datetime

from freezegun import freeze_time

from odoo.tests import tagged

from .common import count_queries
from .test_packs import PackCommon

# a Monday
TODAY = "2026-03-30 06:00:00"


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestTimeReminders(PackCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind = cls.env.ref("project_lifecycle.mail_activity_type_time_reminder")
        cls.first.purpose = "delivery"
        (cls.env["project.project"].search([("user_id", "=", cls.consultant.id)]) - cls.project).active = False
        cls.create_employee(cls.consultant)

    @classmethod
    def create_employee(cls, user):
        return user.employee_ids or cls.env["hr.employee"].create({"name": user.name, "user_id": user.id})

    def run_cron(self):
        cron = self.env.ref("project_lifecycle.project_time_reminder_cron")
        self.env.flush_all()
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def reminders(self, user=None):
        domain = [("activity_type_id", "=", self.kind.id), ("user_id", "=", (user or self.consultant).id)]
        return self.env["mail.activity"].with_context(active_test=False).search(domain)

    def is_reminded(self):
        self.reminders().unlink()
        self.run_cron()
        return bool(self.reminders())

    def join(self, user, **values):
        self.create_employee(user)
        return self.env["project.lifecycle.stakeholder"].create(
            {
                "project_id": self.project.id,
                "partner_id": user.partner_id.id,
                "side": "ours",
                "date_from": "2026-01-01",
                **values,
            }
        )

    def test_one_activity_lists_the_projects(self):
        other = self.create_project("Second one", partner_id=self.customer.id)
        self.create_project("Somebody else's", user_id=self.manager.id)
        self.run_cron()
        reminder = self.reminders()
        self.assertEqual(len(reminder), 1)
        for project in self.project | other:
            self.assertIn(project.name, reminder.note)
        self.assertNotIn("Somebody", reminder.note)
        summary = reminder.with_user(self.consultant).summary
        self.assertEqual(summary, f"No time logged last week: {', '.join((self.project | other).mapped('name'))}")
        self.assertFalse(reminder.res_model)

    def test_only_projects_without_time_of_the_own(self):
        other = self.create_project("Second one", partner_id=self.customer.id)
        self.join(self.colleague)
        self.log(0.25, date="2026-03-23")
        self.run_cron()
        self.assertNotIn("Packed", self.reminders().note)
        self.assertIn(other.name, self.reminders().note)
        self.assertIn("Packed", self.reminders(self.colleague).note)

    def test_the_seven_days_before_today(self):
        entry = self.log(1, date="2026-03-22")
        self.assertTrue(self.is_reminded())
        for day in ("2026-03-23", "2026-03-29", "2026-03-30"):
            entry.date = day
            self.assertFalse(self.is_reminded(), day)

    def test_the_days_of_the_own_time_zone(self):
        entry = self.log(1, date="2026-03-23")
        self.consultant.tz = "Pacific/Kiritimati"
        with freeze_time("2026-03-30 11:00:00"):
            self.assertTrue(self.is_reminded())
        entry.date = "2026-03-22"
        self.consultant.tz = "Pacific/Honolulu"
        with freeze_time("2026-03-30 09:00:00"):
            self.assertFalse(self.is_reminded())
        with freeze_time("2026-03-30 11:00:00"):
            self.assertTrue(self.is_reminded())

    def test_once_a_week_also_when_it_was_done(self):
        self.run_cron()
        reminder = self.reminders()
        with freeze_time("2026-04-05 20:00:00"):
            self.run_cron()
        self.assertEqual(self.reminders(), reminder)
        reminder.with_user(self.consultant).action_done()
        with freeze_time("2026-04-05 21:00:00"):
            self.run_cron()
        self.assertEqual(self.reminders(), reminder)
        with freeze_time("2026-04-06 06:00:00"):
            self.run_cron()
        self.assertEqual(len(self.reminders()), 2)

    def test_an_open_one_of_last_week_is_replaced_or_goes(self):
        self.run_cron()
        reminder = self.reminders()
        self.project.name = "Renamed"
        with freeze_time("2026-04-06 06:00:00"):
            self.run_cron()
        self.assertEqual(self.reminders(), reminder)
        self.assertIn("Renamed", reminder.note)
        self.log(1, date="2026-04-12")
        with freeze_time("2026-04-13 06:00:00"):
            self.run_cron()
        self.assertFalse(self.reminders())

    def test_no_mail(self):
        before = self.env["mail.mail"].search_count([])
        self.run_cron()
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    def test_only_projects_in_work(self):
        self.assertTrue(self.is_reminded())
        for values in ({"active": False}, {"allow_timesheets": False}, {"user_id": False}):
            before = {name: self.project[name] for name in values}
            self.project.write(values)
            self.assertFalse(self.is_reminded(), values)
            self.project.write(before)
        for values in ({"purpose": "kickoff"}, {"time_policy": "closed"}):
            before = {name: self.first[name] for name in values}
            self.first.write(values)
            self.assertFalse(self.is_reminded(), values)
            self.first.write(before)
        step = self.project.step_ids.filtered(lambda step: step.state == "current")
        step.paused_on = "2026-03-29"
        self.assertFalse(self.is_reminded())
        step.paused_on = False
        self.assertTrue(self.is_reminded())

    def test_no_templates_and_no_projects_without_a_lifecycle(self):
        self.project.user_id = False
        self.env["project.project"].create({"name": "Plain", "user_id": self.consultant.id})
        self.create_project("Template", is_template=True)
        self.assertFalse(self.is_reminded())

    def test_people_of_our_side(self):
        self.project.user_id = False
        person = self.join(self.consultant)
        self.assertTrue(self.is_reminded())
        person.date_from = "2026-03-25"
        self.assertFalse(self.is_reminded())
        person.write({"date_from": "2026-01-01", "date_to": "2026-03-29"})
        self.assertFalse(self.is_reminded())

    def test_nobody_who_cannot_log_time(self):
        self.consultant.employee_ids.active = False
        self.assertFalse(self.is_reminded())

    def leave(self, first, last):
        resource = self.worker.resource_id
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Leave",
                "calendar_id": resource.calendar_id.id,
                "resource_id": resource.id,
                "date_from": datetime.fromisoformat(first),
                "date_to": datetime.fromisoformat(last),
            }
        )

    def test_nobody_who_was_on_leave_all_week(self):
        self.consultant.tz = "Europe/Brussels"
        self.leave("2026-03-22 22:00:00", "2026-03-26 22:00:00")
        self.assertTrue(self.is_reminded())
        self.leave("2026-03-26 22:00:00", "2026-03-29 22:00:00")
        self.assertFalse(self.is_reminded())

    def test_queries_do_not_grow_with_the_projects(self):
        Project = self.env["project.project"]
        users = self.consultant | self.colleague
        self.create_employee(self.colleague)

        def cost():
            def scenario(env, _run):
                people = Project._get_reminded_people()
                Project._remind({user: people[user] for user in users})

            return count_queries(self.env, scenario)

        self.create_project("Colleague's", user_id=self.colleague.id)
        few = cost()
        for number in range(4):
            self.create_project(f"More {number}", user_id=users[number % 2].id)
        self.assertEqual(cost(), few)
