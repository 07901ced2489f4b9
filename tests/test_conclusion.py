from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

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
        activity = self.client_company.activity_ids
        self.assertEqual(activity.user_id, self.seller)
        self.assertIn("Wants meetings &lt;b&gt;only", str(activity.note))
        with self.assertRaisesRegex(GateRefused, "salesperson has answered"), self.cr.savepoint():
            self.mine.stage_id = self.second
        answer = self.items_of(self.project, self.first).filtered(lambda item: not item.template_id)
        answer.with_user(self.consultant).action_tick()
        self.mine.stage_id = self.second
        self.assertEqual(self.agreed.state, "met")

    def test_the_salesperson_is_told_on_the_order(self):
        order = self.env["sale.order"].create({"partner_id": self.client_company.id, "user_id": self.seller.id})
        self.project.reinvoiced_sale_order_id = order
        self.mine.action_back_to_sales("Too many customisations")
        self.assertEqual(order.activity_ids.user_id, self.seller)

    def test_without_a_salesperson(self):
        self.client_company.user_id = False
        self.mine.action_back_to_sales("Too many customisations")
        self.assertEqual(self.project.stage_id, self.first)

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
