from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# what the client agrees to: changed afterwards, it is agreed anew
AGREED_FIELDS = ["phase_class", "agreed_outcome", "golive_date", "app_ids"]


class ProjectLifecyclePhase(models.Model):
    _name = "project.lifecycle.phase"
    _description = "Phase of a Project"
    _inherit = ["project.scope.record.mixin", "mail.thread"]
    # whoever reads a phase may discuss it
    _mail_post_access = "read"

    name = fields.Char("Phase", tracking=True)
    phase_class = fields.Selection(
        [("mvp", "MVP"), ("improvement", "Improvement")],
        string="Class",
        required=True,
        default="mvp",
        tracking=True,
        help="An MVP is what the client cannot start without; improvements come after it.",
    )
    app_ids = fields.Many2many(
        "project.scope.app",
        string="Applications",
        domain="[('project_id', '=', project_id), ('is_needed', '=', True)]",
    )
    agreed_outcome = fields.Text(
        "Agreed outcome", tracking=True, help="What the client can do once the phase is live, in its words."
    )
    golive_date = fields.Date("Go-live", tracking=True, index=True)
    milestone_id = fields.Many2one(
        "project.milestone",
        ondelete="set null",
        domain="[('project_id', '=', project_id)]",
        help="Odoo's milestone of the go-live: made with the go-live date, and in step with it.",
    )
    agreed_on = fields.Date(tracking=True)
    agreed_by_id = fields.Many2one(
        "res.partner",
        string="Agreed by",
        compute="_compute_agreed_by_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Who of the client agreed: as a rule its SPOC.",
    )
    customer_id = fields.Many2one(related="project_id.partner_id.commercial_partner_id", string="Customer")
    decision = fields.Selection(
        [("pending", "Pending"), ("go", "Go"), ("no_go", "No go")],
        required=True,
        default="pending",
        tracking=True,
        help="Whether the phase goes live: the consultant decides, and says why.",
    )
    decision_why = fields.Text(
        "Why", tracking=True, help="What the client is told: why the phase goes live, or why it does not."
    )
    decided_on = fields.Date(readonly=True)
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True, ondelete="restrict")

    _why_given = models.Constraint(
        "CHECK(decision = 'pending' OR TRIM(COALESCE(decision_why, '')) != '')",
        "Write why the phase goes live or not: the client is told.",
    )
    _go_on_a_day = models.Constraint(
        "CHECK(decision != 'go' OR golive_date IS NOT NULL)", "A phase that goes live has a go-live date."
    )
    _agreed_by_somebody = models.Constraint(
        "CHECK((agreed_on IS NULL) = (agreed_by_id IS NULL))", "Say who of the client agreed, and on which day."
    )
    _agreed_to_something = models.Constraint(
        "CHECK(agreed_on IS NULL OR (golive_date IS NOT NULL AND TRIM(COALESCE(agreed_outcome, '')) != ''))",
        "The client agrees to an outcome and a go-live date: fill them in first.",
    )
    _one_a_milestone = models.UniqueIndex(
        "(milestone_id) WHERE milestone_id IS NOT NULL", "This milestone is the go-live of another phase already."
    )

    # === COMPUTE METHODS === #

    @api.depends("agreed_on")
    def _compute_agreed_by_id(self):
        for phase in self:
            phase.agreed_by_id = phase.agreed_on and (phase.agreed_by_id or phase.project_id.spoc_id)

    @api.constrains("app_ids", "milestone_id", "project_id")
    def _check_of_project(self):
        for phase in self.sudo():
            strange = phase.app_ids.filtered(lambda app, phase=phase: app.project_id != phase.project_id)[:1]
            if phase.milestone_id and phase.milestone_id.project_id != phase.project_id:
                strange = phase.milestone_id
            if strange:
                raise ValidationError(
                    self.env._(
                        "%(phase)s: %(what)s does not belong to the project %(project)s.",
                        phase=phase.name,
                        what=strange.name,
                        project=phase.project_id.name,
                    )
                )

    @api.constrains("golive_date")
    def _check_golive_date(self):
        for phase in self:
            start = phase.project_id.date_start
            if phase.golive_date and start and phase.golive_date < start:
                raise ValidationError(
                    self.env._(
                        "%(phase)s cannot go live on %(day)s: the project starts on %(start)s.",
                        phase=phase.name,
                        day=fields.Date.to_string(phase.golive_date),
                        start=fields.Date.to_string(start),
                    )
                )

    @api.constrains("agreed_on", "agreed_by_id")
    def _check_agreed(self):
        today = fields.Date.context_today(self)
        for phase in self.filtered("agreed_on"):
            if phase.agreed_on > today:
                raise ValidationError(self.env._("%(phase)s cannot have been agreed in the future.", phase=phase.name))
            if phase.agreed_by_id:
                phase.project_id._check_is_contact(phase.agreed_by_id)

    @api.onchange("decision")
    def _onchange_decision(self):
        if self._origin.decision != "pending":
            self.decision_why = False

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Add phases; those with a go-live date get a milestone."""
        phases = super().create([self._prepare_decision_values(vals) for vals in vals_list])
        phases._adopt_dates()
        phases._sync_milestones()
        return phases

    def write(self, vals):
        """Change phases: what the client agreed to is to be agreed anew, and the milestone follows."""
        same_name = self.filtered(lambda phase: phase.milestone_id.name == phase.name) if "name" in vals else ()
        reopened = self._get_reopened(vals)
        decided_anew = self._get_decided_anew(vals)
        for phases in self.grouped(lambda phase: (phase in reopened, phase in decided_anew)).values():
            values = self._prepare_decision_values(vals) if phases[0] in decided_anew else dict(vals)
            if phases[0] in decided_anew and phases[0].decision != "pending":
                values.setdefault("decision_why", False)
            if phases[0] in reopened:
                values |= {"agreed_on": False, "agreed_by_id": False}
            super(ProjectLifecyclePhase, phases).write(values)
        if "milestone_id" in vals:
            self._adopt_dates()
        if not vals.keys().isdisjoint({"golive_date", "milestone_id"}):
            self._sync_milestones()
        if same_name:
            # whoever writes the phase writes its milestone
            same_name.sudo().milestone_id.write({"name": vals["name"]})
        return True

    def unlink(self):
        """Delete phases with the milestones that were made for them and that nobody works for."""
        milestones = self.sudo().milestone_id
        own = self.sudo().filtered(lambda phase: phase.milestone_id.name == phase.name).milestone_id & milestones
        res = super().unlink()
        own.filtered(lambda milestone: not milestone.is_reached and not milestone.task_ids).unlink()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        decided = self.filtered(lambda phase: phase.decision != "pending")
        if decided:
            raise UserError(
                self.env._(
                    "%(phases)s: it was decided whether they go live. They stay with the project.",
                    phases=", ".join(decided.mapped("name")),
                )
            )

    # === ACTIONS === #

    def action_agreed(self):
        """Record that the SPOC agreed to these phases today.

        :raises UserError: if a phase has no outcome or go-live date yet, or its project no SPOC
        """
        for phase in self:
            if not phase._is_planned():
                raise UserError(
                    self.env._(
                        "%(phase)s: write the outcome and the go-live date, which the client agrees to.",
                        phase=phase.name,
                    )
                )
            if not phase.project_id.spoc_id:
                raise UserError(
                    self.env._(
                        "%(project)s has no SPOC: name one, or open the phase and say who agreed.",
                        project=phase.project_id.name,
                    )
                )
        today = fields.Date.context_today(self)
        for spoc, phases in self.grouped(lambda phase: phase.project_id.spoc_id).items():
            phases.write({"agreed_on": today, "agreed_by_id": spoc.id})

    # === BUSINESS METHODS === #

    def _is_planned(self):
        """Tell whether the phase says what it brings and when it goes live."""
        self.ensure_one()
        return bool(self.golive_date and (self.agreed_outcome or "").strip())

    def _get_reopened(self, vals):
        """Return those of these phases that are agreed, and whose agreed content these values change."""
        content = {name: vals[name] for name in AGREED_FIELDS if name in vals}
        if not content or "agreed_on" in vals:
            return self.browse()
        return self.filtered("agreed_on").filtered(lambda phase: phase._is_changed_by(content))

    def _is_changed_by(self, content):
        self.ensure_one()
        draft = self.new(content, origin=self)
        return any(
            draft[name].ids != self[name].ids if self._fields[name].relational else draft[name] != self[name]
            for name in content
        )

    def _get_decided_anew(self, vals):
        if "decision" not in vals:
            return self.browse()
        return self.filtered(lambda phase: phase.decision != vals["decision"])

    @api.model
    def _prepare_decision_values(self, vals):
        """Return the values with who decides and when, if they decide."""
        if "decision" not in vals:
            return dict(vals)
        is_decided = vals["decision"] != "pending"
        return {
            **vals,
            "decided_on": is_decided and fields.Date.context_today(self),
            "decided_by_id": is_decided and self.env.uid,
        }

    def _adopt_dates(self):
        """Take over the deadlines of milestones that were chosen for phases without a go-live date."""
        for phase in self:
            deadline = phase.sudo().milestone_id.deadline
            if deadline and not phase.golive_date:
                phase.golive_date = deadline

    def _sync_milestones(self):
        """Give phases with a go-live date a milestone, and the milestones that there are the same date."""
        # whoever writes the phase writes its milestone
        phases = self.sudo()
        missing = phases.filtered(lambda phase: phase.golive_date and not phase.milestone_id)
        milestones = phases.env["project.milestone"].create(
            [
                {"name": phase.name, "project_id": phase.project_id.id, "deadline": phase.golive_date}
                for phase in missing
            ]
        )
        for phase, milestone in zip(missing, milestones, strict=True):
            phase.milestone_id = milestone
        late = phases.filtered(lambda phase: phase.milestone_id and phase.milestone_id.deadline != phase.golive_date)
        for day, of_day in late.grouped("golive_date").items():
            of_day.milestone_id.write({"deadline": day})
