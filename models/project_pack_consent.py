from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..logic.consent import cover

SETTLED = {"offered": {"pack_use": "offered"}, "off": {"pack_id": False, "pack_use": False, "so_line": False}}


class ProjectPackConsent(models.Model):
    """What the client agreed may be taken from its packs beyond the planned work (S2.134).

    Time that waits for consent is deducted when a consent covers it, never before. An entry is covered as a whole or
    not at all, so that no more is taken than was agreed.
    """

    _name = "project.pack.consent"
    _description = "Consent of the Client to Time"
    _inherit = ["mail.thread", "project.consent.answer.mixin"]
    _order = "date desc, id desc"

    name = fields.Char("What for", required=True, help="In the words of the client, who reads it.")
    project_id = fields.Many2one("project.project", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="project_id.company_id")
    task_id = fields.Many2one(
        "project.task",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        domain="[('project_id', '=', project_id)]",
        help="Time of this task is covered. A standing consent has none: it covers any task of the project.",
    )
    kind = fields.Selection(
        [("estimate", "Estimate"), ("ordered", "Ordered by the client"), ("standing", "Standing consent")],
        required=True,
        default="estimate",
        readonly=True,
    )
    hours = fields.Float("Up to", required=True, readonly=True, help="Time that may be taken from the packs.")
    date = fields.Date("Since", required=True, readonly=True, default=fields.Date.context_today)
    date_to = fields.Date("Until", readonly=True, help="The last day whose time a standing consent covers.")
    partner_id = fields.Many2one(
        "res.partner", string="Who decides", index="btree_not_null", ondelete="restrict", readonly=True
    )
    state = fields.Selection(
        [("asked", "Asked"), ("granted", "Agreed"), ("refused", "Refused"), ("withdrawn", "Withdrawn")],
        required=True,
        default="asked",
        readonly=True,
        tracking=True,
        index=True,
    )
    answered_on = fields.Datetime(readonly=True)
    is_recorded = fields.Boolean(
        "Recorded by us", readonly=True, help="The client agreed to one of us, who wrote down with whom, when and how."
    )
    recorded_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict", index="btree_not_null")
    answer_note = fields.Text("How the client answered", readonly=True)
    asked_by_id = fields.Many2one(
        "res.users", readonly=True, ondelete="restrict", default=lambda self: self.env.user, index="btree_not_null"
    )
    entry_ids = fields.One2many("account.analytic.line", "consent_id", string="Time", readonly=True)
    used_hours = fields.Float("Taken", compute="_compute_used_hours")
    left_hours = fields.Float("Left", compute="_compute_used_hours")
    awaiting_hours = fields.Float(
        "Waiting", compute="_compute_awaiting_hours", help="Time of this task that no consent covers."
    )

    _some_hours = models.Constraint("CHECK(hours > 0)", "A consent is for more than 0 hours.")
    _standing_ends = models.Constraint(
        "CHECK(kind != 'standing' OR (date_to IS NOT NULL AND date_to >= date))",
        "A standing consent has a last day, not before its first.",
    )
    _answer_has_day = models.Constraint(
        "CHECK(state NOT IN ('granted', 'refused') OR answered_on IS NOT NULL)", "An answer has a day."
    )
    _record_has_author = models.Constraint(
        "CHECK(NOT is_recorded OR num_nulls(recorded_by_id, partner_id, answer_note) = 0)",
        "Write down who of the client agreed, and how.",
    )
    _task_unless_standing = models.Constraint(
        "CHECK(kind != 'standing' OR task_id IS NULL)", "A standing consent is for no single task."
    )

    # === COMPUTE METHODS === #

    @api.depends("entry_ids.unit_amount", "entry_ids.pack_use", "hours")
    def _compute_used_hours(self):
        used = self._get_used_hours()
        for consent in self:
            consent.used_hours = used.get(consent._origin.id, 0.0)
            consent.left_hours = consent.hours - consent.used_hours

    @api.depends("task_id")
    def _compute_awaiting_hours(self):
        rows = (
            self.env["account.analytic.line"]
            .sudo()
            ._read_group(
                [("task_id", "in", self.task_id.ids), ("pack_use", "=", "awaiting")],
                ["task_id", "product_uom_id"],
                ["unit_amount:sum"],
            )
        )
        waiting = {}
        for task, unit, amount in rows:
            waiting[task.id] = waiting.get(task.id, 0.0) + self.env["project.pack"]._to_hours(amount, unit.id)
        for consent in self:
            consent.awaiting_hours = waiting.get(consent.task_id.id, 0.0)

    @api.depends("name", "project_id")
    def _compute_display_name(self):
        for consent in self:
            consent.display_name = f"{consent.project_id.sudo().name}: {consent.name}"

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        answered = self.filtered(lambda consent: consent.state in ("granted", "refused"))
        if answered:
            raise UserError(
                self.env._("The client answered %(consent)s: it is kept.", consent=answered[0].display_name)
            )

    # === ACTIONS === #

    def action_offer(self):
        """Make a gift of the time of the task that no consent covers: the client sees it, no pack pays it."""
        self._settle("offered")

    def action_take_off(self):
        """Take the time of the task that no consent covers off the packs: nobody pays it, and it is no gift."""
        self._settle("off")

    def action_withdraw(self):
        """Take a question back that the client has not answered, or end a consent for the time to come.

        :raises UserError: if there is nothing to take back
        """
        self._check_may_ask()
        for consent in self.sudo():
            if consent.state == "withdrawn" or consent.state == "refused":
                raise consent._get_state_error()
            consent.state = "withdrawn"
            consent._forget_question()

    def action_record_answer(self):
        """Open the dialog in which somebody writes down that the client agreed."""
        self.ensure_one()
        self._check_may_ask()
        consent = self.sudo()
        return self.env["project.consent.wizard"]._get_action(consent.project_id, task=consent.task_id, consent=self)

    def action_view_entries(self):
        """Open the time of the task, or that which this consent covers."""
        self.ensure_one()
        domain = [("task_id", "=", self.task_id.id)] if self.task_id else [("consent_id", "=", self.id)]
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "account.analytic.line",
            "view_mode": "list,form",
            "domain": domain,
            "context": {"create": False},
        }

    # === TIME === #

    def _get_used_hours(self):
        """Return the hours that were deducted under each of these consents.

        :rtype: dict[int, float]
        """
        rows = (
            self.env["account.analytic.line"]
            .sudo()
            ._read_group(
                [("consent_id", "in", self._origin.ids), ("pack_use", "=", "deducted")],
                ["consent_id", "product_uom_id"],
                ["unit_amount:sum"],
            )
        )
        used = {}
        for consent, unit, amount in rows:
            used[consent.id] = used.get(consent.id, 0.0) + self.env["project.pack"]._to_hours(amount, unit.id)
        return used

    def _get_waiting_entries(self):
        """Return the time that waits for this consent, oldest first.

        :rtype: account.analytic.line
        """
        domain = Domain("pack_use", "=", "awaiting") & Domain("project_id", "=", self.project_id.id)
        if self.kind == "standing":
            domain &= Domain("date", ">=", self.date) & Domain("date", "<=", self.date_to)
        else:
            domain &= Domain("task_id", "=", self.task_id.id)
        return self.env["account.analytic.line"].sudo().search(domain, order="date, id")

    def _covers(self, entry):
        """Tell whether the terms of this consent fit an entry, its hours apart."""
        if self.project_id != entry.project_id:
            return False
        if self.kind != "standing":
            return bool(self.task_id) and self.task_id == entry.task_id
        return self.date <= entry.date <= self.date_to

    def _choose_covered(self, entries, left):
        """Return which of the waiting entries this consent covers.

        :param float left: hours it has left
        """
        mine = entries.filtered(self._covers).sorted(lambda entry: (entry.date, entry.id))
        fits = cover(left, [entry._get_hours() for entry in mine])
        return mine.browse(entry.id for entry, fit in zip(mine, fits, strict=True) if fit)

    def _settle(self, how):
        """Decide what becomes of the waiting time of the task of a consent that was refused or covers too little.

        :param str how: ``offered``, or ``off`` the packs
        :raises UserError: if the question is open, or nothing waits
        """
        self._check_may_ask()
        for consent in self.sudo():
            if consent.state == "asked":
                raise UserError(
                    self.env._("%(consent)s is not answered yet: take it back first.", consent=consent.display_name)
                )
            entries = consent._get_waiting_entries() if consent.task_id else self.env["account.analytic.line"]
            if not entries:
                raise UserError(self.env._("No time waits for %(consent)s.", consent=consent.display_name))
            time = consent.project_id._format_pack_time(sum(entry._get_hours() for entry in entries))
            entries.sudo()._settle_awaiting(SETTLED[how])
            consent.message_post(
                body=self.env._("%(time)s offered to the client.", time=time)
                if how == "offered"
                else self.env._("%(time)s taken off the packs.", time=time)
            )

    # === RIGHTS === #

    def _check_may_ask(self):
        for consent in self:
            consent._check_may_ask_for(consent.sudo().project_id, consent.sudo().task_id)

    @api.model
    def _check_may_ask_for(self, project, task=None):
        """Check that the user may ask for consent, or record it: the consultant, and who supports the task.

        :raises AccessError: if not
        """
        if self.env.su or project.with_env(self.env).sudo()._may_ask_consent(task):
            return
        raise AccessError(
            self.env._(
                "The consultant of %(project)s asks for consent, or who works on its tickets.",
                project=project.sudo().name,
            )
        )

    # === LEDGER === #

    @api.model
    def _get_client_rows(self, project, first=None, last=None, task=None):
        """Return the consents of a project in client wording, the latest first; the caller checks who reads.

        Hours that were taken under a consent stand in the statement's own rows as well: here is what allowed them.

        :param date first: of a period, by the day of the consent
        :param date last: of a period
        :param project.task task: those of its time alone
        :return: dicts: name, kind, state, state_label, date, date_to, answered_on, hours, used, left, person,
            recorded_by, url (of the question, if the current user is who answers it)
        :rtype: list[dict]
        """
        domain = Domain("project_id", "=", project.id)
        if first and last:
            domain &= Domain("date", ">=", first) & Domain("date", "<=", last)
        if task is not None:
            domain &= Domain("task_id", "=", task.id) & Domain("task_id", "!=", False)
        consents = self.sudo().search(domain)
        questions = consents.filtered(lambda it: it.state == "asked")._get_questions()
        mine = questions.filtered(lambda it: it.state == "sent" and it.partner_id == self.env.user.partner_id)
        urls = {question.res_id: question._get_client_url() for question in mine}
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        states = dict(self._fields["state"]._description_selection(self.env))
        return [
            {
                "name": consent.name,
                "kind": kinds[consent.kind],
                "state": consent.state,
                "state_label": states[consent.state],
                "date": consent.date,
                "date_to": consent.date_to,
                "answered_on": consent.answered_on,
                "hours": consent.hours,
                "used": consent.used_hours,
                "left": max(consent.left_hours, 0.0) if consent.state == "granted" else 0.0,
                "person": consent.partner_id.name or "",
                "recorded_by": consent.recorded_by_id.name or "",
                "url": urls.get(consent.id, ""),
            }
            for consent in consents
        ]
