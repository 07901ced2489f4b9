from psycopg2.errors import SerializationFailure

from odoo.exceptions import LockError, UserError
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_concurrency import ConcurrencyCase


@tagged("post_install", "-at_install")
class TestConcurrency(ConcurrencyCase):
    """Two people decide about the same project at the same moment: one decision is written."""

    def setUp(self):
        super().setUp()
        self.first, self.second = self.envs

    def build(self, env):
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

    def take_back(self, env):
        env.cr.execute("DELETE FROM project_gate_decision WHERE project_id = %s", [self.project_id])
        env["project.project"].browse(self.project_id).unlink()
        env["project.lifecycle"].browse(self.lifecycle_id).unlink()

    def project(self, env):
        return env["project.project"].browse(self.project_id)

    def decisions(self):
        with self.act_as_root() as env:
            decisions = env["project.gate.decision"].search([("project_id", "=", self.project_id)], order="id")
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
        self.do_together(lambda env: self.project(env).write({"stage_id": self.beta}), refusals=LockError)
        self.assertEqual(self.decisions(), [("go", self.beta)])
