"""./dev i18n: the translation template and the translations, from what Odoo itself exports."""

import subprocess
import tempfile
from pathlib import Path

from . import odoo, session, venv
from .databases import throwaway
from .processes import attend, run
from .settings import ADDON, ROOT, TOOLS
from .ui import step


def i18n(options):
    """Bring i18n/ up to date, or check that it is."""
    with session.databases() as databases, throwaway(databases) as name, tempfile.TemporaryDirectory() as folder:
        database, template = name("i18n"), Path(folder) / f"{ADDON}.pot"
        odoo.clone_with_addon(databases, database)
        step("exporting the terms")
        export = [venv.python(), "-m", "odoo", "i18n", "export", "-c", odoo.CONF, "-d", database]
        run([*export, "-o", template, ADDON], env=databases.env, cwd=ROOT, what="Odoo's export")
        merge = [venv.python(), TOOLS / "po_merge.py", template, ROOT / "i18n"]
        check = ["--check"] if options.check else []
        code = attend([*merge, *check], env=databases.env, stdin=subprocess.DEVNULL)
        if options.check:
            step("translations are not up to date: ./dev i18n" if code else "translations are up to date")
            return code
        return 0
