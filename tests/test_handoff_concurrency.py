import threading

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import LockError, UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import SQL, mute_logger

QUIET = {"tracking_disable": True, "mail_notrack": True, "mail_create_nolog": True}


@tagged("post_install", "-at_install")
class TestHandoffConcurrency(BaseCase):
    """Two people confirm the same hand-off on connections of their own: one decision, one mail."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, QUIET)
            self.had_stages = env.ref("project.group_project_stages") in env.ref("base.group_user").all_implied_ids
            self.company_before = env.company.support_email
            env.company.support_email = "support@example.com"
            self.admin_id = env.ref("base.user_admin").id
            self.build(env)
        self.addCleanup(self.take_back)
        self.first, self.second = self.open_environment(SUPERUSER_ID), self.open_environment(self.admin_id)

    def build(self, env):
        lifecycle = env["project.lifecycle"].create({"name": "Contested hand-off"})
        env["project.project.stage"].create(
            [
                {"name": name, "lifecycle_id": lifecycle.id, "purpose": purpose}
                for name, purpose in (("Build", "delivery"), ("Support", "support"))
            ]
        )
        partner = env["res.partner"].create({"name": "Contested client", "email": "contested@example.com"})
        project = env["project.project"].create(
            {
                "name": "Contested project",
                "lifecycle_id": lifecycle.id,
                "partner_id": partner.id,
                "user_id": self.admin_id,
            }
        )
        handoff = env["project.handoff"].browse(project.action_open_handoff()["res_id"])
        handoff.write({"reason": "done", "justification": "All works", "objections_answer": "It starts tomorrow"})
        handoff.told_line_ids.write(
            {"done_on": fields.Date.today(), "channel": "call", "partner_id": partner.id, "note": "All of it"}
        )
        self.ids = (lifecycle.id, partner.id, project.id, handoff.id)

    def open_environment(self, user_id):
        cursor = self.registry.cursor()
        self.addCleanup(cursor.close)
        cursor.execute("SET lock_timeout = '20s'")
        cursor.commit()
        return api.Environment(cursor, user_id, QUIET)

    def take_back(self):
        lifecycle_id, partner_id, project_id, handoff_id = self.ids
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["mail.mail"].search([("recipient_ids", "in", [partner_id])]).mail_message_id.unlink()
            env.flush_all()
            for table in ("project_client_mail", "project_satisfaction_request", "project_update"):
                cr.execute(SQL("DELETE FROM %s WHERE project_id = %s", SQL.identifier(table), project_id))
            cr.execute("UPDATE project_handoff SET decision_id = NULL WHERE id = %s", [handoff_id])
            cr.execute("DELETE FROM project_handoff WHERE id = %s", [handoff_id])
            cr.execute("DELETE FROM project_gate_decision WHERE project_id = %s", [project_id])
            env.invalidate_all()
            env["project.project"].browse(project_id).unlink()
            env["project.lifecycle"].browse(lifecycle_id).unlink()
            env["res.partner"].browse(partner_id).unlink()
            env.company.support_email = self.company_before
            if not self.had_stages:
                env["project.lifecycle"]._restore_stage_feature()

    def confirm(self, env):
        return env["project.handoff"].browse(self.ids[3]).action_confirm()

    def found(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            domain = [("project_id", "=", self.ids[2])]
            return (
                env["project.gate.decision"].search(domain).mapped("decision"),
                len(env["project.client.mail"].search(domain)),
                env["project.handoff"].search(domain).mapped("state"),
            )

    def test_the_second_is_refused_while_the_first_confirms(self):
        self.confirm(self.first)
        self.first.flush_all()
        with self.assertRaisesRegex(LockError, "somebody else is changing it"):
            self.confirm(self.second)
        self.second.cr.rollback()
        self.first.cr.commit()
        self.assertEqual(self.found(), (["handoff"], 1, ["confirmed"]))

    def test_the_second_finds_it_confirmed(self):
        self.assertEqual(self.second["project.handoff"].browse(self.ids[3]).state, "draft")
        self.confirm(self.first)
        self.first.cr.commit()
        with (
            mute_logger("odoo.sql_db", "odoo.service.model"),
            self.assertRaisesRegex(UserError, "In support. What was handed over"),
        ):
            retrying(lambda: self.confirm(self.second), self.second)
        self.second.cr.rollback()
        self.assertEqual(self.found(), (["handoff"], 1, ["confirmed"]))

    def test_both_at_once(self):
        together = threading.Barrier(2, timeout=20)
        refused, surprises = [], []

        def confirm(env):
            try:
                together.wait()
                retrying(lambda: self.confirm(env), env)
            except (LockError, UserError) as error:
                refused.append(error)
                env.cr.rollback()
            except Exception as error:
                surprises.append(error)

        with mute_logger("odoo.sql_db", "odoo.service.model"):
            threads = [threading.Thread(target=confirm, args=(env,)) for env in (self.first, self.second)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(90)
        self.assertFalse(surprises)
        self.assertEqual(len(refused), 1)
        self.assertEqual(self.found(), (["handoff"], 1, ["confirmed"]))
