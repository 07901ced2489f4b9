from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.project_lifecycle.exceptions import GateRefused

from .test_exits import ExitsCommon


@tagged("post_install", "-at_install")
class TestBadInput(ExitsCommon):
    """What people get wrong is refused with a message that helps, and nothing of it stays."""

    def load(self, fields, *rows, user=None):
        self.cr.flush()
        Project = self.env["project.project"].with_user(user or self.manager)
        return Project.load(fields, [list(row) for row in rows])

    def name_outside(self, *projects):
        """Give projects the external ids by which a file names them."""
        self.env["ir.model.data"].create(
            [
                {
                    "module": "__test__",
                    "name": project.name.lower(),
                    "model": "project.project",
                    "res_id": project.id,
                }
                for project in projects
            ]
        )

    def test_import_with_a_stage_that_there_is_not(self):
        before = self.env["project.project"].search_count([])
        result = self.load(
            ["name", "lifecycle_id", "stage_id"],
            ("Good one", "Short", "First"),
            ("Bad one", "Short", "Nowhere"),
            ("Good two", "Short", "First"),
        )
        self.assertFalse(result["ids"])
        message = result["messages"][0]
        self.assertEqual((message["field"], message["rows"]), ("stage_id", {"from": 1, "to": 1}))
        self.assertIn("Nowhere", message["message"])
        self.assertEqual(self.env["project.project"].search_count([]), before)

    def test_import_with_a_stage_of_another_lifecycle(self):
        self.create_lifecycle("Other", ["Alpha", "Omega"])
        before = self.env["project.project"].search_count([])
        result = self.load(
            ["name", "lifecycle_id", "stage_id"], ("Good one", "Short", "First"), ("Bad one", "Short", "Alpha")
        )
        self.assertFalse(result["ids"])
        self.assertIn(
            "The stage Alpha does not belong to the lifecycle of the project Bad one (Short)",
            " ".join(message["message"] for message in result["messages"]),
        )
        self.assertEqual(self.env["project.project"].search_count([]), before)

    def test_import_that_moves_many_with_one_closed_gate(self):
        ready, closed = self.create_project("Ready"), self.create_project("Closed")
        self.tick_all(ready)
        self.name_outside(ready, closed)
        result = self.load(["id", "stage_id"], ("__test__.ready", "Second"), ("__test__.closed", "Second"))
        self.assertFalse(result["ids"])
        text = " ".join(message["message"] for message in result["messages"])
        self.assertIn("Closed stays in the stage First", text)
        self.assertIn("First must a", text)
        (ready | closed).invalidate_recordset()
        self.assertEqual((ready | closed).stage_id, self.first)
        self.assertFalse((ready | closed).gate_decision_ids)

    def test_import_over_a_decision(self):
        self.tick_all(self.project)
        self.project.with_user(self.consultant)._move_with_reason(self.second, "go", "All clear")
        decision = self.project.gate_decision_ids
        Decision = self.env["project.gate.decision"].with_user(self.env.ref("base.user_admin"))
        result = Decision.load([".id", "reason"], [[str(decision.id), "forged"]])
        self.assertFalse(result["ids"])
        decision.invalidate_recordset()
        self.assertEqual(decision.reason, "All clear")

    def test_an_exit_written_into_a_decision(self):
        self.tick_all(self.project)
        self.project.stage_id = self.second
        with self.assertRaisesRegex(UserError, "never changed: Migration"):
            self.project.gate_decision_ids.sudo().write({"exit_id": self.exit.id, "exit_names": {"en_US": "forged"}})

    def test_evidence_without_a_file(self):
        self.first.checklist_template_ids[0].kind = "evidence"
        self.items_of(self.project, self.first)[1:].with_user(self.consultant).action_tick()
        action = self.project.with_user(self.consultant).action_open_gate()
        form = Form(self.env[action["res_model"]].with_user(self.consultant).browse(action["res_id"]))
        with form.line_ids.edit(0) as line:
            line.answer = "met"
        self.assertEqual(form.missing_count, 1, "saying so is no evidence")
        form.reason = "Trust me"
        wizard = form.save()
        with self.assertRaisesRegex(GateRefused, "First must a"), self.cr.savepoint():
            wizard.action_go()
        self.assertEqual(self.project.stage_id, self.first)
        self.assertEqual(self.items_of(self.project, self.first)[0].state, "open")
        self.assertFalse(self.project.gate_decision_ids)

    def test_a_stage_removed_in_the_editor_under_a_running_project(self):
        self.exit.unlink()
        for removal in (Command.delete(self.first.id), Command.unlink(self.first.id)):
            with self.assertRaisesRegex(UserError, "Migration"), self.cr.savepoint():
                self.lifecycle.with_user(self.manager).write({"name": "Shorter", "stage_ids": [removal]})
            self.assertEqual(self.lifecycle.name, "Short")
            self.assertEqual(len(self.lifecycle.stage_ids), 4)
        self.assertEqual(self.project.stage_id, self.first)

    def test_a_stage_archived_in_the_editor_under_a_running_project(self):
        with self.assertRaisesRegex(UserError, "would be archived with it .1.: Migration"), self.cr.savepoint():
            self.lifecycle.with_user(self.manager).write(
                {"name": "Shorter", "stage_ids": [Command.update(self.first.id, {"active": False})]}
            )
        self.assertEqual((self.lifecycle.name, self.project.active), ("Short", True))

    def test_moves_that_there_are_not(self):
        project = self.project.with_user(self.consultant)
        for decision in ("go", "exit", "handoff", "", None):
            with self.assertRaisesRegex(UserError, "needs no reason"):
                project.action_move(self.second.id, decision, "why")
        for stage_id in (0, False, self.env["project.project.stage"].search([], order="id desc", limit=1).id + 1):
            with self.subTest(stage_id), self.assertRaises(UserError), self.cr.savepoint():
                project.action_move(stage_id, "back", "why")
        self.assertEqual(project.stage_id, self.first)
        self.assertFalse(project.gate_decision_ids)

    def test_the_exit_of_another_lifecycle(self):
        other = self.create_lifecycle("Other", ["Alpha", "Omega"])
        foreign = self.create_exit("Foreign", *other.stage_ids)
        with self.assertRaisesRegex(UserError, "Foreign leads from the stage Alpha; these projects.*Migration"):
            self.project.with_user(self.consultant).action_exit(foreign.id, "why")
        self.assertEqual(self.project.stage_id, self.first)


@tagged("post_install", "-at_install")
class TestBadInputByRpc(HttpCase, ExitsCommon):
    """The same by real calls: what the server answers, and that nothing of it was kept."""

    def call(self, method, ids, *args, login="lc_consultant", **kwargs):
        """Call a method of projects as the web client does; return the answer of the server."""
        self.authenticate(login, login)
        params = {"model": "project.project", "method": method, "args": [ids, *args], "kwargs": kwargs}
        return self.url_open(
            f"/web/dataset/call_kw/project.project/{method}",
            json={"jsonrpc": "2.0", "method": "call", "params": params},
        ).json()

    def refusal(self, method, ids, *args, **kwargs):
        """Call a method that is refused; return what the user reads."""
        with mute_logger("odoo.http"):
            answer = self.call(method, ids, *args, **kwargs)
        self.env.invalidate_all()
        return answer["error"]["data"]["message"]

    def json2(self, user, model, method, **values):
        key = (
            self.env["res.users.apikeys"].with_user(user)._generate("rpc", "test", datetime.now() + timedelta(hours=1))
        )
        return self.url_open(f"/json/2/{model}/{method}", json=values, headers={"Authorization": f"Bearer {key}"})

    def test_a_jump_forward(self):
        self.assertIn("First must a", self.refusal("write", self.project.ids, {"stage_id": self.last.id}))
        response = self.json2(
            self.consultant,
            "project.project",
            "write",
            ids=self.project.ids,
            vals={"stage_id": self.last.id},
            context={"gate_move": ["exit", "forged", self.exit.id]},
        )
        self.assertEqual(response.status_code, 422)
        self.assertIn("Migration stays in the stage First", response.json()["message"])
        self.assertEqual(self.project.stage_id, self.first)
        self.assertFalse(self.project.gate_decision_ids)

    def test_a_stage_of_another_lifecycle(self):
        other = self.create_lifecycle("Other", ["Alpha", "Omega"])
        message = self.refusal("write", self.project.ids, {"stage_id": other.stage_ids[0].id})
        self.assertIn("Alpha does not belong to the lifecycle", message)
        self.assertEqual(self.project.stage_id, self.first)

    def test_an_exit_without_a_reason_or_with_open_criteria(self):
        for reason, login, expected in (
            (" ", "lc_consultant", "Write why"),
            ("why", "lc_consultant", "Goes on alone: must"),
            ("why", "lc_colleague", "Only the consultant"),
        ):
            message = self.refusal("action_exit", self.project.ids, self.exit.id, reason, login=login)
            self.assertIn(expected, message)
        self.assertEqual(self.project.stage_id, self.first)
        self.exit_items_of(self.project).action_tick()
        self.call("action_exit", self.project.ids, self.exit.id, "why")
        self.assertEqual(self.project.gate_decision_ids.decision, "exit")

    def test_a_decision_edited_or_deleted_by_an_administrator(self):
        self.tick_all(self.project)
        self.project.stage_id = self.second
        decision = self.project.gate_decision_ids
        administrator = self.env.ref("base.user_admin")
        for method, values in (("write", {"vals": {"reason": "forged"}}), ("unlink", {})):
            response = self.json2(administrator, "project.gate.decision", method, ids=decision.ids, **values)
            self.assertGreaterEqual(response.status_code, 400, method)
        decision.invalidate_recordset()
        self.assertFalse(decision.reason)

    def test_three_projects_edited_in_the_list_with_one_closed_gate(self):
        projects = self.project | self.create_project("Ready") | self.create_project("Closed")
        self.tick_all(projects[:2])
        self.env.flush_all()
        values = {"stage_id": self.second.id}
        together = self.refusal("web_save", projects.ids, values, specification={"stage_id": {}})
        one_by_one = self.refusal("web_save_multi", projects.ids, [values] * 3, specification={"stage_id": {}})
        for message in (together, one_by_one):
            self.assertIn("Closed stays in the stage First", message)
            self.assertNotIn("Ready stays", message)
        self.assertEqual(projects.stage_id, self.first)
        self.assertFalse(projects.gate_decision_ids)
