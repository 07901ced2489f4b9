from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.project_lifecycle.exceptions import GateRefused

from .common import RUNS, LifecycleCommon, count_queries


class ExitsCommon(LifecycleCommon):
    """The short lifecycle with an exit from its first stage to its last: one blocking criterion, one free."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.exit = cls.create_exit("Goes on alone", cls.first, cls.last)

    @classmethod
    def create_exit(cls, name, start, end, **values):
        return cls.env["project.lifecycle.exit"].create(
            {
                "name": name,
                "lifecycle_id": start.lifecycle_id.id,
                "from_stage_id": start.id,
                "to_stage_id": end.id,
                "checklist_template_ids": [
                    Command.create({"name": f"{name}: must", "is_blocking": True, "sequence": 10}),
                    Command.create({"name": f"{name}: may", "sequence": 20}),
                ],
                **values,
            }
        )

    @classmethod
    def exit_items_of(cls, project, way_out=None):
        return project.sudo().step_ids.exit_item_ids.filtered(lambda item: item.exit_id == (way_out or cls.exit))


@tagged("post_install", "-at_install")
class TestExits(ExitsCommon):
    """An exit is a shortcut that the lifecycle declares: taken on purpose, with its own criteria and a reason."""

    def test_criteria_of_an_exit_are_no_part_of_the_gate(self):
        self.assertEqual(len(self.project.checklist_item_ids), 9)
        self.assertEqual(self.project.stage_item_count, 3)
        self.assertEqual(self.project.stage_blocking_count, 2)
        self.assertEqual(self.project.current_step_id.item_ids, self.project.stage_item_ids)
        self.assertEqual(self.first.checklist_template_ids.exit_id, self.env["project.lifecycle.exit"])
        self.tick_all(self.project)
        self.assertEqual(set(self.exit_items_of(self.project).mapped("state")), {"open"})
        self.project.with_user(self.consultant).stage_id = self.second
        decision = self.project.gate_decision_ids
        self.assertEqual(decision.decision, "go")
        self.assertEqual(len(decision.snapshot), 3)
        self.assertFalse(decision.exit_id or decision.exit_names)

    def test_taken_with_its_own_criteria_only(self):
        self.exit_items_of(self.project)[0].with_user(self.consultant).action_tick()
        self.project.with_user(self.consultant).action_exit(self.exit.id, " No guidance wanted ")
        self.assertEqual(self.project.stage_id, self.last)
        self.assertEqual(self.project.step_ids.mapped("state"), ["done", "skipped", "skipped", "current"])
        decision = self.project.gate_decision_ids
        self.assertRecordValues(
            decision,
            [
                {
                    "decision": "exit",
                    "exit_id": self.exit.id,
                    "exit_names": {"en_US": "Goes on alone"},
                    "from_stage_id": self.first.id,
                    "to_stage_id": self.last.id,
                    "user_id": self.consultant.id,
                    "reason": "No guidance wanted",
                }
            ],
        )
        self.assertEqual(
            [(line["name"]["en_US"], line["state"]) for line in decision.snapshot],
            [("Goes on alone: must", "met"), ("Goes on alone: may", "open")],
        )

    def test_the_decision_keeps_the_name_of_the_exit(self):
        self.exit_items_of(self.project).action_tick()
        self.project.action_exit(self.exit.id, "why")
        self.exit.name = "Renamed"
        self.assertEqual(self.project.gate_decision_ids.exit_names["en_US"], "Goes on alone")

    def test_refused_while_its_blocking_criterion_is_open(self):
        self.tick_all(self.project)
        with self.assertRaises(GateRefused) as refusal, self.cr.savepoint():
            self.project.with_user(self.consultant).action_exit(self.exit.id, "why")
        message = str(refusal.exception)
        self.assertIn("Blocking criteria of the exit Goes on alone that are open: 1", message)
        self.assertIn("Goes on alone: must", message)
        self.assertNotIn("First must", message)
        self.assertEqual(self.project.stage_id, self.first)
        self.assertFalse(self.project.gate_decision_ids)

    def test_only_the_exit_taken_counts(self):
        other = self.create_exit("Not feasible", self.first, self.last)
        self.exit_items_of(self.project).action_tick()
        with self.assertRaisesRegex(GateRefused, "Not feasible: must"), self.cr.savepoint():
            self.project.action_exit(other.id, "why")
        self.project.action_exit(self.exit.id, "why")
        self.assertEqual(len(self.project.gate_decision_ids.snapshot), 2)

    def test_needs_a_reason(self):
        self.exit_items_of(self.project).action_tick()
        for reason in ("", "  ", False):
            with self.assertRaisesRegex(UserError, "Write why"):
                self.project.with_user(self.consultant).action_exit(self.exit.id, reason)

    def test_not_while_paused(self):
        self.exit_items_of(self.project).action_tick()
        self.project.action_pause("Budget frozen")
        with self.assertRaisesRegex(GateRefused, "Migration: paused"), self.cr.savepoint():
            self.project.action_exit(self.exit.id, "why")
        self.assertEqual(self.project.stage_id, self.first)

    def test_for_the_consultant_only(self):
        self.exit_items_of(self.project).action_tick()
        for user in (self.colleague, self.employee, self.portal_user):
            with self.assertRaises(AccessError):
                self.project.with_user(user).action_exit(self.exit.id, "why")

    def test_only_from_its_stage(self):
        self.tick_all(self.project)
        self.project.stage_id = self.second
        with self.assertRaisesRegex(UserError, "leads from the stage First; these projects.*Migration"):
            self.project.action_exit(self.exit.id, "why")

    def test_not_when_archived_or_gone(self):
        self.exit_items_of(self.project).action_tick()
        self.exit.active = False
        with self.assertRaisesRegex(UserError, "Goes on alone is archived"):
            self.project.action_exit(self.exit.id, "why")
        with self.assertRaisesRegex(UserError, "does not exist any more"):
            self.project.action_exit(0, "why")

    def test_dragging_does_not_take_it_but_tells_of_it(self):
        self.exit_items_of(self.project).action_tick()
        with self.assertRaisesRegex(GateRefused, "First must a(.|\\n)*Exits lead there as well: Goes on alone"):
            self.project.with_user(self.consultant).stage_id = self.last

    def test_many_projects_all_or_nothing(self):
        ready, closed = self.create_project("Ready"), self.create_project("Closed")
        self.exit_items_of(ready).action_tick()
        with self.assertRaises(GateRefused) as refusal, self.cr.savepoint():
            (ready | closed).with_user(self.consultant).action_exit(self.exit.id, "why")
        self.assertIn("Closed stays", str(refusal.exception))
        self.assertNotIn("Ready stays", str(refusal.exception))
        self.assertEqual((ready | closed).stage_id, self.first)

    def test_queries_do_not_grow_with_the_projects(self):
        # at the end of an implementation each project gets a report and a mail of its own
        self.last.purpose = "other"

        def leave(count):
            batches = [
                self.env["project.project"].concat(*(self.create_project(f"P{run} {n}") for n in range(count)))
                for run in range(RUNS)
            ]
            for projects in batches:
                self.exit_items_of(projects).action_tick()

            def scenario(env, run):
                batches[run].with_context(tracking_disable=True).action_exit(self.exit.id, "why")

            return count_queries(self.env, scenario)

        self.assertEqual(leave(4), leave(8))

    def test_waived_and_followed_like_other_criteria(self):
        must, may = self.exit_items_of(self.project)
        with self.assertRaisesRegex(AccessError, "Only a project administrator waives"):
            must.with_user(self.consultant).action_waive("why")
        must.with_user(self.manager).action_waive("The client insists")
        may.template_id.is_blocking = True
        with self.assertRaisesRegex(GateRefused, "Goes on alone: may"), self.cr.savepoint():
            self.project.action_exit(self.exit.id, "why")
        may.template_id.active = False
        self.project.action_exit(self.exit.id, "why")
        self.assertEqual(self.project.gate_decision_ids.decision, "exit")

    def test_criteria_added_later_reach_running_projects(self):
        template = self.env["project.checklist.template"].create({"name": "Late", "exit_id": self.exit.id})
        self.assertEqual(template.stage_id, self.first)
        self.assertIn("Late", self.exit_items_of(self.project).mapped("name"))
        self.assertNotIn("Late", self.project.checklist_item_ids.mapped("name"))

    def test_back_from_an_exit(self):
        self.exit_items_of(self.project).action_tick()
        self.project.action_exit(self.exit.id, "why")
        self.project.with_user(self.consultant).action_move(self.first.id, "back", "They need us after all")
        self.assertEqual(self.project.step_ids.mapped("state"), ["current", "upcoming", "upcoming", "upcoming"])
        self.assertEqual(self.exit_items_of(self.project).mapped("state"), ["met", "met"], "answers are kept")


@tagged("post_install", "-at_install")
class TestExitsOfALifecycle(ExitsCommon):
    """What a lifecycle may declare, and what becomes of it when its stages change."""

    def test_leads_forward_only(self):
        with self.assertRaisesRegex(ValidationError, "Round would lead back, from Second to First.*circle"):
            self.create_exit("Round", self.second, self.first)
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.cr.savepoint():
            self.cr.execute(
                "UPDATE project_lifecycle_exit SET to_stage_id = from_stage_id WHERE id = %s", [self.exit.id]
            )

    def test_no_circle_by_ordering_the_stages_anew(self):
        way_out = self.create_exit("Short cut", self.second, self.optional)
        with self.assertRaisesRegex(ValidationError, "Short cut would lead back"), self.cr.savepoint():
            self.second.with_user(self.manager).sequence = 2500
        with self.assertRaisesRegex(ValidationError, "Short cut would lead back"), self.cr.savepoint():
            self.lifecycle.with_user(self.manager).stage_ids = [
                Command.update(self.second.id, {"sequence": 2002}),
                Command.update(self.optional.id, {"sequence": 2001}),
            ]
        self.assertEqual(way_out.from_stage_id.sequence, 2001)

    def test_an_order_that_is_fine_in_the_end_is_fine(self):
        self.create_exit("Short cut", self.second, self.optional)
        self.lifecycle.with_user(self.manager).stage_ids = [
            Command.update(self.second.id, {"sequence": 2010}),
            Command.update(self.optional.id, {"sequence": 2011}),
            Command.update(self.last.id, {"sequence": 2012}),
        ]
        self.assertEqual(self.lifecycle.stage_ids.mapped("name"), ["First", "Second", "Optional", "Last"])

    def test_a_caller_does_not_switch_the_check_off(self):
        self.create_exit("Short cut", self.second, self.optional)
        with self.assertRaisesRegex(ValidationError, "would lead back"):
            self.second.with_context(lifecycle_editing=True).sequence = 2500

    def test_stays_within_its_lifecycle(self):
        other = self.create_lifecycle("Other", ["Alpha", "Omega"])
        with self.assertRaisesRegex(ValidationError, "Omega does not belong to the lifecycle Short"):
            self.create_exit("Away", self.first, other.stage_ids[1])
        with self.assertRaisesRegex(ValidationError, "does not belong to the lifecycle Other"), self.cr.savepoint():
            self.exit.lifecycle_id = other

    def test_no_name_twice_on_the_same_way(self):
        with self.assertRaisesRegex(ValidationError, "leads from First to Last already"):
            self.create_exit("goes on ALONE", self.first, self.last)
        self.create_exit("Goes on alone", self.second, self.last)

    def test_an_archived_exit_is_in_nobodys_way(self):
        way_out = self.create_exit("Short cut", self.second, self.optional)
        way_out.active = False
        self.second.sequence = 2500
        self.lifecycle.with_context(active_test=False).with_user(self.manager).stage_ids = [
            Command.update(self.second.id, {"fold": True})
        ]
        with self.assertRaisesRegex(ValidationError, "Short cut would lead back"):
            way_out.active = True

    def test_archived_stages(self):
        with self.assertRaisesRegex(ValidationError, "the stage Last is archived"), self.cr.savepoint():
            self.last.active = False
        self.exit.active = False
        self.last.active = False
        with self.assertRaisesRegex(ValidationError, "the stage Last is archived"):
            self.exit.active = True

    def test_both_stages_archived_at_once(self):
        """Where nobody can come to, nothing has to lead anywhere; one stage comes back with the other."""
        unused = self.env["project.lifecycle"].create({"name": "Unused"})
        stages = start, _end = self.env["project.project.stage"].create(
            [{"name": name, "lifecycle_id": unused.id} for name in ("Alpha", "Omega")]
        )
        self.create_exit("Alpha way", *stages)
        stages.active = False
        with self.assertRaisesRegex(ValidationError, "the stage Omega is archived"), self.cr.savepoint():
            start.active = True
        stages.active = True
        self.assertTrue(all(stages.mapped("active")))

    def test_a_stage_with_exits_is_not_deleted(self):
        unused = self.env["project.lifecycle"].create({"name": "Unused"})
        stages = self.env["project.project.stage"].create(
            [{"name": name, "lifecycle_id": unused.id} for name in ("Alpha", "Omega")]
        )
        way_out = self.create_exit("Alpha way", *stages)
        with self.assertRaisesRegex(UserError, "Exits of the lifecycle Unused.*Alpha way"):
            stages[1].with_user(self.manager).unlink()
        unused.with_user(self.manager).unlink()
        self.assertFalse(way_out.exists() or stages.exists())

    def test_an_exit_that_was_taken_is_not_deleted(self):
        self.exit_items_of(self.project).action_tick()
        self.project.action_exit(self.exit.id, "why")
        with self.assertRaisesRegex(UserError, "Projects took the exit Goes on alone: Migration"):
            self.exit.with_user(self.manager).unlink()

    def test_an_exit_that_nobody_took_goes_with_its_criteria(self):
        items, templates = self.exit_items_of(self.project), self.exit.checklist_template_ids
        self.exit.with_user(self.manager).unlink()
        self.assertFalse(items.exists() or templates.exists())

    def test_an_exit_with_answers_is_not_deleted(self):
        self.exit_items_of(self.project)[0].action_tick()
        with self.assertRaisesRegex(UserError, "was answered on projects: Migration"):
            self.exit.with_user(self.manager).unlink()

    def test_starts_from_the_same_stage_once_projects_have_it(self):
        with self.assertRaisesRegex(UserError, "Goes on alone starts from the stage First"):
            self.exit.from_stage_id = self.second
        self.project.unlink()
        self.exit.from_stage_id = self.second
        self.assertEqual(self.exit.checklist_template_ids.stage_id, self.second)
        with self.assertRaisesRegex(ValidationError, "belongs to the exit"):
            self.exit.checklist_template_ids[0].stage_id = self.first

    def test_a_duplicate_has_exits_of_its_own(self):
        copy = self.lifecycle.with_user(self.manager).copy()
        way_out = copy.exit_ids
        self.assertRecordValues(
            way_out,
            [
                {
                    "name": "Goes on alone",
                    "from_stage_id": copy.stage_ids[0].id,
                    "to_stage_id": copy.stage_ids[3].id,
                }
            ],
        )
        self.assertEqual(
            way_out.checklist_template_ids.mapped(lambda point: (point.name, point.is_blocking)),
            [("Goes on alone: must", True), ("Goes on alone: may", False)],
        )
        self.assertEqual(way_out.checklist_template_ids.stage_id, copy.stage_ids[0])
        self.assertEqual(len(copy.stage_ids[0].checklist_template_ids), 3)

    def test_only_administrators_edit_exits(self):
        self.assertEqual(self.exit.with_user(self.consultant).name, "Goes on alone")
        for act in (
            lambda record: record.write({"name": "x"}),
            lambda record: record.unlink(),
            lambda record: record.copy(),
        ):
            with self.assertRaises(AccessError):
                act(self.exit.with_user(self.consultant))
        with self.assertRaises(AccessError):
            self.exit.with_user(self.portal_user).read(["name"])
        self.exit.with_user(self.manager).name = "y"


@tagged("post_install", "-at_install")
class TestExitsInTheDialog(ExitsCommon):
    """The gate dialog offers the exits of the stage, and asks the criteria of the one that was chosen."""

    def open(self, stage=None):
        action = self.project.with_user(self.consultant).action_open_gate(stage and stage.id)
        return Form(self.env[action["res_model"]].with_user(self.consultant).browse(action["res_id"]))

    def test_chosen_answered_and_taken(self):
        form = self.open(self.last)
        self.assertEqual(form.exits_there_ids[:].ids, self.exit.ids)
        self.assertEqual(len(form.line_ids), 6)
        form.exit_id = self.exit
        self.assertEqual(len(form.line_ids), 2)
        self.assertEqual(form.missing_count, 1)
        with form.line_ids.edit(0) as line:
            line.answer = "met"
        self.assertEqual(form.missing_count, 0)
        with self.assertRaisesRegex(AssertionError, "reason"):
            form.save()
        form.reason = "Works on alone"
        form.save().action_exit()
        self.assertEqual(self.project.stage_id, self.last)
        self.assertEqual(self.project.gate_decision_ids.reason, "Works on alone")

    def test_choosing_an_exit_leads_where_it_leads(self):
        form = self.open()
        self.assertEqual(form.to_stage_id, self.second)
        self.assertFalse(form.exits_there_ids[:])
        form.exit_id = self.exit
        self.assertEqual(form.to_stage_id, self.last)
        form.to_stage_id = self.second
        self.assertFalse(form.exit_id)
        self.assertEqual(len(form.line_ids), 3)

    def test_passing_the_gate_instead(self):
        form = self.open(self.last)
        form.exit_id = self.exit
        form.exit_id = self.env["project.lifecycle.exit"]
        self.assertEqual(len(form.line_ids), 6)
        self.exit_items_of(self.project).action_tick()
        with self.assertRaises(GateRefused):
            form.save().action_go()

    def test_stages_without_exits_offer_none(self):
        self.tick_all(self.project)
        self.project.stage_id = self.second
        self.assertFalse(self.open().has_exits)
