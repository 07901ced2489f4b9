import re

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, tagged

from odoo.addons.mail.tests.common import MailCase

from .test_stakeholders import PeopleCommon

PASSWORD = "a long password of Bruno"


@tagged("post_install", "-at_install")
class TestPortalInvite(MailCase, HttpCase, PeopleCommon):
    """A SPOC gets into the portal by Odoo's own invitation, on purpose, and only there where clients read projects."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.open_client_side()
        cls.own = cls.project.with_user(cls.consultant)
        cls.portal_user.partner_id.email = "sofia@client.example.com"
        cls.env.flush_all()

    def logins_of(self, partner):
        return partner.with_context(active_test=False).user_ids

    def open_change(self, partner=None, user=None):
        """Return the guided step, with the new SPOC and the reason filled in."""
        project = self.project.with_user(user or self.consultant)
        action = project.action_change_spoc()
        Wizard = self.env[action["res_model"]].with_user(user or self.consultant).with_context(**action["context"])
        wizard = Form(Wizard)
        wizard.new_partner_id = partner or self.bruno
        wizard.reason = "Sofia left the firm"
        return wizard

    def invitations_to(self, partner):
        template = self.env.ref("auth_signup.portal_set_password_email")
        subject = template.with_context(lang=partner.lang)._render_field("subject", self.logins_of(partner).ids)
        return self._new_mails.filtered(
            lambda mail: (
                mail.email_to == partner.email_formatted
                or (partner in mail.recipient_ids and mail.subject in subject.values())
            )
        )

    def take_over_by_portal_user(self):
        self.name_spoc(self.portal_user.partner_id)
        self.leave_kickoff()

    def test_invited_if_the_former_spoc_had_access(self):
        self.take_over_by_portal_user()
        wizard = self.open_change()
        self.assertTrue(wizard.may_be_invited and wizard.is_invited)
        with self.mock_mail_gateway(mail_unlink_sent=False):
            wizard.save().action_change()
        login = self.logins_of(self.bruno)
        self.assertTrue(login.active and login._is_portal() and not login._is_internal())
        self.assertEqual(login.login, "bruno@client.example.com")
        self.assertEqual(len(self.invitations_to(self.bruno)), 1)
        self.assertIn(self.bruno, self.project.message_partner_ids)

    def test_the_invitation_leads_to_the_project(self):
        self.take_over_by_portal_user()
        with self.mock_mail_gateway(mail_unlink_sent=False):
            self.open_change().save().action_change()
        mail = self.invitations_to(self.bruno)
        token = re.search(r"token=([^&\"]+)", mail.body_html).group(1)
        self.env["res.users"].signup({"login": "bruno@client.example.com", "password": PASSWORD}, token)
        self.env.flush_all()
        self.authenticate("bruno@client.example.com", PASSWORD)
        page = self.url_open(f"/my/projects/{self.project.id}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Migration", page.text)
        self.assertEqual(self.project.with_user(self.logins_of(self.bruno)).name, "Migration")

    def test_offered_but_not_proposed_if_the_former_spoc_had_none(self):
        self.name_spoc(self.anna)
        self.leave_kickoff()
        wizard = self.open_change()
        self.assertEqual((wizard.may_be_invited, wizard.is_invited), (True, False))
        wizard.save().action_change()
        self.assertFalse(self.logins_of(self.bruno))

    def test_not_offered_where_clients_read_nothing(self):
        self.name_spoc(self.anna)
        self.leave_kickoff()
        self.project.privacy_visibility = "employees"
        self.assertFalse(self.open_change().may_be_invited)

    def test_unticked_nobody_is_invited(self):
        self.take_over_by_portal_user()
        wizard = self.open_change()
        wizard.is_invited = False
        wizard.save().action_change()
        self.assertFalse(self.logins_of(self.bruno))
        self.assertEqual(self.project.spoc_id, self.bruno)

    def test_whoever_has_a_login_is_left_alone(self):
        self.take_over_by_portal_user()
        login = self.portal_user.copy({"login": "bruno", "name": "Bruno", "partner_id": self.bruno.id})
        for active in (True, False):
            login.active = active
            with (
                self.subTest(active=active),
                self.mock_mail_gateway(mail_unlink_sent=False),
                self.cr.savepoint() as point,
            ):
                wizard = self.open_change()
                self.assertFalse(wizard.may_be_invited or wizard.is_invited)
                wizard.save().action_change()
                self.own._invite_to_portal(self.bruno)
                self.assertEqual(self.logins_of(self.bruno), login)
                self.assertEqual(login.active, active)
                self.assertFalse(self._new_mails.filtered(lambda mail: "portal" in (mail.subject or "").lower()))
                point.rollback()
                self.env.invalidate_all()

    def test_never_without_an_address(self):
        self.take_over_by_portal_user()
        self.bruno.email = False
        wizard = self.open_change()
        self.assertFalse(wizard.is_invited)
        wizard.is_invited = True
        with self.assertRaisesRegex(UserError, "does not have a valid email"), self.cr.savepoint():
            wizard.save().action_change()
        self.assertEqual(self.project.spoc_id, self.portal_user.partner_id)
        self.assertFalse(self.logins_of(self.bruno))

    def test_the_address_of_another_login(self):
        self.take_over_by_portal_user()
        self.bruno.email = "anna@client.example.com"
        self.portal_user.copy({"login": "anna@client.example.com", "partner_id": self.anna.id})
        with self.assertRaisesRegex(UserError, "same email as an existing user"), self.cr.savepoint():
            self.open_change().save().action_change()
        self.assertEqual(self.project.spoc_id, self.portal_user.partner_id)

    def test_naming_the_first_spoc_opens_no_portal(self):
        self.name_spoc(self.bruno)
        self.assertFalse(self.logins_of(self.bruno))
        self.assertNotIn(self.bruno, self.project.message_partner_ids)
        self.assertTrue(self.own.is_spoc_to_invite)

    def test_the_first_spoc_is_invited_by_the_button(self):
        self.name_spoc(self.bruno)
        with self.mock_mail_gateway(mail_unlink_sent=False):
            self.own.action_invite_spoc()
        login = self.logins_of(self.bruno)
        self.assertTrue(login._is_portal())
        self.assertEqual(len(self.invitations_to(self.bruno)), 1)
        self.assertFalse(self.own.is_spoc_to_invite)
        self.assertEqual(self.project.with_user(login).name, "Migration")

    def test_a_first_spoc_with_a_login_follows_by_the_button(self):
        self.name_spoc(self.portal_user.partner_id)
        self.assertTrue(self.own.is_spoc_to_invite)
        with self.mock_mail_gateway(mail_unlink_sent=False):
            self.own.action_invite_spoc()
        self.assertFalse(self._new_mails)
        self.assertEqual(self.logins_of(self.portal_user.partner_id), self.portal_user)
        self.assertEqual(self.project.with_user(self.portal_user).name, "Migration")
        self.assertFalse(self.own.is_spoc_to_invite)

    def test_the_button_where_clients_read_projects(self):
        self.assertFalse(self.own.is_spoc_to_invite, "without a SPOC")
        with self.assertRaisesRegex(UserError, "no SPOC yet"):
            self.own.action_invite_spoc()
        self.name_spoc(self.bruno)
        self.project.privacy_visibility = "employees"
        self.assertFalse(self.own.is_spoc_to_invite)

    def test_who_may(self):
        self.name_spoc(self.bruno)
        for user in (self.colleague, self.employee, self.portal_user):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.project.with_user(user).action_invite_spoc()
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.env["portal.wizard"].with_user(user).create({})
        with self.assertRaises(AccessError):
            self.env["portal.wizard"].with_user(self.consultant).create({})
        with self.assertRaisesRegex(ValidationError, "is no contact of Client Inc."):
            self.own._invite_to_portal(self.stranger)
        self.assertFalse(self.logins_of(self.bruno) | self.logins_of(self.stranger))
