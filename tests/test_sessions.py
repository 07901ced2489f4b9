from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, JsonRpcException, tagged

from .common_kickoff import KickoffCommon

INTERNAL = ("lifecycle_project_id", "session_kind", "held_on", "minutes", "internal_note", "session_message")


@tagged("post_install", "-at_install")
class TestSessions(KickoffCommon):
    """Sessions of a project are meetings of the calendar, planned by its consultant."""

    def messages_of(self, event):
        return self.env["mail.message"].sudo().search([("model", "=", "calendar.event"), ("res_id", "=", event.id)])

    def test_planned_with_an_agenda(self):
        self.lifecycle.write({"reading_url": "https://example.com/method", "reading_text": "Our method"})
        form = Form(self.plan())
        self.assertEqual((form.kind, form.name), ("kickoff", "Kick-off: Migration"))
        self.assertEqual(form.partner_ids[:], self.consultant.partner_id | self.client_company)
        form.partner_ids.add(self.spoc)
        with form.section_ids.edit(0) as section:
            self.assertEqual((section.name, section.open_count), ("Methodology", 2))
            section.is_covered = True
        form.message = "<p>Bring your organisation chart.</p>"
        opened_from = {"active_model": "project.project", "active_id": self.project.id}
        form.save().with_context(**opened_from).action_plan()
        event = self.project.lifecycle_session_ids
        self.assertRecordValues(event, [{"session_kind": "kickoff", "user_id": self.consultant.id, "res_id": 0}])
        for words in (
            "What the kick-off is",
            "Why it matters",
            "How it runs",
            "10%",
            "Methodology",
            "Way of working agreed",
            "https://example.com/method",
            "Bring your organisation chart",
        ):
            self.assertIn(words, event.description)
        self.assertNotIn("Meetings settled", event.description)
        self.assertFalse(self.project.activity_ids)

    def test_each_attendee_is_invited_in_the_own_language(self):
        self.env["res.lang"]._activate_lang("es_ES")
        template = self.env.ref("project_lifecycle.session_invitation_mail")
        body = template.body_html.replace("Hello", "Hola")
        template.with_context(lang="es_ES").body_html = body
        self.spoc.lang = "es_ES"
        plan = self.plan()
        plan.partner_ids |= self.spoc
        plan.action_plan()
        messages = self.messages_of(self.project.lifecycle_session_ids)
        of_spoc = messages.filtered(lambda it: self.spoc in it.partner_ids)
        of_company = messages.filtered(lambda it: self.client_company in it.partner_ids)
        self.assertEqual(len(of_spoc.filtered(lambda it: "Hola" in it.body)), 1)
        self.assertEqual(len(of_company.filtered(lambda it: "Hello" in it.body)), 1)
        self.assertIn("What the kick-off is", of_spoc[0].body)
        self.assertIn("/calendar/meeting/accept", of_spoc[0].body)

    def test_no_internal_word_is_mailed_or_shown_to_the_client(self):
        self.minute.with_user(self.consultant).note = "MARKER note"
        self.minute.template_id.guidance = "MARKER guidance"
        self.settled.template_id.name = "MARKER criterion"
        plan = self.plan()
        plan.section_ids.is_covered = True
        plan.action_plan()
        event = self.project.lifecycle_session_ids
        event.with_user(self.consultant).write({"minutes": "MARKER draft", "internal_note": "MARKER internal"})
        event.with_user(self.consultant).partner_ids |= self.spoc
        texts = [event.description, *self.messages_of(event).mapped("body")]
        self.assertIn(self.spoc, self.messages_of(event).partner_ids)
        self.assertNotIn("MARKER", "".join(map(str, texts)))
        self.assertNotIn("MARKER", event._get_ics_file()[event.id].decode())

    def test_kind_follows_the_project(self):
        self.create_session()
        self.assertEqual(self.plan().kind, "follow_up")
        self.project.with_user(self.consultant).action_back_to_sales("Because")
        plan = self.plan()
        self.assertEqual(plan.kind, "internal")
        self.assertEqual(plan.partner_ids, self.consultant.partner_id | self.seller.partner_id)
        self.assertFalse(plan.section_ids)

    def test_bad_input_in_the_dialog(self):
        for values, message in (({"partner_ids": False}, "Nobody is invited"), ({"duration": -1}, "ends before")):
            with self.assertRaisesRegex(UserError, message):
                self.plan(**values).action_plan()
        self.assertFalse(self.project.lifecycle_session_ids)

    def test_a_session_in_the_past_is_recorded_without_mail(self):
        plan = self.plan(start=fields.Datetime.now() - timedelta(days=3))
        self.assertTrue(plan.is_past)
        self.assertEqual(plan.action_plan()["res_model"], "calendar.event")
        event = self.project.lifecycle_session_ids
        self.assertFalse(self.messages_of(event).partner_ids)

    def test_bad_input_in_the_calendar(self):
        session = self.create_session()
        for values, message in (
            ({"partner_ids": [Command.clear()]}, "nobody is invited"),
            ({"partner_ids": [Command.set(self.consultant.partner_id.ids)]}, "at least one person of the client"),
            ({"session_kind": "internal"}, "none of us: Sofia Spoc"),
            ({"session_kind": False}, "which kind"),
            ({"held_on": fields.Date.today() + timedelta(days=2)}, "has taken place"),
            ({"stop": session.start - timedelta(hours=1)}, "cannot be earlier"),
        ):
            with self.subTest(message), self.assertRaisesRegex(ValidationError, message), self.cr.savepoint():
                session.write(values)
        plain = self.env["calendar.event"].with_user(self.employee).create({"name": "Lunch"})
        with self.assertRaisesRegex(ValidationError, "session of a project"):
            plain.held_on = fields.Date.today()

    def test_held(self):
        self.second.checklist_template_ids = [
            (0, 0, {"name": "Kick-off held", "kind": "computed", "criterion": "kickoff_held"})
        ]
        item = self.items_of(self.project, self.second)[-1]
        later = self.create_session("kickoff", start="2999-01-01 10:00:00", stop="2999-01-01 11:00:00")
        with self.assertRaisesRegex(UserError, "has not begun"):
            later.action_session_held()
        follow_up = self.create_session("follow_up")
        follow_up.action_session_held()
        self.assertEqual(item.state, "open")
        session = self.create_session()
        session.action_session_held()
        self.assertEqual((session.held_on, item.state), (session._get_session_day(), "met"))
        session.action_session_not_held()
        self.assertEqual(item.state, "open")
        session.action_session_held()
        session.action_archive()
        self.assertEqual(item.state, "open")

    @freeze_time("2027-03-02 23:30:00")
    def test_the_day_is_that_of_the_consultant(self):
        self.consultant.tz = "Asia/Tokyo"
        session = self.create_session(start="2027-03-01 22:00:00", stop="2027-03-01 23:00:00")
        session.action_session_held()
        self.assertEqual(fields.Date.to_string(session.held_on), "2027-03-02")

    def test_the_internal_kickoff(self):
        self.project.with_user(self.consultant).action_back_to_sales("Because")
        self.first.checklist_template_ids = [
            (0, 0, {"name": "Call held", "kind": "computed", "criterion": "internal_kickoff_held"})
        ]
        session = self.create_session("internal", self.seller.partner_id)
        session.action_session_held()
        item = self.items_of(self.project, self.first).filtered(lambda it: it.name == "Call held")
        self.assertEqual(item.state, "met")
        session.with_user(self.seller).minutes = "What I know"
        with self.assertRaises(UserError):
            session.unlink()

    def test_only_the_consultant_plans(self):
        for user in (self.colleague, self.employee):
            with self.assertRaises(AccessError):
                self.create_session(user=user)
            with self.assertRaises(AccessError):
                self.project.with_user(user).action_plan_session()
        session = self.create_session()
        for user in (self.colleague, self.employee):
            for values in ({"held_on": "2026-01-05"}, {"minutes": "x"}, {"internal_note": "x"}):
                with self.assertRaises(AccessError):
                    session.with_user(user).write(values)
        lunch = self.env["calendar.event"].with_user(self.employee).create({"name": "Lunch"})
        with self.assertRaises(AccessError):
            lunch.write({"lifecycle_project_id": self.project.id, "session_kind": "other"})

    def test_nobody_joins_a_session_that_was_held(self):
        """Who took part writes the minutes; an employee does not become one of them afterwards, by no way."""
        session = self.create_session()
        session.action_session_held()
        session.minutes = "Agreed"
        me, theirs = self.employee.partner_id, session.with_user(self.employee)
        Attendee = self.env["calendar.attendee"].with_user(self.employee)
        for way in (
            lambda: theirs.write({"partner_ids": [Command.link(me.id)]}),
            lambda: theirs.write({"attendee_ids": [Command.create({"partner_id": me.id})]}),
            lambda: theirs.write({"user_id": self.employee.id}),
            lambda: Attendee.create({"event_id": session.id, "partner_id": me.id}),
            lambda: Attendee.browse(session.attendee_ids[:1].id).write({"partner_id": me.id}),
        ):
            with self.assertRaisesRegex(AccessError, "was held"), self.cr.savepoint():
                way()
        me.meeting_ids = [Command.link(session.id)]
        with self.assertRaisesRegex(AccessError, "those who take part"):
            theirs.minutes = "Refused"
        session.with_user(self.consultant).partner_ids = [Command.link(self.employee.partner_id.id)]
        self.assertEqual(session.minutes, "<p>Agreed</p>")

    def test_whoever_took_part_writes_the_minutes(self):
        session = self.create_session(partners=self.spoc | self.employee.partner_id)
        session.action_session_held()
        session.with_user(self.employee).minutes = "Agreed"
        session.with_user(self.employee).partner_ids = [Command.link(self.colleague.partner_id.id)]
        self.assertEqual(session.minutes, "<p>Agreed</p>")

    def test_sessions_of_a_project_by_invitation_are_private(self):
        self.project.privacy_visibility = "followers"
        self.project.message_subscribe(partner_ids=self.consultant.partner_id.ids)
        self.plan().action_plan()
        event = self.project.lifecycle_session_ids
        event.with_user(self.consultant).internal_note = "Secret"
        self.assertEqual(event.privacy, "private")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(event.with_user(self.employee).internal_note)

    def test_unsafe_reading_material(self):
        with self.assertRaisesRegex(ValidationError, "web address"):
            self.lifecycle.reading_url = "javascript:alert(1)"

    def test_meetings_of_no_project_are_as_ever(self):
        event = self.env["calendar.event"].with_user(self.employee).create({"name": "Lunch"})
        event.active = False
        self.assertFalse(event.session_invitation)
        event.unlink()


@tagged("post_install", "-at_install")
class TestSessionsOfTheClient(HttpCase, KickoffCommon):
    """A client who is invited reads the meeting, and nothing that is ours."""

    def test_portal_reads(self):
        session = self.create_session(description="For you")
        session.write({"minutes": "MARKER", "internal_note": "MARKER"})
        internal = self.create_session("internal", self.seller.partner_id)
        self.portal_user.password = "lc_spoc-password"
        self.authenticate("lc_spoc", "lc_spoc-password")

        def call(model, method, *args, **kwargs):
            return self.make_jsonrpc_request(
                "/web/dataset/call_kw", {"model": model, "method": method, "args": args, "kwargs": kwargs}
            )

        (values,) = call("calendar.event", "read", session.ids, ["name", "description"])
        self.assertIn("For you", values["description"])
        self.assertTrue(call("calendar.event", "fields_get").keys().isdisjoint(INTERNAL))
        for field in INTERNAL:
            with self.subTest(field), self.assertRaises(JsonRpcException):
                call("calendar.event", "read", session.ids, [field])
            with self.subTest(field), self.assertRaises(JsonRpcException):
                call("calendar.event", "search", [(field, "!=", False)])
        with self.assertRaises(JsonRpcException):
            call("calendar.event", "read", internal.ids, ["name"])
        for field in ("lifecycle_session_ids", "kickoff_meter", "kickoff_progress", "kickoff_item_ids"):
            with self.subTest(field), self.assertRaises(JsonRpcException):
                call("project.project", "read", self.project.ids, [field])
        for model in ("project.session.plan", "project.gate.decision", "project.checklist.item"):
            with self.subTest(model), self.assertRaises(JsonRpcException):
                call(model, "search_read", [])
