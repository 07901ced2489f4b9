from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools import SQL

from .test_packs import PackCommon


def clone_rows(record, count):
    """Insert copies of the row of a record, straight into the database, as nobody types so many."""
    names = [name for name, field in record._fields.items() if field.store and field.column_type and name != "id"]
    columns = SQL(", ").join(map(SQL.identifier, names))
    table = SQL.identifier(record._table)
    record.env.flush_all()
    record.env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s, generate_series(1, %s) WHERE id = %s",
            table,
            columns,
            columns,
            table,
            count,
            record.id,
        )
    )
    record.env.invalidate_all()


class ReportCommon(PackCommon):
    """A project that has gone live, with a SPOC, packs in use and something to report."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first.purpose = "delivery"
        cls.second.purpose = "golive"
        cls.optional.write({"purpose": "review", "is_optional": True})
        cls.last.purpose = "closed"
        cls.customer.name = "Client & Sons"
        cls.spoc = cls.portal_user.partner_id
        cls.spoc.write({"parent_id": cls.customer.id, "email": "sofia@client.example.com"})
        cls.project.write({"privacy_visibility": "portal", "user_id": cls.consultant.id})
        cls.project.message_subscribe(partner_ids=cls.spoc.ids)
        cls.env["project.lifecycle.stakeholder"].create(
            {
                "project_id": cls.project.id,
                "side": "client",
                "client_role": "spoc",
                "partner_id": cls.spoc.id,
            }
        )
        cls.env.flush_all()

    @classmethod
    def write_report(cls, kind="progress_report", user=None, words=True, project=None):
        """Return a draft, with the three texts written, as the consultant makes it."""
        project = (project or cls.project).with_user(user or cls.consultant)
        action = project.with_context(report_kind=kind).action_new_report()
        report = cls.env["project.update"].with_user(user or cls.consultant).browse(action["res_id"])
        if words:
            report.write(
                {
                    "status_reason": "<p>Two people fell ill</p>",
                    "gains": "<p>Orders leave a day earlier</p>",
                    "collaboration": "<p>We meet on Tuesdays</p>",
                }
            )
        return report

    @classmethod
    def publish(cls, report=None, **values):
        report = report or cls.write_report()
        if values:
            report.write(values)
        report.action_publish()
        return report

    @classmethod
    def get_mails(cls):
        return cls.env["mail.mail"].sudo().search([], order="id")

    @classmethod
    def add(cls, model, **values):
        return cls.env[model].with_user(cls.consultant).create({"project_id": cls.project.id, **values})

    @classmethod
    def add_point(cls, name, **values):
        """Add an open point that the client answers."""
        today = fields.Date.context_today(cls.project)
        return cls.add(
            "project.open.point",
            **{"name": name, "partner_id": cls.spoc.id, "deadline": today, "asked_on": today, **values},
        )

    def live(self):
        """Let the project have a bit of everything that a report tells."""
        self.pack = self.sell(40)
        self.log(6, name="Stock rules", date="2026-02-10")
        self.log(2, name="A little gift", date="2026-02-12", pack_use="offered")
        self.add_point("Which labels?")
        self.add("project.adoption.figure", name="Sales", user_count=12, expected_user_count=15, record_count=340)
        self.add("project.improvement", name="Barcodes in the shop", days=3)
        self.env["project.milestone"].create(
            {"name": "First shop live", "project_id": self.project.id, "deadline": "2026-04-01"}
        )
        self.project.allow_milestones = True
        return self.pack

    @classmethod
    def create_stakeholder(cls, name, email, **values):
        partner = cls.env["res.partner"].create({"name": name, "email": email, "parent_id": cls.customer.id, **values})
        return cls.env["project.lifecycle.stakeholder"].create(
            {"project_id": cls.project.id, "side": "client", "client_role": "key_user", "partner_id": partner.id}
        )

    @classmethod
    def create_portal_user(cls, login, name, company):
        user = new_test_user(cls.env, login, "base.group_portal", name=name)
        user.partner_id.parent_id = company
        return user

    @classmethod
    def set_sections(cls, report, **shown):
        report.write(
            {
                "section_ids": [
                    Command.update(section.id, {"is_shown": shown[section.code]})
                    for section in report.section_ids
                    if section.code in shown
                ]
            }
        )
