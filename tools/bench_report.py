"""bench_report.py CONF DATABASE RUNS: run by ./dev bench report; changes nothing that lasts."""

import sys

from bench_packs import clone_rows, interleaved, log, opened, prepare, report

from odoo.fields import Command
from odoo.tools import config

LINES = 45
ITEMS, POINTS, ENTRIES = 200, 300, 5000


def prepare_report(env):
    """Return a draft on a large project: many criteria, open points of the client and time entries."""
    user, task = prepare(env)
    project = task.project_id
    item = project.checklist_item_ids[:1]
    clone_rows(env, item, ITEMS, template_id="NULL", custom_name="'Criterion ' || n")
    person = env["res.partner"].create({"name": "Spoc", "parent_id": project.partner_id.id, "email": "s@example.com"})
    values = {"project_id": project.id, "side": "client", "client_role": "spoc", "partner_id": person.id}
    env["project.lifecycle.stakeholder"].create(values)
    point = env["project.open.point"].create({"name": "Point", "project_id": project.id, "partner_id": person.id})
    env.flush_all()
    clone_rows(env, point, POINTS - 1)
    env.invalidate_all()
    log(env, user, task, ENTRIES)
    draft = env["project.update"].browse(project.with_user(user).action_new_report()["res_id"])
    text = "<p>" + "Some words of the consultant. " * 10 + "</p>"
    draft.write({"status_reason": text, "gains": text, "collaboration": text})
    env.flush_all()
    return draft


def prepare_order(env):
    """Return a quotation of many lines."""
    product = env["product.product"].create({"name": "Chair", "list_price": 10, "taxes_id": False})
    lines = [Command.create({"product_id": product.id, "product_uom_qty": number + 1}) for number in range(LINES)]
    return env["sale.order"].create(
        {"partner_id": env["res.partner"].create({"name": "Customer"}).id, "order_line": lines}
    )


def main():
    conf, database, runs = sys.argv[1:]
    config.parse_config(["-c", conf, "--log-level=error"], setup_logging=True)
    with opened(database) as env:
        draft, order = prepare_report(env), prepare_order(env)
        engine = env["ir.actions.report"].with_context(force_report_rendering=True)
        names = {
            "report": ("project_lifecycle.report_project_update", draft),
            "order": ("sale.report_saleorder", order),
        }
        print(
            f"a report on {ITEMS} criteria, {POINTS} open points, {ENTRIES} entries beside Odoo's order of {LINES}"
            f" lines; medians of {runs} runs, in turn; queries of a cold cache\n",
            flush=True,
        )
        for title, render in (("HTML", engine._render_qweb_html), ("PDF", engine._render_qweb_pdf)):
            acts = {
                name: (env, lambda render=render, ref=ref, record=record: render(ref, record.ids))
                for name, (ref, record) in names.items()
            }
            report(title, interleaved(int(runs), acts), "report", "order")


if __name__ == "__main__":
    main()
