"""Geometry of the drawings of a report, without the ORM: days and numbers turned into lengths of a row.

Words stand beside the drawings, in the text of the page: so they follow its language, and a PDF breaks them well.
"""

from datetime import date
from typing import NamedTuple

from . import timeline


class Scale(NamedTuple):
    """The days that a drawing covers, and how wide it is in pixels."""

    first: date
    last: date
    width: int
    is_rtl: bool = False

    def bar(self, period):
        """Return where a period begins and how long it is, in pixels; None if it has no first day.

        :param tuple period: first and last day; without a last day it lasts one day
        """
        found = timeline.place(period, self.first, self.last)
        if not found:
            return None
        start, length = timeline.mirrored(found) if self.is_rtl else found
        length = max(length * self.width / 100, 2.0)
        return round(min(start * self.width / 100, self.width - length), 1), round(length, 1)

    def x(self, day):
        """Return the middle of a day, in pixels from the left."""
        start, length = self.bar((day, day))
        return round(start + length / 2, 1)

    def months(self):
        """Return the months to write: pairs of their first day and its place in pixels."""
        return [(day, self.x(day)) for day, _place in timeline.ticks(self.first, self.last)]


def scale(days, today, width, is_rtl=False):
    """Return the scale on which days are drawn; today is always on it.

    :param days: in any order, None among them
    """
    first, last = timeline.span([(day, None) for day in days], today)
    return Scale(first, last, width, is_rtl)


def share(amount, whole, width):
    """Return how long the bar of an amount is, in pixels; a whole of nothing has no bar.

    :param float amount: what is there
    :param float whole: what fills the width
    """
    if whole <= 0 or amount <= 0:
        return 0.0
    return round(min(amount / whole, 1.0) * width, 1)
