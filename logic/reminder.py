"""Which week a reminder is about, without the ORM: each person has the days of the own time zone."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

WEEK = timedelta(days=7)


def zone(name):
    """Return a time zone; UTC for an unknown name or none."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def last_week(now, name):
    """Return the first day that is looked at, and today: the seven days before today, as the person counts them.

    :param datetime now: aware
    :param str name: of the person's time zone; may be empty
    """
    today = now.astimezone(zone(name)).date()
    return today - WEEK, today


def moments(first, today, name):
    """Return when the days before today begin and end.

    :param date first: first day
    :param date today: the day after the last one
    :param str name: of the time zone; may be empty
    :return: two aware moments
    """
    return tuple(datetime.combine(day, time.min, tzinfo=zone(name)) for day in (first, today))


def monday(day):
    """Return the Monday of the week of a day."""
    return day - timedelta(days=day.weekday())
