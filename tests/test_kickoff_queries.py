from lxml import etree

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import count_queries
from .common_kickoff import KickoffCommon

FEW = 3
# what a screen of the kick-off lists, and in which ways
LISTS = [
    ("project.lifecycle.stakeholder", "project_id", ("list",)),
    ("calendar.event", "lifecycle_project_id", ("list", "kanban")),
    ("project.open.point", "project_id", ("list", "kanban")),
    ("project.business.flow", "project_id", ("list", "kanban")),
    ("project.expectation", "project_id", ("list", "kanban")),
    ("project.lifecycle.phase", "project_id", ("list", "kanban")),
    ("project.scope.app", "project_id", ("list", "kanban")),
    ("project.area.coverage", "project_id", ("list",)),
    ("project.intake", "project_id", ("list",)),
]
PAGES = ["lifecycle", "people", "handover", "points", "kickoff", "scope"]


def get_specification(model, arch, kind="list"):
    """Return what the web client reads for a view.

    :param model: of the view
    :param arch: its architecture, as an element
    :param str kind: which of the views inside is shown for lines: ``list``, or ``kanban`` as on a telephone
    """
    specification = {}
    for node in arch.iter("field"):
        inside = next((above for above in node.iterancestors() if above.tag == "field"), None)
        field = model._fields.get(node.get("name"))
        if field is None or (inside is not None and inside in arch.iter()):
            continue
        specification[field.name] = {}
        if field.type == "many2one":
            specification[field.name] = {"fields": {"display_name": {}}}
        elif field.type in ("one2many", "many2many"):
            lines = node.find(kind) if node.find(kind) is not None else node.find("list")
            comodel = model.env[field.comodel_name]
            read = {"display_name": {}} if lines is None else get_specification(comodel, lines, kind)
            specification[field.name] = {"fields": read, "limit": 40}
    return specification


@tagged("post_install", "-at_install")
class TestKickoffQueries(KickoffCommon):
    """Screens of the kick-off cost the consultant as many queries for twice the lines."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lifecycle.covers_areas = True
        cls.group = cls.env.ref("project.group_project_user")
        cls.number = 0
        cls.own_env = cls.env(user=cls.consultant)

    def create_people(self):
        """Return a user of ours, a contact of the client, a business area and a product that nobody has seen yet."""
        type(self).number += 1
        name = f"No. {self.number}"
        user = self.env["res.users"].create(
            {"name": f"{name} ours", "login": f"lc_no_{self.number}", "group_ids": [Command.set(self.group.ids)]}
        )
        contact = self.env["res.partner"].create({"name": name, "parent_id": self.client_company.id})
        area = self.env["project.business.area"].create({"name": name})
        product = self.env["product.product"].create({"name": name, "type": "service", "is_scope_app": True})
        return user, contact, area, product

    def add_lines(self, project):
        """Add one of everything to a project, each with people and things of its own."""
        user, contact, area, product = self.create_people()
        values = {"name": contact.name, "project_id": project.id}
        people = {"project_id": project.id}
        self.env["project.lifecycle.stakeholder"].create(
            [
                {**people, "side": "ours", "client_role": False, "is_lead": True, "partner_id": user.partner_id.id},
                {**people, "side": "client", "client_role": "key_user", "partner_id": contact.id},
            ]
        )
        self.create_session(project=project, user=user, partners=contact)
        self.env["project.open.point"].create(
            [
                {**values, "user_id": user.id, "kind": "doubt"},
                {**values, "partner_id": contact.id},
                {**values, "user_id": user.id, "kind": "red_flag"},
            ]
        )
        self.env["project.business.flow"].create({**values, "area_id": area.id})
        self.env["project.expectation"].create(
            {
                **values,
                "verdict": "development",
                "told_on": "2026-03-02",
                "told_by_id": user.id,
                "told_to_id": contact.id,
            }
        )
        app = self.env["project.scope.app"].create(
            {**values, "product_id": product.id, "remaining_days": 2, "estimated_by_id": user.id}
        )
        self.env["project.lifecycle.phase"].create(
            {
                **values,
                "app_ids": [Command.set(app.ids)],
                "agreed_outcome": "Sells",
                "golive_date": fields.Date.today(),
                "agreed_on": "2026-03-02",
                "agreed_by_id": contact.id,
                "decision": "go",
                "decision_why": "Tested",
            }
        ).decided_by_id = user
        project._add_area_coverage()

    def create_session(self, project, user, partners):
        return (
            super()
            .create_session(partners=partners, user=self.env.user)
            .write(
                {
                    "lifecycle_project_id": project.id,
                    "user_id": user.id,
                    "session_item_ids": [Command.set(self.items_of(project).ids)],
                }
            )
        )

    def create_sold_project(self):
        """Return a project in its kick-off with a hand-over, its salesperson and its order."""
        user, contact, _area, product = self.create_people()
        project = self.create_project(contact.name, partner_id=contact.id)
        project._bring_in(self.lifecycle, self.second, "ran before")
        order = self.env["sale.order"].create(
            {
                "partner_id": contact.id,
                "user_id": user.id,
                "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 1})],
            }
        )
        project.allow_billable = True
        project.write(
            {
                "sale_line_id": order.order_line.id,
                "reinvoiced_sale_order_id": order.copy().id,
                "partner_id": contact.id,
            }
        )
        self.env["project.intake"].create(
            {"order_id": order.id, "project_id": project.id, "client_deadline": "2030-03-02", "told_by_id": user.id}
        )
        return project

    def check_constant(self, add, *scenarios):
        """Check that reading costs as much after some lines were added as after as many again.

        :param add: adds a line
        :param scenarios: pairs of a name and a function of the environment and of a number
        """
        spent = []
        for _times in range(2):
            for _line in range(FEW):
                add()
            spent.append({name: count_queries(self.own_env, scenario) for name, scenario in scenarios})
        self.assertEqual(spent[1], spent[0])

    def read_list(self, model, of_project, kind):
        records = self.own_env[model]
        arch = etree.fromstring(records.get_views([(False, kind)])["views"][kind]["arch"])
        specification = get_specification(records, arch)

        def scenario(env, run):
            found = env[model].web_search_read([(of_project, "!=", False)], specification)
            self.assertGreaterEqual(found["length"], FEW)

        return f"{model} {kind}", scenario

    def test_lists_over_many_projects(self):
        self.check_constant(
            lambda: self.add_lines(self.create_sold_project()),
            *[self.read_list(model, link, kind) for model, link, kinds in LISTS for kind in kinds],
        )

    def test_lists_of_one_project(self):
        self.check_constant(
            lambda: self.add_lines(self.project),
            *[
                self.read_list(model, link, kind)
                for model, link, kinds in LISTS
                for kind in kinds
                if model != "project.intake"
            ],
        )

    def test_the_form_of_the_project_with_all_its_pages(self):
        project = self.create_sold_project()
        records = self.own_env["project.project"]
        view = self.env.ref("project.edit_project")
        arch = etree.fromstring(records.get_views([(view.id, "form")])["views"]["form"]["arch"])
        pages = {page.get("name"): page for page in arch.iter("page")}
        self.assertLessEqual(set(PAGES), set(pages))

        def read(part, kind):
            specification = get_specification(records, part, kind)
            self.assertTrue(specification)
            return lambda env, run: env["project.project"].browse(project.id).web_read(specification)

        self.check_constant(
            lambda: self.add_lines(project),
            *[(f"page {name} as {kind}", read(pages[name], kind)) for name in PAGES for kind in ("list", "kanban")],
            *[(f"form as {kind}", read(arch, kind)) for kind in ("list", "kanban")],
        )
