from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .project_open_point_rights_mixin import CLOSING_FIELDS, CONTENT_FIELDS

DAYS_TO_ANSWER = 7


class ProjectOpenPoint(models.Model):
    _name = "project.open.point"
    _description = "Open Point"
    # who is told is said before the mail says it
    _inherit = [
        "project.client.point.mixin",
        "project.open.point.activity.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "project.open.point.flag.mixin",
        "project.open.point.rights.mixin",
        "project.open.point.closing.mixin",
    ]
    # what is open has no such date, and comes first
    _order = "answered_on desc, deadline, id"
    # whoever reads a point may discuss it
    _mail_post_access = "read"

    name = fields.Char("Point", required=True)
    project_id = fields.Many2one(
        "project.project", required=True, index=True, ondelete="cascade", domain="[('lifecycle_id', '!=', False)]"
    )
    kind = fields.Selection(
        [
            ("question", "Question"),
            ("doubt", "Doubt"),
            ("remark", "Remark"),
            ("problem", "Problem"),
            ("red_flag", "Red flag"),
            ("wish", "Wish"),
        ],
        required=True,
        default="question",
        tracking=True,
    )
    description = fields.Text("Details")
    side = fields.Selection([("ours", "Ours"), ("client", "Client")], compute="_compute_side", store=True)
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        domain=[("share", "=", False)],
        tracking=True,
        help="Who of us answers it. A point has one owner: one of us, or a contact of the client.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Owner at the client",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Who answers it at the client.",
    )
    customer_id = fields.Many2one(related="project_id.partner_id.commercial_partner_id", string="Customer")
    deadline = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self) + timedelta(days=DAYS_TO_ANSWER),
        tracking=True,
    )
    asked_on = fields.Date("Since", required=True, default=fields.Date.context_today)
    is_blocking = fields.Boolean(
        "Blocking",
        compute="_compute_is_blocking",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="The gate stays closed while the point is open, where the checklist of its stage asks for open points.",
    )
    must_have = fields.Boolean("Must-have", help="The project cannot do without it; otherwise it is nice to have.")
    client_question = fields.Boolean(
        "Client's question", help="The client asks about the collaboration: no such question outlives the kick-off."
    )
    lifecycle_id = fields.Many2one(related="project_id.lifecycle_id")
    stage_id = fields.Many2one(
        "project.project.stage",
        string="Gate",
        compute="_compute_stage_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="set null",
        index="btree_not_null",
        tracking=True,
        help="The stage that the project does not leave while the point is open, if it blocks.",
    )
    update_id = fields.Many2one(
        "project.update",
        string="About the report",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    state = fields.Selection(
        [("open", "Open"), ("answered", "Answered"), ("withdrawn", "Withdrawn")],
        required=True,
        readonly=True,
        default="open",
        copy=False,
        tracking=True,
    )
    answer = fields.Text(readonly=True, copy=False)
    withdraw_reason = fields.Text("Withdrawn because", readonly=True, copy=False)
    answered_on = fields.Datetime("Closed on", readonly=True, copy=False)
    answered_by_id = fields.Many2one("res.users", string="Closed by", readonly=True, copy=False, ondelete="restrict")
    discussed_on = fields.Date(
        readonly=True,
        copy=False,
        tracking=True,
        help="A doubt that was discussed may stay open: its owner answers it by its deadline.",
    )
    age_days = fields.Integer(
        "Days", compute="_compute_age_days", help="How many days it has been open, or was until it was closed."
    )
    is_overdue = fields.Boolean("Overdue", compute="_compute_age_days")
    can_manage = fields.Boolean(compute="_compute_rights", export_string_translation=False)
    can_answer = fields.Boolean(compute="_compute_rights", export_string_translation=False)
    can_withdraw = fields.Boolean(compute="_compute_rights", export_string_translation=False)

    _one_owner = models.Constraint(
        "CHECK(num_nonnulls(user_id, partner_id) = 1)",
        "A point has one owner: either one of us, or a contact of the client.",
    )
    _asked_before_deadline = models.Constraint(
        "CHECK(asked_on <= deadline)", "The deadline of a point comes after the day on which it was asked."
    )
    _answer_given = models.Constraint("CHECK(state != 'answered' OR answer IS NOT NULL)", "Write the answer.")
    _reason_given = models.Constraint(
        "CHECK(state != 'withdrawn' OR withdraw_reason IS NOT NULL)", "Write why the point is withdrawn."
    )
    _once_a_rule = models.UniqueIndex(
        "(intake_id, rule_id) WHERE rule_id IS NOT NULL AND is_current", "This red flag is on the project already."
    )
    _open_index = models.Index("(project_id, stage_id) WHERE state = 'open'")

    # === COMPUTE METHODS === #

    @api.depends("project_id", "partner_id")
    def _compute_user_id(self):
        for point in self:
            if point.partner_id:
                point.user_id = False
            elif not point.user_id:
                point.user_id = point.project_id.sudo().user_id or self.env.user

    @api.onchange("user_id")
    def _onchange_user_id(self):
        if self.user_id:
            self.partner_id = False

    @api.depends("partner_id")
    def _compute_side(self):
        for point in self:
            point.side = "client" if point.partner_id else "ours"

    @api.depends("kind")
    def _compute_is_blocking(self):
        for point in self:
            point.is_blocking = point.kind not in ("remark", "wish")

    @api.depends("project_id.lifecycle_id", "client_question")
    def _compute_stage_id(self):
        for point in self:
            if point.state in ("answered", "withdrawn") and point.stage_id:
                continue
            project = point.project_id.sudo()
            point.stage_id = project._get_point_gate(point.client_question) if project else False

    @api.depends("state", "asked_on", "answered_on", "deadline")
    def _compute_age_days(self):
        today = fields.Date.context_today(self)
        for point in self:
            last = point.answered_on and fields.Date.context_today(self, point.answered_on)
            point.age_days = ((last or today) - point.asked_on).days if point.asked_on else 0
            point.is_overdue = bool(point.state == "open" and point.deadline and point.deadline < today)

    @api.depends("project_id", "user_id", "state")
    @api.depends_context("uid")
    def _compute_rights(self):
        for point in self:
            point.can_manage = point._is_managed()
            point.can_answer = point.state == "open" and point._may_be_answered()
            point.can_withdraw = point.state == "open" and point._may_be_withdrawn()

    @api.constrains("stage_id", "project_id")
    def _check_stage_of_lifecycle(self):
        for point in self.sudo().filtered(lambda point: point.state == "open"):
            if point.stage_id and point.stage_id.lifecycle_id != point.project_id.lifecycle_id:
                raise ValidationError(
                    self.env._(
                        "%(point)s: the stage %(stage)s does not belong to the lifecycle of the project %(project)s.",
                        point=point.name,
                        stage=point.stage_id.name,
                        project=point.project_id.name,
                    )
                )

    @api.constrains("asked_on")
    def _check_asked(self):
        today = fields.Date.context_today(self)
        for point in self:
            if point.asked_on > today:
                raise ValidationError(
                    self.env._("%(point)s: the day since which it is asked is yet to come.", point=point.name)
                )

    @api.constrains("user_id", "partner_id")
    def _check_owner(self):
        for point in self.sudo():
            if point.user_id.share:
                raise ValidationError(
                    self.env._(
                        "%(point)s: %(owner)s is a portal user. Name the contact as the owner at the client.",
                        point=point.name,
                        owner=point.user_id.name,
                    )
                )
            customer = point.customer_id
            if point.partner_id and customer and point.partner_id.commercial_partner_id != customer:
                raise ValidationError(
                    self.env._(
                        "%(point)s: %(owner)s is no contact of %(customer)s, the customer of the project.",
                        point=point.name,
                        owner=point.partner_id.name,
                        customer=customer.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Add points: the consultant any, other project users a question.

        :raises AccessError: if somebody else than the consultant adds more than a question, or closes one at once
        """
        vals_list = [self._prepare_owner_values(vals) for vals in vals_list]
        if not self.env.su:
            self._check_may_ask(vals_list)
            # nor by a default of the context
            cleared = {"intake_id": False, "rule_id": False, "is_for_sales": False, "is_current": True}
            vals_list = [{**vals, **cleared} for vals in vals_list]
        points = super().create(vals_list)
        points._sync_activities()
        points.project_id._refresh_criteria()
        return points

    def write(self, vals):
        """Change open points: the consultant all of them, whoever asked a question its wording.

        :raises AccessError: if somebody else does, or if the state is written instead of an action used
        :raises UserError: if one of them is closed
        """
        if not self.env.su:
            self._check_may_write(vals)
        res = super().write(self._prepare_owner_values(vals))
        if vals.keys().isdisjoint(CONTENT_FIELDS | CLOSING_FIELDS):
            return res
        if "stage_id" not in vals and (vals.get("is_blocking") or vals.get("state") == "open"):
            self._leave_passed_gates()
        self._sync_activities()
        self.project_id._refresh_criteria()
        return res

    def unlink(self):
        """Delete points that were never closed; what was answered stays."""
        projects = self.project_id
        res = super().unlink()
        projects._refresh_criteria()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        closed = self.filtered(lambda point: point.state != "open")
        if closed:
            raise UserError(
                self.env._(
                    "%(points)s: closed points stay with the project.",
                    points=", ".join(closed[:5].mapped("name")),
                )
            )

    # === ACTIONS === #

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_owner_values(self, vals):
        """Return the values with one owner, whose side follows: naming one takes the place of the other."""
        vals = {name: value for name, value in vals.items() if name != "side"}
        if vals.get("partner_id") and not vals.get("user_id"):
            return {**vals, "user_id": False}
        if vals.get("user_id") and not vals.get("partner_id"):
            return {**vals, "partner_id": False}
        return vals

    def _get_owner_name(self):
        self.ensure_one()
        return self.user_id.name or self.partner_id.name

    def _leave_passed_gates(self):
        """Let open points block the present gate of their projects where their own was passed."""
        for point in self.sudo():
            project = point.project_id
            if point.state == "open" and project._has_passed(point.stage_id):
                point.stage_id = project._get_point_gate(point.client_question)
