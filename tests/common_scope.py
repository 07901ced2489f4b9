from odoo.fields import Command
from odoo.tests import new_test_user

from .common import count_queries
from .common_kickoff import KickoffCommon


class ScopeCommon(KickoffCommon):
    """A project in its kick-off with a SPOC, a lead, applications in scope, and what the consultant finds out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = new_test_user(cls.env, "lc_lead", "project.group_project_user", name="Lea Lead")
        cls.own = cls.project.with_user(cls.consultant)
        cls.env["project.lifecycle.stakeholder"].with_user(cls.consultant).create(
            [
                {
                    "project_id": cls.project.id,
                    "side": "client",
                    "client_role": "spoc",
                    "partner_id": cls.spoc.id,
                },
                {
                    "project_id": cls.project.id,
                    "side": "ours",
                    "client_role": False,
                    "is_lead": True,
                    "partner_id": cls.lead.partner_id.id,
                },
            ]
        )
        cls.stranger = cls.env["res.partner"].create({"name": "Stranger"})
        cls.other_project = cls.create_project("Other", user_id=cls.colleague.id)
        cls.apps = cls.env["project.scope.app"].create(
            [
                {"project_id": cls.project.id, "name": "Sales", "reason": "Quotes take days"},
                {"project_id": cls.project.id, "name": "Stock", "reason": "Nobody knows what there is"},
            ]
        )

    @classmethod
    def ask_for(cls, criterion):
        """Let the kick-off ask for a computed criterion; returns it on the project."""
        cls.second.checklist_template_ids = [
            Command.create({"name": criterion, "kind": "computed", "criterion": criterion, "is_blocking": True})
        ]
        return cls.items_of(cls.project, cls.second).filtered(lambda item: item.template_id.criterion == criterion)

    @classmethod
    def add(cls, model, user=None, **values):
        """Add something found out about the client, as the consultant does."""
        return cls.env[model].with_user(user or cls.consultant).create({"project_id": cls.project.id, **values})

    @classmethod
    def add_flow(cls, name="From quote to cash", **values):
        return cls.add("project.business.flow", name=name, **values)

    @classmethod
    def add_expectation(cls, name="Quotes by phone", **values):
        return cls.add("project.expectation", name=name, **values)

    @classmethod
    def add_phase(cls, name="Start", **values):
        """Add a phase that says what it brings and when."""
        return cls.add(
            "project.lifecycle.phase",
            **{"name": name, "agreed_outcome": "Orders are shipped", "golive_date": "2027-05-03", **values},
        )

    def cost_of_list(self, model, projects):
        """Return what the list of a model costs for some projects, as the consultant."""
        records = self.env[model].with_user(self.consultant)
        names = records.get_view(view_type="list")["models"][model]
        spec = {name: {"fields": {"display_name": {}}} if records._fields[name].relational else {} for name in names}

        def read(_env, _run):
            found = records.web_search_read([("project_id", "in", projects.ids)], spec)
            self.assertGreaterEqual(len(found["records"]), len(projects))

        return count_queries(self.env, read)

    def cost_of_criterion(self, code, projects):
        """Return what a computed criterion costs for some projects."""
        return count_queries(self.env, lambda _env, _run: projects.sudo()._get_meeting(code, self.second))
