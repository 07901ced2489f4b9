from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import count_queries
from .common_handoff import prepare_handoff
from .common_reports import ReportCommon


@tagged("post_install", "-at_install")
class TestReportProposals(ReportCommon):
    """Reports, questions and lessons come by themselves, once."""

    def go(self, stage, project=None):
        project = project or self.project
        step = project.sudo().current_step_id
        step.item_ids.with_user(self.consultant).action_tick()
        project.with_user(self.consultant).stage_id = stage

    def reports(self, kind="progress_report"):
        return self.project.sudo().report_ids.filtered(lambda it: it.kind == kind)

    def test_when_a_golive_is_left(self):
        self.go(self.second)
        self.assertFalse(self.reports())
        self.go(self.optional)
        report = self.reports()
        self.assertEqual(
            (report.state, report.step_id.stage_id, report.user_id), ("draft", self.second, self.consultant)
        )
        self.assertEqual(report.activity_ids.user_id, self.consultant)
        self.assertFalse(self.project.last_update_id)
        self.assertEqual(self.project.sudo().satisfaction_ids.occasion, "golive")

    def test_per_phase(self):
        self.go(self.second)
        project = self.project.with_user(self.consultant)
        self.tick_all(self.project)
        project.action_move(self.first.id, "next_phase", "Stock is next")
        first = self.reports()
        self.assertEqual(first.step_id.round, 1)
        self.publish(self.write_report())
        self.assertFalse(first.activity_ids)
        self.go(self.second)
        self.go(self.optional)
        self.assertEqual(sorted(self.reports().step_id.mapped("round")), [1, 2])

    def test_never_twice_for_a_stage(self):
        self.go(self.second)
        self.go(self.optional)
        self.project.with_user(self.consultant).action_move(self.second.id, "back", "Too early")
        self.go(self.optional)
        self.assertEqual(len(self.reports()), 1)
        self.assertEqual(len(self.project.sudo().satisfaction_ids), 1)
        self.assertEqual(len(self.reports().activity_ids), 1)

    def test_at_the_end(self):
        self.go(self.second)
        self.go(self.optional)
        self.go(self.last)
        self.assertEqual(self.reports("closing_report").step_id.stage_id, self.last)

    def hand_over(self, reason):
        self.last.write({"purpose": "support", "fold": False})
        self.env.company.support_email = "support@example.com"
        self.add("project.adoption.figure", name="Sales", user_count=5)
        self.tick_all(self.project)
        handoff = prepare_handoff(self.project, self.consultant, self.spoc, reason)
        handoff.action_confirm()
        self.assertEqual(self.project.stage_id, self.last)

    def test_handed_over_to_support(self):
        """The hand-off is a way of its own to the end: it asks and proposes as the others do."""
        self.go(self.second)
        self.hand_over("done")
        self.assertEqual(self.reports("closing_report").step_id.stage_id, self.last)
        self.assertEqual(self.reports("closing_report").activity_ids.user_id, self.consultant)
        self.assertEqual(self.project.sudo().satisfaction_ids.occasion, "closing")
        self.assertFalse(self.reports())

    def test_a_pause_is_no_end(self):
        self.hand_over("pause")
        self.assertFalse(self.project.sudo().report_ids or self.project.sudo().satisfaction_ids)

    def test_a_stage_that_asks_for_a_closing_report(self):
        values = {"name": "Written", "stage_id": self.optional.id, "kind": "computed", "criterion": "closing_report"}
        self.env["project.checklist.template"].create(values)
        self.go(self.second)
        self.go(self.optional)
        self.assertEqual(self.reports("closing_report").step_id.stage_id, self.optional)
        self.assertEqual(self.project.sudo().satisfaction_ids.occasion, "closing")
        self.publish(self.write_report("closing_report"))
        self.items_of(self.project, self.optional).filtered(lambda it: it.kind == "manual").action_tick()
        self.project.with_user(self.consultant).stage_id = self.last
        self.assertEqual((self.project.stage_id, len(self.reports("closing_report"))), (self.last, 1))

    def test_an_answer_before_the_stage_is_left_again(self):
        self.go(self.second)
        self.go(self.optional)
        request = self.project.sudo().satisfaction_ids
        request.rating_apply(5, token=request._rating_get_access_token())
        self.project.with_user(self.consultant).action_move(self.second.id, "back", "Too early")
        self.go(self.optional)
        self.assertEqual((self.project.stage_id, self.project.sudo().satisfaction_ids), (self.optional, request))

    def test_a_correction_asks_nobody_anew(self):
        report = self.publish()
        request = self.project.sudo().satisfaction_ids
        request.rating_apply(5, token=request._rating_get_access_token())
        correction = self.env["project.update"].browse(report.action_correct()["res_id"])
        correction.with_user(self.consultant).action_publish()
        self.assertEqual(self.project.sudo().satisfaction_ids, request)

    def test_the_client_answers_and_nobody_else(self):
        self.publish()
        request = self.project.sudo().satisfaction_ids
        token = request._rating_get_access_token()
        for user in (self.consultant, self.manager):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                request.with_user(user).rating_apply(5, token=token)
        self.assertFalse(request.answered_on)

    def test_asked_again_on_purpose(self):
        self.publish()
        request = self.project.sudo().satisfaction_ids
        request.sent_on = fields.Date.subtract(fields.Date.today(), days=40)
        before = self.get_mails()
        with self.assertRaises(AccessError):
            request.with_user(self.colleague).action_ask_again()
        request.with_user(self.consultant).action_ask_again()
        self.assertEqual(request.sent_on, fields.Date.today())
        self.assertEqual((self.get_mails() - before).recipient_ids, self.spoc)
        self.spoc.email = False
        with self.assertRaisesRegex(UserError, "has no address"):
            request.with_user(self.consultant).action_ask_again()
        request.rating_apply(3, token=request._rating_get_access_token())
        with self.assertRaisesRegex(UserError, "has answered already"):
            request.with_user(self.consultant).action_ask_again()

    def test_brought_in_and_copied_ask_nobody(self):
        before = self.get_mails()
        self.project.with_user(self.manager)._bring_in(self.lifecycle, self.optional, "ran before")
        copy = self.project.copy()
        self.assertFalse((self.project | copy).sudo().report_ids or (self.project | copy).sudo().satisfaction_ids)
        self.assertEqual(self.get_mails(), before)

    def test_cadence(self):
        with self.assertRaises(AccessError):
            self.project.with_user(self.colleague)._set_report_cadence(2)
        Cadence = self.env["project.report.cadence"].with_user(self.consultant)
        with freeze_time("2026-03-02 08:00:00"):
            with self.assertRaises(ValidationError):
                Cadence.create({"project_id": self.project.id, "weeks": 2, "next_date": "2026-03-01"})
            Cadence.create({"project_id": self.project.id, "weeks": 2}).action_apply()
        self.assertEqual(str(self.project.sudo().report_next_date), "2026-03-16")
        cron = self.env.ref("project_lifecycle.ir_cron_propose_reports")
        for day, count in (("2026-03-15", 0), ("2026-03-16", 1), ("2026-03-17", 1), ("2026-03-30", 1)):
            with self.subTest(day), freeze_time(f"{day} 08:00:00"), self.enter_registry_test_mode():
                cron.method_direct_trigger()
                self.env.invalidate_all()
                self.assertEqual(len(self.reports()), count)
        self.assertEqual(str(self.project.sudo().report_next_date), "2026-04-13")

    def test_asked_how_satisfied(self):
        before = self.get_mails()
        self.go(self.second)
        self.go(self.optional)
        request = self.project.sudo().satisfaction_ids
        mail = self.get_mails() - before
        self.assertEqual(mail.recipient_ids, self.spoc)
        token = request._rating_get_access_token()
        self.assertIn(f"/rate/{token}/5", mail.body_html)
        self.assertFalse(request.answered_on or self.project.sudo().satisfaction_count)
        request.rating_apply(5, token=token, feedback="Without a day of standstill")
        self.assertEqual((request.score, request.comment), (5, "Without a day of standstill"))
        self.assertEqual((self.project.sudo().satisfaction_score, self.project.sudo().satisfaction_count), (5, 1))
        self.assertFalse(request.rating_ids.parent_res_id)
        self.assertEqual(self.project.rating_count, 0, "stock's score of tasks")
        with self.assertRaises(AccessError):
            request.with_user(self.consultant).score = 1

    def test_no_question_while_one_is_open(self):
        self.publish()
        request = self.project.sudo().satisfaction_ids
        self.assertEqual(request.occasion, "report")
        self.go(self.second)
        self.go(self.optional)
        self.assertEqual(self.project.sudo().satisfaction_ids, request)
        request.sent_on = fields.Date.subtract(fields.Date.today(), days=31)
        self.env["project.satisfaction.request"]._ask(self.project.sudo(), "closing")
        self.assertEqual(len(self.project.sudo().satisfaction_ids), 2)

    def test_a_client_without_address_is_not_asked(self):
        self.spoc.email = False
        self.go(self.second)
        self.go(self.optional)
        self.assertFalse(self.project.sudo().satisfaction_ids)
        self.assertTrue(self.reports())

    def test_lessons_where_they_help(self):
        other = self.create_project("Other")
        lesson = self.add("project.lesson", name="Test the labels", stage_id=self.second.id, kind="improvement")
        own = other.with_user(self.consultant)
        self.assertFalse(own.stage_lesson_count)
        self.go(self.second, other)
        self.env.invalidate_all()
        self.assertEqual(own.stage_lesson_ids, lesson)
        self.go(self.second)
        self.assertFalse(self.project.with_user(self.consultant).stage_lesson_ids, "its own are known")
        elsewhere = self.create_lifecycle("Elsewhere", ["A", "B"])
        with self.assertRaises(ValidationError):
            lesson.stage_id = elsewhere.stage_ids[0]
        self.assertTrue(lesson.with_user(self.colleague).has_access("read"))
        for values in ({"name": "Mine"}, {"active": False}):
            with self.assertRaises(AccessError):
                lesson.with_user(self.colleague).write(values)

    def test_lessons_in_the_gate_dialog(self):
        """Before a stage is entered, the dialog shows what others learned in it, and no lesson of elsewhere."""
        other = self.create_project("Other")
        lesson = self.add("project.lesson", name="Test the labels", stage_id=self.second.id, kind="improvement")
        self.env["project.lesson"].create({"name": "Its own", "project_id": other.id, "stage_id": self.second.id})
        action = other.with_user(self.consultant).action_open_gate()
        dialog = Form.from_action(self.env(user=self.consultant), action)
        self.assertEqual(dialog.to_stage_id, self.second)
        self.assertEqual(dialog.lesson_ids.ids, lesson.ids)
        dialog.to_stage_id = self.last
        self.assertFalse(dialog.lesson_ids.ids)

    def test_adoption_from_a_file(self):
        names = ["project_id", "name", "date_from", "date_to", "user_count", "record_count", "source"]
        rows = [
            ["Packed", "Sales", "2026-01-01", "2026-01-31", "12", "340", "Logins"],
            ["Packed", "Stock", "2026-01-01", "2026-01-31", "4", "90", "Logins"],
        ]
        Figure = self.env["project.adoption.figure"].with_user(self.consultant)
        found = Figure.load(names, rows)
        self.assertFalse(found["messages"])
        figures = Figure.browse(found["ids"])
        self.assertEqual(figures.mapped("user_count"), [12, 4])
        self.assertTrue(Figure.load(names, rows)["messages"], "each period once")
        for bad, error in (
            ({"user_count": -1}, IntegrityError),
            ({"date_to": "2025-12-31"}, IntegrityError),
            ({"date_to": "2999-12-31"}, ValidationError),
        ):
            with self.subTest(bad), mute_logger("odoo.sql_db"), self.assertRaises(error), self.env.cr.savepoint():
                figures[0].write(bad)
                figures.flush_recordset()
        with self.assertRaises(AccessError):
            figures[0].with_user(self.colleague).user_count = 1

    def test_one_click_makes_a_quotation(self):
        improvement = self.add("project.improvement", name="Barcodes", days=3, product_id=self.consulting_days.id)
        improvement.action_propose()
        improvement.action_propose()
        order = improvement.sudo().order_id
        self.assertEqual((order.state, order.partner_id, improvement.state), ("draft", self.customer, "quoted"))
        self.assertEqual(order.order_line.product_uom_qty, 3)
        self.assertEqual(self.env["sale.order"].search_count([("origin", "=", self.project.name)]), 1)
        note = self.add("project.improvement", name="Something else")
        note.action_propose()
        self.assertEqual(note.sudo().order_id.order_line.display_type, "line_note")
        note.state = "declined"
        with self.assertRaises(UserError):
            note.action_propose()
        with self.assertRaises(AccessError):
            improvement.with_user(self.colleague).action_propose()

    def test_wishes_of_the_client_are_taken_over_once(self):
        self.add_point("Orders by phone", kind="wish")
        self.add("project.open.point", name="Ours", kind="wish")
        report = self.write_report()
        self.assertEqual(self.project.sudo().improvement_ids.mapped("name"), ["Orders by phone"])
        report.unlink()
        self.write_report()
        self.assertEqual(len(self.project.sudo().improvement_ids), 1)

    def test_criteria(self):
        everything = self.project | self.create_project("Other")
        met = lambda code: everything.sudo()._get_meeting(code, self.second).ids  # noqa: E731
        codes = ["report_presented", "closing_report", "report_status", "satisfaction", "lesson_success", "lessons"]
        for code in codes:
            self.assertFalse(met(code), code)
        report = self.publish()
        self.assertEqual(met("report_status"), self.project.ids)
        self.assertFalse(met("report_presented"))
        report.presented_on = report.date
        self.assertFalse(met("report_presented"), "to nobody")
        report.presented_to_ids = self.spoc
        self.assertEqual(met("report_presented"), self.project.ids)
        self.publish(self.write_report("closing_report"))
        self.assertEqual(met("closing_report"), self.project.ids)
        self.add("project.lesson", name="Good", kind="success")
        self.assertEqual(met("lesson_success"), self.project.ids)
        self.assertFalse(met("lesson_improvement"))
        request = self.project.sudo().satisfaction_ids[:1]
        request.rating_apply(3, token=request._rating_get_access_token())
        self.assertEqual(met("satisfaction"), self.project.ids)

    def test_closing_report(self):
        self.sell(10)
        self.log(4, date="2026-01-05")
        self.add("project.lesson", name="Start with one shop", kind="success", is_for_client=True)
        self.add("project.lesson", name="Zqinternal", kind="improvement")
        report = self.write_report("closing_report")
        report.action_publish()
        figures = report.figures["everything"]
        self.assertEqual(figures["hours"]["total"], self.project.pack_used_hours)
        self.assertIn("Start with one shop", report.body)
        self.assertNotIn("Zqinternal", report.body)

    def test_lists_cost_the_same(self):
        projects = self.project | self.create_project("Two")
        names = ["stage_lesson_count", "satisfaction_score"]

        def read(env, _run):
            projects.with_env(env(user=self.consultant.id)).read(names)

        few = count_queries(self.env, read)
        projects |= self.create_project("Three") | self.create_project("Four")
        self.assertEqual(count_queries(self.env, read), few)
