from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from odoo.addons.project_lifecycle.logic.offsets import WorkingDayOffsets
from odoo.addons.project_lifecycle.logic.planning import WorkingDays

# all in March 2026: the 2nd is a Monday
MONDAY, FRIDAY, SATURDAY, SUNDAY = date(2026, 3, 2), date(2026, 3, 6), date(2026, 3, 7), date(2026, 3, 8)
ONE_DAY = timedelta(days=1)


def weekdays(first, last):
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < 5]


@tagged("post_install", "-at_install")
class TestWorkingDayOffsets(BaseCase):
    def move(self, day, start, new_start, working_days=weekdays):
        return WorkingDayOffsets(start, new_start, WorkingDays(working_days)).move(day)

    def test_distance_is_kept_over_a_weekend(self):
        self.assertEqual(self.move(FRIDAY, MONDAY, date(2026, 3, 11)), date(2026, 3, 17))
        self.assertEqual(self.move(date(2026, 3, 17), date(2026, 3, 11), MONDAY), FRIDAY)

    def test_the_start_goes_to_the_start(self):
        self.assertEqual(self.move(MONDAY, MONDAY, date(2026, 3, 12)), date(2026, 3, 12))

    def test_a_start_on_a_day_off_counts_as_the_next_working_day(self):
        self.assertEqual(self.move(FRIDAY, MONDAY, SATURDAY), date(2026, 3, 13))
        self.assertEqual(self.move(date(2026, 3, 13), SATURDAY, MONDAY), FRIDAY)
        self.assertEqual(self.move(SATURDAY, SATURDAY, MONDAY), MONDAY)
        self.assertEqual(self.move(SUNDAY, SATURDAY, MONDAY), MONDAY)

    def test_a_day_off_counts_as_the_working_day_before(self):
        self.assertEqual(self.move(SATURDAY, MONDAY, date(2026, 3, 9)), date(2026, 3, 13))
        self.assertEqual(self.move(SUNDAY, MONDAY, date(2026, 3, 3)), date(2026, 3, 9))

    def test_days_before_the_start(self):
        self.assertEqual(self.move(date(2026, 2, 27), MONDAY, date(2026, 3, 9)), FRIDAY)
        self.assertEqual(self.move(date(2026, 2, 26), MONDAY, date(2026, 3, 11)), date(2026, 3, 9))

    def test_without_a_change_of_start_days_off_stay(self):
        self.assertEqual(self.move(SATURDAY, MONDAY, MONDAY), SATURDAY)

    def test_order_is_kept(self):
        offsets = WorkingDayOffsets(date(2026, 3, 4), date(2027, 1, 2), WorkingDays(weekdays))
        days = [date(2026, 1, 1) + timedelta(days=number) for number in range(200)]
        moved = [offsets.move(day) for day in days]
        self.assertEqual(moved, sorted(moved))
        self.assertTrue(all(day.weekday() < 5 for day in moved))

    def test_far_away_and_back(self):
        far = date(2031, 6, 12)
        there = self.move(far, MONDAY, date(2001, 5, 8))
        self.assertEqual(self.move(there, date(2001, 5, 8), MONDAY), far)

    def test_days_far_before_the_start(self):
        def until_2026_a_day_a_month(first, last):
            days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
            return [day for day in days if day >= MONDAY or day.day == 1]

        start = MONDAY + timedelta(days=40)
        moved = self.move(MONDAY, start, MONDAY + ONE_DAY, until_2026_a_day_a_month)
        self.assertEqual(moved, date(2023, 1, 1), "40 working days before, most of them one a month")

    def test_the_calendar_is_read_piece_by_piece(self):
        read = []

        def watched(first, last):
            read.append((first, last))
            return weekdays(first, last)

        offsets = WorkingDayOffsets(MONDAY, date(2026, 6, 1), WorkingDays(watched))
        for number in range(300):
            offsets.move(MONDAY + timedelta(days=number))
        self.assertLessEqual(len(read), 6, "from March to June of the next year, a quarter at a time")
        ordered = sorted(read)
        self.assertTrue(all(before[1] < after[0] for before, after in zip(ordered, ordered[1:], strict=False)))
