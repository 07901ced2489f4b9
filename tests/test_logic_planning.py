from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ..logic.planning import Slot, WorkingDays, lay_out, release

MONDAY = date(2026, 3, 2)
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = (MONDAY + timedelta(days=number) for number in range(1, 7))
WEEK = timedelta(days=7)


def weekdays_without(*holidays):
    """Return the working days of a calendar from Monday to Friday, and the stretches it was asked for."""
    asked = []

    def fetch(first, last):
        asked.append((first, last))
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return [day for day in days if day.weekday() < 5 and day not in holidays]

    return WorkingDays(fetch), asked


@tagged("post_install", "-at_install")
class TestLogicPlanning(BaseCase):
    """Working days and how steps follow each other, without a database."""

    def setUp(self):
        super().setUp()
        self.days, self.asked = weekdays_without()

    def test_working_days_after_a_day(self):
        self.assertEqual(self.days.following(FRIDAY), MONDAY + WEEK)
        self.assertEqual(self.days.following(MONDAY, 4), FRIDAY)
        self.assertEqual(self.days.following(MONDAY, 0), MONDAY)
        self.assertEqual(self.days.following(MONDAY, -1), FRIDAY - WEEK)

    def test_a_day_without_work_counts_as_the_next_one(self):
        self.assertEqual(self.days.following(SATURDAY, 0), MONDAY + WEEK)
        self.assertEqual(self.days.following(SUNDAY, 1), TUESDAY + WEEK)
        self.assertEqual(self.days.following(SUNDAY, -1), FRIDAY)

    def test_shifting_by_nothing_keeps_a_day_without_work(self):
        self.assertEqual(self.days.shifted(SATURDAY, 0), SATURDAY)
        self.assertEqual(self.days.shifted(SATURDAY, 1), TUESDAY + WEEK)

    def test_holidays_are_no_working_days(self):
        days, _asked = weekdays_without(TUESDAY, WEDNESDAY)
        self.assertEqual(days.following(MONDAY), THURSDAY)
        self.assertEqual(days.length(MONDAY, FRIDAY), 3)

    def test_distance_is_signed(self):
        self.assertEqual(self.days.distance(MONDAY, MONDAY + WEEK), 5)
        self.assertEqual(self.days.distance(MONDAY + WEEK, MONDAY), -5)
        self.assertEqual(self.days.distance(SATURDAY, MONDAY + WEEK), 0)

    def test_length_and_last_day_belong_together(self):
        for length in range(1, 30):
            self.assertEqual(self.days.length(MONDAY, self.days.last(MONDAY, length)), length)
        self.assertEqual(self.days.length(SATURDAY, SUNDAY), 0)
        self.assertEqual(self.days.last(MONDAY, 0), MONDAY)

    def test_quarters_are_asked_once_and_only_when_needed(self):
        self.days.following(MONDAY, 10)
        self.days.following(FRIDAY, 10)
        self.assertEqual(self.asked, [(date(2026, 1, 1), date(2026, 3, 31))])
        self.assertEqual(self.days.following(date(2026, 3, 31)), date(2026, 4, 1))
        self.assertEqual(self.days.following(date(2026, 1, 1), -1), date(2025, 12, 31))
        self.assertEqual(
            self.asked[1:], [(date(2026, 4, 1), date(2026, 6, 30)), (date(2025, 10, 1), date(2025, 12, 31))]
        )

    def test_quarters_between_are_asked_too(self):
        self.days.following(MONDAY)
        self.assertEqual(self.days.distance(MONDAY, date(2029, 3, 2)), 784)
        self.assertEqual(len(self.asked), 13)

    def test_a_long_break_is_passed_over(self):
        holidays = [date(2026, 4, 1) + timedelta(days=number) for number in range(91)]
        days, _asked = weekdays_without(*holidays)
        self.assertEqual(days.following(date(2026, 3, 31)), date(2026, 7, 1))
        self.assertEqual(days.following(date(2026, 7, 1), -1), date(2026, 3, 31))

    def test_there_is_a_next_working_day_in_any_calendar(self):
        days = WorkingDays(lambda first, last: [])
        self.assertEqual(days.following(FRIDAY), date(2028, 1, 4))

    def test_the_next_step_begins_on_the_working_day_after(self):
        self.assertEqual(release(self.days, FRIDAY), MONDAY + WEEK)
        self.assertEqual(release(self.days, SATURDAY), MONDAY + WEEK)
        self.assertEqual(release(self.days, WEDNESDAY, takes_time=False), WEDNESDAY)

    def test_steps_follow_each_other(self):
        plan = lay_out(self.days, MONDAY, [Slot(2), Slot(3), Slot(1)])
        self.assertEqual(plan, [(MONDAY, TUESDAY), (WEDNESDAY, FRIDAY), (MONDAY + WEEK, MONDAY + WEEK)])

    def test_a_step_without_duration_takes_no_time(self):
        plan = lay_out(self.days, MONDAY, [Slot(1), Slot(0), Slot(1)])
        self.assertEqual(plan, [(MONDAY, MONDAY), (TUESDAY, TUESDAY), (TUESDAY, TUESDAY)])

    def test_distances_are_kept(self):
        plan = lay_out(self.days, MONDAY, [Slot(1), Slot(1, gap=2), Slot(2, gap=-1)])
        self.assertEqual(plan, [(MONDAY, MONDAY), (THURSDAY, THURSDAY), (THURSDAY, FRIDAY)])

    def test_a_step_that_stays_keeps_its_dates_without_work(self):
        plan = lay_out(self.days, SATURDAY, [Slot(5, start=SATURDAY, end=SUNDAY + WEEK), Slot(1)])
        self.assertEqual(plan[0], (SATURDAY, SUNDAY + WEEK))
        self.assertEqual(plan[1][0], MONDAY + 2 * WEEK)
