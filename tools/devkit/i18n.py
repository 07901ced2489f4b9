"""./dev i18n: the translation template and the translations, from what Odoo itself exports."""

import subprocess
import tempfile
from pathlib import Path

from . import odoo, session, venv
from .databases import throwaway
from .processes import attend, run
from .settings import ADDON, GLUE, ROOT, TOOLS, glue_addons
from .ui import step


def i18n(options):
    """Bring i18n/ up to date, or check that it is."""
    with session.databases() as databases, throwaway(databases) as name, tempfile.TemporaryDirectory() as folder:
        database, with_glue = name("i18n"), name("i18n_glue")
        odoo.clone_with_addon(databases, database)
        odoo.clone_with_glue(databases, database, with_glue)
        code = _bring(databases, database, ADDON, ROOT, folder, options.check)
        for addon in glue_addons():
            code |= _bring(databases, with_glue, addon, GLUE / addon, folder, options.check)
        if options.check:
            step("translations are not up to date: ./dev i18n" if code else "translations are up to date")
            return code
        return 0


def _bring(databases, database, addon, source, folder, check):
    """Export the terms of one addon and merge them into its i18n/; returns whether there is anything to do."""
    step(f"exporting the terms of {addon}")
    template = Path(folder) / f"{addon}.pot"
    conf = odoo.GLUE_CONF if addon in glue_addons() else odoo.CONF
    export = [venv.python(), "-m", "odoo", "i18n", "export", "-c", conf, "-d", database]
    run([*export, "-o", template, addon], env=databases.env, cwd=ROOT, what="Odoo's export")
    merge = [venv.python(), TOOLS / "po_merge.py", template, source / "i18n"]
    return attend([*merge, *(["--check"] if check else [])], env=databases.env, stdin=subprocess.DEVNULL)
