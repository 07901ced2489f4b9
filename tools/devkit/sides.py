"""Odoo's test runner on two databases at the same time, one without the addon and one with it."""

import subprocess
from contextlib import ExitStack

from . import core_log, odoo
from .processes import end_all, free_port
from .settings import ADDON, ROOT, TOOLS
from .ui import Failure

CORE_TESTS = (TOOLS / "core_tests.py",)
WITHOUT, WITH = f"without {ADDON}", f"with {ADDON}"


def run(databases, arguments, name):
    """Run Odoo with `arguments[side]`, a database and its options; returns how the tests ended on each side."""
    paths, children = {}, []
    with ExitStack() as stack:
        for side, (database, *options) in arguments.items():
            paths[side] = odoo.log_file(f"{name}-{side.partition(' ')[0]}")
            log = stack.enter_context(paths[side].open("wb"))
            options = ("--stop-after-init", "--http-port", free_port(), *options)
            command = odoo.command(database, *options, program=CORE_TESTS)
            children.append(
                subprocess.Popen(
                    [str(part) for part in command],
                    env=databases.env,
                    cwd=ROOT,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    process_group=0,
                )
            )
        with end_all(children):
            for child in children:
                child.wait()
    outcomes = {side: core_log.read(path) for side, path in paths.items()}
    for side, ended in outcomes.items():
        if ended.total is None:
            raise Failure(f"Odoo did not come to the end of its tests {side}; its log: {ended.path}")
    return outcomes
