"""./dev test: the addon's tests through pytest, on a database of their own, and those of the glue on another.

The whole suite runs in two lanes, each on databases of its own: a module is run by the lane that comes to it first.
"""

import ast
import json
import os
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

from . import native, odoo, session, venv
from .databases import throwaway
from .processes import attend, end_all
from .settings import GLUE, LINKS, ROOT, TOOLS, glue_addons
from .ui import Failure, step

_GLUE_OPTIONS = [f"--odoo-config={LINKS.name}/glue.conf", f"--confcutdir={LINKS.name}/glue"]


def test(options):
    """Run the tests; the last word is pytest's, with the numbers of both runs if there were two."""
    folders = {addon: GLUE / addon / "tests" for addon in glue_addons()}
    for folder in (ROOT / "tests", *folders.values()):
        _check_imports(folder)
    arguments, glue_arguments = pytest_arguments(options.arguments)
    with session.databases() as databases, throwaway(databases) as name, tempfile.TemporaryDirectory() as work:
        native.ensure_chromium()
        tested = name("test")
        odoo.clone_with_addon(databases, tested)
        env = databases.env | {"PROJECT_LIFECYCLE_COUNTS": f"{work}/counts.jsonl"}
        env["PROJECT_LIFECYCLE_AXE"] = str(native.AXE)
        env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(TOOLS), env.get("PYTHONPATH")]))
        runs, beside = [], None
        if glue_arguments is not None:
            odoo.clone_with_glue(databases, tested, with_glue := name("test_glue"))
            databases.clone(tested, core := name("test_core"))
            of_glue = {"PGDATABASE": with_glue, "PROJECT_LIFECYCLE_CORE_DB": core}
            runs.append(("pytest on the glue", glue_arguments, env | of_glue))
        if arguments is not None:
            if not options.arguments:
                env["PROJECT_LIFECYCLE_LANES"] = tempfile.mkdtemp(dir=work)
                beside = arguments, env | _lane(databases, tested, name, "beside")
            runs.append(("pytest", arguments, env | _lane(databases, tested, name)))
        codes = _run(runs, beside, Path(work) / "said.txt")
        if len(codes) > 1:
            print(_sum_up(Path(work) / "counts.jsonl"), flush=True)
        return max(codes)


def _lane(databases, tested, name, lane=""):
    """Make the databases of a lane; returns the variables that name them."""
    databases.clone(odoo.base(databases), stock := name(f"stock{lane}"))
    databases.clone(tested, database := name(f"test{lane or '_addon'}"))
    return {"PGDATABASE": database, "PROJECT_LIFECYCLE_STOCK_DB": stock}


def _run(runs, beside, said):
    """Run one pytest after another, and one beside them: what that one says is shown when all have ended."""
    children, codes = [], []
    with said.open("wb") as log, end_all(children):
        if beside:
            arguments, env = beside
            options = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": subprocess.STDOUT, "process_group": 0}
            children.append(subprocess.Popen(_pytest(arguments), env=env, cwd=ROOT, **options))
        for title, arguments, env in runs:
            step(title)
            codes.append(attend(_pytest(arguments), env=env))
        codes += [child.wait() for child in children]
    print(said.read_text(encoding="utf-8", errors="replace"), end="")
    return codes


def _pytest(arguments):
    return [venv.python(), "-m", "pytest", *map(str, arguments)]


def _sum_up(path):
    """One closing line for several runs, as pytest writes it."""
    counts, seconds = Counter(), 0
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        run = json.loads(line)
        counts.update(run["counts"])
        seconds += run["seconds"]
    told = ", ".join(f"{counts[word]} {word}" for word in ("failed", "passed", "skipped", "error") if counts[word])
    return f" {told or 'no tests ran'} in {seconds:.2f}s ".center(80, "=")


def _check_imports(folder):
    """A test module that tests/__init__.py does not import never runs in Odoo's own runner."""
    if not (folder / "__init__.py").exists():
        raise Failure(f"{folder.relative_to(ROOT)}/__init__.py is missing")
    tree = ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level == 1]
    imported = {alias.name for node in imports if not node.module for alias in node.names}
    imported |= {node.module for node in imports if node.module}
    missing = sorted({path.stem for path in folder.glob("test_*.py")} - imported)
    if missing:
        raise Failure(f"{folder.relative_to(ROOT)}/__init__.py does not import {', '.join(missing)}")


def pytest_arguments(arguments):
    """Names come first: a test module, a path, file::Class::test, or a word that test names hold. What follows the
    first option is pytest's own. Returns the arguments for the addon and for the glue, None for one that is not meant.
    """
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
    glue = [path for path in paths if path.startswith("glue/")]
    own = [path for path in paths if path not in glue]
    return (
        [*own, *options] if own or words or not glue else None,
        [*_GLUE_OPTIONS, *(glue or map(str, _glue_folders())), *options] if glue or not (own or words) else None,
    )


def _glue_folders():
    return [GLUE.relative_to(ROOT) / addon for addon in glue_addons()]


def _as_path(name):
    path, separator, rest = name.partition("::")
    glue = [f"{folder}/tests/{path}.py" for folder in _glue_folders()]
    for candidate in (path, f"tests/{path}", f"tests/{path}.py", *glue):
        if (ROOT / candidate).exists() and candidate != "tests/":
            return f"{candidate}{separator}{rest}"
    if separator or path.endswith(".py") or "/" in path:
        raise Failure(f"there is no test file {path}")
    return None
