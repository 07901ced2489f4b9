from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .project_handoff_mixin import REASONS
from .project_handoff_wait_mixin import ACTIVITIES

# what people fill in while a hand-off is prepared; all else follows from its actions
DRAFT_FIELDS = {
    "reason",
    "justification",
    "daily_use",
    "resume_date",
    "to_stage_id",
    "exit_id",
    "client_note",
    "objections_answer",
    "line_ids",
    "kept_reason",
    "kept_until",
}


class ProjectHandoff(models.Model):
    """The move of a project to support: why, what the client was told, the mail, the way back (S2.127 to S2.135)."""

    _name = "project.handoff"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "project.handoff.check.mixin",
        "project.handoff.mail.mixin",
        "project.handoff.wait.mixin",
    ]
    _description = "Hand-off to Support"
    _order = "id desc"
    # whoever reads a hand-off may discuss it
    _mail_post_access = "read"

    project_id = fields.Many2one("project.project", required=True, index=True, readonly=True, ondelete="cascade")
    lifecycle_id = fields.Many2one(related="project_id.lifecycle_id")
    company_id = fields.Many2one(related="project_id.company_id")
    state = fields.Selection(
        [
            ("draft", "In preparation"),
            ("confirmed", "In support"),
            ("returned", "Active again"),
            ("dropped", "Dropped"),
        ],
        required=True,
        readonly=True,
        default="draft",
        tracking=True,
    )
    reason = fields.Selection(REASONS, tracking=True)
    justification = fields.Text(
        "Why", help="What the reason rests on. It is kept with the decision for good; the client does not read it."
    )
    daily_use = fields.Text("Signs of daily use", help="What shows that the client works with it every day.")
    resume_date = fields.Date("Goes on", help="When the client expects to go on; the day on which you ask again.")
    from_stage_id = fields.Many2one(
        "project.project.stage",
        string="From",
        compute="_compute_from_stage_id",
        store=True,
        ondelete="restrict",
        help="The stage that was left: returning goes back to it.",
    )
    to_stage_id = fields.Many2one(
        "project.project.stage",
        string="To",
        required=True,
        ondelete="restrict",
        domain="[('lifecycle_id', '=', lifecycle_id), ('purpose', '=', 'support')]",
    )
    exit_id = fields.Many2one(
        "project.lifecycle.exit",
        string="By the exit",
        compute="_compute_exit_id",
        store=True,
        readonly=False,
        ondelete="restrict",
        domain="[('from_stage_id', '=', from_stage_id), ('to_stage_id', '=', to_stage_id),"
        " ('handoff_reason', '=', reason)]",
        help="A shortcut of the lifecycle: its own criteria are asked as well.",
    )
    line_ids = fields.One2many("project.handoff.line", "handoff_id", string="Points")
    told_line_ids = fields.One2many(
        "project.handoff.line", "handoff_id", string="Told to the client", domain=[("kind", "=", "told")]
    )
    prepared_line_ids = fields.One2many(
        "project.handoff.line", "handoff_id", string="Prepared ahead", domain=[("kind", "=", "prepared")]
    )
    kept_reason = fields.Text("Not yet because", help="Why the project is not handed over though its work is done.")
    kept_until = fields.Date("Ask again on")
    asked_on = fields.Date(readonly=True, export_string_translation=False, help="When it was last asked for.")
    user_id = fields.Many2one("res.users", string="Handed over by", readonly=True, ondelete="restrict")
    consultant_id = fields.Many2one(
        "res.users", readonly=True, ondelete="restrict", help="Whom the support team replaces."
    )
    confirmed_on = fields.Datetime(readonly=True)
    decision_id = fields.Many2one("project.gate.decision", readonly=True, ondelete="restrict", index="btree_not_null")
    returned_on = fields.Datetime(readonly=True)
    return_reason = fields.Text("Active again because", readonly=True)
    return_user_id = fields.Many2one("res.users", string="Taken back by", readonly=True, ondelete="restrict")
    is_lifecycle_consultant = fields.Boolean(
        compute="_compute_is_lifecycle_consultant", export_string_translation=False
    )
    is_risky = fields.Boolean(compute="_compute_is_risky", export_string_translation=False)

    _one_in_preparation = models.UniqueIndex(
        "(project_id) WHERE state = 'draft'", "A project has one hand-off in preparation: open that one."
    )
    _one_in_support = models.UniqueIndex(
        "(project_id) WHERE state = 'confirmed'", "This project is in support already."
    )
    _decided = models.Constraint(
        "CHECK(state NOT IN ('confirmed', 'returned') OR (reason IS NOT NULL AND justification IS NOT NULL"
        " AND confirmed_on IS NOT NULL))",
        "A confirmed hand-off says why.",
    )

    # === COMPUTE METHODS === #

    @api.depends("project_id.name")
    def _compute_display_name(self):
        for handoff in self:
            handoff.display_name = self.env._("Hand-off of %(project)s", project=handoff.project_id.name or "")

    @api.depends("project_id", "state")
    def _compute_from_stage_id(self):
        # not by the stage of the project: that would cost a query for each one that is written, of any kind
        for handoff in self:
            if handoff.state == "draft" or not handoff.from_stage_id:
                handoff.from_stage_id = handoff.project_id.sudo().stage_id

    @api.depends("from_stage_id", "to_stage_id", "reason")
    def _compute_exit_id(self):
        for handoff in self.filtered(lambda it: it.state == "draft"):
            offered = handoff._get_exits_offered()
            if handoff.exit_id not in offered:
                handoff.exit_id = offered[:1]

    @api.depends_context("uid")
    @api.depends("project_id")
    def _compute_is_lifecycle_consultant(self):
        for handoff in self:
            handoff.is_lifecycle_consultant = handoff.project_id._is_lifecycle_consultant()

    @api.depends("reason")
    @api.depends_context("uid")
    def _compute_is_risky(self):
        for handoff in self:
            handoff.is_risky = handoff.reason == "autonomous"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Prepare hand-offs, each with what is to be told and prepared.

        :raises AccessError: if the user is not the consultant of a project, or writes what follows from actions
        """
        for vals in vals_list:
            self._check_written(vals.keys() - {"project_id"})
            if not vals.get("to_stage_id"):
                project = self.env["project.project"].browse(vals.get("project_id"))
                vals["to_stage_id"] = project._get_support_stage().id
        if not self.env.su:
            projects = self.env["project.project"].browse({vals.get("project_id") for vals in vals_list})
            projects._check_lifecycle_consultant()
        handoffs = super().create(vals_list)
        handoffs._check_stages()
        handoffs._add_lines()
        handoffs.project_id._refresh_criteria()
        return handoffs

    def write(self, vals):
        """Change hand-offs in preparation; what is confirmed stays as it was.

        :raises AccessError: if the user is not the consultant, or writes what follows from actions
        :raises UserError: if one is confirmed
        """
        if not self.env.su:
            written = self._get_decided_fields(vals)
            if written:
                self._check_written(written)
                self.project_id._check_lifecycle_consultant()
                self._check_open()
        res = super().write(vals)
        if "to_stage_id" in vals:
            self._check_stages()
        if not vals.keys().isdisjoint({"reason", "justification", "state"}):
            self.project_id._refresh_criteria()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_in_preparation(self):
        kept = self.filtered(lambda handoff: handoff.state in ("confirmed", "returned"))
        if kept:
            raise UserError(
                self.env._(
                    "%(handoffs)s: it was confirmed, and stays with the project.",
                    handoffs=", ".join(kept.mapped("display_name")),
                )
            )

    # === ACTIONS === #

    def action_confirm(self):
        """Hand the project over: the gate decision, the stage and the mail to the client, all or nothing.

        :raises AccessError: if the user is not the consultant, or the reason asks for an administrator
        :raises UserError: if it is confirmed already, or something speaks against it
        :raises GateRefused: if a gate on the way is closed
        """
        self.ensure_one()
        project = self.project_id
        project._check_lifecycle_consultant()
        # of two who confirm at the same moment, one is refused or starts again and finds it confirmed
        project._lock_for_decision()
        self._check_open()
        self._check_confirmable()
        recipient = self._get_mail_recipient()
        handoff = self.sudo()
        handoff.write(
            {
                "state": "confirmed",
                "confirmed_on": fields.Datetime.now(),
                "user_id": self.env.uid,
                "consultant_id": handoff.project_id.user_id.id or self.env.uid,
                "contradictions": self._get_contradictions(),
            }
        )
        project._move_with_reason(self.to_stage_id, "handoff", self._get_decision_reason())
        handoff._send_mail(recipient)
        handoff.activity_unlink(ACTIVITIES)
        return project.action_open_handoff()

    def action_drop(self):
        """Give a hand-off in preparation up; another one may be prepared later."""
        for handoff in self:
            handoff.project_id._check_lifecycle_consultant()
            handoff._check_open()
        self.sudo().write({"state": "dropped"})
        self.sudo().activity_unlink(ACTIVITIES)

    def action_return(self):
        """Open the guided way back to an active stage."""
        self.ensure_one()
        self.project_id._check_lifecycle_consultant()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_handoff_return_action"),
            "context": {"default_project_id": self.project_id.id},
        }

    def action_answer_criteria(self):
        """Open the criteria that stand on the way to support, where they are answered."""
        self.ensure_one()
        self.project_id._check_lifecycle_consultant()
        wizard = self.env["project.gate.wizard"].create(
            {"project_id": self.project_id.id, "to_stage_id": self.to_stage_id.id, "exit_id": self.exit_id.id}
        )
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_gate_wizard_action"),
            "res_id": wizard.id,
            "name": self.project_id.name,
        }

    # === BUSINESS METHODS === #

    @api.model
    def _check_written(self, names):
        if not self.env.su and names - DRAFT_FIELDS - {"activity_ids", "message_follower_ids", "message_ids"}:
            raise AccessError(
                self.env._("The state of a hand-off follows from what you do: confirm it, drop it, or take it back.")
            )

    def _get_decided_fields(self, vals):
        """Return the fields among these that belong to the hand-off itself, not to its conversation."""
        return {
            name
            for name in vals
            if not name.startswith(("message_", "activity_", "website_message_", "my_activity_"))
            and name not in ("told_line_ids", "prepared_line_ids")
        }

    def _check_open(self):
        """Check that these hand-offs are still in preparation.

        :raises UserError: naming those that are not
        """
        labels = dict(self._fields["state"]._description_selection(self.env))
        for handoff in self:
            if handoff.state != "draft":
                raise UserError(
                    self.env._(
                        "%(handoff)s: %(state)s. What was handed over and told stays as it was then.",
                        handoff=handoff.display_name,
                        state=labels[handoff.state],
                    )
                )

    def _check_stages(self):
        """Check that hand-offs lead to a stage of purpose support of the project's own lifecycle.

        :raises UserError: naming the first that does not
        """
        for handoff in self.sudo():
            stage = handoff.to_stage_id
            if stage.purpose != "support" or stage.lifecycle_id != handoff.project_id.lifecycle_id:
                raise UserError(
                    self.env._(
                        "%(project)s: %(stage)s is no support stage of its lifecycle.",
                        project=handoff.project_id.name,
                        stage=stage.name,
                    )
                )

    def _get_exits_offered(self):
        """Return the exits of the lifecycle that lead to support for the reason of this hand-off.

        :rtype: project.lifecycle.exit
        """
        self.ensure_one()
        if not self.reason or not self.from_stage_id:
            return self.env["project.lifecycle.exit"]
        return self.env["project.lifecycle.exit"].search(
            [
                ("from_stage_id", "=", self.from_stage_id.id),
                ("to_stage_id", "=", self.to_stage_id.id),
                ("handoff_reason", "=", self.reason),
            ]
        )

    def _add_lines(self):
        """Give hand-offs a line for each point that is in use."""
        points = self.env["project.handoff.point"].sudo().search([("active", "=", True)])
        self.env["project.handoff.line"].sudo().create(
            [
                {"handoff_id": handoff.id, "point_id": point.id}
                for handoff in self
                for point in points - handoff.line_ids.point_id
            ]
        )

    def _get_decision_reason(self):
        """Return what the gate decision keeps: the reason in words, and what it rests on.

        :rtype: str
        """
        label = dict(self._fields["reason"]._description_selection(self.env))[self.reason]
        parts = [label, self.justification, self.daily_use if self.reason == "pause" else ""]
        if self.reason == "pause":
            parts.append(self.env._("Goes on: %(date)s", date=fields.Date.to_string(self.resume_date)))
        parts.append(self.objections_answer)
        return "\n".join(part.strip() for part in parts if part and part.strip())

    def _end(self, reason):
        """Record that projects left support for an active stage.

        :param str reason: why
        """
        self.sudo().write(
            {
                "state": "returned",
                "returned_on": fields.Datetime.now(),
                "return_reason": reason,
                "return_user_id": self.env.uid,
            }
        )
