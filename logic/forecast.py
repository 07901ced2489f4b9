"""When packs of hours end at the pace of the last weeks, without the ORM: hours, and days of the calendar."""

import math
from datetime import date, timedelta
from typing import NamedTuple

from .packs import TINY

WEEK = 7
# a pace of minutes a week tells nothing about a day that is further off than this
FARTHEST = timedelta(days=5 * 365)
# after so many days an estimate is to be looked at again
STALE_DAYS = 30


class Pace(NamedTuple):
    """How fast time is taken from packs.

    ``weekly`` is in hours a week, ``weeks`` how many weeks it was taken over (not always whole ones).
    """

    weekly: float
    weeks: float


class End(NamedTuple):
    """When packs end.

    ``state`` is ``ended`` (nothing left), ``idle`` (no time was taken lately, so nobody knows), ``far`` (beyond any
    sensible plan) or ``dated``: then ``day`` is the first day on which nothing is left, ``weeks`` how far off it is.
    """

    state: str
    day: date = None
    weeks: float = None


class Estimate(NamedTuple):
    """What one application still needs, in working days; ``day`` is when that was estimated, None if nobody did."""

    name: str
    days: float
    day: date = None


class Need(NamedTuple):
    """What is still to be done: ``days`` of all estimates, and the names of those that are old or missing."""

    days: float
    stale: list
    missing: list


def window_start(today, weeks):
    """Return the first day of the weeks that the pace looks back on; today is their last day.

    :param date today: today
    :param int weeks: how many, 1 or more
    """
    return today - timedelta(days=WEEK * weeks - 1)


def pace(hours, first, today, weeks):
    """Return how many hours a week were taken, over the weeks in which there was work at all.

    Work that began less than a week ago is not scaled up: its hours are those of a week.

    :param float hours: taken since ``window_start``; corrections may make them negative
    :param date first: day of the first entry ever; None if there is none
    :param date today: today
    :param int weeks: how many weeks to look back on, 1 or more
    :rtype: Pace
    """
    if first is None or first > today:
        return Pace(0.0, 0.0)
    days = (today - max(first, window_start(today, weeks))).days + 1
    existed = max(days / WEEK, 1.0)
    return Pace(max(hours, 0.0) / existed, existed)


def end_of(left, weekly, today):
    """Return when the hours that are left end at a pace.

    :param float left: hours; 0 or less if nothing is left
    :param float weekly: hours a week
    :param date today: today
    :rtype: End
    """
    if left <= TINY:
        return End("ended")
    if weekly <= TINY:
        return End("idle")
    weeks = left / weekly
    if weeks * WEEK > FARTHEST.days:
        return End("far")
    return End("dated", today + timedelta(days=math.ceil(weeks * WEEK - TINY)), weeks)


def lapsing(left, weekly, today, last):
    """Return the hours that a pack still has when its validity ends, at that pace.

    :param float left: hours
    :param float weekly: hours a week
    :param date today: today
    :param date last: last day of the validity; None if it has none
    """
    if not last or left <= TINY:
        return 0.0
    days = max((last - today).days, 0)
    rest = left - weekly * days / WEEK
    return rest if rest > TINY else 0.0


def need(estimates, today):
    """Return what applications still need; those that nobody has estimated are named, not guessed.

    :param list[Estimate] estimates: of the applications in scope
    :param date today: today
    :rtype: Need
    """
    known = [estimate for estimate in estimates if estimate.day]
    oldest = today - timedelta(days=STALE_DAYS)
    return Need(
        days=sum(max(estimate.days, 0.0) for estimate in known),
        # what needs nothing any more is done: there is nothing to estimate anew
        stale=[estimate.name for estimate in known if estimate.day < oldest and estimate.days > 0],
        missing=[estimate.name for estimate in estimates if not estimate.day],
    )
