from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import LifecycleCommon, count_queries


@tagged("post_install", "-at_install")
class TestStale(LifecycleCommon):
    """A project that stands too long in a stage is stale, by Odoo's own mechanism."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lifecycle.stage_ids.rotting_threshold_days = 10
        cls.project = cls.project.with_user(cls.consultant)

    def stand(self, days, project=None):
        """Let a project have come into its stage so many days ago."""
        since = fields.Datetime.now() - timedelta(days=days, hours=1)
        (project or self.project).sudo().date_last_stage_update = since

    def stale(self, operator="=", value=True):
        return self.env["project.project"].with_user(self.consultant).search([("is_rotting", operator, value)])

    def assert_stale(self, project, days):
        project.invalidate_recordset()
        self.assertEqual((project.is_rotting, project.rotting_days), (True, days))
        self.assertIn(project, self.stale())
        self.assertNotIn(project, self.stale("!="))

    def assert_fresh(self, project):
        project.invalidate_recordset()
        self.assertEqual((project.is_rotting, project.rotting_days), (False, 0))
        self.assertNotIn(project, self.stale())
        self.assertIn(project, self.stale("!=") + self.stale(value=False))

    def test_stale_after_the_days_of_the_stage(self):
        self.assert_fresh(self.project)
        self.stand(9)
        self.assert_fresh(self.project)
        self.stand(11)
        self.assert_stale(self.project, 11)

    def test_each_stage_has_its_own_days(self):
        self.second.rotting_threshold_days = 30
        other = self.create_project("Other").with_user(self.consultant)
        self.tick_all(other)
        other.stage_id = self.second
        for project in (self.project, other):
            self.stand(20, project)
        self.assert_stale(self.project, 20)
        self.assert_fresh(other)

    def test_stale_for_years_is_still_found(self):
        self.stand(800)
        self.assert_stale(self.project, 800)

    def test_never_in_a_stage_of_no_days(self):
        self.first.rotting_threshold_days = 0
        self.stand(400)
        self.assert_fresh(self.project)

    def test_a_move_makes_it_fresh(self):
        self.stand(20)
        self.tick_all(self.project)
        self.project.stage_id = self.second
        self.assert_fresh(self.project)
        self.stand(20)
        self.project.action_move(self.first.id, "back", "Not ready")
        self.assert_fresh(self.project)

    def test_writing_the_same_stage_does_not(self):
        other = self.create_project("Other").with_user(self.consultant)
        self.tick_all(other)
        other.stage_id = self.second
        self.tick_all(self.project)
        for project in (self.project, other):
            self.stand(20, project)
        (self.project | other).with_user(self.manager).stage_id = self.second
        self.assert_stale(other, 20)
        self.assert_fresh(self.project)

    def test_entering_a_lifecycle_counts_from_then(self):
        plain = self.env["project.project"].create({"name": "Plain", "user_id": self.consultant.id})
        self.stand(20, plain)
        plain.lifecycle_id = self.lifecycle
        self.assert_fresh(plain.with_user(self.consultant))

    def test_a_copy_starts_fresh(self):
        self.stand(20)
        copy = self.project.with_user(self.manager).copy()
        self.assertFalse(copy.is_rotting)
        self.assertGreater(copy.date_last_stage_update, fields.Datetime.now() - timedelta(days=1))

    def test_projects_without_a_lifecycle_are_never_stale(self):
        plain = self.env["project.project"].create({"name": "Plain", "user_id": self.consultant.id})
        plain.stage_id.rotting_threshold_days = 1
        self.stand(20, plain)
        self.assert_fresh(plain.with_user(self.consultant))

    def test_a_paused_project_is_not_stale(self):
        self.stand(20)
        self.project.action_pause("Client on holiday")
        self.assert_fresh(self.project)
        self.project.action_resume("Back")
        self.assert_stale(self.project, 20)

    def test_folded_and_closing_stages_are_never_stale(self):
        self.stand(20)
        self.first.fold = True
        self.assert_fresh(self.project)
        self.first.fold = False
        self.assert_stale(self.project, 20)
        self.first.purpose = "closed"
        self.assert_fresh(self.project)

    def test_templates_and_archived_projects_are_never_stale(self):
        template = self.create_project("Template", is_template=True)
        self.stand(20, template)
        self.stand(20)
        self.project.sudo().active = False
        for project in (template, self.project):
            project.invalidate_recordset()
            self.assertFalse(project.is_rotting)
            self.assertNotIn(project, self.stale().browse(self.stale().with_context(active_test=False).ids))

    def test_clients_cannot_read_it(self):
        self.project.sudo().privacy_visibility = "portal"
        self.project.sudo().message_subscribe(partner_ids=self.portal_user.partner_id.ids)
        for field in ("is_rotting", "rotting_days", "date_last_stage_update"):
            with self.assertRaises(AccessError):
                self.project.with_user(self.portal_user).read([field])

    def test_a_list_costs_the_same_for_more_projects(self):
        projects = self.env["project.project"].create(
            [{"name": f"Many {rank}", "lifecycle_id": self.lifecycle.id} for rank in range(10)]
        )
        for project in projects:
            self.stand(20, project)

        def read(number):
            return lambda env, run: projects[:number].with_env(env).read(["is_rotting", "rotting_days"])

        env = self.env(user=self.consultant)
        self.assertEqual(count_queries(env, read(5)), count_queries(env, read(10)))

    def test_the_filter_of_the_search_finds_them(self):
        arch = self.env["project.project"].with_user(self.consultant).get_view(view_type="search")["arch"]
        self.assertIn("[('is_rotting', '=', True)]", arch)
