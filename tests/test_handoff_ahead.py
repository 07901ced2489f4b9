from datetime import date, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import count_queries
from .common_handoff import HandoffCommon

TODAY = date(2026, 11, 23)
PREPARE = "project_lifecycle.mail_activity_type_handoff_prepare"
ASK = "project_lifecycle.mail_activity_type_handoff"


@tagged("post_install", "-at_install")
class TestHandoffAhead(HandoffCommon):
    """Prepared two weeks ahead (S2.127a); must-have work done and nothing moves: hand over or say why (S2.129)."""

    def watch(self, day=TODAY):
        with freeze_time(day), self.enter_registry_test_mode():
            self.env.ref("project_lifecycle.ir_cron_watch_handoffs").method_direct_trigger()
        self.env.invalidate_all()

    def end_on(self, day, project=None):
        step = (project or self.project).sudo().current_step_id
        step.write({"planned_start": date(2026, 1, 1), "planned_end": day, "date_start": date(2026, 1, 1)})

    def activities(self, kind):
        return self.project.handoff_ids.activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref(kind)
        )

    def test_opens_two_weeks_before_the_planned_end(self):
        self.must_have_task()
        self.end_on(TODAY + timedelta(days=15))
        self.watch()
        self.assertFalse(self.project.handoff_ids)
        self.watch(TODAY + timedelta(days=1))
        handoff = self.project.handoff_ids
        self.assertEqual((handoff.state, len(handoff.prepared_line_ids)), ("draft", 4))
        activity = self.activities(PREPARE)
        self.assertEqual((activity.user_id, activity.date_deadline), (self.consultant, TODAY + timedelta(days=15)))
        self.watch(TODAY + timedelta(days=2))
        self.assertEqual((self.project.handoff_ids, self.activities(PREPARE)), (handoff, activity))

    def test_dropped_means_dropped(self):
        self.must_have_task()
        self.end_on(TODAY)
        self.watch()
        self.project.handoff_ids.with_user(self.consultant).action_drop()
        self.assertFalse(self.activities(PREPARE))
        self.watch(TODAY + timedelta(days=1))
        self.assertEqual(self.project.handoff_ids.mapped("state"), ["dropped"])

    def test_only_from_the_last_stage_before_support(self):
        self.review.is_optional = False
        self.end_on(TODAY)
        self.watch()
        self.assertFalse(self.project.handoff_ids)

    def test_paused_archived_and_unmanaged_projects_are_left_alone(self):
        paused, archived, nobodys = (self.create_supported(name) for name in ("Paused", "Archived", "Nobody's"))
        for project in paused | archived | nobodys:
            self.end_on(TODAY, project)
        paused.with_user(self.consultant).action_pause("Holidays")
        archived.active = False
        nobodys.user_id = False
        self.watch()
        self.assertFalse((paused | archived | nobodys).handoff_ids)

    def test_hand_over_or_say_why(self):
        self.watch()
        self.assertEqual(self.project.current_step_id.ready_since, TODAY)
        self.watch(TODAY + timedelta(days=13))
        self.assertFalse(self.activities(ASK))
        self.watch(TODAY + timedelta(days=14))
        self.assertEqual(self.activities(ASK).user_id, self.consultant)
        self.watch(TODAY + timedelta(days=15))
        self.assertEqual(len(self.activities(ASK)), 1)
        self.watch(TODAY + timedelta(days=28))
        self.assertEqual(len(self.activities(ASK)), 1, "asked again, not twice")

    def test_after_as_many_days_as_the_company_says(self):
        self.env.company.handoff_wait_days = 3
        self.watch()
        self.watch(TODAY + timedelta(days=3))
        self.assertTrue(self.activities(ASK))

    def test_work_that_comes_back_begins_anew(self):
        self.watch()
        task = self.must_have_task()
        self.watch(TODAY + timedelta(days=5))
        self.assertFalse(self.project.current_step_id.ready_since)
        task.state = "1_done"
        self.watch(TODAY + timedelta(days=14))
        self.assertFalse(self.activities(ASK))
        self.assertEqual(self.project.current_step_id.ready_since, TODAY + timedelta(days=14))

    def test_said_why(self):
        self.watch()
        self.watch(TODAY + timedelta(days=14))
        handoff = self.project.handoff_ids.with_user(self.consultant)
        with freeze_time(TODAY + timedelta(days=14)):
            with self.assertRaisesRegex(UserError, "Write why"):
                handoff.action_keep()
            handoff.kept_reason = "The second depot opens in January"
            with self.assertRaisesRegex(UserError, "a day to come"):
                handoff.action_keep()
            handoff.kept_until = TODAY + timedelta(days=60)
            with self.assertRaises(AccessError):
                handoff.with_user(self.colleague).action_keep()
            handoff.action_keep()
        self.assertFalse(self.activities(ASK))
        self.assertIn("The second depot", "".join(handoff.message_ids.mapped("body")))
        self.watch(TODAY + timedelta(days=40))
        self.assertFalse(self.activities(ASK))
        self.watch(TODAY + timedelta(days=60))
        self.assertTrue(self.activities(ASK))

    def test_done_with_the_handoff(self):
        self.watch()
        self.watch(TODAY + timedelta(days=14))
        self.hand_over()
        self.assertFalse(self.project.handoff_ids.activity_ids)

    def test_a_night_that_was_cut_short_goes_on(self):
        other = self.create_supported("Florist")
        self.watch()
        step = other.current_step_id
        self.assertEqual(step.handoff_watched_on, TODAY)
        step.sudo().write({"handoff_watched_on": False, "ready_since": False})
        self.project.current_step_id.sudo().ready_since = TODAY - timedelta(days=1)
        self.watch()
        self.assertEqual(step.ready_since, TODAY)
        self.assertEqual(self.project.current_step_id.ready_since, TODAY - timedelta(days=1), "not looked at again")

    def test_linear(self):
        projects = self.project | self.project.concat(*(self.create_supported(f"P{n}") for n in range(7)))

        def cost(number):
            ids = projects[:number].current_step_id.ids

            def watch(env, _run):
                steps = env["project.lifecycle.step"].search([("id", "in", ids)])
                steps.project_id._watch_handoffs(steps, fields.Date.today())

            return count_queries(self.env, watch)

        self.assertEqual(cost(4), cost(8))

    def must_have_task(self):
        return self.env["project.task"].create({"name": "Must", "project_id": self.project.id, "blocks_gate": True})
