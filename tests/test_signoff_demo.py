from odoo.tests import TransactionCase, tagged
from odoo.tools.convert import convert_file


@tagged("post_install", "-at_install")
class TestSignoffDemo(TransactionCase):
    """The demo data shows a sign-off that was answered, one that was refused, and one that waits."""

    def test_three_signoffs(self):
        for file in ("project_lifecycle_demo.xml", "project_signoff_demo.xml"):
            convert_file(self.env, "project_lifecycle", f"demo/{file}", {}, mode="init", noupdate=True)
        signoffs = self.env.ref("project_lifecycle.project_aranda").signoff_ids
        states = {signoff.kind_id.code: signoff.state for signoff in signoffs}
        self.assertEqual(states, {"spoc_duties": "remarks", "kickoff_conclusion": "refused", "methodology": "sent"})
        self.assertFalse(self.env["mail.mail"].search([("model", "=", "project.signoff"), ("state", "=", "outgoing")]))
