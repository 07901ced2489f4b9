"""Dates that keep their distance from a start in working days, without the ORM."""

from datetime import timedelta


class WorkingDayOffsets:
    """Moves days from one start to another so that they keep their distance from it in working days.

    A day off counts as the working day before it, though never as one before the start.

    :param date start: from when the days are counted
    :param date new_start: from when they are counted afterwards
    :param project_lifecycle.logic.planning.WorkingDays days: of the project
    """

    def __init__(self, start, new_start, days):
        self.start = start
        self.new_start = new_start
        self._days = days

    def move(self, day):
        """Return the day that is as many working days from the new start as this one is from the old.

        Without a change of start every day stays, days off too.
        """
        if self.start == self.new_start:
            return day
        offset = self._days.distance(self.start, day + timedelta(days=1)) - 1
        if day >= self.start:
            offset = max(offset, 0)
        return self._days.following(self.new_start, offset)
