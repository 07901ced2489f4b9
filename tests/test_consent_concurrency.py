from odoo.tests import tagged
from odoo.tools import SQL

from .common_concurrency import QUIET
from .test_pack_concurrency import ContestedPackCase


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

    def take_back(self, env):
        env["account.analytic.line"].search([("project_id", "=", self.project_id)]).unlink()
        for model in ("project.signoff", "project.pack.consent"):
            ids = env[model].search([("project_id", "=", self.project_id)]).ids
            env.cr.execute("DELETE FROM mail_message WHERE model = %s AND res_id = ANY(%s)", [model, ids])
            for table in ("mail_followers", "mail_activity", "ir_attachment"):
                table = SQL.identifier(table)
                env.cr.execute(SQL("DELETE FROM %s WHERE res_model = %s AND res_id = ANY(%s)", table, model, ids))
            env.invalidate_all()
            env.cr.execute(SQL("DELETE FROM %s WHERE id = ANY(%s)", SQL.identifier(env[model]._table), ids))
        taken_back = super().take_back(env)
        env["res.partner"].browse(self.partner_id).unlink()
        return taken_back

    def run_as_root(self, act):
        with self.act_as_root(QUIET) as env:
            return act(env)

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
        told = self.let_both(lambda env: self.answer(env) if env.uid == first.uid else self.record(env))
        self.assertEqual(len(told), 1, told)
        self.assertIn(self.found(), [("refused", False, ["refused"]), ("granted", True, ["withdrawn"])])

    def test_two_of_us_record_the_answer(self):
        self.run_as_root(self.ask)
        told = self.let_both(self.record)
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
        told = self.let_both(lambda env: env["account.analytic.line"].create(values).flush_recordset())
        self.assertEqual(told, [])

        def find(env):
            entries = env["account.analytic.line"].search([("project_id", "=", self.project_id)])
            return sorted(entries.mapped("pack_use")), env["project.pack"].browse(self.pack_id).remaining_hours

        self.assertEqual(self.run_as_root(find), (["awaiting", "deducted"], 9))
