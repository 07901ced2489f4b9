"""Dates that keep their distance from a start in working days, without the ORM."""

from bisect import bisect_left, bisect_right
from datetime import timedelta

PIECE = timedelta(days=366)
ONE_DAY = timedelta(days=1)


class WorkingDayOffsets:
    """Moves days from one start to another so that they keep their distance from it in working days.

    A day off counts as the working day before it, though never as one before the start. Calendars are read in pieces,
    as far as they are needed, and each piece once.

    :param date start: from when the days are counted
    :param date new_start: from when they are counted afterwards
    :param working_days: a function of two dates that returns the working days from the first to the second, both
        included, in order
    """

    def __init__(self, start, new_start, working_days):
        self.start = start
        self.new_start = new_start
        self._read = working_days
        self._days = []
        self._first = None
        self._last = None

    def move(self, day):
        """Return the day that is as many working days from the new start as this one is from the old.

        Without a change of start every day stays, days off too. Where a whole year has no working day, the distance
        is kept in calendar days.
        """
        if self.start == self.new_start:
            return day
        self._cover(min(day, self.start, self.new_start), max(day, self.start, self.new_start))
        offset = bisect_right(self._days, day) - 1 - bisect_left(self._days, self.start)
        if day >= self.start:
            offset = max(offset, 0)
        index = bisect_left(self._days, self.new_start) + offset
        while index < 0:
            added = self._add_before()
            if not added:
                return day + (self.new_start - self.start)
            index += added
        while index >= len(self._days):
            if not self._add_after():
                return day + (self.new_start - self.start)
        return self._days[index]

    def _cover(self, first, last):
        if self._first is None:
            self._first, self._last = first, last
            self._days = list(self._read(first, last))
        while first < self._first:
            self._add_before()
        while last > self._last:
            self._add_after()

    def _add_before(self):
        days = list(self._read(self._first - PIECE, self._first - ONE_DAY))
        self._days[:0] = days
        self._first -= PIECE
        return len(days)

    def _add_after(self):
        days = list(self._read(self._last + ONE_DAY, self._last + PIECE))
        self._days += days
        self._last += PIECE
        return len(days)
