"""./dev wheel: the addon, and each of glue/, as a Python package, as pip installs it beside Odoo."""

import tempfile
import zipfile
from pathlib import Path

from . import sources, venv
from .bootstrap import bootstrap
from .processes import run
from .settings import ADDON, GLUE, ROOT, glue_addons, manifest
from .ui import Failure, step


def wheel(options):
    """Build from a copy of the files git knows; print the paths of the wheels."""
    bootstrap()
    folder = options.folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    step("building the wheels")
    with tempfile.TemporaryDirectory() as work:
        copy = sources.export(Path(work) / "copy")
        for addon, source in {ADDON: ROOT, **{name: GLUE / name for name in glue_addons()}}.items():
            built = Path(work) / addon
            build = [venv.python(), "-m", "hatchling", "build", "-t", "wheel", "-d", built]
            run(build, cwd=copy / source.relative_to(ROOT), what="hatchling")
            made = next(built.glob("*.whl"))
            _check(made, addon, source)
            target = folder / made.name
            target.write_bytes(made.read_bytes())
            print(target)
    return 0


def _check(path, addon, source):
    """Every file that the manifest names must be inside."""
    with zipfile.ZipFile(path) as archive:
        inside = set(archive.namelist())
    named = [*manifest(source).get("data", []), *manifest(source).get("demo", []), "__manifest__.py"]
    missing = [name for name in named if f"odoo/addons/{addon}/{name}" not in inside]
    if missing:
        raise Failure(f"{path.name} lacks {', '.join(missing)}: see include and exclude in its pyproject.toml")
