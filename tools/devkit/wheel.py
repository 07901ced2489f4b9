"""./dev wheel: the addon as a Python package, as pip installs it beside Odoo."""

import tempfile
import zipfile
from pathlib import Path

from . import sources, venv
from .bootstrap import bootstrap
from .processes import run
from .settings import ADDON, manifest
from .ui import Failure, step


def wheel(options):
    """Build from a copy of the files git knows; print the wheel's path."""
    bootstrap()
    folder = options.folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    step("building the wheel")
    with tempfile.TemporaryDirectory() as work:
        copy = sources.export(Path(work) / "copy")
        built = Path(work) / "built"
        run([venv.python(), "-m", "hatchling", "build", "-t", "wheel", "-d", built], cwd=copy, what="hatchling")
        made = next(built.glob("*.whl"))
        _check(made)
        target = folder / made.name
        target.write_bytes(made.read_bytes())
    print(target)
    return 0


def _check(path):
    """Every file that the manifest names must be inside."""
    with zipfile.ZipFile(path) as archive:
        inside = set(archive.namelist())
    named = [*manifest().get("data", []), *manifest().get("demo", []), "__manifest__.py"]
    missing = [name for name in named if f"odoo/addons/{ADDON}/{name}" not in inside]
    if missing:
        raise Failure(f"the wheel lacks {', '.join(missing)}: see include and exclude in pyproject.toml")
