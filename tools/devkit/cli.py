"""The command line of ./dev."""

import argparse
import os
import sys

from . import demo, testing
from .processes import Interrupted, handle_stop_signals, report_stop
from .ui import Failure, say

ENVIRONMENT = """\
environment variables:
  PROJECT_LIFECYCLE_CACHE   folder for everything that is fetched or made: Odoo, Python packages, PostgreSQL,
                            databases, logs (default: for root /var/cache/project_lifecycle, else
                            $XDG_CACHE_HOME/project_lifecycle or ~/.cache/project_lifecycle; 3 GB)
  PROJECT_LIFECYCLE_DEBS    folder of .deb files taken instead of downloading them (the cache's own debs folder is
                            looked at first)
  ODOO_SOURCE               an Odoo 19 source tree to use instead of Debian's package
  ODOO_PYTHON               a Python that can import odoo, pytest_odoo and the rest: no virtual environment is made
  PGHOST, PGPORT, PGUSER, PGPASSWORD
                            a PostgreSQL server to use (when PGHOST is set); otherwise one is started on demand
  PORT                      port of ./dev demo (default: 8069)
  PYTHON                    the Python 3.11 to 3.13 to begin with
  CI                        when set, a skipped test fails the run

Nothing is installed outside the cache, except, as root, Chromium (browser tests) and cmake, gcc or npm where they
are missing. Several commands may run at the same time.
"""


def main():
    os.umask(0o022)
    handle_stop_signals()
    arguments = sys.argv[1:]
    try:
        options = _parse(arguments)
        return options.run(options)
    except Interrupted as stop:
        return report_stop(stop)
    except Failure as failure:
        say(f"dev: {failure}")
        return 1


def _parse(arguments):
    if arguments[:1] == ["test"] and not {"-h", "--help"} & set(arguments[1:2]):
        # options after the names are pytest's, unknown to this parser
        return argparse.Namespace(run=testing.test, arguments=arguments[1:])
    return _parser().parse_args(arguments)


def _parser():
    parser = argparse.ArgumentParser(
        prog="./dev",
        description="Runs, tests and checks the addon on a real Odoo 19. The first run fetches everything it needs.",
        epilog=ENVIRONMENT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name, run, text, details=""):
        sub = commands.add_parser(name, help=text, description=f"{text}. {details}".strip())
        sub.set_defaults(run=run)
        return sub

    sub = command(
        "demo", demo.demo, "serve Odoo with the addon and its demo data",
        "Prints the address and the logins; updates the addon first when its files have changed. Ctrl-C stops it.",
    )
    port = int(os.environ.get("PORT") or 8069)
    sub.add_argument("--port", type=int, default=port, help="port to serve on (default: PORT, else 8069)")
    sub.add_argument("--fresh", action="store_true", help="make the demo database anew")

    sub = command(
        "test", testing.test, "run the tests: [names…] [pytest options…]",
        "A name is a test module (test_gate), a path (tests/test_gate.py), file::Class::test, or a word that test "
        "names hold. What follows the first option goes to pytest.",
    )
    sub.add_argument("arguments", nargs="*", metavar="NAME", help="what to run (default: all)")

    command(
        "shell", demo.shell, "Odoo's shell on the demo database",
        "A script on standard input is run. Changes last only after env.cr.commit().",
    )
    return parser
