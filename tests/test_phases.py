from freezegun import freeze_time
from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Date
from odoo.tests import BaseCase, Form, tagged
from odoo.tools import mute_logger

from ..logic.phases import DATE_EARLY, MVP_LATE, NO_MVP, find_disorder
from .common_scope import ScopeCommon


@tagged("post_install", "-at_install")
class TestPhases(ScopeCommon):
    """Slices of a project, each with an outcome, a go-live, the client's agreement and our decision."""

    def refuse(self, error, values, phase=None):
        with mute_logger("odoo.sql_db"), self.assertRaises(error), self.cr.savepoint():
            if phase:
                phase.write(values)
            else:
                self.add_phase(**values)
            self.env.flush_all()

    def test_entered_by_the_button(self):
        action = self.own.action_add_phase()
        phases = self.env[action["res_model"]].with_user(self.consultant).with_context(**action["context"])
        with Form(phases) as form:
            form.name = "Start"
            form.app_ids = self.apps
        phase = self.own.phase_ids
        self.assertRecordValues(phase, [{"name": "Start", "phase_class": "mvp", "decision": "pending"}])
        self.assertEqual(phase.app_ids, self.apps)

    def test_a_new_phase_comes_last(self):
        first, second = self.add_phase("A"), self.add_phase("B")
        (first | second).write({"sequence": 40})
        self.assertEqual((self.add_phase("C").sequence, self.add_phase("D", sequence=3).sequence), (50, 3))
        self.own.invalidate_recordset(["phase_ids"])
        self.assertEqual(self.own.phase_ids.mapped("name"), ["D", "A", "B", "C"])

    def test_apps_of_the_project_only(self):
        strange = self.env["project.scope.app"].create({"project_id": self.other_project.id, "name": "HR"})
        self.refuse(ValidationError, {"app_ids": [Command.set(strange.ids)]})

    def test_not_live_before_the_project_starts(self):
        self.project.write({"date_start": "2027-01-04", "date": "2027-06-30"})
        self.refuse(ValidationError, {"golive_date": "2027-01-03"})
        self.add_phase(golive_date="2027-01-04")

    # === AGREEMENT === #

    @freeze_time("2027-03-02")
    def test_agreed_by_the_spoc(self):
        phases = self.add_phase("A") | self.add_phase("B")
        self.own.action_phases_agreed()
        for phase in phases:
            self.assertEqual((phase.agreed_on, phase.agreed_by_id), (Date.to_date("2027-03-02"), self.spoc))
        self.assertEqual(self.own.phase_to_agree_count, 0)

    def test_agreed_to_something_by_somebody(self):
        for values in ({"golive_date": False}, {"agreed_outcome": " "}):
            phase = self.add_phase("Vague", **values)
            with self.assertRaisesRegex(UserError, "Vague: write the outcome"):
                phase.action_agreed()
            self.refuse(CheckViolation, {"agreed_on": "2026-01-05"}, phase)
        phase = self.add("project.lifecycle.phase", self.colleague, name="X", project_id=self.other_project.id)
        phase.write({"golive_date": "2027-05-03", "agreed_outcome": "Orders"})
        with self.assertRaisesRegex(UserError, "Other has no SPOC"):
            phase.action_agreed()

    def test_agreed_by_contacts_of_the_client_only_and_not_tomorrow(self):
        self.refuse(ValidationError, {"agreed_on": "2026-01-05", "agreed_by_id": self.stranger.id})
        self.refuse(ValidationError, {"agreed_on": "2999-01-05"})

    def test_only_the_consultant_records_it(self):
        phase = self.add_phase()
        for user in (self.colleague, self.seller):
            with self.assertRaises(AccessError):
                self.project.with_user(user).action_phases_agreed()
            with self.assertRaises(AccessError):
                phase.with_user(user).action_agreed()

    def test_what_changes_is_agreed_anew(self):
        phase, other = self.add_phase("A"), self.add_phase("B")
        for values in (
            {"golive_date": "2027-06-01"},
            {"agreed_outcome": "More"},
            {"phase_class": "improvement"},
            {"app_ids": [Command.link(self.apps[0].id)]},
            {"golive_date": False},
        ):
            (phase | other).write({"agreed_outcome": "Orders", "golive_date": "2027-05-03"})
            (phase | other).action_agreed()
            with self.subTest(values):
                phase.write(values)
                self.env.flush_all()
                self.assertFalse(phase.agreed_on or phase.agreed_by_id)
                self.assertTrue(other.agreed_on)

    def test_what_does_not_change_stays_agreed(self):
        phase = self.add_phase(app_ids=[Command.set(self.apps.ids)])
        phase.action_agreed()
        phase.write(
            {
                "name": "Begin",
                "sequence": 30,
                "golive_date": "2027-05-03",
                "agreed_outcome": "Orders are shipped",
                "app_ids": [Command.set(self.apps.ids)],
            }
        )
        self.assertTrue(phase.agreed_on)
        phase.write({"golive_date": "2027-05-04", "agreed_on": "2026-01-05"})
        self.assertEqual((phase.agreed_on, phase.agreed_by_id), (Date.to_date("2026-01-05"), self.spoc))

    # === DECISION === #

    @freeze_time("2027-05-02")
    def test_the_decision_and_its_why(self):
        phase = self.add_phase()
        with Form(phase) as form:
            form.decision = "go"
            form.decision_why = "All is tested"
        self.assertRecordValues(
            phase,
            [{"decision": "go", "decided_by_id": self.consultant.id, "decided_on": Date.to_date("2027-05-02")}],
        )
        self.refuse(CheckViolation, {"decision": "no_go"}, phase)
        phase.write({"decision": "no_go", "decision_why": "The printer is missing"})
        phase.decision = "pending"
        self.assertFalse(phase.decided_on or phase.decided_by_id)

    def test_no_decision_without_a_why(self):
        phase = self.add_phase()
        for decision in ("go", "no_go"):
            self.refuse(CheckViolation, {"decision": decision}, phase)
            self.refuse(CheckViolation, {"decision": decision, "decision_why": "  "}, phase)

    def test_no_go_live_without_a_day(self):
        self.refuse(CheckViolation, {"golive_date": False, "decision": "go", "decision_why": "Ready"})
        self.add_phase(golive_date=False, decision="no_go", decision_why="Not ready")

    def test_what_was_decided_stays(self):
        phase = self.add_phase(decision="go", decision_why="Ready")
        with self.assertRaisesRegex(UserError, "Start: it was decided"):
            phase.unlink()
        self.assertTrue(phase.exists())

    # === MILESTONES === #

    def test_the_milestone_is_in_step(self):
        phase = self.add_phase(golive_date=False)
        self.assertFalse(phase.milestone_id)
        phase.golive_date = "2027-05-03"
        self.assertRecordValues(
            phase.milestone_id,
            [{"name": "Start", "project_id": self.project.id, "deadline": Date.to_date("2027-05-03")}],
        )
        phase.write({"golive_date": "2027-06-01", "name": "Begin"})
        self.assertRecordValues(phase.milestone_id, [{"name": "Begin", "deadline": Date.to_date("2027-06-01")}])
        phase.milestone_id.name = "Own words"
        phase.name = "Again"
        self.assertEqual(phase.milestone_id.name, "Own words")
        self.assertEqual(len(self.project.milestone_ids), 1)

    def test_moving_the_milestone_moves_the_phase(self):
        phase = self.add_phase()
        phase.action_agreed()
        phase.milestone_id.with_user(self.consultant).deadline = "2027-07-01"
        self.assertEqual(phase.golive_date, Date.to_date("2027-07-01"))
        self.assertFalse(phase.agreed_on)
        phase.milestone_id.with_user(self.lead).deadline = False
        self.assertFalse(phase.golive_date)

    def test_only_the_consultant_moves_the_go_live_by_its_milestone(self):
        phase = self.add_phase()
        milestone = phase.milestone_id.with_user(self.colleague)
        with self.assertRaisesRegex(AccessError, "consultant of the project Migration"):
            milestone.deadline = "2027-07-01"
        milestone.write({"deadline": "2027-05-03", "name": "Mine"})
        self.assertEqual(phase.golive_date, Date.to_date("2027-05-03"))

    def test_the_milestone_stays_with_the_project(self):
        phase = self.add_phase()
        with self.assertRaisesRegex(UserError, "it stays there"):
            phase.milestone_id.with_user(self.consultant).project_id = self.other_project

    def test_a_milestone_that_was_there(self):
        milestone, strange = self.env["project.milestone"].create(
            [
                {"name": "Live", "project_id": self.project.id, "deadline": "2027-04-01"},
                {"name": "Other", "project_id": self.other_project.id, "deadline": "2027-04-01"},
            ]
        )
        phase = self.add_phase(golive_date=False, milestone_id=milestone.id)
        self.assertEqual(phase.golive_date, Date.to_date("2027-04-01"))
        self.refuse(UniqueViolation, {"milestone_id": milestone.id, "golive_date": "2027-04-01"})
        self.refuse(ValidationError, {"milestone_id": strange.id, "golive_date": "2027-04-01"})
        phase.golive_date = "2027-04-02"
        self.assertEqual(milestone.deadline, Date.to_date("2027-04-02"))
        phase.unlink()
        self.assertTrue(milestone.exists())

    def test_the_own_milestone_goes_with_the_phase(self):
        idle, worked_for = self.add_phase("A"), self.add_phase("B")
        milestones = idle.milestone_id | worked_for.milestone_id
        self.env["project.task"].create(
            {"name": "T", "project_id": self.project.id, "milestone_id": worked_for.milestone_id.id}
        )
        (idle | worked_for).unlink()
        self.assertEqual(milestones.exists().name, "B")

    def test_deleting_the_milestone_leaves_the_phase(self):
        phase = self.add_phase()
        phase.milestone_id.unlink()
        self.assertEqual(phase.golive_date, Date.to_date("2027-05-03"))
        phase.golive_date = "2027-05-04"
        self.assertEqual(phase.milestone_id.deadline, Date.to_date("2027-05-04"))

    # === ORDER, CRITERIA === #

    def test_an_odd_order_is_told(self):
        self.apps.is_needed = False
        self.add_phase("Reports", phase_class="improvement")
        self.assertEqual(self.own.phase_notice, "No phase is an MVP: what does the client start with?")
        self.add_phase("Start", golive_date="2027-04-01")
        self.assertEqual(
            self.own.phase_notice,
            "Start is an MVP, but stands behind an improvement.\nStart goes live before a phase in front of it.",
        )
        self.own.phase_ids[1].sequence = 1
        self.assertFalse(self.own.phase_notice)

    def test_scope_and_dates_that_do_not_fit_are_told(self):
        self.assertFalse(self.own.phase_notice)
        phase = self.add_phase(app_ids=[Command.link(self.apps[0].id)])
        self.assertEqual(self.own.phase_notice, "In scope, but in no phase: Stock.")
        phase.app_ids = self.apps
        self.apps[1].is_needed = False
        self.assertEqual(self.own.phase_notice, "In a phase, but not in scope: Stock.")
        self.apps[1].is_needed = True
        self.project.write({"date_start": "2027-01-04", "date": "2027-05-02"})
        self.assertEqual(self.own.phase_notice, "Live after the end of the project: Start.")

    def test_criterion_phases_follows_at_once(self):
        item = self.ask_for("phases")
        self.assertEqual(item.state, "open")
        phase = self.add_phase(golive_date=False)
        phase.golive_date = "2027-05-03"
        self.assertEqual(item.state, "open")
        phase.action_agreed()
        self.assertEqual(item.state, "met")
        later = self.add_phase("Later")
        self.assertEqual(item.state, "open")
        later.unlink()
        self.assertEqual(item.state, "met")
        phase.milestone_id.deadline = "2027-05-04"
        self.assertEqual(item.state, "open")

    def test_criterion_plan_agreed(self):
        item = self.ask_for("plan_agreed")
        self.project.write({"date_start": "2027-01-04", "date": "2027-12-31"})
        self.project._plan_from_start()
        self.assertTrue(self.project.sudo()._criterion_plan())
        phase = self.add_phase()
        self.assertEqual(item.state, "open")
        phase.action_agreed()
        self.assertEqual(item.state, "met")
        self.project.date = "2027-05-02"
        self.assertEqual(item.state, "open")

    def test_changes_stay_in_the_history(self):
        phase = self.add_phase().with_context(tracking_disable=False, mail_notrack=False)
        self.env.flush_all()
        self.cr.precommit.run()
        phase.golive_date = "2027-06-01"
        self.env.flush_all()
        self.cr.precommit.run()
        tracked = phase.sudo().message_ids.tracking_value_ids.field_id.mapped("name")
        self.assertIn("golive_date", tracked)


class TestOrderOfPhases(BaseCase):
    """What is odd about an order, worked out without a database."""

    def test_in_order(self):
        self.assertEqual(find_disorder([]), [])
        self.assertEqual(find_disorder([(True, 1), (True, 1), (False, None), (False, 3)]), [])

    def test_odd(self):
        self.assertEqual(find_disorder([(False, None)]), [(NO_MVP, 0)])
        self.assertEqual(find_disorder([(False, None), (True, None)]), [(MVP_LATE, 1)])
        self.assertEqual(find_disorder([(True, 5), (False, 4), (False, None), (False, 5)]), [(DATE_EARLY, 1)])
