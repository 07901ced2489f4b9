import json
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from odoo.tests import TransactionCase, new_test_user, tagged

FOLDER = Path(__file__).parents[1] / "migrations" / "19.0.1.4.0"
POINT = "project_lifecycle.point_%s"


@tagged("post_install", "-at_install")
class TestReportMigration(TransactionCase):
    """Databases from before: reports and lessons answer what was ticked, where the firm has left it as it was."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        spec = spec_from_file_location("report_migration", FOLDER / "post-migration.py")
        cls.script = module_from_spec(spec)
        spec.loader.exec_module(cls.script)
        cls.env["res.lang"]._activate_lang("es_ES")
        cls.env["res.lang"]._activate_lang("he_IL")
        cls.env["ir.module.module"]._load_module_terms(["project_lifecycle"], ["es_ES", "he_IL"])
        cls.changes = json.loads((FOLDER / "criteria.json").read_text(encoding="utf-8"))
        cls.criteria = cls.env["project.checklist.template"].browse(
            cls.env.ref(f"project_lifecycle.{name}").id for name in cls.changes
        )
        cls.shipped = [(criterion.kind, criterion.criterion) for criterion in cls.criteria]
        cls.guidance = {
            name: cls.env.ref(f"project_lifecycle.{name}").guidance
            for name, change in cls.changes.items()
            if "guidance" in change
        }
        cls.criteria.write({"kind": "manual", "criterion": False})
        for name in cls.guidance:
            criterion = cls.env.ref(f"project_lifecycle.{name}")
            wordings = cls.changes[name]["before"]["guidance"]
            for lang, wording in zip(("en_US", "es_ES", "he_IL"), wordings, strict=True):
                criterion.with_context(lang=lang).guidance = wording
        cls.consultant = new_test_user(cls.env, "migrated_consultant", "project.group_project_user")
        cls.running = cls.env["project.project"].create(
            {
                "name": "Running",
                "lifecycle_id": cls.env.ref("project_lifecycle.lifecycle_rnd").id,
                "user_id": cls.consultant.id,
            }
        )

    def get_item(self, name):
        point = self.env.ref(POINT % name)
        return self.running.checklist_item_ids.filtered(lambda item: item.template_id == point)

    def test_databases_from_before_have_what_new_ones_have(self):
        self.script.compute_criteria(self.env, self.script.CRITERIA)
        found = [(criterion.kind, criterion.criterion) for criterion in self.criteria]
        self.assertEqual(found, self.shipped)
        self.assertEqual(found, [("computed", change["criterion"]) for change in self.changes.values()])

    def test_guidance_says_how_it_is_met_now(self):
        new = {name: change["guidance"] for name, change in self.changes.items() if "guidance" in change}
        self.assertEqual(self.guidance, new, "databases from before read what new ones read")
        self.script.compute_criteria(self.env, self.script.CRITERIA)
        for name, guidance in new.items():
            criterion = self.env.ref(f"project_lifecycle.{name}")
            stored = criterion._fields["guidance"]._get_stored_translations(criterion)
            self.assertEqual(stored, {"en_US": guidance}, "the update loads translations")

    def test_what_the_firm_made_its_own_stays(self):
        own = {
            "rnd_eval_report_written": {"name": "Our book is written"},
            "rnd_eval_lessons_available": {"guidance": "In the wiki"},
            "software_report_gains": {"active": False},
            "software_report_status": {"kind": "evidence"},
        }
        for name, values in own.items():
            self.env.ref(POINT % name).write(values)
        spanish = self.env.ref(POINT % "software_report_presented")
        spanish.with_context(lang="es_ES").name = "El director lo presenta"
        self.script.compute_criteria(self.env, self.script.CRITERIA)
        for name in own:
            self.assertIn(self.env.ref(POINT % name).kind, ("manual", "evidence"), name)
        self.assertEqual(spanish.kind, "manual")
        self.assertEqual(self.env.ref(POINT % "rnd_eval_successes_recorded").kind, "computed")

    def test_answers_stay_and_open_ones_follow(self):
        answered, still_open = (self.get_item(f"rnd_eval_{it}") for it in ("report_written", "successes_recorded"))
        answered.with_user(self.consultant).action_tick()
        mails = self.env["mail.mail"].search_count([])
        self.script.compute_criteria(self.env, self.script.CRITERIA)
        self.assertEqual((answered.kind, answered.state, answered.done_by_id), ("manual", "met", self.consultant))
        self.assertEqual((still_open.kind, still_open.state), ("computed", "open"))
        self.env["project.lesson"].with_user(self.consultant).create(
            {"name": "Ask first", "project_id": self.running.id, "kind": "success"}
        )
        self.assertEqual(still_open.state, "met")
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
