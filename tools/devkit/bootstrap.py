"""Brings the machine to where Odoo can run; does nothing when everything is there."""

import os

from . import native, odoo_tree, venv
from .locks import exclusive
from .settings import (
    ADDON,
    CACHE,
    CONF,
    DATA_DIR,
    GLUE,
    GLUE_CONF,
    LINKS,
    LOGS,
    ODOO_PYTHON,
    ODOO_SOURCE,
    ROOT,
    glue_addons,
)
from .ui import Failure, step

CONFIG = """\
[options]
addons_path = {addons}
data_dir = {data}
http_interface = 127.0.0.1
"""


def bootstrap():
    """Make what is missing, one ./dev at a time."""
    for folder in (CACHE, DATA_DIR, LOGS):
        folder.mkdir(parents=True, exist_ok=True)
    odoo_tree.check_source()
    if not (ROOT / "__manifest__.py").exists():
        raise Failure(f"{ROOT} holds no __manifest__.py")
    if not _is_ready():
        with exclusive("bootstrap"):
            _make()
        step("the machine is ready")
    _link()


def _is_ready():
    if ODOO_PYTHON:
        venv.check_own()
        return native.is_ready()
    return odoo_tree.is_ready() and venv.is_ready() and native.is_ready()


def _make():
    if not ODOO_PYTHON:
        if not odoo_tree.is_ready():
            odoo_tree.make()
        if not venv.is_ready():
            venv.make()
    native.make()


def _link():
    """Odoo finds an addon by its folder's name: give it one, whatever this checkout is called."""
    addons, glue = LINKS / "addons", LINKS / "glue"
    # glue addons are found through a path of their own, or not at all
    _mirror(addons / ADDON, ROOT, {path.name for path in ROOT.iterdir() if path.name[0] != "." and path != GLUE})
    _mirror(glue, GLUE, set(glue_addons()))
    paths = [addons]
    if ODOO_SOURCE and (ODOO_SOURCE / "addons").is_dir():
        paths.append(ODOO_SOURCE / "addons")
    for conf, found in ((CONF, paths), (GLUE_CONF, [*paths, glue])):
        config = CONFIG.format(addons=",".join(map(str, found)), data=DATA_DIR)
        if not conf.exists() or conf.read_text(encoding="utf-8") != config:
            conf.write_text(config, encoding="utf-8")


def _mirror(folder, source, names):
    """Link every entry of a folder by itself: a link to the whole would hold itself, and Odoo follows links."""
    if folder.is_symlink():
        folder.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    for link in folder.iterdir():
        if link.name not in names:
            link.unlink()
    for name in names:
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(os.path.relpath(source / name, folder))


def environment():
    """The environment of everything that runs Odoo, without the database."""
    first = [str(path) for path in (*native.path_entries(), venv.python().parent)]
    env = os.environ | {"PATH": os.pathsep.join([*first, os.environ.get("PATH", os.defpath)])}
    for name in ("ODOO_RC", "OPENERP_SERVER", "PYTHONHOME"):
        env.pop(name, None)
    if ODOO_PYTHON and ODOO_SOURCE:
        env["PYTHONPATH"] = str(ODOO_SOURCE)
    else:
        env.pop("PYTHONPATH", None)
    return env
