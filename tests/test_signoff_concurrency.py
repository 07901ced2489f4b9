from odoo.tests import tagged

from odoo.addons.project_lifecycle.exceptions import SignoffRefused

from .common_concurrency import ConcurrencyCase


@tagged("post_install", "-at_install")
class TestSignoffConcurrency(ConcurrencyCase):
    """Two people who hold the same link answer at the same moment: one answer stays."""

    lock_timeout = "60s"

    def build(self, env):
        lifecycle = env["project.lifecycle"].create({"name": "Contested"})
        env["project.project.stage"].create({"name": "Alpha", "lifecycle_id": lifecycle.id})
        partner = env["res.partner"].create({"name": "Signer", "email": "signer@example.com"})
        project = env["project.project"].create(
            {"name": "Contested project", "lifecycle_id": lifecycle.id, "partner_id": partner.id}
        )
        signoff = env["project.signoff"]._request(project, "report", content="<p>Ten users</p>")
        self.signoff_id, self.token = signoff.id, signoff.access_token
        self.project_id, self.lifecycle_id, self.partner_id = project.id, lifecycle.id, partner.id
        self.user_ids = env.ref("base.public_user").ids * 2

    def take_back(self, env):
        cr, of_signoff = env.cr, [self.signoff_id]
        cr.execute("SELECT id FROM mail_message WHERE model = 'project.signoff' AND res_id = %s", of_signoff)
        messages = [row[0] for row in cr.fetchall()]
        cr.execute("DELETE FROM project_signoff WHERE id = %s", of_signoff)
        cr.execute("DELETE FROM ir_attachment WHERE res_model = 'project.signoff' AND res_id = %s", of_signoff)
        cr.execute("DELETE FROM mail_message WHERE id = ANY(%s)", [messages])
        cr.execute("DELETE FROM mail_followers WHERE res_model = 'project.signoff'")
        env["project.project"].browse(self.project_id).unlink()
        env["project.lifecycle"].browse(self.lifecycle_id).unlink()
        env["res.partner"].browse(self.partner_id).unlink()

    def start_reading(self, env):
        """Both see a request that waits before either of them answers."""
        self.assertEqual(env["project.signoff"].browse(self.signoff_id).sudo().state, "sent")

    def test_one_answer_stays(self):
        answers = dict(zip(self.envs, ("confirmed", "refused"), strict=True))

        def answer(env):
            env["project.signoff"].browse(self.signoff_id)._answer(answers[env], "Why", token=self.token)
            env.flush_all()
            return answers[env]

        (stays,), (refusal,) = self.do_together(answer, refusals=SignoffRefused)
        self.assertEqual(refusal.code, "answered")
        with self.act_as_root() as env:
            signoff = env["project.signoff"].browse(self.signoff_id)
            self.assertEqual(signoff.state, stays)
            events = signoff.event_ids.filtered(lambda event: event.kind in ("confirmed", "refused"))
            self.assertEqual(events.mapped("kind"), [stays])
            self.assertEqual(len(signoff.pdf_id), 1)
