from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, tagged

from odoo.addons.project_lifecycle.exceptions import GateRefused

from .story_packs import StoryPacks

REQUEST = """Return-Path: {return_path}
To: {to}
cc: {cc}
From: {email_from}
Subject: {subject}
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"
Date: Mon, 02 Mar 2026 10:00:00 +0000
Message-ID: {msg_id}
{extra}

A probe that tells how dry the soil is, for less than ten euros.
"""


@tagged("post_install", "-at_install")
class TestStoryRnd(StoryPacks, HttpCase):
    """An R&D collaboration as its people live it, from the first request on, each with the rights of the role."""

    STORY = "rnd"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._init_mail_gateway()
        cls.consultant = cls._new_user(
            "lead", "project.group_project_user,hr_timesheet.group_hr_timesheet_user", "Rina Lead"
        )
        cls.env["hr.employee"].create({"name": cls.consultant.name, "user_id": cls.consultant.id})
        cls.salesperson = cls._new_user(
            "sales", "sales_team.group_sale_salesman,project.group_project_user", "Selma Sales"
        )
        cls.colleague = cls._new_user("colleague", "project.group_project_user", "Cyril Colleague")
        cls.administrator = cls._new_user("admin", "project.group_project_manager", "Adam Admin")
        cls.client_company = cls.env["res.partner"].create({"name": "Nitzan Sensors", "is_company": True})
        cls.client_user = cls._new_user("client", "base.group_portal", "Noa Client")
        cls.client_login = cls.client_user
        cls.client = cls.client_user.partner_id
        cls.client.parent_id = cls.client_company
        cls.lifecycle = cls.env.ref("project_lifecycle.lifecycle_rnd")
        cls.product = cls.env["product.product"].create(
            {
                "name": "Research days",
                "type": "service",
                "service_policy": "ordered_prepaid",
                "uom_id": cls.env.ref("uom.product_uom_day").id,
                "list_price": 900.0,
                "taxes_id": False,
            }
        )

    def test_from_the_request_to_closing(self):
        with self.mock_mail_gateway():
            project = self._open_project()
            self._receive_request(project)
            told = ["Re: Soil moisture probe"]
            self.assertEqual(
                self._mails_to(self.client.email), told, "she is reached, so whatever is sent would reach her"
            )
            self._agree_on_requirements(project)
            self._report_on_feasibility(project)
            self._sign_agreement(project)
            self._launch(project)
            self._develop(project)
            for name in (
                "Acceptance and delivery",
                "Maintenance and support",
                "Summary and evaluation",
                "Closed",
            ):
                if name == "Summary and evaluation":
                    self._plan_maintenance(project)
                elif name == "Closed":
                    told.append(self._sum_up(project))
                self._pass(project, name)
            self.flush_tracking()
            self.assertEqual(self._mails_to(self.client.email), told, "no move of the project mails the client")
            self.assertIn(self.client, project.message_partner_ids, "she has followed it all the way")
            self.assertEqual(self._moves_in_the_history(project), 11)
        self.assertEqual(project.stage_id.purpose, "closed")
        self._check_decisions(project)
        self.assertFalse(project.gate_state, "no gate is ahead any more")

    def _plan_maintenance(self, project):
        """Without a plan that the client knows, the gate of the maintenance stays closed."""
        self._assert_refused(project, self._stage_named("Summary and evaluation"), "Maintenance plan written")
        self.env["project.maintenance.service"].with_user(self.consultant).create(
            {
                "project_id": project.id,
                "name": "Hot line",
                "user_id": self.consultant.id,
                "date_to": fields.Date.today() + timedelta(days=365),
                "response_hours": 8,
                "told_on": fields.Date.today(),
            }
        )

    def _sum_up(self, project):
        """The stage stays open until the client has got the closing report, which tells the lessons meant for it.

        :return: the subject of the mail that brought the report
        :rtype: str
        """
        closed = self._stage_named("Closed")
        self._assert_refused(project, closed, "Summary report written")
        Lesson = self.env["project.lesson"].with_user(self.consultant)
        of_project = {"project_id": project.id}
        self.assertEqual(project.report_ids.mapped("kind"), ["closing_report"], "it was proposed")
        Lesson.create({**of_project, "name": "Bury the probe early", "kind": "success", "is_for_client": True})
        Lesson.create({**of_project, "name": "MARKER Ask for the budget first", "kind": "improvement"})
        report, subject = self._publish_report(project, "closing_report")
        self.assertIn("Bury the probe early", report.body)
        self.assertNotIn("MARKER", report.body)
        lessons = project.stage_item_ids.filtered(lambda item: item.section == "Lessons")
        self.assertEqual(lessons.mapped("state"), ["met"] * 3)
        return subject

    def test_not_feasible(self):
        """A second probe is copied from the first; its feasibility report says no, and an exit leads to the end."""
        with self.mock_mail_gateway():
            project = self._open_project()
            self._pass(project, "Feasibility")
            copy = (
                project.with_user(self.administrator).copy({"name": "Soil acidity probe"}).with_user(self.consultant)
            )
            self.assertEqual((copy.stage_id.name, copy.gate_state), ("Requirements", "blocked"))
            self.assertFalse(copy.gate_decision_ids)
            self._pass(copy, "Feasibility")
            told = self._give_up(copy)
            self.flush_tracking()
            self.assertEqual(self._mails_to(self.client.email), [told])
        self.assertEqual(project.stage_id.name, "Feasibility", "the project that was copied goes its own way")

    def _give_up(self, project):
        """The exit asks its own criteria, evidence among them, and a reason."""
        way_out = self.env.ref("project_lifecycle.exit_rnd_not_feasible")
        with self.assertRaisesRegex(UserError, "Write why"), self.cr.savepoint():
            project.action_exit(way_out.id, " ")
        with self.assertRaisesRegex(GateRefused, "The report states that the project is not feasible"):
            with self.cr.savepoint():
                project.action_exit(way_out.id, "No probe survives the acid")
        items = project.current_step_id.exit_item_ids.filtered("is_blocking")
        items.filtered(lambda item: item.kind == "manual").action_tick()
        items.filtered(lambda item: item.kind == "evidence").link = "https://example.com/report"
        project.action_exit(way_out.id, "No probe survives the acid")
        self.assertEqual(project.stage_id.name, "Summary and evaluation")
        decision = project.gate_decision_ids.sorted("id")[-1]
        self.assertEqual((decision.decision, decision.exit_name), ("exit", "Not feasible"))
        self.assertEqual((decision.user_id, decision.reason), (self.consultant, "No probe survives the acid"))
        self.assertEqual(project.report_ids.mapped("kind"), ["closing_report"], "it was proposed")
        _report, subject = self._publish_report(project, "closing_report")
        self._pass(project, "Closed")
        return subject

    # === THE NINE STAGES === #

    def _open_project(self):
        """The administrator opens the project for the lead; the client follows it and writes to its address."""
        project = (
            self.env["project.project"]
            .with_user(self.administrator)
            .create(
                {
                    "name": "Soil moisture probe",
                    "lifecycle_id": self.lifecycle.id,
                    "partner_id": self.client.id,
                    "user_id": self.consultant.id,
                    "privacy_visibility": "portal",
                    "allow_billable": True,
                    "alias_name": "soil-probe",
                }
            )
        )
        project.message_subscribe(partner_ids=self.client.ids)
        project = project.with_user(self.consultant)
        self.assertEqual(project.stage_id.name, "Requirements")
        self.assertEqual(len(project.lifecycle_id.stage_ids), 10, "nine stages and the closing one")
        self.assertEqual(project.step_ids.stage_id, project.lifecycle_id.stage_ids)
        return project

    def _receive_request(self, project):
        """The request comes by mail and becomes a task, which the lead answers."""
        self.format_and_process(
            REQUEST,
            self.client_user.email_formatted,
            project.alias_email,
            subject="Soil moisture probe",
            target_model="project.task",
        )
        request = self.env["project.task"].with_user(self.consultant).search([("project_id", "=", project.id)])
        self.assertEqual((request.name, request.partner_id), ("Soil moisture probe", self.client))
        self.assertIn("less than ten euros", request.description)
        request.message_post(
            body="We write the requirements down and send them to you.",
            subject="Re: Soil moisture probe",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.flush_tracking()

    def _agree_on_requirements(self, project):
        """Nobody but the lead moves the project, and not before the requirements are confirmed."""
        feasibility = self._stage_named("Feasibility")
        with self.assertRaises(AccessError), self.cr.savepoint():
            project.with_user(self.colleague).stage_id = feasibility
        with self.assertRaisesRegex(GateRefused, "The client has confirmed the requirements"), self.cr.savepoint():
            project.stage_id = feasibility
        self._pass(project, "Feasibility")

    def _report_on_feasibility(self, project):
        """A report that does not convince sends the project back; what was answered stays answered."""
        requirements = self._stage_named("Requirements")
        self._move(project, requirements, "back", "The report does not convince the client")
        self.assertFalse(project.stage_item_ids.filtered(lambda item: item.is_blocking and item.state == "open"))
        self._move(project, self._stage_named("Feasibility"))
        self._pass(project, "Agreement")

    def _sign_agreement(self, project):
        """S1.26: everything else of the agreement is ready, the signature is not: no launch."""
        signature = project.stage_item_ids.filtered(lambda item: item.source_ref == "S1.26")
        self.assertEqual(len(signature), 1)
        (project.stage_item_ids - signature).filtered(lambda item: item.kind == "manual").action_tick()
        with self.assertRaisesRegex(GateRefused, signature.name), self.cr.savepoint():
            project.stage_id = self._stage_named("Planning and launch")
        self.assertEqual(project.stage_id.name, "Agreement")
        self._pass(project, "Planning and launch")

    def _launch(self, project):
        """The plan has dates, which Odoo lets only administrators write on the project; the lead sets milestones."""
        worked_out = project.stage_item_ids.filtered(lambda item: item.kind == "computed").grouped(
            lambda item: item.template_id.criterion
        )
        dates, milestones = worked_out["dates"], worked_out["milestones"]
        self.assertEqual((dates.state, milestones.state), ("open", "open"))
        project.with_user(self.administrator).write({"date_start": "2026-04-01", "date": "2026-12-18"})
        self.env["project.milestone"].with_user(self.consultant).create(
            {"name": "Prototype in the field", "project_id": project.id, "deadline": "2026-07-01"}
        )
        self.assertEqual((dates.state, milestones.state), ("met", "met"))
        self._name_people(project)
        self._plan_the_batch(project)
        self._hold_kickoff(project, worked_out["kickoff_held"])
        for code in ("lead_ours", "lead_client", "members_ours", "members_client"):
            self.assertEqual(worked_out[code].state, "met", code)
        self._pass(project, "R&D and implementation")

    def _name_people(self, project):
        """S1.30, S1.31: leads and members of both sides; our lead is a consultant of the project from then on."""
        engineer, buyer = self.env["res.partner"].create(
            [{"name": name, "parent_id": self.client_company.id} for name in ("Eli Engineer", "Bina Buyer")]
        )
        People = self.env["project.lifecycle.stakeholder"].with_user(self.consultant)
        People.create(
            [
                {
                    "project_id": project.id,
                    "side": "ours",
                    "partner_id": self.consultant.partner_id.id,
                    "is_lead": True,
                },
                {"project_id": project.id, "side": "ours", "partner_id": self.colleague.partner_id.id},
                {"project_id": project.id, "partner_id": self.client.id, "client_role": "spoc", "is_lead": True},
                {"project_id": project.id, "partner_id": engineer.id, "client_role": "key_user"},
                {"project_id": project.id, "partner_id": buyer.id, "client_role": "decision_maker"},
            ]
        )
        self.assertEqual(project.spoc_id, self.client)

    def _plan_the_batch(self, project):
        """A phase with its milestone, agreed by the client; what it expects beyond that is judged and told."""
        phase = self._add_phase(project, "Batch of ten", "Ten fields are measured", fields.Date.to_date("2026-10-15"))
        project.action_phases_agreed()
        self.assertEqual(phase.agreed_by_id, self.client)
        rain = self._add_expectation(project, "A probe that foretells the rain", "not_possible", priority="could")
        self.assertTrue(rain.is_to_tell)
        rain.action_told()
        self.assertEqual((rain.told_to_id, rain.is_to_tell), (self.client, False))

    def _hold_kickoff(self, project, held):
        """S1.32, S1.33: without the meeting no launch; in it the client confirms goals and plan."""
        development = self._stage_named("R&D and implementation")
        with self.assertRaisesRegex(GateRefused, held.name), self.cr.savepoint():
            project.stage_id = development
        action = project.action_plan_session()
        form = Form(self.env[action["res_model"]].with_user(self.consultant).browse(action["res_id"]))
        form.start = fields.Datetime.now() - timedelta(hours=3)
        for number in range(len(form.section_ids)):
            with form.section_ids.edit(number) as line:
                line.is_covered = line.name == "Kick-off meeting"
        form.save().action_plan()
        session = project.lifecycle_session_ids
        self.assertEqual(session.session_kind, "kickoff")
        self.assertIn(self.client, session.partner_ids)
        session.action_session_held()
        session.minutes = "<p>Ten probes in the field by July</p>"
        self.assertEqual(held.state, "met")
        confirmed = session.session_item_ids.filtered("needs_agreement")
        self.assertEqual(confirmed.mapped("source_ref"), ["S1.33", "S1.33"])
        with self.assertRaisesRegex(UserError, "needs the client's agreement"):
            confirmed.action_tick()
        confirmed.action_explained_and_agreed(self.client.id)
        self.assertEqual(confirmed.mapped("state"), ["met", "met"])
        self.assertEqual(confirmed.agreed_by_id, self.client)

    def _develop(self, project):
        """A task that blocks the gate keeps it closed until it is done."""
        Task = self.env["project.task"].with_user(self.consultant)
        task = Task.create({"name": "Electrode of the probe", "project_id": project.id, "blocks_gate": True})
        self._work_on_packs(project, task)
        self._tick(project)
        with self.assertRaisesRegex(GateRefused, "No task open that blocks the gate"), self.cr.savepoint():
            project.stage_id = self._stage_named("Testing and validation")
        task.state = "1_done"
        self._pass(project, "Testing and validation")

    def _work_on_packs(self, project, task):
        """Five days are sold for the project that is there already, used up hour by hour, and sold again."""
        order = (
            self.env["sale.order"]
            .with_user(self.salesperson)
            .create(
                {
                    "partner_id": self.client.id,
                    "project_id": project.id,
                    "order_line": [Command.create({"product_id": self.product.id, "product_uom_qty": 5})],
                }
            )
        )
        self.assertFalse(project.pack_ids, "a quotation is no pack")
        order.action_confirm()
        first = self._check_first_pack(project, order, 40)
        self._use_up_the_pack(project, task, first)
        second = self._buy_the_next_pack(project, first)
        self._log_over_the_border(project, task, first, second)
        self._client_reads_packs(project, second)
        self.flush_tracking()

    def _check_decisions(self, project):
        decisions = project.gate_decision_ids.sorted("id")
        self.assertEqual(
            [(it.decision, it.to_stage_id.name) for it in decisions],
            [
                ("conditional", "Feasibility"),
                ("back", "Requirements"),
                ("conditional", "Feasibility"),
                ("conditional", "Agreement"),
                ("go", "Planning and launch"),
                ("conditional", "R&D and implementation"),
                ("conditional", "Testing and validation"),
                ("conditional", "Acceptance and delivery"),
                ("handoff", "Maintenance and support"),
                ("conditional", "Summary and evaluation"),
                ("conditional", "Closed"),
            ],
        )
        self.assertEqual(
            decisions.filtered("reason").mapped("reason"),
            [
                "The report does not convince the client",
                "All is implemented, and the client no longer needs us\nThey run it alone\nAgreed",
            ],
        )
        self.assertEqual(decisions.user_id, self.consultant)
        self.assertEqual(set(project.step_ids.mapped("state")), {"done", "current"})
