"""bench_portal.py CONF DATABASE RUNS: run by ./dev bench portal; what it makes lies in a database that is thrown away.

Both pages are asked for through HTTP by the SPOC, in turn, on the same project; what is timed is the whole answer.
"""

import sys
import threading
import time
from statistics import median

import requests
from bench_packs import MILLI, WARM_UP, log, prepare
from werkzeug.serving import WSGIRequestHandler, make_server

from odoo import SUPERUSER_ID, api
from odoo.fields import Command, Date
from odoo.http import root
from odoo.modules.registry import Registry
from odoo.tools import config

TASKS = 80
POINTS = CRITERIA = 20
PASSWORD = "bench of the portal"


class QuietHandler(WSGIRequestHandler):
    """Says nothing of each request."""

    def log(self, type, message, *args):
        """Say nothing."""


def fill(env):
    """Make a project in delivery with tasks, packs, criteria, points and sessions; return it."""
    user, task = prepare(env)
    project = task.project_id
    partner = env["res.partner"].create({"name": "Spoc", "parent_id": project.partner_id.id, "email": "b@example.com"})
    env["res.users"].create(
        {
            "login": "bench_spoc",
            "password": PASSWORD,
            "partner_id": partner.id,
            "group_ids": [Command.set([env.ref("base.group_portal").id])],
        }
    )
    lifecycle = project.lifecycle_id
    delivery = lifecycle.stage_ids.filtered(lambda stage: stage.purpose == "delivery")[:1]
    project._bring_in(lifecycle, delivery, "ran before")
    project.write({"spoc_id": partner.id, "privacy_visibility": "portal"})
    project.message_subscribe(partner_ids=partner.ids)
    log(env, user, task, 200)
    env["project.task"].create([{"name": f"Task {n}", "project_id": project.id} for n in range(TASKS)])
    env["project.open.point"].create(
        [{"project_id": project.id, "name": f"Point {n}", "partner_id": partner.id} for n in range(POINTS)]
    )
    common = {"step_id": project.current_step_id.id, "responsible": "client", "client_visible": True}
    env["project.checklist.item"].create([{**common, "custom_name": f"Criterion {n}"} for n in range(CRITERIA)])
    env["calendar.event"].create(
        [
            {
                "name": f"Session {n}",
                "start": f"{Date.today()} 09:00:00",
                "stop": f"{Date.today()} 10:00:00",
                "partner_ids": [Command.set(partner.ids)],
                "lifecycle_project_id": project.id,
                "session_kind": "follow_up",
                "held_on": Date.today(),
                "minutes": "<p>Agreed</p>",
            }
            for n in range(10)
        ]
    )
    return project


def ask(session, url):
    start = time.perf_counter()
    answer = session.get(url, timeout=120, allow_redirects=False)
    took = time.perf_counter() - start
    if answer.status_code != 200:
        raise SystemExit(f"{url}: {answer.status_code}")
    return took


def main():
    conf, database, runs = sys.argv[1:]
    config.parse_config(["-c", conf, "--log-level=warn", f"--database={database}"], setup_logging=True)
    with Registry(database).cursor() as cursor:
        project_id = fill(api.Environment(cursor, SUPERUSER_ID, {"tracking_disable": True})).id
    server = make_server("127.0.0.1", 0, root, threaded=True, request_handler=QuietHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    session = requests.Session()
    session.get(f"{base}/web/login?db={database}", timeout=120)
    page = session.get(f"{base}/web/login", timeout=120).text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    session.post(
        f"{base}/web/login", data={"login": "bench_spoc", "password": PASSWORD, "csrf_token": token}, timeout=120
    )
    pages = {
        "ours": f"{base}/my/projects/{project_id}/lifecycle",
        "Odoo's": f"{base}/my/projects/{project_id}",
    }
    found = {name: [] for name in pages}
    for run in range(WARM_UP + int(runs)):
        for name in list(pages) if run % 2 else list(reversed(pages)):
            found[name].append(ask(session, pages[name]))
    ours, stock = (found[name][WARM_UP:] for name in pages)
    ratio = median(mine / theirs for mine, theirs in zip(ours, stock, strict=True))
    print(f"medians of {runs} runs, in turn: the page of the client beside Odoo's page of the project ({TASKS} tasks)")
    print(f"ours {median(ours) * MILLI:8.1f} ms   Odoo's {median(stock) * MILLI:8.1f} ms   ratio {ratio:5.2f}")
    server.shutdown()


if __name__ == "__main__":
    main()
