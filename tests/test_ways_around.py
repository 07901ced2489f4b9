from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_scope import ScopeCommon
from .handover_common import HandoverCommon


@tagged("post_install", "-at_install")
class TestWaysIntoTheHandover(HandoverCommon):
    """No way leads by relations into what is somebody else's hand-over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.intake = cls.hand_over((cls.pack, 2), (cls.app_sales, 1), (cls.app_stock, 1))
        cls.app = cls.intake.sudo().app_ids[0]
        cls.foreign = cls.create_project("Foreign", user_id=cls.colleague.id)
        cls.foreign_intake = cls.env["project.intake"].create({"project_id": cls.foreign.id})

    def test_not_by_the_order(self):
        Order = self.env["sale.order"].with_user(self.other_sales)
        values = {"partner_id": self.client_company.id}
        order = self.create_order((self.pack, 1), user=self.other_sales)
        for way in (
            lambda: order.write({"intake_id": self.intake.id}),
            lambda: Order.create({**values, "intake_id": self.intake.id}),
            lambda: Order.with_context(default_intake_id=self.intake.id).create(values),
            lambda: self.intake.order_id.with_user(self.sales).write({"intake_id": False}),
        ):
            with self.assertRaisesRegex(AccessError, "gets its hand-over by"):
                way()
        with self.assertRaises(AccessError):
            self.intake.with_user(self.other_sales).read(["firm"])

    def test_a_quotation_joins_when_it_is_confirmed(self):
        help_ = self.create_service("Help", service_tracking="task_global_project")
        order = self.create_order((help_, 20), user=self.other_sales)
        order.sudo().project_id = self.intake.sudo().project_id
        order.action_open_handover()
        self.assertNotEqual(order.sudo().intake_id, self.intake)
        self.assertEqual((self.intake.sold_days, self.intake.days_short), (2, 5))
        with self.assertRaises(AccessError):
            self.intake.with_user(self.other_sales).read(["firm"])
        order.action_confirm()
        self.assertEqual(order.sudo().intake_id, self.intake)
        self.assertEqual((self.intake.sold_days, self.intake.days_short), (22, 0))

    def test_applications_stay_where_they_are(self):
        for user in (self.sales, self.consultant):
            for values in ({"project_id": self.foreign.id}, {"intake_id": self.foreign_intake.id}):
                with self.subTest(user=user.name, values=values), self.assertRaisesRegex(AccessError, "stays with"):
                    self.app.with_user(user).write(values)
        with self.assertRaisesRegex(ValidationError, "is that of its hand-over"):
            self.env["project.scope.app"].with_user(self.sales).create(
                {"name": "Planted", "intake_id": self.intake.id, "project_id": self.foreign.id}
            )

    def test_other_limits_are_told_anew(self):
        app = self.app.with_user(self.consultant)
        app.write({"limits": "No payroll", "limits_told_on": "2026-01-05"})
        app.limits = "No payroll"
        self.assertTrue(app.limits_told_on)
        app.limits = "No payroll, no planning"
        self.assertFalse(app.limits_told_on)

    def test_nobody_was_told_in_the_future(self):
        tomorrow = fields.Date.context_today(self.app) + timedelta(days=1)
        with self.assertRaisesRegex(ValidationError, "in the future"):
            self.app.limits_told_on = tomorrow
        for name in ("told_on", "shortage_told_on"):
            with self.subTest(name), self.assertRaisesRegex(ValidationError, "in the future"):
                self.intake.sudo()[name] = tomorrow

    def test_the_expected_spoc_is_one_of_the_customers_people(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        with self.assertRaisesRegex(ValidationError, "no contact of Client Inc."):
            self.intake.spoc_proposed_id = stranger
        self.intake.spoc_proposed_id = self.portal_user.partner_id

    def test_flags_of_a_salesperson_who_left_go_to_the_consultant(self):
        self.sales.sudo().active = False
        self.intake.sudo().customisation_count = 5
        flag = self.intake.sudo().flag_ids.filtered(lambda it: it.rule_id.name.startswith("Customising"))
        self.assertEqual(flag.user_id, self.consultant)
        self.assertEqual(flag.activity_ids.user_id, self.consultant)

    def test_told_by_somebody(self):
        project = self.intake.sudo().project_id
        self.intake.sudo().write({"shortage_told_on": "2026-01-05", "shortage_told_by_id": False})
        self.assertFalse(project._criterion_shortage_told())
        self.intake.sudo().shortage_told_by_id = self.consultant
        self.assertEqual(project._criterion_shortage_told(), project)

    def test_the_client_is_not_proposed_for_messages(self):
        self.client_company.email = "office@client.example.com"
        point = self.env["project.open.point"].create(
            {"project_id": self.project.id, "name": "Who?", "partner_id": self.portal_user.partner_id.id}
        )
        self.assertFalse(self.intake._message_get_suggested_recipients())
        self.assertFalse(point.with_user(self.consultant)._message_get_suggested_recipients())


@tagged("post_install", "-at_install")
class TestWaysIntoTheKickoff(ScopeCommon):
    """No way leads around the rules of points, sessions and the client's word, nor into projects that are private."""

    def test_meetings_of_employees_without_projects(self):
        day = timedelta(days=1)
        event = (
            self.env["calendar.event"]
            .with_user(self.employee)
            .create({"name": "Lunch", "start": fields.Datetime.now(), "stop": fields.Datetime.now() + day / 24})
        )
        self.assertTrue(event.copy())
        event.write({"recurrency": True, "rrule_type": "daily", "end_type": "count", "count": 3, "interval": 1})
        self.assertEqual(len(event.recurrence_id.calendar_event_ids), 3)

    def test_the_duplicate_of_a_session_is_a_meeting(self):
        copy = self.create_session().copy()
        self.assertFalse(copy.lifecycle_project_id)
        self.assertIn(self.spoc, copy.partner_ids)

    def test_held_sessions_are_the_consultants_to_archive(self):
        session = self.create_session()
        session.action_session_held()
        with self.assertRaisesRegex(AccessError, "Only the consultant"):
            session.with_user(self.employee).active = False
        session.active = False

    def test_minutes_of_sessions_without_the_client_are_ours(self):
        session = self.create_session("follow_up", self.manager.partner_id)
        session.minutes = "<p>Between us</p>"
        session.action_session_held()
        self.assertFalse(self.project.sudo()._kickoff_minutes_sessions())

    def test_points_of_ours_stay_out_of_the_minutes(self):
        point = self.add("project.open.point", self.colleague, name="Between us")
        point.write({"side": "client"})
        self.assertEqual(point.side, "ours")
        self.assertFalse(self.project.sudo()._kickoff_minutes_open_points())

    def test_defaults_count_as_values(self):
        for name, value in (
            ("state", "answered"),
            ("partner_id", self.spoc.id),
            ("is_blocking", False),
            ("asked_on", "2099-01-01"),
        ):
            Point = self.env["project.open.point"].with_user(self.colleague).with_context(**{f"default_{name}": value})
            with self.subTest(name), self.assertRaises(AccessError):
                Point.create({"project_id": self.project.id, "name": "May I?"})

    def test_dialogs_of_private_projects(self):
        self.project.message_subscribe(self.consultant.partner_id.ids)
        self.project.sudo().privacy_visibility = "followers"
        point = self.add("project.open.point", name="Secret")
        self.env.invalidate_all()
        project = {"project_id": self.project.id}
        with self.assertRaises(AccessError):
            self.env["project.open.point.close"].with_user(self.employee).create({"point_id": point.id})
        Plan = self.env["project.session.plan"].with_user(self.colleague)
        for name in ("partner_ids", "section_ids"):
            with self.subTest(name), self.assertRaises(AccessError):
                Plan.create({**project, "name": "x", "kind": "kickoff"}).read([name])
        Change = self.env["project.spoc.change.wizard"].with_user(self.colleague)
        with self.assertRaises(AccessError):
            Change.onchange(project, ["project_id"], {"project_id": {}, "reading_list": {}})

    def test_a_change_of_spoc_comes_after_the_last(self):
        other = self.env["res.partner"].create({"name": "Nina New", "parent_id": self.client_company.id})
        self.own._change_spoc(other, "She left", 0, is_mailed=False)
        with self.assertRaisesRegex(UserError, "comes after it"):
            self.own._change_spoc(self.spoc, "She is back", 0, date=fields.Date.to_date("2026-01-05"), is_mailed=False)

    def test_the_clients_word_is_of_the_client(self):
        with self.assertRaisesRegex(ValidationError, "no contact of Client Inc."):
            self.minute.with_user(self.consultant).action_explained_and_agreed(self.stranger.id)

    def test_notes_on_people_stay_where_they_are(self):
        Note = self.env["project.spoc.note"].with_user(self.consultant)
        note = Note.create({"project_id": self.project.id, "partner_id": self.spoc.id, "communication": "By phone"})
        other = self.env["res.partner"].create({"name": "Nina New", "parent_id": self.client_company.id})
        for values in ({"project_id": self.other_project.id}, {"partner_id": other.id}):
            with self.subTest(values), self.assertRaisesRegex(AccessError, "A note stays"):
                note.write(values)
        note.write({"project_id": self.project.id, "communication": "By mail"})

    def test_only_a_kickoff_is_concluded(self):
        fresh = self.create_project("Fresh")
        self.tick_all(fresh, self.first)
        with self.assertRaisesRegex(UserError, "nothing to conclude"):
            fresh.with_user(self.consultant).action_conclude(self.second.id, "take_over", "All fits")
        self.assertFalse(fresh.with_user(self.consultant)._get_concluded_stages(self.first))

    def test_a_kickoff_without_criteria_is_concluded(self):
        self.second.checklist_template_ids.unlink()
        self.items_of(self.project, self.second).sudo().unlink()
        self.assertEqual(self.own._get_concluded_stages(self.optional), self.second)

    def test_refusals(self):
        minute = self.minute.with_user(self.consultant)
        minute.write({"explained_on": "2026-01-05", "agreement": "not_agreed", "agreed_by_id": self.spoc.id})
        for item in (self.agreed | self.settled).with_user(self.consultant):
            item.action_explained_and_agreed() if item.needs_agreement else item.action_tick()
        with self.assertRaisesRegex(UserError, "The client does not agree"):
            self.own.action_conclude(self.optional.id, "take_over", "All fits")
        minute.is_unacceptable = True
        with self.assertRaisesRegex(UserError, "Consult the salesperson"):
            minute.action_not_applicable("Never mind")
