from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .project_spoc_change_mixin import SpocChange

CLIENT_ROLES = [
    ("spoc", "SPOC"),
    ("second_contact", "Second contact"),
    ("lead", "Project lead"),
    ("key_user", "Key user"),
    ("end_user", "End user"),
    ("decision_maker", "Decision maker"),
    ("it", "IT"),
    ("other", "Other"),
]


class ProjectLifecycleStakeholder(models.Model):
    _name = "project.lifecycle.stakeholder"
    _inherit = ["project.duties.signoff.mixin"]
    _description = "Person of a Project"
    _order = "project_id, side, is_lead desc, id"
    _rec_name = "partner_id"

    project_id = fields.Many2one("project.project", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Person", required=True, index=True, ondelete="restrict")
    # customer of the project, for the choice of its contacts
    commercial_partner_id = fields.Many2one(
        related="project_id.partner_id.commercial_partner_id", string="Customer", export_string_translation=False
    )
    side = fields.Selection([("ours", "Ours"), ("client", "Client")], required=True, default="client")
    user_id = fields.Many2one(
        "res.users",
        compute="_compute_user_id",
        store=True,
        index="btree_not_null",
        help="The user that the person of our side works as: a lead with a user is a consultant of the project.",
    )
    client_role = fields.Selection(
        CLIENT_ROLES, string="Role", compute="_compute_client_role", store=True, readonly=False, precompute=True
    )
    role_id = fields.Many2one("project.role", string="Task role", index="btree_not_null", ondelete="restrict")
    role_note = fields.Char(
        "Role in words", help="What this person decides and answers. Required for a second contact beside the SPOC."
    )
    is_lead = fields.Boolean(
        "Project lead",
        compute="_compute_is_lead",
        store=True,
        readonly=False,
        precompute=True,
        help="Leads its side. A lead on ours, with a user, is a consultant of the project.",
    )
    reads_client_side = fields.Boolean(
        "Reads along",
        help="Reads the client's side of the project in the portal, with a login of the own. The SPOC always does, and"
        " alone answers and confirms.",
    )
    duties = fields.Text(
        compute="_compute_duties",
        store=True,
        readonly=False,
        precompute=True,
        help="What is expected of this person. The SPOC's come from the lifecycle, in the SPOC's language.",
    )
    hours_week = fields.Float("Hours a week", help="How many hours a week this person is expected to give.")
    date_from = fields.Date("From", default=lambda self: fields.Date.context_today(self))
    date_to = fields.Date("Until")
    acknowledged_on = fields.Date("Duties acknowledged on")
    acknowledged_by_id = fields.Many2one(
        "res.partner",
        string="Acknowledged by",
        compute="_compute_acknowledged_by_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    recorded_by_id = fields.Many2one(
        "res.users",
        string="Recorded by",
        compute="_compute_acknowledged_by_id",
        store=True,
        precompute=True,
        ondelete="restrict",
        index="btree_not_null",
    )

    _one_spoc = models.UniqueIndex(
        "(project_id) WHERE client_role = 'spoc' AND date_to IS NULL", "A project has one SPOC at a time."
    )
    _role_of_client = models.Constraint(
        "CHECK((side = 'client') = (client_role IS NOT NULL))",
        "People of the client have a role there, people of our side have none of these.",
    )
    _second_contact_explained = models.Constraint(
        "CHECK(client_role IS DISTINCT FROM 'second_contact' OR TRIM(COALESCE(role_note, '')) != '')",
        "Say in words what the second contact is for, so that the roles are clear to all.",
    )
    _lead_flagged = models.Constraint(
        "CHECK(client_role IS DISTINCT FROM 'lead' OR is_lead)", "Whose role is project lead leads the client's side."
    )
    _dates_in_order = models.Constraint(
        "CHECK(date_from IS NULL OR date_to IS NULL OR date_to >= date_from)",
        "A person leaves the project after it came: put the dates in order.",
    )
    _hours_possible = models.Constraint("CHECK(hours_week BETWEEN 0 AND 168)", "A week has between 0 and 168 hours.")

    # === COMPUTE METHODS === #

    @api.depends("side", "partner_id.user_ids.share", "partner_id.user_ids.active")
    def _compute_user_id(self):
        for person in self:
            users = person.partner_id.user_ids if person.side == "ours" else self.env["res.users"]
            person.user_id = users.filtered(lambda user: user.active and not user.share)[:1]

    @api.depends("side")
    def _compute_client_role(self):
        for person in self:
            person.client_role = (person.client_role or "key_user") if person.side == "client" else False

    @api.depends("client_role")
    def _compute_is_lead(self):
        for person in self:
            person.is_lead = person.is_lead or person.client_role == "lead"

    @api.depends("client_role")
    def _compute_duties(self):
        for person in self:
            person.duties = person.duties or (person.client_role == "spoc" and person._get_shipped_duties())

    @api.depends("acknowledged_on")
    def _compute_acknowledged_by_id(self):
        for person in self:
            acknowledged = bool(person.acknowledged_on)
            person.acknowledged_by_id = acknowledged and (person.acknowledged_by_id or person.partner_id)
            # the SPOC may have signed it: then nobody of us has recorded anything
            person.recorded_by_id = acknowledged and self.env.user._is_internal() and self.env.user

    @api.constrains("partner_id", "client_role", "date_to")
    def _check_contact_of_customer(self):
        for person in self.sudo():
            if person.client_role in ("spoc", "second_contact") and not person.date_to:
                person.project_id._check_is_contact(person.partner_id)

    @api.constrains("client_role", "date_to", "acknowledged_on")
    def _check_days_to_come(self):
        today = fields.Date.context_today(self)
        for person in self:
            if person.client_role == "spoc" and person.date_to and person.date_to > today:
                raise ValidationError(
                    self.env._(
                        "%(person)s is the SPOC until another one is named: the last day cannot lie in the future.",
                        person=person.display_name,
                    )
                )
            if person.acknowledged_on and person.acknowledged_on > today:
                raise ValidationError(
                    self.env._(
                        "%(person)s cannot have acknowledged the duties in the future.", person=person.display_name
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Add people to projects; leads of our side follow the project, so that they see it.

        :raises AccessError: if the user is not the consultant of one of the projects
        :raises UserError: if a project would have two SPOCs
        """
        defaults = self.default_get(["project_id", "client_role", "date_to"])
        vals_list = [{**defaults, **vals} for vals in vals_list]
        projects = self.env["project.project"].browse(
            {vals["project_id"] for vals in vals_list if vals.get("project_id")}
        )
        # before anything is there: whoever adds himself as lead would have the right afterwards
        self._check_consultant_of(projects)
        self._check_spoc_free([vals["project_id"] for vals in vals_list if self._makes_spoc(vals)])
        people = super().create(vals_list)
        people._let_leads_follow()
        people.project_id._follow_people()
        return people

    def write(self, vals):
        """Change people. After the kick-off the SPOC is replaced by the guided step alone, whoever asks.

        :raises AccessError: if the user is not the consultant of one of the projects
        :raises UserError: if a project would have two SPOCs, lose one after the kick-off, or if duties change that
            were acknowledged
        """
        self._check_consultant_of(self.project_id)
        self._check_stays_on_project(vals)
        self._check_spoc_stays(vals)
        becoming = self.filtered(lambda person: not person._is_current_spoc() and self._makes_spoc(vals, person))
        self._check_spoc_free([person.project_id.id for person in becoming])
        if "duties" in vals and "acknowledged_on" not in vals:
            self._check_duties_open(vals["duties"])
        for people, values in self._split_by_replacement(vals):
            super(ProjectLifecycleStakeholder, people).write(values)
        self._let_leads_follow()
        self.project_id._follow_people()
        return True

    def unlink(self):
        projects = self.project_id
        self._check_consultant_of(projects)
        res = super().unlink()
        projects._follow_people()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_spoc(self):
        self._check_spoc_stays({"date_to": True})

    # === ACTIONS === #

    def action_acknowledge(self):
        """Record that these people have acknowledged their duties today.

        :raises AccessError: if the user is not the consultant of one of the projects
        """
        self.write({"acknowledged_on": fields.Date.context_today(self)})

    def action_open(self):
        """Open the person in a dialog."""
        self.ensure_one()
        return {**self.project_id._get_people_form(self.env._("Person")), "res_id": self.id}

    # === BUSINESS METHODS === #

    def _is_current_spoc(self):
        self.ensure_one()
        return self.client_role == "spoc" and not self.date_to

    def _is_current(self):
        self.ensure_one()
        return not self.date_to or self.date_to >= fields.Date.context_today(self)

    def _end(self, date):
        """End the role of these people, on that day or on their first one if that comes later.

        :param date date: last day
        """
        for person in self:
            first = person.date_from
            person.write({"date_to": date, "date_from": min(first, date) if first else first})

    def _hand_over_to(self, partner, date):
        """End the present SPOC and begin with another one, who is no second contact any more.

        :param res.partner partner: the new SPOC
        :param date date: last day of the one, first day of the other
        """
        self.ensure_one()
        self._end(date)
        lines = self.search(
            [
                ("project_id", "=", self.project_id.id),
                ("partner_id", "=", partner.id),
                ("client_role", "=", "second_contact"),
                ("date_to", "=", False),
            ]
        )
        lines._end(date)
        self.create(
            {
                "project_id": self.project_id.id,
                "partner_id": partner.id,
                "side": "client",
                "client_role": "spoc",
                "is_lead": self.is_lead,
                "hours_week": self.hours_week,
                "date_from": date,
            }
        )

    def _get_shipped_duties(self):
        """Return the duties that the lifecycle names for its SPOCs, in the person's language."""
        lifecycle = self.project_id.sudo().lifecycle_id
        return lifecycle.with_context(lang=self.partner_id.lang or self.env.lang).spoc_duties

    @api.model
    def _makes_spoc(self, vals, person=None):
        """Tell whether values make somebody the present SPOC."""
        role = vals.get("client_role", person and person.client_role)
        return role == "spoc" and not vals.get("date_to", person and person.date_to)

    def _check_consultant_of(self, projects):
        if not self.env.su:
            projects._check_lifecycle_consultant()

    def _check_spoc_free(self, project_ids):
        """Check that none of these projects has a SPOC, before the database refuses a second one.

        :param list project_ids: one for each SPOC to come
        :raises UserError: naming the project and its SPOC
        """
        if not project_ids:
            return
        projects = self.env["project.project"].browse(set(project_ids))
        taken = projects._get_spoc_line()[:1]
        if taken:
            raise UserError(
                self.env._(
                    "%(project)s has a SPOC already: %(spoc)s. A project has one; a second contact is possible with"
                    " a role of its own.",
                    project=taken.project_id.name,
                    spoc=taken.partner_id.display_name,
                )
            )
        if len(projects) < len(project_ids):
            raise UserError(
                self.env._(
                    "%(projects)s: one SPOC a project. A second contact is possible with a role of its own.",
                    projects=", ".join(projects.mapped("name")),
                )
            )

    def _check_stays_on_project(self, vals):
        if "project_id" in vals and any(person.project_id.id != vals["project_id"] for person in self):
            raise UserError(self.env._("A person stays on its project: add it to the other one instead."))

    def _check_spoc_stays(self, vals):
        """Check that these values replace no SPOC after the kick-off.

        :raises UserError: naming the project and its SPOC
        """
        if isinstance(self.env.context.get("spoc_change"), SpocChange):
            return
        replaced = self.filtered(
            lambda person: person._is_current_spoc() and (not self._makes_spoc(vals, person) or person._is_other(vals))
        )
        past = replaced.project_id._get_past_kickoff()
        if past:
            raise UserError(
                self.env._(
                    "%(project)s is past its kick-off: its SPOC %(spoc)s is replaced by the guided step only. Use the"
                    " button Change the SPOC on the page People of the project.",
                    project=past[0].name,
                    spoc=past[0]._get_spoc_line().partner_id.display_name,
                )
            )

    def _is_other(self, vals):
        return (
            vals.get("partner_id", self.partner_id.id) != self.partner_id.id or vals.get("side", "client") != "client"
        )

    def _check_duties_open(self, duties):
        for person in self:
            if person.acknowledged_on and (person.duties or "") != (duties or ""):
                raise UserError(
                    self.env._(
                        "%(person)s has acknowledged these duties. Empty the date of the acknowledgement before you"
                        " change them.",
                        person=person.display_name,
                    )
                )

    def _split_by_replacement(self, vals):
        """Return these people with what is written to them: whoever is replaced has not acknowledged anything.

        :return: pairs of people and values
        """
        if "partner_id" not in vals:
            return [(self, vals)]
        replaced = self.filtered(lambda person: person.partner_id.id != vals["partner_id"])
        pairs = [(self - replaced, vals)]
        for person in replaced:
            values = {"acknowledged_on": False, **vals}
            if person.client_role == "spoc" and person.duties == person._get_shipped_duties():
                partner = person.partner_id.browse(vals["partner_id"])
                lifecycle = person.project_id.sudo().lifecycle_id
                values.setdefault("duties", lifecycle.with_context(lang=partner.lang or self.env.lang).spoc_duties)
            pairs.append((person, values))
        return pairs

    def _let_leads_follow(self):
        for person in self.filtered(lambda person: person.is_lead and person.user_id and person._is_current()):
            # the consultant was checked by the callers, and may not write the project
            person.project_id.sudo().message_subscribe(partner_ids=person.partner_id.ids)
