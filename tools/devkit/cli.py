"""The command line of ./dev."""

import argparse
import os
import sys
from pathlib import Path

from . import bench, core, demo, i18n, lint, odoo_tree, testing, wheel
from .processes import Interrupted, handle_stop_signals, report_stop
from .ui import Failure, say

HELP = """\
usage: ./dev COMMAND [options]

Runs, tests and checks the addon on a real Odoo 19. The first run fetches everything it needs.

commands:
  demo [--port N] [--fresh]
        Serve Odoo with the addon and its demo data; print the address and the logins. When the addon's files have
        changed since the last time, it is updated first. Ctrl-C stops everything.
          --port N   port to serve on (default: PORT, else 8069)
          --fresh    make the demo database anew

  test [names…] [pytest options…]
        Run the tests through pytest on a database of their own, browser tests included. A name is a test module
        (test_gates), a path (tests/test_gates.py), file::Class::test, or a word that test names hold. What follows the
        first option goes to pytest as it is:  ./dev test test_gates -x --cov
        The addons in glue/ are tested by themselves, on a database that has them; all other tests run without them.

  lint [--fix] [--fast]
        Check the files: ruff-odoo, pylint-odoo, the OCA's checks of modules and translations, XML, host names of
        package registries and paths of a machine, and Odoo's own lint tests on a database with the addon.
          --fix      let ruff-odoo mend and format the Python files first
          --fast     leave out Odoo's lint tests, which need a database

  test-core
        Run the tests of the Odoo and OCA modules that the addon extends, without it and with it. Only a test that
        ends differently counts: it is repeated alone three times on both sides, and must still never end alike.

  bench packs [--runs N] [--projects N] [--entries N]
        Measure, on databases of their own: 1 and 100 time entries on a project with packs beside stock Odoo without
        the addon, in turn; and the balances of many projects beside the bare SUM of the database. Prints medians,
        queries and ratios. Takes a minute or two; nothing else should run meanwhile.
          --runs N      how often each is measured (default: 21)
          --projects N  projects with a pack (default: 2000)
          --entries N   time entries on them (default: 100000)

  bench portal [--runs N]
        Measure, through HTTP and as the client, its home page of a project beside Odoo's own page of the same project,
        in turn. Prints medians and their ratio.

  bench report [--runs N]
        Measure the HTML and the PDF of a report on a large project beside Odoo's own order of 45 lines, in turn.
        Prints medians, queries and ratios.

  i18n [--check]
        Bring the translation template and the translations in i18n/ up to date. Translations that exist are kept, new
        terms are added empty, terms that are gone are dropped.
          --check    change nothing; fail if anything would change or a term is untranslated or fuzzy

  wheel [DIR]
        Build the Python packages of the addon and of each addon in glue/ into DIR (default: dist), print their paths.

  shell
        Open Odoo's shell on the demo database, which is made if it is not there. A script on standard input is run.
        Changes last only after env.cr.commit().

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
  PORT                      port of ./dev demo
  PYTHON                    the Python 3.11 to 3.13 to begin with
  CI                        when set, a skipped test fails the run

Nothing is installed outside the cache except, as root, Chromium (for browser tests), and cmake, gcc or npm where they
are missing. Several commands may run at the same time. Versions are pinned in tools/pins.toml.
"""


def main():
    os.umask(0o022)  # PostgreSQL may run as another user
    handle_stop_signals()
    try:
        options = _parse(sys.argv[1:])
        return int(options.run(options))
    except Interrupted as stop:
        return report_stop(stop)
    except Failure as failure:
        say(f"dev: {failure}")
        return 1


def _parse(arguments):
    if not arguments or {"-h", "--help"} & set(arguments[:2]):
        return argparse.Namespace(run=_help)
    if arguments[0] == "test":  # options after the names are pytest's, unknown to this parser
        return argparse.Namespace(run=testing.test, arguments=arguments[1:])
    if arguments == ["odoo-served"]:  # for continuous integration: does the mirror still have Odoo 19?
        return argparse.Namespace(run=lambda _options: not odoo_tree.is_served())
    return _parser().parse_args(arguments)


def _help(_options):
    print(HELP, end="")
    return 0


def _parser():
    parser = argparse.ArgumentParser(prog="./dev", usage="./dev COMMAND [options]; see ./dev --help", add_help=False)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name, run):
        sub = commands.add_parser(name, add_help=False)
        sub.set_defaults(run=run)
        return sub

    sub = command("demo", demo.demo)
    sub.add_argument("--port", type=int, default=os.environ.get("PORT") or 8069)
    sub.add_argument("--fresh", action="store_true")
    sub = command("lint", lint.lint)
    sub.add_argument("--fix", action="store_true")
    sub.add_argument("--fast", action="store_true")
    command("test-core", core.test_core)
    sub = command("bench", bench.bench)
    sub.add_argument("what", choices=["packs", "portal", "report"])
    sub.add_argument("--runs", type=int, default=21)
    sub.add_argument("--projects", type=int, default=2000)
    sub.add_argument("--entries", type=int, default=100_000)
    command("i18n", i18n.i18n).add_argument("--check", action="store_true")
    command("wheel", wheel.wheel).add_argument("folder", nargs="?", type=Path, default=Path("dist"))
    command("shell", demo.shell)
    return parser
