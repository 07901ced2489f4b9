from datetime import date, datetime, time, timedelta

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import RUNS, LifecycleCommon, count_queries

TODAY = "2026-03-02"


def day(text):
    """Return a day of 2026, written as month and day."""
    return date.fromisoformat(f"2026-{text}")


class PlanCommon(LifecycleCommon):
    """The short lifecycle with durations: First 2 working days, Second 5, Optional 3, Last none; on a Monday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        frozen = freeze_time(TODAY)
        frozen.start()
        cls.addClassCleanup(frozen.stop)
        cls.calendar = cls.env.company.resource_calendar_id
        cls.calendar.tz = "Europe/Madrid"
        cls.env["resource.calendar.leaves"].search([("resource_id", "=", False)]).unlink()
        for stage, duration in zip(cls.lifecycle.stage_ids, (2, 5, 3, 0), strict=True):
            stage.usual_duration = duration
        cls.planned = cls.create_project("Planned").with_user(cls.consultant)

    @classmethod
    def add_holiday(cls, first, last=None, **values):
        return cls.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": cls.calendar.id,
                "company_id": cls.env.company.id,
                "date_from": datetime.combine(first, time(0)) - timedelta(hours=1),
                "date_to": datetime.combine(last or first, time(22)),
                **values,
            }
        )

    def step(self, stage, project=None, number=1):
        return (project or self.planned).step_ids.filtered(lambda it: it.stage_id == stage and it.round == number)

    def plan(self, project=None):
        """Return start and end of all steps, month and day, by the name of stage and the round."""
        return {
            step.display_name: (f"{step.planned_start:%m-%d}", f"{step.planned_end:%m-%d}")
            for step in (project or self.planned).step_ids.sorted("id")
            if step.planned_start
        }

    def go(self, stage, project=None):
        project = project or self.planned
        way = project.step_ids.filtered(lambda it: it.state in ("current", "upcoming") and it.stage_id != stage)
        way.item_ids.filtered(lambda it: it.state == "open").action_tick()
        project.stage_id = stage


@tagged("post_install", "-at_install")
class TestPlan(PlanCommon):
    """Steps get planned dates by the usual durations of their stages, in working days."""

    def test_a_new_project_is_planned_from_today(self):
        self.assertEqual(
            self.plan(),
            {
                "First": ("03-02", "03-03"),
                "Second": ("03-04", "03-10"),
                "Optional": ("03-11", "03-13"),
                "Last": ("03-16", "03-16"),
            },
        )

    def test_a_new_project_is_planned_from_its_start(self):
        project = self.create_project("Later", date_start="2026-04-04", date="2026-12-31")
        self.assertEqual(self.plan(project)["First"], ("04-06", "04-07"))
        self.assertEqual(self.plan(project)["Second"], ("04-08", "04-14"))

    def test_a_start_date_given_later_moves_the_plan(self):
        self.planned.with_user(self.manager).write({"date_start": "2026-03-09", "date": "2026-12-31"})
        self.assertEqual(self.plan()["First"], ("03-09", "03-10"))
        self.assertEqual(self.plan()["Last"], ("03-23", "03-23"))

    def test_a_start_date_given_after_the_first_gate_moves_nothing(self):
        self.go(self.second)
        plan = self.plan()
        self.planned.with_user(self.manager).write({"date_start": "2026-05-04", "date": "2026-12-31"})
        self.assertEqual(self.plan(), plan)

    def test_holidays_of_the_company_are_passed_over(self):
        self.add_holiday(day("03-03"), day("03-04"))
        project = self.create_project("Holidays")
        self.assertEqual(self.plan(project)["First"], ("03-02", "03-05"))
        self.assertEqual(self.plan(project)["Second"], ("03-06", "03-12"))

    def test_holidays_of_another_company_do_not_count(self):
        other = self.env["res.company"].create({"name": "Other"})
        leave = self.add_holiday(day("03-03"), calendar_id=False)
        leave.company_id = other
        self.assertEqual(self.plan(self.create_project("Ours"))["First"], ("03-02", "03-03"))

    def test_half_a_day_off_is_a_working_day(self):
        self.add_holiday(day("03-03"), date_from=datetime(2026, 3, 3, 11), date_to=datetime(2026, 3, 3, 20))
        self.assertEqual(self.plan(self.create_project("Half"))["First"], ("03-02", "03-03"))

    def test_working_days_are_those_of_odoos_calendar(self):
        self.add_holiday(day("04-02"), day("04-06"))
        days = self.project._get_working_days()[self.project]
        for number in (1, 2, 5, 23, 60, 250):
            for start in ("2026-03-02", "2026-04-01", "2026-04-04"):
                start = date.fromisoformat(start)
                moment = datetime.combine(start, time.min)
                planned = self.calendar.plan_days(number, moment, compute_leaves=True)
                self.assertEqual(days.last(days.following(start, 0), number), planned.date())

    def test_a_company_without_calendar_works_from_monday_to_friday(self):
        self.env.company.resource_calendar_id = False
        self.assertEqual(self.plan(self.create_project("Flexible"))["Second"], ("03-04", "03-10"))

    def test_a_calendar_without_hours_works_from_monday_to_friday(self):
        self.calendar.attendance_ids.unlink()
        self.assertEqual(self.plan(self.create_project("Empty"))["Second"], ("03-04", "03-10"))

    def test_another_company_has_its_own_calendar(self):
        calendar = self.calendar.copy({"name": "Four days"})
        calendar.attendance_ids.filtered(lambda it: it.dayofweek == "1").unlink()
        company = self.env["res.company"].create({"name": "Other", "resource_calendar_id": calendar.id})
        project = self.create_project("Theirs", company_id=company.id)
        self.assertEqual(self.plan(project)["First"], ("03-02", "03-04"))

    def test_a_project_brought_in_behind_the_first_stage_is_planned_from_now(self):
        ran = self.env["project.project"].create(
            {"name": "Ran", "date_start": "2025-01-07", "date": "2026-12-31", "user_id": self.consultant.id}
        )
        ran.with_user(self.manager)._bring_in(self.lifecycle, self.second, "ran before")
        self.assertEqual(self.plan(ran)["Second"], ("03-02", "03-06"))
        self.assertEqual(self.plan(ran)["Optional"], ("03-09", "03-11"))
        self.assertNotIn("First", self.plan(ran))

    def test_planning_costs_the_same_for_more_projects(self):
        """A project more costs as many queries as one that has no lifecycle: Odoo's own."""

        def create(number, lifecycle):
            def scenario(env, run):
                env["project.project"].create(
                    [{"name": f"Many {run} {rank}", "lifecycle_id": lifecycle.id} for rank in range(number)]
                )

            return count_queries(self.env, scenario)

        nothing = self.lifecycle.browse()
        self.assertEqual(
            create(10, self.lifecycle) - create(5, self.lifecycle), create(10, nothing) - create(5, nothing)
        )

    def test_fifty_projects_ask_the_calendar_once(self):
        projects = self.env["project.project"].create(
            [{"name": f"Many {rank}", "lifecycle_id": self.lifecycle.id} for rank in range(50)]
        )
        working_days = projects._get_working_days()
        self.assertEqual(len(set(map(id, working_days.values()))), 1)
        projects.step_ids.write({"planned_start": False, "planned_end": False})
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        projects._plan_missing()
        self.env.flush_all()
        self.assertLess(self.env.cr.sql_log_count - before, 20)
        self.assertTrue(all(projects.step_ids.mapped("planned_end")))

    def test_a_project_without_a_plan_gets_one_from_the_start_of_its_step(self):
        self.planned.sudo().step_ids.write({"planned_start": False, "planned_end": False})
        self.step(self.first).sudo().date_start = "2026-02-23"
        (self.project | self.planned).sudo()._plan_missing()
        self.assertEqual(self.plan()["First"], ("02-23", "02-24"))
        self.assertEqual(self.plan()["Optional"], ("03-04", "03-06"))

    def test_a_plan_that_is_there_stays(self):
        self.step(self.second).action_plan("2026-04-01", "2026-04-03")
        plan = self.plan()
        self.planned.sudo()._plan_missing()
        self.assertEqual(self.plan(), plan)

    def test_templates_have_no_plan(self):
        template = self.create_project("Template", is_template=True)
        self.assertFalse(template.step_ids)

    def test_an_archived_stage_takes_no_time(self):
        self.optional.active = False
        project = self.create_project("Short")
        self.assertEqual(self.plan(project)["Last"], ("03-11", "03-11"))

    def test_the_database_keeps_dates_in_order(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.cr.savepoint():
            self.cr.execute(
                "UPDATE project_lifecycle_step SET planned_end = '2026-01-01' WHERE id = %s",
                [self.step(self.first).id],
            )

    def test_durations_and_shares_have_their_bounds(self):
        for values in (
            {"usual_duration": -1},
            {"effort_share": 101},
            {"effort_share": -1},
            {"rotting_threshold_days": -1},
        ):
            with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.cr.savepoint():
                self.first.write(values)
                self.first.flush_recordset()


@tagged("post_install", "-at_install")
class TestPlanFollows(PlanCommon):
    """The steps ahead follow what happens to the project."""

    def test_a_gate_passed_on_time_changes_nothing(self):
        plan = self.plan()
        with freeze_time("2026-03-03"):
            self.go(self.second)
        self.assertEqual(self.plan(), plan)
        self.assertEqual(self.step(self.second).date_start, day("03-03"))

    def test_a_gate_passed_late_moves_what_follows(self):
        with freeze_time("2026-03-05"):
            self.go(self.second)
        self.assertEqual(
            self.plan(),
            {
                "First": ("03-02", "03-03"),
                "Second": ("03-06", "03-12"),
                "Optional": ("03-13", "03-17"),
                "Last": ("03-18", "03-18"),
            },
        )

    def test_a_gate_passed_early_brings_forward_what_follows(self):
        with freeze_time("2026-03-02"):
            self.go(self.second)
        self.assertEqual(self.plan()["Second"], ("03-03", "03-09"))
        self.assertEqual(self.plan()["Last"], ("03-13", "03-13"))

    def test_distances_and_changed_lengths_are_kept_when_a_step_slips(self):
        self.step(self.second).action_plan("2026-03-09", "2026-03-10")
        self.assertEqual(self.plan()["Optional"], ("03-11", "03-13"))
        with freeze_time("2026-03-05"):
            self.go(self.second)
        self.assertEqual(self.plan()["Second"], ("03-11", "03-12"))
        self.assertEqual(self.plan()["Optional"], ("03-13", "03-17"))

    def test_a_gate_passed_on_a_sunday(self):
        with freeze_time("2026-03-08"):
            self.go(self.second)
        self.assertEqual(self.plan()["Second"], ("03-09", "03-13"))

    def test_a_stage_passed_over_keeps_its_plan_and_pushes_nothing(self):
        self.go(self.second)
        with freeze_time("2026-03-09"):
            self.go(self.last)
        self.assertEqual(self.step(self.optional).state, "skipped")
        self.assertEqual(self.plan()["Optional"], ("03-10", "03-12"))
        self.assertEqual(self.plan()["Last"], ("03-10", "03-10"))

    def test_a_step_gone_back_to_begins_anew_today(self):
        with freeze_time("2026-03-05"):
            self.go(self.second)
        with freeze_time("2026-03-10"):
            self.go(self.optional)
        with freeze_time("2026-03-11"):
            self.planned.action_move(self.first.id, "back", "Requirements were wrong")
        self.assertEqual(
            self.plan(),
            {
                "First": ("03-11", "03-12"),
                "Second": ("03-13", "03-19"),
                "Optional": ("03-20", "03-24"),
                "Last": ("03-25", "03-25"),
            },
        )
        self.assertEqual(self.step(self.first).date_start, day("03-02"))

    def test_going_back_over_a_stage_passed_over_plans_it_again(self):
        self.go(self.second)
        with freeze_time("2026-03-09"):
            self.go(self.last)
        with freeze_time("2026-03-10"):
            self.planned.action_move(self.second.id, "back", "Not ready")
        self.assertEqual(self.plan()["Second"], ("03-10", "03-16"))
        self.assertEqual(self.plan()["Optional"], ("03-17", "03-19"))
        self.assertEqual(self.plan()["Last"], ("03-20", "03-20"))

    def test_a_new_round_is_planned_before_what_is_left(self):
        self.first.purpose, self.second.purpose = "delivery", "golive"
        self.go(self.second)
        with freeze_time("2026-03-10"):
            self.tick_all(self.planned)
            self.planned.action_move(self.first.id, "next_phase", "Phase two")
        self.assertEqual(
            self.plan(),
            {
                "First": ("03-02", "03-03"),
                "Second": ("03-03", "03-09"),
                "Optional": ("03-20", "03-24"),
                "Last": ("03-25", "03-25"),
                "First, round 2": ("03-11", "03-12"),
                "Second, round 2": ("03-13", "03-19"),
            },
        )

    def test_a_pause_moves_the_plan_by_the_days_it_took(self):
        with freeze_time("2026-03-03"):
            self.planned.action_pause("Client on holiday")
        with freeze_time("2026-03-09"):
            self.planned.action_resume("Back at work")
        self.assertEqual(
            self.plan(),
            {
                "First": ("03-02", "03-09"),
                "Second": ("03-10", "03-16"),
                "Optional": ("03-17", "03-19"),
                "Last": ("03-20", "03-20"),
            },
        )

    def test_a_pause_before_the_step_was_to_begin_moves_all_of_it(self):
        with freeze_time("2026-03-03"):
            self.go(self.second)
            self.planned.action_pause("Client on holiday")
        with freeze_time("2026-03-05"):
            self.planned.action_resume("Back at work")
        self.assertEqual(self.plan()["Second"], ("03-06", "03-12"))

    def test_a_pause_of_no_working_day_moves_nothing(self):
        plan = self.plan()
        self.planned.action_pause("A moment")
        self.planned.action_resume("Over")
        self.assertEqual(self.plan(), plan)

    def test_a_stage_added_to_the_lifecycle_is_planned_with_the_next_gate(self):
        self.optional.sequence = 2010
        self.last.sequence = 2011
        self.env["project.project.stage"].create(
            {"name": "Added", "lifecycle_id": self.lifecycle.id, "sequence": 2005, "usual_duration": 4}
        )
        with freeze_time("2026-03-03"):
            self.go(self.second)
        self.assertEqual(self.plan()["Second"], ("03-04", "03-10"))
        self.assertEqual(self.plan()["Added"], ("03-11", "03-16"))
        self.assertEqual(self.plan()["Optional"], ("03-17", "03-19"))

    def test_a_project_that_had_no_plan_gets_one_at_its_next_gate(self):
        self.planned.sudo().step_ids.write({"planned_start": False, "planned_end": False})
        self.go(self.second)
        self.assertEqual(self.plan_of_the_rest(), [("03-03", "03-09"), ("03-10", "03-12"), ("03-13", "03-13")])

    def plan_of_the_rest(self):
        steps = self.planned.step_ids.filtered("planned_start").sorted("id")
        return [(f"{step.planned_start:%m-%d}", f"{step.planned_end:%m-%d}") for step in steps]

    def test_moving_costs_the_same_for_more_projects(self):
        def move(number):
            batches = [
                self.env["project.project"].create(
                    [{"name": f"Many {run} {rank}", "lifecycle_id": self.lifecycle.id} for rank in range(number)]
                )
                for run in range(RUNS)
            ]
            for projects in batches:
                projects.checklist_item_ids.with_user(self.manager).action_waive("none of these")

            def scenario(env, run):
                env["project.project"].browse(batches[run].ids).write({"stage_id": self.second.id})

            return count_queries(self.env(user=self.manager), scenario)

        self.assertEqual(move(3), move(6))


@tagged("post_install", "-at_install")
class TestPlanByHand(PlanCommon):
    """The consultant changes the plan; what follows moves along."""

    def test_a_later_end_moves_what_follows(self):
        self.step(self.first).action_plan("2026-03-02", "2026-03-05")
        self.assertEqual(
            self.plan(),
            {
                "First": ("03-02", "03-05"),
                "Second": ("03-06", "03-12"),
                "Optional": ("03-13", "03-17"),
                "Last": ("03-18", "03-18"),
            },
        )

    def test_a_later_start_keeps_the_length(self):
        self.step(self.second).action_plan("2026-03-06")
        self.assertEqual(self.plan()["First"], ("03-02", "03-03"))
        self.assertEqual(self.plan()["Second"], ("03-06", "03-12"))
        self.assertEqual(self.plan()["Optional"], ("03-13", "03-17"))

    def test_the_distance_set_by_hand_is_kept(self):
        self.step(self.second).action_plan("2026-03-06")
        self.step(self.first).action_plan("2026-03-02", "2026-03-04")
        self.assertEqual(self.plan()["Second"], ("03-09", "03-13"))

    def test_the_dialog_shows_the_plan_and_moves_the_end_with_the_start(self):
        action = self.step(self.second).action_change_plan()
        form = Form(self.env[action["res_model"]].with_user(self.consultant).with_context(**action["context"]))
        self.assertEqual((form.planned_start, form.planned_end), (day("03-04"), day("03-10")))
        form.planned_start = day("03-05")
        self.assertEqual(form.planned_end, day("03-11"))
        form.planned_end = day("03-12")
        form.save().action_plan()
        self.assertEqual(self.plan()["Second"], ("03-05", "03-12"))
        self.assertEqual(self.plan()["Optional"], ("03-13", "03-17"))

    def test_an_administrator_plans_too(self):
        self.step(self.first).with_user(self.manager).action_plan("2026-03-03")
        self.assertEqual(self.plan()["First"], ("03-03", "03-04"))

    def test_nobody_else_plans(self):
        with self.assertRaisesRegex(AccessError, "Only the consultant of the project Planned"):
            self.step(self.first).with_user(self.colleague).action_plan("2026-03-03")
        with self.assertRaises(AccessError):
            self.step(self.first).with_user(self.employee).action_plan("2026-03-03")

    def test_steps_are_not_written_by_hand(self):
        for user in (self.consultant, self.manager):
            with self.assertRaises(AccessError):
                self.step(self.first).with_user(user).write({"planned_end": "2026-03-30"})

    def test_an_end_before_the_start_is_refused(self):
        with self.assertRaisesRegex(UserError, "Second is to end before it starts"):
            self.step(self.second).action_plan("2026-03-06", "2026-03-05")

    def test_the_plan_of_a_step_that_is_over_stays(self):
        self.go(self.second)
        with self.assertRaisesRegex(UserError, "First of Planned is over"):
            self.step(self.first).action_plan("2026-03-06")


@tagged("post_install", "-at_install")
class TestHours(PlanCommon):
    """Each step has its share of the hours of the project."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first.effort_share, cls.second.effort_share = 10, 60
        cls.planned.sudo().allocated_hours = 50

    def test_the_share_of_the_stage_is_planned(self):
        self.assertEqual(self.planned.step_ids.sorted("id").mapped("planned_hours"), [5, 30, 0, 0])

    def test_the_share_follows_the_project_and_the_stage(self):
        steps = self.planned.step_ids.sorted("id")
        self.assertEqual(steps[0].planned_hours, 5)
        self.planned.sudo().allocated_hours = 100
        self.assertEqual(steps[0].planned_hours, 10)
        self.first.effort_share = 20
        self.assertEqual(steps[0].planned_hours, 20)

    def test_the_first_round_has_the_hours_of_all(self):
        self.first.purpose, self.second.purpose = "delivery", "golive"
        self.go(self.second)
        self.tick_all(self.planned)
        self.planned.action_move(self.first.id, "next_phase", "Phase two")
        self.assertEqual(self.step(self.first).planned_hours, 5)
        self.assertEqual(self.step(self.first, number=2).planned_hours, 0)


@tagged("post_install", "-at_install")
class TestShippedPlans(PlanCommon):
    """What the two methodologies say about time."""

    def stages(self, name):
        return self.env.ref(f"project_lifecycle.lifecycle_{name}").stage_ids

    def test_shares_make_up_the_whole_effort(self):
        for name in ("software", "rnd"):
            self.assertEqual(sum(self.stages(name).mapped("effort_share")), 100)

    def test_the_kickoff_takes_a_tenth_of_the_effort(self):
        self.assertEqual(self.env.ref("project_lifecycle.stage_software_kickoff").effort_share, 10)

    def test_every_stage_of_work_has_a_duration_and_goes_stale(self):
        for stage in self.stages("software") | self.stages("rnd"):
            with self.subTest(stage.name):
                self.assertEqual(bool(stage.usual_duration), stage.purpose not in ("support", "closed"))
                self.assertEqual(bool(stage.rotting_threshold_days), stage.purpose != "closed")

    def test_support_asks_for_consent_and_closed_takes_no_time(self):
        policies = {
            stage: stage.time_policy
            for stage in self.stages("software") | self.stages("rnd")
            if stage.time_policy != "open"
        }
        closed = (self.stages("software") | self.stages("rnd")).filtered(lambda it: it.purpose == "closed")
        support = self.env.ref("project_lifecycle.stage_software_support")
        self.assertEqual(policies, {**dict.fromkeys(closed, "closed"), support: "consent"})

    def test_the_client_does_not_see_the_internal_kickoff(self):
        hidden = (self.stages("software") | self.stages("rnd")).filtered(lambda it: not it.client_visible)
        self.assertEqual(hidden, self.env.ref("project_lifecycle.stage_software_internal_kickoff"))

    def test_a_software_project_is_planned_at_once(self):
        project = self.create_project("Software", lifecycle_id=self.env.ref("project_lifecycle.lifecycle_software").id)
        self.assertEqual(
            self.plan(project),
            {
                "Internal kick-off": ("03-02", "03-03"),
                "Kick-off": ("03-04", "03-17"),
                "Implementation": ("03-18", "05-12"),
                "Go-live": ("05-13", "05-19"),
                "Progress review": ("05-20", "05-21"),
                "Support": ("05-22", "05-22"),
                "Closed": ("05-22", "05-22"),
            },
        )
