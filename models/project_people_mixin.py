from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .project_spoc_change_mixin import SpocChange


class ProjectPeopleMixin(models.AbstractModel):
    """The people of a project on both sides, and its SPOC among them."""

    _name = "project.people.mixin"
    _description = "People of a Project"
    _inherit = ["project.spoc.change.mixin", "project.reading.list.mixin"]

    spoc_id = fields.Many2one(
        "res.partner",
        string="SPOC",
        compute="_compute_spoc_id",
        inverse="_inverse_spoc_id",
        store=True,
        readonly=False,
        copy=False,
        index="btree_not_null",
        tracking=True,
        groups="base.group_user",
        help="The single point of contact on the client's side.",
    )

    # === COMPUTE METHODS === #

    @api.depends("stakeholder_ids.partner_id", "stakeholder_ids.client_role", "stakeholder_ids.date_to")
    def _compute_spoc_id(self):
        for project in self:
            spoc = project.stakeholder_ids.filtered(lambda person: person._is_current_spoc()).partner_id[:1]
            # a new project would cost one statement more if an empty value were written over an empty one
            if project.spoc_id != spoc:
                project.spoc_id = spoc

    def _inverse_spoc_id(self):
        # the cache holds the SPOC to come, and forgets it with the first change below
        wanted = {project: project.spoc_id for project in self}
        for project, partner in wanted.items():
            project._set_spoc(partner)

    @api.constrains("partner_id")
    def _check_customer_of_spoc(self):
        for project in self.filtered("lifecycle_id").sudo():
            spoc = project.spoc_id
            if spoc and spoc.commercial_partner_id != project.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(spoc)s is the SPOC of the project %(project)s and no contact of %(customer)s. If the SPOC"
                        " works there now, make it a contact of that customer first; otherwise end this SPOC first.",
                        spoc=spoc.display_name,
                        project=project.name,
                        customer=project.partner_id.display_name or self.env._("no customer"),
                    )
                )

    # === ACTIONS === #

    def action_name_spoc(self):
        """Open the form in which the SPOC of the project is named, the customer's person proposed.

        :raises AccessError: if the current user is not the consultant of the project
        """
        self.ensure_one()
        self._check_lifecycle_consultant()
        current = self._get_spoc_line()
        customer = self.sudo().partner_id
        return {
            **self._get_people_form(self.env._("SPOC")),
            "res_id": current.id,
            "context": {
                "default_project_id": self.id,
                "default_side": "client",
                "default_client_role": "spoc",
                "default_partner_id": False if customer.is_company else customer.id,
            },
        }

    def action_open_people(self):
        """Open the people of the project as a list, which the consultant edits in place."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_lifecycle_stakeholder_action"),
            "name": self.env._("People of %(project)s", project=self.name),
            "domain": [("project_id", "=", self.id)],
            "context": {"default_project_id": self.id},
        }

    def action_open_spoc_note(self):
        """Open the confidential note on the SPOC, in a dialog.

        :raises AccessError: if the current user is not the consultant of the project
        """
        self.ensure_one()
        self._check_lifecycle_consultant()
        domain = [("project_id", "=", self.id), ("partner_id", "=", self.spoc_id.id)]
        note = self.env["project.spoc.note"].search(domain, limit=1)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Confidential note"),
            "res_model": "project.spoc.note",
            "res_id": note.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_project_id": self.id, "default_partner_id": self.spoc_id.id},
        }

    def _get_people_form(self, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "project.lifecycle.stakeholder",
            "views": [(False, "form")],
            "target": "new",
        }

    # === BUSINESS METHODS === #

    def _get_spoc_line(self):
        """Return the people who are the SPOCs of these projects now, with the superuser's rights taken off again.

        :rtype: project.lifecycle.stakeholder
        """
        lines = self.env["project.lifecycle.stakeholder"].sudo()
        found = lines.search([("project_id", "in", self.ids), ("client_role", "=", "spoc"), ("date_to", "=", False)])
        return found.sudo(self.env.su)

    def _get_named_leads(self):
        """Return the users who are named leads on our side now.

        :rtype: res.users
        """
        if not self.lifecycle_id:
            return self.env["res.users"]
        people = self.sudo().stakeholder_ids.filtered(lambda person: person.is_lead and person._is_current())
        return people.user_id.sudo(self.env.su)

    @api.model
    def _get_led_domain(self):
        """Return which projects the current user leads: as their manager, or as a named lead of our side.

        :rtype: Domain
        """
        today = fields.Date.context_today(self)
        lead = Domain("user_id", "=", self.env.uid) & Domain("is_lead", "=", True)
        present = Domain("date_to", "=", False) | Domain("date_to", ">=", today)
        return Domain("user_id", "=", self.env.uid) | (
            Domain("lifecycle_id", "!=", False) & Domain("stakeholder_ids", "any", lead & present)
        )

    def _check_is_contact(self, partner):
        """Check that somebody belongs to the customer of one project.

        :param res.partner partner: the person
        :raises ValidationError: naming both
        """
        self.ensure_one()
        customer = self.sudo().partner_id
        if not customer:
            raise ValidationError(
                self.env._("The project %(project)s has no customer yet: set it first.", project=self.name)
            )
        if partner.sudo().commercial_partner_id != customer.commercial_partner_id:
            raise ValidationError(
                self.env._(
                    "%(person)s is no contact of %(customer)s, the customer of the project %(project)s. Choose one of"
                    " its contacts.",
                    person=partner.sudo().display_name,
                    customer=customer.commercial_partner_id.display_name,
                    project=self.name,
                )
            )

    def _follow_people(self):
        """Work out again what people decide of the gates, and of the red flags."""
        with_lifecycle = self.filtered("lifecycle_id")
        # while one SPOC comes for another there is none for a moment, which nobody is to be told
        if with_lifecycle and not isinstance(self.env.context.get("spoc_change"), SpocChange):
            with_lifecycle.sudo().intake_ids._run_rules()
            with_lifecycle._refresh_criteria()
            with_lifecycle._follow_signers()

    def _set_spoc(self, partner):
        """Name, replace or end the SPOC of one project where that is free: until its kick-off is over.

        Naming a SPOC makes nobody a follower and opens no portal: what is said before the kick-off stays between us.

        :param res.partner partner: may be empty
        :raises UserError: if a SPOC would be replaced after the kick-off
        """
        self.ensure_one()
        current = self._get_spoc_line()
        if current.partner_id == partner:
            return
        if not current:
            self.env["project.lifecycle.stakeholder"].create(
                {"project_id": self.id, "side": "client", "client_role": "spoc", "partner_id": partner.id}
            )
        elif partner:
            current.partner_id = partner
        else:
            current._end(fields.Date.context_today(self))

    # === COMPUTED CRITERIA === #

    def _criterion_spoc(self):
        return self.filtered("spoc_id")

    def _criterion_spoc_duties(self):
        return self.browse(self._get_spoc_line().filtered("acknowledged_on").project_id.ids)

    def _criterion_spoc_note(self):
        notes = self.env["project.spoc.note"].sudo().search([("project_id", "in", self.ids)])
        return self.browse(notes.filtered(lambda note: note._is_written()).project_id.ids)

    def _criterion_leads(self):
        return self._criterion_lead_ours() & self._criterion_lead_client()

    def _criterion_lead_ours(self):
        return self._get_with_people("ours", [("is_lead", "=", True)])

    def _criterion_lead_client(self):
        return self._get_with_people("client", [("is_lead", "=", True)])

    def _criterion_members(self):
        return self._criterion_members_ours() & self._criterion_members_client()

    def _criterion_members_ours(self):
        return self._get_with_people("ours", [("is_lead", "=", False)])

    def _criterion_members_client(self):
        return self._get_with_people("client", [("is_lead", "=", False), ("client_role", "!=", "spoc")])

    def _get_with_people(self, side, domain):
        """Return those of these projects that have somebody of a side now.

        :param str side: ``ours`` or ``client``
        :param list domain: on people, what is asked of them
        """
        today = fields.Date.context_today(self)
        people = self.env["project.lifecycle.stakeholder"].sudo()
        found = people.search(
            [
                ("project_id", "in", self.ids),
                ("side", "=", side),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", today),
                *domain,
            ]
        )
        return self.browse(found.project_id.ids)
