from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

# decisions with which a stage is left for good: what was brought in, copied or sent back asks nobody for anything
LEAVING = {"go", "conditional", "waiver", "next_phase", "exit", "handoff"}


class ProjectReportMixin(models.AbstractModel):
    """The reports of a project: what they need to know, and when they are proposed (S1.37, S2.123)."""

    _name = "project.report.mixin"
    _description = "Reports of a Project"

    report_ids = fields.One2many(
        "project.update",
        "project_id",
        string="Reports",
        domain=[("kind", "!=", False)],
        groups="project.group_project_user",
    )
    report_cadence_weeks = fields.Integer(
        "Weeks between reports",
        groups="base.group_user",
        help="A progress report is proposed every so many weeks; 0: only when a go-live is left, and on demand.",
    )
    report_next_date = fields.Date("Next report", copy=False, groups="base.group_user")
    adoption_figure_ids = fields.One2many(
        "project.adoption.figure", "project_id", string="Adoption", groups="project.group_project_user"
    )
    improvement_ids = fields.One2many(
        "project.improvement", "project_id", string="Improvements", groups="project.group_project_user"
    )

    _cadence_possible = models.Constraint(
        "CHECK(report_cadence_weeks BETWEEN 0 AND 104)", "Reports are made every 1 to 104 weeks; 0: not by the clock."
    )

    # === ACTIONS === #

    def action_new_report(self):
        """Open the draft of a report of this project, a new one if there is none of its kind.

        The kind comes in the context (``report_kind``): a progress report if not given.

        :raises AccessError: if the user is not the consultant of the project
        """
        self.ensure_one()
        self._check_lifecycle_consultant()
        self._check_has_lifecycle()
        kind = self.env.context.get("report_kind") or "progress_report"
        drafts = self._get_draft_reports(kind)
        return (drafts[:1] or self._create_report(kind))._open_form()

    def action_view_reports(self):
        """Open the reports of this project."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_update_action_reports"),
            "domain": [("project_id", "=", self.id), ("kind", "!=", False)],
        }

    def action_report_cadence(self):
        """Open the choice of how often a report is proposed, in a dialog.

        :raises AccessError: if the user is not the consultant of the project
        """
        self.ensure_one()
        self._check_lifecycle_consultant()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cadence of reports"),
            "res_model": "project.report.cadence",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_project_id": self.id, "default_weeks": self.sudo().report_cadence_weeks},
        }

    def action_view_adoption(self):
        """Open the adoption figures of this project, in a list to write in and to import into."""
        return self._open_list("project_lifecycle.project_adoption_figure_action")

    def action_view_improvements(self):
        """Open what is proposed to the client, in a list to write in."""
        return self._open_list("project_lifecycle.project_improvement_action")

    # === WHAT REPORTS ASK === #

    def _get_report_recipient(self):
        """Return to whom reports are addressed: the SPOC, else the customer.

        :rtype: res.partner
        """
        self.ensure_one()
        return self.spoc_id or self.partner_id

    def _get_report_language(self):
        """Return the code of the language in which reports are written: that of the SPOC, if it is installed."""
        self.ensure_one()
        installed = dict(self.env["res.lang"].get_installed())
        spoken = self.sudo()._get_report_recipient().lang
        return spoken if spoken in installed else self._get_client_language()

    def _get_reported_status(self):
        """Return the status with which a report starts: that of the last one."""
        self.ensure_one()
        status = self.sudo().last_update_status
        return "on_track" if status in (False, "to_define") else status

    def _get_report_progress(self):
        """Return how far the project is, in percent: the steps that are done, each with its share of the effort."""
        self.ensure_one()
        steps = self.sudo().step_ids.filtered(
            lambda step: step.state != "skipped" and step.stage_id.purpose != "closed"
        )
        if any(step.stage_id.effort_share for step in steps):
            weights = {step: step.stage_id.effort_share for step in steps}
        else:
            weights = dict.fromkeys(steps, 1.0)
        whole = sum(weights.values())
        done = sum(weight for step, weight in weights.items() if step.state == "done")
        return round(100 * done / whole) if whole else 0

    def _get_draft_reports(self, kind):
        domain = [("project_id", "in", self.ids), ("kind", "=", kind), ("state", "=", "draft")]
        return self.env["project.update"].search(domain, order="id desc")

    def _show_last_update(self):
        """Let those of these projects that have a lifecycle show their last update; a draft is none."""
        for project in self.sudo().filtered("lifecycle_id"):
            shown = Domain("state", "=", False) | Domain("state", "=", "published")
            domain = Domain("project_id", "=", project.id) & shown
            last = self.env["project.update"].sudo().search(domain, order="date desc, id desc", limit=1)
            if project.last_update_id != last:
                project.last_update_id = last

    # === PROPOSALS === #

    def _create_report(self, kind, **values):
        """Create the draft of a report of this project, with what it says filled in as far as Odoo knows.

        :param str kind: ``progress_report`` or ``closing_report``
        :rtype: project.update
        """
        self.ensure_one()
        # whoever may was checked by the callers, or a move proposes it
        project = self.sudo()
        self.env["project.improvement"].sudo()._take_over_wishes(project)
        report = (
            self.env["project.update"]
            .sudo()
            .create(
                {
                    "project_id": project.id,
                    "kind": kind,
                    "user_id": (project.user_id or self.env.user).id,
                    **values,
                }
            )
        )
        return report.sudo(self.env.su)

    def _record_decisions(self, decisions, way_out=None):
        """Propose a report when a go-live is left, and at the end; ask the client how satisfied it is."""
        res = super()._record_decisions(decisions, way_out)
        for project, decision, origin, stage, steps in decisions:
            if decision in LEAVING and origin != stage:
                # a hand-off passes by stages that nobody has begun
                left = steps.filtered("date_start") if decision == "handoff" else steps
                project.sudo()._follow_stage_left(stage, left)
        return res

    def _follow_stage_left(self, stage, steps):
        """Do what follows when stages are left for good.

        :param project.project.stage stage: the stage that is entered
        :param project.lifecycle.step steps: whose gates were passed
        """
        golive = steps.filtered(lambda step: step.stage_id.purpose == "golive")[-1:]
        Request = self.env["project.satisfaction.request"].sudo()
        if self._is_end(stage) and self._is_end_news():
            entered = self.step_ids.filtered(lambda step: step.stage_id == stage).sorted("round")[-1:]
            self._propose_report("closing_report", entered)
            Request._ask(self, "closing", entered)
        elif golive:
            self._propose_report("progress_report", golive)
            Request._ask(self, "golive", golive)

    def _is_end(self, stage):
        """Tell whether the implementation ends with this stage: by its purpose, or as it asks for a closing report.

        A client that pauses goes on later.
        """
        if stage.purpose == "support":
            domain = [("project_id", "=", self.id), ("state", "=", "confirmed"), ("reason", "=", "pause")]
            return not self.env["project.handoff"].sudo().search_count(domain, limit=1)
        return stage.purpose == "closed" or "closing_report" in stage.checklist_template_ids.mapped("criterion")

    def _is_end_news(self):
        """Tell whether the end of the implementation has no closing report yet; each round has its own end."""
        started = self.step_ids.filtered(lambda step: step.stage_id.purpose == "delivery").mapped("date_start")
        start = max(filter(None, started), default=None)
        reports = self.report_ids.filtered(lambda report: report.kind == "closing_report")
        return not any(not start or report.create_date.date() >= start for report in reports)

    def _propose_report(self, kind, step):
        """Propose a report for a step, once: its draft, and an activity for the consultant.

        :param project.lifecycle.step step: may be empty
        """
        self.ensure_one()
        Update = self.env["project.update"].sudo()
        if step and Update.search_count([("step_id", "=", step.id), ("kind", "=", kind)], limit=1):
            return Update
        draft = self.sudo()._get_draft_reports(kind)[:1]
        if not draft:
            draft = self.sudo()._create_report(kind, step_id=step.id)
        elif step and not draft.step_id:
            draft.step_id = step
        draft._remind_author()
        return draft

    @api.model
    def _cron_propose_reports(self):
        """Propose reports to projects whose cadence asks for one; the day of the next one is moved along with it."""
        today = fields.Date.today()
        projects = self.search(
            Domain("report_cadence_weeks", ">", 0)
            & Domain("report_next_date", "<=", today)
            & Domain("lifecycle_id", "!=", False)
            & Domain("is_template", "=", False)
            & Domain("stage_id.fold", "=", False)
            & Domain("stage_purpose", "!=", "closed")
            & (Domain("gate_state", "!=", "paused") | Domain("gate_state", "=", False)),
            order="id",
        )
        self.env["ir.cron"]._commit_progress(remaining=len(projects))
        for project in projects:
            if project.try_lock_for_update(allow_referencing=True) and project.report_next_date <= today:
                weeks = timedelta(weeks=project.report_cadence_weeks)
                # nights that were missed are not made up for
                project.report_next_date = max(project.report_next_date + weeks, today + timedelta(days=1))
                project._propose_report("progress_report", self.env["project.lifecycle.step"])
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _set_report_cadence(self, weeks, next_date=None):
        """Set how often reports are proposed.

        :param int weeks: 0 for not by the clock
        :param date next_date: the first one; so many weeks from today if not given
        :raises AccessError: if the user is not the consultant of one of these projects
        """
        self._check_lifecycle_consultant()
        day = next_date or fields.Date.context_today(self) + timedelta(weeks=weeks)
        # project users may not write projects: who may was checked above
        self.sudo().write({"report_cadence_weeks": weeks, "report_next_date": weeks and day})

    # === CRITERIA === #

    def _get_reports_since_golive(self):
        """Return the published reports of these projects made since their last go-live began, in two queries.

        :rtype: project.update
        """
        starts = dict(
            self.env["project.lifecycle.step"]._read_group(
                [
                    ("project_id", "in", self.ids),
                    ("stage_id.purpose", "=", "golive"),
                    ("date_start", "!=", False),
                ],
                ["project_id"],
                ["date_start:max"],
            )
        )
        reports = self.env["project.update"].search([("project_id", "in", self.ids), ("state", "=", "published")])
        return reports.filtered(
            lambda it: it.project_id not in starts or it.published_on.date() >= starts[it.project_id]
        )

    def _criterion_report_presented(self):
        """A report made since the last go-live began was presented to people of the client, on a day (S2.126)."""
        presented = self._get_reports_since_golive().filtered(lambda it: it.presented_on and it.presented_to_ids)
        return self & presented.project_id

    def _criterion_closing_report(self):
        """A closing report is published (S1.49a)."""
        domain = [("project_id", "in", self.ids), ("state", "=", "published"), ("kind", "=", "closing_report")]
        return self & self.env["project.update"].search(domain).project_id

    def _get_with_block(self, code):
        """Return those of these projects whose report since the last go-live tells a block."""
        reports = self._get_reports_since_golive()
        return (
            self
            & reports.filtered(
                lambda it: any(block["code"] == code for block in (it.figures or {}).get("blocks", ()))
            ).project_id
        )

    def _criterion_report_timeline(self):
        return self._get_with_block("timeline")

    def _criterion_report_status(self):
        return self._get_with_block("status")

    def _criterion_report_adoption(self):
        return self._get_with_block("adoption")

    def _criterion_report_gains(self):
        return self._get_with_block("gains")

    def _criterion_report_improvements(self):
        return self._get_with_block("improvements")
