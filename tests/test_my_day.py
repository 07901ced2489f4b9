from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import LifecycleCommon, count_queries


@tagged("post_install", "-at_install")
@freeze_time("2026-03-11 12:00:00")
class TestMyDay(LifecycleCommon):
    """What waits for one person today, across the projects."""

    def blocks(self, user=None, **options):
        self.env.flush_all()
        blocks = self.env["project.my.day"].with_user(user or self.consultant).get_blocks(**options)
        return {block["key"]: block for block in blocks}

    def titles(self, key, user=None, **options):
        return [row["title"] for row in self.blocks(user, **options)[key]["rows"]]

    def plan(self, project, day):
        project.sudo().current_step_id.write({"planned_start": False, "planned_end": day})

    def test_nothing_waits_for_who_leads_nothing(self):
        blocks = self.blocks(self.colleague)
        self.assertEqual(
            list(blocks),
            [
                "gates_ready",
                "sessions",
                "open_points",
                "expectations",
                "phases",
                "late_stages",
                "criteria_due",
                "reports",
                "lessons",
                "waiting",
                "signoffs",
                "people",
                "resume",
            ],
        )
        for block in blocks.values():
            self.assertEqual((block["count"], block["rows"]), (0, []))
            self.assertTrue(block["empty"])

    def test_gates_ready(self):
        self.assertFalse(self.titles("gates_ready"))
        self.tick_all(self.project)
        block = self.blocks()["gates_ready"]
        (row,) = block["rows"]
        self.assertEqual((row["title"], row["subtitle"]), ("Migration", "First · Client Inc."))
        action = (
            self.env[row["res_model"]].with_user(self.consultant).browse(row["res_id"]).action_open_gate()
            if row["action"] == "action_open_gate"
            else None
        )
        self.assertEqual(action["res_model"], "project.gate.wizard")
        self.assertEqual(
            self.env[block["action"]["res_model"]].with_user(self.consultant).search(block["action"]["domain"]),
            self.project,
        )

    def test_late_stages(self):
        self.plan(self.project, "2026-03-11")
        self.assertFalse(self.titles("late_stages"))
        self.plan(self.project, "2026-03-10")
        (row,) = self.blocks()["late_stages"]["rows"]
        self.assertEqual(
            (row["title"], row["badge"], row["due"], row["late"]), ("Migration", "2 blocking", "2026-03-10", True)
        )

    def test_criteria_due_within_a_week(self):
        self.assertFalse(self.titles("criteria_due"))
        self.plan(self.project, "2026-03-19")
        self.assertFalse(self.titles("criteria_due"))
        self.plan(self.project, "2026-03-18")
        self.assertEqual(self.titles("criteria_due"), ["First must a", "First must b"])
        self.items_of(self.project, self.first)[0].with_user(self.consultant).action_tick()
        (row,) = self.blocks()["criteria_due"]["rows"]
        self.assertEqual((row["subtitle"], row["due"], row["late"]), ("Migration · First", "2026-03-18", False))
        self.assertEqual((row["res_model"], row["action"]), ("project.checklist.item", "action_open"))

    def test_criteria_of_paused_projects_rest(self):
        self.plan(self.project, "2026-03-01")
        self.items_of(self.project, self.first)[0].responsible = "client"
        self.project.with_user(self.consultant).action_pause("holidays")
        for key in ("criteria_due", "waiting", "late_stages"):
            self.assertFalse(self.titles(key))

    def test_what_was_planned_for_me_on_any_project(self):
        free = self.items_of(self.project, self.first)[2]
        free.with_user(self.consultant).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.colleague.id, date_deadline="2026-03-10"
        )
        (row,) = self.blocks(self.colleague)["criteria_due"]["rows"]
        self.assertEqual((row["title"], row["due"], row["late"]), ("First may", "2026-03-10", True))
        self.assertFalse(self.titles("criteria_due"))
        action = self.env[row["res_model"]].with_user(self.colleague).browse(row["res_id"]).action_open()
        self.assertEqual(self.env[action["res_model"]].with_user(self.colleague).browse(action["res_id"]), free)
        free.with_user(self.consultant).action_tick()
        self.assertFalse(self.titles("criteria_due", self.colleague))

    def test_waiting_for_others(self):
        must_a, must_b, may = self.items_of(self.project, self.first)
        must_a.responsible, must_b.responsible, may.responsible = "client", "sales", "client"
        self.plan(self.project, "2026-03-01")
        rows = self.blocks()["waiting"]["rows"]
        self.assertEqual(
            [(row["title"], row["badge"]) for row in rows],
            [("First must a", "Client"), ("First must b", "Salesperson")],
        )
        self.assertFalse(self.titles("criteria_due"))

    def test_paused_projects_to_resume(self):
        self.project.with_user(self.consultant).action_pause("holidays", "2026-03-12")
        self.assertFalse(self.titles("resume"))
        with freeze_time("2026-03-12 08:00:00"):
            (row,) = self.blocks()["resume"]["rows"]
        self.assertEqual((row["title"], row["due"], row["late"]), ("Migration", "2026-03-12", False))

    def test_archived_projects_and_templates_rest(self):
        self.tick_all(self.project)
        self.plan(self.project, "2026-03-01")
        self.create_project("Template", is_template=True)
        self.project.active = False
        for block in self.blocks().values():
            self.assertFalse(block["rows"])

    def test_all_projects_are_for_administrators(self):
        self.tick_all(self.project)
        self.assertFalse(self.titles("gates_ready", self.manager))
        self.assertIn("Migration", self.titles("gates_ready", self.manager, all_projects=True))
        self.assertFalse(self.titles("gates_ready", self.colleague, all_projects=True))

    def test_not_for_the_client_nor_for_plain_employees(self):
        for user in (self.portal_user, self.employee):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.blocks(user)

    def name_person(self, project, partner, side="client", **values):
        return (
            self.env["project.lifecycle.stakeholder"]
            .with_user(self.consultant)
            .create({"project_id": project.id, "partner_id": partner.id, "side": side, **values})
        )

    def test_named_leads_have_the_projects_too(self):
        self.tick_all(self.project)
        self.assertFalse(self.titles("gates_ready", self.colleague))
        lead = self.name_person(self.project, self.colleague.partner_id, side="ours", is_lead=True)
        self.assertEqual(self.titles("gates_ready", self.colleague), ["Migration"])
        lead.write({"date_from": "2026-03-01", "date_to": "2026-03-10"})
        self.assertFalse(self.titles("gates_ready", self.colleague))

    def add_point(self, name, project=None, **values):
        values = {"name": name, "project_id": (project or self.project).id, **values}
        if "deadline" in values:
            values.setdefault("asked_on", "2026-02-20")
        return self.env["project.open.point"].with_user(self.consultant).create(values)

    def test_open_points(self):
        other = self.create_project("Other", user_id=self.manager.id)
        at_gate = {"user_id": self.colleague.id, "stage_id": self.first.id}
        self.add_point("Blocks", deadline="2026-03-01", **at_gate)
        self.add_point("Blocks later", user_id=self.colleague.id, stage_id=self.last.id)
        self.add_point("Remark", kind="remark", **at_gate)
        self.add_point("Mine, soon", deadline="2026-03-20", stage_id=self.last.id)
        self.add_point("Mine, late", deadline="2026-03-09")
        self.add_point("Closed").action_answer("Yes")
        self.env["project.open.point"].create(
            [
                {"name": "Mine, elsewhere", "project_id": other.id, "user_id": self.consultant.id},
                {"name": "Blocks elsewhere", "project_id": other.id, **at_gate},
            ]
        ).deadline = "2026-03-30"
        block = self.blocks()["open_points"]
        self.assertEqual(
            [(row["title"], row["late"]) for row in block["rows"]],
            [("Mine, late", True), ("Mine, soon", False), ("Mine, elsewhere", False), ("Blocks", True)],
        )
        self.assertEqual((block["count"], block["rows"][0]["badge"]), (4, "Question"))
        self.assertIn("Colin Colleague", block["rows"][3]["subtitle"])
        found = self.env["project.open.point"].with_user(self.consultant).search_count(block["action"]["domain"])
        self.assertEqual(found, 4)

    def plan_session(self, name, start, project=None, **values):
        people = self.consultant.partner_id | self.portal_user.partner_id
        start = datetime.fromisoformat(start)
        return (
            self.env["calendar.event"]
            .with_user(self.consultant)
            .create(
                {
                    "name": name,
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "partner_ids": [Command.set(people.ids)],
                    "lifecycle_project_id": (project or self.project).id,
                    "session_kind": "kickoff",
                    **values,
                }
            )
        )

    def test_sessions(self):
        self.consultant.tz = "Asia/Tokyo"
        self.plan_session("Begun", "2026-03-05 10:00:00")
        self.plan_session("Tonight", "2026-03-11 14:30:00")
        self.plan_session("Tomorrow there", "2026-03-11 15:30:00")
        self.plan_session("Without minutes", "2026-03-04 10:00:00", minutes="<p><br></p>").action_session_held()
        self.plan_session("Done", "2026-03-03 10:00:00", minutes="<p>All agreed</p>").action_session_held()
        block = self.blocks()["sessions"]
        self.assertEqual(
            [(row["title"], row["badge"], row["late"]) for row in block["rows"]],
            [("Without minutes", "Minutes missing", True), ("Begun", "Held?", True), ("Tonight", "Today", False)],
        )
        row = block["rows"][0]
        action = getattr(self.env[row["res_model"]].with_user(self.consultant).browse(row["res_id"]), row["action"])()
        self.assertEqual(action["res_model"], "calendar.event")
        self.assertFalse(self.titles("sessions", self.colleague))

    def test_people(self):
        self.assertFalse(self.titles("people"))
        self.second.checklist_template_ids = [
            Command.create({"name": "SPOC named", "kind": "computed", "criterion": "spoc"})
        ]
        asked = self.create_project("Asked")
        self.assertEqual(self.titles("people"), ["Asked", "Migration"])
        spoc = self.name_person(asked, self.portal_user.partner_id, client_role="spoc")
        rows = self.blocks()["people"]["rows"]
        self.assertEqual(
            [(row["title"], row["badge"]) for row in rows],
            [("Asked", "Duties not acknowledged"), ("Migration", "No SPOC")],
        )
        spoc.action_acknowledge()
        self.assertEqual(self.titles("people"), ["Migration"])

    def add_finding(self, model, name, project=None, **values):
        values = {"name": name, "project_id": (project or self.project).id, **values}
        return self.env[model].with_user(self.consultant).create(values)

    def add_phase(self, name, golive=False, is_agreed=False, **values):
        agreed = {"agreed_on": "2026-03-02", "agreed_by_id": self.portal_user.partner_id.id} if is_agreed else {}
        values = {"agreed_outcome": "Sells", "golive_date": golive, **agreed, **values}
        return self.add_finding("project.lifecycle.phase", name, **values)

    def check_shown(self, key, expected):
        """Check what a block shows and counts, and that each row and *See all* open it for the consultant."""
        block = self.blocks()[key]
        shown = [(row["title"], row["badge"], row["due"], row["late"]) for row in block["rows"]]
        self.assertEqual((shown, block["count"]), (expected, len(expected)))
        records = self.env[block["action"]["res_model"]].with_user(self.consultant)
        self.assertEqual(set(records.search(block["action"]["domain"]).ids), {it["res_id"] for it in block["rows"]})
        for row in block["rows"]:
            record = self.env[row["res_model"]].with_user(self.consultant).browse(row["res_id"])
            self.assertEqual(getattr(record, row["action"])()["res_id"], row["res_id"])
            self.assertEqual(row["subtitle"], "Migration")

    def test_expectations(self):
        other = self.create_project("Other", user_id=self.manager.id)
        self.add_finding("project.expectation", "Undecided")
        self.add_finding("project.expectation", "Standard", verdict="standard")
        self.add_finding("project.expectation", "To tell", verdict="development")
        told = {"told_on": "2026-03-02", "told_to_id": self.portal_user.partner_id.id}
        self.add_finding("project.expectation", "Told", verdict="not_possible", **told)
        self.env["project.expectation"].create({"name": "Elsewhere", "project_id": other.id})
        self.check_shown(
            "expectations",
            [("To tell", "Client to be told", False, False), ("Undecided", "Without verdict", False, False)],
        )
        self.assertFalse(self.titles("expectations", self.colleague))
        self.assertEqual(len(self.titles("expectations", self.manager, all_projects=True)), 3)

    def test_phases(self):
        self.add_phase("Far, to be agreed", "2026-09-01")
        self.add_phase("Not dated")
        self.add_phase("Soon", "2026-03-25", is_agreed=True)
        self.add_phase("Not soon", "2026-03-26", is_agreed=True)
        self.add_phase("Overdue", "2026-03-10", is_agreed=True)
        decided = {"decision": "go", "decision_why": "Tested", "is_agreed": True}
        self.add_phase("Goes live", "2026-03-11", **decided)
        self.add_phase("Is live", "2026-03-10", **decided)
        self.add_phase("Dropped", "2026-03-12", decision="no_go", decision_why="No money")
        self.check_shown(
            "phases",
            [
                ("Overdue", "Decision pending", "2026-03-10", True),
                ("Goes live", "Go-live", "2026-03-11", False),
                ("Soon", "Decision pending", "2026-03-25", False),
                ("Far, to be agreed", "To be agreed", "2026-09-01", False),
                ("Not dated", "To be agreed", False, False),
            ],
        )
        self.assertFalse(self.titles("phases", self.colleague))

    def write_draft(self, project, day=None):
        draft = self.env["project.update"].with_user(self.consultant).browse(project.action_new_report()["res_id"])
        if day:
            draft.date = day
        return draft

    def test_reports_to_publish(self):
        project = self.project.with_user(self.consultant)
        self.write_draft(project)
        older = self.create_project("Older")
        closing = project.with_context(report_kind="closing_report")
        self.write_draft(older.with_user(self.consultant), "2026-03-01")._remind_author()
        self.write_draft(closing, "2026-03-05")
        block = self.blocks()["reports"]
        self.assertEqual(
            [(row["subtitle"], row["badge"], row["due"]) for row in block["rows"]],
            [
                ("Older", "Progress report", "2026-03-18"),
                ("Migration", "Closing report", False),
                ("Migration", "Progress report", False),
            ],
        )
        drafts = self.env["project.update"].with_user(self.consultant).search(block["action"]["domain"])
        self.assertEqual((len(drafts), block["count"]), (3, 3))
        for row in block["rows"]:
            draft = drafts.browse(row["res_id"])
            self.assertEqual(getattr(draft, row["action"])()["res_id"], draft.id)
        self.assertFalse(self.titles("reports", self.colleague))
        older.active = False
        self.assertEqual(self.blocks()["reports"]["count"], 2)

    def test_published_reports_and_updates_of_odoo_are_no_drafts(self):
        self.env["project.update"].with_user(self.manager).create(
            {"name": "Odoo's own", "project_id": self.project.id, "status": "on_track"}
        )
        report = self.write_draft(self.project.with_user(self.consultant))
        report.write({"status_reason": "Illness", "gains": "Speed", "collaboration": "By telephone"})
        self.assertEqual(len(self.titles("reports")), 1)
        report.action_publish()
        self.assertFalse(self.titles("reports"))

    def teach(self, project, stage, name="Test the labels"):
        return self.env["project.lesson"].create({"name": name, "project_id": project.id, "stage_id": stage.id})

    def test_lessons_of_the_stage_just_entered(self):
        other = self.create_project("Other", user_id=self.manager.id)
        self.teach(other, self.first)
        self.teach(other, self.second)
        self.teach(self.project, self.first, "Its own")
        block = self.blocks()["lessons"]
        (row,) = block["rows"]
        self.assertEqual((row["title"], row["subtitle"], row["badge"]), ("Migration", self.first.name, "1"))
        self.assertEqual((row["res_id"], block["count"]), (self.project.id, 1))
        opened = getattr(self.project.with_user(self.consultant), row["action"])()
        self.assertEqual(opened["domain"], [("id", "in", self.project.stage_lesson_ids.ids)])
        self.assertEqual(self.titles("lessons", self.manager), ["Other"])
        step = self.project.current_step_id
        step.date_start = "2026-02-25"
        self.assertTrue(self.titles("lessons"), "two weeks")
        step.date_start = "2026-02-24"
        self.assertFalse(self.titles("lessons"), "no longer new")

    def test_findings_rest_with_their_project(self):
        self.add_finding("project.expectation", "Undecided")
        self.add_phase("To be agreed", "2026-03-12")
        for key in ("expectations", "phases"):
            self.assertTrue(self.titles(key))
        self.first.purpose = "intake"
        self.assertEqual((len(self.titles("expectations")), self.titles("phases")), (1, []))
        self.first.purpose = "kickoff"
        self.first.fold = True
        for key in ("expectations", "phases"):
            self.assertFalse(self.titles(key))
        self.first.fold = False
        self.project.with_user(self.consultant).action_pause("holidays")
        for key in ("expectations", "phases"):
            self.assertFalse(self.titles(key))

    def test_named_leads_have_the_findings_too(self):
        self.add_finding("project.expectation", "Undecided")
        self.add_phase("To be agreed", "2026-03-12")
        self.name_person(self.project, self.colleague.partner_id, side="ours", is_lead=True)
        for key, title in (("expectations", "Undecided"), ("phases", "To be agreed")):
            self.assertEqual(self.titles(key, self.colleague), [title])

    def test_counts_beyond_the_rows(self):
        for number in range(12):
            self.tick_all(self.create_project(f"P{number:02}"))
        block = self.blocks()["gates_ready"]
        self.assertEqual((block["count"], len(block["rows"])), (12, 10))

    def test_queries_do_not_grow_with_the_projects(self):
        def prepare(count):
            for number in range(count):
                project = self.create_project(f"Ready {number}")
                self.tick_all(project)
                late = self.create_project(f"Late {number}")
                self.plan(late, "2026-03-01")
                items = self.items_of(late, self.first)
                items[0].responsible = "client"
                items[2].with_user(self.consultant).activity_schedule(
                    "mail.mail_activity_data_todo", user_id=self.consultant.id
                )
                self.add_point(f"Late {number}", project, deadline="2026-03-01")
                self.add_point(f"Theirs {number}", late, user_id=self.colleague.id, stage_id=self.first.id)
                self.plan_session(f"Begun {number}", "2026-03-05 10:00:00", project)
                self.name_person(project, self.portal_user.partner_id, client_role="spoc")
                self.add_finding("project.expectation", f"Open {number}", project)
                self.add_finding("project.expectation", f"To tell {number}", late, verdict="development")
                self.add_finding("project.lifecycle.phase", f"Soon {number}", project, golive_date="2026-03-12")
                self.add_finding("project.lifecycle.phase", f"To agree {number}", late)
                self.write_draft(project.with_user(self.consultant))._remind_author()
                self.teach(late, self.first, f"Lesson {number}")
                self.create_project(f"Paused {number}").with_user(self.consultant).action_pause("why", "2026-03-01")

        def spent():
            return count_queries(self.env, lambda _env, _run: self.blocks())

        prepare(2)
        few = spent()
        prepare(2)
        self.assertEqual(spent(), few)
