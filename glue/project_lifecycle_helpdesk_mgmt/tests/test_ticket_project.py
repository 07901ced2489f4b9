from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestTicketProject(TransactionCase):
    def test_it(self):
        self.assertIn("ticket_ids", self.env["project.project"]._fields)
