"""PostgreSQL: a server of our own, started by the first command that needs it and stopped by the last, or the
server that PGHOST names."""

import os
import pwd
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from .locks import Lock, exclusive
from .native import postgres_bin
from .processes import run, undisturbed
from .settings import CACHE, EXTERNAL_POSTGRES, digest
from .ui import Failure, step

ROLE = "odoo"  # Odoo refuses to work as postgres
LONGEST_SOCKET_FOLDER = 90  # of the 107 bytes that a socket's whole path may have
SETTINGS = {  # data that can be made again: speed before safety
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


def check_cache():
    """As root, the server's own user must get to its folders."""
    if EXTERNAL_POSTGRES or os.geteuid():
        return
    closed = [folder for folder in (CACHE, *CACHE.parents) if folder.exists() and not folder.stat().st_mode & 0o001]
    if closed:
        raise Failure(
            f"PostgreSQL does not run as root but as nobody, who may not enter {closed[-1]}: name another folder with "
            "PROJECT_LIFECYCLE_CACHE"
        )


@contextmanager
def postgres():
    """Yield the environment variables that lead to a running server."""
    if EXTERNAL_POSTGRES:
        yield {}
        return
    users = Lock("postgres-users")
    server = _Server()
    try:
        with exclusive("postgres-start"):
            users.take(exclusive=False)
            server.start()
        yield {"PGHOST": str(server.socket), "PGUSER": ROLE}
    finally:
        with undisturbed(), exclusive("postgres-start"):
            if users.try_take():
                server.stop()
            users.close()


class _Server:
    def __init__(self):
        self._bin = postgres_bin()
        major = run([self._bin / "postgres", "--version"]).split()[2].partition(".")[0]
        self._data = CACHE / "postgres" / major
        self.socket = CACHE / "postgres" / "socket"
        if len(str(self.socket)) > LONGEST_SOCKET_FOLDER:
            self.socket = Path(tempfile.gettempdir()) / f"pl-{os.geteuid()}-{digest(str(CACHE))}"
        self._owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())

    def start(self):
        if self._is_running():
            return
        self._make_folders()
        if not (self._data / "PG_VERSION").exists():
            step("making the PostgreSQL cluster")
            self._run("initdb", "-U", ROLE, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-N")
        options = [f"-k '{self.socket}'", "-h ''", *(f"-c {key}={value}" for key, value in SETTINGS.items())]
        self._run("pg_ctl", "-w", "-l", self._data / "log", "-o", " ".join(options), "start")

    def stop(self):
        if self._is_running():
            self._run("pg_ctl", "-m", "fast", "-w", "stop")

    def _is_running(self):
        if not (self._data / "postmaster.pid").exists():
            return False
        command = [self._bin / "pg_isready", "-q", "-h", self.socket]
        return subprocess.run(command, env=self._env(), check=False).returncode == 0

    def _make_folders(self):
        """The server's folders, owned by the user it runs as: PostgreSQL refuses to be root."""
        for folder in (self._data, self.socket):
            folder.mkdir(parents=True, exist_ok=True)
            # others may write to the temporary folder: never touch what somebody put there
            if folder.is_symlink() or folder.stat().st_uid not in (os.geteuid(), self._owner.pw_uid):
                raise Failure(f"{folder} belongs to somebody else")
            if os.geteuid() == 0:
                os.chown(folder, self._owner.pw_uid, self._owner.pw_gid)
            folder.chmod(0o700)

    def _run(self, program, *arguments):
        as_owner = {}
        if os.geteuid() == 0:
            as_owner = {"user": self._owner.pw_uid, "group": self._owner.pw_gid, "extra_groups": []}
        # the server keeps what pg_ctl hands it as output open: none of our pipes
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                [str(part) for part in (self._bin / program, "-D", self._data, *arguments)],
                check=False,
                env=self._env(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                **as_owner,
            )
            output.seek(0)
            said = output.read().decode(errors="replace")
        if done.returncode:
            log = self._data / "log"
            tail = log.read_text(encoding="utf-8", errors="replace")[-2000:] if log.exists() else ""
            raise Failure(f"PostgreSQL's {program} failed:\n{said}{tail}")

    @staticmethod
    def _env():
        return {key: value for key, value in os.environ.items() if not key.startswith("PG")} | {"LC_ALL": "C.UTF-8"}


def clean_environment(env):
    """Without what would lead away from our server."""
    if EXTERNAL_POSTGRES:
        return {key: value for key, value in env.items() if key != "PGDATABASE"}
    return {key: value for key, value in env.items() if not key.startswith("PG")}
