"""Where things stand on a drawn timeline: days turned into percents of its width, without the ORM."""

from datetime import date

MOST_TICKS = 7
# how near to an edge, in %, a month would be cut off on a phone
EDGE = 5


def span(periods, today):
    """Return the first and the last day of a timeline.

    :param periods: pairs of a first and a last day, either may be missing
    :param date today: always within the timeline
    """
    days = [day for period in periods for day in period if day] + [today]
    return min(days), max(days)


def place(period, first, last):
    """Return where a period begins and how long it is, in % of the timeline; None if it has no first day.

    :param tuple period: first and last day, both included; without a last day it lasts one day
    """
    start, end = period
    if not start:
        return None
    days = (last - first).days + 1
    length = ((end or start) - start).days + 1
    return round(100 * (start - first).days / days, 2), round(100 * max(length, 1) / days, 2)


def ticks(first, last):
    """Return the months to write on a timeline: pairs of their first day and its place in %.

    They are as many as fit on a phone.
    """
    months = (last.year - first.year) * 12 + last.month - first.month
    step = months // MOST_TICKS + 1
    starts = (_first_of_month(first, count) for count in range(1, months + 1, step))
    days = (last - first).days + 1
    return [(day, round(100 * (day - first).days / days, 2)) for day in starts]


def anchor(x, is_rtl):
    """Return which end of a word stands at a place, so that the word does not leave the timeline at its edges.

    :param float x: the place, in % from the left
    :param bool is_rtl: whether the word is read from right to left
    """
    if EDGE <= x <= 100 - EDGE:
        return "middle"
    return "start" if (x < EDGE) != is_rtl else "end"


def mirrored(place_of):
    """Return a place as seen in a language that is read from right to left."""
    start, length = place_of
    return round(100 - start - length, 2), length


def _first_of_month(day, months):
    """Return the first day of the month that comes so many months after a day's own."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def until(start, today):
    """Return the last day of what is still going on: today, unless it is yet to start."""
    return max(start, today) if start else None
