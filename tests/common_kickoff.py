from odoo import fields
from odoo.fields import Command

from .common import LifecycleCommon


class KickoffCommon(LifecycleCommon):
    """A lifecycle with an intake and a kick-off that ends with a conclusion, and a project in its kick-off."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first.purpose = "intake"
        cls.second.write({"purpose": "kickoff", "has_conclusion": True, "checklist_template_ids": [Command.clear()]})
        cls.optional.write({"purpose": "delivery", "is_optional": False, "name": "Delivery"})
        points = [
            ("Methodology", "Way of working agreed", True),
            ("Methodology", "Every minute is logged", True),
            ("Life of the project", "Meetings settled", False),
        ]
        cls.second.checklist_template_ids = [
            Command.create(
                {
                    "name": name,
                    "section": section,
                    "sequence": rank,
                    "is_blocking": rank == 0,
                    "needs_agreement": agreed,
                    "client_visible": agreed,
                }
            )
            for rank, (section, name, agreed) in enumerate(points)
        ]
        cls.spoc = cls.portal_user.partner_id
        cls.spoc.email = "sofia@client.example.com"
        cls.client_company.email = "office@client.example.com"
        cls.seller = cls.colleague.copy({"name": "Sam Seller", "login": "lc_seller", "email": "sam@example.com"})
        cls.client_company.user_id = cls.seller
        cls.tick_all(cls.project, cls.first)
        cls.project.stage_id = cls.second
        cls.agreed, cls.minute, cls.settled = cls.items_of(cls.project, cls.second)

    @classmethod
    def create_session(cls, kind="kickoff", partners=None, user=None, **values):
        """Create a session that ended yesterday, as the consultant does."""
        partners = cls.consultant.partner_id | (cls.spoc if partners is None else partners)
        start = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        return (
            cls.env["calendar.event"]
            .with_user(user or cls.consultant)
            .create(
                {
                    "name": f"Session {kind}",
                    "start": start,
                    "stop": fields.Datetime.add(start, hours=2),
                    "partner_ids": [Command.set(partners.ids)],
                    "lifecycle_project_id": cls.project.id,
                    "session_kind": kind,
                    **values,
                }
            )
        )

    @classmethod
    def plan(cls, **values):
        """Return the dialog that plans a session of the project, filled in by the consultant."""
        Plan = cls.env["project.session.plan"].with_user(cls.consultant)
        return Plan.create({"project_id": cls.project.id, **values})
