from unittest.mock import patch

from freezegun import freeze_time
from lxml import etree

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import LifecycleCommon, count_queries


@tagged("post_install", "-at_install")
class TestReadiness(LifecycleCommon):
    """The readiness of a project for its next gate follows whatever happens to the project."""

    def assert_gate(self, state, project=None):
        project = project or self.project
        project.env.flush_all()
        project.invalidate_recordset()
        self.assertEqual(project.with_user(self.consultant).gate_state, state)
        found = self.env["project.project"].search([("id", "=", project.id), ("gate_state", "=", state)])
        self.assertEqual(found, project)

    def current_step(self, project=None):
        return (project or self.project).sudo().step_ids.filtered(lambda step: step.state == "current")

    def test_answers(self):
        self.assert_gate("blocked")
        self.tick_all(self.project)
        self.assert_gate("ready")
        self.items_of(self.project, self.first)[0].with_user(self.consultant).action_untick()
        self.assert_gate("blocked")
        self.items_of(self.project, self.first)[0].with_user(self.consultant).action_not_applicable("not here")
        self.assert_gate("ready")

    def test_waivers(self):
        must_a, must_b, _may = self.items_of(self.project, self.first)
        must_a.with_user(self.consultant).action_tick()
        must_b.with_user(self.manager).action_waive("agreed")
        self.assert_gate("ready")

    def test_free_criteria_hold_nothing_up(self):
        self.items_of(self.project, self.first).filtered("is_blocking").with_user(self.consultant).action_tick()
        self.assert_gate("ready")

    def test_an_answer_that_changes_nothing_leaves_the_project_alone(self):
        def version():
            self.env.flush_all()
            self.env.invalidate_all()
            self.cr.execute("SELECT xmin FROM project_project WHERE id = %s", [self.project.id])
            return self.cr.fetchone()

        before = version()
        self.items_of(self.project, self.first)[2].with_user(self.consultant).action_tick()
        self.assertEqual(version(), before)
        self.items_of(self.project, self.first).with_user(self.consultant).action_tick()
        self.assertNotEqual(version(), before)

    def test_new_criteria_and_dropped_ones(self):
        self.tick_all(self.project)
        template = self.env["project.checklist.template"].create(
            {"name": "News", "stage_id": self.first.id, "is_blocking": True}
        )
        self.assert_gate("blocked")
        template.is_blocking = False
        self.assert_gate("ready")
        template.is_blocking = True
        self.assert_gate("blocked")
        template.active = False
        self.assert_gate("ready")

    def test_own_criteria(self):
        self.tick_all(self.project)
        own = (
            self.env["project.checklist.item"]
            .with_user(self.consultant)
            .create({"step_id": self.current_step().id, "custom_name": "Own", "is_blocking": True})
        )
        self.assert_gate("blocked")
        own.unlink()
        self.assert_gate("ready")

    def test_moves(self):
        self.tick_all(self.project)
        self.project.with_user(self.consultant).stage_id = self.second
        self.assert_gate("blocked")
        self.project.with_user(self.consultant).action_move(self.first.id, "back", "the client changed its mind")
        self.assert_gate("ready")

    def test_the_last_stage_has_no_gate(self):
        self.project._bring_in(self.lifecycle, self.last, "ran before")
        self.assert_gate(False)
        self.assertEqual(self.project.stage_purpose, "closed")

    def test_a_folded_stage_on_the_way_has_no_gate(self):
        self.first.fold = True
        self.assert_gate(False)
        self.first.fold = False
        self.assert_gate("blocked")

    def test_the_last_stage_is_no_longer_the_last(self):
        (self.second | self.optional | self.last).active = False
        self.assert_gate(False)
        self.last.active = True
        self.assert_gate("blocked")

    def test_next_phase(self):
        self.first.purpose, self.second.purpose = "delivery", "golive"
        self.tick_all(self.project)
        self.project.with_user(self.consultant).stage_id = self.second
        self.tick_all(self.project)
        self.assert_gate("ready")
        self.project.with_user(self.consultant).action_move(self.first.id, "next_phase", "second slice")
        self.assert_gate("blocked")
        self.assertEqual(self.project.stage_purpose, "delivery")

    @freeze_time("2026-03-02 12:00:00")
    def test_pause_and_resume(self):
        self.tick_all(self.project)
        self.project.with_user(self.consultant).action_pause("holidays", "2026-03-20")
        self.assert_gate("paused")
        self.assertEqual(str(self.project.stage_resume_date), "2026-03-20")
        self.project.with_user(self.consultant).action_resume("back again")
        self.assert_gate("ready")
        self.assertFalse(self.project.stage_resume_date)

    @freeze_time("2026-03-02 12:00:00")
    def test_planned_dates(self):
        self.assertFalse(self.project.stage_planned_end, "a stage that takes no time has no end to keep to")
        self.current_step().write({"planned_start": "2026-03-02", "planned_end": "2026-03-10"})
        self.assertEqual(str(self.project.stage_planned_end), "2026-03-10")
        self.tick_all(self.project)
        second = self.project.sudo().step_ids.filtered(lambda step: step.stage_id == self.second)
        second.write({"planned_start": "2026-03-11", "planned_end": "2026-04-10"})
        self.assertEqual(str(self.project.stage_planned_end), "2026-03-10")
        self.project.with_user(self.consultant).stage_id = self.second
        self.assertEqual(self.project.stage_planned_end, second.planned_end)
        self.assertGreater(str(second.planned_end), "2026-03-11")

    @freeze_time("2026-03-11 12:00:00")
    def test_late(self):
        def late():
            found = self.env["project.project"].search([("id", "=", self.project.id), ("is_stage_late", "=", True)])
            not_late = self.env["project.project"].search(
                [("id", "=", self.project.id), ("is_stage_late", "=", False)]
            )
            self.project.invalidate_recordset(["is_stage_late"])
            self.assertEqual(found | not_late, self.project)
            self.assertEqual(bool(found), self.project.is_stage_late)
            return bool(found)

        self.assertFalse(late())
        self.current_step().write({"planned_start": "2026-03-02", "planned_end": "2026-03-11"})
        self.assertFalse(late())
        self.current_step().planned_end = "2026-03-10"
        self.assertTrue(late())
        self.project.with_user(self.consultant).action_pause("holidays")
        self.assertFalse(late())
        self.project.with_user(self.consultant).action_resume("back")
        self.assertTrue(late())
        self.first.fold = True
        self.assertFalse(late())

    def test_templates_and_projects_without_a_lifecycle(self):
        template = self.create_project("Template", is_template=True)
        plain = self.env["project.project"].create({"name": "Plain"})
        for project in (template, plain):
            self.assert_gate(False, project)
            self.assertFalse(project.stage_planned_end or project.is_stage_late or project.stage_purpose)

    def test_leaving_the_lifecycle(self):
        self.assert_gate("blocked")
        self.project.lifecycle_id = False
        self.assert_gate(False)
        self.assertFalse(self.project.stage_purpose)

    def test_nobody_writes_it(self):
        for values in ({"gate_state": "ready"}, {"stage_purpose": "closed"}, {"stage_planned_end": "2026-01-01"}):
            with self.subTest(values), self.assertRaisesRegex(UserError, "follows from the stage"):
                self.project.with_user(self.manager).write(values)
        project = self.create_project("Made up", gate_state="ready", stage_purpose="closed")
        self.assert_gate("blocked", project)
        self.assertEqual(project.stage_purpose, "other")

    def test_a_duplicate_starts_afresh(self):
        self.tick_all(self.project)
        self.assert_gate("blocked", self.project.copy())

    def test_purposes_in_their_order(self):
        self.project._bring_in(self.lifecycle, self.last, "ran before")
        groups = (
            self.env["project.project"]
            .with_user(self.consultant)
            .with_context(read_group_expand=True)
            .web_read_group([("id", "=", self.project.id)], ["stage_purpose"])["groups"]
        )
        self.assertEqual(
            [(group["stage_purpose"], group["__count"]) for group in groups],
            [
                ("intake", 0),
                ("kickoff", 0),
                ("delivery", 0),
                ("golive", 0),
                ("review", 0),
                ("support", 0),
                ("closed", 1),
            ],
        )

    def test_stages_of_several_lifecycles_tell_which(self):
        other = self.create_lifecycle("Long", ["First", "End"])
        twin = self.create_project("Twin", lifecycle_id=other.id)

        def names(projects):
            groups = (
                self.env["project.project"]
                .with_user(self.consultant)
                .with_context(read_group_expand=True)
                .web_read_group([("id", "in", projects.ids)], ["stage_id"])["groups"]
            )
            return {group["stage_id"][1] for group in groups if group["stage_id"]}

        self.assertEqual(names(self.project), {"First", "Second", "Optional", "Last"})
        self.assertLessEqual({"First (Short)", "First (Long)", "End (Long)"}, names(self.project | twin))
        self.assertEqual(self.first.display_name, "First")
        self.assertIn((self.first.id, "First"), self.env["project.project.stage"].name_search("First"))

    def test_filters_of_the_search_view(self):
        self.tick_all(self.project)
        Project = self.env["project.project"].with_user(self.consultant)
        for domain in (
            [("user_id", "=", self.consultant.id), ("gate_state", "!=", False)],
            [("gate_state", "=", "ready")],
            [("gate_state", "!=", "paused")],
        ):
            self.assertIn(self.project, Project.search(domain))
        self.assertNotIn(self.project, Project.search([("gate_state", "=", "blocked")]))

    def test_the_criteria_button(self):
        action = self.project.with_user(self.consultant).action_view_stage_items()
        items = self.env[action["res_model"]].with_user(self.consultant).search(action["domain"])
        self.assertEqual(items, self.items_of(self.project, self.first))
        self.assertEqual(items.mapped("can_answer"), [True] * 3)
        self.assertEqual(items.with_user(self.colleague).mapped("can_answer"), [False] * 3)

    def test_the_project_app_opens_as_ever(self):
        menus = self.env["ir.ui.menu"].with_user(self.consultant).load_web_menus(False)
        app = menus[self.env.ref("project.menu_main_pm").id]
        self.assertEqual(app["children"][0], self.env.ref("project_lifecycle.project_my_day_menu").id)
        stock = ["open_view_project_all", "open_view_project_all_group_stage"]
        self.assertIn(app["actionID"], [self.env.ref(f"project.{name}").id for name in stock])

    def test_few_entries_of_ours_in_the_bar(self):
        """Odoo's bar hides what it has no place for, its own Configuration first: ours are grouped."""
        menus = self.env["ir.ui.menu"].with_user(self.manager).load_web_menus(False)
        entries = [menus[menu] for menu in menus[self.env.ref("project.menu_main_pm").id]["children"]]
        ours = [menu["name"] for menu in entries if menu["xmlid"].startswith("project_lifecycle.")]
        self.assertEqual(ours, ["My day", "Portfolio", "Packs", "Client", "Scope"])


@tagged("post_install", "-at_install")
class TestRefresh(LifecycleCommon):
    """Computed criteria are worked out when what they look at changes, and every night."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first.checklist_template_ids.unlink()
        cls.env["project.checklist.template"].create(
            {
                "name": "No blocking task",
                "stage_id": cls.first.id,
                "kind": "computed",
                "criterion": "blocking_tasks",
                "is_blocking": True,
            }
        )
        cls.task = cls.env["project.task"].create({"name": "Clean data", "project_id": cls.project.id})

    def gate(self, project=None):
        return (project or self.project).sudo().gate_state

    def test_a_task_starts_and_stops_blocking(self):
        self.assertEqual(self.gate(), "ready")
        self.task.with_user(self.consultant).blocks_gate = True
        self.assertEqual(self.gate(), "blocked")
        self.task.with_user(self.consultant).blocks_gate = False
        self.assertEqual(self.gate(), "ready")

    def test_a_blocking_task_is_done_and_reopened(self):
        self.task.blocks_gate = True
        self.task.with_user(self.consultant).state = "1_done"
        self.assertEqual(self.gate(), "ready")
        self.task.with_user(self.consultant).state = "01_in_progress"
        self.assertEqual(self.gate(), "blocked")

    def test_a_task_that_does_not_block_changes_nothing(self):
        self._make_stale(self.create_project("Other"))
        other = self.env["project.project"].search([("name", "=", "Other")])
        self.env["project.task"].create({"name": "Free", "project_id": other.id}).state = "1_done"
        self.assertEqual(self.gate(other), "ready")

    def test_the_client_does_the_task(self):
        self.project.privacy_visibility = "portal"
        self.project.message_subscribe(self.portal_user.partner_id.ids)
        self.env["project.collaborator"].create(
            {"project_id": self.project.id, "partner_id": self.portal_user.partner_id.id}
        )
        self.task.blocks_gate = True
        self.assertEqual(self.gate(), "blocked")
        self.task.with_user(self.portal_user).state = "1_done"
        self.assertEqual(self.gate(), "ready")

    def test_a_blocking_task_comes_and_goes(self):
        task = (
            self.env["project.task"]
            .with_user(self.consultant)
            .create({"name": "New", "project_id": self.project.id, "blocks_gate": True})
        )
        self.assertEqual(self.gate(), "blocked")
        task.active = False
        self.assertEqual(self.gate(), "ready")
        task.active = True
        self.assertEqual(self.gate(), "blocked")
        task.with_user(self.manager).unlink()
        self.assertEqual(self.gate(), "ready")

    def test_a_blocking_task_moves_to_another_project(self):
        other = self.create_project("Other")
        self.task.blocks_gate = True
        self.task.with_user(self.consultant).project_id = other
        self.assertEqual((self.gate(), self.gate(other)), ("ready", "blocked"))

    def _run_cron(self):
        cron = self.env.ref("project_lifecycle.ir_cron_refresh_criteria")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def _make_stale(self, *projects):
        """Change what the criteria look at as if nobody had noticed: say, by SQL or by time."""
        self.env.flush_all()
        for project in projects:
            self.env["project.task"].create({"name": "Old", "project_id": project.id})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE project_task SET blocks_gate = true WHERE project_id = ANY(%s)",
            [[project.id for project in projects]],
        )
        self.env.invalidate_all()

    def test_every_night(self):
        branch = self.env["res.company"].create({"name": "Branch"})
        project = self.create_project("Of the branch", company_id=branch.id, partner_id=False)
        self._make_stale(self.project, project)
        self.assertEqual((self.gate(), self.gate(project)), ("ready", "ready"))
        self._run_cron()
        self.assertEqual((self.gate(), self.gate(project)), ("blocked", "blocked"))

    def test_in_the_company_of_the_project(self):
        branch = self.env["res.company"].create({"name": "Branch"})
        project = self.create_project("Of the branch", company_id=branch.id, partner_id=False)
        seen = {}
        Project = self.env.registry["project.project"]
        stock = Project._criterion_blocking_tasks

        def spy(projects):
            seen.update(dict.fromkeys(projects.ids, projects.env.company))
            return stock(projects)

        with patch.object(Project, "_criterion_blocking_tasks", spy):
            self._run_cron()
        root = self.env.ref("base.user_root")
        self.assertEqual((seen[project.id], seen[self.project.id]), (branch, root.company_id))

    def test_a_night_that_was_cut_short_goes_on(self):
        other = self.create_project("Other")
        self._make_stale(self.project, other)
        step = self.project.sudo().current_step_id
        step.refreshed_on = fields.Date.today()
        self.env.flush_all()
        self._run_cron()
        self.assertEqual((self.gate(), self.gate(other)), ("ready", "blocked"))

    def test_archived_and_closed_projects_rest(self):
        closed = self.create_project("Closed")
        closed._bring_in(self.lifecycle, self.last, "ran before")
        self.project.active = False
        self._run_cron()
        for project in (closed, self.project):
            self.assertFalse(any(project.sudo().step_ids.mapped("refreshed_on")))

    def test_one_that_fails_holds_no_other_up(self):
        other = self.create_project("Other")
        self._make_stale(self.project, other)
        Project = self.env.registry["project.project"]
        stock = Project._criterion_blocking_tasks
        failing = self.project.id

        def fail(projects):
            if failing in projects.ids:
                raise ValueError("an addon's criterion")
            return stock(projects)

        with (
            patch.object(Project, "_criterion_blocking_tasks", fail),
            mute_logger("odoo.addons.project_lifecycle.models.project_criteria_mixin"),
        ):
            self._run_cron()
        self.assertEqual((self.gate(), self.gate(other)), ("ready", "blocked"))


@tagged("post_install", "-at_install")
class TestQueries(LifecycleCommon):
    """Screens of many projects cost no more queries than those of few."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.many = cls.env["project.project"].concat(*(cls.create_project(f"P{number}") for number in range(12)))
        cls.few = cls.many[:6]

    def spent(self, scenario, projects):
        return count_queries(self.env, lambda _env, _run: scenario(projects))

    def assert_constant(self, scenario):
        few = self.spent(scenario, self.few)
        self.assertEqual(self.spent(scenario, self.many), few)

    def specification(self, view_xmlid, view_type):
        Project = self.env["project.project"].with_user(self.consultant)
        view = self.env.ref(view_xmlid).sudo()
        arch = Project.get_views([(view.id, view_type)])["views"][view_type]["arch"]
        names = self._top_level_fields(arch)
        return {name: self._sub_specification(Project._fields[name]) for name in names}

    def _top_level_fields(self, arch):
        tree = etree.fromstring(arch)
        return {
            node.get("name")
            for node in tree.iter("field")
            if not any(parent.tag == "field" for parent in node.iterancestors())
        }

    def _sub_specification(self, field):
        return {"fields": {"display_name": {}}} if field.relational else {}

    def test_kanban_and_list(self):
        Project = self.env["project.project"].with_user(self.consultant)
        for xmlid, view_type in (
            ("project.view_project_kanban", "kanban"),
            ("project_lifecycle.project_project_view_kanban_portfolio", "kanban"),
            ("project.view_project", "list"),
        ):
            specification = self.specification(xmlid, view_type)
            self.assertIn("gate_state", specification)
            with self.subTest(xmlid):
                self.assert_constant(
                    lambda projects, specification=specification: Project.web_search_read(
                        [("id", "in", projects.ids)], specification
                    )
                )

    def test_kanban_by_purpose_and_by_stage(self):
        Project = self.env["project.project"].with_user(self.consultant).with_context(read_group_expand=True)
        specification = self.specification("project_lifecycle.project_project_view_kanban_portfolio", "kanban")
        for groupby in ("stage_purpose", "stage_id", "gate_state"):
            with self.subTest(groupby):
                self.assert_constant(
                    lambda projects, groupby=groupby: Project.web_read_group(
                        [("id", "in", projects.ids)],
                        [groupby],
                        auto_unfold=True,
                        unfold_read_specification=specification,
                    )
                )

    def test_form(self):
        specification = self.specification("project.edit_project", "form")
        self.assertIn("stage_item_ids", specification)
        few = self.spent(lambda project: project.with_user(self.consultant).web_read(specification), self.many[0])
        self.env["project.checklist.template"].create(
            [{"name": f"More {number}", "stage_id": self.first.id} for number in range(10)]
        )
        more = self.spent(lambda project: project.with_user(self.consultant).web_read(specification), self.many[0])
        self.assertEqual(more, few)

    def test_checklist(self):
        specification = {
            "name": {},
            "can_answer": {},
            "activity_ids": {"fields": {"display_name": {}}},
            "activity_state": {},
            "activity_summary": {},
        }
        Item = self.env["project.checklist.item"].with_user(self.consultant)
        self.assert_constant(
            lambda projects: Item.web_search_read([("project_id", "in", projects.ids)], specification)
        )

    def test_tasks_that_block(self):
        self.env["project.checklist.template"].create(
            {"name": "Tasks", "stage_id": self.first.id, "kind": "computed", "criterion": "blocking_tasks"}
        )
        tasks = self.env["project.task"].create([{"name": "T", "project_id": project.id} for project in self.many])

        def spent(projects):
            of_these = tasks.filtered(lambda task: task.project_id in projects).with_context(tracking_disable=True)
            return count_queries(self.env, lambda _env, run: of_these.write({"blocks_gate": run % 2 == 0}))

        self.assertEqual(spent(self.many), spent(self.few))
