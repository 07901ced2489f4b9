from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import LifecycleCommon


@tagged("post_install", "-at_install")
class TestStages(LifecycleCommon):
    """Stages of lifecycles live beside those of Odoo and do not disturb them."""

    def test_stages_of_a_lifecycle_stand_behind_those_of_odoo(self):
        stage = self.env["project.project.stage"].create(
            {"name": "New", "lifecycle_id": self.lifecycle.id, "purpose": "other", "sequence": 3}
        )
        self.assertEqual(stage.sequence, 1003)
        stage.sequence = 7
        self.assertEqual(stage.sequence, 1007)
        own = self.env["project.project.stage"].create({"name": "Own", "sequence": 3})
        self.assertEqual(own.sequence, 3)
        own.write({"lifecycle_id": self.lifecycle.id, "purpose": "other"})
        self.assertEqual(own.sequence, 1003)

    def test_invariants_in_the_database(self):
        cases = {
            "sequence": "UPDATE project_project_stage SET sequence = 10 WHERE id = %s",
            "purpose": "UPDATE project_project_stage SET purpose = NULL WHERE id = %s",
            "company": "UPDATE project_project_stage SET company_id = 1 WHERE id = %s",
        }
        for name, query in cases.items():
            with (
                self.subTest(name),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.cr.savepoint(),
            ):
                self.cr.execute(query, [self.first.id])

    def test_dragging_columns_keeps_the_lifecycle_in_order(self):
        Stage = self.env["project.project.stage"].with_user(self.manager)
        own = Stage.search([("lifecycle_id", "=", False)])
        dragged = Stage.browse([own[1].id, own[0].id, self.first.id, self.second.id])
        dragged.web_resequence({})
        self.assertEqual((own[1].sequence, own[0].sequence), (0, 1))
        self.assertEqual((self.first.sequence, self.second.sequence), (2000, 2001))
        with self.assertRaisesRegex(UserError, "The stages of Short keep their order"):
            Stage.browse([self.second.id, self.first.id]).web_resequence({})

    def test_dragging_columns_of_odoo_is_as_ever(self):
        own = self.env["project.project.stage"].search([("lifecycle_id", "=", False)])
        own.sorted("id", reverse=True).web_resequence({}, offset=4)
        self.assertEqual(own.sorted("id", reverse=True).mapped("sequence"), list(range(4, 4 + len(own))))

    def test_a_stage_in_use_stays(self):
        with self.assertRaisesRegex(UserError, "Migration"):
            self.first.unlink()
        with self.assertRaisesRegex(UserError, "Migration"):
            self.first.lifecycle_id = False
        with self.assertRaisesRegex(UserError, "Migration"):
            self.lifecycle.unlink()

    def test_projects_do_not_vanish_with_their_stage(self):
        with self.assertRaisesRegex(UserError, "stage First would be archived with it .1.: Migration"):
            self.first.with_user(self.manager).action_archive()
        self.assertTrue(self.project.active)
        self.second.with_user(self.manager).action_archive()
        self.project.active = False
        self.first.with_user(self.manager).action_archive()

    def test_projects_of_an_archived_lifecycle_go_on(self):
        self.lifecycle.with_user(self.manager).action_archive()
        self.assertNotIn(self.lifecycle, self.env["project.lifecycle"].with_user(self.manager).search([]))
        self.assertTrue(self.project.active)
        with self.assertRaisesRegex(UserError, "First must a"), self.cr.savepoint():
            self.project.with_user(self.consultant).stage_id = self.second
        self.tick_all(self.project)
        self.project.with_user(self.consultant).stage_id = self.second
        self.assertEqual(self.project.stage_id, self.second)

    def test_stock_stages_are_archived_as_ever(self):
        own = self.env["project.project.stage"].search([("lifecycle_id", "=", False)])
        stock = self.env["project.project"].create({"name": "Stock", "stage_id": own[0].id})
        own[0].with_user(self.manager).action_archive()
        self.assertFalse(stock.active)

    def test_an_unused_lifecycle_goes_with_its_stages(self):
        other = self.create_lifecycle("Other", ["Alpha", "Omega"])
        stages = other.stage_ids
        points = stages.checklist_template_ids
        other.unlink()
        self.assertFalse(stages.exists() or points.exists())

    def test_a_duplicate_has_stages_and_criteria_of_its_own(self):
        copy = self.lifecycle.with_user(self.manager).copy()
        self.assertEqual(copy.name, "Short (copy)")
        self.assertEqual(copy.stage_ids.mapped("name"), ["First", "Second", "Optional", "Last"])
        self.assertEqual(copy.stage_ids.mapped("is_optional"), [False, False, True, False])
        self.assertFalse(copy.stage_ids & self.lifecycle.stage_ids)
        self.assertEqual(
            copy.stage_ids[0].checklist_template_ids.mapped(lambda point: (point.name, point.is_blocking)),
            [("First must a", True), ("First must b", True), ("First may", False)],
        )
        self.assertEqual(self.create_project("In the copy", lifecycle_id=copy.id).stage_id, copy.stage_ids[0])

    def test_a_stage_added_without_a_place_comes_last(self):
        stage = self.env["project.project.stage"].create({"name": "New", "lifecycle_id": self.lifecycle.id})
        self.assertEqual(self.lifecycle.stage_ids[-1], stage)
        in_column = self.env["project.project.stage"].with_context(default_lifecycle_id=self.lifecycle.id)
        self.assertEqual(in_column.create({"name": "Column"}).lifecycle_id, self.lifecycle)

    def test_a_lifecycle_left_behind_keeps_its_answers(self):
        self.tick_all(self.project)
        self.project.lifecycle_id = False
        with self.assertRaisesRegex(UserError, "use or used the lifecycle Short: Migration"):
            self.lifecycle.unlink()

    def test_one_stage_of_odoo_remains(self):
        own = self.env["project.project.stage"].search([("lifecycle_id", "=", False)])
        with self.assertRaisesRegex(UserError, "Keep at least one project stage"):
            own.unlink()
        with self.assertRaisesRegex(UserError, "Keep at least one project stage"):
            own.active = False

    def test_only_administrators_edit_lifecycles(self):
        for record in (self.lifecycle, self.first):
            with self.assertRaises(AccessError):
                record.with_user(self.consultant).name = "x"
            record.with_user(self.manager).name = "y"

    def test_columns_of_the_kanban(self):
        def columns(domain, **context):
            Project = (
                self.env["project.project"].with_user(self.manager).with_context(read_group_expand=True, **context)
            )
            groups = Project.web_read_group(domain, ["stage_id"])["groups"]
            return [group["stage_id"][1] for group in groups if group["stage_id"]]

        own = self.env["project.project.stage"].search([("lifecycle_id", "=", False)]).mapped("name")
        stock = self.env["project.project"].create({"name": "Stock"})
        self.assertEqual(columns([("id", "=", stock.id)]), own)
        self.assertEqual(columns([("id", "=", self.project.id)]), ["First", "Second", "Optional", "Last"])
        self.assertEqual(
            columns([("id", "in", (stock | self.project).ids)]), [*own, "First", "Second", "Optional", "Last"]
        )
        self.assertEqual(columns([("id", "=", 0)]), own)
        self.assertEqual(
            columns([("id", "=", 0)], default_lifecycle_id=self.lifecycle.id), ["First", "Second", "Optional", "Last"]
        )

    def test_stage_selectors_offer_the_stages_of_the_lifecycle_only(self):
        views = self.env["project.project"].with_user(self.manager).get_views([(False, "form"), (False, "list")])
        for view in ("form", "list"):
            self.assertIn("('lifecycle_id', '=', lifecycle_id)", views["views"][view]["arch"])

    def test_projects_of_a_lifecycle_open_as_its_kanban(self):
        action = self.lifecycle.with_user(self.consultant).action_view_projects()
        self.assertIn(("lifecycle_id", "=", self.lifecycle.id), action["domain"])
        self.assertEqual(self.lifecycle.project_count, 1)
