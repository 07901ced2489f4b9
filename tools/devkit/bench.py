"""./dev bench: how long the addon takes beside stock Odoo, both in one run."""

from . import odoo, session, venv
from .databases import throwaway
from .processes import attend
from .settings import CONF, TOOLS
from .ui import step


def bench(options):
    """Measure what was asked for."""
    return {"packs": packs, "portal": portal, "report": report}[options.what](options)


def portal(options):
    """Measure the client's home page beside Odoo's own page of the same project."""
    with session.databases() as databases, throwaway(databases) as name:
        tested = name("bench")
        odoo.clone_with_addon(databases, tested)
        step("measuring")
        return attend([venv.python(), TOOLS / "bench_portal.py", CONF, tested, options.runs], env=databases.env)


def packs(options):
    """Measure time entries on packs beside stock Odoo, and balances beside the bare sum of the database."""
    with session.databases() as databases, throwaway(databases) as name:
        tested, stock = name("bench"), name("benchstock")
        odoo.clone_with_addon(databases, tested)
        databases.clone(odoo.base(databases), stock)
        step("measuring")
        sizes = [options.runs, options.projects, options.entries]
        return attend([venv.python(), TOOLS / "bench_packs.py", CONF, tested, stock, *sizes], env=databases.env)


def report(options):
    """Measure the report on a large project beside Odoo's own sale order."""
    with session.databases() as databases, throwaway(databases) as name:
        tested = name("bench")
        odoo.clone_with_addon(databases, tested)
        step("measuring")
        return attend([venv.python(), TOOLS / "bench_report.py", CONF, tested, options.runs], env=databases.env)
