from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ..logic import forecast
from ..logic.forecast import Estimate

TODAY = date(2026, 3, 30)


def days_ago(days):
    return TODAY - timedelta(days=days)


@tagged("post_install", "-at_install")
class TestForecastLogic(BaseCase):
    def test_the_window_ends_today(self):
        self.assertEqual(forecast.window_start(TODAY, 4), days_ago(27))

    def test_pace_over_all_weeks_when_work_is_older(self):
        self.assertEqual(forecast.pace(40, days_ago(300), TODAY, 4), (10, 4))

    def test_pace_over_the_weeks_that_existed(self):
        self.assertEqual(forecast.pace(30, days_ago(13), TODAY, 4), (15, 2))

    def test_a_few_days_are_not_scaled_up_to_a_week(self):
        self.assertEqual(forecast.pace(12, days_ago(1), TODAY, 4), (12, 1))

    def test_no_pace_without_work_or_with_work_to_come(self):
        self.assertEqual(forecast.pace(0, None, TODAY, 4), (0, 0))
        self.assertEqual(forecast.pace(0, TODAY + timedelta(days=1), TODAY, 4), (0, 0))

    def test_corrections_make_no_negative_pace(self):
        self.assertEqual(forecast.pace(-3, days_ago(300), TODAY, 4).weekly, 0)

    def test_the_end_is_the_day_on_which_nothing_is_left(self):
        end = forecast.end_of(20, 10, TODAY)
        self.assertEqual((end.state, end.day, end.weeks), ("dated", TODAY + timedelta(days=14), 2))
        self.assertEqual(forecast.end_of(1, 10, TODAY).day, TODAY + timedelta(days=1))

    def test_nothing_left(self):
        for left in (0, -5, 0.0001):
            self.assertEqual(forecast.end_of(left, 10, TODAY).state, "ended")

    def test_no_date_without_a_pace(self):
        self.assertEqual(forecast.end_of(10, 0, TODAY), ("idle", None, None))

    def test_far_ends_are_not_dated(self):
        self.assertEqual(forecast.end_of(1e9, 1, TODAY), ("far", None, None))
        self.assertEqual(forecast.end_of(1e300, 0.01, TODAY).state, "far")
        self.assertEqual(forecast.end_of(260, 1, TODAY).state, "dated")

    def test_what_lapses(self):
        self.assertEqual(forecast.lapsing(20, 10, TODAY, TODAY + timedelta(days=7)), 10)
        self.assertEqual(forecast.lapsing(20, 10, TODAY, TODAY + timedelta(days=14)), 0)
        self.assertEqual(forecast.lapsing(20, 10, TODAY, None), 0)
        self.assertEqual(forecast.lapsing(-1, 0, TODAY, TODAY), 0)

    def test_need(self):
        estimates = [
            Estimate("Sales", 3, days_ago(30)),
            Estimate("Stock", 2.5, days_ago(31)),
            Estimate("Done long ago", 0, days_ago(90)),
            Estimate("Website", 0, None),
        ]
        self.assertEqual(forecast.need(estimates, TODAY), (5.5, ["Stock"], ["Website"]))
        self.assertEqual(forecast.need([], TODAY), (0, [], []))
