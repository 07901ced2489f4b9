from datetime import timedelta

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.project_lifecycle.exceptions import GateRefused

from .common_kickoff import KickoffCommon


@tagged("post_install", "-at_install")
class TestAgreement(KickoffCommon):
    """A point that needs agreement is met once it was explained and somebody of the client agreed."""

    def test_explained_and_agreed_in_one_click(self):
        self.agreed.with_user(self.consultant).action_explained_and_agreed()
        self.assertRecordValues(
            self.agreed,
            [
                {
                    "state": "met",
                    "agreement": "agreed",
                    "agreed_by_id": self.client_company.id,
                    "explained_on": fields.Date.context_today(self.agreed),
                    "done_by_id": self.consultant.id,
                }
            ],
        )

    def test_not_ticked_without_the_client(self):
        with self.assertRaisesRegex(UserError, "needs the client's agreement"):
            self.agreed.with_user(self.consultant).action_tick()
        self.settled.with_user(self.consultant).action_tick()
        with self.assertRaisesRegex(UserError, "does not need"):
            self.settled.with_user(self.consultant).action_explained_and_agreed()

    def test_nobody_of_the_client_is_known(self):
        self.project.partner_id = False
        with self.assertRaisesRegex(UserError, "set its customer"):
            self.agreed.with_user(self.consultant).action_explained_and_agreed()

    def test_answered_in_the_dialog(self):
        with Form(self.agreed.with_user(self.consultant)) as form:
            form.explained_on = "2026-01-05"
            form.agreement = "agreed"
            form.agreed_by_id = self.spoc
        self.assertEqual((self.agreed.state, self.agreed.done_by_id), ("met", self.consultant))
        with Form(self.agreed.with_user(self.consultant)) as form:
            form.agreement = "to_discuss"
        self.assertEqual((self.agreed.state, self.agreed.done_by_id), ("open", self.env["res.users"]))

    def test_agreed_but_not_explained_or_by_nobody_stays_open(self):
        self.agreed.with_user(self.consultant).write({"agreement": "agreed", "agreed_by_id": self.spoc.id})
        self.assertEqual(self.agreed.state, "open")
        self.minute.with_user(self.consultant).write({"agreement": "agreed", "explained_on": "2026-01-05"})
        self.assertEqual(self.minute.state, "open")

    def test_a_deviation_is_met_once_it_is_written_down(self):
        item = self.minute.with_user(self.consultant)
        item.write({"explained_on": "2026-01-05", "agreement": "not_agreed", "agreed_by_id": self.spoc.id})
        self.assertEqual(item.state, "open")
        item.note = "Travel is free of charge"
        self.assertEqual(item.state, "met")
        item.note = "  "
        self.assertEqual(item.state, "open")

    def test_a_refusal_that_is_not_acceptable_closes_the_gate(self):
        self.items_of(self.project, self.second).filtered("is_blocking").with_user(
            self.consultant
        ).action_explained_and_agreed()
        self.minute.with_user(self.consultant).write(
            {
                "explained_on": "2026-01-05",
                "agreement": "not_agreed",
                "agreed_by_id": self.spoc.id,
                "is_unacceptable": True,
                "note": "Wants meetings logged only",
            }
        )
        self.assertEqual((self.minute.state, self.minute.is_blocking), ("open", True))
        with self.assertRaisesRegex(GateRefused, "Every minute is logged"), self.cr.savepoint():
            self.project.with_user(self.consultant).action_conclude(self.optional.id, "take_over", "All fits")
        self.minute.template_id.write({"is_blocking": False})
        self.assertTrue(self.minute.is_blocking)
        self.minute.with_user(self.consultant).action_explained_and_agreed()
        self.assertEqual((self.minute.state, self.minute.is_blocking), ("met", False))

    def test_only_a_refusal_is_not_acceptable(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.cr.savepoint():
            self.minute.with_user(self.consultant).write({"agreement": "agreed", "is_unacceptable": True})
            self.env.flush_all()

    def test_bad_input(self):
        ahead = fields.Date.context_today(self.agreed) + timedelta(days=2)
        for values, message in (
            ({"explained_on": ahead}, "yet to come"),
            ({"agreed_by_id": self.colleague.partner_id.id}, "one of us"),
        ):
            with self.assertRaisesRegex(ValidationError, message), self.cr.savepoint():
                self.agreed.with_user(self.consultant).write(values)
        with self.assertRaisesRegex(UserError, "does not need"):
            self.settled.with_user(self.consultant).agreement = "agreed"

    @freeze_time("2027-03-02 05:00:00")
    def test_a_day_that_is_today_where_the_client_is(self):
        self.consultant.tz = "Pacific/Honolulu"
        mine = self.agreed.with_user(self.consultant)
        mine.explained_on = "2027-03-02"
        with self.assertRaisesRegex(ValidationError, "yet to come"), self.cr.savepoint():
            mine.explained_on = "2027-03-03"

    def test_opened_again(self):
        item = self.agreed.with_user(self.consultant)
        item.action_explained_and_agreed()
        item.action_untick()
        self.assertRecordValues(item, [{"state": "open", "agreement": False, "agreed_by_id": False}])
        self.assertTrue(item.explained_on)

    def test_others_do_not_answer(self):
        with self.assertRaises(AccessError):
            self.agreed.with_user(self.colleague).action_explained_and_agreed()
        with self.assertRaises(AccessError):
            self.agreed.with_user(self.colleague).agreement = "agreed"

    def test_frozen_after_the_gate_and_kept_in_the_decision(self):
        self.agreed.with_user(self.consultant).action_explained_and_agreed(self.spoc.id)
        self.project.with_user(self.consultant).action_conclude(self.optional.id, "take_over", "All fits")
        with self.assertRaisesRegex(UserError, "was decided"):
            self.agreed.with_user(self.consultant).agreement = "to_discuss"
        with self.assertRaisesRegex(UserError, "was decided"):
            self.agreed.with_user(self.consultant).action_explained_and_agreed()
        line = self.project.gate_decision_ids.sorted("id")[-1].snapshot[0]
        self.assertEqual(
            (line["agreement"], line["agreed_by"], line["is_unacceptable"]), ("agreed", "Sofia Spoc", False)
        )
        self.assertTrue(line["explained_on"])

    def test_agreed_in_the_gate_dialog(self):
        action = self.project.with_user(self.consultant).action_open_gate()
        wizard = self.env[action["res_model"]].with_user(self.consultant).browse(action["res_id"])
        with Form(wizard) as form, form.line_ids.edit(0) as line:
            self.assertTrue(line.needs_agreement)
            line.answer = "met"
            line.agreed_by_id = self.spoc
        wizard.action_save()
        self.assertEqual((self.agreed.state, self.agreed.agreed_by_id), ("met", self.spoc))

    def test_a_new_flag_reaches_open_copies(self):
        self.settled.template_id.needs_agreement = True
        self.assertTrue(self.settled.needs_agreement)
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.cr.savepoint():
            self.settled.template_id.kind = "evidence"
            self.env.flush_all()

    def test_progress_by_section(self):
        self.agreed.with_user(self.consultant).action_explained_and_agreed()
        self.minute.with_user(self.consultant).agreement = "to_discuss"
        self.assertEqual(
            [
                (it["name"], it["answered"], it["count"], it["agreed"], it["to_discuss"])
                for it in self.project.with_user(self.consultant).kickoff_item_ids._get_sections_progress()
            ],
            [("Methodology", 1, 2, 1, 1), ("Life of the project", 0, 1, 0, 0)],
        )
        self.assertIn("Methodology", self.project.with_user(self.consultant).kickoff_progress)
