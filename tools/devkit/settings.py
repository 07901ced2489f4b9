"""Where things are, and which versions are used."""

import ast
import hashlib
import json
import os
import tomllib
from pathlib import Path

ADDON = "project_lifecycle"
ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tools"
LINKS = ROOT / ".odoo"
CONF = LINKS / "odoo.conf"
GLUE = ROOT / "glue"
GLUE_CONF = LINKS / "glue.conf"  # with the glue addons on the path, which install themselves
PINS = tomllib.loads((TOOLS / "pins.toml").read_text(encoding="utf-8"))
EXTERNAL_POSTGRES = bool(os.environ.get("PGHOST"))


def _cache():
    named = os.environ.get("PROJECT_LIFECYCLE_CACHE")
    if named:
        return Path(named).expanduser().absolute()
    if os.geteuid() == 0:  # PostgreSQL then runs as nobody, who may not enter root's home
        return Path("/var/cache") / ADDON
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / ADDON


def _named_path(variable):
    value = os.environ.get(variable)
    return Path(value).expanduser().absolute() if value else None


CACHE = _cache()
DATA_DIR = CACHE / "data"
LOGS = CACHE / "logs"
ODOO_SOURCE = _named_path("ODOO_SOURCE")
ODOO_PYTHON = os.environ.get("ODOO_PYTHON")
DEBS = _named_path("PROJECT_LIFECYCLE_DEBS")


def digest(*parts):
    """A short name for what something was made from."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:8]


def manifest(folder=ROOT):
    """An addon's manifest, read without importing it."""
    return ast.literal_eval((folder / "__manifest__.py").read_text(encoding="utf-8"))


def glue_addons():
    """The names of the addons in glue/, each of which joins this one to another."""
    return sorted(path.parent.name for path in GLUE.glob("*/__manifest__.py"))


def base_modules():
    """The modules of the base databases: the usual ones and what the manifest depends on."""
    return sorted({*PINS["modules"]["base"], *manifest().get("depends", [])})
