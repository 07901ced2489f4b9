from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# what a published report says; the rest (followers, activities, when it was presented) goes on
FROZEN_FIELDS = {
    "active",
    "body",
    "collaboration",
    "date",
    "description",
    "figures",
    "frozen_attachment_ids",
    "gains",
    "kind",
    "lang",
    "layout",
    "name",
    "number",
    "pdf_id",
    "progress",
    "project_id",
    "published_by_id",
    "published_on",
    "recipient_ids",
    "replaces_id",
    "section_ids",
    "state",
    "status",
    "status_reason",
    "step_id",
    "user_id",
    "version",
}
KINDS = [("progress_report", "Progress report"), ("closing_report", "Closing report")]
# in the context while a report is published; an object, so that no caller from outside can send it
PUBLISHING = object()
DAYS_TO_WRITE = 7


class ProjectUpdate(models.Model):
    _name = "project.update"
    _inherit = [
        "project.update",
        "project.report.layout.mixin",
        "project.report.document.mixin",
        "project.report.publish.mixin",
        "project.report.signoff.mixin",
    ]

    kind = fields.Selection(KINDS, readonly=True, help="Empty: an update as Odoo has them, without blocks.")
    state = fields.Selection([("draft", "Draft"), ("published", "Published")], readonly=True, copy=False)
    layout = fields.Selection([("short", "Short"), ("full", "Full")], default="full")
    section_ids = fields.One2many("project.report.section", "update_id", string="Blocks", copy=True)
    status_reason = fields.Html("Reason of the status", help="Why the status is what it is: the client asks.")
    gains = fields.Html("Business gains", help="What the business of the client has gained so far, in its words.")
    collaboration = fields.Html(
        help="How both sides worked together, what changes, and what the client could do better."
    )
    step_id = fields.Many2one(
        "project.lifecycle.step",
        string="Made for",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The stage that was left, or reached, when the report was proposed.",
    )
    number = fields.Integer("No.", readonly=True, copy=False, help="Counts the published reports of the project.")
    version = fields.Integer(readonly=True, copy=False, default=1)
    replaces_id = fields.Many2one(
        "project.update", string="Corrects", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    replaced_by_ids = fields.One2many("project.update", "replaces_id", string="Corrected by")
    recipient_ids = fields.Many2many(
        "project.lifecycle.stakeholder",
        "project_update_recipient_rel",
        string="Also sent to",
        domain="[('project_id', '=', project_id), ('side', '=', 'client')]",
        copy=True,
        help="The SPOC is sent it anyway.",
    )
    presented_on = fields.Date("Presented on", copy=False, tracking=True)
    presented_to_ids = fields.Many2many(
        "res.partner", "project_update_presented_rel", string="Presented to", copy=False
    )
    can_publish = fields.Boolean(compute="_compute_can_publish", export_string_translation=False)
    is_of_lifecycle = fields.Boolean(compute="_compute_can_publish", export_string_translation=False)
    customer_id = fields.Many2one(related="project_id.partner_id.commercial_partner_id", string="Customer")

    _state_of_reports = models.Constraint(
        "CHECK((kind IS NULL) = (state IS NULL))", "A report is a draft or published; other updates are neither."
    )
    _presented_whole = models.Constraint(
        "CHECK(presented_on IS NULL OR state = 'published')", "A report is published before it is presented."
    )
    _once_a_step = models.UniqueIndex(
        "(step_id, kind) WHERE step_id IS NOT NULL AND replaces_id IS NULL",
        "This stage has its report already.",
    )
    _corrected_once = models.UniqueIndex(
        "(replaces_id) WHERE replaces_id IS NOT NULL", "This report has its correction already."
    )
    _number_once = models.UniqueIndex(
        "(project_id, number, version) WHERE state = 'published'", "A report of this number is published already."
    )
    _published_index = models.Index("(project_id, published_on) WHERE state = 'published'")

    # === DEFAULTS === #

    @api.model
    def default_get(self, fields):
        """Fill in a report without Odoo's own text, which tells of costs."""
        if not self.env.context.get("default_kind"):
            return super().default_get(fields)
        values = super().default_get([name for name in fields if name not in ("description", "progress")])
        project = self.env["project.project"].browse(values.get("project_id"))
        if project and "name" in fields and not values.get("name"):
            values["name"] = self._get_default_name(project, self.env.context["default_kind"])
        if project and "progress" in fields:
            values["progress"] = project._get_report_progress()
        return values

    # === COMPUTE METHODS === #

    @api.depends("project_id", "kind", "state")
    @api.depends_context("uid")
    def _compute_can_publish(self):
        for update in self:
            project = update.project_id
            update.is_of_lifecycle = bool(project.lifecycle_id)
            update.can_publish = bool(update.kind and project and project._is_lifecycle_consultant())

    @api.constrains("kind", "project_id")
    def _check_project_of_report(self):
        for report in self.filtered("kind"):
            project = report.project_id.sudo()
            if not project.lifecycle_id or project.is_template:
                raise UserError(
                    self.env._(
                        "%(project)s follows no lifecycle: choose one before you write a report.", project=project.name
                    )
                )

    @api.constrains("recipient_ids", "project_id")
    def _check_recipients(self):
        for report in self.sudo():
            strange = report.recipient_ids.filtered(
                lambda it, report=report: it.project_id != report.project_id or it.side != "client"
            )[:1]
            if strange:
                raise UserError(
                    self.env._(
                        "%(person)s is none of the client's people on %(project)s.",
                        person=strange.display_name,
                        project=report.project_id.name,
                    )
                )

    @api.constrains("presented_on", "presented_to_ids")
    def _check_presented(self):
        today = fields.Date.context_today(self)
        for report in self:
            if report.presented_on and report.presented_on > today:
                raise UserError(
                    self.env._("%(report)s cannot have been presented in the future.", report=report.display_name)
                )
            if report.presented_to_ids and not report.presented_on:
                raise UserError(self.env._("%(report)s: on which day was it presented?", report=report.display_name))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Create updates; a report starts as a draft, which leaves the last update and status of its project alone.

        :raises AccessError: if the report is not made by the consultant of the project
        """
        default = self.env.context.get("default_kind")
        if not any(vals.get("kind", default) for vals in vals_list):
            return super().create(vals_list)
        vals_list = [self._prepare_report_values(vals, vals.get("kind", default)) for vals in vals_list]
        projects = self.env["project.project"].browse({vals["project_id"] for vals in vals_list})
        if not self.env.su:
            projects._check_lifecycle_consultant()
        last = {project: project.sudo().last_update_id for project in projects}
        updates = super().create(vals_list)
        updates.filtered("kind")._add_sections()
        for project, update in last.items():
            shown = updates.filtered(lambda it, project=project: it.project_id == project and not it.kind)[-1:]
            # Odoo shows the newest update at once, draft or not
            project.sudo().last_update_id = shown or update
        return updates

    def write(self, vals):
        """Change updates; a report that is published stays as it is, for everybody.

        :raises AccessError: if a report is not changed by the consultant of the project
        :raises UserError: if it is published
        """
        reports = self.filtered("kind")
        if not reports:
            if vals.get("kind"):
                raise UserError(self.env._("An update does not become a report: write a new one."))
            return super().write(vals)
        if not self.env.su:
            reports.project_id._check_lifecycle_consultant()
        if self.env.context.get("report_publishing") is not PUBLISHING:
            self._check_may_change(reports, vals)
        moved = not vals.keys().isdisjoint({"presented_on", "presented_to_ids"})
        res = super().write(vals)
        if "layout" in vals and "section_ids" not in vals:
            reports._switch_sections()
        if moved:
            reports.project_id._refresh_criteria()
        return res

    def unlink(self):
        """Delete updates; of reports drafts only, and the last update of the project is one that was shown."""
        reports = self.filtered("kind")
        if not reports:
            projects = self.project_id
            res = super().unlink()
            projects._show_last_update()
            return res
        if not self.env.su:
            reports.project_id._check_lifecycle_consultant()
        if self - reports:
            (self - reports).unlink()
        # Odoo writes the project, which its consultant may not
        projects = reports.project_id
        res = super(ProjectUpdate, reports.sudo()).unlink()
        projects._show_last_update()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        if published := self.filtered(lambda update: update.state == "published"):
            raise UserError(
                self.env._("%(reports)s: published reports stay.", reports=", ".join(published.mapped("display_name")))
            )

    # === ACTIONS === #

    def action_correct(self):
        """Open the draft of a corrected version of a published report; there is one at most.

        :raises UserError: if it is not published
        """
        self.ensure_one()
        if self.state != "published":
            raise UserError(self.env._("%(report)s is a draft: change it.", report=self.display_name))
        draft = self.replaced_by_ids[:1]
        if not draft:
            draft = self.copy(
                {
                    "replaces_id": self.id,
                    "version": self.version + 1,
                    "user_id": self.env.uid,
                    "date": fields.Date.context_today(self),
                }
            )
        return draft._open_form()

    def action_open(self):
        """Open the report."""
        self.ensure_one()
        return self._open_form()

    # === BUSINESS METHODS === #

    @api.model
    def _get_default_name(self, project, kind):
        day = fields.Date.context_today(self)
        labels = dict(self._fields["kind"]._description_selection(self.env))
        return self.env._(
            "%(kind)s %(project)s %(day)s", kind=labels[kind], project=project.name, day=fields.Date.to_string(day)
        )

    @api.model
    def _prepare_report_values(self, vals, kind):
        """Return the values of a new update; a report has no text of Odoo's and starts as a draft."""
        vals = dict(vals)
        if not kind:
            return vals
        vals["kind"] = kind
        vals.setdefault("project_id", self.env.context.get("default_project_id"))
        project = self.env["project.project"].browse(vals["project_id"])
        if not self.env.su or "state" not in vals:
            vals["state"] = "draft"
        vals.setdefault("description", False)
        vals.setdefault("status", project._get_reported_status())
        vals.setdefault("name", self._get_default_name(project, kind))
        if "progress" not in vals:
            vals["progress"] = project._get_report_progress()
        return vals

    def _check_may_change(self, reports, vals):
        """Check that these values change nothing that is published, and no draft becomes published by writing it.

        :raises UserError: naming the report
        """
        frozen = vals.keys() & FROZEN_FIELDS
        if not frozen:
            return
        published = reports.filtered(lambda report: report.state == "published")[:1]
        if published:
            raise UserError(
                self.env._(
                    "%(report)s is published: what the client was told stays. Correct it by a new version.",
                    report=published.display_name,
                )
            )
        if frozen & {"state", "kind", "number", "version", "figures", "body", "pdf_id", "published_on"}:
            raise UserError(self.env._("Reports are published by the button, and keep their kind."))

    def _get_published_before(self):
        """Return the published reports of the project before this one, the latest first, corrected ones left out.

        :rtype: project.update
        """
        self.ensure_one()
        reports = self.search(
            [("project_id", "=", self.project_id.id), ("state", "=", "published"), ("id", "!=", self._origin.id)],
            order="published_on desc, id desc",
        )
        first = self.replaces_id
        while first.replaces_id:
            first = first.replaces_id
        if first:
            # a correction is compared with what came before the report that it corrects
            reports = reports.filtered(lambda it: it.published_on < first.published_on)
        return reports - reports.replaces_id

    def _prepare_client_row(self):
        """Return what lists of the client's pages show of a published report.

        :rtype: dict
        """
        self.ensure_one()
        statuses = dict(self._fields["status"]._description_selection(self.env))
        return {
            "id": self.id,
            "name": self.name,
            "number": self.number,
            "version": self.version,
            "date": self.date,
            "status": self.status,
            "status_name": statuses[self.status],
            "progress": self.progress,
            "url": f"/my/projects/{self.project_id.id}/reports/{self.id}",
        }

    def _get_reported_since(self):
        """Return from which day on this report tells what happened: the day of the last one, else the start.

        :rtype: date | None
        """
        self.ensure_one()
        before = self._get_published_before()[:1]
        return before.date or self.project_id.date_start or None

    def _get_today(self):
        return fields.Date.context_today(self)

    def _open_form(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "project.update",
            "res_id": self.id,
            "views": [(self.env.ref("project_lifecycle.project_update_view_form_report").id, "form")],
            "context": {"form_view_initial_mode": "edit"},
        }

    def _remind_author(self):
        """Give the consultant the activity to write this draft, once."""
        self.ensure_one()
        user = self.project_id.user_id or self.user_id
        if not user.active or user.share or self.activity_ids.filtered(lambda it: it.user_id == user):
            return
        told = self.with_context(lang=user.lang or self.env.lang)
        labels = dict(told._fields["kind"]._description_selection(told.env))
        self.sudo().activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=user.id,
            date_deadline=fields.Date.context_today(self) + timedelta(days=DAYS_TO_WRITE),
            summary=told.env._(
                "Write and publish: %(kind)s %(project)s", kind=labels[self.kind], project=self.project_id.name
            ),
        )
