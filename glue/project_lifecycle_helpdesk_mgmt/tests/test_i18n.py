from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import TranslationModuleReader

I18N = Path(__file__).parents[1] / "i18n"


@tagged("post_install", "-at_install")
class TestGlueI18n(TransactionCase):
    """Every text of the glue is there in Spanish and in Hebrew."""

    def test_complete(self):
        module = "project_lifecycle_helpdesk_mgmt"
        said = {row[4] for row in TranslationModuleReader(self.env.cr, modules=[module])}
        for lang in ("es", "he"):
            catalogue = polib.pofile(str(I18N / f"{lang}.po"))
            self.assertFalse(catalogue.untranslated_entries() + catalogue.fuzzy_entries(), lang)
            self.assertEqual({entry.msgid for entry in catalogue} ^ said, set(), lang)
