from odoo import fields
from odoo.exceptions import LockError, UserError
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common_concurrency import ConcurrencyCase


@tagged("post_install", "-at_install")
class TestHandoffConcurrency(ConcurrencyCase):
    """Two people confirm the same hand-off at the same moment: one decision, one mail."""

    lock_timeout = "20s"

    def build(self, env):
        self.company_before = env.company.support_email
        env.company.support_email = "support@example.com"
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

    def take_back(self, env):
        lifecycle_id, partner_id, project_id, handoff_id = self.ids
        env["mail.mail"].search([("recipient_ids", "in", [partner_id])]).mail_message_id.unlink()
        env.flush_all()
        for table in ("project_client_mail", "project_satisfaction_request", "project_update"):
            env.cr.execute(SQL("DELETE FROM %s WHERE project_id = %s", SQL.identifier(table), project_id))
        env.cr.execute("UPDATE project_handoff SET decision_id = NULL WHERE id = %s", [handoff_id])
        env.cr.execute("DELETE FROM project_handoff WHERE id = %s", [handoff_id])
        env.cr.execute("DELETE FROM project_gate_decision WHERE project_id = %s", [project_id])
        env.invalidate_all()
        env["project.project"].browse(project_id).unlink()
        env["project.lifecycle"].browse(lifecycle_id).unlink()
        env["res.partner"].browse(partner_id).unlink()
        env.company.support_email = self.company_before

    def confirm(self, env):
        return env["project.handoff"].browse(self.ids[3]).action_confirm()

    def found(self):
        with self.act_as_root() as env:
            domain = [("project_id", "=", self.ids[2])]
            return (
                env["project.gate.decision"].search(domain).mapped("decision"),
                len(env["project.client.mail"].search(domain)),
                env["project.handoff"].search(domain).mapped("state"),
            )

    def test_the_second_is_refused_while_the_first_confirms(self):
        first, second = self.envs
        self.confirm(first)
        first.flush_all()
        with self.assertRaisesRegex(LockError, "somebody else is changing it"):
            self.confirm(second)
        second.cr.rollback()
        first.cr.commit()
        self.assertEqual(self.found(), (["handoff"], 1, ["confirmed"]))

    def test_the_second_finds_it_confirmed(self):
        first, second = self.envs
        self.assertEqual(second["project.handoff"].browse(self.ids[3]).state, "draft")
        self.confirm(first)
        first.cr.commit()
        with (
            mute_logger("odoo.sql_db", "odoo.service.model"),
            self.assertRaisesRegex(UserError, "In support. What was handed over"),
        ):
            retrying(lambda: self.confirm(second), second)
        second.cr.rollback()
        self.assertEqual(self.found(), (["handoff"], 1, ["confirmed"]))

    def test_both_at_once(self):
        _done, refused = self.do_together(self.confirm)
        self.assertEqual(len(refused), 1)
        self.assertEqual(self.found(), (["handoff"], 1, ["confirmed"]))
