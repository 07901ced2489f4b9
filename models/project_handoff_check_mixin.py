from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class ProjectHandoffCheckMixin(models.AbstractModel):
    """What a hand-off lacks, and what speaks against its reason (S2.128 to S2.131, idea 8)."""

    _name = "project.handoff.check.mixin"
    _description = "Checks of a Hand-off"

    contradictions = fields.Json(readonly=True, help="What spoke against the reason when it was confirmed.")
    contradiction_html = fields.Html(
        "What speaks against it",
        compute="_compute_contradiction_html",
        sanitize=False,
        export_string_translation=False,
    )
    is_contradicted = fields.Boolean(compute="_compute_contradiction_html", export_string_translation=False)
    asks_objections_answer = fields.Boolean(compute="_compute_contradiction_html", export_string_translation=False)
    is_pack_empty = fields.Boolean(compute="_compute_contradiction_html", export_string_translation=False)
    objections_answer = fields.Text(
        "Why nevertheless",
        help="What you answer to whatever speaks against it. It is kept with the decision for good.",
    )
    missing_html = fields.Html(
        "Still missing", compute="_compute_missing_html", sanitize=False, export_string_translation=False
    )

    # === COMPUTE METHODS === #

    @api.depends("state", "reason", "contradictions", "from_stage_id", "to_stage_id", "exit_id")
    def _compute_contradiction_html(self):
        drafts = self.filtered(lambda it: it.state == "draft" and it.reason and it.project_id)
        found = {}
        for reason, handoffs in drafts.grouped("reason").items():
            stages = {handoff.project_id._origin: handoff.to_stage_id for handoff in handoffs}
            found |= handoffs.project_id._origin._get_contradictions(reason, stages)
        for handoff in self:
            rows = found.get(handoff.project_id._origin, []) if handoff in drafts else handoff.contradictions or []
            handoff.contradiction_html = rows and self.env["ir.qweb"]._render(
                "project_lifecycle.handoff_contradictions", {"rows": rows}
            )
            handoff.is_contradicted = any(row["blocks"] for row in rows)
            handoff.asks_objections_answer = any(not row["blocks"] for row in rows)
            handoff.is_pack_empty = any(row["code"] == "hours_gone" for row in rows)

    @api.depends(
        "reason", "justification", "daily_use", "resume_date", "objections_answer", "line_ids.is_answered", "exit_id"
    )
    def _compute_missing_html(self):
        for handoff in self:
            missing = handoff._get_missing() if handoff.state == "draft" and handoff.project_id else []
            handoff.missing_html = missing and self.env["ir.qweb"]._render(
                "project_lifecycle.handoff_missing", {"rows": missing}
            )

    # === BUSINESS METHODS === #

    def _get_contradictions(self):
        """Return what speaks against the reason of one hand-off, as it stands now.

        :return: for each its code, the text in the reader's language, and whether it blocks
        :rtype: list[dict]
        """
        self.ensure_one()
        project = self.project_id
        return project._get_contradictions(self.reason, {project: self.to_stage_id}).get(project, [])

    def _get_missing(self):
        """Return what one hand-off still lacks, each in a sentence: extend it to ask for more.

        :rtype: list[str]
        """
        self.ensure_one()
        missing = []
        if not self.reason:
            missing.append(self.env._("Choose the reason."))
        if not (self.justification or "").strip():
            missing.append(self.env._("Write what the reason rests on."))
        if self.reason == "pause":
            missing += self._get_missing_of_pause()
        if self.asks_objections_answer and not (self.objections_answer or "").strip():
            missing.append(self.env._("Write why you hand over nevertheless."))
        if not self.exit_id and self._get_exits_offered():
            missing.append(self.env._("Choose the exit of the lifecycle that leads to support."))
        missing += [
            self.env._("Tell the client: %(point)s (date, channel, person).", point=line.name)
            if not line.asks_note
            else self.env._("Tell the client: %(point)s (date, channel, person, what exactly).", point=line.name)
            for line in self.line_ids
            if line.kind == "told" and not line.is_answered
        ]
        return missing + self._get_missing_for_mail()

    def _get_missing_of_pause(self):
        missing = []
        if not (self.daily_use or "").strip():
            missing.append(
                self.env._("Write what shows daily use: a client that does not use it is a project at risk, no pause.")
            )
        if not self.resume_date or self.resume_date <= fields.Date.context_today(self):
            missing.append(self.env._("Write when the client goes on, a day to come."))
        return missing

    def _check_confirmable(self):
        """Check that nothing is missing and nothing that blocks speaks against this hand-off.

        :raises AccessError: if the reason is for administrators
        :raises UserError: naming what is missing, or what speaks against it
        """
        self.ensure_one()
        if self.reason == "autonomous" and not self.env.user.has_group("project.group_project_manager"):
            raise AccessError(
                self.env._(
                    "%(project)s: leaving a client alone without project management is risky, a project administrator"
                    " confirms it. Prepare everything and ask one.",
                    project=self.project_id.name,
                )
            )
        # points that came into use while it was prepared
        self._add_lines()
        blocking = [row["text"] for row in self._get_contradictions() if row["blocks"]] if self.reason else []
        missing = self._get_missing()
        if blocking or missing:
            raise UserError(
                "\n".join(
                    [
                        self.env._("%(project)s is not handed over yet.", project=self.project_id.name),
                        *(f"- {text}" for text in blocking + missing),
                    ]
                )
            )
