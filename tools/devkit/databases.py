"""Databases together with their file stores: made, cloned, dropped; those of a run vanish with it."""

import json
import os
import secrets
import shutil
from contextlib import contextmanager

from . import venv
from .locks import Lock, exclusive
from .processes import run, undisturbed
from .settings import CACHE, DATA_DIR, TOOLS

RUNS = CACHE / "runs"


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


class Databases:
    """What can be done with databases on one server."""

    def __init__(self, env):
        self.env = env
        self.server = f"{env.get('PGHOST')}:{env.get('PGPORT', '')}"

    def sql(self, *statements, database="postgres"):
        """Run statements, return the rows of the last one."""
        command = [venv.python(), TOOLS / "sql.py", database, *statements]
        return json.loads(run(command, env=self.env, what="SQL"))

    def exists(self, name):
        found = self.sql(f"SELECT 1 FROM pg_database WHERE datname = {quoted(name)}")
        return bool(found) and self.filestore(name).is_dir()

    def filestore(self, name):
        return DATA_DIR / "filestore" / name

    def clone(self, source, name):
        self.drop(name)
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        run(["cp", "-a", "--reflink=auto", self.filestore(source), self.filestore(name)])

    def rename(self, old, new):
        self.drop(new)
        self.filestore(old).rename(self.filestore(new))
        self.sql(f'ALTER DATABASE "{old}" RENAME TO "{new}"')

    def drop(self, *names):
        self.sql(*(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in names), "SELECT 1")
        for name in names:
            shutil.rmtree(self.filestore(name), ignore_errors=True)

    def label(self, name):
        """A note kept with the database: what it was made from."""
        query = f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = {quoted(name)}"
        rows = self.sql(query)
        return rows[0][0] if rows else None

    def set_label(self, name, text):
        self.sql(f'COMMENT ON DATABASE "{name}" IS {quoted(text)}', "SELECT 1")


@contextmanager
def throwaway(databases):
    """Yield a function that names databases of this run. They are dropped at its end; the next run drops those of
    runs that died. A run lives as long as the lock on its file is held."""
    _drop_leftovers(databases)
    names = []
    tag = f"{os.getpid()}_{secrets.token_hex(2)}"
    RUNS.mkdir(parents=True, exist_ok=True)
    record = RUNS / f"{tag}.json"

    def name(kind):
        names.append(f"pl_{kind}_{tag}")
        record.write_text(json.dumps({"server": databases.server, "names": names}), encoding="utf-8")
        return names[-1]

    with exclusive(f"run-{tag}") as lock:
        try:
            yield name
        finally:
            with undisturbed():
                databases.drop(*names)
                record.unlink(missing_ok=True)
                lock.remove()


def _drop_leftovers(databases):
    with exclusive("leftovers"):
        for record in RUNS.glob("*.json"):
            _drop_leftover(databases, record)


def _drop_leftover(databases, record):
    lock = Lock(f"run-{record.stem}")
    try:
        if not lock.try_take():
            return
        left = json.loads(record.read_text(encoding="utf-8") or "{}") if record.exists() else {}
        if left.get("server", databases.server) == databases.server:
            databases.drop(*left.get("names", []))
            record.unlink(missing_ok=True)
            lock.remove()
    finally:
        lock.close()
