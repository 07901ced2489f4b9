import os

from odoo.tests import tagged

from odoo.addons.project_lifecycle.tests.test_install_cycle import CycleCommon

CORE_DB = os.environ.get("PROJECT_LIFECYCLE_CORE_DB")

BEFORE = """
client = env["res.partner"].create({"name": "Client", "is_company": True})
lifecycle = env.ref("project_lifecycle.lifecycle_software")
project = env["project.project"].create(
    {"name": "Early", "lifecycle_id": lifecycle.id, "partner_id": client.id, "user_id": env.user.id}
)
env["helpdesk.ticket"].create(
    {"name": "Old", "description": "x", "project_id": project.id, "partner_id": client.id}
)
assert project.support_ticket_count == 0, "without the glue the core knows no tickets"
assert "addons_path" in env["res.config.settings"]._get_glue_missing()
env.cr.commit()
print("DONE")
"""
WITH_GLUE = """
project = env["project.project"].search([("name", "=", "Early")])
ticket = env["helpdesk.ticket"].search([("name", "=", "Old")])
assert project.support_ticket_count == 1 and ticket.has_lifecycle
assert not env["res.config.settings"]._get_glue_missing()
task = ticket._get_or_create_task()
employee = env["hr.employee"].create({"name": "Ana", "user_id": env.user.id})
ticket._log_time(1, "Looked", "2026-03-02")
consents = env["project.pack.consent"]
consent = consents._record(project, "Old", 2, project.partner_id, "By telephone", task=task)
assert consent.ticket_id == ticket and consent.used_hours == 1
env.cr.commit()
env["ir.module.module"].search([("name", "=", "project_lifecycle_helpdesk_mgmt")]).button_immediate_uninstall()
print("DONE")
"""
WITHOUT_AGAIN = """
project = env["project.project"].search([("name", "=", "Early")])
consent = project.consent_ids
assert "ticket_id" not in consent._fields and "steps" not in env["helpdesk.ticket"]._fields
assert consent.state == "granted" and consent.used_hours == 1, "what was agreed is of the core"
assert project.support_ticket_count == 0 and project.ticket_count == 1
assert project._get_client_blocks() is not None
env["account.analytic.line"].create({"name": "More", "task_id": consent.task_id.id, "unit_amount": 1})
assert consent.left_hours == 0
for view in env["ir.ui.view"].search([("model", "in", ("helpdesk.ticket", "project.project")), ("type", "=", "form")]):
    view._check_xml()
print("DONE")
"""


@tagged("post_install", "-at_install")
class TestGlueInstallCycle(CycleCommon):
    """The glue comes later and goes again; projects, tickets and what was agreed stay."""

    source = CORE_DB

    def test_it_comes_and_goes(self):
        self._script(BEFORE)
        self._odoo("-i", "project_lifecycle_helpdesk_mgmt", "--stop-after-init")
        self._script(WITH_GLUE)
        self._script(WITHOUT_AGAIN)
