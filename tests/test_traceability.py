import ast
import re
from collections import Counter
from pathlib import Path

from odoo.tests import BaseCase, tagged

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "traceability.md"
GRADES = {"enforced", "recorded", "told", "manual tick", "planned"}


def numbered(prefix, last, letters):
    """Return the numbers of one series: those in ``letters`` are split into a, b, c …"""
    numbers = []
    for number in range(1, last + 1):
        split = letters.get(number, "")
        numbers += [f"{prefix}.{number}{letter}" for letter in split] or [f"{prefix}.{number}"]
    return numbers


NUMBERS = numbered("S1", 49, {49: "abcde"}) + numbered(
    "S2",
    135,
    {124: "abcde", 127: "abc", 128: "abc", 131: "abc", 132: "ab", 133: "ab", 135: "abcd"},
)


@tagged("post_install", "-at_install")
class TestTraceability(BaseCase):
    """docs/traceability.md says of every number where it is answered and what proves it, and it says so truly."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not DOCUMENT.exists():
            cls.skipTest(cls, "the addon was installed without its documents")
        text = DOCUMENT.read_text(encoding="utf-8")
        cls.rows = [
            [cell.strip() for cell in line.strip("|").split("|")]
            for line in text.splitlines()
            if re.match(r"\| S[12]\.", line)
        ]
        cls.asks = [
            [cell.strip() for cell in line.strip("|").split("|")]
            for line in text.splitlines()
            if re.match(r"\| \d+ \|", line)
        ]
        cls.totals = {grade: int(count) for grade, count in re.findall(r"^\| ([a-z ]+) \| (\d+) \|$", text, re.M)}

    def test_every_number_once(self):
        self.assertEqual(len(NUMBERS), 203)
        self.assertEqual([row[0] for row in self.rows], NUMBERS)

    def test_rows_are_complete(self):
        for number, statement, grade, where, test in self.rows:
            with self.subTest(number):
                self.assertIn(grade, GRADES)
                self.assertGreater(len(statement), 30)
                if grade != "planned":
                    self.assertTrue(where)
                    self.assertRegex(test, r"^`.+::.+::test_.+`$")

    def test_named_tests_exist(self):
        found = set()
        for path in sorted(ROOT.glob("tests/test_*.py")) + sorted(ROOT.glob("glue/*/tests/test_*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef):
                    found |= {
                        f"{path.relative_to(ROOT)}::{node.name}::{method.name}"
                        for method in node.body
                        if isinstance(method, ast.FunctionDef)
                    }
        for number, *_statements, tests in self.rows + self.asks:
            for test in re.findall(r"`([^`]+)`", tests):
                self.assertIn(test, found, number)

    def test_asks(self):
        """What users of other systems ask for, one row each with what proves it."""
        self.assertEqual([row[0] for row in self.asks], [str(number) for number in (*range(1, 16), *range(20, 26))])
        for number, wanted, here, test in self.asks:
            with self.subTest(number):
                self.assertTrue(wanted and here)
                self.assertRegex(test, r"^`.+::.+::test_.+`$")

    def test_totals(self):
        expected = dict.fromkeys(GRADES, 0) | Counter(row[2] for row in self.rows) | {"all": len(self.rows)}
        self.assertEqual(self.totals, expected)
