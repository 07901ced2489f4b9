from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.project_lifecycle.exceptions import GateRefused


@tagged("post_install", "-at_install")
class TestStoryRnd(TransactionCase):
    """An R&D collaboration as its people live it, from the first request on, each with the rights of the role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = new_test_user(cls.env, "rnd_lead", "project.group_project_user", name="Rina Lead", lang="en_US")
        cls.administrator = new_test_user(cls.env, "rnd_admin", "project.group_project_manager", name="Adam Admin")
        cls.client = cls.env["res.partner"].create({"name": "Nitzan Sensors", "is_company": True})
        cls.lifecycle = cls.env.ref("project_lifecycle.lifecycle_rnd")
        cls.project = (
            cls.env["project.project"]
            .with_user(cls.administrator)
            .create(
                {
                    "name": "Soil moisture probe",
                    "lifecycle_id": cls.lifecycle.id,
                    "partner_id": cls.client.id,
                    "user_id": cls.lead.id,
                }
            )
            .with_user(cls.lead)
        )

    def test_nine_stages_and_closing(self):
        for stage, following in zip(self.lifecycle.stage_ids, self.lifecycle.stage_ids[1:], strict=False):
            self.assertEqual(self.project.sudo().stage_id, stage)
            with self.assertRaises(GateRefused), self.cr.savepoint():
                self.project.stage_id = following
            self.project.stage_item_ids.filtered("is_blocking").action_tick()
            self.project.stage_id = following
        self.assertEqual(self.project.sudo().stage_id.purpose, "closed")

    def test_no_launch_before_the_agreement_is_signed(self):
        """S1.26: everything else of the agreement is ready, the signature is not."""
        requirements, feasibility, agreement, planning = self.lifecycle.stage_ids[:4]
        for following in (feasibility, agreement):
            self.project.stage_item_ids.action_tick()
            self.project.stage_id = following
        signature = self.project.stage_item_ids.filtered(lambda item: item.source_ref == "S1.26")
        (self.project.stage_item_ids - signature).action_tick()
        with self.assertRaisesRegex(GateRefused, signature.name):
            self.project.stage_id = planning

    def test_back_to_the_requirements(self):
        """A report that does not convince sends the project back; what was answered stays answered."""
        self.project.stage_item_ids.action_tick()
        requirements, feasibility = self.lifecycle.stage_ids[:2]
        self.project.stage_id = feasibility
        self.project.action_move(requirements.id, "back", "The report does not convince the client")
        self.assertEqual(self.project.stage_item_met_count, self.project.stage_item_count)
        self.project.stage_id = feasibility
