from odoo.fields import Command
from odoo.tests import new_test_user

from .test_packs import PackCommon

# one word for each thing of a pack, of time or of the house that no client may read
INTERNAL = {
    "internal note": "Zqnote",
    "cost": "7531.97",
    "stage": "Zqstage",
    "lifecycle": "Zqlifecycle",
    "name of the pack for us": "Zqpack",
    "message on the pack": "Zqmessage",
    "time elsewhere": "Zqelsewhere",
}


class PackPortalCommon(PackCommon):
    """A project with packs that its client follows in the portal, with people who may and may not look at it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.name = "Client & Sons"
        cls.spoc = cls.portal_user.partner_id
        cls.spoc.parent_id = cls.customer
        cls.project.privacy_visibility = "portal"
        cls.project.message_subscribe(partner_ids=cls.spoc.ids)
        cls.project.write({"spoc_id": cls.spoc.id, "client_colleagues_read": True})
        cls.mate = cls.create_client_user("lc_mate", "Mara Mate", cls.customer)
        cls.rival_company = cls.env["res.partner"].create({"name": "Rival", "is_company": True})
        cls.rival = cls.create_client_user("lc_rival", "Rita Rival", cls.rival_company)
        cls.rival_project = cls.create_project(
            "Secret of the rival",
            partner_id=cls.rival_company.id,
            allow_timesheets=True,
            allow_billable=True,
            privacy_visibility="portal",
        )
        cls.rival_project.message_subscribe(partner_ids=cls.rival.partner_id.ids)
        cls.rival_project.spoc_id = cls.rival.partner_id
        cls.kind = cls.env["project.work.kind"].create({"name": "Baking lessons"})

    @classmethod
    def create_client_user(cls, login, name, company):
        user = new_test_user(cls.env, login, "base.group_portal", name=name)
        user.partner_id.parent_id = company
        return user

    def live(self):
        """Log time of every kind, and hide a word in each internal place."""
        self.worker.hourly_cost = 7531.97
        pack = self.sell(10)
        pack.name = "Zqpack"
        pack.message_post(body="Zqmessage")
        self.project.stage_id.name = "Zqstage"
        self.project.lifecycle_id.name = "Zqlifecycle"
        common = {"internal_note": "Zqnote", "work_kind_id": self.kind.id, "date": "2026-03-02"}
        self.log(1.5, name="Stock rules", **common)
        self.log(0.5, name="A little gift", pack_use="offered", **common)
        awaiting = self.log(0.25, name="Out of scope", **common)
        awaiting.pack_use = "awaiting"
        task = self.env["project.task"].create({"name": "Off", "project_id": self.project.id, "no_pack": True})
        self.log(0.75, name="On the house account", task_id=task.id, **common)
        return pack

    def share(self, project, user):
        """Share a project as the dialog of Odoo does: the user edits its tasks in the portal."""
        project.write({"collaborator_ids": [Command.create({"partner_id": user.partner_id.id})]})

    def check_text(self, text, *words):
        for word in words:
            self.assertIn(word, text)
        leaked = [kind for kind, word in INTERNAL.items() if word.lower() in text.lower()]
        self.assertFalse(leaked, "shows the client what is internal")
