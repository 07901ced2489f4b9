from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.mail.tests.common import MailCase
from odoo.addons.project_lifecycle.exceptions import GateRefused


@tagged("post_install", "-at_install")
class TestStorySoftware(MailCase, TransactionCase):
    """A software implementation as its people live it, each with the rights of the role and no more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson = new_test_user(cls.env, "story_sales", "sales_team.group_sale_salesman", name="Sam Sales")
        cls.consultant = new_test_user(
            cls.env, "story_consultant", "project.group_project_user", name="Clara Consultant"
        )
        cls.administrator = new_test_user(
            cls.env, "story_admin", "project.group_project_manager", name="Miriam Manager"
        )
        cls.client = cls.env["res.partner"].create({"name": "Aranda Bakery", "is_company": True})
        cls.spoc = cls.env["res.partner"].create(
            {"name": "Sofía Ramos", "parent_id": cls.client.id, "email": "sofia@aranda.example.com"}
        )
        cls.lifecycle = cls.env.ref("project_lifecycle.lifecycle_software")
        cls.product = cls.env["product.product"].create(
            {
                "name": "Consulting pack",
                "type": "service",
                "service_policy": "ordered_prepaid",
                "service_tracking": "no",
                "uom_id": cls.env.ref("uom.product_uom_hour").id,
                "list_price": 90.0,
            }
        )

    def test_from_the_quotation_to_closing(self):
        with self.mock_mail_gateway():
            order = self._sell()
            project = self._open_project(order)
            self._pass_internal_kickoff(project)
            for name in ("Kick-off", "Implementation", "Go-live"):
                self._pass_stage(project, name)
            self.assertEqual(project.sudo().stage_id.name, "Support", "the optional progress review was passed over")
            self._pass_stage(project, "Support")
        self.assertEqual(project.sudo().stage_id.purpose, "closed")
        self.assertNotIn("sofia@aranda.example.com", str(self._mails), "no stage of the lifecycle mails by itself")
        answered = project.with_user(self.consultant).checklist_item_ids.filtered("done_by_id")
        self.assertEqual(answered.done_by_id, self.consultant)

    def _sell(self):
        order = (
            self.env["sale.order"]
            .with_user(self.salesperson)
            .create(
                {
                    "partner_id": self.client.id,
                    "order_line": [Command.create({"product_id": self.product.id, "product_uom_qty": 40})],
                }
            )
        )
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        return order

    def _open_project(self, order):
        """The administrator opens the project for the consultant, who talks the lifecycle over with a mentor."""
        project = (
            self.env["project.project"]
            .with_user(self.administrator)
            .create(
                {
                    "name": "Aranda Bakery: business software",
                    "lifecycle_id": self.lifecycle.id,
                    "partner_id": self.client.id,
                    "user_id": self.consultant.id,
                    "lifecycle_mentor_id": self.administrator.id,
                }
            )
        )
        project = project.with_user(self.consultant)
        self.assertEqual(project.sudo().stage_id.name, "Internal kick-off")
        project.action_lifecycle_discussed()
        self.assertTrue(project.lifecycle_discussed_on)
        return project

    def _pass_internal_kickoff(self, project):
        """Impatience is refused, and the refusal says what to do."""
        guidance = project.action_open_stage_guidance()
        stage = self.env["project.project.stage"].with_user(self.consultant).browse(guidance["res_id"])
        self.assertIn("salesperson", stage.guidance_aim)
        with self.assertRaisesRegex(GateRefused, "Hand-over call with the salesperson held"), self.cr.savepoint():
            project.stage_id = self.lifecycle.stage_ids[1]
        self._pass_stage(project, "Internal kick-off")

    def _pass_stage(self, project, name):
        stages = self.lifecycle.stage_ids.filtered(lambda stage: not stage.is_optional)
        stage = project.sudo().stage_id
        self.assertEqual(stage.name, name)
        items = project.stage_item_ids
        items.filtered("is_blocking").action_tick()
        items[0].note = "agreed with the client"
        following = stages[list(stages).index(stage) + 1]
        project.with_context(tracking_disable=False).write({"stage_id": following.id})
        self.assertEqual(project.sudo().stage_id, following)
