"""Debian packages without root: apt with lists and a state of its own, on the mirror the machine is set up for."""

import os
import shutil
from functools import cache, cached_property
from pathlib import Path

from .processes import run
from .settings import CACHE
from .ui import Failure, step

KEYRINGS = [Path("/usr/share/keyrings") / f"debian-archive-keyring.{ending}" for ending in ("gpg", "pgp")]
TARGETS = "apt-get indextargets --no-release-info --format"
SOURCES = """\
Types: deb
URIs: {mirror}
Suites: sid {suite}
Components: main
Signed-By: {keyring}

Types: deb-src
URIs: {mirror}
Suites: {suite}
Components: main
Signed-By: {keyring}
"""


@cache
def private_apt():
    """The one set of lists of this run."""
    return PrivateApt()


class PrivateApt:
    """apt-get and apt-cache on Debian's unstable suite and the machine's own, leaving the system's apt alone."""

    def __init__(self):
        if not shutil.which("apt-get"):
            raise Failure("no apt-get here to fetch Odoo 19 with: name a source tree with ODOO_SOURCE=/path/to/odoo")
        self._folder = CACHE / "apt"

    @cached_property
    def _mirror_and_suite(self):
        """The first main archive in the machine's apt configuration, and its suite."""
        fields = ["$(REPO_URI) $(RELEASE)", "Created-By: Packages", "Component: main"]
        for line in run([*TARGETS.split(), *fields]).splitlines():
            mirror, _sep, suite = line.partition(" ")
            if not any(word in mirror for word in ("security", "updates", "backports")) and "-" not in suite:
                return mirror, suite
        raise Failure("apt's configuration names no Debian archive")

    @property
    def suite(self):
        return self._mirror_and_suite[1]

    @cached_property
    def _options(self):
        """The options that keep everything in our folder; the package lists are fetched on first use."""
        keyring = next((path for path in KEYRINGS if path.exists()), None)
        if not keyring:
            raise Failure("as root: apt-get install debian-archive-keyring")
        for name in ("lists/partial", "cache/archives/partial", "state"):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        mirror, suite = self._mirror_and_suite
        sources = self._folder / "odoo.sources"
        sources.write_text(SOURCES.format(mirror=mirror, suite=suite, keyring=keyring), encoding="utf-8")
        settings = {
            "Dir::Etc::sourcelist": sources,
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::Etc::preferences": "/dev/null",
            "Dir::Etc::preferencesparts": "/dev/null",
            "Dir::State": self._folder / "state",
            "Dir::State::lists": self._folder / "lists",
            "Dir::State::status": "/dev/null",
            "Dir::Cache": self._folder / "cache",
            "Dir::Log": self._folder,
            "APT::Sandbox::User": "",
            "Acquire::Languages": "none",
            "Acquire::Retries": 5,
        }
        options = [f"-o{key}={value}" for key, value in settings.items()]
        step(f"apt: package lists of sid and {suite} (kept in the cache)")
        run(["apt-get", *options, "-qq", "update"], what="apt-get update")
        return options

    def versions(self, package):
        """The versions of a package that the mirror serves."""
        lines = run(["apt-cache", *self._options, "madison", package]).splitlines()
        return sorted({line.split("|")[1].strip() for line in lines if "Packages" in line})

    def download(self, packages, folder):
        run(["apt-get", *self._options, "-qq", "download", *packages], what="apt-get download", cwd=folder)

    def download_source(self, package, folder):
        command = ["apt-get", *self._options, "-qq", "--download-only", "source", f"{package}/{self.suite}"]
        run(command, what="apt-get source", cwd=folder)


def install_for_everyone(packages, reason):
    """Install packages of the system: as root; anyone else is told the command."""
    if os.geteuid() or not shutil.which("apt-get"):
        raise Failure(f"{reason}; as root: apt-get install --no-install-recommends {' '.join(packages)}")
    step(f"apt: {' '.join(packages)} ({reason})")
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "-qq", "update"], what="apt-get update", env=env)
    command = ["apt-get", "-qq", "-y", "--no-install-recommends", "install", *packages]
    run(command, what="apt-get install", env=env)
