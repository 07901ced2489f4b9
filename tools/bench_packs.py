"""bench_packs.py CONF DATABASE STOCK RUNS PROJECTS ENTRIES: run by ./dev bench packs; changes nothing that lasts."""

import sys
import time
from contextlib import ExitStack, contextmanager
from statistics import median

from odoo import SUPERUSER_ID, api
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tools import SQL, config

WARM_UP = 3
PAGE = 80
LOGGED_BEFORE = 500
MILLI = 1000


@contextmanager
def opened(database):
    """Yield the environment of a database; what is done in it is rolled back."""
    cursor = Registry(database).cursor()
    try:
        yield api.Environment(cursor, SUPERUSER_ID, {"tracking_disable": True})
    finally:
        cursor.rollback()
        cursor.close()


def prepare(env):
    """Make a consultant and a project that is paid by three prepaid orders; returns both."""
    group_names = ("project.group_project_user", "hr_timesheet.group_hr_timesheet_user")
    groups = [Command.link(env.ref(name).id) for name in group_names]
    user = env["res.users"].create({"name": "Bench", "login": "bench", "group_ids": groups})
    env["hr.employee"].create({"name": "Bench", "user_id": user.id})
    customer = env["res.partner"].create({"name": "Client"})
    values = {"name": "Bench", "partner_id": customer.id, "user_id": user.id}
    values |= {"allow_timesheets": True, "allow_billable": True, "privacy_visibility": "employees"}
    if "project.lifecycle" in env:
        values["lifecycle_id"] = env.ref("project_lifecycle.lifecycle_software").id
    project = env["project.project"].create(values)
    product = env["product.product"].create(
        {
            "name": "Consulting",
            "type": "service",
            "service_policy": "ordered_prepaid",
            "uom_id": env.ref("uom.product_uom_hour").id,
            "taxes_id": False,
        }
    )
    orders = env["sale.order"].create(
        [
            {
                "partner_id": customer.id,
                "project_id": project.id,
                "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 10000})],
            }
            for _number in range(3)
        ]
    )
    for order in orders:
        order.action_confirm()
    project.sale_line_id = orders[0].order_line
    task = env["project.task"].create({"name": "Task", "project_id": project.id})
    log(env, user, task, LOGGED_BEFORE)
    env.flush_all()
    return user, task


def log(env, user, task, count):
    """Log so many entries as the consultant."""
    values = {"name": "work", "project_id": task.project_id.id, "task_id": task.id, "unit_amount": 0.25}
    env["account.analytic.line"].with_user(user).create([dict(values) for _number in range(count)])
    env.flush_all()


def measured(env, act):
    """Return how many seconds and queries an act takes on a cold cache; what it did is rolled back."""
    env.flush_all()
    env.invalidate_all()
    savepoint = env.cr.savepoint()
    queries, start = env.cr.sql_log_count, time.perf_counter()
    act()
    took, asked = time.perf_counter() - start, env.cr.sql_log_count - queries
    env.invalidate_all(flush=False)
    savepoint.rollback()
    return took, asked


def interleaved(runs, acts):
    """Measure acts in turn, so that what else the machine does falls on all alike.

    :param dict acts: environment and function by name
    :return: a list of seconds, one a run, and the least number of queries, by name
    """
    found = {name: [] for name in acts}
    for run in range(WARM_UP + runs):
        names = list(acts) if run % 2 else list(reversed(acts))
        for name in names:
            found[name].append(measured(*acts[name]))
    return {
        name: ([took for took, _asked in results[WARM_UP:]], min(asked for _took, asked in results[WARM_UP:]))
        for name, results in found.items()
    }


def report(title, found, ours, other):
    """Print medians side by side, and the median of the ratios of each run: what slows one run slows both sides."""
    (times, asked), (times_other, asked_other) = found[ours], found[other]
    ratio = median(took / took_other for took, took_other in zip(times, times_other, strict=True))
    mine = f"{median(times) * MILLI:8.1f} ms {asked:4} queries"
    theirs = f"{median(times_other) * MILLI:8.1f} ms {asked_other:4} queries"
    print(f"{title:<42} {mine}   {other}: {theirs}   ratio {ratio:5.2f}", flush=True)


def clone_rows(env, record, count, **changes):
    """Insert copies of the row of a record, straight into the database.

    :param changes: SQL by column; ``n`` counts the copies from 1
    """
    columns = [name for name, field in record._fields.items() if field.store and field.column_type and name != "id"]
    picked = [SQL(changes[name]) if name in changes else SQL.identifier(name) for name in columns]
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s, generate_series(1, %s) AS n WHERE id = %s RETURNING id",
            SQL.identifier(record._table),
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(picked),
            SQL.identifier(record._table),
            count,
            record.id,
        )
    )
    return [row[0] for row in env.cr.fetchall()]


def fill(env, task, projects, entries):
    """Make many projects with a pack each, and time on them, evenly spread."""
    entry = env["account.analytic.line"].search([("project_id", "=", task.project_id.id)], limit=1)
    pack = env["project.pack"].create({"name": "Bench", "project_id": task.project_id.id, "purchased_hours": 100})
    env.flush_all()
    project_ids = clone_rows(env, task.project_id, projects)
    of_n = f"{project_ids[0]} + (n - 1) %% {projects}"
    pack_ids = clone_rows(env, pack, projects, project_id=of_n, sale_line_id="NULL")
    pack_of_n = f"{pack_ids[0]} + (n - 1) %% {projects}"
    clone_rows(
        env,
        entry,
        entries,
        project_id=of_n,
        pack_id=pack_of_n,
        pack_project_id=of_n,
        pack_use="'deducted'",
        so_line="NULL",
        task_id="NULL",
        date="CURRENT_DATE - (n %% 300)::int",
    )
    env.cr.execute("ANALYZE account_analytic_line, project_pack, project_project")
    env.invalidate_all()
    return env["project.project"].browse(project_ids), pack_ids


def measure_entries(env, stock, runs):
    sides = {"with packs": (env, *prepare(env)), "stock": (stock, *prepare(stock))}
    for count in (1, 100):
        acts = {
            name: (side, lambda side=side, user=user, task=task, count=count: log(side, user, task, count))
            for name, (side, user, task) in sides.items()
        }
        found = interleaved(runs, acts)
        report(f"{count} time entr{'y' if count == 1 else 'ies'} at once", found, "with packs", "stock")
    return sides["with packs"][2]


def measure_balances(env, task, runs, projects, entries):
    everything, pack_ids = fill(env, task, projects, entries)
    names = ["pack_purchased_hours", "pack_used_hours", "pack_remaining_hours"]
    for title, some, packs in (
        (f"{projects} projects, {entries} entries", everything, pack_ids),
        (f"a page of {PAGE} of these projects", everything[:PAGE], pack_ids[:PAGE]),
    ):

        def bare(packs=packs):
            env.cr.execute(
                "SELECT pack_id, SUM(unit_amount) FROM account_analytic_line"
                " WHERE pack_id = ANY(%s) AND pack_use = 'deducted' GROUP BY pack_id",
                [packs],
            )
            env.cr.fetchall()

        def balances(some=some):
            return [ledger.total for ledger in env["project.pack"]._get_ledgers(some).values()]

        acts = {
            "balances": (env, balances),
            "fields": (env, lambda some=some: some.read(names)),
            "pace": (env, lambda some=some: some._get_pack_paces()),
            "bare SQL sum": (env, bare),
        }
        found = interleaved(runs, acts)
        for name in ("balances", "fields", "pace"):
            report(f"{title}: {name}", found, name, "bare SQL sum")


def main():
    conf, database, stock_database, runs, projects, entries = sys.argv[1:]
    config.parse_config(["-c", conf, "--log-level=warn"], setup_logging=True)
    with ExitStack() as stack:
        env, stock = (stack.enter_context(opened(name)) for name in (database, stock_database))
        print(f"medians of {runs} runs, in turn; queries of a cold cache\n", flush=True)
        task = measure_entries(env, stock, int(runs))
        measure_balances(env, task, int(runs), int(projects), int(entries))


if __name__ == "__main__":
    main()
