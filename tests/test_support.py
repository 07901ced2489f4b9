from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import LifecycleCommon


@tagged("post_install", "-at_install")
class TestSupport(LifecycleCommon):
    """A project without a helpdesk that is joined: nothing to count, and the settings tell what is missing."""

    def test_no_tickets_without_glue(self):
        project = self.project.with_user(self.consultant)
        self.assertEqual(self.project._get_ticket_models(), [])
        self.assertEqual(
            (project.support_ticket_count, project.support_open_ticket_count, project.support_month_count), (0, 0, 0)
        )
        self.assertEqual(
            (project.support_trend, project.support_helped_share, project.support_chart), ("none", 0, False)
        )
        self.assertFalse(project.action_view_support_tickets())
        with self.assertQueryCount(0):
            self.project._count_tickets()
            self.project._get_ticket_pressures()

    def test_the_nightly_job_has_nothing_to_do(self):
        self.first.purpose = "support"
        with self.enter_registry_test_mode():
            self.env.ref("project_lifecycle.project_ticket_pressure_cron").method_direct_trigger()
        self.assertFalse(self.project.support_pressed_on)

    def test_the_settings_name_the_line_to_add(self):
        """OCA's helpdesk is in the databases of the tests, its glue is not."""
        helpdesk = self.env["ir.module.module"].search([("name", "=", "helpdesk_mgmt_project")])
        if helpdesk.state != "installed":
            self.skipTest("no helpdesk here")
        settings = self.env["res.config.settings"].create({})
        self.assertRegex(settings.glue_missing, r"^(addons_path = .*glue|pip install odoo-addon-project-lifecycle-)")
        helpdesk.state = "uninstalled"
        self.assertFalse(self.env["res.config.settings"].create({}).glue_missing)

    def test_no_ticket_no_dialog(self):
        wizard = self.env["project.ticket.time"].with_user(self.consultant)
        with self.assertRaisesRegex(UserError, "not there any more"):
            wizard.create({"res_model": "res.partner", "res_id": 1, "hours": 1, "name": "x"}).action_log()

    def test_standing_consent_from_the_project(self):
        self.project.partner_id = self.client_company
        action = self.project.with_user(self.consultant).action_standing_consent()
        wizard = self.env["project.consent.wizard"].with_user(self.consultant).with_context(**action["context"])
        with Form(wizard, view="project_lifecycle.project_consent_wizard_view_form") as form:
            self.assertEqual((form.kind, form.project_name), ("standing", "Migration"))
            form.name, form.hours, form.date_to = "Support", 5, "2099-01-01"
            form.how, form.partner_id, form.note = "record", self.client_company, "In the hand-off meeting"
        form.save().action_confirm()
        consent = self.project.consent_ids
        self.assertEqual((consent.kind, consent.state, consent.hours), ("standing", "granted", 5))
        view = self.project.with_user(self.consultant).action_view_consents()
        self.assertEqual(self.env["project.pack.consent"].search(view["domain"]), consent)
