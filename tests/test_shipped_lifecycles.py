import json
import re
from pathlib import Path

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.project_lifecycle.exceptions import GateRefused

from .common_handoff import prepare_handoff
from .common_signoff import sign
from .kickoff_facts import KickoffFacts
from .shipped_numbers import RND_NUMBERS, SOFTWARE_NUMBERS

SOFTWARE_STAGES = [
    ("Internal kick-off", "intake"),
    ("Kick-off", "kickoff"),
    ("Implementation", "delivery"),
    ("Go-live", "golive"),
    ("Progress review", "review"),
    ("Support", "support"),
    ("Closed", "closed"),
]
RND_STAGES = [
    ("Requirements", "other"),
    ("Feasibility", "other"),
    ("Agreement", "other"),
    ("Planning and launch", "kickoff"),
    ("R&D and implementation", "delivery"),
    ("Testing and validation", "other"),
    ("Acceptance and delivery", "golive"),
    ("Maintenance and support", "support"),
    ("Summary and evaluation", "review"),
    ("Closed", "closed"),
]
GUIDANCE = ["guidance_aim", "guidance_why", "guidance_how", "guidance_when", "guidance_do", "guidance_dont"]
SOFTWARE_BLOCKING = {
    "Internal kick-off": ["S2.5", "S2.25", "S2.6", "S2.13"],
    "Kick-off": ["S2.26, S2.37", "S2.47", "S2.31", "S2.56", "S2.72", "S2.24", "S2.35", "S2.65", "S2.67"],
    "Implementation": ["S2.68, S2.72", "S2.78", "S2.84", "S2.92", "S2.97", "S2.99", "S2.98"],
    "Go-live": ["S2.103", "S2.104, S2.105", "S2.100", "S2.102, S2.117", "S2.130"],
    "Progress review": ["S2.126"],
}
RND_BLOCKING = {
    "Requirements": ["S1.3", "S1.6", "S1.6"],
    "Feasibility": ["S1.17", "S1.16"],
    "Agreement": ["S1.25", "S1.25", "S1.26"],
    "Planning and launch": ["S1.30", "S1.32"],
    "R&D and implementation": ["S1.35", "S1.38"],
    "Testing and validation": ["S1.42"],
    "Acceptance and delivery": ["S1.45"],
    "Maintenance and support": ["S1.46"],
    "Summary and evaluation": ["S1.49a"],
}
# the exits that ship: from, to, and the numbers whose points close them
SOFTWARE_EXITS = {
    "exit_software_alone_after_kickoff": (
        "Kick-off",
        "Support",
        ["S2.128c", "S2.128c", "S2.128c", "S2.130"],
    ),
    "exit_software_pause": (
        "Implementation",
        "Support",
        ["S2.128b, S2.130", "S2.128b, S2.130", "S2.128b", "S2.131b, S2.131c"],
    ),
    "exit_software_alone_during_implementation": (
        "Implementation",
        "Support",
        ["S2.128a, S2.128c", "S2.130, S2.131a", "S2.127b, S2.128c", "S2.130"],
    ),
}
RND_EXITS = {
    "exit_rnd_not_feasible": ("Feasibility", "Summary and evaluation", ["S1.17", "S1.15, S1.16", "S1.17"]),
}
HEBREW = re.compile("[\u05d0-\u05ea]")


@tagged("post_install", "-at_install")
class TestShippedLifecycles(TransactionCase):
    """The two methodologies that come with the addon."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.software = cls.env.ref("project_lifecycle.lifecycle_software")
        cls.rnd = cls.env.ref("project_lifecycle.lifecycle_rnd")
        cls.consultant = new_test_user(cls.env, "shipped_consultant", "project.group_project_user")
        cls.manager = new_test_user(cls.env, "shipped_manager", "project.group_project_manager")
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Sofía",
                "email": "sofia@example.com",
                "parent_id": cls.env["res.partner"]
                .create({"name": "Client", "is_company": True, "email": "client@example.com"})
                .id,
            }
        )
        cls.env["res.lang"]._activate_lang("es_ES")
        cls.env["res.lang"]._activate_lang("he_IL")
        cls.env["ir.module.module"]._load_module_terms(["project_lifecycle"], ["es_ES", "he_IL"])

    def setUp(self):
        super().setUp()
        self.stages = self.software.stage_ids | self.rnd.stage_ids

    def test_stages_in_order(self):
        for lifecycle, expected in ((self.software, SOFTWARE_STAGES), (self.rnd, RND_STAGES)):
            self.assertEqual([(stage.name, stage.purpose) for stage in lifecycle.stage_ids], expected)
            self.assertEqual([stage.fold for stage in lifecycle.stage_ids], [False] * (len(expected) - 1) + [True])

    def test_the_progress_review_is_optional_and_no_other_stage(self):
        self.assertEqual(self.stages.filtered("is_optional").mapped("name"), ["Progress review"])

    def test_every_stage_tells_aim_why_how_and_when_in_three_languages(self):
        for stage in self.stages:
            for field in GUIDANCE:
                english, spanish, hebrew = (
                    stage.with_context(lang=lang)[field] for lang in ("en_US", "es_ES", "he_IL")
                )
                with self.subTest(stage=stage.name, field=field):
                    self.assertGreater(len(english or ""), 20)
                    self.assertNotEqual(english, spanish)
                    self.assertRegex(hebrew, HEBREW)
                    self.assertNotRegex(spanish, HEBREW)

    def test_checklists_have_at_least_five_points_and_block_something(self):
        for stage in self.stages.filtered(lambda stage: stage.purpose != "closed"):
            with self.subTest(stage=stage.name):
                self.assertGreaterEqual(len(stage.checklist_template_ids), 5)
                # what blocks the move to support is asked before it
                self.assertEqual(bool(stage.checklist_template_ids.filtered("is_blocking")), stage.name != "Support")
                self.assertTrue(all(point.source_ref and point.guidance for point in stage.checklist_template_ids))

    def test_lifecycles_say_what_they_are_for(self):
        self.assertIn("implement business software", self.software.with_user(self.consultant).description)
        self.assertIn("client", self.rnd.with_user(self.consultant).description)
        for lifecycle in (self.software, self.rnd):
            self.assertRegex(lifecycle.with_context(lang="he_IL").description, HEBREW)

    def test_each_number_is_answered_on_the_checklist_of_its_stage(self):
        """The consultant finds each number in its stage, answers it, and the answer is kept."""
        for lifecycle, expected in ((self.software, SOFTWARE_NUMBERS), (self.rnd, RND_NUMBERS)):
            project = self._start(lifecycle)
            for stage in lifecycle.stage_ids.filtered(lambda stage: stage.purpose != "closed"):
                items = project.with_user(self.consultant).checklist_item_ids.filtered(
                    lambda item, stage=stage: item.stage_id == stage
                )
                manual = items.filtered(lambda item: item.kind == "manual")
                self._answer(manual)
                answered = {}
                for item in manual:
                    self.assertEqual((item.state, item.done_by_id), ("met", self.consultant))
                for item in items:
                    answered |= dict.fromkeys(item.source_ref.split(", "), True)
                self.assertEqual(set(answered), set(expected[stage.name].split()), stage.name)

    def test_each_blocking_point_alone_holds_its_gate(self):
        """Every blocking point of both lifecycles, taken alone, keeps the project where it is."""
        for lifecycle in (self.software, self.rnd):
            project = self._start(lifecycle)
            for stage, following in zip(lifecycle.stage_ids, lifecycle.stage_ids[1:], strict=False):
                facts = KickoffFacts(project, self.consultant, self.contact)
                items = project.checklist_item_ids.filtered(lambda item, stage=stage: item.stage_id == stage)
                self._meet(items, facts)
                for item in items.filtered("is_blocking"):
                    with self.subTest(item.name):
                        self._open(item, facts)
                        with self.assertRaisesRegex(UserError, re.escape(item.name)) as refused, self.cr.savepoint():
                            # one of the criteria is who the consultant is
                            self._go(project.with_user(self.manager), following)
                        self.assertRegex(str(refused.exception), r"open(:| \()\s?1\b", "it alone")
                    self._meet(item, facts)
                self._go(project.with_user(self.consultant), following)
            self.assertEqual(project.stage_id.name, "Closed")

    def test_what_is_computed_follows_its_facts(self):
        """Nothing is ticked: what Odoo works out is open at first, or met by what is there, and met by its fact."""
        met_by_nothing = {"open_points", "client_questions", "problems_in_time", "blocking_tasks", "doubts"}
        given = {"customer", "manager"}
        for lifecycle in (self.software, self.rnd):
            project = self._start(lifecycle)
            facts = KickoffFacts(project, self.consultant, self.contact)
            items = project.checklist_item_ids.filtered(lambda item: item.kind == "computed")
            at_first = {item: item.state for item in items}
            for item in items:
                code = item.template_id.criterion
                with self.subTest(item.name):
                    self.assertEqual(at_first[item], "met" if code in given | met_by_nothing else "open")
                    if code in met_by_nothing:
                        facts.undo(code)
                        self.assertEqual(item.state, "open")
                    facts.make(code)
                    self.assertEqual(item.state, "met")

    def test_what_the_client_reads_is_worded_for_the_client(self):
        """Points of the kick-off minutes are short statements that speak neither of the client nor to us."""
        for lifecycle in (self.software, self.rnd):
            points = lifecycle.stage_ids.checklist_template_ids
            self.assertTrue(points.filtered("needs_agreement") <= points.filtered("client_visible"))
            for point in points.filtered("client_visible"):
                with self.subTest(point.name):
                    self.assertNotRegex(point.name, r"(?i)\bclients?\b|\bwe\b|\bour\b|\bus\b|\byou\b")
                    self.assertLess(len(point.name), 90)

    def test_agreement_is_asked_point_by_point(self):
        asked = {
            stage.name: {point.source_ref for point in stage.checklist_template_ids if point.needs_agreement}
            for stage in self.stages
        }
        self.assertEqual(
            {name: refs for name, refs in asked.items() if refs},
            {
                "Kick-off": {
                    "S2.32, S2.33, S2.34, S2.38",
                    "S2.36",
                    "S2.39",
                    "S2.27, S2.40",
                    "S2.44",
                    "S2.45, S2.46",
                    "S2.48, S2.51",
                    "S2.49, S2.50, S2.66",
                    "S2.52",
                    "S2.53",
                },
                "Planning and launch": {"S1.33"},
            },
        )

    def test_the_kickoff_with_the_client_ends_with_a_conclusion(self):
        self.assertEqual(self.stages.filtered("has_conclusion").mapped("name"), ["Kick-off"])
        project = self._start(self.software)
        project._bring_in(self.software, self.env.ref("project_lifecycle.stage_software_kickoff"), "runs since May")
        facts = KickoffFacts(project, self.consultant, self.contact)
        self._meet(project.stage_item_ids, facts)
        implementation = self.env.ref("project_lifecycle.stage_software_implementation")
        with self.assertRaisesRegex(GateRefused, "conclusion"), self.cr.savepoint():
            project.with_user(self.consultant).stage_id = implementation
        self._go(project.with_user(self.consultant), implementation)
        self.assertEqual(project.gate_decision_ids.sorted("id")[-1].conclusion, "take_over")

    def _start(self, lifecycle):
        return self.env["project.project"].create(
            {
                "name": "Shipped",
                "lifecycle_id": lifecycle.id,
                "user_id": self.consultant.id,
                "partner_id": self.contact.parent_id.id,
            }
        )

    def _answer(self, items):
        """Answer criteria that are not worked out, as the consultant does."""
        mine = items.filtered(lambda item: item.kind == "manual").with_user(self.consultant)
        agreed = mine.filtered("needs_agreement")
        agreed.action_explained_and_agreed(self.contact.id)
        (mine - agreed).action_tick()
        for kind in items.filtered(lambda item: item.kind == "signoff" and item.state == "open").signoff_kind_id:
            sign(items.project_id, kind, self.consultant)

    def _meet(self, items, facts):
        """Meet criteria: by their facts those that Odoo works out, by an answer the others."""
        self._answer(items)
        for item in items.filtered(lambda item: item.kind == "computed"):
            facts.make(item.template_id.criterion)
        self.assertEqual(set(items.mapped("state")), {"met"})

    def _open(self, item, facts):
        if item.kind == "computed":
            facts.undo(item.template_id.criterion)
        elif item.kind == "signoff":
            # a new version: what was confirmed before is not what is asked now
            self.env["project.signoff"].with_user(self.consultant)._request(
                item.project_id, item.signoff_kind_id.code, content="<p>Anew</p>"
            )
        else:
            item.with_user(self.consultant).action_untick()
        self.assertEqual(item.state, "open")

    def _go(self, project, stage):
        """Move a project; where the stage ends with a conclusion, take it over."""
        if project.stage_id.has_conclusion:
            project.action_conclude(stage.id, "take_over", "Every flow was looked at")
        elif stage.purpose == "support":
            self._hand_over(project)
        else:
            project.stage_id = stage

    def _hand_over(self, project, reason="done"):
        """Hand a project over to support as its user; what is open raises as it does on the screen."""
        self.env.company.support_email = "support@example.com"
        handoff = prepare_handoff(project, project.env.user, self.contact, reason, objections_answer="ok")
        handoff.action_confirm()

    def _stand_in_go_live(self):
        """A project in go-live, everything met but the points under test, brought there by an administrator."""
        project = self.env["project.project"].create(
            {
                "name": "Live",
                "lifecycle_id": self.software.id,
                "user_id": self.consultant.id,
                "partner_id": self.contact.parent_id.id,
            }
        )
        project._bring_in(self.software, self.env.ref("project_lifecycle.stage_software_go_live"), "runs since May")
        return project.with_user(self.consultant)

    def _tick_all_but(self, project, point):
        items = project.stage_item_ids
        left = items.filtered(lambda item: item.template_id == self.env.ref(f"project_lifecycle.{point}"))
        self.assertTrue(left)
        (items - left).filtered(lambda item: item.kind == "manual").action_tick()
        return left

    def test_no_next_phase_before_the_go_live_is_complete(self):
        """S2.117"""
        project = self._stand_in_go_live()
        delivery = self.env.ref("project_lifecycle.stage_software_implementation")
        left = self._tick_all_but(project, "point_software_golive_complete")
        with self.assertRaisesRegex(GateRefused, left.name), self.cr.savepoint():
            project.action_move(delivery.id, "next_phase", "Second slice")
        left.action_tick()
        project.action_move(delivery.id, "next_phase", "Second slice")
        self.assertEqual(project.current_step_id.round, 2)

    def test_no_way_into_support_merely_because_the_days_are_gone(self):
        """S2.130; the next phase does not ask it."""
        project = self._stand_in_go_live()
        left = self._tick_all_but(project, "point_software_not_for_days")
        with self.assertRaisesRegex(UserError, left.name), self.cr.savepoint():
            self._hand_over(project)
        project.action_move(self.env.ref("project_lifecycle.stage_software_implementation").id, "next_phase", "More")

    def test_what_blocks(self):
        """The numbers whose points close a gate, by stage: to free one of them is a change of the rules."""
        self.maxDiff = None
        for lifecycle, expected in ((self.software, SOFTWARE_BLOCKING), (self.rnd, RND_BLOCKING)):
            found = {}
            for stage in lifecycle.stage_ids:
                blocking = stage.checklist_template_ids.filtered("is_blocking")
                if blocking:
                    found[stage.name] = [point.source_ref for point in blocking]
            self.assertEqual(found, expected)

    def test_exits(self):
        """Where each exit leads and what closes it; each says when it is right and how its points are met."""
        for lifecycle, expected in ((self.software, SOFTWARE_EXITS), (self.rnd, RND_EXITS)):
            exits = [self.env.ref(f"project_lifecycle.{name}") for name in expected]
            self.assertEqual(lifecycle.exit_ids.ids, [way_out.id for way_out in exits])
            for way_out, (start, end, blocking) in zip(exits, expected.values(), strict=True):
                points = way_out.checklist_template_ids
                self.assertEqual((way_out.from_stage_id.name, way_out.to_stage_id.name), (start, end))
                self.assertEqual([point.source_ref for point in points if point.is_blocking], blocking, way_out.name)
                self.assertGreater(len(way_out.description), 100)
                self.assertTrue(all(len(point.guidance) > 40 and point.source_ref for point in points))

    def test_each_blocking_point_alone_holds_its_exit(self):
        for way_out in (self.software | self.rnd).exit_ids:
            project = self.env["project.project"].create(
                {
                    "name": "Shipped",
                    "lifecycle_id": way_out.lifecycle_id.id,
                    "user_id": self.consultant.id,
                    "partner_id": self.contact.parent_id.id,
                }
            )
            project._bring_in(way_out.lifecycle_id, way_out.from_stage_id, "runs since May")
            project.spoc_id = self.contact
            # a client that goes on alone is an administrator's risk
            project = project.with_user(self.manager)
            items = project._get_items_of_exit(way_out)
            for item in items:
                if item.kind == "evidence":
                    item.link = "https://example.com/proof"
                else:
                    item.action_tick()
            for item in items.filtered("is_blocking"):
                with (
                    self.subTest(item.name),
                    self.assertRaisesRegex(UserError, re.escape(item.name)),
                    self.cr.savepoint(),
                ):
                    if item.kind == "evidence":
                        item.link = False
                    else:
                        item.action_untick()
                    self._leave_by(project, way_out)
            self._leave_by(project, way_out)
            self.assertEqual(project.gate_decision_ids.sorted("id")[-1].exit_id, way_out)
            self.assertEqual(project.stage_id, way_out.to_stage_id)

    def _leave_by(self, project, way_out):
        if way_out.handoff_reason:
            self._hand_over(project, way_out.handoff_reason)
        else:
            project.action_exit(way_out.id, "why")

    def test_updates_and_new_databases_guide_alike(self):
        table = Path(__file__).parents[1] / "migrations/19.0.1.1.0/guidance.json"
        for change in json.loads(table.read_text(encoding="utf-8")):
            with self.subTest(change["after"]):
                stage = self.env.ref(f"project_lifecycle.{change['stage']}")
                terms = stage._fields[change["field"]].get_trans_terms(stage[change["field"]])
                self.assertIn(change["after"], terms)
                self.assertTrue(set(change["before"]).isdisjoint(terms))

    def test_worked_examples(self):
        """The examples a newcomer learns from stand in the stage where they happen."""
        expected = {
            "stage_software_internal_kickoff": ["QuickStart", "5 days", "customising product", "deadline"],
            "stage_software_kickoff": ["manufacturing", "Payroll|payroll", "two people", "meetings"],
            "stage_software_go_live": ["10 ?%"],
        }
        for stage, words in expected.items():
            text = str(self.env.ref(f"project_lifecycle.{stage}").with_user(self.consultant).guidance_examples)
            for word in words:
                with self.subTest(stage=stage, word=word):
                    self.assertRegex(text, word)

    def test_terms_of_the_originals(self):
        names = {
            "es_ES": ["Inicio interno", "Inicio", "Puesta en marcha", "Soporte"],
            "he_IL": ["ניתוח היתכנות", "בדיקה ואימות", "קבלה ומסירה"],
        }
        for lang, terms in names.items():
            shipped = "|".join(self.stages.with_context(lang=lang).mapped("name"))
            for term in terms:
                self.assertIn(term, shipped)

    def test_updates_keep_what_users_edited(self):
        records = self.env["ir.model.data"].search(
            [
                ("module", "=", "project_lifecycle"),
                (
                    "model",
                    "in",
                    [
                        "project.lifecycle",
                        "project.project.stage",
                        "project.lifecycle.exit",
                        "project.checklist.template",
                    ],
                ),
            ]
        )
        self.assertGreater(len(records), 200)
        self.assertTrue(all(records.mapped("noupdate")))
