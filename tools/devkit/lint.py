"""./dev lint: everything that can be said about the files, and Odoo's own lint tests."""

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from . import sources, venv
from .bootstrap import bootstrap, environment
from .core_lint import core_lint
from .settings import ADDON, ODOO_PYTHON, ROOT, glue_addons, manifest
from .ui import Failure, step

# Names of package registries and their mirrors, and folders of one machine, have no place in the repository.
REGISTRIES = re.compile(r"(?i)https?://[^/\s\"']*(?:pypi|pythonhosted|npmjs|debian|nodesource)[^/\s\"']*")
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|root|farm|home/\w+|opt/odoo\w*|mnt|Users/\w+)/")
RUFF = ["--no-cache", f"--config={ROOT / 'pyproject.toml'}"]
ODOO_CHECKS = ["oca-checks-odoo-module"]
# README.md is what Odoo and Git hosts show; Odoo converts numbers itself, and its own data writes them plainly.
ODOO_CHECKS_OFF = "--disable=prefer-readme-rst,xml-field-numeric-without-eval"
# ./dev i18n gives the files their form; a term may well be the same in another language.
PO_CHECKS = ["oca-checks-po", "--disable=po-pretty-format"]


def lint(options):
    """Run all lints, then say what they found."""
    bootstrap()
    if ODOO_PYTHON:
        venv.check_own(venv.LINT_NEEDED)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / ADDON  # some lints are silent unless the folder has the addon's name
        findings = _ruff_sees_all()
        if options.fix:
            _tool("ruff-odoo", "check", "--fix", *RUFF, ".")
            _tool("ruff-odoo", "format", *RUFF, ".")
        sources.export(copy)
        findings += _texts(copy) + _xml(copy)
        for addon in (copy, *_apart(copy)):
            for check in (_ruff, _pylint, _odoo_checks, _po_checks):
                findings += check(addon)
    if not options.fast:
        findings += core_lint()
    print(*findings, sep="\n", end="\n" if findings else "")
    step(f"{len(findings)} findings" if findings else "no findings")
    return bool(findings)


def _apart(copy):
    """Move the glue addons out of the copy, to lie beside it as addons do; returns their folders."""
    return [Path(shutil.move(copy / "glue" / name, copy.parent / name)) for name in glue_addons()]


def _tool(*command, cwd=ROOT):
    """Run a lint; returns its exit code and what it said."""
    program = shutil.which(command[0], path=environment()["PATH"])
    if not program:
        raise Failure(f"{command[0]} is missing (versions: tools/pins.toml)")
    done = subprocess.run(
        [program, *map(str, command[1:])],
        check=False,
        text=True,
        cwd=cwd,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return done.returncode, done.stdout


def _findings(name, code, said):
    """The lines of a lint that failed; never nothing."""
    lines = [f"{name}: {line}" for line in said.splitlines() if line.strip()]
    return (lines or [f"{name}: exit code {code}"]) if code else []


def _ruff_sees_all():
    shown = set(_tool("ruff-odoo", "check", "--no-cache", "--show-files", ".")[1].split())
    python_files = [name for name in sources.files() if name.endswith(".py")]
    return [f"ruff-odoo does not look at {name}" for name in python_files if str(ROOT / name) not in shown]


def _ruff(copy):
    """Each addon by itself: the classes of the glue are not to be merged with those of the addon they extend."""
    step(f"ruff-odoo on {copy.name}")
    check = _tool("ruff-odoo", "check", "--quiet", "--output-format=concise", *RUFF, ".", cwd=copy)
    formatted = _tool("ruff-odoo", "format", "--check", "--output-format=concise", *RUFF, ".", cwd=copy)
    return _findings("ruff-odoo", *check) + _findings("ruff-odoo format (./dev lint --fix mends it)", *formatted)


def _texts(copy):
    step("files: host names of registries, paths of a machine")
    findings = []
    for path in sorted(path for path in copy.rglob("*") if path.is_file()):
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(lines, 1):
            for what, pattern in (("registry host", REGISTRIES), ("path of a machine", MACHINE_PATHS)):
                if pattern.search(line):
                    findings.append(f"{path.relative_to(copy)}:{number}: {what}")
    return findings


def _xml(copy):
    step("XML")
    findings = []
    for path in sorted([*copy.rglob("*.xml"), *copy.rglob("*.svg")]):
        try:
            ElementTree.parse(path)
        except ElementTree.ParseError as error:
            findings.append(f"{path.relative_to(copy)}: {error}")
    return findings


def _pylint(copy):
    """The Python files of an addon; those of tools/ are no Odoo code."""
    step(f"pylint-odoo on {copy.name}")
    files = [path for path in copy.rglob("*.py") if path.relative_to(copy).parts[0] != "tools"]
    # pylint finds what is in packages itself; migration scripts lie in plain folders, and all have the same name,
    # by which it counts: each has a run of its own
    loose = [path.relative_to(copy.parent) for path in files if not (path.parent / "__init__.py").exists()]
    findings = _pylint_run(copy, copy.name, len(files) - len(loose))
    for path in loose:
        findings += _pylint_run(copy, path, 1)
    return findings


def _pylint_run(copy, target, count):
    """Look at a package, or at one file; `count` is how many files there are to be looked at."""
    options = [f"--rcfile={ROOT / '.pylintrc'}", "--output-format=json2"]
    code, said = _tool("pylint", *options, target, cwd=copy.parent)
    try:
        report = json.loads(said)
    except json.JSONDecodeError:
        return _findings("pylint-odoo", code or "?", said)
    linted = report["statistics"]["modulesLinted"]
    if linted < count:
        return [f"pylint-odoo looked at {linted} of {count} files of {target} only"]
    return [
        f"pylint-odoo: {message['path'].removeprefix(copy.name + '/')}:{message['line']}: "
        f"{message['symbol']}: {message['message']}"
        for message in report["messages"]
    ]


def _odoo_checks(copy):
    step(f"oca-checks-odoo-module on {copy.name}")
    code, said = _tool(*ODOO_CHECKS, ODOO_CHECKS_OFF, copy, cwd=copy.parent)
    findings = _findings("oca-checks-odoo-module", code, said.replace(f"{str(copy)[1:]}/", ""))
    data = next((name for name in manifest(copy).get("data", []) if name.endswith(".xml")), None)
    if data and not findings:
        with (copy / data).open("a", encoding="utf-8") as file:
            file.write("<broken")
        if not _tool(*ODOO_CHECKS, ODOO_CHECKS_OFF, copy, cwd=copy.parent)[0]:
            return [f"oca-checks-odoo-module is silent about a broken {data}: it checks nothing"]
    return findings


def _po_checks(copy):
    step(f"oca-checks-po on {copy.name}")
    files = sorted([*copy.glob("i18n/*.po"), *copy.glob("i18n/*.pot")])
    findings = []
    for path in files:
        findings += _findings("oca-checks-po", *_tool(*PO_CHECKS, path, cwd=copy))
    if files and not findings:
        with files[0].open("a", encoding="utf-8") as file:
            file.write('\nmsgid "broken\n')
        if not _tool(*PO_CHECKS, files[0], cwd=copy)[0]:
            return ["oca-checks-po is silent about a broken file: it checks nothing"]
    return findings
