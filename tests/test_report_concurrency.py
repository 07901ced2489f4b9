from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common_concurrency import ConcurrencyCase


@tagged("post_install", "-at_install")
class TestReportConcurrency(ConcurrencyCase):
    """Two people publish the same report at the same moment: one number, one PDF, one mail."""

    lock_timeout = "60s"

    def build(self, env):
        lifecycle = env["project.lifecycle"].create({"name": "Contested report"})
        env["project.project.stage"].create({"name": "Build", "lifecycle_id": lifecycle.id, "purpose": "delivery"})
        partner = env["res.partner"].create({"name": "Contested reader", "email": "reader@example.com"})
        project = env["project.project"].create(
            {
                "name": "Contested project",
                "lifecycle_id": lifecycle.id,
                "partner_id": partner.id,
                "user_id": self.admin_id,
            }
        )
        report = env["project.update"].browse(project.action_new_report()["res_id"])
        report.write({"status_reason": "Illness", "gains": "Fewer returns", "collaboration": "By telephone"})
        self.ids = (lifecycle.id, partner.id, project.id, report.id)

    def take_back(self, env):
        lifecycle_id, partner_id, project_id, report_id = self.ids
        env["mail.mail"].search([("recipient_ids", "in", [partner_id])]).mail_message_id.unlink()
        env.flush_all()
        env.cr.execute("UPDATE project_project SET last_update_id = NULL WHERE id = %s", [project_id])
        env.cr.execute("UPDATE project_update SET signoff_id = NULL WHERE id = %s", [report_id])
        for table in ("project_satisfaction_request", "project_signoff", "project_update"):
            env.cr.execute(SQL("DELETE FROM %s WHERE project_id = %s", SQL.identifier(table), project_id))
        env.cr.execute("DELETE FROM ir_attachment WHERE res_model = 'project.update' AND res_id = %s", [report_id])
        env.invalidate_all()
        env["project.project"].browse(project_id).unlink()
        env["project.lifecycle"].browse(lifecycle_id).unlink()
        env["res.partner"].browse(partner_id).unlink()

    def publish(self, env):
        return env["project.update"].browse(self.ids[3]).action_publish()["params"]

    def found(self):
        """Return the state and number of the report, and how many PDFs, requests and mails it has."""
        with self.act_as_root() as env:
            report = env["project.update"].browse(self.ids[3])
            of_project = [("project_id", "=", self.ids[2])]
            of_report = [("res_model", "=", "project.update"), ("res_id", "=", report.id), ("name", "ilike", ".pdf")]
            return (
                (report.state, report.number),
                env["ir.attachment"].search_count(of_report),
                env["project.signoff"].search_count(of_project),
                env["project.satisfaction.request"].search_count(of_project),
                env["mail.mail"].search_count([("recipient_ids", "in", [self.ids[1]])]),
            )

    def check_published_once(self):
        self.assertEqual(self.found(), (("published", 1), 1, 1, 1, 1))

    def test_the_second_finds_it_published(self):
        first, second = self.envs
        self.assertEqual(second["project.update"].browse(self.ids[3]).state, "draft")
        self.assertEqual(self.publish(first)["type"], "success")
        first.cr.commit()
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            told = retrying(lambda: self.publish(second), second)
        second.cr.commit()
        self.assertEqual(told["type"], "info")
        self.assertIn("already", told["message"])
        self.check_published_once()

    def test_both_at_once(self):
        told, refused = self.do_together(self.publish)
        self.assertFalse(refused)
        self.assertEqual(sorted(it["type"] for it in told), ["info", "success"])
        self.check_published_once()
