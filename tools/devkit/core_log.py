"""What a log of Odoo's test runner says: which tests ran, and how each ended."""

import re
from dataclasses import dataclass, field
from pathlib import Path

LINE = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ [A-Z]+ \S+ (?P<logger>\S+): (?P<message>.*)$")
STARTED = re.compile(r"^Starting (?P<test>\w[\w.]*\.\w+) \.\.\.")
ENDED_BADLY = re.compile(r"^(?P<how>FAIL|ERROR): (?:Subtest )?(?P<test>\w[\w.]*\.\w+)\b")
SKIPPED = re.compile(r"^skipped (?P<test>\w[\w.]*\.\w+) : ")
OF_CLASS = re.compile(r"^(?P<how>FAIL|ERROR|skipped):? (?P<step>setUpClass|tearDownClass) \((?P<test>[\w.]+)\)")
TOTAL = re.compile(r"(?P<failed>\d+) failed, (?P<errors>\d+) error\(s\) of (?P<total>\d+) tests")
WORDS = {"FAIL": "failed", "ERROR": "error", "skipped": "skipped"}


@dataclass
class Outcomes:
    """How each test ended: `module/file:Class.method` → passed, failed, error or skipped."""

    path: Path
    tests: dict = field(default_factory=dict)
    total: int | None = None  # as Odoo counts them; None: it did not get that far

    def note(self, test, outcome):
        """The worst that was said of a test counts: its subtests may fail one after another."""
        order = ("passed", "skipped", "failed", "error")
        self.tests[test] = max(self.tests.get(test, "passed"), outcome, key=order.index)

    def count(self, outcome):
        return sum(ended == outcome for ended in self.tests.values())


def read(path):
    """Read the log in `path`."""
    outcomes = Outcomes(path)
    with path.open(encoding="utf-8", errors="replace") as log:
        for line in log:
            match = LINE.match(line)
            if match:
                _read_message(outcomes, match["logger"], match["message"])
    return outcomes


def _read_message(outcomes, logger, message):
    if total := TOTAL.search(message):
        outcomes.total = int(total["total"])
    elif of_class := OF_CLASS.match(message):
        module, _dot, name = of_class["test"].rpartition(".")
        outcomes.note(f"{_short(module)}:{name}.{of_class['step']}", WORDS[of_class["how"]])
    elif started := STARTED.match(message):
        outcomes.note(f"{_short(logger)}:{started['test']}", "passed")
    elif bad := ENDED_BADLY.match(message):
        outcomes.note(f"{_short(logger)}:{bad['test']}", WORDS[bad["how"]])
    elif skipped := SKIPPED.match(message):
        outcomes.note(f"{_short(logger)}:{skipped['test']}", "skipped")


def _short(logger):
    """odoo.addons.project.tests.test_x → project/test_x"""
    module, _tests, file = logger.removeprefix("odoo.addons.").partition(".tests.")
    return f"{module}/{file}"
