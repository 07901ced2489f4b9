"""./dev demo and ./dev shell: Odoo with the addon and its demo data."""

import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

from . import odoo, session, sources
from .locks import Lock
from .processes import Interrupted, attend, end, signal_child, undisturbed
from .settings import ADDON, ROOT, TOOLS, digest, glue_addons
from .ui import Failure, say, step

NAME = f"pl_demo_{digest(str(ROOT))}"  # every checkout has its own
LOGINS = {
    "consultant": "runs projects",
    "manager": "project administrator",
    "sales": "salesperson",
    "agent": "support agent",
    "spoc": "client's single point of contact, sees the portal",
    "admin": "Odoo's administrator",
}


def demo(options):
    """Serve the demo until it is told to stop."""
    _check_port(options.port)
    try:
        with session.databases() as databases, _demo_database(databases, options.fresh):
            _serve(databases, options.port)
    except Interrupted:
        step("stopped")
    return 0


def shell(_options):
    """Odoo's shell on the demo database; a script on standard input is run."""
    with session.databases() as databases, _demo_database(databases, update=False):
        arguments = ["--no-http", "--log-level=warn", *odoo.WITH_GLUE]
        return attend(odoo.command(NAME, *arguments, subcommand=["shell"]), env=databases.env)


@contextmanager
def _demo_database(databases, fresh=False, update=True):
    """Hold the demo database, made and up to date."""
    lock = Lock(f"{NAME}.lock")
    try:
        work = _outstanding(databases, fresh, update)
        if work:
            if not lock.try_take():
                raise Failure(
                    "the demo database must be brought up to date, but another ./dev uses it; stop that first"
                )
            work(databases)
        lock.take(exclusive=False)
        yield
    finally:
        lock.close()


def _outstanding(databases, fresh, update):
    """What must be done before the demo database can be used: the function that does it, or None."""
    if fresh or not databases.exists(NAME):
        return _make
    base, _separator, fingerprint = (databases.label(NAME) or "").partition(" ")
    if base != odoo.base_name(demo=True):
        step("versions or dependencies have changed since the demo database was made")
        return _make
    return _update if update and fingerprint != sources.fingerprint() else None


def _label():
    return f"{odoo.base_name(demo=True)} {sources.fingerprint()}"


def _make(databases):
    base, label = odoo.base(databases, demo=True), _label()
    step("demo database")
    work = f"{NAME}_new"
    databases.clone(base, work)
    step(f"installing {ADDON} with its demo data")
    _report(odoo.install(databases, work, [ADDON, *glue_addons()], *odoo.WITH_GLUE))
    _set_up(databases, work)
    databases.rename(work, NAME)
    databases.set_label(NAME, label)


def _update(databases):
    label = _label()
    step(f"files have changed: updating {ADDON}")
    try:
        # an addon that is new is installed, the others are updated
        options = ["-i", ",".join(glue_addons()), "--i18n-overwrite", *odoo.WITH_GLUE]
        _report(odoo.install(databases, NAME, [ADDON], *options, update=True))
    except Failure as failure:
        raise Failure(f"{failure}\nA new demo database may help: ./dev demo --fresh") from failure
    _set_up(databases, NAME)
    databases.set_label(NAME, label)


def _report(problems):
    for problem in problems:
        say(problem)


def _set_up(databases, name):
    script = (TOOLS / "demo_setup.py").open("rb")
    options = ["--no-http", "--log-level=warn", *odoo.WITH_GLUE]
    command = [str(part) for part in odoo.command(name, *options, subcommand=["shell"])]
    with script:
        done = subprocess.run(command, env=databases.env, stdin=script, cwd=ROOT, check=False)
    if done.returncode:
        raise Failure(f"tools/demo_setup.py failed on {name}")


def _check_port(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Failure(f"port {port} is taken: ./dev demo --port N") from error


def _serve(databases, port):
    address = f"http://localhost:{port}"
    set_address = (
        f"INSERT INTO ir_config_parameter (key, value) VALUES ('web.base.url', '{address}') "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value"
    )
    databases.sql(set_address, "SELECT 1", database=NAME)
    path = odoo.log_file(NAME)
    step("starting Odoo")
    with path.open("wb") as log:
        server = subprocess.Popen(
            [str(part) for part in odoo.command(NAME, "--http-port", port, *odoo.WITH_GLUE)],
            env=databases.env,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
        try:
            _wait(server, port, path)
            _introduce(databases, address, path)
            server.wait()
            raise Failure(f"Odoo ended by itself with exit code {server.returncode}; its log: {path}")
        finally:
            with undisturbed():
                signal_child(server, signal.SIGINT, group=False)
                end(server, patience=20)


def _wait(server, port, path):
    while server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/web/health", timeout=60):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise Failure(f"Odoo did not start; its log: {path}")


def _introduce(databases, address, path):
    names = ", ".join(f"'{login}'" for login in LOGINS)
    rows = databases.sql(f"SELECT login FROM res_users WHERE active AND login IN ({names})", database=NAME)
    present = {row[0] for row in rows}
    step("Odoo is up")
    print(f"\n  {address}\n\n  {'login = password':<18} who")
    for login, who in LOGINS.items():
        if login in present:
            print(f"  {login:<18} {who}")
    print(f"\n  Log: {path}\n  Ctrl-C stops everything.\n", flush=True)
