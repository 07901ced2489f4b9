import json
from pathlib import Path

from openupgradelib import openupgrade

ADDON = "project_lifecycle"
# Criteria that reports, the answers of clients and lessons work out now, with their wording in every language that
# shipped, which tells whether the firm has made them its own.
CRITERIA = json.loads(Path(__file__).with_name("criteria.json").read_text(encoding="utf-8"))


def _is_own(criterion, before):
    if criterion.kind != "manual" or not criterion.active:
        return True
    return any(
        not set((criterion._fields[field]._get_stored_translations(criterion) or {}).values()) <= set(before[field])
        for field in before
    )


def compute_criteria(env):
    """Let Odoo work out what it knows now, where the firm has left the criteria as they were shipped.

    Open ones on running projects follow; those that were answered stay as they are.
    """
    for name, change in CRITERIA.items():
        criterion = env.ref(f"{ADDON}.{name}", raise_if_not_found=False)
        if not criterion or _is_own(criterion, change["before"]):
            continue
        criterion.write({"kind": "computed", "criterion": change["criterion"]})
        if "guidance" in change:
            criterion.with_context(lang="en_US").guidance = change["guidance"]
            criterion.flush_recordset()
            # the update loads those of the new wording
            openupgrade.delete_record_translations(env.cr, ADDON, [name], ["guidance"])
            criterion.invalidate_recordset()


@openupgrade.migrate()
def migrate(env, version):
    """Reports and lessons answer what was ticked; nobody is asked for anything, nothing is mailed."""
    compute_criteria(env)
