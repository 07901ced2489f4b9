"""What became of packs in a period, line by line: arithmetic in hours and days of the calendar, without the ORM."""

from collections.abc import Hashable
from datetime import timedelta
from typing import NamedTuple

from .packs import TINY, PackFacts, PackLedger


class PackTerms(NamedTuple):
    """A pack over time: bought on ``day``; from ``closed_from`` on, where it is set, what it has left is lost."""

    key: Hashable
    purchased: float
    day: object
    closed_from: object = None


class PackUse(NamedTuple):
    """Hours taken from a pack on a day."""

    key: Hashable
    day: object
    hours: float


class PackMove(NamedTuple):
    """One line of a statement.

    ``kind`` is bought, deducted, carried or lapsed; ``change`` is what it does to the balance, in hours. ``use`` is
    the place in the list of uses of a deducted one; ``debtor`` and ``hours`` tell of a carried one what ``key`` pays.
    """

    kind: str
    day: object
    key: Hashable
    change: float
    use: int | None = None
    debtor: Hashable = None
    hours: float = 0.0


class PackStatement:
    """The account of some packs of one project from ``first`` to ``last``, both included.

    ``opening`` and ``closing`` are what these packs have available, the excess of the other packs of the project
    included, on the eve of ``first`` and at the end of ``last``; ``moves`` lead from the one to the other.

    :param list[PackTerms] packs: all packs of the project, oldest first
    :param dict used: hours taken from each pack before ``first``
    :param list[PackUse] uses: of the period, in the order of the days
    :param keys: of the packs whose account this is
    """

    def __init__(self, packs, used, uses, keys, first, last):
        self._packs, self._used, self._keys = packs, dict(used), set(keys)
        self.moves = []
        ledger = self._build_ledger(first - timedelta(days=1))
        self.opening = self._total(ledger)
        by_day = {}
        for place, use in enumerate(uses):
            by_day.setdefault(use.day, []).append((place, use))
        turns = {day for pack in packs for day in (pack.day, pack.closed_from) if day and first <= day <= last}
        for day in sorted(turns | set(by_day)):
            ledger = self._pass_day(day, by_day.get(day, ()), ledger)
        self.closing = self._total(ledger)

    def _build_ledger(self, day):
        """Return the packs as they stood at the end of a day: those bought by then, and those used before."""
        return PackLedger(
            [
                PackFacts(
                    key=pack.key,
                    purchased=pack.purchased if pack.day <= day else 0.0,
                    used=self._used.get(pack.key, 0.0),
                    is_closed=bool(pack.closed_from and pack.closed_from <= day),
                )
                for pack in self._packs
                if pack.day <= day or self._used.get(pack.key)
            ]
        )

    def _total(self, ledger):
        return sum(ledger.available(key) for key in self._keys if key in ledger)

    def _pass_day(self, day, uses, before):
        for pack in self._packs:
            if pack.day == day and pack.key in self._keys:
                self.moves.append(PackMove("bought", day, pack.key, pack.purchased))
        for place, use in uses:
            self._used[use.key] = self._used.get(use.key, 0.0) + use.hours
            if use.key in self._keys:
                self.moves.append(PackMove("deducted", day, use.key, -use.hours, use=place))
        ledger = self._build_ledger(day)
        self._carry_over(day, before, ledger)
        for pack in self._packs:
            lost = self._lapsed(ledger, pack.key) - self._lapsed(before, pack.key)
            if pack.key in self._keys and abs(lost) > TINY:
                self.moves.append(PackMove("lapsed", day, pack.key, -lost))
        return ledger

    @staticmethod
    def _lapsed(ledger, key):
        return ledger.lapsed(key) if key in ledger else 0.0

    def _carry_over(self, day, before, after):
        """Tell what packs pay for each other now and did not before; among packs of one account it changes nothing."""
        carried = {}
        for sign, ledger in ((-1, before), (1, after)):
            for it in ledger.carry_overs:
                carried[it.debtor, it.payer] = carried.get((it.debtor, it.payer), 0.0) + sign * it.hours
        for (debtor, payer), hours in carried.items():
            if abs(hours) <= TINY or self._keys.isdisjoint((debtor, payer)):
                continue
            change = hours * ((debtor in self._keys) - (payer in self._keys))
            self.moves.append(PackMove("carried", day, payer, change, debtor=debtor, hours=hours))
