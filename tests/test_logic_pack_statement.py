import random
from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ..logic.duration import parse_hours
from ..logic.pack_statement import PackStatement, PackTerms, PackUse
from ..logic.packs import PackFacts, PackLedger

DAY = date(2026, 3, 1)


def day(number):
    return DAY + timedelta(days=number)


@tagged("post_install", "-at_install")
class TestLogicPackStatement(BaseCase):
    def moves(self, statement):
        return [(move.kind, move.key, (move.day - DAY).days, round(move.change, 6)) for move in statement.moves]

    def test_opening_moves_and_closing(self):
        packs = [PackTerms("a", 10, day(-30))]
        uses = [PackUse("a", day(1), 2.5), PackUse("a", day(2), 1)]
        statement = PackStatement(packs, {"a": 3}, uses, ["a"], day(0), day(30))
        self.assertEqual((statement.opening, statement.closing), (7, 3.5))
        self.assertEqual(self.moves(statement), [("deducted", "a", 1, -2.5), ("deducted", "a", 2, -1)])
        self.assertEqual([move.use for move in statement.moves], [0, 1])

    def test_bought_in_the_period(self):
        packs = [PackTerms("a", 10, day(0)), PackTerms("b", 5, day(31))]
        statement = PackStatement(packs, {}, [], ["a", "b"], day(0), day(30))
        self.assertEqual((statement.opening, statement.closing), (0, 10))
        self.assertEqual(self.moves(statement), [("bought", "a", 0, 10)])

    def test_excess_is_carried_over_and_changes_nothing_for_the_whole(self):
        packs = [PackTerms("a", 2, day(-9)), PackTerms("b", 5, day(-8))]
        statement = PackStatement(packs, {}, [PackUse("a", day(1), 3)], ["a", "b"], day(0), day(9))
        self.assertEqual(self.moves(statement), [("deducted", "a", 1, -3), ("carried", "b", 1, 0)])
        carried = statement.moves[1]
        self.assertEqual((carried.debtor, carried.hours), ("a", 1))
        self.assertEqual((statement.opening, statement.closing), (7, 4))

    def test_excess_in_the_account_of_one_pack(self):
        packs = [PackTerms("a", 2, day(-9)), PackTerms("b", 5, day(-8))]
        uses = [PackUse("a", day(1), 3)]
        debtor = PackStatement(packs, {}, uses, ["a"], day(0), day(9))
        self.assertEqual(self.moves(debtor), [("deducted", "a", 1, -3), ("carried", "b", 1, 1)])
        self.assertEqual((debtor.opening, debtor.closing), (2, 0))
        payer = PackStatement(packs, {}, uses, ["b"], day(0), day(9))
        self.assertEqual(self.moves(payer), [("carried", "b", 1, -1)])
        self.assertEqual((payer.opening, payer.closing), (5, 4))

    def test_debt_that_a_later_pack_takes_over(self):
        packs = [PackTerms("a", 2, day(-9)), PackTerms("b", 5, day(3))]
        statement = PackStatement(packs, {"a": 3}, [], ["a", "b"], day(0), day(9))
        self.assertEqual((statement.opening, statement.closing), (-1, 4))
        self.assertEqual(self.moves(statement), [("bought", "b", 3, 5), ("carried", "b", 3, 0)])

    def test_what_lapses(self):
        packs = [PackTerms("a", 10, day(-9), day(4))]
        statement = PackStatement(packs, {"a": 3}, [], ["a"], day(0), day(9))
        self.assertEqual(self.moves(statement), [("lapsed", "a", 4, -7)])
        self.assertEqual((statement.opening, statement.closing), (7, 0))

    def test_time_before_the_pack(self):
        packs = [PackTerms("a", 10, day(2))]
        statement = PackStatement(packs, {"a": 3}, [], ["a"], day(0), day(9))
        self.assertEqual((statement.opening, statement.closing), (-3, 7))

    def test_moves_lead_from_opening_to_closing_which_is_the_ledger(self):
        rng = random.Random(20260301)
        for run in range(300):
            packs = [
                PackTerms(
                    key, rng.randint(1, 20), day(rng.randint(-5, 20)), rng.choice([None, day(rng.randint(0, 40))])
                )
                for key in range(rng.randint(1, 4))
            ]
            packs.sort(key=lambda pack: (pack.day, pack.key))
            uses = sorted(
                (
                    PackUse(rng.choice(packs).key, day(rng.randint(-5, 30)), rng.randint(-2, 12) / 4)
                    for _number in range(rng.randint(0, 30))
                ),
                key=lambda use: use.day,
            )
            first, last = day(rng.randint(-5, 10)), day(rng.randint(11, 30))
            keys = [pack.key for pack in packs if rng.random() < 0.7]
            used = {}
            for use in uses:
                if use.day < first:
                    used[use.key] = used.get(use.key, 0) + use.hours
            within = [use for use in uses if first <= use.day <= last]
            statement = PackStatement(packs, used, within, keys, first, last)
            change = sum(move.change for move in statement.moves)
            self.assertAlmostEqual(statement.opening + change, statement.closing, msg=f"run {run}")
            self.assertEqual([m.day for m in statement.moves], sorted(m.day for m in statement.moves))
            for use in within:
                used[use.key] = used.get(use.key, 0) + use.hours
            ledger = PackLedger(
                [
                    PackFacts(
                        pack.key,
                        pack.purchased if pack.day <= last else 0,
                        used.get(pack.key, 0),
                        is_closed=bool(pack.closed_from and pack.closed_from <= last),
                    )
                    for pack in packs
                    if pack.day <= last or used.get(pack.key)
                ]
            )
            expected = sum(ledger.available(key) for key in keys if key in ledger)
            self.assertAlmostEqual(statement.closing, expected, msg=f"run {run}")


@tagged("post_install", "-at_install")
class TestLogicDuration(BaseCase):
    def test_what_people_write(self):
        for text, hours in (("1:30", 1.5), (" 2 ", 2), ("1.5", 1.5), ("1,25", 1.25), ("0:05", 5 / 60), ("24:00", 24)):
            self.assertAlmostEqual(parse_hours(text), hours, msg=text)

    def test_what_is_no_duration(self):
        for text in (None, "", "abc", "-1", "1:60", "1e3", "nan", "inf", "1:30:00", "1.5.2", "٣"):
            with self.assertRaises(ValueError, msg=text):
                parse_hours(text)
