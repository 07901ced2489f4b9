from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from odoo.tests import tagged

from .common_client import ClientCommon

SCRIPT = Path(__file__).parents[1] / "migrations" / "19.0.1.3.0" / "post-migration.py"


@tagged("post_install", "-at_install")
class TestClientMigration(ClientCommon):
    """Databases from before: nothing is closed under a client's feet, nothing is mailed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        spec = spec_from_file_location("client_migration", SCRIPT)
        cls.script = module_from_spec(spec)
        spec.loader.exec_module(cls.script)

    def test_running_projects_keep_what_they_have(self):
        self.pass_kickoff()
        self.project.message_subscribe(partner_ids=self.spoc.ids)
        mails = self.env["mail.mail"].search_count([])
        messages = len(self.project.message_ids)
        self.script.keep_client_side(self.env)
        self.assertEqual(self.project.privacy_visibility, "portal")
        self.assertEqual(self.project.with_user(self.mate)._get_client_access(), "read")
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertEqual(len(self.project.message_ids), messages)

    def test_before_the_kickoff_whoever_sees_it_sees_it_on(self):
        seen, unseen = self.create_project("Seen"), self.create_project("Unseen")
        self.open_client_side(seen | unseen)
        seen.message_subscribe(partner_ids=self.spoc.ids)
        self.script.keep_client_side(self.env)
        self.assertEqual((seen | unseen).mapped("privacy_visibility"), ["portal", "employees"])
        self.assertEqual(seen.with_user(self.portal_user)._get_client_access(), "read")
        self.assertEqual((seen | unseen).mapped("client_colleagues_read"), [True, False])

    def test_projects_without_a_lifecycle_are_left_alone(self):
        plain = self.env["project.project"].create({"name": "Plain", "privacy_visibility": "portal"})
        self.script.keep_client_side(self.env)
        self.assertEqual(plain.privacy_visibility, "portal")
        self.assertFalse(plain.client_colleagues_read)

    def test_criteria_in_words_of_the_firm_stay_with_it(self):
        own = self.env.ref("project_lifecycle.point_software_in_daily_use")
        shipped = self.env.ref("project_lifecycle.point_software_outcome_agreed")
        (own | shipped).client_visible = False
        own.name = "In use"
        self.script.show_criteria_to_client(self.env)
        self.assertEqual((own | shipped).mapped("client_visible"), [False, True])

    def test_the_mail_on_a_pack(self):
        template = self.env.ref("project_lifecycle.mail_template_pack_alert")
        template.body_html = "<p>Our words: <strong t-out=\"object.name or ''\">x</strong></p>"
        self.script.name_packs_as_the_client_knows_them(self.env)
        self.assertIn("ctx.get('pack_name')", template.body_html)
        self.assertIn("Our words", template.body_html)
