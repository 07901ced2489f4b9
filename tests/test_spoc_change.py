from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Date, Datetime
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase

from .common_browser import TourCase
from .test_stakeholders import PeopleCommon


@tagged("post_install", "-at_install")
class TestSpocChange(MailCase, TourCase, PeopleCommon):
    """After the kick-off the SPOC changes by a step that says what it costs, and in no other way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spoc = cls.name_spoc(hours_week=5, date_from="2027-01-01")
        cls.leave_kickoff()
        cls.env.flush_all()

    def change(self, partner=None, user=None, **values):
        action = self.project.with_user(user or self.consultant).action_change_spoc()
        Wizard = self.env[action["res_model"]].with_user(user or self.consultant)
        wizard = Form(Wizard.with_context(**action["context"]))
        wizard.new_partner_id = partner or self.bruno
        wizard.reason = "Anna left the firm"
        wizard.delay_days = 4
        for name, value in values.items():
            wizard[name] = value
        wizard.save().action_change()
        return self.project.spoc_change_ids

    @freeze_time("2027-03-10")
    def test_the_guided_step(self):
        change = self.change()
        self.assertRecordValues(
            change,
            [
                {
                    "old_partner_id": self.anna.id,
                    "new_partner_id": self.bruno.id,
                    "date": Date.to_date("2027-03-10"),
                    "reason": "Anna left the firm",
                    "delay_days": 4,
                    "user_id": self.consultant.id,
                    "mail_sent": True,
                }
            ],
        )
        self.assertEqual((self.project.spoc_id, self.project.spoc_change_count), (self.bruno, 1))
        former, present = self.project.stakeholder_ids.sorted("id")
        self.assertEqual((former.partner_id, former.date_to), (self.anna, Date.to_date("2027-03-10")))
        self.assertRecordValues(
            present,
            [
                {
                    "partner_id": self.bruno.id,
                    "date_from": Date.to_date("2027-03-10"),
                    "date_to": False,
                    "hours_week": 5,
                    "duties": "Answer for the project",
                    "acknowledged_on": False,
                }
            ],
        )

    def test_not_around_the_guided_step(self):
        other = self.add_person(self.bruno)
        for user in (self.consultant, self.manager, self.env.ref("base.user_admin")):
            spoc = self.spoc.with_user(user)
            attempts = {
                "partner": lambda spoc=spoc: spoc.write({"partner_id": self.bruno.id}),
                "end": lambda spoc=spoc: spoc.write({"date_to": Date.today()}),
                "role": lambda spoc=spoc: spoc.write({"client_role": "key_user"}),
                "side": lambda spoc=spoc: spoc.write({"side": "ours", "client_role": False}),
                "delete": spoc.unlink,
                "a token from outside": lambda spoc=spoc: spoc.with_context(spoc_change=["why"]).write(
                    {"partner_id": self.bruno.id}
                ),
            }
            for name, attempt in attempts.items():
                with (
                    self.subTest(user=user.name, attempt=name),
                    self.assertRaisesRegex(UserError, "Migration is past its kick-off: its SPOC Client Inc., Anna"),
                    self.cr.savepoint(),
                ):
                    attempt()
            with self.subTest(user=user.name), self.assertRaisesRegex(UserError, "has a SPOC already"):
                other.with_user(user).client_role = "spoc"
        for value in (self.bruno.id, False):
            with self.subTest(value), self.assertRaisesRegex(UserError, "past its kick-off"), self.cr.savepoint():
                self.project.with_user(self.manager).spoc_id = value
        self.assertEqual(self.project.spoc_id, self.anna)

    def test_everything_else_about_the_spoc_stays_open(self):
        self.spoc.write({"hours_week": 8, "partner_id": self.anna.id, "role_note": "Owner"})
        self.spoc.action_acknowledge()
        self.assertTrue(self.spoc.acknowledged_on)

    def test_free_until_the_kickoff_is_over(self):
        project = self.create_project("Young")
        spoc = self.name_spoc(project=project)
        self.assertFalse(project.is_spoc_change_guided)
        spoc.partner_id = self.bruno
        self.assertEqual((project.spoc_id, project.spoc_change_count), (self.bruno, 0))
        spoc.unlink()
        self.assertFalse(project.spoc_id)

    def test_still_guided_after_going_back(self):
        self.project.with_user(self.consultant).action_move(self.first.id, "back", "Forgot something")
        self.assertTrue(self.project.is_spoc_change_guided)
        with self.assertRaisesRegex(UserError, "past its kick-off"):
            self.spoc.partner_id = self.bruno

    def test_guided_on_a_project_brought_in_behind_the_kickoff(self):
        project = self.create_project("Old", lifecycle_id=False)
        project.with_user(self.manager)._bring_in(self.lifecycle, self.second, "ran before")
        self.assertTrue(project.is_spoc_change_guided)
        spoc = self.name_spoc(project=project)
        with self.assertRaisesRegex(UserError, "past its kick-off"):
            spoc.partner_id = self.bruno

    def test_a_lifecycle_without_kickoff(self):
        self.lifecycle.stage_ids.purpose = "other"
        self.assertFalse(self.project._get_past_kickoff())
        self.second.purpose = "delivery"
        self.assertEqual(self.project._get_past_kickoff(), self.project)

    def test_bad_input(self):
        with self.assertRaisesRegex(AssertionError, "reason is a required field"), self.cr.savepoint():
            self.change(reason=False)
        with self.assertRaisesRegex(UserError, "Write why the SPOC changes"), self.cr.savepoint():
            self.change(reason="   ")
        with self.assertRaisesRegex(UserError, "is the SPOC already"), self.cr.savepoint():
            self.change(self.anna)
        with self.assertRaisesRegex(ValidationError, "is no contact of Client Inc."), self.cr.savepoint():
            self.change(self.stranger)
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.cr.savepoint():
            self.change(delay_days=-1)
        with self.assertRaisesRegex(UserError, "0 or more working days"), self.cr.savepoint():
            self.project.with_user(self.consultant)._change_spoc(self.bruno, "why", -1)
        with self.assertRaisesRegex(UserError, "is to come"), self.cr.savepoint():
            self.change(date=Date.add(Date.today(), days=2))
        self.bruno.email = False
        with self.assertRaisesRegex(UserError, "has no e-mail address"), self.cr.savepoint():
            self.change(is_mailed=True)
        self.assertEqual((self.project.spoc_id, self.project.spoc_change_count), (self.anna, 0))
        self.assertFalse(self.spoc.date_to)

    def test_no_spoc_yet(self):
        project = self.create_project("Young")
        with self.assertRaisesRegex(UserError, "Young has no SPOC yet"):
            project.with_user(self.consultant)._change_spoc(self.bruno, "why", 0)

    def test_who_may(self):
        for user in (self.colleague, self.employee, self.portal_user):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.project.with_user(user).action_change_spoc()
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.project.with_user(user)._change_spoc(self.bruno, "why", 0)
        wizard = (
            self.env["project.spoc.change.wizard"]
            .with_user(self.colleague)
            .create({"project_id": self.project.id, "new_partner_id": self.bruno.id, "reason": "why"})
        )
        with self.assertRaises(AccessError):
            wizard.action_change()
        self.change(user=self.manager)
        self.assertEqual(self.project.spoc_change_ids.user_id, self.manager)

    def test_the_history_is_nobodys_to_write(self):
        change = self.change()
        for user in (self.consultant, self.manager, self.env.ref("base.user_admin")):
            with self.subTest(user.name), self.assertRaises(AccessError):
                change.with_user(user).write({"reason": "none"})
            with self.subTest(user.name), self.assertRaises(AccessError):
                change.with_user(user).unlink()
            with self.subTest(user.name), self.assertRaises(AccessError):
                change.with_user(user).copy()
        self.assertEqual(change.with_user(self.colleague).reason, "Anna left the firm")

    def test_a_second_contact_becomes_the_spoc(self):
        second = self.add_person(self.bruno, role="second_contact", role_note="Stock")
        self.change()
        self.assertTrue(second.date_to)
        self.assertEqual(self.project.spoc_id, self.bruno)

    def test_portal_access_and_tasks_move_over(self):
        self.project.privacy_visibility = "portal"
        tasks = self.env["project.task"].create(
            [{"name": name, "project_id": self.project.id} for name in ("Open", "Done", "Not hers")]
        )
        tasks[1].state = "1_done"
        (self.project | tasks[0].project_id).message_subscribe(partner_ids=self.anna.ids)
        tasks[:2].message_subscribe(partner_ids=self.anna.ids)
        self.project.collaborator_ids = [Command.create({"partner_id": self.anna.id, "limited_access": True})]
        self.change()
        self.assertIn(self.bruno, self.project.message_partner_ids)
        self.assertNotIn(self.anna, self.project.message_partner_ids)
        self.assertEqual([self.bruno in task.message_partner_ids for task in tasks], [True, True, False])
        self.assertFalse([task for task in tasks if self.anna in task.message_partner_ids])
        self.assertEqual(self.project.collaborator_ids.partner_id, self.bruno)
        self.assertTrue(self.project.collaborator_ids.limited_access)

    def test_who_keeps_another_role_goes_on_following(self):
        self.project.message_subscribe(partner_ids=self.anna.ids)
        self.add_person(self.anna, role="decision_maker")
        self.change()
        self.assertIn(self.anna, self.project.message_partner_ids)

    def test_the_reading_list(self):
        items = self.items_of(self.project, self.second)
        items[0].with_user(self.consultant).link = "https://example.com/film"
        self.env["calendar.event"].create(
            {
                "name": "First talk",
                "start": "2026-01-05 10:00:00",
                "stop": "2026-01-05 11:00:00",
                "res_model_id": self.env["ir.model"]._get_id("project.project"),
                "res_id": self.project.id,
            }
        )
        pending = items[1]
        pending.sudo().responsible = "client"
        Wizard = self.env["project.spoc.change.wizard"].with_user(self.consultant)
        wizard = Wizard.new({"project_id": self.project.id})
        for text in (
            "First talk",
            "01/05/2026",
            "Second must a: https://example.com/film",
            "Go: Second",
            pending.name,
        ):
            self.assertIn(text, wizard.reading_list)
        self.assertLess(wizard.reading_list.index("First talk"), wizard.reading_list.index("Go: Second"))
        self.assertIn("First talk", self.change().reading_list)

    def _prepare_mail(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.bruno.lang = "fr_FR"
        template = self.env.ref("project_lifecycle.mail_template_spoc_change")
        template.with_context(lang="fr_FR").subject = "Vous suivez {{ object.project_id.name }}"
        self.second.with_context(lang="fr_FR").name = "Deuxième"
        third = self.items_of(self.project, self.second)[2].sudo()
        third.template_id.with_context(lang="fr_FR").name = "Fournir les données"
        third.write({"responsible": "client", "client_visible": True})
        hidden = self.items_of(self.project, self.second)[0].sudo()
        hidden.template_id.with_context(lang="fr_FR").name = "Zqhidden"
        hidden.write({"responsible": "client", "client_visible": False, "link": "https://zqlink.example.com"})
        for name, partners in (("Réunion avec vous", self.anna), ("Zqinternal", self.consultant.partner_id)):
            self.env["calendar.event"].create(
                {
                    "name": name,
                    "start": Datetime.to_datetime("2026-01-05 10:00:00"),
                    "stop": Datetime.to_datetime("2026-01-05 11:00:00"),
                    "partner_ids": [Command.set(partners.ids)],
                    "res_model_id": self.env["ir.model"]._get_id("project.project"),
                    "res_id": self.project.id,
                }
            )
        note = {"project_id": self.project.id, "partner_id": self.bruno.id, "communication": "Zqnote"}
        self.env["project.spoc.note"].with_user(self.consultant).create(note)

    def test_the_mail_to_the_new_spoc(self):
        self._prepare_mail()
        with self.mock_mail_gateway(mail_unlink_sent=False):
            self.change(reason="Zqreason")
            self.assertFalse(self._mails, "it goes through the queue")
            mail = self._new_mails.filtered(lambda mail: self.bruno in mail.recipient_ids)
            self.assertEqual((len(mail), mail.state), (1, "outgoing"))
            mail.send()
            self.project.spoc_change_ids._mail_new_spoc()
        self.assertEqual([sent["email_to"] for sent in self._mails], [['"Bruno" <bruno@client.example.com>']])
        sent = self._mails[0]
        self.assertEqual(sent["subject"], "Vous suivez Migration")
        for text in ("Deuxième", "Fournir les données", "Réunion avec vous", "05/01/2026"):
            self.assertIn(text, sent["body"])
        self.assertNotIn("Zq", sent["body"])
        self.assertNotIn("Second", sent["body"])
        self.assertTrue(mail.is_internal)
        self.assertIn(mail.mail_message_id, self.project.message_ids, "it is logged on the project")

    def test_stages_hidden_from_the_client_are_not_told(self):
        self.second.client_visible = False
        self.second.name = "Zqsecret"
        self.assertNotIn("Zqsecret", self.change().client_reading_list or "")

    def test_the_client_is_not_mailed_on_request_or_without_address(self):
        with self.mock_mail_gateway():
            self.change(is_mailed=False)
            self.assertFalse(self._new_mails.filtered(lambda mail: self.bruno in mail.recipient_ids))
        self.anna.email = False
        change = self.change(self.anna, reason="Back again")
        self.assertEqual(change.sorted("id").mapped("mail_sent"), [False, False])
        self.assertEqual(self.project.spoc_change_count, 2)

    def test_counted_in_lists(self):
        self.change()
        self.assertEqual(self.env["project.project"].search([("spoc_change_count", ">", 0)]), self.project)

    def test_tour_as_the_consultant(self):
        self.start_tour(
            f"/odoo/action-project.open_view_project_all_config/{self.project.id}",
            "project_lifecycle_spoc_change",
            login="lc_consultant",
        )
        self.assertEqual(self.project.spoc_id, self.bruno)
        self.assertEqual(self.project.spoc_change_ids.delay_days, 3)
