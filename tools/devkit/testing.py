"""./dev test: the addon's tests through pytest, on a database of their own."""

import ast
import os

from . import native, odoo, session, venv
from .databases import throwaway
from .processes import attend
from .settings import ROOT, TOOLS
from .ui import Failure, step


def test(options):
    """Run the tests; the last word is pytest's."""
    _check_imports()
    arguments = pytest_arguments(options.arguments)
    with session.databases() as databases, throwaway(databases) as name:
        native.ensure_chromium()
        tested, stock = name("test"), name("stock")
        odoo.clone_with_addon(databases, tested)
        databases.clone(odoo.base(databases), stock)
        step("pytest")
        env = databases.env | {"PGDATABASE": tested, "PROJECT_LIFECYCLE_STOCK_DB": stock}
        env["PROJECT_LIFECYCLE_AXE"] = str(native.AXE)
        env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(TOOLS), env.get("PYTHONPATH")]))
        return attend([venv.python(), "-m", "pytest", *arguments], env=env)


def _check_imports():
    """A test module that tests/__init__.py does not import never runs in Odoo's own runner."""
    folder = ROOT / "tests"
    if not (folder / "__init__.py").exists():
        raise Failure("tests/__init__.py is missing")
    tree = ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level == 1]
    imported = {alias.name for node in imports if not node.module for alias in node.names}
    imported |= {node.module for node in imports if node.module}
    missing = sorted({path.stem for path in folder.glob("test_*.py")} - imported)
    if missing:
        raise Failure(f"tests/__init__.py does not import {', '.join(missing)}")


def pytest_arguments(arguments):
    """Names come first: a test module, a path, file::Class::test, or a word that test names hold. What follows the
    first option is pytest's own."""
    split = next((index for index, word in enumerate(arguments) if word.startswith("-")), len(arguments))
    names, options = arguments[:split], arguments[split:]
    paths, words = [], []
    for name in names:
        path = _as_path(name)
        (paths if path else words).append(path or name)
    if words:
        if "-k" in options:
            raise Failure(f"there is no test file called {' or '.join(words)}")
        options = ["-k", " or ".join(words), *options]
    return [*paths, *options]


def _as_path(name):
    path, separator, rest = name.partition("::")
    for candidate in (path, f"tests/{path}", f"tests/{path}.py"):
        if (ROOT / candidate).exists() and candidate != "tests/":
            return f"{candidate}{separator}{rest}"
    if separator or path.endswith(".py") or "/" in path:
        raise Failure(f"there is no test file {path}")
    return None
