from .common import LifecycleCommon

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF"


class ClientCommon(LifecycleCommon):
    """A project past its kick-off, with its SPOC and other people of the client."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first.purpose = "intake"
        cls.second.purpose = "kickoff"
        cls.optional.write({"purpose": "delivery", "is_optional": False})
        cls.spoc = cls.portal_user.partner_id
        cls.spoc.email = "spoc@client.example.com"
        cls.reader = cls.create_client_user("lc_reader", "Rosa Reader")
        cls.mate = cls.create_client_user("lc_mate", "Mara Mate")
        cls.rival_company = cls.env["res.partner"].create({"name": "Rival", "is_company": True})
        cls.rival = cls.create_client_user("lc_rival", "Rita Rival", cls.rival_company)
        cls.project = cls.create_project("Bakery")
        cls.project.spoc_id = cls.spoc
        cls.env["project.lifecycle.stakeholder"].create(
            {
                "project_id": cls.project.id,
                "partner_id": cls.reader.partner_id.id,
                "client_role": "key_user",
                "reads_client_side": True,
            }
        )

    @classmethod
    def create_client_user(cls, login, name, company=None):
        """Create a user of the portal who works for a company, by default for the client."""
        user = cls.env["res.users"].create(
            {
                "login": login,
                "password": login,
                "name": name,
                "email": f"{login}@example.com",
                "group_ids": [(6, 0, [cls.env.ref("base.group_portal").id])],
            }
        )
        user.partner_id.parent_id = company or cls.client_company
        return user

    @classmethod
    def pass_kickoff(cls, project=None):
        """Bring a project behind the gate of its kick-off, as its consultant does."""
        project = (project or cls.project).with_user(cls.consultant)
        for stage in (cls.second, cls.optional):
            cls.tick_all(project)
            project.stage_id = stage
        return project

    @classmethod
    def add_criterion(cls, name, project=None, **values):
        """Add a criterion to the present stage that is addressed to the client."""
        step = (project or cls.project).current_step_id
        return cls.env["project.checklist.item"].create(
            {
                "step_id": step.id,
                "custom_name": name,
                "responsible": "client",
                "client_visible": True,
                "is_blocking": True,
                **values,
            }
        )
