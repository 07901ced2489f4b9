"""What the migration scripts of several versions do alike; only they import it.

Versions that are out rely on it: what a function does to a database must not change any more. A script that needs
something else has a function of its own.
"""

from openupgradelib import openupgrade

ADDON = "project_lifecycle"


def is_own(criterion, before, kind="manual"):
    """Tell whether the firm has made a criterion its own: its kind, whether it is used, or a word in any language.

    :param project.checklist.template criterion: as it is now
    :param dict before: for each of its texts, what shipped, in every language
    :param str kind: its kind as it shipped
    """
    if criterion.kind != kind or not criterion.active:
        return True
    # the firm's language need not be English
    return any(
        not set((criterion._fields[field]._get_stored_translations(criterion) or {}).values()) <= set(texts)
        for field, texts in before.items()
    )


def drop_translations(env, name, criterion, texts):
    """Forget the translations of texts that were reworded: the update loads those of the new wording.

    :param str name: of the criterion, without the addon
    :param list texts: names of fields
    """
    criterion.flush_recordset()
    openupgrade.delete_record_translations(env.cr, ADDON, [name], texts)
    criterion.invalidate_recordset()


def compute_criteria(env, criteria):
    """Let Odoo work out what it knows now, where the firm has left the criteria as they were shipped.

    Open ones on running projects follow; those that were answered stay as they are.

    :param dict criteria: by their names without the addon: ``before`` (see ``is_own``), the ``criterion`` that works
        it out, and a new ``guidance`` if there is one
    """
    for name, change in criteria.items():
        criterion = env.ref(f"{ADDON}.{name}", raise_if_not_found=False)
        if not criterion or is_own(criterion, change["before"]):
            continue
        criterion.write({"kind": "computed", "criterion": change["criterion"]})
        if "guidance" in change:
            criterion.with_context(lang="en_US").guidance = change["guidance"]
            drop_translations(env, name, criterion, ["guidance"])
