from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Date
from odoo.tests import Form, HttpCase, JsonRpcException, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.project_lifecycle.exceptions import GateRefused

from .common import LifecycleCommon, count_queries


class PeopleCommon(LifecycleCommon):
    """The short lifecycle with its first stage as kick-off, and the people of the client."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first.purpose = "kickoff"
        cls.lifecycle.spoc_duties = "Answer for the project"
        cls.people = cls.env["project.lifecycle.stakeholder"].with_user(cls.consultant)
        cls.anna, cls.bruno = cls.env["res.partner"].create(
            [
                {"name": name, "parent_id": cls.client_company.id, "email": f"{name.lower()}@client.example.com"}
                for name in ("Anna", "Bruno")
            ]
        )
        cls.stranger = cls.env["res.partner"].create({"name": "Stranger", "email": "stranger@example.com"})
        cls.env.flush_all()

    @classmethod
    def name_spoc(cls, partner=None, project=None, **values):
        """Name the SPOC of a project as the consultant does."""
        return cls.people.create(
            {
                "project_id": (project or cls.project).id,
                "side": "client",
                "client_role": "spoc",
                "partner_id": (partner or cls.anna).id,
                **values,
            }
        )

    @classmethod
    def add_person(cls, partner, side="client", role="key_user", **values):
        """Add somebody to the project as the consultant does."""
        role = role if side == "client" else False
        return cls.people.create(
            {"project_id": cls.project.id, "side": side, "client_role": role, "partner_id": partner.id, **values}
        )

    @classmethod
    def leave_kickoff(cls):
        """Take the project out of its kick-off stage."""
        cls.tick_all(cls.project)
        cls.project.with_user(cls.consultant).stage_id = cls.second


@tagged("post_install", "-at_install")
class TestStakeholders(HttpCase, PeopleCommon):
    """The people of a project on both sides: one SPOC, leads, members, and who names them."""

    def test_the_consultant_names_the_spoc(self):
        spoc = self.name_spoc()
        self.assertEqual(self.project.spoc_id, self.anna)
        self.assertEqual(spoc.duties, "Answer for the project")
        self.assertEqual(self.env["project.project"].search([("spoc_id", "=", self.anna.id)]), self.project)

    def test_naming_the_spoc_takes_a_choice_and_a_save(self):
        action = self.project.with_user(self.consultant).action_name_spoc()
        form = Form(self.people.with_context(**action["context"]))
        self.assertEqual((form.client_role, form.side), ("spoc", "client"))
        form.partner_id = self.anna
        form.save()
        self.assertEqual(self.project.spoc_id, self.anna)
        self.assertEqual(
            self.project.with_user(self.consultant).action_name_spoc()["res_id"], self.project.stakeholder_ids.id
        )

    def test_the_person_among_the_customers_is_proposed(self):
        self.project.partner_id = self.anna
        action = self.project.with_user(self.consultant).action_name_spoc()
        self.assertEqual(action["context"]["default_partner_id"], self.anna.id)
        self.project.partner_id = self.client_company
        action = self.project.with_user(self.consultant).action_name_spoc()
        self.assertFalse(action["context"]["default_partner_id"])

    def test_duties_are_in_the_language_of_the_spoc(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.lifecycle.with_context(lang="fr_FR").spoc_duties = "Répondre du projet"
        self.bruno.lang = "fr_FR"
        spoc = self.name_spoc()
        spoc.partner_id = self.bruno
        self.assertEqual(spoc.duties, "Répondre du projet")

    def test_own_duties_stay_when_the_spoc_is_replaced_before_the_kickoff_ends(self):
        spoc = self.name_spoc(duties="Bake")
        spoc.partner_id = self.bruno
        self.assertEqual((self.project.spoc_id, spoc.duties), (self.bruno, "Bake"))

    def test_a_second_spoc_is_refused_by_name(self):
        self.name_spoc()
        with self.assertRaisesRegex(UserError, "Migration has a SPOC already: .*Anna"):
            self.name_spoc(self.bruno)
        key_user = self.add_person(self.bruno)
        with self.assertRaisesRegex(UserError, "has a SPOC already"):
            key_user.client_role = "spoc"
        self.assertEqual(self.project.spoc_id, self.anna)

    def test_two_spocs_at_once_are_refused(self):
        values = {"project_id": self.project.id, "client_role": "spoc"}
        with self.assertRaisesRegex(UserError, "one SPOC a project"):
            self.people.create([{**values, "partner_id": self.anna.id}, {**values, "partner_id": self.bruno.id}])

    def test_two_spocs_are_impossible_in_the_database(self):
        spoc, other = self.name_spoc(), self.add_person(self.bruno)
        self.env.flush_all()
        self.assertTrue(spoc)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.cr.savepoint():
            self.cr.execute("UPDATE project_lifecycle_stakeholder SET client_role = 'spoc' WHERE id = %s", [other.id])

    def test_a_former_spoc_leaves_room_for_another(self):
        spoc = self.name_spoc()
        spoc.date_to = Date.today()
        self.assertFalse(self.project.spoc_id)
        self.name_spoc(self.bruno)
        self.assertEqual(self.project.spoc_id, self.bruno)

    def test_the_spoc_belongs_to_the_customer(self):
        with self.assertRaisesRegex(ValidationError, "Stranger is no contact of Client Inc."):
            self.name_spoc(self.stranger)
        with self.assertRaisesRegex(ValidationError, "is no contact of Client Inc."):
            self.add_person(self.stranger, role="second_contact", role_note="Decides on stock")
        self.assertTrue(self.add_person(self.stranger, role="it"), "others may work for another firm")

    def test_the_spoc_of_a_project_without_customer(self):
        project = self.create_project("Nobody's", partner_id=False)
        with self.assertRaisesRegex(ValidationError, "has no customer yet"):
            self.name_spoc(project=project)

    def test_the_customer_does_not_change_under_the_spoc(self):
        self.name_spoc()
        with self.assertRaisesRegex(ValidationError, "Anna is the SPOC of the project Migration and no contact"):
            self.project.with_user(self.manager).partner_id = self.stranger
        with self.assertRaisesRegex(ValidationError, "no contact of no customer"):
            self.project.with_user(self.manager).partner_id = False
        self.project.with_user(self.manager).partner_id = self.bruno
        self.anna.parent_id = self.stranger
        self.project.with_user(self.manager).partner_id = self.stranger
        self.assertEqual(self.project.spoc_id, self.anna)

    def test_a_second_contact_needs_a_role_in_words(self):
        self.name_spoc()
        for role_note in (False, "", "  "):
            with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.cr.savepoint():
                self.add_person(self.bruno, role="second_contact", role_note=role_note)
        self.add_person(self.bruno, role="second_contact", role_note="Decides on stock")
        self.assertEqual(self.project.spoc_id, self.anna)

    @mute_logger("odoo.sql_db")
    def test_impossible_values(self):
        cases = [
            {"date_from": "2027-02-01", "date_to": "2027-01-01"},
            {"hours_week": -1},
            {"hours_week": 169},
            {"side": "ours", "client_role": "spoc"},
            {"side": "client", "client_role": False},
            {"client_role": "lead", "is_lead": False},
        ]
        for values in cases:
            with self.subTest(values), self.assertRaises(CheckViolation), self.cr.savepoint():
                self.people.create({"project_id": self.project.id, "partner_id": self.bruno.id, **values})

    @freeze_time("2027-03-10")
    def test_the_spoc_does_not_end_in_the_future(self):
        spoc = self.name_spoc()
        with self.assertRaisesRegex(ValidationError, "the last day cannot lie in the future"):
            spoc.date_to = "2027-03-11"

    @freeze_time("2027-03-10")
    def test_duties_are_acknowledged_by_hand(self):
        spoc = self.name_spoc()
        spoc.action_acknowledge()
        self.assertEqual(spoc.acknowledged_on, Date.to_date("2027-03-10"))
        self.assertEqual((spoc.acknowledged_by_id, spoc.recorded_by_id), (self.anna, self.consultant))
        with self.assertRaisesRegex(UserError, "has acknowledged these duties"):
            spoc.duties = "Something else"
        with self.assertRaisesRegex(ValidationError, "in the future"):
            spoc.acknowledged_on = "2027-03-11"

    def test_another_person_has_not_acknowledged(self):
        spoc = self.name_spoc()
        spoc.action_acknowledge()
        spoc.partner_id = self.bruno
        self.assertFalse(spoc.acknowledged_on or spoc.acknowledged_by_id or spoc.recorded_by_id)

    def test_the_spoc_by_import(self):
        project = (
            self.env["project.project"]
            .with_user(self.manager)
            .create(
                {
                    "name": "Imported",
                    "lifecycle_id": self.lifecycle.id,
                    "partner_id": self.client_company.id,
                    "spoc_id": self.anna.id,
                }
            )
        )
        self.assertEqual(project.stakeholder_ids.mapped("client_role"), ["spoc"])
        project.spoc_id = self.bruno
        self.assertEqual((project.spoc_id, len(project.stakeholder_ids)), (self.bruno, 1))
        project.spoc_id = False
        self.assertFalse(project.spoc_id)
        self.assertEqual(project.stakeholder_ids.date_to, Date.today())

    def test_copies_start_without_people(self):
        self.name_spoc()
        copy = self.project.copy()
        self.assertFalse(copy.spoc_id or copy.stakeholder_ids)

    def test_a_person_stays_on_its_project(self):
        person = self.add_person(self.bruno)
        with self.assertRaisesRegex(UserError, "stays on its project"):
            person.project_id = self.create_project("Other")

    def test_a_named_lead_is_a_consultant_of_the_project(self):
        item = self.items_of(self.project, self.first)[0].with_user(self.colleague)
        with self.assertRaises(AccessError):
            item.note = "found"
        self.add_person(self.colleague.partner_id, "ours", is_lead=True)
        item.note = "found"
        self.tick_all(self.project, user=self.colleague)
        self.project.with_user(self.colleague).stage_id = self.second
        self.assertEqual(self.project.stage_id, self.second)

    def test_a_lead_sees_a_project_of_invited_users(self):
        project = self.create_project("Closed circle", privacy_visibility="followers")
        project.message_subscribe(partner_ids=self.consultant.partner_id.ids)
        self.people.create(
            {
                "project_id": project.id,
                "side": "ours",
                "partner_id": self.colleague.partner_id.id,
                "is_lead": True,
            }
        )
        self.assertEqual(project.with_user(self.colleague).name, "Closed circle")
        self.assertTrue(project.with_user(self.colleague).is_lifecycle_consultant)

    @freeze_time("2027-03-10")
    def test_who_leads_no_more_is_no_consultant(self):
        lead = self.add_person(self.colleague.partner_id, "ours", is_lead=True, date_from="2027-01-01")
        item = self.items_of(self.project, self.first)[0].with_user(self.colleague)
        lead.date_to = "2027-03-10"
        item.action_tick()
        item.note = "last day"
        lead.date_to = "2027-03-09"
        with self.assertRaises(AccessError):
            item.action_untick()
        with self.assertRaises(AccessError):
            item.note = "too late"

    def test_neither_members_nor_the_clients_leads_are_consultants(self):
        self.add_person(self.colleague.partner_id, "ours")
        self.add_person(self.portal_user.partner_id, role="lead")
        for user in (self.colleague, self.portal_user):
            with self.assertRaises(AccessError):
                self.items_of(self.project, self.first)[0].with_user(user).action_tick()

    def test_nobody_makes_himself_a_lead(self):
        for user in (self.colleague, self.employee, self.portal_user):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.people.with_user(user).create(
                    {
                        "project_id": self.project.id,
                        "side": "ours",
                        "partner_id": user.partner_id.id,
                        "is_lead": True,
                    }
                )
        member = self.add_person(self.colleague.partner_id, "ours")
        with self.assertRaises(AccessError):
            member.with_user(self.colleague).is_lead = True
        with self.assertRaises(AccessError):
            member.with_user(self.colleague).unlink()

    def test_a_project_without_lifecycle_has_no_leads_of_ours(self):
        self.add_person(self.colleague.partner_id, "ours", is_lead=True)
        self.project.with_user(self.manager).lifecycle_id = False
        self.assertFalse(self.project.with_user(self.colleague).is_lifecycle_consultant)

    def test_the_user_of_our_people(self):
        person = self.add_person(self.colleague.partner_id, "ours")
        self.assertEqual(person.user_id, self.colleague)
        self.assertFalse(self.add_person(self.portal_user.partner_id).user_id)
        self.colleague.active = False
        self.assertFalse(person.user_id)

    def test_colleagues_read_the_people_of_projects_they_see(self):
        person = self.name_spoc()
        self.assertEqual(person.with_user(self.colleague).partner_id, self.anna)
        self.project.privacy_visibility = "followers"
        self.project.message_unsubscribe(partner_ids=self.colleague.partner_id.ids)
        with self.assertRaises(AccessError):
            person.with_user(self.colleague).read(["partner_id"])

    def test_salespeople_read_the_people_of_their_own_orders(self):
        sales = new_test_user(self.env, "lc_sales", "sales_team.group_sale_salesman")
        other = new_test_user(self.env, "lc_sales2", "sales_team.group_sale_salesman")
        order = self.env["sale.order"].create({"partner_id": self.client_company.id, "user_id": sales.id})
        self.project.reinvoiced_sale_order_id = order
        person = self.name_spoc()
        self.assertEqual(self.people.with_user(sales).search([]), person)
        self.assertFalse(self.people.with_user(other).search([]))
        with self.assertRaises(AccessError):
            person.with_user(sales).hours_week = 3

    def test_the_client_by_rpc(self):
        self.name_spoc(self.portal_user.partner_id)
        self.open_client_side()
        self.project.message_subscribe(partner_ids=self.portal_user.partner_id.ids)
        self.authenticate("lc_spoc", "lc_spoc")
        models = (
            "project.lifecycle.stakeholder",
            "project.spoc.change",
            "project.spoc.change.wizard",
            "project.spoc.note",
            "project.spoc.note.erasure",
        )
        for model in models:
            for method in ("search_read", "read_group", "formatted_read_group", "name_search", "search_count"):
                args = {"read_group": [[], ["project_id"], []], "formatted_read_group": [[]]}.get(method, [[]])
                with self.subTest(model=model, method=method), self.assertRaises(JsonRpcException):
                    self._call(model, method, args)
        for field in ("spoc_id", "spoc_change_count", "stakeholder_ids", "spoc_change_ids", "is_spoc_change_guided"):
            with self.subTest(field), self.assertRaisesRegex(JsonRpcException, "AccessError"):
                self._call("project.project", "read", [self.project.ids, [field]])
        for method in ("action_name_spoc", "action_change_spoc", "action_open_spoc_note"):
            with self.subTest(method), self.assertRaisesRegex(JsonRpcException, "AccessError"):
                self._call("project.project", method, [self.project.ids])

    def _call(self, model, method, args):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}", {"model": model, "method": method, "args": args, "kwargs": {}}
        )

    def test_criteria_follow_the_people(self):
        def item(criterion):
            template = self.env["project.checklist.template"].create(
                {"name": criterion, "stage_id": self.first.id, "kind": "computed", "criterion": criterion}
            )
            return template.item_ids.filtered(lambda item: item.project_id == self.project)

        sides = ("leads", "lead_ours", "lead_client", "members", "members_ours", "members_client")
        codes = ("spoc", "spoc_duties", *sides)
        items = {code: item(code) for code in codes}

        def met():
            return {code for code in codes if items[code].state == "met"}

        self.assertEqual(met(), set())
        spoc = self.name_spoc()
        self.assertEqual(met(), {"spoc"})
        spoc.action_acknowledge()
        self.assertEqual(met(), {"spoc", "spoc_duties"})
        spoc.date_to = Date.today()
        self.assertEqual(met(), set())
        lead = self.add_person(self.consultant.partner_id, "ours", is_lead=True)
        self.assertEqual(met(), {"lead_ours"})
        self.add_person(self.anna, role="lead")
        self.assertEqual(met(), {"lead_ours", "lead_client", "leads"})
        lead.unlink()
        self.assertEqual(met(), {"lead_client"})
        self.add_person(self.bruno)
        self.assertEqual(met(), {"lead_client", "members_client"})
        self.add_person(self.colleague.partner_id, "ours")
        self.assertEqual(met(), {"lead_client", "members", "members_ours", "members_client"})

    def test_a_gate_asks_for_the_spoc(self):
        self.env["project.checklist.template"].create(
            {
                "name": "SPOC",
                "stage_id": self.first.id,
                "kind": "computed",
                "criterion": "spoc",
                "is_blocking": True,
            }
        )
        self.tick_all_by_hand()
        with self.assertRaises(GateRefused), self.cr.savepoint():
            self.project.with_user(self.consultant).stage_id = self.second
        self.name_spoc()
        self.project.with_user(self.consultant).stage_id = self.second

    def tick_all_by_hand(self):
        items = self.items_of(self.project, self.first).filtered(lambda item: item.kind == "manual")
        items.with_user(self.consultant).action_tick()

    def test_lists_cost_the_same_for_many(self):
        projects = self.env["project.project"].create(
            [
                {
                    "name": f"Counted {number}",
                    "lifecycle_id": self.lifecycle.id,
                    "user_id": self.consultant.id,
                    "partner_id": self.client_company.id,
                    "stakeholder_ids": [
                        Command.create(
                            {
                                "side": "client",
                                "client_role": "spoc",
                                "partner_id": self.env["res.partner"]
                                .create({"name": f"Spoc {number}", "parent_id": self.client_company.id})
                                .id,
                            }
                        ),
                        Command.create({"side": "ours", "partner_id": self.colleague.partner_id.id, "is_lead": True}),
                    ],
                }
                for number in range(8)
            ]
        )
        spec = {
            "spoc_id": {"fields": {"display_name": {}}},
            "spoc_change_count": {},
            "is_lifecycle_consultant": {},
            "is_spoc_change_guided": {},
        }

        def read(count):
            def scenario(env, _run):
                found = env["project.project"].browse(projects[:count].ids)
                found.web_read(spec)

            return count_queries(self.env(user=self.colleague.id), scenario)

        self.assertEqual(read(4), read(8))

        def people(count):
            def scenario(env, _run):
                env["project.lifecycle.stakeholder"].web_search_read(
                    [("project_id", "in", projects[:count].ids)],
                    {"partner_id": {"fields": {"display_name": {}}}, "user_id": {}, "commercial_partner_id": {}},
                )

            return count_queries(self.env(user=self.colleague.id), scenario)

        self.assertEqual(people(4), people(8))
