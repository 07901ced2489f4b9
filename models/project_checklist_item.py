from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .project_agreement_mixin import AGREEMENT_FIELDS
from .project_checklist_template import KINDS, RESPONSIBLE_SIDES

# What people write on a criterion; its state changes by the actions below only.
ANSWER_FIELDS = {"note", "link", "attachment_ids"} | AGREEMENT_FIELDS
# Nobody answers them by hand.
WORKED_OUT = ("field", "computed", "signoff")
OWN_FIELDS = {
    "custom_name",
    "name",
    "is_blocking",
    "responsible",
    "sequence",
    "client_visible",
    "kind",
    "needs_agreement",
    "signoff_kind_id",
}


class ProjectChecklistItem(models.Model):
    _name = "project.checklist.item"
    _inherit = [
        "project.client.criterion.mixin",
        "project.criterion.activity.mixin",
        "project.agreement.mixin",
        "project.evidence.mixin",
        "project.signoff.criterion.mixin",
    ]
    _description = "Criterion of a Project"
    _order = "stage_id, sequence, id"

    step_id = fields.Many2one("project.lifecycle.step", required=True, index=True, ondelete="cascade")
    # those of the step, which never changes: stored for searches, rules and the order
    project_id = fields.Many2one("project.project", required=True, readonly=True, index=True, ondelete="cascade")
    stage_id = fields.Many2one("project.project.stage", required=True, readonly=True, index=True, ondelete="restrict")
    step_state = fields.Selection(related="step_id.state", string="State of the step")
    template_id = fields.Many2one("project.checklist.template", index="btree_not_null", ondelete="restrict")
    exit_id = fields.Many2one("project.lifecycle.exit", readonly=True, index="btree_not_null", ondelete="restrict")
    custom_name = fields.Char("Own wording", help="Wording of a criterion that only this project has.")
    # the wording stays that of the checklist, so that each reader has it in the own language
    name = fields.Char(compute="_compute_name", inverse="_inverse_name", search="_search_name")
    section = fields.Char(related="template_id.section")
    guidance = fields.Text(related="template_id.guidance")
    source_ref = fields.Char(related="template_id.source_ref")
    sequence = fields.Integer(default=1000, export_string_translation=False)
    kind = fields.Selection(KINDS, required=True, default="manual")
    is_blocking = fields.Boolean("Blocking")
    asked_before_next_phase = fields.Boolean(default=True, export_string_translation=False)
    client_visible = fields.Boolean("Visible to the client")
    responsible = fields.Selection(RESPONSIBLE_SIDES, required=True, default="consultant")
    state = fields.Selection(
        [("open", "Open"), ("met", "Met"), ("not_applicable", "Not applicable"), ("waived", "Waived")],
        required=True,
        default="open",
        index=True,
    )
    done_by_id = fields.Many2one("res.users", string="Answered by", readonly=True)
    done_on = fields.Datetime("Answered on", readonly=True)
    reason = fields.Char(readonly=True, help="Why the criterion does not apply, or was waived.")
    note = fields.Char(help="What was found or agreed, for whoever reads it later.")
    can_answer = fields.Boolean(compute="_compute_can_answer", export_string_translation=False)

    _once_a_step = models.Constraint(
        "UNIQUE(step_id, template_id)", "This criterion already stands on the checklist of the step."
    )
    _worded = models.Constraint(
        "CHECK(template_id IS NOT NULL OR custom_name IS NOT NULL)", "Say what the criterion asks."
    )
    _reason_given = models.Constraint(
        "CHECK(state NOT IN ('not_applicable', 'waived') OR reason IS NOT NULL)",
        "Write why the criterion does not apply or is waived.",
    )

    # === COMPUTE METHODS === #

    @api.depends("template_id.name", "custom_name")
    @api.depends_context("lang")
    def _compute_name(self):
        for item in self:
            item.name = item.template_id.name or item.custom_name

    def _inverse_name(self):
        for item in self:
            if not item.template_id:
                item.custom_name = item.name

    @api.model
    def _search_name(self, operator, value):
        return ["|", ("template_id.name", operator, value), ("custom_name", operator, value)]

    @api.depends("project_id.user_id", "step_id.state")
    @api.depends_context("uid")
    def _compute_can_answer(self):
        for item in self:
            item.can_answer = item.project_id._is_lifecycle_consultant() and not item.step_id._is_decided()

    @api.depends("name")
    def _compute_display_name(self):
        for item in self:
            item.display_name = item.name

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Add criteria of its own to one project; those of its lifecycle come by themselves.

        :raises AccessError: if a user copies a criterion of the lifecycle by hand, or answers it at once
        """
        if not self.env.su and any(vals.keys() - OWN_FIELDS - ANSWER_FIELDS - {"step_id"} for vals in vals_list):
            raise AccessError(self.env._("A criterion of one project has its own wording, and is open at first."))
        if not self.env.su:
            self = self._without_forbidden_defaults()
        for vals in vals_list:
            vals |= self._tidy(vals)
            step = self.env["project.lifecycle.step"].browse(vals.get("step_id"))
            vals |= {"project_id": step.project_id.id, "stage_id": step.stage_id.id}
            if vals.get("name") and not vals.get("template_id"):
                # the inverse would come after the database has asked for the wording
                vals["custom_name"] = vals.pop("name")
        items = super().create(vals_list)
        if not self.env.su:
            items._check_open_step()
            items.filtered(lambda item: item.agreement or item.explained_on)._check_needs_agreement()
        items._adopt_attachments()
        items._follow_evidence()
        items._follow_agreement()
        items._follow_signoffs()
        return items

    def write(self, vals):
        """People write notes, links and attachments; criteria are answered by actions.

        :raises AccessError: if a user changes what a criterion of the lifecycle asks, or its state
        :raises UserError: if the gate of the criterion was decided already
        """
        if not self.env.su:
            allowed = ANSWER_FIELDS if self.template_id else ANSWER_FIELDS | OWN_FIELDS
            if not vals.keys() <= allowed:
                raise AccessError(
                    self.env._("Criteria of a lifecycle are changed in the lifecycle. Answer them, or write a note.")
                )
            self._check_open_step()
            if not vals.keys().isdisjoint(AGREEMENT_FIELDS):
                self._check_needs_agreement()
            if not vals.keys() <= ANSWER_FIELDS:
                self._check_own()
        res = super().write(vals | self._tidy(vals))
        if "attachment_ids" in vals:
            self._adopt_attachments()
        if not vals.keys().isdisjoint({"link", "attachment_ids"}):
            self._follow_evidence()
        if vals.get("state", "open") != "open":
            self._close_activities(done=vals["state"] == "met")
        if not vals.keys().isdisjoint(AGREEMENT_FIELDS | {"note", "needs_agreement"}):
            self._follow_agreement()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_lifecycle(self):
        if not self.env.su and self.template_id:
            raise UserError(
                self.env._("Criteria of the lifecycle stay on the project. Say why they do not apply instead.")
            )
        if not self.env.su:
            self._check_open_step()
            self._check_own()

    # === ACTIONS === #

    def action_tick(self):
        """Mark criteria that are ticked by hand as met, by the current user, now.

        :raises AccessError: if the user is neither consultant of the project nor project administrator
        :raises UserError: if one of them is met by evidence or worked out, or if its gate was decided
        """
        self._check_may_answer()
        for item in self:
            if item.kind != "manual":
                raise UserError(
                    self.env._("%(criterion)s is not ticked by hand: %(how)s.", criterion=item.name, how=item._how())
                )
            if item.needs_agreement:
                raise UserError(
                    self.env._(
                        "%(criterion)s needs the client's agreement: record who agreed, and when you explained it.",
                        criterion=item.name,
                    )
                )
        self.filtered(lambda item: item.state != "met")._answer("met")

    def action_untick(self):
        """Open criteria again.

        :raises AccessError: if the user is neither consultant of the project nor project administrator
        :raises UserError: if the gate was decided
        """
        self._check_may_answer()
        # who may answer was checked on the line above
        self.sudo().write({"state": "open", "done_by_id": False, "done_on": False, "reason": False})
        self.sudo().filtered("agreement").write({"agreement": False, "agreed_by_id": False, "is_unacceptable": False})
        self._follow_evidence()
        self._follow_signoffs()

    def action_not_applicable(self, reason):
        """Record that criteria do not apply to the project.

        :param str reason: why
        :raises AccessError: if the user is neither consultant of the project nor project administrator
        :raises UserError: without a reason, if the gate was decided, or if the client refuses what it must not
        """
        self._check_may_answer()
        for item in self.filtered("is_unacceptable"):
            raise UserError(
                self.env._(
                    "%(criterion)s: a refusal that is not acceptable keeps the gate closed. Consult the salesperson.",
                    criterion=item.name,
                )
            )
        self._answer("not_applicable", reason)

    def action_waive(self, reason):
        """Let criteria go although they are not met.

        :param str reason: why
        :raises AccessError: if the user is no project administrator
        :raises UserError: without a reason, or if the gate was decided
        """
        if not self.env.user.has_group("project.group_project_manager"):
            raise AccessError(self.env._("Only a project administrator waives a criterion."))
        self._check_may_answer()
        self._answer("waived", reason)

    def action_open(self):
        """Open the criterion with its guidance, note and evidence, in a dialog."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Criterion"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    # === BUSINESS METHODS === #

    def _without_forbidden_defaults(self):
        """Return the model without the defaults by which a caller would set what nobody may write."""
        allowed = OWN_FIELDS | ANSWER_FIELDS | {"step_id"}
        context = {
            key: value
            for key, value in self.env.context.items()
            if not key.startswith("default_") or key.removeprefix("default_") in allowed
        }
        return self.with_env(self.env(context=context))

    @api.model
    def _tidy(self, vals):
        """Return the link of these values without the blanks around it: blanks alone are no evidence."""
        return {"link": (vals["link"] or "").strip() or False} if "link" in vals else {}

    def _check_own(self):
        """Check that nobody takes the block off a criterion that somebody else has added to the project.

        :raises AccessError: naming the criterion
        """
        if self.env.user.has_group("project.group_project_manager"):
            return
        others = self.filtered(lambda item: item.is_blocking and item.create_uid != self.env.user)
        if others:
            raise AccessError(
                self.env._(
                    "%(criterion)s was added by %(user)s: only they, or a project administrator, change what it asks.",
                    criterion=others[0].name,
                    user=others[0].create_uid.name,
                )
            )

    def _check_may_answer(self):
        self.project_id._check_lifecycle_consultant()
        self._check_open_step()

    def _check_open_step(self):
        """Check that the gates of these criteria are still to be decided.

        :raises UserError: naming the first step whose gate was decided
        """
        for step in self.step_id:
            if step._is_decided():
                raise UserError(
                    self.env._(
                        "The gate of %(stage)s was decided: the answers of %(project)s stay as they were. Go back to"
                        " the stage to open them again.",
                        stage=step.display_name,
                        project=step.project_id.name,
                    )
                )

    def _answer(self, state, reason=False):
        reason = (reason or "").strip()
        if state in ("not_applicable", "waived") and not reason:
            raise UserError(self.env._("Write why: %(criterion)s.", criterion=", ".join(self.mapped("name"))))
        # the callers have checked who may answer
        self.sudo().write(
            {"state": state, "reason": reason or False, "done_by_id": self.env.uid, "done_on": fields.Datetime.now()}
        )

    def _get_criterion(self):
        """Return the code of what Odoo works out; a computed criterion of one project asks for its open points."""
        self.ensure_one()
        return self.template_id.criterion if self.template_id else "open_points"

    def _how(self):
        """Say how the criterion is met, to somebody who tried to tick it."""
        self.ensure_one()
        labels = dict(self._fields["kind"]._description_selection(self.env))
        return labels[self.kind].lower()

    def _refresh(self):
        """Work out the criteria that Odoo computes, and keep the result; constant queries, whatever their number.

        Evidence may have gone since it was given.
        """
        self.filtered(lambda item: not item.step_id.sudo()._is_decided())._follow_evidence()
        worked_out = self.sudo().filtered(
            lambda item: (
                item.kind in WORKED_OUT and item.state in ("open", "met") and not item.step_id._is_decided()
            )
        )
        met = worked_out._get_met()
        now = fields.Datetime.now()
        newly_met = met.filtered(lambda item: item.state == "open")
        lost = (worked_out - met).filtered(lambda item: item.state == "met")
        if newly_met:
            newly_met.write({"state": "met", "done_by_id": False, "done_on": now})
        if lost:
            lost.write({"state": "open", "done_by_id": False, "done_on": False})

    def _get_met(self):
        """Return those of these computed criteria that are met now, without keeping it.

        :rtype: project.checklist.item
        """
        met = self._get_signed_off()
        groups = self.filtered(lambda item: item.kind != "signoff").grouped(lambda item: (item.kind, item.template_id, item.stage_id))
        for (kind, template, stage), items in groups.items():
            if kind not in ("field", "computed"):
                met |= items.filtered(lambda item: item.state == "met")
                continue
            projects = items.project_id.sudo()
            if kind == "computed":
                meeting = projects._get_meeting(items[0]._get_criterion(), stage)
            else:
                meeting = projects._get_filled_in(template.field_id.name, template.minimum_count)
            met |= items.filtered_domain([("project_id", "in", meeting.ids)])
        return met

    @api.model
    def _prepare_item_values(self, step, template):
        """Return the values of the copy of a criterion on a step: override to copy more."""
        return {
            "step_id": step.id,
            "template_id": template.id,
            "exit_id": template.exit_id.id,
            "sequence": template.sequence,
            "kind": template.kind,
            "is_blocking": template.is_blocking,
            "client_visible": template.client_visible,
            "asked_before_next_phase": template.asked_before_next_phase,
            "responsible": template.responsible,
            "needs_agreement": template.needs_agreement,
            "signoff_kind_id": template.signoff_kind_id.id,
        }
