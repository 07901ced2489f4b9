import json
from pathlib import Path

from babel.messages.pofile import read_po
from openupgradelib import openupgrade

from odoo.addons.project_lifecycle.upgrade import drop_translations, is_own

ADDON = "project_lifecycle"
# Criteria that the client confirms by a sign-off now: their kind and wording before, in every language that shipped,
# which tells whether the firm has made them its own. Words are written in English; the update fills in translations.
CRITERIA = json.loads(Path(__file__).with_name("criteria.json").read_text(encoding="utf-8"))
# Criteria of the client's that its page asks for now, with their wording as it shipped.
CLIENT_CRITERIA = {
    "point_software_outcome_agreed": ("What will be done and the result at the end of the phase agreed by both sides"),
    "point_software_tests_exhaustive": "SPOC's tests cover as many cases as possible",
    "point_software_dry_run": "Dry run on a copy of the database done and its outcome recorded",
    "point_software_in_daily_use": "Apps of the phase in daily use in production",
    "point_software_cooperation_reviewed": "Way of working together reviewed, and changes agreed",
    "point_rnd_acc_criteria_judged": "Each acceptance criterion judged",
}


def keep_client_side(env):
    """Leave projects open to whomever they are open to; close those before their kick-off that nobody outside sees.

    Past all rules of the models: nothing is mailed, nobody is subscribed, no history is written.
    """
    projects = env["project.project"].with_context(active_test=False)
    shown = projects.search(
        [
            ("lifecycle_id", "!=", False),
            ("is_template", "=", False),
            ("privacy_visibility", "in", ("portal", "invited_users")),
        ]
    )
    waiting = shown._get_waiting_for_kickoff()
    closed = waiting.filtered(
        lambda project: not project.message_partner_ids.user_ids.filtered("share") and not project.collaborator_ids
    )
    env.flush_all()
    if shown - closed:
        env.cr.execute(
            "UPDATE project_project SET client_colleagues_read = TRUE WHERE id IN %s", [tuple((shown - closed).ids)]
        )
    if closed:
        ids = tuple(closed.ids)
        env.cr.execute(
            "UPDATE project_project SET access_token = NULL, privacy_visibility ="
            " CASE privacy_visibility WHEN 'portal' THEN 'employees' ELSE 'followers' END WHERE id IN %s",
            [ids],
        )
        env.cr.execute("UPDATE project_task SET access_token = NULL WHERE project_id IN %s", [ids])
    env.invalidate_all()


def show_criteria_to_client(env):
    """Let the client's page ask for what is the client's, where the firm has not put it into words of its own."""
    folder = Path(__file__).parents[2] / "i18n"
    catalogs = [read_po(path.open("rb")) for path in sorted(folder.glob("*.po"))]
    for name, wording in CLIENT_CRITERIA.items():
        criterion = env.ref(f"{ADDON}.{name}", raise_if_not_found=False)
        if not criterion or not criterion.active or criterion.responsible != "client":
            continue
        found = (catalog.get(wording) for catalog in catalogs)
        shipped = {wording, *(message.string for message in found if message)}
        if set((criterion._fields["name"]._get_stored_translations(criterion) or {}).values()) <= shipped:
            criterion.client_visible = True


def name_packs_as_the_client_knows_them(env):
    """Let the mail on a pack name what the client has ordered, in whatever words the firm has put the rest."""
    template = env.ref(f"{ADDON}.mail_template_pack_alert", raise_if_not_found=False)
    if template:
        template.flush_recordset()
        env.cr.execute(
            "UPDATE mail_template SET body_html = REPLACE(body_html::text, %s, %s)::jsonb WHERE id = %s",
            [
                r"<strong t-out=\"object.name or ''\">",
                r"<strong t-out=\"ctx.get('pack_name') or ''\">",
                template.id,
            ],
        )
        template.invalidate_recordset()


@openupgrade.migrate()
def migrate(env, version):
    """Let the client confirm by sign-offs what it confirms or signs; answers that are there stay, nobody is asked."""
    keep_client_side(env)
    show_criteria_to_client(env)
    name_packs_as_the_client_knows_them(env)
    for name, change in CRITERIA.items():
        criterion = env.ref(f"{ADDON}.{name}", raise_if_not_found=False)
        if not criterion or is_own(criterion, change["before"], change["kind"]):
            continue
        values = dict(change["values"])
        if "signoff_kind" in change:
            values["signoff_kind_id"] = env.ref(f"{ADDON}.{change['signoff_kind']}").id
        criterion.with_context(lang="en_US").write(values)
        if "guidance" in values:
            drop_translations(env, name, criterion, ["guidance"])
