from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

ASKED = ("consultant_asked_on", "consultant_asked_by_id")


class ProjectTicketMixin(models.AbstractModel):
    """A ticket of a helpdesk that belongs to a project with a lifecycle; a glue addon maps the fields below.

    Whoever may write the ticket works with it, whatever the rights on projects: what is shown is a summary of the
    project, read with the superuser's rights, and what is written is the task made for the ticket.
    """

    _name = "project.ticket.mixin"
    _inherit = "project.ticket.task.mixin"
    _description = "Ticket of a Project"

    # names of the fields of the helpdesk: override those that differ
    _ticket_project_field = "project_id"
    _ticket_task_field = "task_id"
    _ticket_partner_field = "partner_id"
    _ticket_title_field = "name"
    _ticket_date_field = "create_date"

    consultant_asked_on = fields.Datetime(
        "Consultant asked", readonly=True, copy=False, groups="base.group_user", tracking=True
    )
    consultant_asked_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, groups="base.group_user", ondelete="set null", index="btree_not_null"
    )
    has_lifecycle = fields.Boolean(
        compute="_compute_project_summary",
        compute_sudo=True,
        groups="base.group_user",
        export_string_translation=False,
    )
    project_stage_name = fields.Char(
        "Stage of the project", compute="_compute_project_summary", compute_sudo=True, groups="base.group_user"
    )
    project_is_archived = fields.Boolean(
        "Project archived", compute="_compute_project_summary", compute_sudo=True, groups="base.group_user"
    )
    project_spoc_id = fields.Many2one(
        "res.partner",
        string="SPOC of the project",
        compute="_compute_project_summary",
        compute_sudo=True,
        groups="base.group_user",
    )
    project_consultant_id = fields.Many2one(
        "res.users",
        string="Consultant",
        compute="_compute_project_summary",
        compute_sudo=True,
        groups="base.group_user",
    )
    project_hours_left = fields.Float(
        "Left in packs", compute="_compute_project_balance", compute_sudo=True, groups="base.group_user"
    )
    project_has_packs = fields.Boolean(
        compute="_compute_project_balance",
        compute_sudo=True,
        groups="base.group_user",
        export_string_translation=False,
    )
    task_hours = fields.Float("Time", compute="_compute_task_hours", compute_sudo=True, groups="base.group_user")
    task_awaiting_hours = fields.Float(
        "Time awaiting consent", compute="_compute_task_hours", compute_sudo=True, groups="base.group_user"
    )
    project_consent_state = fields.Char(
        "Consent", compute="_compute_project_consent_state", compute_sudo=True, groups="base.group_user"
    )
    task_consent_count = fields.Integer(
        "Consents", compute="_compute_project_consent_state", compute_sudo=True, groups="base.group_user"
    )
    knowledge = fields.Html(
        "Knowledge package",
        compute="_compute_knowledge",
        compute_sudo=True,
        sanitize=False,
        groups="base.group_user",
        export_string_translation=False,
    )

    # === COMPUTE METHODS === #

    @api.depends(lambda self: [self._ticket_project_field])
    def _compute_project_summary(self):
        for ticket in self:
            project = ticket._get_project()
            ticket.has_lifecycle = bool(project)
            ticket.project_stage_name = project.stage_id.name
            ticket.project_is_archived = bool(project) and not project.active
            ticket.project_spoc_id = project.spoc_id
            ticket.project_consultant_id = project.user_id

    @api.depends(lambda self: [self._ticket_project_field])
    def _compute_project_balance(self):
        for ticket in self:
            project = ticket._get_project()
            ticket.project_hours_left = project.pack_remaining_hours
            ticket.project_has_packs = bool(project.pack_count)

    @api.depends(lambda self: [self._ticket_task_field])
    def _compute_task_hours(self):
        tasks = self[self._ticket_task_field]
        rows = self.env["account.analytic.line"]._read_group(
            [("task_id", "in", tasks.ids), ("project_id", "!=", False)],
            ["task_id", "pack_use", "product_uom_id"],
            ["unit_amount:sum"],
        )
        everything, awaiting = {}, {}
        for task, use, unit, amount in rows:
            hours = self.env["project.pack"]._to_hours(amount, unit.id)
            everything[task.id] = everything.get(task.id, 0.0) + hours
            if use == "awaiting":
                awaiting[task.id] = awaiting.get(task.id, 0.0) + hours
        for ticket in self:
            key = ticket[self._ticket_task_field].id
            ticket.task_hours, ticket.task_awaiting_hours = everything.get(key, 0.0), awaiting.get(key, 0.0)

    @api.depends(lambda self: [self._ticket_task_field])
    def _compute_project_consent_state(self):
        consents = self.env["project.pack.consent"].search([("task_id", "in", self[self._ticket_task_field].ids)])
        by_task = consents.grouped("task_id")
        states = dict(consents._fields["state"]._description_selection(self.env))
        for ticket in self:
            of_task = by_task.get(ticket[self._ticket_task_field], consents.browse())
            ticket.project_consent_state = states[of_task[0].state] if of_task else False
            ticket.task_consent_count = len(of_task)

    def _compute_knowledge(self):
        for ticket in self:
            ticket.knowledge = ticket._get_project()._get_support_knowledge() or False

    @api.constrains(lambda self: [self._ticket_project_field, self._ticket_partner_field, self._ticket_task_field])
    def _check_project_of_client(self):
        """A ticket belongs to a project of its client, or of which its client is one of the people; so does its task.

        :raises ValidationError: naming both
        """
        for ticket in self.sudo():
            project, partner = ticket._get_project(), ticket[self._ticket_partner_field]
            task = ticket[self._ticket_task_field]
            is_elsewhere = task.project_id != ticket[self._ticket_project_field]
            if task and is_elsewhere and (project or task.project_id.lifecycle_id):
                raise ValidationError(
                    self.env._("The task of %(ticket)s is of another project.", ticket=ticket.display_name)
                )
            if project and partner and not project._is_project_of(partner):
                raise ValidationError(
                    self.env._(
                        "%(project)s is no project of %(client)s: choose one of theirs, or none.",
                        project=project.name,
                        client=partner.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Create tickets; who links a task to one works on tasks, and nobody writes that the consultant was asked."""
        self._check_task_own(vals_list)
        tickets = super().create(vals_list)
        # also by defaults
        tickets._check_asked_untouched(bool(tickets.sudo().filtered(lambda it: any(it[name] for name in ASKED))))
        return tickets

    def write(self, vals):
        """Change tickets; who links a task to one works on tasks, and nobody writes that the consultant was asked."""
        self._check_task_own([vals])
        self._check_asked_untouched(not vals.keys().isdisjoint(ASKED))
        return super().write(vals)

    def copy_data(self, default=None):
        """A copy of a ticket gets a task of its own, lest time is counted twice."""
        vals_list = super().copy_data(default)
        for ticket, vals in zip(self, vals_list, strict=True):
            if ticket._get_project() and self._ticket_task_field not in (default or {}):
                vals.pop(self._ticket_task_field, None)
        return vals_list

    @api.model
    def _check_asked_untouched(self, is_written):
        """Check that nobody says by hand that the consultant was asked: the share that needed help counts it.

        :raises AccessError: if somebody does
        """
        if is_written and not self.env.su:
            raise AccessError(self.env._("When the consultant was asked is noted by itself: use Ask the consultant."))

    # === ACTIONS === #

    def action_ask_consultant(self):
        """Open the wizard by which support asks the consultant of the project for help."""
        return self._open_wizard("project.ticket.help", self.env._("Ask the consultant"))

    def action_log_time(self):
        """Open the wizard by which time is logged on the task of the ticket."""
        return self._open_wizard("project.ticket.time", self.env._("Log time"))

    def action_ask_consent(self):
        """Open the wizard that asks the client for its consent to the time of this ticket, or records it."""
        self.ensure_one()
        self._check_has_project()
        task = self._get_or_create_task()
        return self.env["project.consent.wizard"]._get_action(self._get_project(), task=task)

    def action_view_task_time(self):
        """Open the time of the task of the ticket, as far as the user may read time."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Time"),
            "res_model": "account.analytic.line",
            "view_mode": "list",
            "domain": [("task_id", "=", self[self._ticket_task_field].id), ("task_id", "!=", False)],
            "context": {"create": False},
        }

    def action_view_task_consents(self):
        """Open what the client agreed to on the task of the ticket, was asked, or refused."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_pack_consent_action"),
            "domain": [("task_id", "=", self[self._ticket_task_field].id), ("task_id", "!=", False)],
        }

    def _open_wizard(self, model, name):
        self.ensure_one()
        self._check_has_project()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_res_model": self._name, "default_res_id": self.id},
        }

    # === HOOKS OF THE GLUE === #

    @api.model
    def _get_open_ticket_domain(self):
        """Return which tickets are open.

        :rtype: Domain
        """
        raise NotImplementedError

    @api.model
    def _get_ticket_action(self, project):
        """Return the action that opens the tickets of a project.

        :rtype: dict
        """
        raise NotImplementedError

    def _get_task_title(self):
        """Return the name of the task made for the ticket; whoever sees the project reads it."""
        return self[self._ticket_title_field]

    def _get_help_hint(self):
        """Return what whoever asks the consultant about one ticket should know before; empty as a rule.

        :rtype: str
        """
        return ""

    # === BUSINESS METHODS === #

    def _get_project(self):
        """Return the project of the ticket, as superuser, if it has a lifecycle; else none.

        :rtype: project.project
        """
        return self.sudo()[self._ticket_project_field].filtered("lifecycle_id")

    def _check_has_project(self):
        """Check that the user works on a ticket of a project with a lifecycle.

        :raises UserError: if there is no such project
        """
        self.check_access("write")
        if not self._get_project():
            raise UserError(
                self.env._("%(ticket)s belongs to no project: choose one first.", ticket=self.display_name)
            )

    # === COUNTING === #

    @api.model
    def _has_ticket_of(self, project, task=None):
        """Tell whether the current user works on a ticket of a project, or of one task of it.

        :rtype: bool
        """
        tickets = self.with_user(self.env.user).sudo(False)
        if not tickets.has_access("write"):
            return False
        domain = [(self._ticket_project_field, "=", project.id)]
        if task:
            domain.append((self._ticket_task_field, "=", task.id))
        return bool(tickets.search(domain)._filtered_access("write"))

    @api.model
    def _count_by_project(self, projects):
        """Return for each project how many tickets it has, and how many are open.

        :rtype: dict[int, tuple[int, int]]
        """
        domain = Domain(self._ticket_project_field, "in", projects.ids)
        # numbers tell nothing of what is in the tickets
        tickets = self.sudo()
        everything = dict(tickets._read_group(domain, [self._ticket_project_field], ["__count"]))
        still_open = dict(
            tickets._read_group(domain & self._get_open_ticket_domain(), [self._ticket_project_field], ["__count"])
        )
        return {project.id: (count, still_open.get(project, 0)) for project, count in everything.items()}

    @api.model
    def _count_by_month(self, projects, first):
        """Return the tickets of projects by month.

        :param date first: of the first month
        :return: rows: id of a project, month, number of its tickets, and of those the consultant helped with
        :rtype: list[tuple]
        """
        domain = Domain(self._ticket_project_field, "in", projects.ids) & Domain(self._ticket_date_field, ">=", first)
        rows = self.sudo()._read_group(
            domain,
            [self._ticket_project_field, f"{self._ticket_date_field}:month"],
            ["__count", "consultant_asked_on:count"],
        )
        return [(project.id, month, count, helped) for project, month, count, helped in rows]
