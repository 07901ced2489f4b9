from odoo import SUPERUSER_ID, api
from odoo.tests import tagged

from .test_pack_concurrency import QUIET, ContestedPackCase


@tagged("post_install", "-at_install")
class TestConsentConcurrency(ContestedPackCase):
    """One consent is answered, or used up, by two people at the same moment, on connections of their own."""

    groups = ("project.group_project_manager", "hr_timesheet.group_hr_timesheet_user")

    def make_pack(self, env, project):
        project.stage_id.time_policy = "consent"
        partner = env["res.partner"].create({"name": "Contested client", "email": "contested@example.com"})
        project.partner_id = partner
        task = env["project.task"].create({"name": "Contested task", "project_id": project.id})
        self.partner_id, self.task_id = partner.id, task.id
        self.public_id = env.ref("base.public_user").id
        return env["project.pack"].create({"project_id": project.id, "purchased_hours": 10})

    def take_back(self):
        for env in self.envs:
            env.cr.rollback()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["account.analytic.line"].search([("project_id", "=", self.project_id)]).unlink()
            for model in ("project.signoff", "project.pack.consent"):
                table = model.replace(".", "_")
                ids = env[model].search([("project_id", "=", self.project_id)]).ids
                cr.execute("DELETE FROM mail_message WHERE model = %s AND res_id = ANY(%s)", [model, ids])
                cr.execute("DELETE FROM mail_followers WHERE res_model = %s AND res_id = ANY(%s)", [model, ids])
                cr.execute("DELETE FROM mail_activity WHERE res_model = %s AND res_id = ANY(%s)", [model, ids])
                cr.execute("DELETE FROM ir_attachment WHERE res_model = %s AND res_id = ANY(%s)", [model, ids])
                env.invalidate_all()
                cr.execute(f"DELETE FROM {table} WHERE id = ANY(%s)", [ids])
        taken_back = super().take_back()
        with self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["res.partner"].browse(self.partner_id).unlink()
        return taken_back

    def run_as_root(self, act):
        with self.registry.cursor() as cr:
            return act(api.Environment(cr, SUPERUSER_ID, QUIET))

    def ask(self, env):
        project, task = env["project.project"].browse(self.project_id), env["project.task"].browse(self.task_id)
        return env["project.pack.consent"]._ask(project, "Contested", 2, task=task)

    def record(self, env):
        consent = env["project.pack.consent"].search([("project_id", "=", self.project_id)])
        consent._record_answer(env["res.partner"].browse(self.partner_id), "By telephone")
        env.cr.flush()

    def answer(self, env):
        signoff = env["project.signoff"].search([("project_id", "=", self.project_id)])
        signoff.with_user(self.public_id)._answer("refused", "Not now", token=signoff.sudo().access_token)
        env.cr.flush()

    def found(self):
        def find(env):
            domain = [("project_id", "=", self.project_id)]
            consent = env["project.pack.consent"].search(domain)
            return consent.state, consent.is_recorded, env["project.signoff"].search(domain).mapped("state")

        return self.run_as_root(find)

    def test_the_client_answers_while_one_of_us_records_another_answer(self):
        self.run_as_root(self.ask)
        first = self.envs[0]
        told = self.do_together(lambda env: self.answer(env) if env.uid == first.uid else self.record(env))
        self.assertEqual(len(told), 1, told)
        self.assertIn(self.found(), [("refused", False, ["refused"]), ("granted", True, ["withdrawn"])])

    def test_two_of_us_record_the_answer(self):
        self.run_as_root(self.ask)
        told = self.do_together(self.record)
        self.assertEqual(len(told), 1)
        self.assertIn("answered already", told[0])
        self.assertEqual(self.found(), ("granted", True, ["withdrawn"]))

    def test_two_use_up_what_was_agreed(self):
        """Both log an hour, one was agreed: one is taken, the other one waits."""

        def agree(env):
            project, task = env["project.project"].browse(self.project_id), env["project.task"].browse(self.task_id)
            partner = env["res.partner"].browse(self.partner_id)
            env["project.pack.consent"]._record(project, "Contested", 1, partner, "By telephone", task=task)

        self.run_as_root(agree)
        values = {"name": "hour", "project_id": self.project_id, "task_id": self.task_id, "unit_amount": 1}
        told = self.do_together(lambda env: env["account.analytic.line"].create(values).flush_recordset())
        self.assertEqual(told, [])

        def find(env):
            entries = env["account.analytic.line"].search([("project_id", "=", self.project_id)])
            return sorted(entries.mapped("pack_use")), env["project.pack"].browse(self.pack_id).remaining_hours

        self.assertEqual(self.run_as_root(find), (["awaiting", "deducted"], 9))
