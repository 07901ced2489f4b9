import re
from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import TranslationModuleReader

I18N = Path(__file__).parents[1] / "i18n"
PLACEHOLDER = re.compile(r"%\(\w+\)s|%s|%d|\$\{[^}]+\}")
TAG = re.compile(r"</?(\w+)")
HEBREW = re.compile("[\u05d0-\u05ea]")
MARKUP = re.compile("<[^>]*>")
# what reads the same in every language
UNIVERSAL = {"MVP", "SPOC", "https://…"}


@tagged("post_install", "-at_install")
class TestI18n(TransactionCase):
    """Every text is there in Spanish and in Hebrew, and none is broken."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.catalogues = {lang: polib.pofile(str(I18N / f"{lang}.po")) for lang in ("es", "he")}

    def test_complete(self):
        for lang, catalogue in self.catalogues.items():
            self.assertFalse(catalogue.untranslated_entries() + catalogue.fuzzy_entries(), lang)
            self.assertFalse(catalogue.obsolete_entries(), lang)

    def test_nothing_new_is_missing(self):
        """What the addon says now is what the catalogues translate: ``./dev i18n`` brings them up to date."""
        reader = TranslationModuleReader(self.env.cr, modules=["project_lifecycle"])
        demo = self.env["ir.model.data"].search(
            [("module", "=", "project_lifecycle"), ("model", "in", ["project.project", "res.partner"])]
        )
        demo_names = {f"{data.module}.{data.name}" for data in demo}
        said = {row[4] for row in reader if row[3] not in demo_names}
        for lang, catalogue in self.catalogues.items():
            translated = {entry.msgid for entry in catalogue}
            self.assertEqual(said - translated, set(), lang)
            self.assertEqual(translated - said, set(), lang)

    def test_placeholders_and_markup_survive(self):
        for lang, catalogue in self.catalogues.items():
            for entry in catalogue:
                with self.subTest(lang=lang, text=entry.msgid):
                    for pattern in (PLACEHOLDER, TAG):
                        self.assertEqual(sorted(pattern.findall(entry.msgid)), sorted(pattern.findall(entry.msgstr)))

    def test_hebrew_is_hebrew_and_spanish_is_not_english(self):
        for entry in self.catalogues["he"]:
            words = MARKUP.sub("", PLACEHOLDER.sub("", entry.msgid))
            # the name of a printed file is an expression
            if words in UNIVERSAL or words.startswith("object."):
                continue
            if re.search("[A-Za-z]{3}", words):
                self.assertRegex(entry.msgstr, HEBREW)
        same = {MARKUP.sub("", entry.msgid) for entry in self.catalogues["es"] if entry.msgid == entry.msgstr}
        same = {text for text in same if re.search("[A-Za-z]", text) and not text.startswith("object.")}
        self.assertLessEqual(same, UNIVERSAL | {"Error", "ID", "Mentor", "Plan"})

    def test_loaded_by_odoo(self):
        for lang, name in (("es_ES", "Ciclos de vida"), ("he_IL", "מחזורי חיים")):
            self.env["res.lang"]._activate_lang(lang)
            self.env["ir.module.module"]._load_module_terms(["project_lifecycle"], [lang])
            menu = self.env.ref("project_lifecycle.project_lifecycle_menu").with_context(lang=lang)
            self.assertEqual(menu.name, name)
