from datetime import datetime, time

from odoo import api, fields, models
from odoo.exceptions import UserError


class ProjectConsentWizard(models.TransientModel):
    """Asks the client for its consent to time, or records what it told one of us (S2.134)."""

    _name = "project.consent.wizard"
    _description = "Consent to Time"
    _inherit = ["project.time.unit.mixin"]

    project_id = fields.Many2one("project.project", required=True, readonly=True, ondelete="cascade")
    # agents see no projects
    project_name = fields.Char("For the project", compute="_compute_names", compute_sudo=True)
    task_id = fields.Many2one("project.task", readonly=True, ondelete="cascade")
    task_name = fields.Char("For the task", compute="_compute_names", compute_sudo=True)
    consent_id = fields.Many2one("project.pack.consent", readonly=True, ondelete="cascade")
    kind = fields.Selection(
        [("estimate", "Estimate"), ("ordered", "Ordered by the client"), ("standing", "Standing consent")],
        required=True,
        default="estimate",
    )
    how = fields.Selection(
        [("ask", "Ask the client, by mail and in the portal"), ("record", "The client told us")],
        string="Way",
        required=True,
        default="ask",
    )
    name = fields.Char("What for", required=True, help="In words that the client understands.")
    hours = fields.Float("Up to", required=True, default=lambda self: self._get_usual_hours())
    date_to = fields.Date("Until")
    allowed_partner_ids = fields.Many2many(
        "res.partner",
        compute="_compute_allowed_partner_ids",
        compute_sudo=True,
        export_string_translation=False,
    )
    partner_id = fields.Many2one(
        "res.partner", string="Who agreed", domain="[('id', 'in', allowed_partner_ids)]", ondelete="cascade"
    )
    told_on = fields.Date("When", default=fields.Date.context_today)
    note = fields.Text("How it was said", help="By telephone, in a mail, in a meeting … and what was said.")

    @api.depends("project_id", "task_id")
    def _compute_names(self):
        for wizard in self:
            project, task = wizard._get_asked_for()
            wizard.project_name, wizard.task_name = project.name, task.name

    @api.depends("project_id")
    def _compute_allowed_partner_ids(self):
        for wizard in self:
            project, _task = wizard._get_asked_for()
            wizard.allowed_partner_ids = project._get_consenting_people() if project else False

    def _get_asked_for(self):
        """Return project and task, as superuser, if the user may ask for them: a request may name any.

        :rtype: tuple
        """
        wizard = self.sudo()
        project, task = wizard.project_id, wizard.task_id
        if project and project._may_ask_consent(task) and task.project_id <= project:
            return project, task
        return project.browse(), task.browse()

    @api.model
    def _get_action(self, project, task=None, consent=None, kind="estimate"):
        """Return the action that opens this dialog.

        :param project.project project: with a lifecycle
        :param project.task task: whose time it is
        :param project.pack.consent consent: a question that was asked, to be answered
        :rtype: dict
        """
        context = {"default_project_id": project.id, "default_kind": kind}
        if task:
            context.update(default_task_id=task.id, default_name=task.name)
        if consent:
            context.update(
                default_consent_id=consent.id,
                default_how="record",
                default_name=consent.name,
                default_hours=consent.hours,
                default_kind=consent.kind,
            )
        context["default_partner_id"] = project.sudo().spoc_id.id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Consent of the client"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": context,
        }

    def action_confirm(self):
        """Ask, or record what the client told us.

        :raises UserError: if it is not complete
        """
        self.ensure_one()
        if self.kind == "standing" and not self.date_to and not self.consent_id:
            raise UserError(self.env._("A standing consent has a last day: choose it."))
        if self.kind == "ordered" and self.how == "ask":
            raise UserError(self.env._("What the client ordered is not asked: record who ordered it, and how."))
        # whoever opens this may not see projects; who may ask or record is checked by the consent itself
        project, task = self.sudo().project_id, self.sudo().task_id
        if self.how == "ask":
            task = task if self.kind != "standing" else None
            self._get_consents()._ask(project, self.name, self.hours, task=task, date_to=self.date_to)
        else:
            self._record(project, task)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _record(self, project, task):
        if not self.partner_id or not self.note or not self.told_on:
            raise UserError(self.env._("Say who of the client agreed, when and how."))
        if self.partner_id not in project._get_consenting_people():
            raise UserError(
                self.env._("%(person)s is not of the client of this project.", person=self.partner_id.name)
            )
        if self.told_on > fields.Date.context_today(self):
            raise UserError(self.env._("The day on which the client agreed is not to come."))
        # midnight would be the day before for whoever reads it west of here
        told_on = min(datetime.combine(self.told_on, time(12)), fields.Datetime.now())
        if self.consent_id:
            self.consent_id._record_answer(self.partner_id, self.note, answered_on=told_on)
            return
        values = {"kind": self.kind, "date_to": self.date_to if self.kind == "standing" else False}
        self._get_consents()._record(
            project,
            self.name,
            self.hours,
            self.partner_id,
            self.note,
            task=task if self.kind != "standing" else None,
            answered_on=told_on,
            **values,
        )

    def _get_consents(self):
        return self.env["project.pack.consent"]
