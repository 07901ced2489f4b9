"""Odoo's own lint tests, on the modules that are installed. What they say without the addon, too, is not its fault."""

from . import odoo, session, sides
from .databases import throwaway
from .settings import ADDON, glue_addons
from .sides import WITH, WITHOUT
from .ui import step

CLASSES = (
    "TestIndex",
    "TestNaming",
    "RoutesLinter",
    "TestLintOverrideSignatures",
    "TestTestHoles",
    "TestOnchangeDomains",
    "TestDunderinit",
    "TestI18n",
)


def core_lint():
    """Returns what the tests find with the addon only."""
    tags = ",".join(f"/test_lint:{name}" for name in CLASSES)
    modules = {WITHOUT: ["test_lint"], WITH: [",".join([ADDON, *glue_addons(), "test_lint"]), *odoo.WITH_GLUE]}
    with session.databases() as databases, throwaway(databases) as name:
        arguments = {}
        for side, installed in modules.items():
            database = name(f"lint_{side.partition(' ')[0]}")
            databases.clone(odoo.base(databases), database)
            arguments[side] = (database, "--test-tags", tags, "-i", *installed)
        step("Odoo's test_lint")
        outcomes = sides.run(databases, arguments, "lint")
    ran = {test.partition(":")[2].partition(".")[0] for test in outcomes[WITH].tests}
    findings = [
        f"test_lint: {name} did not run; the log: {outcomes[WITH].path}" for name in CLASSES if name not in ran
    ]
    known = {line for lines in _failures(outcomes[WITHOUT]) for line in lines}
    for lines in _failures(outcomes[WITH]):
        if new := [line for line in lines if line not in known]:
            findings += [f"test_lint: {line}" for line in ([lines[0], *new] if lines[0] in known else new)]
    return findings


def _failures(ended):
    """The lines of each failure, without the time and the name of the database."""
    for problem in odoo.problems(ended.path):
        first, *rest = problem.splitlines()
        message = first.partition(": ")[2]
        if message.startswith(("FAIL", "ERROR")):
            yield [message, *(line for line in rest if line.strip())]
