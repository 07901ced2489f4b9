"""pytest plugin: makes `pytest tests/test_x.py::Class` work in a repository whose root is the addon.

A conftest.py can not do it: pytest would import the addon as `project_lifecycle`, and Odoo refuses models that are
not under odoo.addons. The folder is on PYTHONPATH, the plugin is loaded with -p.
"""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ADDON = ROOT / ".odoo" / "addons" / "project_lifecycle"


def _through_link(argument):
    path, separator, rest = argument.partition("::")
    full = Path(os.path.abspath(path))  # not resolve(): the link must stay
    if full.exists() and full.is_relative_to(ROOT) and not full.is_relative_to(ADDON):
        return f"{ADDON / full.relative_to(ROOT)}{separator}{rest}"
    return argument


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    config.args = [_through_link(argument) for argument in config.args]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """In CI a skipped test is a failed one: Odoo skips tours without a word when Chromium is not there."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report
