"""When the steps of a project are to begin and to end: arithmetic on working days, without the ORM."""

from bisect import bisect_left
from datetime import date, timedelta
from typing import NamedTuple

ONE_DAY = timedelta(days=1)
# nobody plans farther ahead, or back, than this
FARTHEST_YEARS = 20
# quarters without a working day
LONGEST_BREAK = 8


def is_plannable(day, today):
    """Tell whether a day is near enough to plan for: calendars are read day by day."""
    return abs(day.year - today.year) <= FARTHEST_YEARS


class WorkingDays:
    """The working days of one calendar, fetched a quarter of a year at a time when they are first asked for.

    :param fetch: function of the first and the last day of a quarter that returns the working days between them, both
        included. After two years without any, working weeks are those from Monday to Friday, so that there is always
        a next working day
    """

    def __init__(self, fetch):
        self._fetch = fetch
        self._days = []
        self._quarters = None
        self._empty = 0

    def following(self, day, number=1):
        """Return the working day that is so many working days after a day; 0: the day itself if it is one.

        :param date day: any day; one that is none counts as the working day after it
        :param int number: working days; negative: before it
        """
        rank = self._rank(day) + number
        while rank < 0:
            rank += self._add_quarter(self._quarters[0] - 1)
        while rank >= len(self._days):
            self._add_quarter(self._quarters[1] + 1)
        return self._days[rank]

    def shifted(self, day, number):
        """Return a day moved by so many working days; by 0 it stays what it is, working day or not."""
        return self.following(day, number) if number else day

    def distance(self, start, end):
        """Return how many working days there are from one day to another; negative if the other comes before."""
        self._cover(start)
        self._cover(end)
        return self._rank(end) - self._rank(start)

    def length(self, start, end):
        """Return how many working days a stretch of time has, its first and its last day included."""
        return max(self.distance(start, end + ONE_DAY), 0)

    def last(self, start, length):
        """Return the last day of a stretch of so many working days; one of no length ends where it starts."""
        return self.following(start, length - 1) if length else start

    def _rank(self, day):
        self._cover(day)
        return bisect_left(self._days, day)

    def _cover(self, day):
        quarter = day.year * 4 + (day.month - 1) // 3
        if self._quarters is None:
            self._quarters = (quarter, quarter - 1)
        while quarter < self._quarters[0]:
            self._add_quarter(self._quarters[0] - 1)
        while quarter > self._quarters[1]:
            self._add_quarter(self._quarters[1] + 1)

    def _add_quarter(self, quarter):
        first, last = _first_day(quarter), _first_day(quarter + 1) - ONE_DAY
        days = sorted(self._fetch(first, last))
        self._empty = 0 if days else self._empty + 1
        if self._empty > LONGEST_BREAK:
            days = weekdays(first, last)
        if quarter < self._quarters[0]:
            self._days = days + self._days
            self._quarters = (quarter, self._quarters[1])
        else:
            self._days += days
            self._quarters = (self._quarters[0], quarter)
        return len(days)


class Slot(NamedTuple):
    """A step to be laid out: how long it takes and how far it stands from the one before it, both in working days."""

    length: int
    gap: int = 0
    start: date | None = None
    end: date | None = None


def release(days, end, takes_time=True):
    """Return the first working day on which the next step may begin.

    :param WorkingDays days: of the project
    :param date end: when the step ends
    :param bool takes_time: a step that takes no time lets the next one begin the same day
    """
    return days.following(end + ONE_DAY, 0) if takes_time else end


def lay_out(days, first_day, slots):
    """Return start and end of steps that follow each other, each with its length and gap.

    A step that would begin where it is planned already keeps its dates to the day, also if they are no working days.

    :param WorkingDays days: of the project
    :param date first_day: when the first step may begin
    :param list slots: the steps, in order
    :return: tuples of start and end
    """
    plan, cursor = [], first_day
    for slot in slots:
        start = days.following(cursor, slot.gap)
        end = days.last(start, slot.length)
        if slot.start and slot.end and days.distance(slot.start, start) == 0:
            start, end = slot.start, slot.end
        plan.append((start, end))
        cursor = release(days, end, slot.length > 0)
    return plan


def weekdays(first, last):
    """Return the days from Monday to Friday between two days, both included."""
    every = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in every if day.weekday() < 5]


def _first_day(quarter):
    return date(quarter // 4, quarter % 4 * 3 + 1, 1)
