"""Locks between ./dev commands that run at the same time. The kernel releases them when a process dies."""

import fcntl
from contextlib import contextmanager

from .settings import CACHE
from .ui import step


class Lock:
    """A file lock that can be held shared or exclusively."""

    def __init__(self, name):
        folder = CACHE / "locks"
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / name
        self._file = open(self._path, "a", encoding="utf-8")

    def take(self, exclusive=True):
        fcntl.flock(self._file, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)

    def try_take(self, exclusive=True):
        try:
            fcntl.flock(self._file, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def remove(self):
        """Forget a lock that nobody will ask for again."""
        self._path.unlink(missing_ok=True)

    def close(self):
        self._file.close()


@contextmanager
def exclusive(name):
    """Hold a lock alone; say so when another command has to be waited for."""
    lock = Lock(name)
    try:
        if not lock.try_take():
            step(f"waiting for another ./dev ({name})")
            lock.take()
        yield lock
    finally:
        lock.close()
