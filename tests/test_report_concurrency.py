import threading

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import SQL, mute_logger

QUIET = {"tracking_disable": True, "mail_notrack": True, "mail_create_nolog": True}


@tagged("post_install", "-at_install")
class TestReportConcurrency(BaseCase):
    """Two people publish the same report on connections of their own: one number, one PDF, one mail."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, QUIET)
            self.had_stages = env.ref("project.group_project_stages") in env.ref("base.group_user").all_implied_ids
            self.admin_id = env.ref("base.user_admin").id
            self.build(env)
        self.addCleanup(self.take_back)
        self.first, self.second = self.open_environment(SUPERUSER_ID), self.open_environment(self.admin_id)

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

    def open_environment(self, user_id):
        cursor = self.registry.cursor()
        self.addCleanup(cursor.close)
        cursor.execute("SET lock_timeout = '60s'")
        cursor.commit()
        return api.Environment(cursor, user_id, QUIET)

    def take_back(self):
        lifecycle_id, partner_id, project_id, report_id = self.ids
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["mail.mail"].search([("recipient_ids", "in", [partner_id])]).mail_message_id.unlink()
            env.flush_all()
            cr.execute("UPDATE project_project SET last_update_id = NULL WHERE id = %s", [project_id])
            cr.execute("UPDATE project_update SET signoff_id = NULL WHERE id = %s", [report_id])
            for table in ("project_satisfaction_request", "project_signoff", "project_update"):
                cr.execute(SQL("DELETE FROM %s WHERE project_id = %s", SQL.identifier(table), project_id))
            cr.execute("DELETE FROM ir_attachment WHERE res_model = 'project.update' AND res_id = %s", [report_id])
            env.invalidate_all()
            env["project.project"].browse(project_id).unlink()
            env["project.lifecycle"].browse(lifecycle_id).unlink()
            env["res.partner"].browse(partner_id).unlink()
            if not self.had_stages:
                env["project.lifecycle"]._restore_stage_feature()

    def publish(self, env):
        return env["project.update"].browse(self.ids[3]).action_publish()["params"]

    def found(self):
        """Return the state and number of the report, and how many PDFs, requests and mails it has."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
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
        self.assertEqual(self.second["project.update"].browse(self.ids[3]).state, "draft")
        self.assertEqual(self.publish(self.first)["type"], "success")
        self.first.cr.commit()
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            told = retrying(lambda: self.publish(self.second), self.second)
        self.second.cr.commit()
        self.assertEqual(told["type"], "info")
        self.assertIn("already", told["message"])
        self.check_published_once()

    def test_both_at_once(self):
        together = threading.Barrier(2, timeout=20)
        told, surprises = [], []

        def publish(env):
            try:
                together.wait()
                told.append(retrying(lambda: self.publish(env), env)["type"])
                env.cr.commit()  # noqa: ODE8102
            except Exception as error:
                surprises.append(error)

        with mute_logger("odoo.sql_db", "odoo.service.model"):
            threads = [threading.Thread(target=publish, args=(env,)) for env in (self.first, self.second)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(120)
        self.assertFalse(surprises)
        self.assertEqual(sorted(told), ["info", "success"])
        self.check_published_once()
