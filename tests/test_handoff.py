import re
from datetime import timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import html2plaintext, mute_logger

from odoo.addons.project_lifecycle.exceptions import GateRefused

from .common import count_queries
from .common_handoff import HandoffCommon


@tagged("post_install", "-at_install")
class TestHandoffGate(HandoffCommon):
    """Nobody comes to support without a confirmed hand-off, whatever the way."""

    def refused(self, act):
        with (
            self.assertRaisesRegex(GateRefused, "Bakery: support begins with a hand-off") as caught,
            self.cr.savepoint(),
        ):
            act()
        self.assertEqual(caught.exception.context["project_ids"], self.project.ids)
        self.assertEqual(caught.exception.context["to_stage_id"], self.support.id)
        self.assertEqual(self.project.stage_id, self.build)

    def test_no_write_reaches_support_though_every_criterion_is_met(self):
        self.tick_all(self.project)
        for user in (self.consultant, self.manager):
            self.refused(lambda user=user: self.project.with_user(user).write({"stage_id": self.support.id}))
        self.refused(lambda: self.project.sudo().write({"stage_id": self.support.id, "name": "Bakery"}))

    def test_no_move_with_a_reason_either(self):
        self.tick_all(self.project)
        self.hand_over()
        self.project.with_user(self.consultant).action_move(self.build.id, "back", "Not ready after all")
        self.refused(lambda: self.project.with_user(self.consultant).write({"stage_id": self.support.id}))

    def test_back_from_closed_asks_too(self):
        self.tick_all(self.project)
        self.project.with_user(self.manager).stage_id = self.review
        self.tick_all(self.project)
        # support is passed over: its own criteria are asked, it is not entered
        self.tick_all(self.project, self.support)
        self.project.with_user(self.manager).stage_id = self.closed
        with self.assertRaisesRegex(GateRefused, "support begins with a hand-off"), self.cr.savepoint():
            self.project.with_user(self.consultant).action_move(self.support.id, "back", "They ask again")
        handoff = self.prepare()
        handoff.action_confirm()
        self.assertEqual(self.project.stage_id, self.support)
        self.assertEqual(handoff.decision_id.from_stage_id, self.closed)

    def test_no_import_reaches_support(self):
        self.tick_all(self.project)
        xmlid = self.project.export_data(["id"])["datas"][0][0]
        result = (
            self.env["project.project"]
            .with_user(self.manager)
            .load(["id", "stage_id/.id"], [[xmlid, str(self.support.id)]])
        )
        self.assertFalse(result["ids"])
        self.assertIn("support begins with a hand-off", result["messages"][0]["message"])
        self.assertEqual(self.project.stage_id, self.build)

    def test_no_project_starts_in_support_unless_brought_in(self):
        create = self.env["project.project"].with_user(self.manager).create
        values = {"name": "Ready", "lifecycle_id": self.lifecycle.id, "stage_id": self.support.id}
        with self.assertRaisesRegex(GateRefused, "Ready: support begins with a hand-off"), self.cr.savepoint():
            create(values)
        plain = create({"name": "Old"})
        with self.assertRaisesRegex(GateRefused, "Old: support begins"), self.cr.savepoint():
            plain.write({"lifecycle_id": self.lifecycle.id, "stage_id": self.support.id})
        plain._bring_in(self.lifecycle, self.support, "Ran before")
        self.assertEqual(plain.stage_id, self.support)
        self.assertFalse(plain.handoff_ids)
        self.assertFalse(self.env["project.client.mail"].search([("project_id", "=", plain.id)]))

    def test_many_at_once_all_or_nothing(self):
        other = self.create_supported("Florist")
        self.tick_all(self.project | other)
        with self.assertRaisesRegex(GateRefused, "Bakery, Florist"), self.cr.savepoint():
            (self.project | other).with_user(self.consultant).write({"stage_id": self.support.id})
        self.assertEqual((self.project | other).stage_id, self.build)

    def test_what_the_dialog_opens_is_the_handoff(self):
        action = self.project.with_user(self.consultant).action_open_gate(self.support.id)
        self.assertEqual((action["res_model"], action["views"]), ("project.handoff", [(False, "form")]))
        again = self.project.with_user(self.consultant).action_open_gate(self.support.id)
        self.assertEqual(again["res_id"], action["res_id"])
        gate = self.project.with_user(self.consultant).action_open_gate(self.review.id)
        self.assertEqual(gate["res_model"], "project.gate.wizard")

    def test_a_lifecycle_without_support_says_so(self):
        plain = self.create_project("No support", lifecycle_id=self.create_lifecycle("Short way", ["A", "Z"]).id)
        with self.assertRaisesRegex(UserError, "No support: the lifecycle Short way has no support stage"):
            plain.with_user(self.consultant).action_open_handoff()


@tagged("post_install", "-at_install")
class TestHandoff(HandoffCommon):
    """Confirming the hand-off is the decision, made by whoever leads the project with the own rights."""

    def test_all_done(self):
        self.tick_all(self.project)
        handoff = self.prepare()
        handoff.action_confirm()
        self.assertEqual(self.project.stage_id, self.support)
        decision = self.project.gate_decision_ids
        self.assertRecordValues(
            decision,
            [
                {
                    "decision": "handoff",
                    "from_stage_id": self.build.id,
                    "to_stage_id": self.support.id,
                    "user_id": self.consultant.id,
                    "reason": "All is implemented, and the client no longer needs us\nThey run it alone",
                }
            ],
        )
        self.assertEqual([line["state"] for line in decision.snapshot], ["met"] * 3)
        self.assertEqual((handoff.state, handoff.decision_id), ("confirmed", decision))
        self.assertEqual(handoff.from_stage_id, self.build)
        self.assertEqual(self.project.step_ids.mapped("state"), ["done", "skipped", "current", "upcoming"])

    def test_all_done_asks_the_gates_on_the_way(self):
        handoff = self.prepare()
        with self.assertRaisesRegex(UserError, r"Blocking criteria that are open \(2\): Build must a; Build must b"):
            handoff.action_confirm()
        self.assertEqual((handoff.state, self.project.stage_id), ("draft", self.build))

    def test_a_pause_leaves_the_gates_open_under_one_decision(self):
        handoff = self.hand_over(reason="pause")
        self.assertEqual(self.project.stage_id, self.support)
        decision = self.project.gate_decision_ids
        self.assertEqual(decision.decision, "handoff")
        self.assertEqual([line["state"] for line in decision.snapshot], ["open"] * 3)
        self.assertIn("Thirty orders a day", decision.reason)
        self.assertEqual(handoff.resume_date.isoformat() in decision.reason, True)

    def test_a_pause_needs_daily_use_and_a_day_to_come(self):
        for values, text in (
            ({"daily_use": " "}, "daily use"),
            ({"resume_date": False}, "a day to come"),
            ({"resume_date": fields.Date.today()}, "a day to come"),
        ):
            handoff = self.prepare(reason="pause", **values)
            with self.subTest(text), self.assertRaisesRegex(UserError, text), self.cr.savepoint():
                handoff.action_confirm()

    def test_going_alone_is_for_administrators(self):
        handoff = self.prepare(reason="autonomous")
        with self.assertRaisesRegex(AccessError, "a project administrator"), self.cr.savepoint():
            handoff.action_confirm()
        self.assertEqual(self.project.stage_id, self.build)
        handoff.with_user(self.manager).action_confirm()
        self.assertEqual(self.project.stage_id, self.support)
        self.assertEqual(handoff.user_id, self.manager)

    def test_an_exit_for_the_reason_asks_its_own_criteria(self):
        way_out = self.env["project.lifecycle.exit"].create(
            {
                "name": "Pauses",
                "lifecycle_id": self.lifecycle.id,
                "from_stage_id": self.build.id,
                "to_stage_id": self.support.id,
                "handoff_reason": "pause",
                "checklist_template_ids": [Command.create({"name": "Pauses: must", "is_blocking": True})],
            }
        )
        self.project._add_steps()
        item = self.project.sudo().step_ids.exit_item_ids
        handoff = self.prepare(reason="pause")
        self.assertEqual(handoff.exit_id, way_out)
        with self.assertRaisesRegex(UserError, r"criteria that are open \(1\): Pauses: must"), self.cr.savepoint():
            handoff.action_confirm()
        handoff.exit_id = False
        with self.assertRaisesRegex(UserError, "Choose the exit"), self.cr.savepoint():
            handoff.action_confirm()
        handoff.exit_id = way_out
        item.with_user(self.consultant).action_tick()
        handoff.action_confirm()
        decision = handoff.decision_id
        self.assertEqual(decision.exit_id, way_out)
        names = [line["name"]["en_US"] for line in decision.snapshot]
        self.assertEqual(names, ["Pauses: must", "Build must a", "Build must b", "Build may"])

    def test_the_exit_alone_does_not_lead_to_support(self):
        way_out = self.env["project.lifecycle.exit"].create(
            {
                "name": "Pauses",
                "lifecycle_id": self.lifecycle.id,
                "from_stage_id": self.build.id,
                "to_stage_id": self.support.id,
                "handoff_reason": "pause",
            }
        )
        with self.assertRaisesRegex(GateRefused, "support begins with a hand-off"):
            self.project.with_user(self.consultant).action_exit(way_out.id, "why")

    def test_nothing_is_confirmed_before_every_point_is_answered(self):
        self.tick_all(self.project)
        handoff = self.prepare()
        for line in handoff.told_line_ids:
            for name in ("done_on", "channel", "partner_id", *(["note"] if line.asks_note else [])):
                before = line[name]
                line[name] = False
                with self.subTest(line=line.name, field=name):
                    with self.assertRaisesRegex(UserError, f"Tell the client: {line.name}"), self.cr.savepoint():
                        handoff.action_confirm()
                line[name] = before
        handoff.action_confirm()
        self.assertEqual(len(handoff.told_line_ids), 4)

    def test_a_point_that_comes_into_use_meanwhile_is_asked_too(self):
        self.tick_all(self.project)
        handoff = self.prepare()
        self.env["project.handoff.point"].create({"name": "Backups are theirs", "client_text": "You back it up."})
        with self.assertRaisesRegex(UserError, "Backups are theirs"):
            handoff.action_confirm()
        self.prepare()
        self.assertIn("Backups are theirs", handoff.told_line_ids.mapped("name"))
        handoff.action_confirm()
        self.assertIn("You back it up.", handoff.mail_ids.body)

    def test_what_is_prepared_ahead_holds_nothing(self):
        handoff = self.hand_over()
        self.assertEqual(handoff.prepared_line_ids.mapped("is_answered"), [False] * 4)

    def test_confirmed_once(self):
        handoff = self.hand_over()
        with self.assertRaisesRegex(UserError, "In support. What was handed over"):
            handoff.action_confirm()
        self.assertEqual(len(self.project.gate_decision_ids), 1)
        self.assertEqual(len(handoff.mail_ids), 1)

    def test_what_is_confirmed_stays(self):
        handoff = self.hand_over()
        for values in ({"justification": "Other"}, {"reason": "pause"}, {"objections_answer": "x"}):
            with self.subTest(values), self.assertRaisesRegex(UserError, "stays as it was then"):
                handoff.write(values)
        with self.assertRaisesRegex(UserError, "stays as it was then"):
            handoff.told_line_ids[0].note = "Other"
        with self.assertRaisesRegex(UserError, "stays with the project"):
            handoff.with_user(self.manager).unlink()
        with self.assertRaises(UserError):
            handoff.decision_id.sudo().reason = "Other"

    def test_nobody_writes_the_state(self):
        handoff = self.prepare()
        for values in (
            {"state": "confirmed"},
            {"confirmed_on": "2026-01-01"},
            {"decision_id": 1},
            {"contradictions": []},
        ):
            for user in (self.consultant, self.manager):
                with (
                    self.subTest(values, user=user.name),
                    self.assertRaisesRegex(AccessError, "follows from what you do"),
                ):
                    handoff.with_user(user).write(values)
        with self.assertRaisesRegex(AccessError, "follows from what you do"):
            self.env["project.handoff"].with_user(self.manager).create(
                {"project_id": self.project.id, "state": "confirmed"}
            )

    def test_one_in_preparation(self):
        self.prepare()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.env["project.handoff"].with_user(self.consultant).create({"project_id": self.project.id})

    def test_dropped_and_prepared_anew(self):
        first = self.prepare()
        first.action_drop()
        second = self.prepare()
        self.assertNotEqual(first, second)
        self.assertEqual(first.state, "dropped")

    def test_people_of_another_client_were_told_nothing(self):
        handoff = self.prepare()
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        with self.assertRaisesRegex(ValidationError, "Stranger is no contact of Client Inc."):
            handoff.told_line_ids[0].partner_id = stranger
        with self.assertRaisesRegex(ValidationError, "lies in the future"):
            handoff.told_line_ids[0].done_on = fields.Date.today() + timedelta(days=1)

    def test_paused_projects_resume_first(self):
        self.tick_all(self.project)
        handoff = self.prepare()
        self.project.with_user(self.consultant).action_pause("Holidays")
        with self.assertRaisesRegex(GateRefused, "paused. Resume before"):
            handoff.action_confirm()

    def test_the_form(self):
        self.tick_all(self.project)
        with Form(self.prepare(reason=False, justification=False)) as form:
            form.reason = "pause"
            form.justification = "They asked for it"
            form.daily_use = "Orders every day"
            form.resume_date = fields.Date.today() + timedelta(days=30)
        handoff = form.record
        self.assertFalse(handoff.missing_html)
        handoff.action_confirm()
        self.assertEqual(self.project.stage_id, self.support)


@tagged("post_install", "-at_install")
class TestHandoffRights(HandoffCommon):
    def test_leads_hand_over(self):
        self.env["project.lifecycle.stakeholder"].create(
            {
                "project_id": self.project.id,
                "side": "ours",
                "partner_id": self.colleague.partner_id.id,
                "is_lead": True,
            }
        )
        self.tick_all(self.project)
        self.prepare(user=self.colleague).action_confirm()
        self.assertEqual(self.project.stage_id, self.support)

    def test_colleagues_read_only(self):
        handoff = self.prepare()
        theirs = handoff.with_user(self.colleague)
        self.assertEqual(theirs.read(["reason"])[0]["reason"], "done")
        for act in (
            theirs.action_confirm,
            theirs.action_drop,
            lambda: theirs.write({"justification": "x"}),
            lambda: theirs.line_ids.write({"note": "x"}),
            lambda: self.project.with_user(self.colleague).action_open_handoff(),
            lambda: self.env["project.handoff"].with_user(self.colleague).create({"project_id": self.project.id}),
        ):
            with self.assertRaises(AccessError), self.cr.savepoint():
                act()
        self.hand_over()
        with self.assertRaises(AccessError), self.cr.savepoint():
            theirs.action_send_again()

    def test_nobody_else_reads(self):
        handoff = self.hand_over()
        for user in (self.employee, self.portal_user):
            for records in (handoff, handoff.line_ids, handoff.mail_ids, handoff.line_ids.point_id):
                with self.subTest(user=user.name, model=records._name), self.assertRaises(AccessError):
                    records.with_user(user).read(["display_name"])

    def test_the_record_of_mails_is_nobodys_to_write(self):
        mail = self.hand_over().mail_ids
        for user in (self.consultant, self.manager):
            for act in (
                lambda user=user: mail.with_user(user).write({"state": "sent"}),
                lambda user=user: mail.with_user(user).unlink(),
            ):
                with self.assertRaises(UserError), self.cr.savepoint():
                    act()


@tagged("post_install", "-at_install")
class TestHandoffReturn(HandoffCommon):
    """Going active again (S2.135a): back to the stage that was left, or a new phase."""

    def back(self, user=None, **values):
        wizard = (
            self.env["project.handoff.return"]
            .with_user(user or self.consultant)
            .create({"project_id": self.project.id, "reason": "They go on", **values})
        )
        wizard.action_return()
        return wizard

    def test_back_to_the_stage_left(self):
        handoff = self.hand_over(reason="pause")
        self.items_of(self.project, self.build)[0].note = "kept"
        self.back()
        self.assertEqual(self.project.stage_id, self.build)
        decision = self.project.gate_decision_ids.sorted("id")[-1]
        self.assertEqual((decision.decision, decision.reason), ("back", "They go on"))
        self.assertRecordValues(
            handoff, [{"state": "returned", "return_reason": "They go on", "return_user_id": self.consultant.id}]
        )
        self.assertEqual(self.items_of(self.project, self.build)[0].note, "kept")
        self.assertEqual(self.project.step_ids.mapped("state"), ["current", "upcoming", "upcoming", "upcoming"])

    def test_another_consultant(self):
        self.hand_over()
        self.back(consultant_id=self.colleague.id)
        self.assertEqual(self.project.user_id, self.colleague)

    def test_a_new_phase(self):
        handoff = self.hand_over()
        self.back(way="phase", phase_name="Phase 2")
        self.assertEqual(self.project.stage_id, self.build)
        self.assertEqual(self.project.current_step_id.round, 2)
        self.assertEqual(self.project.gate_decision_ids.sorted("id")[-1].decision, "next_phase")
        self.assertEqual(
            self.env["project.lifecycle.phase"].search([("project_id", "=", self.project.id)]).name, "Phase 2"
        )
        self.assertEqual(handoff.state, "returned")
        with self.assertRaises(GateRefused), self.cr.savepoint():
            self.project.with_user(self.consultant).stage_id = self.support

    def test_handed_over_again(self):
        self.hand_over()
        self.back()
        second = self.hand_over()
        self.assertEqual(second.state, "confirmed")
        self.assertEqual(self.project.handoff_ids.sorted("id").mapped("state"), ["returned", "confirmed"])

    def test_not_from_elsewhere(self):
        with self.assertRaisesRegex(UserError, "is not in support"):
            self.back()
        self.hand_over()
        with self.assertRaises(AccessError):
            self.back(user=self.colleague)

    def test_brought_in_projects_come_back_as_well(self):
        self.project._bring_in(self.lifecycle, self.support, "Ran before")
        self.back()
        self.assertEqual(self.project.stage_id, self.build)

    def test_closing_keeps_the_handoff(self):
        handoff = self.hand_over()
        self.tick_all(self.project)
        self.project.with_user(self.consultant).stage_id = self.closed
        self.assertEqual(handoff.state, "confirmed")
        self.project.with_user(self.consultant).action_move(self.support.id, "back", "One question more")
        self.assertEqual((self.project.stage_id, handoff.state), (self.support, "confirmed"))
        self.assertEqual(len(handoff.mail_ids), 1)


@tagged("post_install", "-at_install")
class TestContradictions(HandoffCommon):
    """What speaks against a reason (S2.128 to S2.130, idea 8)."""

    def codes(self, reason, project=None):
        project = project or self.project
        found = project.with_user(self.consultant)._get_contradictions(reason, {project: self.support})
        return {row["code"]: row["blocks"] for row in found[project]}

    def test_nothing_speaks_against_a_finished_project(self):
        self.tick_all(self.project)
        self.assertEqual(self.codes("done"), {})

    def test_open_criteria_hold_only_what_is_called_done(self):
        self.assertEqual(self.codes("done"), {"criteria": True})
        self.assertEqual(self.codes("pause"), {})
        self.assertEqual(self.codes("autonomous"), {})

    def test_nobody_pauses_or_goes_alone_before_the_kickoff(self):
        intake, first = self.env["project.project.stage"].create(
            [
                {"name": name, "lifecycle_id": self.lifecycle.id, "sequence": sequence, "purpose": purpose}
                for name, sequence, purpose in (("Intake", 100, "intake"), ("Kick-off", 101, "kickoff"))
            ]
        )
        project = self.create_supported("Early")
        self.assertEqual(project.stage_id, intake)
        self.assertEqual(self.codes("autonomous", project), {"kickoff": True})
        self.assertEqual(self.codes("pause", project), {"kickoff": True})
        self.assertNotIn("kickoff", self.codes("done", project))
        handoff = self.prepare(project, "autonomous", self.manager)
        with self.assertRaisesRegex(UserError, "The kick-off is still to come"):
            handoff.action_confirm()
        self.tick_all(project)
        project.with_user(self.consultant).stage_id = first
        self.assertEqual(self.codes("autonomous", project), {})

    def test_must_have_points(self):
        self.tick_all(self.project)
        values = {"name": "Ovens", "project_id": self.project.id, "user_id": self.consultant.id}
        self.env["project.open.point"].create(values)
        self.assertEqual(self.codes("done"), {})
        point = self.env["project.open.point"].create({**values, "must_have": True})
        self.assertEqual(self.codes("done"), {"points": True})
        self.assertEqual(self.codes("pause"), {"points": False})
        point.action_answer("Bought")
        self.assertEqual(self.codes("done"), {})

    def test_must_have_tasks(self):
        self.tick_all(self.project)
        task = self.env["project.task"].create({"name": "Import", "project_id": self.project.id})
        self.assertEqual(self.codes("done"), {})
        task.blocks_gate = True
        self.assertEqual(self.codes("done"), {"tasks": True})
        task.state = "1_done"
        self.assertEqual(self.codes("done"), {})

    def test_sign_offs_that_wait(self):
        self.tick_all(self.project)
        kind = self.env["project.signoff.kind"].search([], limit=1)
        self.project.with_user(self.consultant)
        signoff = (
            self.env["project.signoff"]
            .sudo()
            ._request(self.project, kind.code, partner=self.spoc, content="<p>Please</p>")
        )
        self.assertEqual(signoff.state, "sent")
        self.assertEqual(self.codes("done"), {"signoffs": True})
        self.assertEqual(self.codes("pause"), {"signoffs": False})

    def test_nobody_knows_whether_it_is_used(self):
        self.tick_all(self.project)
        figures = self.env["project.adoption.figure"].search([("project_id", "=", self.project.id)])
        figures.unlink()
        for reason in ("done", "pause", "autonomous"):
            self.assertEqual(self.codes(reason), {"adoption": False})

    def test_no_hours_left_is_no_reason(self):
        """S2.130"""
        self.assertNotIn(
            "hours", " ".join(code for code, _label in self.env["project.handoff"]._fields["reason"].selection)
        )
        self.tick_all(self.project)
        pack = self.env["project.pack"].create({"project_id": self.project.id, "name": "Help", "purchased_hours": 2})
        self.assertEqual(self.codes("done"), {})
        employee = self.env["hr.employee"].create({"name": "Carla", "user_id": self.consultant.id})
        self.env["account.analytic.line"].create(
            {
                "project_id": self.project.id,
                "employee_id": employee.id,
                "name": "Used up",
                "unit_amount": 2,
                "date": fields.Date.today(),
            }
        )
        self.assertEqual(pack.remaining_hours, 0)
        self.assertEqual(self.codes("done"), {"hours_gone": False})
        handoff = self.prepare()
        self.assertTrue(handoff.is_pack_empty)
        with self.assertRaisesRegex(UserError, "why you hand over nevertheless"), self.cr.savepoint():
            handoff.action_confirm()
        with self.assertRaisesRegex(UserError, "without a product"), self.cr.savepoint():
            handoff.action_offer_pack()
        handoff.action_at_risk()
        self.assertEqual(self.project.last_update_status, "at_risk")

    def test_what_warns_is_answered_and_kept(self):
        self.env["project.open.point"].create(
            {"name": "Ovens", "project_id": self.project.id, "user_id": self.consultant.id, "must_have": True}
        )
        handoff = self.prepare(reason="pause")
        self.assertIn("Must-have open points: 1", handoff.contradiction_html)
        with self.assertRaisesRegex(UserError, "why you hand over nevertheless"), self.cr.savepoint():
            handoff.action_confirm()
        handoff.objections_answer = "The client buys them next year"
        handoff.action_confirm()
        self.assertIn("The client buys them next year", handoff.decision_id.reason)
        self.assertEqual([row["code"] for row in handoff.contradictions], ["points"])
        self.env["project.open.point"].search([("project_id", "=", self.project.id)]).action_withdraw("no more")
        self.assertIn("Must-have open points: 1", handoff.contradiction_html)

    def test_constant_queries_for_many(self):
        projects = self.project | self.project.concat(*(self.create_supported(f"P{n}") for n in range(7)))

        def cost(number):
            some = projects[:number]
            return count_queries(
                self.env,
                lambda env, _run: some.with_env(env)._get_contradictions("done", dict.fromkeys(some, self.support)),
            )

        self.assertEqual(cost(4), cost(8))


@tagged("post_install", "-at_install")
class TestHandoffMail(HandoffCommon):
    """The official mail (S2.132): to the SPOC, once, logged, sent again on purpose, previewed before."""

    def test_one_mail_to_the_spoc(self):
        handoff = self.hand_over()
        record = handoff.mail_ids
        self.assertRecordValues(
            record,
            [
                {
                    "partner_id": self.spoc.id,
                    "email": "sofia@example.com",
                    "state": "waiting",
                    "user_id": self.consultant.id,
                }
            ],
        )
        mail = record.sudo().mail_id
        self.assertEqual((mail.recipient_ids, mail.state, mail.auto_delete), (self.spoc, "outgoing", False))
        self.assertIn("Bakery", mail.subject)
        for text in (
            "The Helpers",
            "Carla Consultant",
            "mailto:support@example.com",
            "https://support.example.com/new",
            "Sales and Stock; within three days",
            *handoff.told_line_ids.mapped("client_text"),
        ):
            self.assertIn(text, mail.body_html)
        self.assertIn(mail.mail_message_id, self.project.message_ids)
        self.assertTrue(mail.mail_message_id.is_internal)

    def test_previewed_before(self):
        handoff = self.prepare()
        handoff.client_note = "Thank you, Sofia"
        for text in ("sofia@example.com", "Thank you, Sofia", "The Helpers", "Bakery"):
            self.assertIn(text, handoff.mail_preview)
        self.assertNotIn("<sofia", handoff.mail_preview, "an address in angle brackets is a tag for the browser")
        self.assertIn('<div dir="ltr" style="text-align: left"', handoff.mail_preview)

    def test_sent_again_on_purpose(self):
        handoff = self.hand_over()
        handoff.action_send_again()
        self.assertEqual(handoff.mail_ids.sorted("id").mapped("is_repeated"), [False, True])

    def test_the_database_keeps_it_at_one(self):
        handoff = self.hand_over()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            handoff.sudo()._send_mail(self.spoc)

    def test_nobody_without_an_address(self):
        self.tick_all(self.project)
        self.spoc.email = False
        handoff = self.prepare()
        self.assertIn("has no mail address", handoff.missing_html)
        with self.assertRaisesRegex(UserError, "Sofia Spoc has no mail address"):
            handoff.action_confirm()
        self.assertEqual(self.project.stage_id, self.build)

    def test_the_customer_where_there_is_no_spoc(self):
        project = self.create_project("Florist")
        self.env["project.adoption.figure"].create({"project_id": project.id, "name": "Sales"})
        self.client_company.email = "office@example.com"
        self.assertEqual(self.hand_over(project).mail_ids.partner_id, self.client_company)

    def test_no_way_to_open_a_ticket(self):
        self.tick_all(self.project)
        self.env.company.write({"support_email": False, "support_url": False})
        with self.assertRaisesRegex(UserError, "give the company a support address"):
            self.prepare().action_confirm()

    def test_the_wording_of_the_company(self):
        own = self.env.ref("project_lifecycle.mail_template_handoff").copy(
            {"body_html": "<p>Our own words, <t t-out='object.client_team'/></p>", "subject": "Own"}
        )
        self.env.company.handoff_mail_template_id = own
        mail = self.hand_over().mail_ids
        self.assertEqual(mail.subject, "Own")
        self.assertIn("Our own words, The Helpers", mail.body)

    def test_failed_mails_are_tried_again_a_few_times(self):
        record = self.hand_over().mail_ids.sudo()
        mail = record.mail_id
        for number in range(1, 6):
            mail.write({"state": "exception", "failure_reason": "Server down"})
            self.assertEqual((record.state, record.failure), ("failed", "Server down"))
            with self.enter_registry_test_mode():
                self.env.ref("project_lifecycle.ir_cron_retry_client_mails").method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual((mail.state, record.retry_count), ("outgoing", number))
        mail.write({"state": "exception"})
        with self.enter_registry_test_mode():
            self.env.ref("project_lifecycle.ir_cron_retry_client_mails").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((mail.state, record.retry_count), ("exception", 5))
        mail.unlink()
        self.assertEqual(record.state, "failed")

    def test_the_consultant_is_told_once_of_a_mail_that_is_given_up(self):
        handoff = self.hand_over()
        record = handoff.mail_ids.sudo()
        record.mail_id.write({"state": "exception", "failure_reason": "Mailbox full"})

        def retry():
            with self.enter_registry_test_mode():
                self.env.ref("project_lifecycle.ir_cron_retry_client_mails").method_direct_trigger()
            self.env.invalidate_all()

        record.retry_count = 4
        retry()
        record.mail_id.write({"state": "exception", "failure_reason": "Mailbox full"})
        self.assertFalse(handoff.activity_ids or handoff.is_mail_given_up)
        retry()
        retry()
        activity = handoff.activity_ids
        self.assertEqual((activity.user_id, record.retry_count), (self.consultant, 5))
        self.assertTrue(handoff.is_mail_given_up)
        for text in ("sofia@example.com", "Mailbox full", "5 times"):
            self.assertIn(text, activity.note)
        handoff.with_user(self.consultant).action_send_again()
        self.assertFalse(handoff.activity_ids or handoff.is_mail_given_up)

    @freeze_time("2026-11-22 10:00:00")
    def test_the_day_of_each_point_is_in_the_mail(self):
        mail = self.hand_over().mail_ids
        self.assertIn("11/22/2026", mail.body)
        self.assertIn("Call", mail.body)
        self.assertEqual(len(re.findall(r"Told to\s+Sofia Spoc", html2plaintext(mail.body))), 4)
