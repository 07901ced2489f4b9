"""./dev bench: how long the addon takes beside stock Odoo, both in one run."""

from . import odoo, session, venv
from .databases import throwaway
from .processes import attend
from .settings import CONF, TOOLS
from .ui import step


def packs(options):
    """Measure time entries on packs beside stock Odoo, and balances beside the bare sum of the database."""
    with session.databases() as databases, throwaway(databases) as name:
        tested, stock = name("bench"), name("benchstock")
        odoo.clone_with_addon(databases, tested)
        databases.clone(odoo.base(databases), stock)
        step("measuring")
        sizes = [options.runs, options.projects, options.entries]
        return attend([venv.python(), TOOLS / "bench_packs.py", CONF, tested, stock, *sizes], env=databases.env)
