from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.fields import Command, Date, Datetime
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCase

from .common import count_queries
from .handover_common import HandoverCommon

NO_SPOC = "Nobody is the single point of contact"


class JoinedCommon(HandoverCommon):
    """A project that sales handed over, in the kick-off of a lifecycle that asks for what people, hand-over, points
    and sessions tell."""

    CRITERIA = ("spoc", "handover_firm", "scope_reasons", "red_flags", "open_points", "kickoff_held", "areas")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["project.business.area"].search([("active", "=", True)]).action_archive()
        cls.env["project.business.area"].create({"name": "Sales"})
        cls.first.purpose = "kickoff"
        cls.first.checklist_template_ids = [
            Command.create({"name": code, "kind": "computed", "criterion": code, "sequence": 100})
            for code in cls.CRITERIA
        ]
        cls.lifecycle.covers_areas = True
        cls.anna, cls.bruno = cls.env["res.partner"].create(
            [
                {"name": name, "parent_id": cls.client_company.id, "email": f"{name.lower()}@client.example.com"}
                for name in ("Anna", "Bruno")
            ]
        )
        cls.intake = cls.hand_over((cls.pack, 5), (cls.app_sales, 1))
        cls.running = cls.intake.sudo().project_id
        cls.mine = cls.running.with_user(cls.consultant)
        cls.env.flush_all()

    @classmethod
    def name_person(cls, project=None, role="spoc", partner=None, **values):
        return (
            cls.env["project.lifecycle.stakeholder"]
            .with_user(cls.consultant)
            .create(
                {
                    "project_id": (project or cls.running).id,
                    "side": "client",
                    "client_role": role,
                    "partner_id": (partner or cls.anna).id,
                    **values,
                }
            )
        )

    @classmethod
    def name_lead(cls, user, project=None):
        return cls.name_person(project, False, user.partner_id, side="ours", is_lead=True)

    @classmethod
    def plan_session(cls, days, user=None, project=None, partners=None, **values):
        start = Datetime.now() + timedelta(days=days)
        return (
            cls.env["calendar.event"]
            .with_user(user or cls.consultant)
            .create(
                {
                    "name": "Session",
                    "start": start,
                    "stop": start + timedelta(hours=2),
                    "partner_ids": [Command.set((cls.consultant.partner_id | (partners or cls.anna)).ids)],
                    "lifecycle_project_id": (project or cls.running).id,
                    "session_kind": "kickoff",
                    **values,
                }
            )
        )

    @classmethod
    def add_point(cls, user=None, project=None, **values):
        return (
            cls.env["project.open.point"]
            .with_user(user or cls.consultant)
            .create({"name": "Who counts?", "project_id": (project or cls.running).id, **values})
        )

    def met(self, project=None):
        items = self.items_of(project or self.running, self.first)
        return {item.name for item in items if item.kind == "computed" and item.state == "met"}


@tagged("post_install", "-at_install")
class TestSpocEverywhere(MailCase, JoinedCommon):
    """The SPOC that people name is the SPOC of the hand-over, of the sessions and of the open points."""

    def test_the_hand_over_knows_the_spoc(self):
        self.assertIn(NO_SPOC, self.flags_of(self.intake))
        spoc = self.name_person()
        self.assertTrue(self.intake.has_spoc)
        self.assertNotIn(NO_SPOC, self.flags_of(self.intake))
        spoc.date_to = Date.today()
        self.assertFalse(self.intake.has_spoc)
        self.assertIn(NO_SPOC, self.flags_of(self.intake))

    def test_sessions_are_planned_with_the_spoc(self):
        self.assertEqual(self.mine._get_session_partners(), self.client_company)
        self.name_person()
        self.assertEqual(self.mine._get_session_partners(), self.anna)

    def change_spoc(self, **options):
        self.name_person()
        self.tick_spoc_gate()
        self.mine._change_spoc(self.bruno, "Anna left", 2, **options)

    def tick_spoc_gate(self):
        self.items_of(self.running, self.first).filtered(lambda it: it.kind == "manual").with_user(
            self.consultant
        ).action_tick()
        self.mine.stage_id = self.second

    def test_open_points_move_over(self):
        open_one, closed = self.add_point(partner_id=self.anna.id), self.add_point(partner_id=self.anna.id)
        other = self.add_point(partner_id=self.bruno.id)
        closed.action_answer("Done")
        self.change_spoc()
        self.assertEqual((open_one.partner_id, closed.partner_id), (self.bruno, self.anna))
        self.assertEqual(other.partner_id, self.bruno)

    def test_sessions_to_come_move_over(self):
        past, coming = self.plan_session(-2), self.plan_session(2)
        self.assertIn(self.anna, coming.partner_ids)
        with self.mock_mail_gateway():
            self.change_spoc()
        self.assertEqual(coming.partner_ids, self.bruno | self.consultant.partner_id)
        self.assertEqual(coming.attendee_ids.partner_id, coming.partner_ids)
        self.assertEqual(past.partner_ids, self.anna | self.consultant.partner_id)
        self.assertTrue(self._new_mails.filtered(lambda mail: self.bruno in mail.recipient_ids))

    def test_nobody_is_mailed_if_so_asked(self):
        self.plan_session(2)
        self.name_person()
        self.tick_spoc_gate()
        self.env.flush_all()
        with self.mock_mail_gateway():
            self.mine._change_spoc(self.bruno, "Anna left", 2, is_mailed=False)
        self.assertFalse(self._new_mails)

    def test_no_red_flag_between_two_spocs(self):
        self.name_person()
        flag = self.intake.sudo().flag_ids.filtered(lambda it: it.rule_id.name == NO_SPOC)
        self.tick_spoc_gate()
        history = flag.message_ids
        self.mine._change_spoc(self.bruno, "Anna left", 2, is_mailed=False)
        self.assertEqual((flag.state, flag.message_ids), ("withdrawn", history))
        self.assertTrue(self.intake.has_spoc)

    def test_who_keeps_another_role_stays_invited(self):
        coming = self.plan_session(2)
        self.name_person(role="key_user")
        self.change_spoc()
        self.assertLessEqual(self.anna | self.bruno, coming.partner_ids)

    def test_sessions_are_read(self):
        held = self.plan_session(-2, name="First session", minutes="<p>Agreed</p>")
        held.action_session_held()
        inside = self.plan_session(
            -1, name="Among us", session_kind="internal", partners=self.colleague.partner_id, minutes="<p>Hm</p>"
        )
        self.plan_session(3, name="To come")
        rows = {row.title: row for row in self.mine._get_reading_list()}
        first = rows["First session"]
        self.assertEqual((first.date, first.kind), (held.held_on, "Session with minutes"))
        self.assertEqual(rows[inside.name].kind, "Session")
        self.assertNotIn("To come", rows)
        titles = [row.title for row in self.mine._get_reading_list(for_client=True)]
        self.assertIn("First session", titles)
        self.assertNotIn("Among us", titles)

    def test_an_internal_session_is_not_told_to_the_client_whoever_was_there(self):
        us = self.env["res.users"].browse(self.employee.id)
        us.partner_id.parent_id = self.client_company
        self.plan_session(-1, name="Among us", session_kind="internal", partners=us.partner_id)
        self.assertNotIn("Among us", [row.title for row in self.mine._get_reading_list(for_client=True)])

    def test_naming_the_first_spoc_subscribes_nobody(self):
        self.name_person()
        self.assertNotIn(self.anna, self.running.message_partner_ids)


@tagged("post_install", "-at_install")
class TestExitsApart(JoinedCommon):
    """What is asked of an exit is asked of nobody who does not take it."""

    def test_criteria_of_exits_are_no_points_of_the_kickoff(self):
        way_out = self.env["project.lifecycle.exit"].create(
            {
                "name": "Alone",
                "lifecycle_id": self.lifecycle.id,
                "from_stage_id": self.first.id,
                "to_stage_id": self.last.id,
                "checklist_template_ids": [Command.create({"name": "Letter", "responsible": "client"})],
            }
        )
        of_exit = self.env["project.checklist.item"].search(
            [("exit_id", "=", way_out.id), ("project_id", "=", self.running.id)]
        )
        self.assertTrue(of_exit)
        self.assertTrue(self.mine.kickoff_item_ids)
        self.assertFalse(of_exit & (self.mine.kickoff_item_ids | self.mine._get_pending_client_items()))


@tagged("post_install", "-at_install")
class TestNamedLeads(JoinedCommon):
    """A lead whom the consultant names works on the project as the consultant does, until the last day."""

    def attempts(self):
        as_lead = self.running.with_user(self.colleague)
        return {
            "scope": lambda: as_lead.scope_app_ids.write({"reason": "Sells"}),
            "scope, new": lambda: (
                self.env["project.scope.app"]
                .with_user(self.colleague)
                .create({"project_id": self.running.id, "name": "Portal"})
            ),
            "areas": lambda: as_lead.area_coverage_ids.action_in(),
            "hand-over": lambda: as_lead.intake_ids.write({"told_on": "2026-03-02"}),
            "points": lambda: self.point.with_user(self.colleague).write({"deadline": "2030-01-01"}),
            "points, new": lambda: self.add_point(self.colleague, kind="problem"),
            "points, withdrawn": lambda: self.point.with_user(self.colleague).action_withdraw("Settled"),
            "sessions": lambda: self.plan_session(1, self.colleague),
            "sessions, held": lambda: self.session.with_user(self.colleague).action_session_held(),
            "people": lambda: (
                self.name_person(role="key_user", partner=self.bruno)
                .with_user(self.colleague)
                .write({"hours_week": 2})
            ),
        }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.point, cls.session = cls.add_point(), cls.plan_session(-1)

    def test_who_is_named_writes(self):
        lead = self.name_lead(self.colleague)
        for what, attempt in self.attempts().items():
            with self.subTest(what):
                attempt()
        self.assertTrue(lead.user_id)

    def test_nobody_else(self):
        for what, attempt in self.attempts().items():
            with self.subTest(what), self.assertRaises(AccessError), self.cr.savepoint():
                attempt()

    def test_nor_who_leads_no_more(self):
        self.name_lead(self.colleague).write({"date_from": "2026-01-01", "date_to": Date.today() - timedelta(days=1)})
        for what, attempt in self.attempts().items():
            with self.subTest(what), self.assertRaises(AccessError), self.cr.savepoint():
                attempt()


@tagged("post_install", "-at_install")
class TestAtOnce(JoinedCommon):
    """Whatever decides a criterion shows on the checklist at once, whoever wrote it."""

    def assertMeets(self, code, act, undo=None):
        self.assertNotIn(code, self.met())
        act()
        self.assertIn(code, self.met())
        if undo:
            undo()
            self.assertNotIn(code, self.met())

    def test_what_sales_writes(self):
        self.assertMeets(
            "handover_firm",
            lambda: self.intake.write({"firm": "A bakery"}),
            lambda: self.intake.write({"firm": False}),
        )

    def test_apps_in_scope(self):
        app = self.mine.scope_app_ids
        self.assertMeets(
            "scope_reasons",
            lambda: app.write({"reason": "Sells"}),
            lambda: app.create({"project_id": self.running.id, "name": "Portal"}),
        )
        self.running.scope_app_ids.filtered(lambda it: it.name == "Portal").unlink()
        self.assertIn("scope_reasons", self.met())

    def test_what_is_sold(self):
        self.mine.scope_app_ids.reason = "Sells"
        line = Command.create({"product_id": self.app_stock.id, "product_uom_qty": 1})
        self.assertIn("scope_reasons", self.met())
        self.intake.order_id.order_line = [line]
        self.assertNotIn("scope_reasons", self.met())

    def test_red_flags(self):
        self.name_person()
        flags = self.running.open_point_ids.filtered(lambda point: point.state == "open")
        for flag in flags:
            flag.with_user(self.sales).action_answer("Fine")
        self.assertIn("red_flags", self.met())
        self.intake.order_id.order_line[0].product_uom_qty = 1
        self.assertNotIn("red_flags", self.met())

    def test_people(self):
        self.assertMeets("spoc", self.name_person, lambda: self.mine.stakeholder_ids.write({"date_to": Date.today()}))

    def test_points(self):
        point = self.add_point(stage_id=self.first.id)
        self.assertMeets("open_points", lambda: point.action_answer("We"), point.action_reopen)

    def test_sessions(self):
        session = self.plan_session(-1)
        self.assertMeets("kickoff_held", session.action_session_held, session.action_session_not_held)

    def test_areas(self):
        area = self.mine.area_coverage_ids
        self.assertMeets("areas", area.action_in, lambda: area.write({"verdict": "open"}))

    def test_many_cost_as_much_as_few(self):
        intakes = self.intake.concat(*(self.hand_over((self.pack, 2), (self.app_sales, 1)) for _number in range(3)))
        intakes = (intakes | self.intake).sudo()

        def spent(those):
            return count_queries(self.env, lambda env, run: those.with_env(env).write({"firm": f"Bakery {run}"}))

        few, many = spent(intakes[:2]), spent(intakes)
        self.assertEqual(few, many)
        apps = intakes.app_ids.browse(intakes.app_ids.ids)

        def written(those):
            return count_queries(self.env, lambda env, run: those.with_env(env).write({"reason": f"Sells {run}"}))

        few, many = written(apps[:2]), written(apps)
        self.assertEqual(few, many)


@tagged("post_install", "-at_install")
class TestCopiesStartAnew(JoinedCommon):
    """A copy of a project, or a template made from it, knows nothing of the client of the other one."""

    OURS = (
        "stakeholder_ids",
        "spoc_change_ids",
        "intake_ids",
        "open_point_ids",
        "red_flag_ids",
        "scope_app_ids",
        "lifecycle_session_ids",
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.name_person()
        cls.add_point()
        cls.plan_session(-1).action_session_held()
        cls.mine.area_coverage_ids.write({"verdict": "out", "reason": "No stock"})
        cls.env["project.spoc.note"].with_user(cls.consultant).create(
            {"project_id": cls.running.id, "partner_id": cls.anna.id, "communication": "Call her"}
        )

    def assertKnowsNothing(self, project):
        for name in self.OURS:
            self.assertTrue(self.running[name] or name == "spoc_change_ids", name)
            self.assertFalse(project[name], name)
        self.assertFalse(project.spoc_id)
        self.assertFalse(project.area_coverage_ids.filtered(lambda area: area.verdict != "open" or area.reason))
        self.assertFalse(self.env["project.spoc.note"].search([("project_id", "=", project.id)]))

    def test_a_copy(self):
        self.assertKnowsNothing(self.running.copy())

    def test_a_template(self):
        action = self.running.action_create_template_from_project()
        template = self.env["project.project"].browse(action["params"]["project_id"])
        self.assertTrue(template.is_template)
        self.assertKnowsNothing(template)
        self.assertKnowsNothing(template.action_create_from_template({"name": "Next"}))

    def test_a_project_deleted_leaves_nothing_to_do(self):
        points = self.running.open_point_ids
        self.assertTrue(points.activity_ids)
        self.running.task_ids.unlink()
        ids = points.ids
        self.running.unlink()
        left = [("res_model", "=", "project.open.point"), ("res_id", "in", ids)]
        self.assertFalse(self.env["mail.activity"].search(left))
