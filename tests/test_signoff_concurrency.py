import threading

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from odoo.addons.project_lifecycle.exceptions import SignoffRefused

QUIET = {"tracking_disable": True, "mail_notrack": True, "mail_create_nolog": True}


@tagged("post_install", "-at_install")
class TestSignoffConcurrency(BaseCase):
    """Two people who hold the same link answer at the same moment, on connections of their own: one answer stays."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, QUIET)
            self.had_stages = env.ref("project.group_project_stages") in env.ref("base.group_user").all_implied_ids
            lifecycle = env["project.lifecycle"].create({"name": "Contested"})
            env["project.project.stage"].create({"name": "Alpha", "lifecycle_id": lifecycle.id})
            partner = env["res.partner"].create({"name": "Signer", "email": "signer@example.com"})
            project = env["project.project"].create(
                {"name": "Contested project", "lifecycle_id": lifecycle.id, "partner_id": partner.id}
            )
            signoff = env["project.signoff"]._request(project, "report", content="<p>Ten users</p>")
            self.signoff_id, self.token = signoff.id, signoff.access_token
            self.project_id, self.lifecycle_id, self.partner_id = project.id, lifecycle.id, partner.id
            self.public_id = env.ref("base.public_user").id
        self.addCleanup(self.take_back)

    def take_back(self):
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT id FROM mail_message WHERE model = 'project.signoff' AND res_id = %s", [self.signoff_id]
            )
            messages = [row[0] for row in cr.fetchall()]
            cr.execute("DELETE FROM project_signoff WHERE id = %s", [self.signoff_id])
            cr.execute(
                "DELETE FROM ir_attachment WHERE res_model = 'project.signoff' AND res_id = %s", [self.signoff_id]
            )
            cr.execute("DELETE FROM mail_message WHERE id = ANY(%s)", [messages])
            cr.execute("DELETE FROM mail_followers WHERE res_model = 'project.signoff'")
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["project.project"].browse(self.project_id).unlink()
            env["project.lifecycle"].browse(self.lifecycle_id).unlink()
            env["res.partner"].browse(self.partner_id).unlink()
            if not self.had_stages:
                env["project.lifecycle"]._restore_stage_feature()

    def answer(self, answer, start, results):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, self.public_id, QUIET)
            signoff = env["project.signoff"].browse(self.signoff_id)
            barriers = [start]

            def act():
                # both see a request that waits before either of them answers; who is tried again does not wait
                self.assertIn(signoff.sudo().state, ("sent", "confirmed", "refused"))
                if barriers:
                    barriers.pop().wait(timeout=20)
                signoff._answer(answer, "Why", token=self.token)
                env.flush_all()

            try:
                with mute_logger("odoo.sql_db", "odoo.service.model"):
                    retrying(act, env)
                results.append(answer)
            except SignoffRefused as refusal:
                results.append(refusal.code)

    def test_one_answer_stays(self):
        start, results = threading.Barrier(2), []
        threads = [
            threading.Thread(target=self.answer, args=(answer, start, results)) for answer in ("confirmed", "refused")
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(len(results), 2, results)
        self.assertIn("answered", results)
        (stays,) = set(results) - {"answered"}
        with self.registry.cursor() as cr:
            signoff = api.Environment(cr, SUPERUSER_ID, {})["project.signoff"].browse(self.signoff_id)
            self.assertEqual(signoff.state, stays)
            answers = signoff.event_ids.filtered(lambda event: event.kind in ("confirmed", "refused"))
            self.assertEqual(answers.mapped("kind"), [stays])
            self.assertEqual(len(signoff.pdf_id), 1)
