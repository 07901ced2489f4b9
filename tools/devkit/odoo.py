"""Running Odoo: installing modules, looking at what it logged, base databases to clone from."""

import re
import subprocess
import time

from . import odoo_tree, venv
from .locks import exclusive
from .processes import attend
from .settings import ADDON, CONF, GLUE_CONF, LOGS, PINS, base_modules, digest, glue_addons
from .ui import Failure, say, step

RECORD = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>[A-Z]+) \S+ (?P<text>\S+: .*)")
WITH_GLUE = ("-c", GLUE_CONF)  # options: Odoo takes the last configuration file it is given
ALLOWED = (
    # said by every Odoo here, before anything of ours is loaded
    re.compile(r"Running as user 'root' is a security risk"),
)


def command(database, *arguments, subcommand=(), program=("-m", "odoo")):
    """The command line of Odoo on a database."""
    return [venv.python(), *program, *subcommand, "-c", CONF, "-d", database, *arguments]


def log_file(name):
    """A new log file; the last few of each kind are kept."""
    kind = name.rpartition("-")[0] or name
    for old in sorted(LOGS.glob(f"{kind}-*.log"), key=lambda path: path.stat().st_mtime)[:-5]:
        old.unlink(missing_ok=True)
    return LOGS / f"{name}-{time.strftime('%m%d-%H%M%S')}.log"


def run_to_log(databases, database, *arguments, path):
    """Run Odoo to its end with its log in a file; returns its exit code."""
    with path.open("wb") as log:
        return attend(
            command(database, *arguments),
            env=databases.env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def problems(path):
    """The warnings and errors in a log, each with the lines that follow it."""
    found, current = [], None
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        record = RECORD.match(line)
        if record:
            current = None
            bad = record["level"] in ("WARNING", "ERROR", "CRITICAL")
            if bad and not any(allowed.search(line) for allowed in ALLOWED):
                current = [line]
                found.append(current)
        elif current is not None:
            current.append(line)
    return ["\n".join(lines) for lines in found]


def install(databases, database, modules, *options, strict=False, update=False):
    """Install (or update) modules; with `strict` a warning in the log is a failure, too."""
    arguments = ["-u" if update else "-i", ",".join(modules), "--stop-after-init", "--no-http", *options]
    path = log_file(f"install-{database}")
    code = run_to_log(databases, database, *arguments, path=path)
    bad = problems(path)
    if code:
        tail = bad or path.read_text(encoding="utf-8", errors="replace").splitlines()[-30:]
        say("\n".join(tail[-40:]))
        raise Failure(f"Odoo ended with exit code {code}; its log: {path}")
    if strict and bad:
        say("\n".join(bad))
        raise Failure(f"{len(bad)} warnings or errors while installing {', '.join(modules)}; the log: {path}")
    return bad


def _languages(demo):
    return PINS["modules"]["demo_languages"] if demo else []


def base_name(demo=False):
    """Every set of versions, modules and languages has a base database of its own."""
    made_of = [PINS["python"], PINS["native"], odoo_tree.version(), base_modules(), _languages(demo)]
    return f"pl_base_{'demo_' if demo else ''}{digest(*made_of)}"


def base(databases, demo=False):
    """The name of a database with everything the addon stands on; made when it is not there."""
    name = base_name(demo)
    if not databases.exists(name):
        with exclusive(name):
            if not databases.exists(name):
                _make_base(databases, name, demo)
    return name


def _make_base(databases, name, demo):
    modules = base_modules()
    step(f"base database {'with demo data ' if demo else ''}of {', '.join(modules)} (once; a minute or two)")
    work = f"{name}_new"
    databases.drop(work)
    options = ["--with-demo", f"--load-language={','.join(_languages(demo))}"] if demo else []
    for problem in install(databases, work, modules, *options):
        say(problem)
    databases.filestore(work).mkdir(parents=True, exist_ok=True)
    databases.rename(work, name)
    step("base database is ready")


def clone_with_addon(databases, name):
    """A clone of the base with the addon installed, which must not log a warning."""
    databases.clone(base(databases), name)
    step(f"installing {ADDON}")
    install(databases, name, [ADDON], strict=True)


def clone_with_glue(databases, source, name):
    """A clone of a database that has the addon, with the glue addons installed, too."""
    databases.clone(source, name)
    step(f"installing {', '.join(glue_addons())}")
    install(databases, name, glue_addons(), *WITH_GLUE, strict=True)
