"""What is frozen of a sign-off, and when its signer is reminded; without the ORM."""

import hashlib
import json
from datetime import timedelta


def get_document_digest(content):
    """Return the SHA-256 of a file.

    :param bytes content: may be empty
    :rtype: str
    """
    return hashlib.sha256(content or b"").hexdigest()


def get_signoff_digest(facts):
    """Return the SHA-256 of what somebody is asked to confirm.

    :param dict facts: texts, numbers and lists of them; the same facts in another order have the same digest
    :rtype: str
    """
    return get_document_digest(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode())


def get_reminder_dates(sent_on, deadline, days_before, interval, limit):
    """Return the days on which a signer is reminded: first before the deadline, then at equal distances.

    :param date sent_on: day on which the request was sent: nobody is reminded on that day, or before
    :param date deadline: day until which an answer is asked for
    :param int days_before: days before the deadline of the first reminder, 0 or more
    :param int interval: days between two reminders, 1 or more
    :param int limit: how many reminders there are at most, 0 or more
    :rtype: list[date]
    """
    first = max(deadline - timedelta(days=days_before), sent_on + timedelta(days=1))
    return [first + timedelta(days=number * interval) for number in range(limit)]


def count_due_reminders(today, dates):
    """Return how many of these reminders are due by today.

    :param date today: the day
    :param list dates: days in their order
    :rtype: int
    """
    return sum(1 for date in dates if date <= today)
