"""The share of the kick-off in the hours of a project: arithmetic and places on its bar, without the ORM."""

TOO_FAST, RIGHT, TOO_LONG = "too_fast", "right", "too_long"


def share(hours, planned):
    """Return hours in % of the planned hours, to one decimal; None if nothing is planned."""
    return round(100 * hours / planned, 1) if planned > 0 else None


def verdict(percent, low, high):
    """Say how a share lies to its band.

    :param float percent: the share, None if it is not known
    :param float low: where the band begins, in %, included
    :param float high: where it ends, in %, included
    :return: ``too_fast``, ``right``, ``too_long``; None if the share is not known
    """
    if percent is None:
        return None
    if percent < low:
        return TOO_FAST
    return TOO_LONG if percent > high else RIGHT


def places(percent, low, high):
    """Return where things stand on the bar, in % of its width.

    The bar is twice as long as the band reaches, and longer if the share goes beyond.

    :param float percent: the share
    :return: ``length`` of the share, ``band_start`` and ``band_length``
    :rtype: dict
    """
    whole = max(2 * high, percent, 1)
    return {
        "length": round(100 * percent / whole, 2),
        "band_start": round(100 * low / whole, 2),
        "band_length": round(100 * (high - low) / whole, 2),
    }
