from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import count_queries
from .common_handoff import HandoffCommon


@tagged("post_install", "-at_install")
class TestMaintenance(HandoffCommon):
    """Training, maintenance plan and feedback (S1.46 to S1.48)."""

    def add(self, model, user=None, **values):
        return self.env[model].with_user(user or self.consultant).create({"project_id": self.project.id, **values})

    def train(self, kind, **values):
        return self.add(
            "project.client.training",
            **{"name": f"Training {kind}", "kind": kind, "participant_ids": [Command.set(self.spoc.ids)], **values},
        )

    def serve(self, **values):
        return self.add(
            "project.maintenance.service",
            **{
                "name": "Hot line",
                "user_id": self.consultant.id,
                "date_to": date(2030, 1, 1),
                "response_hours": 8,
                **values,
            },
        )

    def say(self, **values):
        return self.add("project.client.feedback", **{"name": "Slow", "partner_id": self.spoc.id, **values})

    def meets(self, code):
        return bool(self.project.sudo()._get_meeting(code, self.support))

    def test_one_training_of_each_kind(self):
        self.assertFalse(self.meets("training_use") or self.meets("training_maintain"))
        self.train("use")
        self.assertTrue(self.meets("training_use"))
        self.assertFalse(self.meets("training_maintain"))
        self.train("maintain")
        self.assertTrue(self.meets("training_maintain"))

    def test_the_criterion_of_the_stage_follows(self):
        item = self.env["project.checklist.template"].create(
            {"name": "Trained", "stage_id": self.build.id, "kind": "computed", "criterion": "training_use"}
        )
        self.project._add_steps()
        item = self.items_of(self.project).filtered(lambda it: it.template_id == item)
        self.assertEqual(item.state, "open")
        training = self.train("use")
        self.assertEqual(item.state, "met")
        training.unlink()
        self.assertEqual(item.state, "open")

    def test_somebody_of_the_client_took_part(self):
        with self.assertRaisesRegex(ValidationError, "name who of the client took part"):
            self.train("use", participant_ids=False)
        with self.assertRaisesRegex(ValidationError, "is no contact of"):
            self.train("use", participant_ids=[Command.set(self.consultant.partner_id.ids)])

    def test_its_files_are_read_by_whoever_reads_it(self):
        file = self.env["ir.attachment"].with_user(self.consultant).create({"name": "Ovens.pdf", "raw": b"Heat"})
        training = self.env["project.client.training"].with_user(self.consultant)
        training = training.create(
            {
                "project_id": self.project.id,
                "name": "Ovens",
                "participant_ids": [Command.set(self.spoc.ids)],
                "attachment_ids": [Command.link(file.id)],
            }
        )
        self.assertEqual((file.res_model, file.res_id), ("project.client.training", training.id))
        self.assertEqual(file.with_user(self.colleague).raw, b"Heat")
        with self.assertRaises(AccessError):
            file.with_user(self.portal_user).read(["raw"])
        package = self.project.with_user(self.colleague)._get_knowledge_package()
        rows = next(block["rows"] for block in package if block["code"] == "recordings")
        self.assertEqual([(row["label"], row["text"], row["url"]) for row in rows], [("Ovens", "Ovens.pdf", "")])

    def test_the_plan(self):
        service = self.serve()
        self.assertFalse(self.meets("maintenance_plan"))
        service.told_on = fields.Date.today()
        self.assertTrue(self.meets("maintenance_plan") and self.meets("maintenance_support"))
        self.assertFalse(self.meets("maintenance_upkeep"))
        self.serve(kind="maintenance")
        self.assertTrue(self.meets("maintenance_upkeep"))
        with self.assertRaisesRegex(ValidationError, "in the future"):
            service.told_on = fields.Date.today() + timedelta(days=1)

    def test_the_plan_keeps_to_sense(self):
        for values in ({"response_hours": 0}, {"date_from": date(2031, 1, 1)}):
            with (
                self.subTest(values),
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                self.serve(**values)

    def test_feedback_becomes_an_action_with_an_owner(self):
        feedback = self.say()
        self.assertEqual(feedback.state, "new")
        self.assertTrue(self.meets("feedback"))
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            feedback.action = "An index"
            feedback.flush_recordset()
        feedback.invalidate_recordset()
        feedback.write({"action": "An index", "user_id": self.colleague.id})
        self.assertEqual((feedback.state, self.meets("feedback_told")), ("action", False))
        reminder = feedback.activity_ids
        self.assertEqual(reminder.user_id, self.colleague)
        feedback.action = "An index, and a cache"
        self.assertEqual(feedback.activity_ids, reminder, "told once")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            feedback.told_on = fields.Date.today()
            feedback.flush_recordset()
        feedback.invalidate_recordset()
        feedback.write({"outcome": "Twice as fast", "told_on": fields.Date.today()})
        self.assertEqual((feedback.state, self.meets("feedback_told")), ("told", True))
        self.assertFalse(feedback.activity_ids)

    def test_nobody_else_writes(self):
        records = [self.train("use"), self.serve(), self.say()]
        for record in records:
            with self.subTest(record._name):
                self.assertTrue(record.with_user(self.colleague).read(["name"]))
                with self.assertRaises(AccessError), self.cr.savepoint():
                    record.with_user(self.colleague).name = "Mine"
                record.with_user(self.manager).name = "Corrected"
                for user in (self.employee, self.portal_user):
                    with self.assertRaises(AccessError), self.cr.savepoint():
                        record.with_user(user).read(["name"])


@tagged("post_install", "-at_install")
class TestKnowledge(HandoffCommon):
    """What the support team must know of a project, internal, and shown on tickets after the hand-off."""

    def blocks(self, user=None):
        package = self.project.with_user(user or self.colleague)._get_knowledge_package()
        return {block["code"]: block["rows"] for block in package}

    def test_what_is_in_it(self):
        self.env["project.scope.app"].create(
            {"project_id": self.project.id, "name": "Stock", "reason": "Two depots", "limits": "No lots"}
        )
        self.env["project.expectation"].create(
            {"project_id": self.project.id, "name": "Oven link", "verdict": "development"}
        )
        self.env["project.open.point"].create(
            {"project_id": self.project.id, "name": "Scales", "user_id": self.consultant.id}
        )
        self.items_of(self.project)[0].link = "https://example.com/recording"
        self.env["project.client.training"].create(
            {
                "project_id": self.project.id,
                "name": "Ovens",
                "link": "javascript:alert(1)",
                "participant_ids": [Command.set(self.spoc.ids)],
            }
        )
        self.project.description = "<p>Founded by bakers</p>"
        blocks = self.blocks()
        self.assertEqual(blocks["scope"][0]["text"], "Two depots\nLimits: No lots")
        self.assertEqual(blocks["developments"][0]["label"], "Oven link")
        self.assertIn("Carla Consultant", blocks["remarks"][0]["text"])
        self.assertEqual([row["url"] for row in blocks["recordings"]], ["https://example.com/recording"])
        self.assertIn("Founded by bakers", blocks["notes"][0]["html"])
        self.assertIn("Sofia Spoc, sofia@example.com", [row["text"] for row in blocks["whereabouts"]])

    def test_confidential_notes_are_in_none(self):
        self.env["project.spoc.note"].create(
            {"project_id": self.project.id, "partner_id": self.spoc.id, "communication": "MARKER impatient"}
        )
        self.assertNotIn("MARKER", str(self.blocks()))

    def test_not_for_the_client(self):
        with self.assertRaises(AccessError):
            self.blocks(self.portal_user)

    def test_printed(self):
        report = self.env["ir.actions.report"].with_user(self.consultant)
        html = report._render_qweb_html("project_lifecycle.report_knowledge", self.project.ids)[0].decode()
        self.assertIn("Internal: not for the client", html)
        self.assertIn("sofia@example.com", html)

    def test_shown_on_every_ticket(self):
        self.assertIn("sofia@example.com", self.project._get_support_knowledge())
        self.hand_over()
        shown = self.project._get_support_knowledge()
        self.assertIn("All is implemented", shown)
        self.assertFalse(self.env["project.project"].create({"name": "Plain"})._get_support_knowledge())


@tagged("post_install", "-at_install")
class TestInSupport(HandoffCommon):
    """The consultant's list of projects in support, new work, and what the client reads."""

    def test_last_contact(self):
        self.assertFalse(self.project.last_contact_date)
        message = self.project.message_post(body="Hello", author_id=self.spoc.id, message_type="comment")
        message.date = "2026-05-01 10:00:00"
        self.project.invalidate_recordset()
        self.assertEqual(self.project.with_user(self.consultant).last_contact_date, date(2026, 5, 1))
        ours = self.project.message_post(body="Hi", author_id=self.consultant.partner_id.id, message_type="comment")
        ours.date = "2026-06-01 10:00:00"
        self.project.invalidate_recordset()
        self.assertEqual(self.project.last_contact_date, date(2026, 5, 1))

    def test_the_list_costs_the_same_for_many(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_project_action_support")
        view = self.env["project.project"].get_view(action["view_id"][0], "list")
        self.assertIn("support_month_count", view["arch"])
        projects = self.project | self.project.concat(*(self.create_supported(f"P{n}") for n in range(7)))
        for project in projects:
            self.hand_over(project)
        names = ["display_name", "partner_id", "pack_remaining_hours", "support_month_count", "support_trend"]
        spec = {name: {} for name in [*names, "support_open_ticket_count", "last_contact_date", "pack_count"]}

        def cost(number):
            some = projects[:number]
            return count_queries(
                self.env,
                lambda env, _run: some.with_env(env).with_user(self.consultant).web_read(spec),
            )

        self.assertEqual(cost(4), cost(8))
        found = (
            self.env["project.project"]
            .with_user(self.consultant)
            .search([("stage_purpose", "=", "support"), ("lifecycle_id", "=", self.lifecycle.id)])
        )
        self.assertEqual(found, projects)

    def test_new_work_becomes_a_project_of_its_own(self):
        self.hand_over()
        wizard = (
            self.env["project.follow.up"]
            .with_user(self.consultant)
            .create(
                {
                    "project_id": self.project.id,
                    "name": "Web shop",
                    "reason": "They sell cakes",
                    "consultant_id": self.colleague.id,
                }
            )
        )
        wizard.action_start()
        new = self.env["project.project"].search([("name", "=", "Web shop")])
        self.assertRecordValues(
            new,
            [
                {
                    "follows_project_id": self.project.id,
                    "user_id": self.colleague.id,
                    "stage_id": self.build.id,
                    "spoc_id": self.spoc.id,
                    "partner_id": self.client_company.id,
                }
            ],
        )
        self.assertEqual(self.project.stage_id, self.support)
        with self.assertRaises(AccessError):
            wizard.with_user(self.colleague).copy({"name": "Other"}).action_start()

    def test_what_the_client_reads(self):
        block = self.project.sudo()._client_block_support()
        self.assertIsNone(block)
        self.hand_over(reason="pause")
        values = self.project.sudo()._client_block_support()["values"]
        html = self.env["ir.qweb"]._render("project_lifecycle.client_block_support", values)
        for text in ("The Helpers", "mailto:support@example.com", "We expect to go on"):
            self.assertIn(text, html)
        self.assertNotIn("They run it alone", html)

    def test_what_the_client_of_a_project_brought_in_reads(self):
        project = self.env["project.project"].create({"name": "Ran before", "user_id": self.consultant.id})
        project._bring_in(self.lifecycle, self.support, "It has been in support for years")
        values = project.sudo()._client_block_support()["values"]
        self.assertEqual(values["team"], "The Helpers")
        for since in (values["since"], False):
            html = self.env["ir.qweb"]._render("project_lifecycle.client_block_support", {**values, "since": since})
            self.assertIn("answers your questions", html)
