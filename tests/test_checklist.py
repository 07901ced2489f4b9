from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.project_lifecycle.exceptions import GateRefused

from .common import LifecycleCommon, count_queries


@tagged("post_install", "-at_install")
class TestChecklist(LifecycleCommon):
    """Points of a checklist: who answers them, and what is kept of it."""

    @freeze_time("2026-03-02 09:30:00")
    def test_tick_keeps_who_and_when(self):
        item = self.items_of(self.project, self.first)[0]
        item.with_user(self.consultant).action_tick()
        self.assertEqual(item.state, "met")
        self.assertEqual(item.done_by_id, self.consultant)
        self.assertEqual(str(item.done_on), "2026-03-02 09:30:00")

    def test_a_second_tick_leaves_the_first_answer(self):
        item = self.items_of(self.project, self.first)[0]
        item.with_user(self.consultant).action_tick()
        item.with_user(self.manager).action_tick()
        self.assertEqual(item.done_by_id, self.consultant)

    def test_untick_opens_again(self):
        item = self.items_of(self.project, self.first)[0]
        item.with_user(self.consultant).action_tick()
        item.with_user(self.consultant).action_untick()
        self.assertRecordValues(item, [{"state": "open", "done_by_id": False, "done_on": False}])

    def test_counts_of_the_stage(self):
        self.items_of(self.project, self.first)[0].action_tick()
        self.assertRecordValues(
            self.project, [{"stage_item_count": 3, "stage_item_met_count": 1, "stage_blocking_count": 1}]
        )

    def test_only_the_consultant_and_administrators_answer(self):
        item = self.items_of(self.project, self.first)[0]
        with self.assertRaisesRegex(AccessError, "Only the consultant of the project Migration"):
            item.with_user(self.colleague).action_tick()
        for user in (self.employee, self.portal_user):
            with self.assertRaises(AccessError):
                item.with_user(user).action_tick()
        item.with_user(self.manager).action_tick()
        self.assertEqual(item.state, "met")

    def test_the_consultant_writes_notes_only(self):
        item = self.items_of(self.project, self.first)[0].with_user(self.consultant)
        item.note = "Agreed by phone"
        for values in ({"is_blocking": False}, {"state": "met"}, {"project_id": self.project.id}, {"step_id": 1}):
            for user in (self.consultant, self.manager):
                with self.assertRaisesRegex(AccessError, "Criteria of a lifecycle are changed in the lifecycle"):
                    item.with_user(user).write(values)
        with self.assertRaisesRegex(UserError, "Criteria of the lifecycle stay on the project"):
            item.unlink()
        with self.assertRaises(AccessError):
            self.items_of(self.project)[0].with_user(self.colleague).note = "not mine"

    def test_invited_projects_keep_their_checklist_to_the_invited(self):
        self.project.privacy_visibility = "followers"
        self.assertFalse(
            self.env["project.checklist.item"].with_user(self.colleague).search([("project_id", "=", self.project.id)])
        )

    def test_wording_follows_the_reader(self):
        self.env["res.lang"]._activate_lang("he_IL")
        item = self.items_of(self.project, self.first)[0]
        item.template_id.with_context(lang="he_IL").name = "בדיקה"
        self.assertEqual(item.with_context(lang="he_IL").name, "בדיקה")
        self.assertEqual(item.with_context(lang="en_US").name, "First must a")

    def test_a_new_point_reaches_running_projects_when_they_move(self):
        self.tick_all(self.project)
        self.env["project.checklist.template"].create(
            {"name": "Later thought", "stage_id": self.second.id, "is_blocking": True}
        )
        self.project.stage_id = self.second
        self.assertIn("Later thought", self.project.stage_item_ids.mapped("name"))

    def test_a_new_blocking_point_stands_on_running_projects_at_once(self):
        self.tick_all(self.project)
        self.env["project.checklist.template"].create({"name": "News", "stage_id": self.first.id, "is_blocking": True})
        self.assertIn("News", self.project.stage_item_ids.mapped("name"))
        with self.assertRaisesRegex(GateRefused, "News"), self.cr.savepoint():
            self.project.stage_id = self.second
        self.tick_all(self.project)
        self.project.stage_id = self.second

    def test_open_points_follow_their_criterion_and_answered_ones_stay(self):
        must_a, must_b, _may = self.items_of(self.project, self.first)
        must_a.action_tick()
        (must_a | must_b).template_id.is_blocking = False
        self.assertEqual((must_a.is_blocking, must_b.is_blocking), (True, False))
        (must_a | must_b).template_id.active = False
        self.assertTrue(must_a.exists())
        self.assertFalse(must_b.exists())
        must_a.template_id.active = True
        with self.assertRaisesRegex(UserError, "was answered on projects: Migration"):
            must_a.template_id.unlink()
        with self.assertRaisesRegex(UserError, "cannot move to another stage"):
            must_a.template_id.stage_id = self.second

    def test_decided_steps_do_not_change(self):
        self.tick_all(self.project)
        self.project.stage_id = self.second
        before = self.items_of(self.project, self.first)
        self.env["project.checklist.template"].create({"name": "News", "stage_id": self.first.id})
        self.assertEqual(self.items_of(self.project, self.first), before)

    def test_rights_on_templates(self):
        template = self.first.checklist_template_ids[0]
        with self.assertRaises(AccessError):
            template.with_user(self.consultant).is_blocking = False
        template.with_user(self.manager).is_blocking = False

    def test_guidance_is_one_click_away(self):
        self.first.guidance_aim = "Know the client"
        action = self.project.with_user(self.consultant).action_open_stage_guidance()
        stage = self.env[action["res_model"]].with_user(self.consultant).browse(action["res_id"])
        self.assertEqual(stage.guidance_aim, "Know the client")
        self.assertEqual(action["target"], "new")

    @freeze_time("2026-03-02 12:00:00")
    def test_discussed_with_the_mentor(self):
        self.project.lifecycle_mentor_id = self.manager
        with self.assertRaises(AccessError):
            self.project.with_user(self.colleague).action_lifecycle_discussed()
        self.project.with_user(self.consultant).action_lifecycle_discussed()
        self.assertEqual(str(self.project.lifecycle_discussed_on), "2026-03-02")

    def test_queries_do_not_grow_with_the_projects(self):
        def read_cards(projects):
            spec = {
                "lifecycle_id": {"fields": {"display_name": {}}},
                "stage_item_count": {},
                "stage_item_met_count": {},
            }
            return count_queries(self.env, lambda _env, _run: projects.with_user(self.consultant).web_read(spec))

        few = self.env["project.project"].concat(*(self.create_project(f"P{n}") for n in range(4)))
        many = few | self.env["project.project"].concat(*(self.create_project(f"Q{n}") for n in range(4)))
        self.assertEqual(read_cards(few), read_cards(many))

    def test_queries_do_not_grow_with_the_projects_moved_or_created(self):
        def create(count):
            return self.env["project.project"].create(
                [{"name": f"N{n}", "lifecycle_id": self.lifecycle.id} for n in range(count)]
            )

        def spent(scenario, *args):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            scenario(*args)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        def move(projects):
            projects.with_context(tracking_disable=True).write({"stage_id": self.second.id})

        batches = {count: [create(count) for _batch in range(4)] for count in (5, 8)}
        for projects in (*batches[5], *batches[8]):
            self.items_of(projects, self.first).action_tick()
        # now and then Odoo spends one query more on the very same act
        few, many = (min(spent(move, projects) for projects in batches[count]) for count in (5, 8))
        self.assertEqual(many, few)
        create(2)
        growth = spent(create, 10) - spent(create, 5)
        stock_growth = self._stock_growth_of_create()
        self.assertLessEqual(growth, stock_growth)

    def _stock_growth_of_create(self):
        """Odoo itself makes an alias a project: measure it on projects without a lifecycle."""

        def create(count):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["project.project"].create([{"name": f"S{n}"} for n in range(count)])
            self.env.flush_all()
            return self.cr.sql_log_count - before

        create(2)
        return create(10) - create(5)
