from datetime import UTC, date, datetime

from odoo.tests import BaseCase, tagged

from ..logic import reminder

# a Monday, half past eleven in the evening
NOW = datetime(2026, 3, 30, 23, 30, tzinfo=UTC)


@tagged("post_install", "-at_install")
class TestReminderLogic(BaseCase):
    def test_the_week_is_that_of_the_person(self):
        for zone, today in (
            ("UTC", date(2026, 3, 30)),
            (False, date(2026, 3, 30)),
            ("Mars/Olympus", date(2026, 3, 30)),
            ("Pacific/Kiritimati", date(2026, 3, 31)),
            ("Pacific/Honolulu", date(2026, 3, 30)),
            ("Europe/Brussels", date(2026, 3, 31)),
        ):
            first, last = reminder.last_week(NOW, zone)
            self.assertEqual((last, (last - first).days), (today, 7), zone)

    def test_days_begin_in_the_zone_of_the_person(self):
        begin, end = reminder.moments(date(2026, 3, 28), date(2026, 3, 30), "Europe/Brussels")
        # summer time began on the 29th
        self.assertEqual(begin.astimezone(UTC), datetime(2026, 3, 27, 23, tzinfo=UTC))
        self.assertEqual(end.astimezone(UTC), datetime(2026, 3, 29, 22, tzinfo=UTC))

    def test_monday(self):
        self.assertEqual(reminder.monday(date(2026, 3, 30)), date(2026, 3, 30))
        self.assertEqual(reminder.monday(date(2026, 4, 5)), date(2026, 3, 30))
