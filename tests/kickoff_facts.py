from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from odoo.addons.project_lifecycle.models.project_update import PUBLISHING


class KickoffFacts:
    """What happens on a project that meets each computed criterion, and what takes it away again.

    ``make`` and ``undo`` take the code of a criterion; each code has ``_make_<code>``, the blocking ones that ship
    ``_undo_<code>`` as well.
    """

    def __init__(self, project, consultant, contact):
        """Facts of one project.

        :param project.project project: with the rights to do everything
        :param res.users consultant: its project manager
        :param res.partner contact: a person of its customer
        """
        self.project, self.env = project, project.env
        self.consultant, self.contact = consultant, contact

    def make(self, code):
        getattr(self, f"_make_{code}")()
        self.project._refresh_criteria()

    def undo(self, code):
        getattr(self, f"_undo_{code}")()
        self.project._refresh_criteria()

    # === ENGINE === #

    def _make_customer(self):
        self.project.partner_id = self.contact.parent_id

    def _undo_customer(self):
        self.project.partner_id = False

    def _make_manager(self):
        self.project.user_id = self.consultant

    def _undo_manager(self):
        self.project.user_id = False

    def _make_dates(self):
        today = fields.Date.today()
        self.project.write({"date_start": today, "date": today + timedelta(days=1500)})

    _make_plan = _make_dates

    def _make_milestones(self):
        self.env["project.milestone"].create(
            {"name": "Ready", "project_id": self.project.id, "deadline": fields.Date.today()}
        )

    def _make_blocking_tasks(self):
        self.project.task_ids.state = "1_done"

    def _undo_blocking_tasks(self):
        self.env["project.task"].create({"name": "Must", "project_id": self.project.id, "blocks_gate": True})

    # === PEOPLE === #

    def _add(self, side, partner, **values):
        self.env["project.lifecycle.stakeholder"].create(
            {"project_id": self.project.id, "side": side, "partner_id": partner.id, **values}
        )

    def _make_spoc(self):
        self.project.spoc_id = self.contact

    def _make_spoc_duties(self):
        self._make_spoc()
        self.project._get_spoc_line().action_acknowledge()

    def _make_spoc_note(self):
        self.env["project.spoc.note"].create(
            {"project_id": self.project.id, "partner_id": self.contact.id, "computer_skill": "high"}
        )

    def _make_lead_ours(self):
        self._add("ours", self.consultant.partner_id, is_lead=True)

    def _make_lead_client(self):
        self._add("client", self.contact, client_role="lead")

    def _make_members_ours(self):
        self._add("ours", self.consultant.partner_id)

    def _make_members_client(self):
        self._add("client", self.contact, client_role="key_user")

    # === OPEN POINTS AND AREAS === #

    def _ask(self, **values):
        self.env["project.open.point"].create({"name": "When?", "project_id": self.project.id, **values})

    def _make_open_points(self):
        self.project.open_point_ids.filtered(lambda point: point.state == "open").action_answer("Soon")

    def _undo_open_points(self):
        self._ask(is_blocking=True)

    _make_client_questions = _make_open_points

    def _undo_client_questions(self):
        self._ask(is_blocking=False, client_question=True)

    _make_problems_in_time = _make_open_points

    def _undo_problems_in_time(self):
        yesterday = fields.Date.today() - timedelta(days=1)
        self._ask(kind="problem", is_blocking=False, asked_on=yesterday, deadline=yesterday)

    def _make_doubts(self):
        doubts = self.project.open_point_ids.filtered(lambda point: point.kind == "doubt" and point.state == "open")
        doubts.with_user(self.consultant).action_discussed()

    def _undo_doubts(self):
        self._ask(kind="doubt", is_blocking=False)

    def _make_areas(self):
        self.project.area_coverage_ids.verdict = "in"

    def _undo_areas(self):
        self.project.area_coverage_ids[0].verdict = "open"

    # === SESSIONS === #

    def _make_kickoff_held(self):
        if not self.project.lifecycle_session_ids:
            start = fields.Datetime.now() - timedelta(days=1)
            self.env["calendar.event"].create(
                {
                    "name": "Kick-off",
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "partner_ids": [Command.set((self.consultant.partner_id | self.contact).ids)],
                    "lifecycle_project_id": self.project.id,
                    "session_kind": "kickoff",
                }
            )
        self.project.lifecycle_session_ids.action_session_held()

    def _undo_kickoff_held(self):
        self.project.lifecycle_session_ids.action_session_not_held()

    # === HAND-OVER === #

    @property
    def intake(self):
        if not self.project.intake_ids:
            self.project.with_user(self.consultant).action_open_handover()
        return self.project.intake_ids

    def _make_handover_call(self):
        self.intake.write({"told_by_id": self.consultant.id, "told_on": fields.Date.today()})

    def _undo_handover_call(self):
        self.intake.told_on = False

    def _make_handover_firm(self):
        self.intake.firm = "Bakes bread"

    def _make_handover_reasons(self):
        self.intake.module_reasons = "Sales: orders by phone"

    def _make_handover_expectations(self):
        self.intake.expectations = "Fewer returns"

    def _make_handover_limits(self):
        self.intake.limits = "Nobody in August"

    def _make_handover_sales_cycle(self):
        self.intake.sales_cycle = "Three months"

    def _make_red_flags(self):
        self.intake.spoc_proposed_id = self.contact

    def _make_scope_reasons(self):
        apps = self.project.scope_app_ids or self.env["project.scope.app"].create(
            {"project_id": self.intake.project_id.id, "name": "Sales"}
        )
        apps.reason = "Orders by phone"

    def _undo_scope_reasons(self):
        self.project.scope_app_ids[0].reason = False

    def _make_scope_limits_told(self):
        self._make_scope_reasons()
        self.project.scope_app_ids.write({"limits": "No telephone", "limits_told_on": fields.Date.today()})

    def _make_shortage_told(self):
        self._make_scope_reasons()
        self.intake.action_shortage_told()

    # === SCOPE AND PHASES === #

    def _make_why_chosen(self):
        self.intake.write({"why_chosen": "A friend has it", "thought_bought": "Everything at once"})

    def _write_flows(self, **texts):
        flows = self.project.flow_ids or self.env["project.business.flow"].create(
            {"project_id": self.project.id, "name": "From order to bread"}
        )
        flows.write(texts)

    def _make_flows_as_is(self):
        self._write_flows(as_is="Orders on paper")

    def _make_flows_to_be(self):
        self._write_flows(to_be="Orders on the tablet")

    def _make_flows_analysed(self):
        self._write_flows(
            as_is="Orders on paper", to_be="Orders on the tablet", limits="No orders by mail", risks="None"
        )

    def _make_expectations_judged(self):
        if not self.project.expectation_ids:
            self.env["project.expectation"].create({"project_id": self.project.id, "name": "Orders by telephone"})
        self.project.expectation_ids.action_development()

    def _make_expectations(self):
        self._make_expectations_judged()
        self.project.expectation_ids.write(
            {
                "told_on": fields.Date.today(),
                "told_by_id": self.consultant.id,
                "told_to_id": self.contact.id,
            }
        )

    def _make_phases(self):
        if not self.project.phase_ids:
            self.env["project.lifecycle.phase"].create({"project_id": self.project.id, "name": "Shops"})
        today = fields.Date.today()
        self.project.phase_ids.write(
            {
                "agreed_outcome": "The shops sell with it",
                "golive_date": today + timedelta(days=90),
                "agreed_on": today,
                "agreed_by_id": self.contact.id,
            }
        )

    def _undo_phases(self):
        self.project.phase_ids.golive_date += timedelta(days=1)

    def _make_plan_agreed(self):
        self._make_phases()
        self._make_plan()

    # === HAND-OFF === #

    def _get_handoff(self):
        handoff = self.project.handoff_ids.filtered(lambda it: it.state == "draft")
        return handoff or self.env["project.handoff"].browse(self.project.action_open_handoff()["res_id"])

    def _make_handoff_reason(self):
        self._get_handoff().write({"reason": "done", "justification": "They run it alone"})

    def _make_handoff_prepared(self):
        self._get_handoff().prepared_line_ids.done_on = fields.Date.today()

    def _make_handoff_told(self):
        lines = self._get_handoff().told_line_ids
        lines.filtered(lambda line: not line.is_answered).write(
            {"done_on": fields.Date.today(), "channel": "call", "partner_id": self.contact.id, "note": "All of it"}
        )

    def _make_handoff_mailed(self):
        confirmed = self.project.handoff_ids.filtered(lambda it: it.state == "confirmed")
        if not confirmed:
            confirmed = self._get_handoff()
            confirmed.write(
                {
                    "state": "confirmed",
                    "reason": "done",
                    "justification": "They run it alone",
                    "confirmed_on": fields.Datetime.now(),
                }
            )
        mails = self.env["project.client.mail"].search([("handoff_id", "=", confirmed.id)])
        mails = mails or mails.create(
            {
                "project_id": self.project.id,
                "kind": "handoff",
                "handoff_id": confirmed.id,
                "partner_id": self.contact.id,
                "user_id": self.consultant.id,
            }
        )
        mails.state = "sent"

    # === MAINTENANCE === #

    def _train(self, kind):
        self.env["project.client.training"].create(
            {
                "project_id": self.project.id,
                "name": "Training",
                "kind": kind,
                "participant_ids": [Command.set(self.contact.ids)],
            }
        )

    def _make_training_use(self):
        self._train("use")

    def _make_training_maintain(self):
        self._train("maintain")

    def _serve(self, **values):
        return self.env["project.maintenance.service"].create(
            {
                "project_id": self.project.id,
                "name": "Service",
                "user_id": self.consultant.id,
                "date_to": fields.Date.today() + timedelta(days=365),
                "response_hours": 8,
                **values,
            }
        )

    def _make_maintenance_plan(self):
        self._serve(told_on=fields.Date.today())

    def _undo_maintenance_plan(self):
        self.project.maintenance_ids.told_on = False

    def _make_maintenance_support(self):
        self._serve()

    def _make_maintenance_upkeep(self):
        self._serve(kind="maintenance")

    def _make_feedback(self):
        self.env["project.client.feedback"].create(
            {"project_id": self.project.id, "name": "Slow", "partner_id": self.contact.id}
        )

    def _make_feedback_told(self):
        self._make_feedback()
        self.project.feedback_ids.write(
            {
                "action": "An index",
                "user_id": self.consultant.id,
                "outcome": "Fast",
                "told_on": fields.Date.today(),
            }
        )

    # === REPORTS === #

    def _get_published(self, kind):
        """Return the report of the project that the client got; written and published if there is none."""
        report = self.project.report_ids.filtered(lambda it: it.kind == kind and it.published_on)[:1]
        if report:
            self._take_back(report, "published")
            return report
        action = self.project.with_context(report_kind=kind).action_new_report()
        report = self.env["project.update"].browse(action["res_id"])
        report.write({"status_reason": "Illness", "gains": "Fewer returns", "collaboration": "By telephone"})
        report.action_publish()
        # what waits for the client speaks against a hand-off
        report.signoff_id.with_user(self.env.ref("base.public_user"))._answer(
            "confirmed", name="The client", token=report.signoff_id.access_token
        )
        return report

    def _take_back(self, report, state="draft"):
        """Let a report be as if it had not been published, which nobody may."""
        report.with_context(report_publishing=PUBLISHING).state = state

    def _make_report_timeline(self):
        of_project = {"project_id": self.project.id, "name": "Sales"}
        if not self.project.adoption_figure_ids:
            self.env["project.adoption.figure"].create({**of_project, "user_count": 3, "record_count": 90})
            self.env["project.improvement"].create(of_project)
        self._get_published("progress_report")

    _make_report_status = _make_report_timeline
    _make_report_adoption = _make_report_timeline
    _make_report_gains = _make_report_timeline
    _make_report_improvements = _make_report_timeline

    def _make_report_presented(self):
        self._make_report_timeline()
        presented = {"presented_on": fields.Date.today(), "presented_to_ids": [Command.set(self.contact.ids)]}
        self._get_published("progress_report").write(presented)

    def _undo_report_presented(self):
        self._get_published("progress_report").write({"presented_on": False, "presented_to_ids": [Command.clear()]})

    def _make_closing_report(self):
        self._get_published("closing_report")

    def _undo_closing_report(self):
        self._take_back(self._get_published("closing_report"))

    def _make_satisfaction(self):
        Request = self.env["project.satisfaction.request"]
        request = self.project.satisfaction_ids[:1] or Request._ask(self.project, "closing")
        request.rating_apply(4, token=request._rating_get_access_token())

    # === LESSONS === #

    def _learn(self, kind):
        self.env["project.lesson"].create({"name": "Ask the bakers", "project_id": self.project.id, "kind": kind})

    def _make_lesson_success(self):
        self._learn("success")

    def _make_lesson_improvement(self):
        self._learn("improvement")

    _make_lessons = _make_lesson_success
