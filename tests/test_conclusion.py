from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.project_lifecycle.exceptions import GateRefused

from .common_kickoff import KickoffCommon


@tagged("post_install", "-at_install")
class TestConclusion(KickoffCommon):
    """The gate of the kick-off is passed with a conclusion, or the project goes back to sales."""

    def setUp(self):
        super().setUp()
        self.agreed.with_user(self.consultant).action_explained_and_agreed()
        self.mine = self.project.with_user(self.consultant)

    def decision(self):
        return self.project.gate_decision_ids.sorted("id")[-1]

    def test_no_way_without_a_conclusion(self):
        for project in (self.mine, self.project.with_user(self.manager), self.project):
            with (
                self.assertRaisesRegex(GateRefused, "Migration: the kick-off ends with your conclusion") as refused,
                self.cr.savepoint(),
            ):
                project.write({"stage_id": self.optional.id})
            self.assertEqual(
                refused.exception.context, {"project_ids": self.project.ids, "to_stage_id": self.optional.id}
            )
        with self.assertRaises(GateRefused), self.cr.savepoint():
            self.mine.with_context(gate_move={"details": {"conclusion": "take_over"}}).stage_id = self.optional
        self.assertEqual(self.project.stage_id, self.second)

    def test_other_lifecycles_are_not_asked(self):
        self.second.has_conclusion = False
        self.mine.stage_id = self.optional
        self.assertFalse(self.decision().conclusion)

    def test_taken_over(self):
        self.mine.action_conclude(self.optional.id, "take_over", " Every flow was tried ")
        self.assertEqual(self.project.stage_id, self.optional)
        self.assertRecordValues(
            self.decision(),
            [
                {
                    "decision": "conditional",
                    "conclusion": "take_over",
                    "statement": "Every flow was tried",
                    "deviations": False,
                    "user_id": self.consultant.id,
                }
            ],
        )
        with self.assertRaises(UserError):
            self.decision().sudo().statement = "Else"

    def test_asked_wherever_the_way_leads_through(self):
        self.tick_all(self.project, self.optional)
        with self.assertRaisesRegex(GateRefused, "conclusion"), self.cr.savepoint():
            self.mine.stage_id = self.last
        self.mine.action_conclude(self.last.id, "take_over", "All fits")
        self.assertEqual(self.decision().conclusion, "take_over")

    def test_what_a_conclusion_says(self):
        for arguments, message in (
            (("take_over", " "), "State the feasibility"),
            (("with_deviations", "Fits", " "), "List the deviations"),
            (("back_to_sales", "Fits"), "Choose the conclusion"),
            ((False, "Fits"), "Choose the conclusion"),
        ):
            with self.assertRaisesRegex(UserError, message):
                self.mine.action_conclude(self.optional.id, *arguments)

    def test_deviations_are_named(self):
        self.minute.with_user(self.consultant).write(
            {
                "explained_on": "2026-01-05",
                "agreement": "not_agreed",
                "agreed_by_id": self.spoc.id,
                "note": "Travel is free",
            }
        )
        with self.assertRaisesRegex(UserError, "does not agree with: Every minute"):
            self.mine.action_conclude(self.optional.id, "take_over", "All fits")
        wizard = self.dialog()
        wizard.conclusion = "with_deviations"
        self.assertEqual(wizard.deviations, "Every minute is logged: Travel is free")
        wizard.statement = "All fits"
        wizard.save().action_go()
        self.assertEqual(
            (self.decision().conclusion, self.decision().deviations),
            ("with_deviations", "Every minute is logged: Travel is free"),
        )

    def dialog(self):
        action = self.mine.action_open_gate()
        return Form(self.env[action["res_model"]].with_user(self.consultant).browse(action["res_id"]))

    def test_the_dialog_asks(self):
        form = self.dialog()
        self.assertTrue(form.asks_conclusion)
        form.conclusion = "take_over"
        with self.assertRaisesRegex(AssertionError, "statement"):
            form.save()
        form.statement = "All fits"
        form.save().action_go()
        self.assertEqual(self.project.stage_id, self.optional)
        self.assertFalse(self.dialog().asks_conclusion)

    def test_back_to_sales(self):
        form = self.dialog()
        form.conclusion = "back_to_sales"
        self.assertEqual(form.salesperson_id, self.seller)
        with self.assertRaisesRegex(AssertionError, "reason"):
            form.save()
        form.reason = "Wants meetings <b>only</b>"
        form.save().action_back_to_sales()
        self.assertEqual(self.project.stage_id, self.first)
        self.assertRecordValues(
            self.decision(),
            [{"decision": "back", "conclusion": "back_to_sales", "reason": "Wants meetings <b>only</b>"}],
        )
        point = self.project.open_point_ids
        self.assertRecordValues(
            point,
            [
                {
                    "kind": "problem",
                    "user_id": self.seller.id,
                    "is_blocking": True,
                    "stage_id": self.first.id,
                    "description": "Wants meetings <b>only</b>",
                }
            ],
        )
        self.assertEqual(point.activity_ids.user_id, self.seller)
        with self.assertRaisesRegex(GateRefused, "salesperson has answered"), self.cr.savepoint():
            self.mine.stage_id = self.second
        asked = self.items_of(self.project, self.first).filtered(lambda item: not item.template_id)
        with self.assertRaisesRegex(UserError, "not ticked by hand"):
            asked.with_user(self.consultant).action_tick()
        point.with_user(self.seller).action_answer("They accept sessions of three hours")
        self.assertEqual(asked.state, "met")
        self.assertFalse(point.activity_ids)
        self.mine.stage_id = self.second
        self.assertEqual(self.agreed.state, "met")

    def test_the_consultant_alone_does_not_settle_it(self):
        """S2.65: neither the point nor the criterion that it keeps open is the consultant's to take away."""
        self.mine.action_back_to_sales("Too many customisations")
        point = self.project.open_point_ids
        mine = point.with_user(self.consultant)
        self.assertEqual((mine.can_withdraw, mine.can_answer), (False, False))
        for way in (
            lambda: mine.action_withdraw("Never mind"),
            lambda: mine.action_answer("Never mind"),
            lambda: mine.write({"user_id": self.consultant.id}),
            lambda: mine.write({"is_blocking": False}),
            lambda: mine.write({"stage_id": self.optional.id}),
            lambda: mine.write({"is_for_sales": False}),
        ):
            with self.assertRaises(AccessError), self.cr.savepoint():
                way()
        asked = self.items_of(self.project, self.first).filtered(lambda item: not item.template_id)
        for way in (lambda it: it.write({"is_blocking": False}), lambda it: it.unlink()):
            with self.assertRaises(AccessError), self.cr.savepoint():
                way(asked.with_user(self.consultant))
        with self.assertRaises(GateRefused), self.cr.savepoint():
            self.mine.stage_id = self.second
        mine.deadline = "2999-01-01"
        self.assertTrue(point.with_user(self.seller).can_withdraw)
        point.with_user(self.seller).action_withdraw("The order is changed")
        self.assertEqual((point.state, asked.state), ("withdrawn", "met"))

    def test_an_administrator_withdraws_it(self):
        self.mine.action_back_to_sales("Too many customisations")
        self.project.open_point_ids.with_user(self.manager).action_withdraw("The seller has left")
        self.assertEqual(self.project.open_point_ids.state, "withdrawn")

    def test_nobody_forges_one(self):
        Point = self.env["project.open.point"].with_user(self.consultant)
        values = {"project_id": self.project.id, "name": "x"}
        with self.assertRaises(AccessError):
            Point.create({**values, "is_for_sales": True})
        self.assertFalse(Point.with_context(default_is_for_sales=True).create(values).is_for_sales)

    def test_asked_once_where_the_checklist_asks_for_open_points(self):
        self.first.checklist_template_ids = [
            Command.create(
                {"name": "No doubt left", "kind": "computed", "criterion": "open_points", "is_blocking": True}
            )
        ]
        project = self.create_project("Doubtful").with_user(self.consultant)
        self.items_of(project, self.first).filtered(lambda item: item.kind == "manual").action_tick()
        project.stage_id = self.second
        project.action_back_to_sales("Too many customisations")
        self.assertFalse(self.items_of(project, self.first).filtered(lambda item: not item.template_id))
        with self.assertRaisesRegex(GateRefused, "No doubt left"), self.cr.savepoint():
            project.stage_id = self.second

    def test_asked_again_each_time(self):
        for reason in ("Too many customisations", "Still too many"):
            self.mine.action_back_to_sales(reason)
            point = self.project.open_point_ids.filtered(lambda point: point.state == "open")
            self.assertEqual(point.description, reason)
            with self.assertRaises(GateRefused), self.cr.savepoint():
                self.mine.stage_id = self.second
            point.with_user(self.seller).action_answer("Fewer now")
            self.mine.stage_id = self.second

    def test_the_salesperson_of_the_order_is_asked(self):
        seller = new_test_user(self.env, "lc_order_seller", "sales_team.group_sale_salesman")
        order = self.env["sale.order"].create({"partner_id": self.client_company.id, "user_id": seller.id})
        self.project.reinvoiced_sale_order_id = order
        self.mine.action_back_to_sales("Too many customisations")
        point = self.env["project.open.point"].with_user(seller).search([])
        self.assertEqual(point.activity_ids.user_id, seller)
        point.action_answer("Fewer now")
        self.assertEqual(point.sudo().state, "answered")

    def test_the_salesperson_of_the_hand_over_comes_first(self):
        order = self.env["sale.order"].create({"partner_id": self.client_company.id, "user_id": self.manager.id})
        self.project.reinvoiced_sale_order_id = order
        intake = self.env["project.intake"].create({"project_id": self.project.id, "salesperson_id": self.seller.id})
        self.mine.action_back_to_sales("Too many customisations")
        point = self.project.open_point_ids.filtered(lambda point: point.kind == "problem")
        self.assertEqual((point.user_id, point.intake_id), (self.seller, intake))

    def test_without_a_salesperson_the_consultant_is_asked(self):
        self.client_company.user_id = False
        self.mine.action_back_to_sales("Too many customisations")
        self.assertEqual(self.project.open_point_ids.user_id, self.consultant)
        with self.assertRaises(GateRefused), self.cr.savepoint():
            self.mine.stage_id = self.second

    def test_not_back_without_reason_intake_or_kickoff(self):
        with self.assertRaisesRegex(UserError, "Write what blocks"):
            self.mine.action_back_to_sales(" ")
        self.first.purpose = "other"
        with self.assertRaisesRegex(UserError, "no intake stage"):
            self.mine.action_back_to_sales("Because")
        self.first.purpose = "intake"
        self.mine.action_conclude(self.optional.id, "take_over", "All fits")
        with self.assertRaisesRegex(UserError, "from its kick-off only"):
            self.mine.action_back_to_sales("Because")

    def test_only_the_consultant_concludes(self):
        for user in (self.colleague, self.employee, self.portal_user):
            with self.assertRaises(AccessError):
                self.project.with_user(user).action_conclude(self.optional.id, "take_over", "All fits")
            with self.assertRaises(AccessError):
                self.project.with_user(user).action_back_to_sales("Because")
