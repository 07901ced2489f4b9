import threading

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.exceptions import LockError, UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

QUIET = {"tracking_disable": True, "mail_notrack": True, "mail_create_nolog": True}


@tagged("post_install", "-at_install")
class TestConcurrency(BaseCase):
    """Two people decide about the same project at the same moment: one decision is written.

    Both work on connections of their own, as two browsers do; what is committed is taken back at the end.
    """

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, QUIET)
            self.had_stages = env.ref("project.group_project_stages") in env.ref("base.group_user").all_implied_ids
            lifecycle = env["project.lifecycle"].create({"name": "Contested"})
            stages = env["project.project.stage"].create(
                [{"name": name, "lifecycle_id": lifecycle.id} for name in ("Alpha", "Beta", "Omega")]
            )
            way_out = env["project.lifecycle.exit"].create(
                {
                    "name": "Short cut",
                    "lifecycle_id": lifecycle.id,
                    "from_stage_id": stages[0].id,
                    "to_stage_id": stages[2].id,
                }
            )
            project = env["project.project"].create({"name": "Contested project", "lifecycle_id": lifecycle.id})
            self.lifecycle_id, self.project_id, self.exit_id = lifecycle.id, project.id, way_out.id
            self.alpha, self.beta, self.omega = stages.ids
            self.admin_id = env.ref("base.user_admin").id
        self.addCleanup(self.take_back)
        self.first = self.open_environment(SUPERUSER_ID)
        self.second = self.open_environment(self.admin_id)

    def open_environment(self, user_id):
        cursor = self.registry.cursor()
        self.addCleanup(cursor.close)
        # a test that waits for the other connection has failed
        cursor.execute("SET lock_timeout = '5s'")
        cursor.commit()
        return api.Environment(cursor, user_id, QUIET)

    def take_back(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            cr.execute("DELETE FROM project_gate_decision WHERE project_id = %s", [self.project_id])
            env["project.project"].browse(self.project_id).unlink()
            env["project.lifecycle"].browse(self.lifecycle_id).unlink()
            if not self.had_stages:
                env["project.lifecycle"]._restore_stage_feature()

    def project(self, env):
        return env["project.project"].browse(self.project_id)

    def decisions(self):
        with self.registry.cursor() as cr:
            decisions = api.Environment(cr, SUPERUSER_ID, {})["project.gate.decision"].search(
                [("project_id", "=", self.project_id)], order="id"
            )
            return [(decision.decision, decision.to_stage_id.id) for decision in decisions]

    def start_reading(self, env):
        """Begin a transaction: from now on it sees the database as it is now."""
        self.assertEqual(self.project(env).stage_id.id, self.alpha)

    def test_the_second_is_refused_while_the_first_decides(self):
        self.project(self.first).stage_id = self.beta
        self.first.flush_all()
        for act in (
            lambda project: project.write({"stage_id": self.beta}),
            lambda project: project.write({"stage_id": self.omega}),
            lambda project: project.action_pause("Budget frozen"),
            lambda project: project.action_exit(self.exit_id, "why"),
        ):
            with self.assertRaisesRegex(LockError, "Contested project: somebody else is changing it"):
                act(self.project(self.second))
            self.second.cr.rollback()
            self.second.invalidate_all()
        self.first.cr.commit()
        self.assertEqual(self.decisions(), [("go", self.beta)])

    def test_the_second_finds_the_move_made(self):
        self.start_reading(self.second)
        self.project(self.first).stage_id = self.beta
        self.first.cr.commit()
        with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
            self.project(self.second).stage_id = self.beta
        self.second.cr.rollback()
        self.second.invalidate_all()
        self.assertEqual(self.project(self.second).stage_id.id, self.beta)
        retrying(lambda: self.project(self.second).write({"stage_id": self.beta}), self.second)
        self.assertEqual(self.decisions(), [("go", self.beta)])

    def test_tried_again_as_odoo_does_it(self):
        """The server tries again what met somebody else's change: the exit does not start from there any more."""
        self.start_reading(self.second)
        self.project(self.first).stage_id = self.beta
        self.first.cr.commit()
        with (
            mute_logger("odoo.sql_db", "odoo.service.model"),
            self.assertRaisesRegex(UserError, "leads from the stage Alpha"),
        ):
            retrying(lambda: self.project(self.second).action_exit(self.exit_id, "why"), self.second)
        self.second.cr.rollback()
        self.assertEqual(self.decisions(), [("go", self.beta)])

    def test_paused_once(self):
        self.start_reading(self.second)
        self.project(self.first).action_pause("Budget frozen")
        self.first.cr.commit()
        with (
            mute_logger("odoo.sql_db", "odoo.service.model"),
            self.assertRaisesRegex(UserError, "paused already"),
        ):
            retrying(lambda: self.project(self.second).action_pause("Holidays"), self.second)
        self.second.cr.rollback()
        self.assertEqual(self.decisions(), [("pause", self.alpha)])

    def test_both_at_once(self):
        together = threading.Barrier(2, timeout=20)
        surprises = []

        def move(env):
            try:
                together.wait()
                retrying(lambda: self.project(env).write({"stage_id": self.beta}), env)
            except LockError:
                env.cr.rollback()
            except Exception as error:
                surprises.append(error)

        with mute_logger("odoo.sql_db", "odoo.service.model"):
            threads = [threading.Thread(target=move, args=(env,)) for env in (self.first, self.second)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
        self.assertFalse(surprises)
        self.assertEqual(self.decisions(), [("go", self.beta)])
