from typing import NamedTuple

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date


class SpocChange(NamedTuple):
    """Tells, in the context (key ``spoc_change``), that the SPOC is replaced by the guided step.

    Only an object of this very class counts, so that no caller from outside can send one.
    """

    reason: str


class ReadingRow(NamedTuple):
    """What a new SPOC reads or is told: its day, what it is, and the name of its kind in the reader's language."""

    date: object
    title: str
    kind: str


class ProjectPeopleMixin(models.AbstractModel):
    """The people of a project on both sides, and its SPOC among them."""

    _name = "project.people.mixin"
    _description = "People of a Project"

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
    spoc_change_count = fields.Integer(
        "SPOC changes",
        compute="_compute_spoc_change_count",
        store=True,
        copy=False,
        groups="base.group_user",
        help="How often the SPOC was replaced after the kick-off.",
    )
    is_spoc_change_guided = fields.Boolean(
        compute="_compute_is_spoc_change_guided", groups="base.group_user", export_string_translation=False
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

    @api.depends("spoc_change_ids")
    def _compute_spoc_change_count(self):
        for project in self:
            # as for the SPOC: nothing over nothing is one statement more for each new project
            if project.spoc_change_count != len(project.spoc_change_ids):
                project.spoc_change_count = len(project.spoc_change_ids)

    @api.depends("lifecycle_id", "stage_id")
    def _compute_is_spoc_change_guided(self):
        past = self._origin._get_past_kickoff()
        for project in self:
            project.is_spoc_change_guided = project._origin in past

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

    def action_change_spoc(self):
        """Open the guided step that replaces the SPOC after the kick-off.

        :raises AccessError: if the current user is not the consultant of the project
        """
        self.ensure_one()
        self._check_lifecycle_consultant()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_spoc_change_wizard_action"),
            "context": {"default_project_id": self.id},
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

    def _get_past_kickoff(self):
        """Return those of these projects that have ever got beyond the kick-off stages of their lifecycle.

        In a lifecycle without a kick-off stage delivery is what lies beyond it.

        :rtype: project.project
        """
        with_lifecycle = self.filtered("lifecycle_id")
        if not with_lifecycle:
            return self.browse()
        decisions = self.env["project.gate.decision"].sudo().search([("project_id", "in", with_lifecycle.ids)])
        by_project = decisions.grouped("project_id")
        past = self.browse()
        for project in with_lifecycle.sudo():
            stages = project.lifecycle_id.with_context(active_test=False)._get_stages()
            kickoffs = [rank for rank, stage in enumerate(stages) if stage.purpose == "kickoff"]
            beyond = (
                stages[kickoffs[-1] + 1 :]
                if kickoffs
                else stages.filtered(lambda stage: stage.purpose not in ("intake", "other"))
            )
            reached = project.stage_id
            if project in by_project:
                reached |= by_project[project].to_stage_id
            if reached & beyond:
                past |= project
        return past.sudo(self.env.su)

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

    def _change_spoc(self, partner, reason, delay_days, date=None, is_mailed=True, is_invited=False):
        """Replace the SPOC of one project: the history stays, the access of the client moves over.

        :param res.partner partner: the new SPOC, a contact of the project's customer
        :param str reason: why
        :param int delay_days: expected delay, in working days, 0 or more
        :param date date: first day of the new SPOC; today if not given
        :param bool is_mailed: whether the new SPOC is told by mail
        :param bool is_invited: whether the new SPOC is invited to the portal, unless there is a login already
        :raises AccessError: if the current user is not the consultant of the project
        :raises UserError: without reason, without a SPOC before, if it is the same person, or if the invitation has
            no address
        :rtype: project.spoc.change
        """
        self.ensure_one()
        self._check_lifecycle_consultant()
        reason = (reason or "").strip()
        current = self._get_spoc_line().sudo()
        old = current.partner_id
        self._check_spoc_change(old, partner, reason, delay_days)
        date = date or fields.Date.context_today(self)
        last = max(self.sudo().spoc_change_ids.mapped("date"), default=date)
        if date < last:
            raise UserError(self.env._("The SPOC changed on %(date)s: this change comes after it.", date=last))
        for_client = self.with_context(lang=partner.lang or self.env.lang)
        values = {
            "project_id": self.id,
            "old_partner_id": old.id,
            "new_partner_id": partner.id,
            "date": date,
            "reason": reason,
            "delay_days": delay_days,
            "user_id": self.env.uid,
            "reading_list": self._render_reading_list(),
            "client_reading_list": for_client._render_reading_list(for_client=True),
        }
        # the consultant was checked above: the record of a change is nobody's to write
        change = self.env["project.spoc.change"].sudo().create(values)
        guided = current.with_context(spoc_change=SpocChange(reason))
        guided._hand_over_to(partner, date)
        self._follow_people()
        self.with_context(no_mail_to_attendees=not is_mailed)._move_client_side(old, partner)
        if is_mailed:
            change._mail_new_spoc()
        if is_invited:
            self._invite_to_portal(partner)
        return change.sudo(self.env.su)

    def _check_spoc_change(self, old, new, reason, delay_days):
        if not reason:
            raise UserError(self.env._("Write why the SPOC changes: it is kept for good."))
        if delay_days < 0:
            raise UserError(self.env._("The expected delay is 0 or more working days."))
        if not old:
            raise UserError(self.env._("%(project)s has no SPOC yet: name one.", project=self.name))
        if not new or old == new:
            raise UserError(self.env._("%(spoc)s is the SPOC already: choose who comes after.", spoc=old.display_name))

    def _move_client_side(self, old, new):
        """Let what belongs to the SPOC of one project follow to the new one: override to move more.

        Here: following the project and its tasks, done ones too (who follows a task sees it), access to the shared
        project, open points and the invitation to sessions to come. Who keeps another role on the project stays a
        follower.

        :param res.partner old: the former SPOC
        :param res.partner new: the present one
        """
        self.ensure_one()
        project = self.sudo()
        followed = project.task_ids.filtered(lambda task: old in task.message_partner_ids)
        shared = project.collaborator_ids.filtered(lambda collaborator: collaborator.partner_id == old)
        if shared and new not in project.collaborator_ids.partner_id:
            self.env["project.collaborator"].sudo().create(
                {"project_id": self.id, "partner_id": new.id, "limited_access": shared.limited_access}
            )
        self._move_client_points(old, new)
        project.message_subscribe(partner_ids=new.ids)
        if followed:
            followed.message_subscribe(partner_ids=new.ids)
        today = fields.Date.context_today(self)
        stays = project.stakeholder_ids.filtered(
            lambda person: person.partner_id == old and (not person.date_to or person.date_to > today)
        )
        self._move_client_sessions(old, new, is_replaced=not stays)
        if not stays:
            project.message_unsubscribe(partner_ids=old.ids)

    def _get_pending_client_items(self):
        """Return the criteria of the current steps that wait for the client.

        :rtype: project.checklist.item
        """
        return self.env["project.checklist.item"].search(
            [
                ("project_id", "in", self.ids),
                ("exit_id", "=", False),
                ("step_state", "=", "current"),
                ("responsible", "=", "client"),
                ("state", "=", "open"),
            ]
        )

    def _get_reading_list(self, for_client=False):
        """Return what a new SPOC must catch up with: override to add rows.

        :param bool for_client: only what the client may see, worded for the client
        :return: rows of date, title and kind, in any order
        :rtype: list[ReadingRow]
        """
        self.ensure_one()
        return (
            self._get_decisions_to_read(for_client)
            + self._get_meetings_to_read(for_client)
            + self._get_evidence_to_read(for_client)
        )

    def _get_decisions_to_read(self, for_client):
        rows = []
        decisions = self.env["project.gate.decision"].sudo().search([("project_id", "=", self.id)], order="date, id")
        for decision in decisions.with_context(lang=self.env.lang):
            stage = decision.to_stage_id
            if for_client and (not stage.client_visible or decision.from_stage_id == stage):
                continue
            title = stage.name if for_client else decision.display_name
            rows.append(ReadingRow(self._get_day(decision.date), title, self.env._("Stage reached")))
        return rows

    def _get_meetings_to_read(self, for_client):
        of_project = Domain("lifecycle_project_id", "=", self.id) | (
            Domain("res_model", "=", "project.project") & Domain("res_id", "=", self.id)
        )
        domain = of_project & Domain("start", "<=", fields.Datetime.now()) & Domain("privacy", "!=", "private")
        meetings = self.env["calendar.event"].sudo().search(domain)
        if for_client:
            customer = self.sudo().partner_id.commercial_partner_id
            meetings = meetings.filtered(
                lambda event: event.session_kind != "internal" and customer in event.partner_ids.commercial_partner_id
            )
        return [
            ReadingRow(event.held_on or self._get_day(event.start), event.name, event._get_kind_to_read())
            for event in meetings
        ]

    def _get_evidence_to_read(self, for_client):
        domain = [("project_id", "=", self.id), "|", ("attachment_ids", "!=", False), ("link", "!=", False)]
        if for_client:
            domain.append(("client_visible", "=", True))
        items = self.env["project.checklist.item"].sudo().search(domain).with_context(lang=self.env.lang)
        return [
            ReadingRow(
                self._get_day(item.done_on or item.create_date),
                ": ".join([item.name, ", ".join(item.attachment_ids.mapped("name") or [item.link])]),
                self.env._("Document"),
            )
            for item in items
        ]

    def _get_day(self, moment):
        return fields.Datetime.context_timestamp(self, moment).date()

    def _render_reading_list(self, for_client=False):
        """Return the reading list of one project, oldest first, and what waits for the client.

        The language is that of the context.

        :param bool for_client: only what the client may see
        :rtype: markupsafe.Markup
        """
        self.ensure_one()
        rows = sorted(self._get_reading_list(for_client), key=lambda row: row.date)
        pending = self.sudo()._get_pending_client_items()
        if for_client:
            pending = pending.filtered("client_visible")
        if not rows and not pending:
            return Markup()
        values = {
            "rows": [(format_date(self.env, row.date), row.title, row.kind) for row in rows],
            "pending": pending.mapped("name"),
        }
        return self.env["ir.qweb"]._render("project_lifecycle.spoc_reading_list", values)

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
