"""pytest plugin: makes `pytest tests/test_x.py::Class` work in a repository whose root is the addon.

A conftest.py can not do it: pytest would import the addon as `project_lifecycle`, and Odoo refuses models that are
not under odoo.addons. The folder is on PYTHONPATH, the plugin is loaded with -p.
"""

import json
import os
import time
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ADDON = ROOT / ".odoo" / "addons" / "project_lifecycle"
GLUE = ROOT / ".odoo" / "glue"
STARTED = time.monotonic()
LANES = os.environ.get("PROJECT_LIFECYCLE_LANES")


def _through_link(argument):
    path, separator, rest = argument.partition("::")
    full = Path(os.path.abspath(path))  # not resolve(): the link must stay
    if full.exists() and full.is_relative_to(ROOT / "glue"):
        return f"{GLUE / full.relative_to(ROOT / 'glue')}{separator}{rest}"
    if full.exists() and full.is_relative_to(ROOT) and not full.is_relative_to(ROOT / ".odoo"):
        return f"{ADDON / full.relative_to(ROOT)}{separator}{rest}"
    return argument


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    config.args = [_through_link(argument) for argument in config.args]


@cache
def _is_taken(module):
    """Take a module for this run, unless a run beside it has taken it."""
    try:
        os.close(os.open(Path(LANES) / module, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return True
    return False


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item):
    """Leave out what a run beside this one has begun."""
    return True if LANES and _is_taken(item.path.name) else None


def pytest_terminal_summary(terminalreporter):
    """Leave the numbers for ./dev test, which adds those of several runs."""
    path = os.environ.get("PROJECT_LIFECYCLE_COUNTS")
    if path:
        words = ("passed", "failed", "error", "skipped")
        counts = Counter({word: len(terminalreporter.stats.get(word, ())) for word in words})
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"counts": counts, "seconds": time.monotonic() - STARTED}) + "\n")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """In CI a skipped test is a failed one: Odoo skips tours without a word when Chromium is not there."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report
