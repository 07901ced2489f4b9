"""What has changed from one report to the next, without the ORM: two sets of frozen figures compared.

Each change is a dict with its ``kind`` and what the sentence about it needs: names, days as ISO text, numbers.
"""

TINY = 0.005


def find_changes(before, now):
    """Return what has changed, in the order in which it is told.

    :param dict before: the figures of the report before, by the code of their block
    :param dict now: the figures of this one
    :rtype: list[dict]
    """
    return [
        *_status(before.get("status") or {}, now.get("status") or {}),
        *_steps(before.get("timeline") or {}, now.get("timeline") or {}),
        *_milestones(before.get("timeline") or {}, now.get("timeline") or {}),
        *_packs(before.get("packs") or {}, now.get("packs") or {}),
        *_points(before.get("points") or {}, now.get("points") or {}),
        *_adoption(before.get("adoption") or {}, now.get("adoption") or {}),
    ]


def _status(before, now):
    if before and now and before["status"] != now["status"]:
        yield {"kind": "status", "before": before["status"], "now": now["status"]}


def _steps(before, now):
    old = _by_id(before.get("steps"))
    for step in now.get("steps") or ():
        was = old.get(step["id"])
        if was and was["state"] != step["state"] and step["state"] in ("current", "done"):
            yield {"kind": f"step_{step['state']}", "name": step["name"]}
        end, end_before = step["planned"][1], was and was["planned"][1]
        if was and end and end_before and end != end_before and step["state"] in ("current", "upcoming"):
            yield {"kind": "step_moved", "name": step["name"], "before": end_before, "now": end}


def _milestones(before, now):
    old = _by_id(before.get("milestones"))
    for milestone in now.get("milestones") or ():
        was = old.get(milestone["id"])
        if milestone["is_reached"] and not (was and was["is_reached"]):
            yield {"kind": "milestone_reached", "name": milestone["name"]}
        elif was is None:
            if before:
                yield {"kind": "milestone_new", "name": milestone["name"], "now": milestone["deadline"]}
        elif milestone["deadline"] != was["deadline"]:
            names = {"name": milestone["name"], "before": was["deadline"], "now": milestone["deadline"]}
            yield {"kind": "milestone_moved", **names}


def _packs(before, now):
    for name in ("purchased", "used", "offered"):
        more = now.get(name, 0.0) - before.get(name, 0.0)
        if before and now and abs(more) > TINY:
            yield {"kind": f"packs_{name}", "hours": round(more, 6)}


def _points(before, now):
    if before and now:
        old, new = set(before["ids"]), set(now["ids"])
        if old - new:
            yield {"kind": "points_closed", "count": len(old - new)}
        if new - old:
            yield {"kind": "points_new", "count": len(new - old)}


def _adoption(before, now):
    old = {app["key"]: app for app in before.get("apps") or ()}
    for app in now.get("apps") or ():
        was = old.get(app["key"])
        if was and app["users"] != was["users"]:
            yield {"kind": "users", "name": app["name"], "before": was["users"], "now": app["users"]}


def _by_id(rows):
    return {row["id"]: row for row in rows or ()}
