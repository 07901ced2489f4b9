from odoo.tests import new_test_user

from odoo.addons.project_lifecycle.tests.test_packs import PackCommon


class TicketCommon(PackCommon):
    """A project in support with a pack, its client in the portal, and agents with rights on the helpdesk alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spoc = cls.portal_user.partner_id
        cls.spoc.write({"parent_id": cls.customer.id, "email": "sofia@client.example"})
        cls.project.privacy_visibility = "portal"
        cls.project.message_subscribe(partner_ids=cls.spoc.ids)
        cls.env["project.lifecycle.stakeholder"].create(
            {"project_id": cls.project.id, "side": "client", "client_role": "spoc", "partner_id": cls.spoc.id}
        )
        cls.pack = cls.sell(10)
        cls.first.time_policy = "consent"
        cls.agent = new_test_user(cls.env, "lc_agent", "helpdesk_mgmt.group_helpdesk_user", name="Ana Agent")
        cls.other_agent = new_test_user(cls.env, "lc_agent2", "helpdesk_mgmt.group_helpdesk_user", name="Otto Other")
        cls.guard = new_test_user(cls.env, "lc_guard", "helpdesk_mgmt.group_helpdesk_user_team", name="Gus Guard")
        cls.env["hr.employee"].create({"name": "Ana", "user_id": cls.agent.id})
        teams = cls.env["helpdesk.ticket.team"]
        cls.support = teams.create({"name": "Support", "user_ids": [(6, 0, [cls.agent.id, cls.other_agent.id])]})
        cls.security = teams.create({"name": "Guards", "is_security": True, "user_ids": [(6, 0, cls.guard.ids)]})
        cls.env.company.write(
            {"helpdesk_support_team_id": cls.support.id, "helpdesk_security_team_id": cls.security.id}
        )
        cls.rival_company = cls.env["res.partner"].create({"name": "Rival", "is_company": True})
        cls.rival_project = cls.create_project("Secret of the rival", partner_id=cls.rival_company.id)
        cls.rival = new_test_user(cls.env, "lc_rival", "base.group_portal", name="Rita Rival")
        cls.rival.partner_id.parent_id = cls.rival_company
        cls.ticket = cls.create_ticket()

    @classmethod
    def create_ticket(cls, name="Invoice rounds wrongly", **values):
        return cls.env["helpdesk.ticket"].create(
            {
                "name": name,
                "description": "It does",
                "project_id": cls.project.id,
                "partner_id": cls.spoc.id,
                **values,
            }
        )

    def as_agent(self, ticket=None, user=None):
        return (self.ticket if ticket is None else ticket).with_user(user or self.agent)
