from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import count_queries
from .test_packs import PackCommon


class ConsentCommon(PackCommon):
    """A project in support whose time waits for the client, and a SPOC who can be asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spoc = cls.portal_user.partner_id
        cls.spoc.write({"parent_id": cls.customer.id, "email": "sofia@client.example"})
        cls.env["project.lifecycle.stakeholder"].create(
            {"project_id": cls.project.id, "side": "client", "client_role": "spoc", "partner_id": cls.spoc.id}
        )
        cls.pack = cls.sell(10)
        cls.first.time_policy = "consent"
        cls.task = cls.env["project.task"].create({"name": "Invoice rounds wrongly", "project_id": cls.project.id})
        cls.consents = cls.env["project.pack.consent"].with_user(cls.consultant)

    def ask(self, hours=2, task=None, **values):
        task = self.task if task is None else task
        return self.consents._ask(
            self.project.with_user(self.consultant), "Rounding", hours, task=task, **values
        ).sudo()

    def told(self, hours=2, **values):
        values = {"task": self.task, **values}
        return self.consents._record(
            self.project.with_user(self.consultant), "Rounding", hours, self.spoc, "On the telephone", **values
        ).sudo()

    def question(self, consent):
        return self.env["project.signoff"].search([("res_model", "=", consent._name), ("res_id", "=", consent.id)])

    def answer(self, consent, state, note=""):
        """Answer as the SPOC does in the portal."""
        signoff = self.question(consent).filtered(lambda it: it.state == "sent")
        signoff.with_user(self.portal_user)._answer(state, note)

    def log_help(self, hours, **values):
        return self.log(hours, task_id=self.task.id, **values)


@tagged("post_install", "-at_install")
class TestPackConsent(ConsentCommon):
    """Nothing is taken from a pack before the client agreed (S2.134)."""

    def test_time_waits_until_the_client_agrees(self):
        entry = self.log_help(1.5)
        consent = self.ask()
        self.assertEqual((consent.state, entry.pack_use, self.pack.remaining_hours), ("asked", "awaiting", 10))
        self.assertEqual(consent.awaiting_hours, 1.5)
        self.answer(consent, "confirmed")
        self.assertEqual((consent.state, entry.pack_use, self.pack.remaining_hours), ("granted", "deducted", 8.5))
        self.assertEqual((entry.consent_id, consent.used_hours, consent.left_hours), (consent, 1.5, 0.5))
        self.assertEqual((consent.partner_id, consent.is_recorded), (self.spoc, False))

    def test_the_client_reads_how_much_and_what_for(self):
        self.log_help(1.5)
        consent = self.ask()
        signoff = self.question(consent)
        self.assertEqual((signoff.state, signoff.partner_id), ("sent", self.spoc))
        for text in ("Rounding", "02:00", "10:00", "01:30"):
            self.assertIn(text, signoff.content)

    def test_time_logged_after_the_answer_is_deducted_up_to_the_hours(self):
        consent = self.ask()
        self.answer(consent, "confirmed")
        covered, beyond = self.log_help(1.5), self.log_help(1)
        self.assertEqual((covered.pack_use, beyond.pack_use), ("deducted", "awaiting"))
        self.assertEqual(self.log_help(0.5).pack_use, "deducted")
        self.assertEqual((consent.left_hours, self.pack.remaining_hours), (0, 8))

    def test_an_entry_that_grows_beyond_the_consent_waits_again(self):
        consent = self.told(2)
        entry = self.log_help(1)
        self.assertEqual(entry.pack_use, "deducted")
        entry.unit_amount = 5
        self.assertEqual((entry.pack_use, entry.consent_id.id), ("awaiting", False))
        self.assertEqual((consent.used_hours, self.pack.remaining_hours), (0, 10))
        entry.unit_amount = 2
        self.assertEqual(entry.pack_use, "awaiting")
        self.assertEqual(self.log_help(1).pack_use, "deducted")

    def test_an_entry_that_goes_to_another_task_waits_again(self):
        self.told(2)
        entry = self.log_help(1)
        other = self.env["project.task"].create({"name": "Other", "project_id": self.project.id})
        entry.task_id = other
        self.assertEqual((entry.pack_use, self.pack.remaining_hours), ("awaiting", 10))

    def test_refused_time_is_offered_or_taken_off_by_choice(self):
        entry = self.log_help(1)
        consent = self.ask()
        self.answer(consent, "refused", note="Not ours to pay")
        self.assertEqual((consent.state, entry.pack_use, self.pack.remaining_hours), ("refused", "awaiting", 10))
        self.assertIn("Not ours to pay", self.project.message_ids[0].body)
        consent.with_user(self.consultant).action_offer()
        self.assertEqual((entry.pack_use, entry.pack_id, self.pack.remaining_hours), ("offered", self.pack, 10))
        other = self.log_help(2)
        consent.with_user(self.consultant).action_take_off()
        self.assertEqual((other.pack_use, other.pack_id.id, other.so_line.id), (False, False, False))
        self.assertEqual(self.pack.remaining_hours, 10)
        with self.assertRaisesRegex(UserError, "No time waits"):
            consent.with_user(self.consultant).action_offer()

    def test_an_open_question_is_not_settled(self):
        self.log_help(1)
        with self.assertRaisesRegex(UserError, "not answered yet"):
            self.ask().with_user(self.consultant).action_offer()

    def test_what_the_client_told_us_is_written_down(self):
        entry = self.log_help(1)
        consent = self.told(2, answered_on="2026-03-02 00:00:00")
        self.assertRecordValues(
            consent,
            [
                {
                    "state": "granted",
                    "is_recorded": True,
                    "recorded_by_id": self.consultant.id,
                    "partner_id": self.spoc.id,
                    "answer_note": "On the telephone",
                }
            ],
        )
        self.assertEqual((consent.answered_on.date(), entry.pack_use), (date(2026, 3, 2), "deducted"))

    def test_the_word_of_the_client_answers_the_question(self):
        consent = self.ask()
        consent.with_user(self.consultant)._record_answer(self.spoc, "In a mail")
        self.assertEqual((consent.state, self.question(consent).state), ("granted", "withdrawn"))

    def test_answered_twice(self):
        consent = self.ask()
        consent.with_user(self.consultant)._record_answer(self.spoc, "In a mail")
        with self.assertRaisesRegex(UserError, "answered already: Agreed"):
            consent.with_user(self.consultant)._record_answer(self.spoc, "Again")
        with self.assertRaisesRegex(UserError, "answered already"):
            consent._refuse("No")

    def test_answered_late(self):
        """After the deadline the answer still counts; what was given away by then stays a gift."""
        with freeze_time("2026-03-02 10:00:00"):
            entry = self.log_help(1)
            consent = self.ask()
        with freeze_time("2026-05-04 10:00:00"):
            self.assertTrue(self.question(consent).is_late)
            entry.sudo().pack_use = "offered"
            self.answer(consent, "confirmed")
        self.assertEqual((consent.state, entry.pack_use, consent.used_hours), ("granted", "offered", 0))

    def test_withdrawn_questions_are_not_open(self):
        consent = self.ask()
        consent.with_user(self.consultant).action_withdraw()
        self.assertEqual((consent.state, self.question(consent).state), ("withdrawn", "withdrawn"))
        with self.assertRaises(UserError):
            consent.with_user(self.consultant).action_withdraw()
        other = self.ask()
        self.question(other).with_user(self.consultant).action_withdraw()
        self.assertEqual(other.state, "withdrawn")

    def test_an_ended_consent_covers_nothing_more(self):
        consent = self.told(5)
        first = self.log_help(1)
        consent.with_user(self.consultant).action_withdraw()
        self.assertEqual((first.pack_use, self.log_help(1).pack_use), ("deducted", "awaiting"))
        first.unit_amount = 0.5
        self.assertEqual(first.pack_use, "deducted")
        first.unit_amount = 3
        self.assertEqual((first.pack_use, self.pack.remaining_hours), ("awaiting", 10))

    @freeze_time("2026-03-02")
    def test_standing_consent_covers_any_task_until_its_last_day(self):
        consent = self.told(3, task=None, kind="standing", date_to="2026-03-31")
        self.assertEqual(self.log_help(1, date="2026-03-31").pack_use, "deducted")
        self.assertEqual(self.log(1, date="2026-03-10").pack_use, "deducted")
        self.assertEqual(self.log(1, date="2026-04-01").pack_use, "awaiting")
        self.assertEqual(self.log(1, date="2026-02-27").pack_use, "awaiting")
        self.assertEqual(self.log(2, date="2026-03-11").pack_use, "awaiting")
        self.assertEqual(consent.left_hours, 1)

    @freeze_time("2026-03-02")
    def test_a_standing_consent_pays_time_that_waited(self):
        entry, old = self.log_help(1), self.log_help(1, date="2026-01-01")
        self.told(3, task=None, kind="standing", date_to="2026-03-31")
        self.assertEqual((entry.pack_use, old.pack_use), ("deducted", "awaiting"))

    def test_the_consent_of_the_task_comes_before_the_standing_one(self):
        standing = self.told(3, task=None, kind="standing", date_to="2099-03-31")
        own = self.told(1)
        self.assertEqual(self.log_help(1).consent_id, own)
        self.assertEqual(self.log_help(1).consent_id, standing)

    def test_what_the_client_ordered_is_deducted_at_once(self):
        self.told(4, kind="ordered")
        self.assertEqual((self.log_help(3).pack_use, self.pack.remaining_hours), ("deducted", 7))

    def test_the_spoc_orders_in_the_portal(self):
        self.project.privacy_visibility = "portal"
        self.project.message_subscribe(partner_ids=self.spoc.ids)
        waiting = self.log_help(1)
        project = self.project.with_user(self.portal_user)
        orders = self.env["project.pack.consent"].with_user(self.portal_user)
        consent = orders._place_order(project, "Rounding", 3, self.task).sudo()
        self.assertRecordValues(
            consent,
            [{"kind": "ordered", "state": "granted", "partner_id": self.spoc.id, "is_recorded": False}],
        )
        self.assertEqual(consent.used_hours, 1)
        self.assertEqual((waiting.pack_use, self.log_help(2).pack_use), ("deducted", "deducted"))
        self.assertEqual((self.pack.remaining_hours, self.log_help(1).pack_use), (7, "awaiting"))
        self.assertFalse(self.question(consent), "nobody is asked what was ordered")

    def test_nobody_but_the_spoc_orders(self):
        self.project.privacy_visibility = "portal"
        self.project.message_subscribe(partner_ids=self.spoc.ids)
        self.project.client_colleagues_read = True
        other = new_test_user(self.env, "lc_clerk", "base.group_portal")
        other.partner_id.parent_id = self.customer
        self.assertEqual(self.project.with_user(other)._get_client_access(), "read")
        for user in (other, self.consultant, self.employee):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.consents.with_user(user)._place_order(self.project.with_user(user), "x", 1, self.task)
        self.assertFalse(self.project.consent_ids)

    def test_a_task_that_needs_consent_waits_in_any_stage(self):
        self.first.time_policy = "open"
        self.task.needs_consent = True
        self.assertEqual((self.log_help(1).pack_use, self.log(1).pack_use), ("awaiting", "deducted"))

    def test_agreed_but_nothing_left(self):
        """A company that refuses time beyond the packs keeps it waiting; the client's answer is kept all the same."""
        self.project.company_id = self.env.company
        self.env.company.pack_policy = "block"
        entry = self.log_help(11)
        consent = self.ask(12)
        self.answer(consent, "confirmed")
        self.assertEqual((consent.state, entry.pack_use, self.pack.remaining_hours), ("granted", "awaiting", 10))
        self.assertIn("Agreed, but still waiting", consent.message_ids[0].body)

    def test_an_answered_consent_is_kept(self):
        with self.assertRaisesRegex(UserError, "it is kept"):
            self.told().unlink()
        self.ask().unlink()

    def test_terms_are_possible(self):
        common = {"name": "x", "project_id": self.project.id}
        for values in (
            {"hours": 0},
            {"hours": -1},
            {"hours": 1, "kind": "standing"},
            {"hours": 1, "kind": "standing", "date": "2026-03-02", "date_to": "2026-03-01"},
            {"hours": 1, "kind": "standing", "date_to": "2099-01-01", "task_id": self.task.id},
            {"hours": 1, "state": "granted"},
            {"hours": 1, "state": "granted", "answered_on": "2026-03-02 10:00:00", "is_recorded": True},
        ):
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.env["project.pack.consent"].create({**common, **values}).flush_recordset()

    def test_nobody_to_ask(self):
        self.spoc.email = False
        with self.assertRaises(UserError):
            self.ask()
        self.assertFalse(self.env["project.pack.consent"].search([("project_id", "=", self.project.id)]))

    # === LEDGER === #

    def test_the_client_reads_every_consent_with_what_was_taken(self):
        self.project.privacy_visibility = "portal"
        self.project.message_subscribe(partner_ids=self.spoc.ids)
        self.told(2, answered_on="2026-03-02 00:00:00")
        self.log_help(1.5)
        self.ask()
        rows = self.project.with_user(self.portal_user)._get_pack_page()["consents"]
        self.assertEqual(
            [(row["state"], row["hours"], row["used"], row["person"], row["recorded_by"]) for row in rows],
            [("asked", 2, 0, "Sofia Spoc", ""), ("granted", 2, 1.5, "Sofia Spoc", "Carla Consultant")],
        )
        question = self.question(self.project.consent_ids.filtered(lambda it: it.state == "asked"))
        self.assertEqual([row["url"] for row in rows], [f"/my/signoffs/{question.id}", ""])
        others = self.consents.with_user(self.consultant)._get_client_rows(self.project)
        self.assertFalse(any(row["url"] for row in others), "who answers is led there, nobody else")
        statement = self.project.with_user(self.portal_user)._get_pack_statement(date(2020, 1, 1), date(2099, 1, 1))
        self.assertEqual([row["used"] for row in statement["consents"]], [0, 1.5])
        earlier = self.project.with_user(self.portal_user)._get_pack_statement(date(2020, 1, 1), date(2020, 2, 1))
        self.assertFalse(earlier["consents"])
        values = {"consents": rows, "format_time": self.pack._format_time}
        page = self.env["ir.qweb"]._render("project_lifecycle.client_consents", values)
        self.assertIn(f"/my/signoffs/{question.id}", page)
        for text in ("Rounding", "told to Carla Consultant", "02:00", "01:30", "Asked"):
            self.assertIn(text, page)

    # === RIGHTS === #

    def test_others_neither_ask_nor_record(self):
        for user in (self.colleague, self.employee, self.portal_user):
            consents = self.consents.with_user(user)
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    consents._ask(self.project.with_user(user), "x", 1, task=self.task)
                with self.assertRaises(AccessError):
                    consents._record(self.project.with_user(user), "x", 1, self.spoc, "x", task=self.task)
                for method in ("action_withdraw", "action_offer", "action_take_off", "action_record_answer"):
                    with self.assertRaises(AccessError):
                        getattr(self.ask().with_user(user), method)()

    def test_nobody_writes_a_consent(self):
        consent = self.ask()
        for user in (self.consultant, self.manager, self.employee, self.portal_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                consent.with_user(user).write({"state": "granted", "answered_on": "2026-03-02 10:00:00"})
        self.assertEqual(consent.with_user(self.colleague).name, "Rounding")
        for user in (self.employee, self.portal_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                consent.with_user(user).read(["name"])

    def test_the_entry_keeps_its_consent(self):
        consent, entry = self.told(1), self.log_help(3)
        with self.assertRaises(AccessError):
            entry.with_user(self.consultant).write({"pack_use": "deducted"})
        with self.assertRaises(AccessError):
            entry.with_user(self.consultant).write({"consent_id": consent.id})
        with self.assertRaises(AccessError):
            self.log(1, consent_id=consent.id)

    # === DIALOG === #

    def dialog(self, user=None, **values):
        action = self.env["project.consent.wizard"]._get_action(self.project, task=self.task)
        return (
            self.env["project.consent.wizard"]
            .with_user(user or self.consultant)
            .with_context(**action["context"])
            .create({"name": "Rounding", **values})
        )

    def test_dialog_asks(self):
        self.dialog(hours=3).action_confirm()
        consent = self.project.consent_ids
        self.assertEqual((consent.state, consent.hours, consent.task_id), ("asked", 3, self.task))

    def test_dialog_records_who_when_and_how(self):
        self.dialog(how="record", kind="ordered", note="In the meeting", told_on="2026-03-02").action_confirm()
        consent = self.project.consent_ids
        self.assertEqual((consent.state, consent.kind, consent.partner_id), ("granted", "ordered", self.spoc))
        for values in (
            {"note": False},
            {"partner_id": False, "note": "x"},
            {"told_on": "2099-01-01", "note": "x"},
            {"partner_id": self.client_company.id, "note": "x"},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                self.dialog(how="record", **values).action_confirm()

    def test_a_company_that_works_in_days_asks_in_days(self):
        self.assertEqual((self.dialog().hours, self.dialog().is_in_days), (1, False))
        self.env.company.timesheet_encode_uom_id = self.day
        dialog = self.dialog()
        self.assertEqual((dialog.hours, dialog.is_in_days), (8, True))
        dialog.action_confirm()
        consent = self.project.consent_ids
        self.answer(consent, "refused", "Too dear")
        self.assertIn("up to 1.00 d.", "".join(self.project.message_ids.mapped("body")))
        self.log_help(4)
        consent.with_user(self.consultant).action_offer()
        self.assertIn("0.50 d offered", consent.message_ids[0].body)
        values = {"consents": [], "format_time": self.pack._format_time, "is_in_days": True}
        page = str(self.env["ir.qweb"]._render("project_lifecycle.client_consents", values))
        self.assertIn("Up to (days)", page)
        self.assertIn("Taken (days)", page)

    def test_dialog_needs_a_last_day_and_asks_no_order(self):
        with self.assertRaises(UserError):
            self.dialog(kind="standing").action_confirm()
        with self.assertRaises(UserError):
            self.dialog(kind="ordered").action_confirm()

    def test_dialog_tells_nothing_of_projects_of_others(self):
        secret = self.create_project("Zqsecret", user_id=self.manager.id, partner_id=self.client_company.id)
        wizard = self.env["project.consent.wizard"].with_user(self.employee)
        wizard = wizard.create({"project_id": secret.id, "name": "x"})
        self.assertFalse(wizard.project_name or wizard.allowed_partner_ids)
        with self.assertRaises(AccessError):
            wizard.action_confirm()

    def test_dialog_answers_a_question(self):
        consent = self.ask()
        action = consent.with_user(self.consultant).action_record_answer()
        wizard = self.env["project.consent.wizard"].with_user(self.consultant).with_context(**action["context"])
        wizard.create({"note": "By telephone"}).action_confirm()
        self.assertEqual((consent.state, len(self.project.consent_ids)), ("granted", 1))

    # === QUERIES === #

    def test_queries_do_not_grow(self):
        self.told(20)

        def log(number):
            def scenario(env, run):
                env["account.analytic.line"].create(
                    [
                        {"name": f"{run}", "project_id": self.project.id, "task_id": self.task.id, "unit_amount": 0.01}
                        for _ in range(number)
                    ]
                )

            return scenario

        few, many = (count_queries(self.env(user=self.consultant), log(number)) for number in (5, 10))
        self.assertLessEqual(many - few, 5, "more than the inserts themselves")

    def test_lists_are_constant(self):
        def read(consents):
            return lambda env, run: consents.with_env(env).read(
                ["used_hours", "left_hours", "awaiting_hours", "state"]
            )

        few = self.told(1) | self.told(2)
        many = few | self.told(3) | self.told(4)
        self.assertEqual(count_queries(self.env, read(few)), count_queries(self.env, read(many)))
