"""Which time the hours that a client agreed to cover, without the ORM."""

from .packs import TINY


def cover(left, amounts):
    """Return which of several entries are covered: each as a whole, in their order, as long as hours are left.

    An entry that needs more than is left stays uncovered: it is never cut, and no more is taken than was agreed.

    :param float left: hours that may still be taken
    :param list[float] amounts: hours of the entries, negative ones being corrections
    :rtype: list[bool]
    """
    covered = []
    for amount in amounts:
        fits = amount <= left + TINY
        covered.append(fits)
        if fits:
            left -= amount
    return covered
