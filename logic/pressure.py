"""How much a project in support is asking, month by month, without the ORM."""

from typing import NamedTuple

MONTHS = 6
# a mean that differs by less is no trend
NOTABLE = 0.25


class Pressure(NamedTuple):
    """Tickets of one project in the last months.

    :param list months: number of tickets of each month, the oldest first, the present one last
    :param int helped: how many of all of them needed the consultant
    """

    months: list
    helped: int

    @property
    def total(self):
        return sum(self.months)

    @property
    def helped_share(self):
        """Percent of the tickets that needed the consultant; 0 without tickets."""
        return 100 * self.helped / self.total if self.total else 0.0

    @property
    def trend(self):
        """Whether the tickets of the full months become more: rising, falling, steady, or none without tickets.

        The present month is not over, so that it does not count; the later half of the others is set against the
        earlier one.
        """
        if not self.total:
            return "none"
        full = self.months[:-1]
        half = len(full) // 2
        earlier, later = sum(full[:half]), sum(full[-half:]) if half else 0
        if abs(later - earlier) <= NOTABLE * max(earlier, later) or max(earlier, later) < 2:
            return "steady"
        return "rising" if later > earlier else "falling"
