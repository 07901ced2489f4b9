"""Arithmetic of a sales hand-over: days sold, days needed, days available. All in working days."""


def needed_days(usual, remaining=None):
    """Return the days that an app still needs: what was estimated on this project, else what is usual.

    :param float usual: days that the app usually takes
    :param float remaining: days estimated on the project; ``None`` if nobody has estimated
    """
    return max(usual if remaining is None else remaining, 0.0)


def short_of(needed, available):
    """Return how many days are missing, 0 if there are enough.

    :param float needed: days
    :param float available: days
    """
    return max(round(needed - available, 2), 0.0)


def days_to_work(needed, sold):
    """Return the days that have to fit before the client's date: what is sold, or what the scope needs if it is more.

    :param float needed: days that the apps in scope need
    :param float sold: days
    """
    return max(needed, sold, 0.0)
