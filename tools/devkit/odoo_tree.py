"""Odoo 19 itself: Debian's package unpacked and repaired in the cache, or a source tree of one's own."""

import hashlib
import os
import shutil
from pathlib import Path

from .apt import private_apt
from .processes import run
from .settings import CACHE, DEBS, ODOO_PYTHON, ODOO_SOURCE, PINS
from .ui import Failure, step, warn

TREE = CACHE / f"odoo-{PINS['debian']['odoo']}"
PACKAGES = Path("usr/lib/python3/dist-packages")
VERSION = TREE / ".version"
FONTS = "../../../../../../../../../../share/fonts-font-awesome/fonts"


def site():
    """The folder that Python imports `odoo` from."""
    return ODOO_SOURCE or TREE / PACKAGES


def version():
    """What identifies this Odoo, for the names of what is made with it."""
    if ODOO_PYTHON and not ODOO_SOURCE:
        return f"Odoo of {ODOO_PYTHON}"
    if ODOO_SOURCE:
        git = ["git", "-C", ODOO_SOURCE, "rev-parse", "HEAD"]
        return f"{ODOO_SOURCE} {run(git) if (ODOO_SOURCE / '.git').exists() else ''}"
    return VERSION.read_text(encoding="utf-8")


def is_ready():
    return bool(ODOO_SOURCE) or VERSION.exists()


def check_source():
    if ODOO_SOURCE and not (ODOO_SOURCE / "odoo" / "release.py").exists():
        raise Failure(f"ODOO_SOURCE={ODOO_SOURCE} holds no odoo/release.py: it must be the root of an Odoo 19 tree")


def make():
    """Unpack the packages into a folder that gets its name only when it is whole."""
    debs = _package_files()
    step("unpacking Odoo")
    work = TREE.with_name(TREE.name + ".tmp")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for deb in debs:
        run(["dpkg-deb", "-x", deb, work])
    _repair(work / PACKAGES)
    odoo_deb = next(deb for deb in debs if deb.name.startswith("odoo-19_"))
    (work / VERSION.name).write_text(odoo_deb.name.split("_")[1], encoding="utf-8")
    shutil.rmtree(TREE, ignore_errors=True)
    work.rename(TREE)


def _package_files():
    """The packages: from the cache, else from the folder that the user named, else from the mirror."""
    for folder in filter(None, (CACHE / "debs", DEBS)):
        debs = sorted(folder.glob("*.deb"))
        if any(deb.name.startswith("odoo-19_") for deb in debs):
            step(f"taking the Debian packages in {folder}")
            _check(debs)
            return debs
    if DEBS:
        raise Failure(f"PROJECT_LIFECYCLE_DEBS={DEBS} holds no odoo-19_*.deb")
    return _download(CACHE / "debs")


def _check(debs):
    """Packages that did not come through apt are compared with the version that was tried."""
    for deb in debs:
        if deb.name == f"odoo-19_{PINS['debian']['odoo']}_all.deb":
            found = hashlib.sha256(deb.read_bytes()).hexdigest()
            if found != PINS["debian"]["odoo_sha256"]:
                raise Failure(f"{deb} is damaged: its sha256 is {found}")
        elif deb.name.startswith("odoo-19_"):
            warn(f"{deb.name} is not the pinned version {PINS['debian']['odoo']}")


def _download(folder):
    pins, apt = PINS["debian"], private_apt()
    served = apt.versions("odoo-19")
    if not served:
        raise Failure(
            "the Debian mirror no longer serves odoo-19: name a folder of kept packages with PROJECT_LIFECYCLE_DEBS, "
            "or an Odoo 19 source tree with ODOO_SOURCE"
        )
    wanted = f"={pins['odoo']}" if pins["odoo"] in served else ""
    if not wanted:
        warn(f"odoo-19 {pins['odoo']} is not served any more; taking {served[-1]}")
    step("downloading Odoo 19 and what its links point to (127 MB)")
    work = folder.with_name(folder.name + ".tmp")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    packages = [f"odoo-19{wanted}", *(f"{name}/sid" for name in pins["from_sid"])]
    apt.download([*packages, *(f"{name}/{apt.suite}" for name in pins["from_suite"])], work)
    shutil.rmtree(folder, ignore_errors=True)
    work.rename(folder)
    return sorted(folder.glob("*.deb"))


def is_served():
    """Whether the mirror still has odoo-19."""
    return bool(private_apt().versions("odoo-19"))


def _repair(packages):
    """Mend what Debian's package breaks outside Debian."""
    for double in ("addons", "doc", "setup"):  # the .py files of odoo/addons a second time
        shutil.rmtree(packages / double, ignore_errors=True)
    # The metadata names PyPDF2 and psycopg2, a source build; Odoo runs on pypdf and psycopg2-binary as well.
    egg = packages / "odoo-19.0.egg-info"
    info = egg / "PKG-INFO"
    replaced = {"PyPDF2": "pypdf", "psycopg2": "psycopg2-binary"}
    lines = info.read_text(encoding="utf-8").splitlines()
    for old, new in replaced.items():
        lines = [f"Requires-Dist: {new}" if line.startswith(f"Requires-Dist: {old}") else line for line in lines]
    info.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (egg / "requires.txt").unlink(missing_ok=True)
    # Two web fonts are swapped.
    fonts = packages / "odoo/addons/web/static/lib/fontawesome/fonts"
    for ending in ("woff", "woff2"):
        link = fonts / f"fontawesome-webfont.{ending}"
        link.unlink(missing_ok=True)
        link.symlink_to(f"{FONTS}/{link.name}")
    # One file of web.assets_backend is left out; the browser then logs an error, and every tour fails.
    selfie = packages / "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    if not selfie.exists():
        selfie.parent.mkdir(parents=True, exist_ok=True)
        selfie.write_text("/* not in Debian: blurring the background of calls is off */\n", encoding="utf-8")
    dangling = [path for path in _links(packages) if not path.exists()]
    if dangling:
        raise Failure(f"Odoo's package points to files that are not there: {dangling[:5]}")


def _links(folder):
    for parent, folders, files in os.walk(folder):
        yield from (path for name in (*folders, *files) if (path := Path(parent, name)).is_symlink())
