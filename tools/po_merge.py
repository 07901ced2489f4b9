"""po_merge.py EXPORTED.pot FOLDER [--check]: brings FOLDER's template and translations up to date with Odoo's export.

Translations that exist are kept, new terms are added empty, terms that are gone are dropped. Entries are sorted as
Odoo sorts them; dates are left out, so that a second run changes nothing. With --check nothing is written. Prints
what would change, is untranslated or fuzzy; the exit code tells whether there is any of it (1) or not (0).
"""

import sys
from pathlib import Path

import polib

DATES = ("POT-Creation-Date", "PO-Revision-Date")


def without_dates(metadata):
    return {key: value for key, value in metadata.items() if key not in DATES}


def merged(template, existing):
    """The template's terms with the translations that exist."""
    known = {entry.msgid: entry for entry in existing if not entry.obsolete}
    result = polib.POFile()
    result.header = template.header
    result.metadata = without_dates(template.metadata) | without_dates(existing.metadata)
    for term in template:
        old = known.get(term.msgid)
        entry = polib.POEntry(msgid=term.msgid, comment=term.comment, occurrences=term.occurrences)
        if old:
            entry.msgstr, entry.flags, entry.tcomment = old.msgstr, old.flags, old.tcomment
        result.append(entry)
    return result


def update(path, content, check):
    """Write a file if it differs; say so."""
    if path.exists() and path.read_text(encoding="utf-8") == content:
        return []
    if not check:
        path.write_text(content, encoding="utf-8")
    return [f"{path.name} {'is not up to date' if check else 'was updated'}"]


def untranslated(path, catalogue):
    open_entries = [entry for entry in catalogue if not entry.translated()]
    return [f"{path.name}: {'fuzzy' if entry.fuzzy else 'untranslated'}: {entry.msgid!r}" for entry in open_entries]


def main(exported, folder, check):
    folder.mkdir(exist_ok=True)
    template = polib.pofile(str(exported))
    template.metadata = without_dates(template.metadata)
    template.sort(key=lambda entry: entry.msgid)
    changes = update(folder / exported.name, str(template), check)
    missing = []
    for path in sorted(folder.glob("*.po")):
        catalogue = merged(template, polib.pofile(str(path)))
        changes += update(path, str(catalogue), check)
        missing += untranslated(path, catalogue)
    for line in (*changes, *missing):
        print(line)
    return bool(missing or (check and changes))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), "--check" in sys.argv[3:]))
