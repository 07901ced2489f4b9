from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common_scope import ScopeCommon


@tagged("post_install", "-at_install")
class TestNamedLeads(ScopeCommon):
    """A named lead of our side, who is not the project's manager, does in it what the manager does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.project.privacy_visibility = "followers"
        cls.project.message_subscribe(partner_ids=cls.consultant.partner_id.ids)
        cls.led = cls.project.with_user(cls.lead)
        cls.client_person = cls.env["res.partner"].create(
            {"name": "Bruno", "parent_id": cls.client_company.id, "email": "bruno@client.example.com"}
        )
        cls.env.flush_all()

    def open(self, action):
        """Return the form that an action opens, as the lead gets it."""
        record = self.env[action["res_model"]].with_user(self.lead).with_context(**action.get("context", {}))
        view = next((view for view, kind in action.get("views", []) if kind == "form"), None)
        return Form(record.browse(action["res_id"]) if action.get("res_id") else record, view or None)

    def add(self, model, **values):
        return super().add(model, user=self.lead, **values)

    def test_why_us(self):
        form = self.open(self.led.action_open_vision())
        form.why_chosen = "We know bakeries"
        form.thought_bought = "Everything"
        form.save()
        self.assertEqual((self.led.why_chosen, self.led.thought_bought), ("We know bakeries", "Everything"))
        self.assertEqual(self.own.why_chosen, "We know bakeries")

    def test_why_us_on_the_hand_over_of_an_order(self):
        order = self.env["sale.order"].create({"partner_id": self.client_company.id, "user_id": self.seller.id})
        self.env["project.intake"].create({"order_id": order.id, "project_id": self.project.id, "firm": "Bakes bread"})
        form = self.open(self.led.action_open_vision())
        form.why_chosen = "Price"
        form.save()
        form = self.open(self.led.action_open_handover())
        form.thought_bought = "Everything"
        form.told_by_id, form.told_to_id, form.told_on = self.seller, self.lead, "2026-03-02"
        form.save()
        self.assertEqual((self.led.why_chosen, self.led.thought_bought), ("Price", "Everything"))
        with self.assertRaises(AccessError):
            self.led.intake_ids.firm = "Bakes cakes"

    def test_who_does_not_lead_writes_nothing(self):
        self.led.action_open_handover()
        self.project.message_subscribe(partner_ids=self.colleague.partner_id.ids)
        intake = self.project.intake_ids.with_user(self.colleague)
        self.assertFalse(intake.why_chosen)
        with self.assertRaises(AccessError):
            intake.why_chosen = "None of my business"

    def test_a_lead_who_left_writes_nothing(self):
        self.led.action_open_handover()
        intake = self.led.intake_ids
        person = self.project.stakeholder_ids.filtered("user_id")
        person.write({"date_from": "2026-01-01", "date_to": fields.Date.subtract(fields.Date.today(), days=1)})
        with self.assertRaises(AccessError):
            intake.why_chosen = "Still here"

    def test_open_points(self):
        form = self.open(self.led.action_add_open_point())
        form.name, form.kind, form.user_id = "Who signs off?", "problem", self.consultant
        point = form.save()
        point.write({"deadline": "2030-03-02", "must_have": True, "is_blocking": False})
        point.action_answer("The owner")
        point.action_reopen()
        point.action_withdraw("Not needed")
        self.assertEqual(point.state, "withdrawn")

    def test_flows(self):
        flow = self.open(self.led.action_add_flow())
        flow.name, flow.as_is = "Order to cash", "By telephone"
        flow = flow.save()
        self.open(flow.action_open()).save()
        flow.to_be = "On the web"
        self.assertEqual(self.led.flow_ids, flow)
        flow.unlink()

    def test_expectations(self):
        form = self.open(self.led.action_add_expectation())
        form.name = "Quotes by phone"
        expectation = form.save()
        expectation.action_development()
        expectation.action_told()
        self.assertEqual((expectation.told_by_id, expectation.told_to_id), (self.lead, self.spoc))
        expectation.unlink()

    def test_applications(self):
        app = self.led.scope_app_ids[0]
        app.write({"reason": "Quotes by phone", "limits": "None", "limits_told_on": "2026-03-02", "remaining_days": 2})
        self.assertEqual(app.estimated_by_id, self.lead)
        self.add("project.scope.app", name="Portal").unlink()
        self.led.action_shortage_told()

    def test_phases(self):
        form = self.open(self.led.action_add_phase())
        form.name, form.agreed_outcome, form.golive_date = "First", "Sells", "2030-03-02"
        form.app_ids.add(self.apps[0].with_user(self.lead))
        phase = form.save()
        self.led.action_phases_agreed()
        self.assertEqual(phase.agreed_by_id, self.spoc)
        phase.write({"decision": "go", "decision_why": "Tested"})
        phase.golive_date = "2030-04-02"
        self.assertEqual(str(phase.milestone_id.deadline), "2030-04-02")
        self.add("project.lifecycle.phase", name="Second", golive_date="2030-05-02").unlink()

    @freeze_time("2026-03-11 12:00:00")
    def test_sessions(self):
        action = self.led.action_plan_session()
        plan = self.env[action["res_model"]].with_user(self.lead).browse(action["res_id"])
        plan.write({"kind": "kickoff", "start": "2026-03-12 09:00:00", "partner_ids": [Command.link(self.spoc.id)]})
        plan.action_plan()
        planned = self.led.lifecycle_session_ids
        self.assertEqual(planned.user_id, self.lead)
        with freeze_time("2026-03-12 12:00:00"):
            planned.action_session_held()
            planned.minutes = "<p>All agreed</p>"
        planned.action_session_not_held()
        of_manager = self.create_session().with_user(self.lead)
        of_manager.action_session_held()
        of_manager.write({"minutes": "<p>All agreed</p>", "session_item_ids": [Command.set(self.agreed.ids)]})
        self.assertTrue(of_manager.held_on)

    def test_points_of_the_kickoff(self):
        self.agreed.with_user(self.lead).action_explained_and_agreed()
        self.assertEqual(self.agreed.state, "met")
        self.settled.with_user(self.lead).action_tick()

    def test_business_areas(self):
        self.lifecycle.covers_areas = True
        area, other, third = self.led.area_coverage_ids[:3]
        area.action_in()
        other.action_look()
        third.write({"verdict": "out", "reason": "No factory"})
        self.assertEqual((area.decided_by_id, third.verdict), (self.lead, "out"))

    def test_people_and_the_confidential_note(self):
        self.led.stakeholder_ids.filtered(lambda it: it.client_role == "spoc").action_acknowledge()
        person = self.env["project.lifecycle.stakeholder"].with_user(self.lead)
        person = person.create({"project_id": self.project.id, "partner_id": self.client_person.id})
        person.hours_week = 3
        person.unlink()
        note = self.open(self.led.action_open_spoc_note())
        note.communication = "By mail"
        note.save()

    def test_the_spoc_changes(self):
        wizard = self.open(self.led.action_change_spoc())
        wizard.new_partner_id = self.client_person
        wizard.reason = "Sofia left"
        wizard.save().action_change()
        self.assertEqual(self.led.spoc_id, self.client_person)
        self.assertEqual(self.led.spoc_change_ids.user_id, self.lead)

    def test_the_kickoff_ends(self):
        (self.agreed | self.minute).with_user(self.lead).action_explained_and_agreed()
        self.settled.with_user(self.lead).action_tick()
        self.led.action_print_kickoff_minutes()
        self.led.action_conclude(self.optional.id, "take_over", "All can be done")
        self.assertEqual(self.led.stage_id, self.optional)

    def test_back_to_sales(self):
        self.led.action_back_to_sales("Nobody answers")
        self.assertEqual(self.led.stage_id, self.first)
