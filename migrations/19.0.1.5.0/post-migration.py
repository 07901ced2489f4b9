import json
from pathlib import Path

from openupgradelib import openupgrade

from odoo.addons.project_lifecycle.upgrade import compute_criteria

ADDON = "project_lifecycle"
# Exits that ship, by the reason of the hand-off that takes them; the field is new, so nobody has edited it.
EXITS = {
    "exit_software_alone_after_kickoff": "autonomous",
    "exit_software_pause": "pause",
    "exit_software_alone_during_implementation": "autonomous",
}
# Criteria that Odoo works out now, with their wording in every language that shipped, which tells whether the firm has
# made them its own.
CRITERIA = json.loads(Path(__file__).with_name("criteria.json").read_text(encoding="utf-8"))


def _ref(env, name):
    return env.ref(f"{ADDON}.{name}", raise_if_not_found=False)


def tell_exits_apart(env):
    """Say for which reason of a hand-off each exit to support is meant."""
    for name, reason in EXITS.items():
        way_out = _ref(env, name)
        if way_out and way_out.to_stage_id.purpose == "support":
            way_out.handoff_reason = reason


@openupgrade.migrate()
def migrate(env, version):
    """Projects that are in support already stay there, without a hand-off; nobody is mailed."""
    tell_exits_apart(env)
    compute_criteria(env, CRITERIA)
