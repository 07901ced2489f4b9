from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_reports import ReportCommon


@tagged("post_install", "-at_install")
class TestReports(ReportCommon):
    """A draft leaves the project alone; what is published stays."""

    def test_a_draft_leaves_the_status_of_the_project_alone(self):
        shown = self.env["project.update"].create({"project_id": self.project.id, "name": "Ours", "status": "at_risk"})
        report = self.write_report()
        self.assertEqual((report.kind, report.state, report.status), ("progress_report", "draft", "at_risk"))
        report.status = "off_track"
        self.assertEqual((self.project.last_update_id, self.project.last_update_status), (shown, "at_risk"))
        report.action_publish()
        self.assertEqual((self.project.last_update_id, self.project.last_update_status), (report, "off_track"))

    def test_a_project_without_update_keeps_having_none(self):
        self.write_report()
        self.assertFalse(self.project.last_update_id)
        self.assertEqual(self.project.last_update_status, "to_define")

    def test_a_plain_update_is_as_ever(self):
        update = self.env["project.update"].create(
            {"project_id": self.project.id, "name": "Ours", "status": "on_track"}
        )
        self.assertEqual((update.kind, update.state, self.project.last_update_id), (False, False, update))
        self.assertFalse(update.section_ids)
        update.write({"name": "Changed", "status": "at_risk"})
        self.assertEqual(self.project.last_update_status, "at_risk")
        update.unlink()
        with self.assertRaises(UserError):
            self.env["project.update"].create(
                {"project_id": self.project.id, "name": "x", "status": "on_track"}
            ).write({"kind": "progress_report"})

    def test_deleting_an_update_shows_the_one_before_and_no_draft(self):
        values = {"project_id": self.project.id, "status": "on_track"}
        first = self.env["project.update"].create({**values, "name": "First", "date": "2026-01-01"})
        second = self.env["project.update"].create({**values, "name": "Second", "date": "2026-01-02"})
        draft = self.write_report()
        second.unlink()
        self.assertEqual(self.project.last_update_id, first)
        draft.unlink()
        self.assertEqual(self.project.last_update_id, first)

    def test_no_text_of_odoo_that_tells_of_costs(self):
        report = self.write_report()
        self.assertFalse(report.description)
        action_context = {"default_kind": "progress_report", "default_project_id": self.project.id}
        values = (
            self.env["project.update"]
            .with_context(**action_context)
            .default_get(["description", "name", "progress", "status", "project_id"])
        )
        self.assertFalse(values.get("description"))
        self.assertTrue(values["name"])

    @freeze_time("2026-03-20 12:00:00")
    def test_published_is_published_for_everybody(self):
        self.live()
        report = self.write_report()
        draft_file = self.env["ir.attachment"].create(
            {"name": "draft.txt", "raw": b"x", "res_model": "project.update", "res_id": report.id}
        )
        report.action_publish()
        self.assertEqual((report.state, report.number, report.version), ("published", 1, 1))
        self.assertEqual(report.published_by_id, self.consultant)
        for user in (self.consultant, self.manager, self.env.ref("base.user_admin"), self.env.user):
            mine = report.with_user(user)
            for values in (
                {"gains": "<p>More</p>"},
                {"status": "on_hold"},
                {"state": "draft"},
                {"figures": {}},
                {"body": "x"},
                {"section_ids": [Command.clear()]},
                {"recipient_ids": [Command.clear()]},
            ):
                with self.subTest(user=user.login, values=values), self.assertRaisesRegex(UserError, "published"):
                    mine.write(values)
            with self.assertRaisesRegex(UserError, "published"):
                mine.unlink()
            with self.assertRaisesRegex(UserError, "published"):
                mine.section_ids[0].write({"is_shown": False})
            with self.assertRaisesRegex(UserError, "published"):
                mine.section_ids[0].unlink()
            for file in report.sudo().pdf_id | draft_file:
                with self.assertRaisesRegex(UserError, "published"):
                    file.with_user(user).sudo().write({"raw": b"other"})
                with self.assertRaisesRegex(UserError, "published"):
                    file.with_user(user).sudo().unlink()
        with self.assertRaisesRegex(UserError, "published"):
            self.env["project.report.section"].sudo().create({"update_id": report.id, "code": "another"})
        self.assertTrue(report.exists())
        later = self.env["ir.attachment"].create(
            {"name": "later.txt", "raw": b"x", "res_model": "project.update", "res_id": report.id}
        )
        later.unlink()

    def test_nobody_publishes_by_writing(self):
        report = self.write_report()
        for values in ({"state": "published"}, {"number": 9}, {"version": 3}, {"kind": "closing_report"}):
            with self.subTest(values), self.assertRaises(UserError):
                report.with_user(self.manager).write(values)
        forged = (
            self.env["project.update"]
            .with_user(self.consultant)
            .create({"project_id": self.project.id, "kind": "closing_report", "state": "published", "name": "x"})
        )
        self.assertEqual(forged.state, "draft")
        with self.assertRaises(UserError):
            report.with_context(report_publishing=True).write({"state": "published"})

    def test_texts_are_asked_for(self):
        report = self.write_report(words=False)
        with self.assertRaisesRegex(UserError, "Reason of the status, Business gains, Collaboration"):
            report.action_publish()
        report.status_reason = "<p><br></p>"
        self.set_sections(report, status=False, gains=False, collaboration=False)
        with self.assertRaisesRegex(UserError, "Reason of the status"):
            report.action_publish()
        self.assertEqual((report.state, len(self.get_mails())), ("draft", len(self.get_mails())))
        report.status_reason = "<p>All is well</p>"
        report.action_publish()
        self.assertEqual(report.state, "published")

    def test_who_writes(self):
        report = self.write_report()
        for user in (self.colleague, self.employee, self.portal_user):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self.write_report(user=user)
                with self.assertRaises(AccessError):
                    report.with_user(user).write({"gains": "<p>x</p>"})
                with self.assertRaises(AccessError):
                    report.with_user(user).unlink()
                with self.assertRaises(AccessError):
                    report.with_user(user).action_publish()
        self.assertEqual(self.write_report(user=self.manager), report.with_user(self.manager))

    def test_who_reads(self):
        report = self.write_report()
        self.salesperson.group_ids += self.env.ref("base.group_user")
        for user, reads in (
            (self.colleague, True),
            (self.manager, True),
            (self.salesperson, True),
            (self.employee, False),
            (self.portal_user, False),
        ):
            with self.subTest(user=user.login, state="draft"):
                self.assertEqual(report.with_user(user).has_access("read"), reads)
        self.publish(report)
        self.assertTrue(report.with_user(self.employee).has_access("read"))
        self.assertFalse(report.with_user(self.portal_user).has_access("read"))

    def test_one_draft_of_a_kind(self):
        report = self.write_report()
        self.assertEqual(self.write_report(), report)
        self.assertNotEqual(self.write_report("closing_report"), report)

    def test_a_correction(self):
        first = self.publish()
        action = first.action_correct()
        second = self.env["project.update"].with_user(self.consultant).browse(action["res_id"])
        self.assertEqual(first.action_correct()["res_id"], second.id)
        self.assertEqual((second.state, second.version, second.gains), ("draft", 2, first.gains))
        self.assertEqual(
            second.section_ids.sorted("sequence").mapped("code"), first.section_ids.sorted("sequence").mapped("code")
        )
        second.status_reason = "<p>Three people fell ill</p>"
        second.action_publish()
        self.assertEqual((second.number, second.version), (1, 2))
        self.assertIn("Two people", first.body)
        self.assertEqual(self.project.last_update_id, second)
        third = self.write_report()
        self.assertEqual(third._get_published_before(), second)
        self.publish(third)
        self.assertEqual(third.number, 2)

    def test_layouts_and_switches(self):
        report = self.write_report()
        self.assertIn("improvements", report.section_ids.filtered("is_shown").mapped("code"))
        with Form(report, "project_lifecycle.project_update_view_form_report") as form:
            form.layout = "short"
        self.assertNotIn("improvements", report.section_ids.filtered("is_shown").mapped("code"))
        report.layout = "full"
        self.assertIn("improvements", report.section_ids.filtered("is_shown").mapped("code"))
        section = report.section_ids.filtered(lambda it: it.code == "timeline")
        section.text = "<p>A word on dates</p>"
        self.assertIn("A word on dates", report._render_body())
        self.set_sections(report, timeline=False)
        self.assertNotIn("A word on dates", report._render_body())

    def test_a_block_of_another_addon(self):
        blocks = self.env["project.report.block"]._get_blocks("progress_report")
        self.assertEqual(list(blocks)[:3], ["status", "changes", "timeline"])
        self.assertNotIn("goals", blocks)
        self.assertIn("goals", self.env["project.report.block"]._get_blocks("closing_report"))
        report = self.write_report()
        gone = self.env["project.report.section"].sudo().create({"update_id": report.id, "code": "of_an_addon"})
        self.assertEqual(gone.name, "of_an_addon")
        self.publish(report)

    def test_projects_without_lifecycle(self):
        plain = self.env["project.project"].create({"name": "Plain", "user_id": self.consultant.id})
        with self.assertRaises(UserError):
            self.write_report(project=plain)
        with self.assertRaises(UserError):
            self.env["project.update"].create({"project_id": plain.id, "kind": "progress_report", "name": "x"})

    def test_presented(self):
        report = self.write_report()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            report.presented_on = "2026-01-01"
            report.flush_recordset()
        self.publish(report)
        with self.assertRaises(UserError):
            report.presented_to_ids = self.spoc
        with self.assertRaises(UserError):
            report.presented_on = "2999-01-01"
        report.write({"presented_on": report.date, "presented_to_ids": [Command.set(self.spoc.ids)]})
        self.assertEqual(report.presented_to_ids, self.spoc)
        with self.assertRaises(AccessError):
            report.with_user(self.colleague).presented_on = False
