"""./dev test-core: the tests of the modules the addon extends must end with it as they end without it."""

from . import native, odoo, session, sides
from .databases import throwaway
from .settings import glue_addons
from .sides import WITH, WITHOUT
from .ui import step

MODULES = ("project", "hr_timesheet", "sale_project", "sale_timesheet", "helpdesk_mgmt", "helpdesk_mgmt_project")
REPEATS = 3
TOO_MANY = 30


def test_core(_options):
    """Run both sides, repeat what differs, and tell what still does."""
    with session.databases() as databases, throwaway(databases) as name:
        native.ensure_chromium()
        names = {WITHOUT: name("core_without"), WITH: name("core_with")}
        databases.clone(odoo.base(databases), names[WITHOUT])
        odoo.clone_with_addon(databases, addon := name("core_addon"))
        odoo.clone_with_glue(databases, addon, names[WITH])
        step(f"tests of {', '.join(MODULES)}, {' and '.join(names)} and {', '.join(glue_addons())}")
        tags = ",".join(f"/{module}" for module in MODULES)
        outcomes = sides.run(databases, _sides(names, tags), "core")
        problems = _check_counts(outcomes)
        without, with_addon = (outcomes[side].tests for side in names)
        differing = sorted(test for test in without.keys() & with_addon.keys() if without[test] != with_addon[test])
        if len(differing) > TOO_MANY:
            problems += [f"{test}: {without[test]} / {with_addon[test]}" for test in differing]
        else:
            for test in differing:
                problems += _repeat(databases, names, test)
    print("\n".join(problems) or "No test ends differently with the addon.")
    return bool(problems)


def _sides(names, tags):
    """The database and the options of both sides; only the side with the addon knows of the glue."""
    return {side: (names[side], "--test-tags", tags, *(odoo.WITH_GLUE if side == WITH else ())) for side in names}


def _check_counts(outcomes):
    """Both sides must have run the same tests, and some."""
    problems = []
    for side, ended in outcomes.items():
        words = ", ".join(f"{ended.count(word)} {word}" for word in ("passed", "failed", "error", "skipped"))
        print(f"{side}: {ended.total} tests run; {words}; log: {ended.path}", flush=True)
        if not ended.total:
            problems.append(f"no tests were run {side}")
    without, with_addon = (set(ended.tests) for ended in outcomes.values())
    problems += [f"run only {WITHOUT}: {test}" for test in sorted(without - with_addon)]
    problems += [f"run only {WITH}: {test}" for test in sorted(with_addon - without)]
    return problems


def _repeat(databases, names, test):
    """Run one test alone, several times on both sides."""
    step(f"again, alone: {test}")
    module, _slash, rest = test.partition("/")
    tag = f"/{module}:{rest.partition(':')[2]}".removesuffix(".setUpClass").removesuffix(".tearDownClass")
    ends = {side: [] for side in names}
    for _ in range(REPEATS):
        outcomes = sides.run(databases, _sides(names, tag), "core-again")
        for side, ended in outcomes.items():
            ends[side].append(ended.tests.get(test, "passed" if ended.total else "not run"))
    told = f"{test}: " + "; ".join(f"{side}: {', '.join(ended)}" for side, ended in ends.items())
    if set(ends[WITHOUT]).isdisjoint(ends[WITH]):
        return [told]
    print(f"no steady difference: {told}", flush=True)
    return []
