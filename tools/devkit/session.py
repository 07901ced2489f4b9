"""What every command that talks to Odoo starts with: the machine, the server, the databases."""

from contextlib import contextmanager

from .bootstrap import bootstrap, environment
from .databases import Databases
from .postgres import check_cache, clean_environment, postgres


@contextmanager
def databases():
    """Yield the databases of a running server; make the machine ready first."""
    check_cache()
    bootstrap()
    with postgres() as variables:
        yield Databases(clean_environment(environment()) | variables)
