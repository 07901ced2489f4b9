from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import split_every

from ..logic.pressure import MONTHS, Pressure

PRESSURE = "project_lifecycle.mail_activity_type_ticket_pressure"
BATCH = 100


class ProjectSupportMixin(models.AbstractModel):
    """Tickets of a project, whatever helpdesk they come from, and how much they ask (S2.133 to S2.135)."""

    _name = "project.support.mixin"
    _description = "Support of a Project"

    has_helpdesk = fields.Boolean(
        compute="_compute_has_helpdesk", groups="base.group_user", export_string_translation=False
    )
    support_ticket_count = fields.Integer("All tickets", compute="_compute_support_tickets", groups="base.group_user")
    support_open_ticket_count = fields.Integer(
        "Open tickets", compute="_compute_support_tickets", groups="base.group_user"
    )
    support_month_count = fields.Integer(
        "Tickets this month", compute="_compute_support_pressure", groups="base.group_user"
    )
    support_trend = fields.Selection(
        [("none", "No tickets"), ("rising", "Rising"), ("steady", "Steady"), ("falling", "Falling")],
        string="Trend of the tickets",
        compute="_compute_support_pressure",
        groups="base.group_user",
        help="The later of the last full months against the earlier ones.",
    )
    support_helped_share = fields.Float(
        "Needed the consultant",
        compute="_compute_support_pressure",
        groups="base.group_user",
        help="Percent of the tickets of the last months for which support asked the consultant.",
    )
    support_chart = fields.Html(
        "Tickets by month",
        compute="_compute_support_pressure",
        groups="base.group_user",
        sanitize=False,
        export_string_translation=False,
    )
    support_pressed_on = fields.Date(
        copy=False,
        groups="base.group_user",
        export_string_translation=False,
        help="Month for which the manager was told that the project asks much of support.",
    )
    consent_ids = fields.One2many(
        "project.pack.consent", "project_id", string="Consents", groups="project.group_project_user"
    )
    consent_count = fields.Integer(
        "Number of consents", compute="_compute_consents", groups="project.group_project_user"
    )
    consent_asked_count = fields.Integer(
        "Consents not answered", compute="_compute_consents", groups="project.group_project_user"
    )

    # === COMPUTE METHODS === #

    def _compute_has_helpdesk(self):
        self.has_helpdesk = bool(self._get_ticket_models())

    # read by screens, after whatever happened in a helpdesk
    def _compute_support_tickets(self):
        counts = self._count_tickets()
        for project in self:
            project.support_ticket_count, project.support_open_ticket_count = counts.get(project._origin.id, (0, 0))

    def _compute_support_pressure(self):
        pressures = self._get_ticket_pressures()
        for project in self:
            pressure = pressures.get(project._origin.id, Pressure([0] * MONTHS, 0))
            project.support_month_count = pressure.months[-1]
            project.support_trend = pressure.trend
            project.support_helped_share = pressure.helped_share
            project.support_chart = project._render_ticket_months(pressure) if pressure.total else False

    @api.depends("consent_ids.state")
    def _compute_consents(self):
        rows = self.env["project.pack.consent"]._read_group(
            [("project_id", "in", self.ids)], ["project_id", "state"], ["__count"]
        )
        counts = {}
        for project, state, count in rows:
            known = counts.setdefault(project.id, [0, 0])
            known[0] += count
            known[1] += count if state == "asked" else 0
        for project in self:
            project.consent_count, project.consent_asked_count = counts.get(project._origin.id, (0, 0))

    # === ACTIONS === #

    def action_view_support_tickets(self):
        """Open the tickets of the project, those that are open first.

        :return: the action of the helpdesk that is joined; False without one
        """
        self.ensure_one()
        models_joined = self._get_ticket_models()
        return self.env[models_joined[0]]._get_ticket_action(self) if models_joined else False

    def action_view_consents(self):
        """Open what the client agreed to, or was asked."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_pack_consent_action"),
            "domain": [("project_id", "=", self.id)],
        }

    def action_standing_consent(self):
        """Open the wizard that asks for a standing consent, or records one."""
        self.ensure_one()
        return self.env["project.consent.wizard"]._get_action(self, kind="standing")

    # === BUSINESS METHODS === #

    @api.model
    def _get_ticket_models(self):
        """Return the names of the models of tickets, each with project.ticket.mixin: glue addons add theirs.

        :rtype: list[str]
        """
        return []

    def _may_ask_consent(self, task=None):
        """Tell whether the current user may ask for the client's consent, or record it (S2.134).

        :param project.task task: whose time it is
        """
        self.ensure_one()
        return self._is_lifecycle_consultant() or any(
            self.env[name]._has_ticket_of(self, task) for name in self._get_ticket_models()
        )

    def _count_tickets(self):
        """Return how many tickets each project has, and how many of them are open; a constant number of queries.

        :rtype: dict[int, tuple[int, int]]
        """
        counts = {}
        for name in self._get_ticket_models():
            for key, (everything, still_open) in self.env[name]._count_by_project(self).items():
                known = counts.get(key, (0, 0))
                counts[key] = (known[0] + everything, known[1] + still_open)
        return counts

    def _get_ticket_pressures(self):
        """Return the tickets of the last months of each project that had some; a constant number of queries.

        :rtype: dict[int, Pressure]
        """
        this_month = fields.Date.context_today(self).replace(day=1)
        first = this_month - relativedelta(months=MONTHS - 1)
        found = {}
        for name in self._get_ticket_models():
            for key, month, count, helped in self.env[name]._count_by_month(self, first):
                months, total_helped = found.get(key, ([0] * MONTHS, 0))
                place = (month.year - first.year) * 12 + month.month - first.month
                if 0 <= place < MONTHS:
                    months[place] += count
                    total_helped += helped
                found[key] = (months, total_helped)
        return {key: Pressure(*numbers) for key, numbers in found.items()}

    def _render_ticket_months(self, pressure):
        """Return the tickets of the last months as small bars, the present month last.

        :rtype: markupsafe.Markup
        """
        this_month = fields.Date.context_today(self).replace(day=1)
        months = [this_month - relativedelta(months=MONTHS - 1 - place) for place in range(MONTHS)]
        values = {
            "bars": list(zip(months, pressure.months, strict=True)),
            "top": max(pressure.months),
        }
        return self.env["ir.qweb"]._render("project_lifecycle.ticket_months", values)

    def _is_project_of(self, partner):
        """Tell whether a contact is of the client of this project, or one of its people.

        :param res.partner partner: may be any
        """
        self.ensure_one()
        project = self.sudo()
        clients = project.partner_id.commercial_partner_id | project.stakeholder_ids.partner_id.commercial_partner_id
        return not project.partner_id or partner.sudo().commercial_partner_id in clients

    def _get_consenting_people(self):
        """Return the people of the client who may agree to time: its SPOC, and whom the SPOC's colleagues are.

        :rtype: res.partner
        """
        self.ensure_one()
        project = self.sudo()
        client = project.partner_id
        people = project.stakeholder_ids.filtered(lambda person: person.side == "client").partner_id
        contacts = client.commercial_partner_id.child_ids.filtered(lambda contact: contact.type == "contact")
        return client | project.spoc_id | people | contacts

    def _get_support_knowledge(self):
        """Return what the support team knows of the project, for ourselves; empty without a lifecycle.

        :rtype: markupsafe.Markup
        """
        return Markup()

    # === PRESSURE === #

    @api.model
    def _cron_ticket_pressure(self):
        """Suggest once a month to the managers of projects that ask much of support to talk about going active again.

        The month is kept on the project with the suggestion: a run that was cut short goes on where it stopped.
        """
        if not self._get_ticket_models():
            return
        this_month = fields.Date.context_today(self).replace(day=1)
        projects = self.search(self._get_pressure_domain(this_month))
        self.env["ir.cron"]._commit_progress(remaining=len(projects))
        for ids in split_every(BATCH, projects.ids):
            self.browse(ids)._tell_ticket_pressure(this_month)
            if not self.env["ir.cron"]._commit_progress(len(ids)):
                return

    @api.model
    def _get_pressure_domain(self, month):
        """Return which projects are watched: those in support for which nothing was said this month."""
        return [
            ("lifecycle_id", "!=", False),
            ("is_template", "=", False),
            ("stage_id.purpose", "=", "support"),
            "|",
            ("support_pressed_on", "=", False),
            ("support_pressed_on", "<", month),
        ]

    def _tell_ticket_pressure(self, month):
        """Give the managers of those of these projects that reached the limit their activity.

        :param date month: its first day
        """
        pressures = self._get_ticket_pressures()
        pressed = self.filtered(lambda project: project._is_pressed(pressures.get(project.id)))
        pressed.support_pressed_on = month
        demanding = dict(
            self._read_group([("support_pressed_on", "=", month)], ["user_id"], ["__count"]) if pressed else ()
        )
        for project in pressed:
            manager = project.user_id.filtered(lambda user: user.active and not user.share)
            if manager:
                project._schedule_pressure(manager, pressures[project.id], demanding.get(manager, 1))

    def _is_pressed(self, pressure):
        limit = self._get_pack_company().ticket_pressure_limit
        return bool(limit and pressure and pressure.months[-1] >= limit)

    def _schedule_pressure(self, manager, pressure, demanding):
        """Give the manager of one project the activity.

        :param int demanding: how many projects of this manager ask as much this month
        """
        told = self.with_context(lang=manager.lang or self.env.lang)
        trends = dict(self._fields["support_trend"]._description_selection(told.env))
        text = told.env._(
            "%(count)s tickets this month, %(share)s %% of the last months needed the consultant, trend: %(trend)s."
            " Talk with %(client)s about making the project active again.",
            count=pressure.months[-1],
            share=round(pressure.helped_share),
            trend=trends[pressure.trend],
            client=self.spoc_id.name or self.partner_id.name or told.env._("the client"),
        )
        many = ""
        if demanding > 1:
            many = told.env._(
                "%(count)s of your projects in support ask this much: avoid keeping many demanding clients there.",
                count=demanding,
            )
        told.activity_schedule(
            PRESSURE,
            user_id=manager.id,
            summary=told.env._("%(project)s asks much of support", project=self.name),
            note=Markup("<p>%s</p><p>%s</p>") % (text, many),
        )
