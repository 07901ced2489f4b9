"""Geometry of charts of hours over time, without the ORM: days and amounts turned into points of a drawing.

The drawing has a view box, so that it fits any width; its words are as large as a phone needs them.
"""

import math
from datetime import timedelta
from typing import NamedTuple

from . import timeline

WIDTH, HEIGHT = 420, 220
LEFT, RIGHT, TOP, BOTTOM = 40, 12, 14, 24
MOST_STEPS = 4
# months that fit side by side
MOST_MONTHS = 6
# a forecast is not drawn further ahead than this, or than the time that has passed if that is more
NEAREST_HORIZON = timedelta(days=91)


class Frame(NamedTuple):
    """What a chart covers: its first and last day, its lowest and highest amount, and the way it is read."""

    first: object
    last: object
    low: float
    high: float
    is_rtl: bool = False

    def x(self, day):
        """Return where a day is, from the left; the drawing of a language from right to left is mirrored."""
        days = max((self.last - self.first).days, 1)
        share = (day - self.first).days / days
        place = LEFT + share * (WIDTH - LEFT - RIGHT)
        return round(WIDTH - place if self.is_rtl else place, 1)

    def y(self, amount):
        """Return where an amount is, from the top."""
        share = (amount - self.low) / (self.high - self.low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    def box(self):
        """Return the edges of the drawing and, within it, of what is drawn; of the view box, from left and top."""
        left, right = (RIGHT, WIDTH - LEFT) if self.is_rtl else (LEFT, WIDTH - RIGHT)
        return {"width": WIDTH, "height": HEIGHT, "left": left, "right": right, "top": TOP, "bottom": HEIGHT - BOTTOM}


def scale(low, high):
    """Return round amounts between which everything is drawn, lowest first.

    :param float low: smallest amount
    :param float high: largest amount
    :return: 2 to 6 amounts, 0 among them
    """
    low, high = min(low, 0.0), max(high, 0.0)
    span = (high - low) or float(MOST_STEPS)
    raw = span / MOST_STEPS
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), max(math.ceil(high / step - 1e-9), 1 if low == 0 else 0)
    # adding 0 makes -0.0 a plain 0
    return [round(step * number, 10) + 0.0 for number in range(first, last + 1)]


def cumulated(amounts):
    """Return the sum up to each day, of amounts by day.

    :param amounts: pairs of a day and an amount, in any order, several of a day as well
    :return: pairs of a day and the sum up to it, one a day, in order
    """
    by_day = {}
    for day, amount in amounts:
        by_day[day] = by_day.get(day, 0.0) + amount
    total, sums = 0.0, []
    for day in sorted(by_day):
        total += by_day[day]
        sums.append((day, total))
    return sums


def horizon(first, today, end):
    """Return the last day of a chart: the end that is forecast, unless it is so far off that the past would vanish.

    :param date first: first day of the chart
    :param date today: today
    :param date end: what is forecast; None if nothing is
    """
    if end is None or end <= today:
        return today
    return min(end, today + max(today - first, NEAREST_HORIZON))


def staircase(frame, sums, until):
    """Return the points of a line that stays level until something is added.

    :param Frame frame: of the chart
    :param sums: pairs of a day and an amount, in order
    :param date until: last day of the line
    :return: pairs of x and y; none without amounts
    """
    points, level = [], 0.0
    for day, amount in sums:
        if day > until:
            break
        points += [(frame.x(day), frame.y(level)), (frame.x(day), frame.y(amount))]
        level = amount
    if points:
        points.append((frame.x(until), frame.y(level)))
    return points


def straight(frame, start, end):
    """Return the points of a straight line, cut off where the chart ends; none if it has no length.

    :param Frame frame: of the chart
    :param tuple start: day and amount
    :param tuple end: day and amount
    """
    (first, low), (last, high) = start, end
    if last <= first:
        return []
    if last > frame.last:
        high = low + (high - low) * (frame.last - first).days / (last - first).days
        last = frame.last
    return [(frame.x(first), frame.y(low)), (frame.x(last), frame.y(high))] if last > first else []


def area(frame, points):
    """Return a line closed along the bottom, to be filled."""
    if not points:
        return []
    return [(points[0][0], frame.y(0)), *points, (points[-1][0], frame.y(0))]


def ticks(frame):
    """Return the days to write below a chart, with their x and which end of the word stands there.

    They are first days of months; a chart too short for one has its own first and last day.
    """
    found = [day for day, _place in timeline.ticks(frame.first, frame.last)]
    days = found[:: len(found) // (MOST_MONTHS + 1) + 1] or [frame.first, frame.last]
    return [(day, frame.x(day), timeline.anchor(100 * frame.x(day) / WIDTH, frame.is_rtl)) for day in days]


def path(points):
    """Return points as SVG writes them."""
    return " ".join(f"{x:g},{y:g}" for x, y in points)
