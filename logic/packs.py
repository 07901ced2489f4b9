"""What packs of hours have left: arithmetic in hours, without the ORM."""

from collections.abc import Hashable
from typing import NamedTuple

# half a second: what is less than that is a rounding of floats, not time
TINY = 0.5 / 3600


class PackFacts(NamedTuple):
    """One pack of a project.

    ``latest`` is the day of its last entry, whether that counts or not; it may be empty.
    ``first`` and ``last`` are the days from which and until which time may be taken from it, either may be empty;
    What ``is_closed`` packs (cancelled, lapsed) have left is lost. Cancelled ones take no time any more; lapsed ones
    still take that of their days, for it is often logged some days later.
    """

    key: Hashable
    purchased: float
    used: float
    latest: object = None
    first: object = None
    last: object = None
    is_closed: bool = False
    is_cancelled: bool = False


class CarryOver(NamedTuple):
    """Hours that one pack has given out beyond its end, and that another one pays."""

    debtor: Hashable
    payer: Hashable
    hours: float


class PackLedger:
    """The packs of one project, oldest first.

    ``remaining`` is purchased minus used, and may be negative. ``available`` takes the excess of a pack from the one
    after it, and so on; what is still left from the ones before it; what nobody pays stays with the last one. So the
    sum of what is available is the sum of what remains, less what is lost with packs that were closed.
    """

    def __init__(self, packs):
        self._packs = {pack.key: pack for pack in packs}
        self._used = {pack.key: pack.used for pack in packs}
        self._refresh()

    def __len__(self):
        return len(self._packs)

    def __contains__(self, key):
        return key in self._packs

    def remaining(self, key):
        """Return purchased minus used hours of a pack."""
        return self._packs[key].purchased - self._used[key]

    def available(self, key):
        """Return the hours that can still be taken from a pack, after the excess of others."""
        return self._available[key]

    def lapsed(self, key):
        """Return the hours that are lost with a closed pack."""
        return max(self.remaining(key), 0.0) if self._packs[key].is_closed else 0.0

    @property
    def carry_overs(self):
        """What packs pay for each other, in the order of the packs."""
        return list(self._carry_overs)

    @property
    def purchased(self):
        """The hours of all packs together."""
        return sum(pack.purchased for pack in self._packs.values())

    @property
    def used(self):
        """The hours that were taken from all packs together."""
        return sum(self._used.values())

    @property
    def latest(self):
        """The day of the last entry that was on these packs when the ledger was drawn up; None without one."""
        return max((pack.latest for pack in self._packs.values() if pack.latest), default=None)

    @property
    def total(self):
        """The hours that all packs together have left; negative if more was given out than bought."""
        return sum(self._available.values())

    def share(self, key):
        """Return how much of a pack is gone, others' excess included: 0 to 1, and above if it is overdrawn."""
        purchased = self._packs[key].purchased
        return (purchased - self._available[key]) / purchased if purchased > 0 else 0.0

    def take(self, key, hours):
        """Take hours from a pack; negative ones go back to it."""
        self._used[key] += hours
        self._refresh()

    def choose(self, day):
        """Return which pack an entry of that day goes to: the oldest one that has something left, else the last one.

        :return: its key; None if no pack takes time of that day
        """
        takers = [pack.key for pack in self._packs.values() if self._takes(pack, day)]
        with_rest = (key for key in takers if self._available[key] + self.lapsed(key) > TINY)
        return next(with_rest, takers[-1] if takers else None)

    def takes(self, key, day):
        """Tell whether a pack takes time of that day."""
        return self._takes(self._packs[key], day)

    def _takes(self, pack, day):
        return not (
            pack.is_cancelled or (pack.first and day and day < pack.first) or (pack.last and day and day > pack.last)
        )

    def _refresh(self):
        self._carry_overs = []
        left = {key: pack.purchased - self._used[key] for key, pack in self._packs.items()}
        self._available = {
            key: 0.0 if hours < 0 or self._packs[key].is_closed else hours for key, hours in left.items()
        }
        if min(left.values(), default=0.0) >= 0:
            return
        debts = []
        for key, hours in left.items():
            debts = self._pay(debts, key)
            if hours < 0:
                debts.append((key, -hours))
        for key in self._packs:
            debts = self._pay(debts, key)
        self._settle_with_last(debts)

    def _pay(self, debts, payer):
        left = []
        for debtor, hours in debts:
            paid = min(hours, self._available[payer])
            if paid > 0 and debtor != payer:
                self._available[payer] -= paid
                self._carry_overs.append(CarryOver(debtor, payer, paid))
                hours -= paid
            if hours > 0:
                left.append((debtor, hours))
        return left

    def _settle_with_last(self, debts):
        """What nobody pays is owed by the last pack: the ones before it are used up, no more."""
        if not debts:
            return
        last = next(
            (key for key in reversed(self._packs) if not self._packs[key].is_closed), next(reversed(self._packs))
        )
        for debtor, hours in debts:
            self._available[last] -= hours
            if debtor != last:
                self._carry_overs.append(CarryOver(debtor, last, hours))
