"""The Python that runs Odoo, the tests and the lints: a virtual environment in the cache, or one's own."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import odoo_tree
from .processes import run
from .settings import CACHE, ODOO_PYTHON, ODOO_SOURCE, PINS, digest
from .ui import Failure, step

FOLDER = CACHE / f"venv-{digest(PINS['python'], sys.version, str(odoo_tree.site()))}"
DONE = FOLDER / ".done"
NEEDED = (
    "odoo.release",
    "odoo.addons.base",
    "odoo.addons.helpdesk_mgmt_project",
    "psycopg2",
    "pytest",
    "pytest_odoo",
    "pytest_cov",
    "websocket",
    "freezegun",
    "polib",
    "hatchling",
    "openupgradelib",
)
LINT_NEEDED = ("pylint_odoo", "oca_pre_commit_hooks")
PROBE = """
import importlib.util, sys
def found(name):
    try: return importlib.util.find_spec(name)
    except ImportError: return None
print(" ".join(name for name in sys.argv[1:] if not found(name)))
"""


def python():
    """The interpreter that can import Odoo."""
    if ODOO_PYTHON:
        return Path(shutil.which(ODOO_PYTHON) or ODOO_PYTHON)
    return FOLDER / "bin" / "python"


def is_ready():
    return not ODOO_PYTHON and DONE.exists() and python().exists()


def check_own(needed=NEEDED):
    """Name what is missing in the Python that the user brought."""
    env = os.environ | ({"PYTHONPATH": str(ODOO_SOURCE)} if ODOO_SOURCE else {})
    missing = run([python(), "-c", PROBE, *needed], what=f"ODOO_PYTHON={ODOO_PYTHON}", env=env).split()
    if missing:
        raise Failure(f"ODOO_PYTHON={ODOO_PYTHON} can not import: {', '.join(missing)} (versions: tools/pins.toml)")


def make():
    """Install everything at the pinned versions, and let pip check that it fits together."""
    pins = PINS["python"]
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        raise Failure("this Python can not make virtual environments; as root: apt-get install python3-venv")
    step(f"virtual environment (Python {sys.version.split()[0]})")
    shutil.rmtree(FOLDER, ignore_errors=True)
    run([sys.executable, "-m", "venv", FOLDER], what="python -m venv")
    constraints = FOLDER / "constraints.txt"
    constraints.write_text("\n".join(pins["constraints"]) + "\n", encoding="utf-8")
    step("pip: Odoo's Python dependencies, test and lint tools")
    pip("install", "--constraint", constraints, *pins["build"])
    pip(
        "install",
        "--no-build-isolation",
        "--only-binary=:all:",
        f"--no-binary={','.join(pins['from_source'])}",
        "--constraint",
        constraints,
        *pins["odoo"],
        *pins["test"],
        *pins["lint"],
    )
    # pip and Python find Odoo through this line
    (_purelib() / "odoo19.pth").write_text(f"{odoo_tree.site()}\n", encoding="utf-8")
    step("pip: OCA addons")
    try:
        pip("install", "--no-deps", *pins["oca"])
    except Failure as failure:
        raise Failure(
            f"The index of Python packages does not give {' and '.join(pins['oca'])}, to which glue/ joins the addon. "
            f"Is it within reach, and does it hold these versions (tools/pins.toml)?\n{failure}"
        ) from failure
    if not ODOO_SOURCE:  # a source tree carries no metadata for pip
        pip("check")
    DONE.touch()


def pip(*arguments, interpreter=None):
    """Run pip; what it says is shown only when it fails, without the warnings about the machine's own set-up."""
    command = [interpreter or python(), "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    done = subprocess.run(
        [str(part) for part in command],
        check=False,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        lines = [line for line in done.stdout.splitlines() if not line.startswith("WARNING: Location")]
        raise Failure("pip failed:\n" + "\n".join(lines[-25:]))


def _purelib():
    return Path(run([python(), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).strip())
