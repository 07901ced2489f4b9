"""The addon's files: those git tracks and new ones it does not ignore, as they stand in the working tree."""

import hashlib
import shutil

from .processes import run
from .settings import ROOT

NOT_THE_ADDON = ("tools/", "tests/", ".ci/", "docs/", "benchmarks/")


def files():
    """Paths relative to the root, sorted."""
    # safe.directory: the checkout may belong to another user, as in a container
    git = ["git", "-c", "safe.directory=*", "-C", ROOT]
    listed = run([*git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
    return sorted(name for name in set(listed.split("\0")) if name and (ROOT / name).is_file())


def fingerprint():
    """Changes when a file changes that the demo may show."""
    state = hashlib.sha256()
    for name in files():
        if name != "dev" and not name.startswith(NOT_THE_ADDON):
            state.update(name.encode() + b"\0" + hashlib.sha256((ROOT / name).read_bytes()).digest())
    return state.hexdigest()


def export(folder, under=""):
    """Copy the files, or those under a folder of the checkout, into another folder; returns it."""
    for name in files():
        if not name.startswith(under):
            continue
        target = folder / name.removeprefix(under)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    return folder
