import json
from pathlib import Path

from openupgradelib import openupgrade

ADDON = "project_lifecycle"
# Criteria that the client confirms by a sign-off now: their kind and wording before, in every language that shipped,
# which tells whether the firm has made them its own. Words are written in English; the update fills in translations.
CRITERIA = json.loads(Path(__file__).with_name("criteria.json").read_text(encoding="utf-8"))
WORDINGS = ("name", "guidance")


def _is_own(criterion, change):
    """Tell whether the firm has made a criterion its own: its kind, whether it is used, or a word in any language."""
    if criterion.kind != change["kind"] or not criterion.active:
        return True
    return any(
        not set((criterion._fields[field]._get_stored_translations(criterion) or {}).values())
        <= set(change["before"][field])
        for field in WORDINGS
    )


@openupgrade.migrate()
def migrate(env, version):
    """Let the client confirm by sign-offs what it confirms or signs; answers that are there stay, nobody is asked."""
    for name, change in CRITERIA.items():
        criterion = env.ref(f"{ADDON}.{name}", raise_if_not_found=False)
        if not criterion or _is_own(criterion, change):
            continue
        values = dict(change["values"])
        if "signoff_kind" in change:
            values["signoff_kind_id"] = env.ref(f"{ADDON}.{change['signoff_kind']}").id
        criterion.with_context(lang="en_US").write(values)
        if "guidance" in values:
            criterion.flush_recordset()
            # the update loads those of the new wording
            openupgrade.delete_record_translations(env.cr, ADDON, [name], ["guidance"])
            criterion.invalidate_recordset()
