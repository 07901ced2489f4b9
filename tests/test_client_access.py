from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_client import ClientCommon

MODELS = ("project.project", "project.task", "project.milestone", "account.analytic.line")


@tagged("post_install", "-at_install")
class TestClientAccess(ClientCommon):
    """Who of the client sees a project with a lifecycle, and from when on."""

    def accesses(self, project=None):
        """Return what each person may do, asked as this person."""
        people = {
            "spoc": self.portal_user,
            "reader": self.reader,
            "mate": self.mate,
            "rival": self.rival,
            "consultant": self.consultant,
            "employee": self.employee,
        }
        project = project or self.project
        return {name: project.with_user(user)._get_client_access() for name, user in people.items()}

    def visible(self, user):
        return bool(self.env["project.project"].with_user(user).search([("id", "=", self.project.id)]))

    def test_closed_until_the_gate_of_the_kickoff(self):
        self.assertEqual(self.project.privacy_visibility, "employees")
        closed = {"spoc": None, "reader": None, "mate": None, "rival": None, "consultant": "read", "employee": None}
        self.assertEqual(self.accesses(), closed)
        self.tick_all(self.project)
        self.project.with_user(self.consultant).stage_id = self.second
        self.assertEqual(self.project.privacy_visibility, "employees")
        self.assertEqual(self.accesses(), closed)
        self.assertNotIn(self.spoc, self.project.message_partner_ids)

    def test_opened_by_the_gate_of_the_kickoff(self):
        self.pass_kickoff()
        self.assertEqual(self.project.privacy_visibility, "portal")
        self.assertIn(self.spoc, self.project.message_partner_ids)
        self.assertEqual(
            self.accesses(),
            {
                "spoc": "full",
                "reader": "read",
                "mate": None,
                "rival": None,
                "consultant": "read",
                "employee": None,
            },
        )

    def test_invited_users_stay_invited(self):
        self.project.privacy_visibility = "followers"
        self.project.message_subscribe(partner_ids=self.consultant.partner_id.ids)
        self.pass_kickoff()
        self.assertEqual(self.project.privacy_visibility, "invited_users")

    def test_not_by_hand_before(self):
        with self.assertRaisesRegex(UserError, "once the gate of its kick-off is passed"):
            self.project.with_user(self.manager).privacy_visibility = "portal"
        with self.assertRaisesRegex(UserError, "once the gate of its kick-off is passed"):
            self.project.write({"privacy_visibility": "invited_users"})

    def test_stays_open_when_the_project_goes_back(self):
        project = self.pass_kickoff()
        project.action_move(self.second.id, "back", "Forgot something")
        self.assertEqual(self.project.privacy_visibility, "portal")
        self.assertEqual(self.accesses()["spoc"], "full")

    def test_finished_projects_stay_readable(self):
        project = self.pass_kickoff()
        self.tick_all(project)
        project.stage_id = self.last
        self.assertEqual(self.accesses()["spoc"], "full")
        self.project.active = False
        self.assertEqual(self.accesses()["reader"], "read")

    def test_a_project_that_takes_a_lifecycle_is_closed(self):
        plain = self.env["project.project"].create(
            {"name": "Plain", "partner_id": self.client_company.id, "privacy_visibility": "portal"}
        )
        plain.message_subscribe(partner_ids=self.spoc.ids)
        self.assertTrue(plain._portal_ensure_token())
        plain.lifecycle_id = self.lifecycle
        self.assertEqual(plain.privacy_visibility, "employees")
        self.assertNotIn(self.spoc, plain.message_partner_ids)
        self.assertFalse(plain.access_token)

    def test_brought_in_behind_the_kickoff_keeps_what_it_had(self):
        for visibility in ("portal", "employees"):
            plain = self.env["project.project"].create({"name": visibility, "privacy_visibility": visibility})
            plain.with_user(self.manager)._bring_in(self.lifecycle, self.optional, "ran before")
            self.assertEqual(plain.privacy_visibility, visibility)

    def test_without_kickoff_nothing_waits(self):
        lifecycle = self.create_lifecycle("No kick-off", ["One", "Two"])
        project = self.create_project("Open from the start", lifecycle_id=lifecycle.id)
        self.assertEqual(project.privacy_visibility, "portal")

    def test_templates_are_left_alone(self):
        template = self.create_project("Pattern", is_template=True)
        self.assertEqual(template.privacy_visibility, "portal")

    def test_colleagues_only_if_the_project_lets_them(self):
        self.pass_kickoff()
        self.assertFalse(self.visible(self.mate))
        self.project.client_colleagues_read = True
        self.assertEqual(self.accesses()["mate"], "read")
        self.assertIsNone(self.accesses()["rival"])

    def test_whom_a_manager_shares_the_project_with(self):
        self.pass_kickoff()
        self.project.collaborator_ids = [(0, 0, {"partner_id": self.mate.partner_id.id})]
        self.assertEqual(self.accesses()["mate"], "read")

    def test_a_reader_leaves(self):
        self.pass_kickoff()
        line = self.project.stakeholder_ids.filtered("reads_client_side")
        line.write({"date_from": "2026-01-01", "date_to": "2026-02-01"})
        self.assertIsNone(self.accesses()["reader"])

    def test_the_spoc_reads_without_following(self):
        self.pass_kickoff()
        self.project.message_unsubscribe(partner_ids=self.spoc.ids)
        self.assertEqual(self.accesses()["spoc"], "full")

    def test_following_alone_opens_nothing(self):
        self.pass_kickoff()
        self.project.message_subscribe(partner_ids=self.mate.partner_id.ids)
        self.assertIsNone(self.accesses()["mate"])

    def test_stock_is_closed_as_well(self):
        """By RPC, whatever of Odoo's own models the project brings along."""
        self.pass_kickoff()
        self.project.allow_timesheets = True
        task = self.env["project.task"].create({"name": "Task", "project_id": self.project.id})
        task.message_subscribe(partner_ids=(self.spoc | self.mate.partner_id).ids)
        employee = self.env["hr.employee"].create({"name": "Worker", "user_id": self.consultant.id})
        entry = self.env["account.analytic.line"].create(
            {"name": "Work", "project_id": self.project.id, "task_id": task.id, "employee_id": employee.id}
        )
        self.assertTrue(task.with_user(self.portal_user).has_access("read"))
        self.assertTrue(task.with_user(self.reader).has_access("read"))
        for user in (self.mate, self.rival):
            for record in (self.project, task, entry):
                with self.subTest(user=user.login, model=record._name), self.assertRaises(AccessError):
                    record.with_user(user).check_access("read")
            entries = self.env["account.analytic.line"].with_user(user)
            self.assertNotIn(entry, entries.sudo().search(entries._timesheet_get_portal_domain()))

    def test_no_link_opens_a_project(self):
        self.pass_kickoff()
        self.assertFalse(self.project._portal_ensure_token())
        link = self.project._sign_token(self.spoc.id)
        Project = self.env["project.project"].with_user(self.env.ref("base.public_user"))
        self.assertFalse(Project._get_thread_with_access(self.project.id, hash=link, pid=self.spoc.id))

    def test_checks(self):
        self.pass_kickoff()
        self.project.with_user(self.portal_user)._check_client_access(confirm=True)
        self.project.with_user(self.reader)._check_client_access()
        with self.assertRaisesRegex(AccessError, "Only the contact"):
            self.project.with_user(self.reader)._check_client_access(confirm=True)
        with self.assertRaisesRegex(AccessError, "no access"):
            self.project.with_user(self.mate)._check_client_access()
