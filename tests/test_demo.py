from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged
from odoo.tools.convert import convert_file

from odoo.addons.project_lifecycle.models.project_business_flow import ANALYSIS_FIELDS


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    maxDiff = None

    """The demo data loads, and tells of projects on their way through both lifecycles."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        file = "demo/project_lifecycle_demo.xml"
        convert_file(cls.env, "project_lifecycle", file, {}, mode="init", noupdate=True)
        cls.order = cls.env.ref("project_lifecycle.order_aranda")

    def test_projects_over_both_lifecycles(self):
        """Eight projects, each somewhere else on its way, with the decisions that brought it there."""
        told = {}
        for name in ("aranda", "brightwater", "calder", "vega", "porto", "nitzan", "solaris", "lumen"):
            project = self.env.ref(f"project_lifecycle.project_{name}")
            decisions = project.gate_decision_ids.sorted("id")
            told[name] = (project.stage_id.name, project.gate_state, " ".join(decisions.mapped("decision")))
            self.assertTrue(decisions.user_id <= project.user_id | self.env.ref("project_lifecycle.user_manager"))
        go = "go go go"
        self.assertEqual(
            told,
            {
                "aranda": ("Kick-off", "blocked", "conditional"),
                "brightwater": ("Go-live", "ready", go),
                "calder": ("Implementation", "blocked", "go go waiver next_phase"),
                "vega": ("Kick-off", "paused", "go pause"),
                "porto": ("Support", "ready", "go go handoff"),
                "nitzan": ("Feasibility", "blocked", "go"),
                "solaris": ("R&D and implementation", "ready", "go go go conditional"),
                "lumen": ("Acceptance and delivery", "ready", "go go go conditional go back go go"),
            },
        )
        self.assertEqual(self.env.ref("project_lifecycle.project_calder").current_step_id.round, 2)

    def test_the_past_lies_in_the_past(self):
        for name in ("aranda", "calder", "lumen"):
            project = self.env.ref(f"project_lifecycle.project_{name}")
            over = project.step_ids.filtered(lambda step: step.state == "done")
            self.assertTrue(over)
            self.assertLess(max(over.mapped("date_end")), fields.Date.today())
            current = project.current_step_id
            self.assertLess(current.date_start, fields.Date.today())
            self.assertEqual(project.stage_planned_end, current.planned_end)

    def test_phases_went_live_when_they_were_to(self):
        for name in ("calder", "porto"):
            phase = self.env.ref(f"project_lifecycle.phase_{name}_1")
            self.assertEqual(phase.milestone_id.reached_date, phase.golive_date)

    def test_the_handover_of_aranda(self):
        """What sales knows, the applications of the order, two red flags of which one waits."""
        project = self.env.ref("project_lifecycle.project_aranda")
        sales = self.env.ref("project_lifecycle.user_sales")
        intake = project.intake_ids.with_user(sales)
        self.assertEqual((intake.order_id, intake.salesperson_id), (self.order.with_user(sales), sales))
        self.assertTrue(intake.firm and intake.expectations and intake.told_on)
        self.assertEqual(project.scope_app_ids.mapped("name"), ["Shops and tills", "Stock", "Invoicing"])
        flags = {flag.rule_id.name: flag.state for flag in intake.flag_ids if flag.state != "withdrawn"}
        self.assertEqual(
            flags,
            {"Fewer days than the applications usually take": "answered", "Customising wanted, but not sold": "open"},
        )
        self.assertIn("3 are missing", project.shortage_notice)

    def test_the_kickoff_of_aranda(self):
        """Two sessions were held, one lies ahead; most is agreed, what is left can be tried out."""
        project = self.env.ref("project_lifecycle.project_aranda")
        sessions = project.lifecycle_session_ids.sorted("start")
        held = {session.session_kind: bool(session.held_on) for session in sessions}
        self.assertEqual(held, {"internal": True, "kickoff": False})
        self.assertEqual(len(sessions.filtered(lambda it: it.session_kind == "kickoff" and it.held_on)), 2)
        self.assertGreater(min(project.open_point_ids.mapped("age_days")), 1)
        spoken = project.kickoff_item_ids.filtered("needs_agreement").mapped("agreement")
        self.assertGreater(spoken.count("agreed"), 5)
        self.assertEqual(spoken.count("to_discuss"), 1)
        self.assertGreater(project.area_open_count, 2)
        self.assertGreater(len(project.area_coverage_ids), project.area_open_count)
        self.assertEqual(set(project.open_point_ids.filtered("client_question").mapped("state")), {"open"})
        self.assertTrue(project.open_point_ids.partner_id)

    def test_the_scope_of_aranda(self):
        """Flows at every depth, expectations of each priority and verdict, one phase agreed and one to agree."""
        project = self.env.ref("project_lifecycle.project_aranda")
        self.assertEqual([len(flow._get_missing(ANALYSIS_FIELDS)) for flow in project.flow_ids], [0, 2, 0, 3])
        expectations = project.expectation_ids
        self.assertEqual(set(expectations.mapped("priority")), {"must", "should", "could"})
        self.assertEqual(set(expectations.mapped("verdict")), {"open", "standard", "development", "not_possible"})
        self.assertEqual(len(expectations.filtered("is_to_tell")), 1)
        self.assertEqual([bool(phase.agreed_on) for phase in project.phase_ids], [True, False])
        self.assertFalse(project.phase_notice)
        self.assertTrue(project.why_chosen and project.thought_bought)

    def test_the_packs(self):
        """Calder: one nearly used up, one new; Porto: help in support awaits consent; Aranda: a gift, and learning."""
        packs = {
            name: self.env.ref(f"project_lifecycle.project_{name}").pack_ids for name in ("aranda", "calder", "porto")
        }
        self.assertEqual(
            {
                name: [(pack.purchased_hours, pack.remaining_hours, pack.balance_state) for pack in own]
                for name, own in packs.items()
            },
            {
                "aranda": [(80, 71.75, "open")],
                "calder": [(40, 1.25, "low"), (40, 40, "open")],
                "porto": [(30, 8.5, "open")],
            },
        )
        calder = packs["calder"][0]
        self.assertEqual(
            set(calder.activity_ids.user_id.mapped("login")), {"consultant", "sales"}, "told that little is left"
        )
        self.assertEqual((calder.offered_hours, packs["porto"].awaiting_hours), (0.5, 0.75))
        for own in packs.values():
            self.assertLess(max(own.mapped("date")), fields.Date.today())
            self.assertGreaterEqual(min(own.entry_ids.mapped("date")), min(own.mapped("date")))
            self.assertTrue(all(own.entry_ids.mapped("work_kind_id")))
        sofia = self.env.ref("project_lifecycle.partner_spoc")
        self.assertEqual(packs["aranda"].project_id.client_learning_ids.partner_id, sofia)
        self.assertEqual([len(own.project_id.intake_ids) for own in packs.values()], [1, 1, 1])
        self.assertFalse(self.env["mail.mail"].search([("model", "=", "project.pack")]))

    def test_what_was_agreed_is_decided(self):
        """Projects past their kick-off have agreed phases; those whose day has come are live, or not, and why."""
        today = fields.Date.today()
        for name in ("brightwater", "calder", "porto"):
            project = self.env.ref(f"project_lifecycle.project_{name}")
            phases = project.phase_ids
            self.assertTrue(all(phase.agreed_on for phase in phases), name)
            self.assertEqual(phases.agreed_by_id, project.spoc_id)
            self.assertFalse(project.phase_notice, name)
            for phase in phases.filtered("decided_on"):
                self.assertLess(phase.decided_on, today)
            live = phases.filtered(lambda phase: phase.golive_date < today)
            self.assertEqual(set(live.mapped("decision")) | {"go"}, {"go"}, name)
            self.assertTrue(all(live.milestone_id.mapped("is_reached")), name)
        decided = self.env["project.lifecycle.phase"].search([]).mapped("decision")
        self.assertEqual(set(decided), {"go", "no_go", "pending"})

    def test_every_project_has_its_people(self):
        """A SPOC each, whose duties stand there; the notes on them are nothing for the client's portal user."""
        for name in ("aranda", "brightwater", "calder", "vega", "porto", "nitzan", "solaris", "lumen"):
            project = self.env.ref(f"project_lifecycle.project_{name}")
            self.assertIn(project.spoc_id.name, project.partner_id.child_ids.mapped("name"), name)
            self.assertTrue(project._get_spoc_line().duties, name)
        for name in ("solaris", "lumen"):
            people = self.env.ref(f"project_lifecycle.project_{name}").stakeholder_ids
            self.assertEqual(
                {(person.side, person.is_lead) for person in people},
                {("ours", True), ("ours", False), ("client", True), ("client", False)},
            )
        notes = self.env["project.spoc.note"].search([])
        self.assertGreaterEqual(len(notes), 5)
        with self.assertRaises(AccessError):
            notes.with_user(self.env.ref("project_lifecycle.user_spoc")).read(["communication"])

    def test_no_mail_is_sent(self):
        self.assertFalse(self.env["mail.mail"].search([("model", "in", ("calendar.event", "calendar.attendee"))]))

    def test_each_login_finds_something(self):
        """The client sees its project that is past its kick-off, and not yet the one that is in it."""
        convert_file(self.env, "project_lifecycle", "demo/project_client_demo.xml", {}, mode="init", noupdate=True)
        project = self.env.ref("project_lifecycle.project_aranda")
        shop = self.env.ref("project_lifecycle.project_aranda_shop")
        for name, seen in (("consultant", project | shop), ("manager", project | shop), ("spoc", shop)):
            user = self.env.ref(f"project_lifecycle.user_{name}")
            found = self.env["project.project"].with_user(user).search([])
            self.assertEqual(found & (project | shop), seen.with_user(user), name)
        order = self.env.ref("project_lifecycle.order_aranda").with_user(self.env.ref("project_lifecycle.user_sales"))
        self.assertEqual(order.state, "sale")
        self.assertEqual(project.sale_line_id.order_id.id, order.id)
        self.assertTrue(self.env.ref("project_lifecycle.user_agent"))
