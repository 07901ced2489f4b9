from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase

from .test_stakeholders import PeopleCommon

SECRET = "Zqshouts on the phone"


@tagged("post_install", "-at_install")
class TestSpocNotes(MailCase, HttpCase, PeopleCommon):
    """What we wrote about a person's ways: few read it, it goes nowhere, and it is erased on request."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sales = new_test_user(cls.env, "lc_sales", "sales_team.group_sale_salesman", name="Sam")
        cls.other_sales = new_test_user(cls.env, "lc_sales2", "sales_team.group_sale_salesman_all_leads", name="Sue")
        order = cls.env["sale.order"].create({"partner_id": cls.client_company.id, "user_id": cls.sales.id})
        cls.project.reinvoiced_sale_order_id = order
        cls.lead = new_test_user(cls.env, "lc_lead", "project.group_project_user", name="Lea Lead")
        cls.add_person(cls.lead.partner_id, "ours", is_lead=True)
        cls.add_person(cls.colleague.partner_id, "ours")
        cls.name_spoc(cls.portal_user.partner_id)
        cls.note = cls.write_note(cls.project, cls.portal_user.partner_id)
        cls.env.flush_all()

    @classmethod
    def write_note(cls, project, partner, user=None):
        return (
            cls.env["project.spoc.note"]
            .with_user(user or cls.consultant)
            .create(
                {
                    "project_id": project.id,
                    "partner_id": partner.id,
                    "computer_skill": "low",
                    "communication": SECRET,
                    "availability": "Mornings",
                }
            )
        )

    def test_who_reads_and_writes(self):
        for user in (self.consultant, self.lead, self.manager, self.sales):
            with self.subTest(user.name):
                note = self.note.with_user(user)
                self.assertEqual(note.communication, SECRET)
                self.assertEqual(note.search([]), note)
                note.availability = f"As {user.name} says"

    def test_who_does_not(self):
        for user in (self.colleague, self.other_sales):
            # as if they might export: it is the notes that are closed to them
            user.group_ids = [Command.link(self.env.ref("base.group_allow_export").id)]
            Note = self.env["project.spoc.note"].with_user(user)
            with self.subTest(user.name):
                self.assertFalse(Note.search([]))
                self.assertFalse(Note.search([("communication", "ilike", "Zq")]))
                self.assertFalse(Note.name_search(""))
                self.assertEqual(Note.search_count([]), 0)
                self.assertFalse(Note._read_group([], ["communication"], ["__count"]))
                self.assertFalse(Note.formatted_read_group([], ["communication"], ["__count"]))
                for act in (
                    lambda note: note.read(["communication"]),
                    lambda note: note.export_data(["communication"]),
                    lambda note: note.write({"communication": "x"}),
                    lambda note: note.action_erase(),
                    lambda note: note.copy(),
                    lambda note: note.unlink(),
                ):
                    with self.assertRaises(AccessError):
                        act(self.note.with_user(user))
        for user in (self.employee, self.portal_user):
            Note = self.env["project.spoc.note"].with_user(user)
            for act in (
                lambda note: note.search([]),
                lambda note: note.name_search(""),
                lambda note: note._read_group([], ["communication"]),
                lambda note: self.note.with_user(note.env.user).communication,
            ):
                with self.subTest(user.name), self.assertRaises(AccessError):
                    self.env.invalidate_all()
                    act(Note)

    def test_nobody_writes_notes_on_the_projects_of_others(self):
        project = self.create_project("Marta's", user_id=self.manager.id)
        for user in (self.consultant, self.sales):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.write_note(project, self.anna, user)
        self.note.with_user(self.manager).project_id.user_id = self.manager
        with self.assertRaises(AccessError):
            self.note.with_user(self.consultant).read(["communication"])

    def test_no_way_round_by_projects_contacts_or_people(self):
        for model in ("project.project", "res.partner", "project.lifecycle.stakeholder", "sale.order"):
            related = [
                name
                for name, field in self.env[model]._fields.items()
                if field.comodel_name in ("project.spoc.note", "project.spoc.note.erasure")
            ]
            self.assertFalse(related, f"fields of {model} that lead to notes")

    def test_the_client_by_rpc(self):
        self.open_client_side()
        self.project.message_subscribe(partner_ids=self.portal_user.partner_id.ids)
        self.authenticate("lc_spoc", "lc_spoc")
        calls = {
            "read": [self.note.ids, ["communication"]],
            "web_read": [self.note.ids, {"communication": {}}],
            "search_read": [[]],
            "web_search_read": [[], {"communication": {}}],
            "formatted_read_group": [[], ["communication"]],
            "name_search": ["", []],
            "export_data": [self.note.ids, ["communication"]],
            "action_erase": [self.note.ids],
            "write": [self.note.ids, {"communication": "x"}],
        }
        for method, args in calls.items():
            with self.subTest(method), self.assertRaises(JsonRpcException):
                self.make_jsonrpc_request(
                    f"/web/dataset/call_kw/project.spoc.note/{method}",
                    {"model": "project.spoc.note", "method": method, "args": args, "kwargs": {}},
                )
        with self.assertRaisesRegex(JsonRpcException, "AccessError"):
            self.make_jsonrpc_request(
                "/web/dataset/call_kw/project.project/action_open_spoc_note",
                {
                    "model": "project.project",
                    "method": "action_open_spoc_note",
                    "args": [self.project.ids],
                    "kwargs": {},
                },
            )

    def test_notes_leave_no_trace_elsewhere(self):
        self.env.flush_all()
        self.cr.execute("SELECT count(*) FROM mail_message WHERE body ILIKE '%%Zqshouts%%'")
        before = self.cr.fetchone()
        with self.mock_mail_gateway():
            self.note.with_user(self.consultant).communication = f"{SECRET} and writes"
            self.flush_tracking()
            self.assertFalse(self._new_mails)
        self.cr.execute("SELECT count(*) FROM mail_message WHERE body ILIKE '%%Zqshouts%%'")
        self.assertEqual(self.cr.fetchone(), before)
        self.cr.execute("SELECT count(*) FROM mail_tracking_value WHERE new_value_text ILIKE '%%Zqshouts%%'")
        self.assertEqual(self.cr.fetchone(), (0,))
        self.assertNotIn("message_ids", self.env["project.spoc.note"]._fields)

    def test_erased_on_all_projects_with_a_record_of_it(self):
        elsewhere = self.create_project("Marta's", user_id=self.manager.id)
        other = self.write_note(elsewhere, self.portal_user.partner_id, self.manager)
        kept = self.write_note(self.project, self.anna)
        elsewhere.active = False
        self.note.with_user(self.consultant).action_erase()
        self.assertFalse((self.note | other).exists())
        self.assertTrue(kept.exists())
        erasure = self.env["project.spoc.note.erasure"].with_user(self.manager).search([])
        self.assertRecordValues(
            erasure,
            [{"partner_id": self.portal_user.partner_id.id, "user_id": self.consultant.id, "note_count": 2}],
        )
        self.assertNotIn("Zq", str(erasure.read()))
        with self.assertRaises(AccessError):
            erasure.unlink()
        with self.assertRaises(AccessError):
            erasure.with_user(self.colleague).read(["partner_id"])

    def test_notes_go_by_erasing_only(self):
        for user in (self.consultant, self.manager, self.sales):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.note.with_user(user).unlink()

    def test_salespeople_erase_on_request(self):
        self.note.with_user(self.sales).action_erase()
        self.assertFalse(self.note.exists())

    def test_about_contacts_of_the_customer_only_and_once(self):
        with self.assertRaisesRegex(ValidationError, "no contact of Client Inc."):
            self.write_note(self.project, self.stranger)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.cr.savepoint():
            self.write_note(self.project, self.portal_user.partner_id)

    def test_the_button_opens_the_note_of_the_spoc(self):
        project = self.project.with_user(self.consultant)
        self.assertEqual(project.action_open_spoc_note()["res_id"], self.note.id)
        self.note.with_user(self.consultant).action_erase()
        action = project.action_open_spoc_note()
        self.assertFalse(action["res_id"])
        self.assertEqual(action["context"]["default_partner_id"], self.portal_user.partner_id.id)
        with self.assertRaises(AccessError):
            self.project.with_user(self.colleague).action_open_spoc_note()

    def test_copies_of_a_project_have_no_notes(self):
        copy = self.project.copy()
        self.assertFalse(self.env["project.spoc.note"].search([("project_id", "=", copy.id)]))

    def test_notes_of_other_companies_stay_there(self):
        company = self.env["res.company"].create({"name": "Branch"})
        self.manager.company_ids = [Command.link(company.id)]
        project = self.create_project("Branch project", company_id=company.id)
        note = self.env["project.spoc.note"].create({"project_id": project.id, "partner_id": self.anna.id})
        Note = self.env["project.spoc.note"].with_user(self.manager)
        self.assertNotIn(note, Note.with_context(allowed_company_ids=self.env.company.ids).search([]))
        self.assertIn(note, Note.with_context(allowed_company_ids=[self.env.company.id, company.id]).search([]))

    def test_the_criterion(self):
        template = self.env["project.checklist.template"].create(
            {"name": "Note", "stage_id": self.first.id, "kind": "computed", "criterion": "spoc_note"}
        )
        item = template.item_ids.filtered(lambda item: item.project_id == self.project)
        self.assertEqual(item.state, "met")
        self.note.with_user(self.consultant).action_erase()
        self.assertEqual(item.state, "open")
        empty = (
            self.env["project.spoc.note"]
            .with_user(self.consultant)
            .create({"project_id": self.project.id, "partner_id": self.portal_user.partner_id.id})
        )
        self.assertEqual(item.state, "open", "an empty note says nothing")
        empty.computer_skill = "high"
        self.assertEqual(item.state, "met")
