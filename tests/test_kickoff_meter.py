from psycopg2.errors import CheckViolation

from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from ..logic import kickoff_meter
from .common import count_queries
from .common_kickoff import KickoffCommon


class TestKickoffMeterArithmetic(BaseCase):
    def test_share(self):
        self.assertEqual(kickoff_meter.share(4, 40), 10.0)
        self.assertEqual(kickoff_meter.share(1, 3), 33.3)
        self.assertIsNone(kickoff_meter.share(4, 0))

    def test_verdict_at_the_edges_of_the_band(self):
        self.assertEqual(
            [kickoff_meter.verdict(percent, 5, 15) for percent in (None, 4.9, 5, 15, 15.1)],
            [None, "too_fast", "right", "right", "too_long"],
        )

    def test_places(self):
        self.assertEqual(kickoff_meter.places(10, 5, 15), {"length": 33.33, "band_start": 16.67, "band_length": 33.33})
        self.assertEqual(kickoff_meter.places(60, 5, 15)["length"], 100)
        self.assertEqual(kickoff_meter.places(0, 0, 0), {"length": 0, "band_start": 0, "band_length": 0})


@tagged("post_install", "-at_install")
class TestKickoffMeter(KickoffCommon):
    """The hours of the kick-off with the client against those planned, the internal ones beside them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.project.allocated_hours = 40
        steps = cls.project.step_ids.sorted(lambda step: step.stage_id.sequence)
        cls.intake, cls.kickoff = steps[:2]
        cls.employee_id = cls.env["hr.employee"].create({"name": "Carla", "user_id": cls.consultant.id})

    def log(self, step, hours):
        entry = self.env["account.analytic.line"].create(
            {
                "name": "Call",
                "project_id": self.project.id,
                "employee_id": self.employee_id.id,
                "unit_amount": hours,
            }
        )
        entry.step_id = step

    def test_hours_of_the_two_kickoffs_apart(self):
        later = self.project.step_ids - self.intake - self.kickoff
        for step, hours in ((later[0], 7), (self.intake, 2), (self.kickoff, 1.5), (self.kickoff, 2.5)):
            self.log(step, hours)
        self.assertEqual(self.project._get_kickoff_hours(), {self.project.id: (4.0, 2.0)})
        meter = self.project.with_user(self.consultant).kickoff_meter
        for words in ("10%", "04:00", "of 40:00", "Right", "02:00", "(5%)"):
            self.assertIn(words, meter)

    def test_too_fast_and_too_long(self):
        self.log(self.kickoff, 1)
        self.assertIn("Too fast to conclude now", self.project.kickoff_meter)
        self.log(self.kickoff, 6)
        self.project.invalidate_recordset()
        self.assertIn("Too long", self.project.kickoff_meter)
        self.lifecycle.kickoff_share_max = 20
        self.project.invalidate_recordset()
        self.assertIn("Right", self.project.kickoff_meter)

    def test_without_planned_hours(self):
        self.project.allocated_hours = 0
        self.assertIn("Plan the hours of the project", self.project.kickoff_meter)

    def test_hours_of_many_projects_in_one_go(self):
        def cost(count):
            projects = self.env["project.project"].concat(
                *(self.create_project(f"P{count} {number}", allocated_hours=10) for number in range(count))
            )
            return count_queries(self.env, lambda _env, _run: projects._get_kickoff_hours())

        self.assertEqual(cost(3), cost(6))

    def test_band_in_order(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.cr.savepoint():
            self.lifecycle.kickoff_share_min = 30
            self.env.flush_all()
