import ast
import glob
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

from odoo.tests import BaseCase, tagged

ROOT = Path(__file__).resolve().parents[1]
ADDON = "odoo/addons/project_lifecycle"
NOT_COPIED = shutil.ignore_patterns(".git", ".odoo", "__pycache__", "node_modules", "dist")
FIND = "import importlib.util as util; print(util.find_spec('odoo.addons.project_lifecycle').origin)"


@tagged("post_install", "-at_install")
@unittest.skipUnless((ROOT / "pyproject.toml").exists(), "installed from a wheel: nothing to build it from")
class TestPackaging(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        work = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        checkout = work / "some-other-name"
        shutil.copytree(ROOT, checkout, ignore=NOT_COPIED)
        cls.manifest = ast.literal_eval((ROOT / "__manifest__.py").read_text(encoding="utf-8"))
        cls.pip("wheel", "--no-build-isolation", "--wheel-dir", work, checkout)
        (cls.wheel,) = work.glob("*.whl")
        with zipfile.ZipFile(cls.wheel) as archive:
            cls.names = set(archive.namelist())
        cls.target = work / "target"
        cls.pip("install", "--target", cls.target, cls.wheel)

    @classmethod
    def pip(cls, command, *arguments):
        common = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-index"]
        done = subprocess.run(
            [sys.executable, "-m", "pip", command, *common, *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise AssertionError(f"pip {command}: {done.stdout}{done.stderr}")

    def test_name_and_version_do_not_depend_on_the_folder(self):
        version = self.manifest["version"]
        self.assertEqual(self.wheel.name, f"odoo_addon_project_lifecycle-{version}-py3-none-any.whl")
        self.assertIn(f"odoo_addon_project_lifecycle-{version}.dist-info/licenses/LICENSE", self.names)

    def test_every_file_of_the_manifest_is_inside(self):
        named = {"__init__.py", "__manifest__.py", "README.md"}
        named.update(self.manifest.get("data", []), self.manifest.get("demo", []))
        for paths in self.manifest.get("assets", {}).values():
            for path in paths:
                # ("include", bundle), ("before", target, path) and the like: the path comes last
                pattern = (path if isinstance(path, str) else path[-1]).lstrip("/")
                if pattern.startswith("project_lifecycle/"):
                    pattern = pattern.removeprefix("project_lifecycle/")
                    found = glob.glob(pattern, root_dir=ROOT, recursive=True)
                    self.assertTrue(found, f"no file matches {pattern}")
                    named.update(name for name in found if (ROOT / name).is_file())
        missing = {name for name in named if f"{ADDON}/{name}" not in self.names}
        self.assertFalse(missing)

    def test_no_file_of_these_folders_is_left_out(self):
        for folder in ("i18n", "static", "migrations", "models", "views", "security", "tests"):
            files = [path for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix != ".pyc"]
            missing = {str(path.relative_to(ROOT)) for path in files} - {
                name.removeprefix(f"{ADDON}/") for name in self.names
            }
            self.assertFalse(missing)

    def test_nothing_else_is_inside(self):
        outside = ("tools", "docs", "benchmarks", "dev", "pyproject.toml", ".ci", ".git", ".gitignore", ".pylintrc")
        for name in self.names:
            if ".dist-info/" in name:
                continue
            self.assertTrue(name.startswith(f"{ADDON}/"), name)
            self.assertNotIn(name.removeprefix(f"{ADDON}/").split("/")[0], outside)

    def test_python_finds_the_installed_addon(self):
        env = {"PYTHONPATH": str(self.target)}
        origin = subprocess.check_output([sys.executable, "-c", FIND], env=env, cwd="/", text=True).strip()
        self.assertEqual(origin, str(self.target / ADDON / "__init__.py"))
