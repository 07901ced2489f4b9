from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController
from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk
from odoo.addons.project_lifecycle.logic.duration import parse_hours

TEXT = 10000
PRECISE = ("application", "steps", "expected", "seen")


def _to_id(value):
    """Return a number from a form; 0 if it is none."""
    text = str(value or "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _get_projects_of_user():
    """Return the projects with a lifecycle on whose client's side the user is; archived ones take no new tickets.

    :rtype: project.project
    """
    projects = request.env["project.project"]
    if not projects.has_access("read"):
        return projects.sudo()
    found = projects.search([("lifecycle_id", "!=", False), ("is_template", "=", False)])
    if not request.env.user.share:
        return found.sudo()
    return found.browse(found._get_client_accesses()).sudo()


def _check_may_act(ticket):
    """Check that the user may close or open a ticket: who of us may write it, and whoever of the client reads it.

    :param helpdesk.ticket ticket: with the rights of the user
    :raises AccessError: if not
    """
    ticket.check_access("write" if request.env.user._is_internal() else "read")


def _get_orderable(projects):
    """Return those of the projects on whose packs the user may order time: the SPOC, where there are some.

    :rtype: project.project
    """
    accesses = projects.sudo(False)._get_client_accesses()
    return projects.sudo().filtered(lambda it: accesses.get(it.id) == "full" and it.active and it.pack_count)


def _are_in_days(projects):
    """Tell whether the companies of all of these projects encode time in days.

    :rtype: bool
    """
    packs = request.env["project.pack"].sudo()
    return bool(projects) and all(packs.with_company(it._get_pack_company())._is_in_days() for it in projects)


def _parse_time(typed, unit):
    """Return the hours that the SPOC typed.

    :param str unit: ``day`` if the form asked for days
    :raises ValueError: if it is no time in this unit
    :rtype: float
    """
    amount = parse_hours(typed)
    if unit != "day":
        return amount
    if ":" in typed:
        raise ValueError(typed)
    day = request.env["sale.order.line"].sudo()._get_unit("day")
    return request.env["project.pack"].sudo()._to_hours(amount, day.id)


def _order_time(ticket, typed, unit=None):
    """Order time for a ticket, as the SPOC typed it, and show the ticket with what came of it.

    :param helpdesk.ticket ticket: with the rights of the user
    :param str unit: ``day`` if the form asked for days
    """
    try:
        hours = _parse_time(typed, unit)
        with request.env.cr.savepoint():
            said = "done" if hours and ticket._order_time(hours) else "wrong"
    except ValueError:
        said = "wrong"
    except (AccessError, MissingError, UserError):
        said = "refused"
    return request.redirect(f"/my/ticket/{ticket.id}?order={said}", code=303)


class LifecycleTicketController(HelpdeskTicketController):
    """Tickets that the client writes about its projects."""

    def _get_create_new_ticket_values(self, **kw):
        values = super()._get_create_new_ticket_values(**kw)
        projects = _get_projects_of_user()
        security = request.env.company.sudo().helpdesk_security_team_id.filtered("active")
        chosen = projects.filtered(lambda project: project.id == _to_id(kw.get("project")))
        orderable = _get_orderable(projects)
        return {
            **values,
            "projects": projects,
            "chosen_project": chosen or (projects if len(projects) == 1 else projects.browse()),
            "security_team": security,
            "may_order": bool(orderable),
            "is_in_days": _are_in_days(orderable),
        }

    def _prepare_submit_ticket_vals(self, **kw):
        """Complete the ticket: its project, what is told of it, and the team that reads it.

        :raises AccessError: if the project is none of the user's
        """
        vals = super()._prepare_submit_ticket_vals(**kw)
        vals.update({name: (kw.get(name) or "").strip()[:TEXT] or False for name in PRECISE})
        company = request.env["res.company"].browse(vals["company_id"]).sudo()
        project = self._get_chosen_project(kw.get("project"))
        if project:
            company = project._get_support_company()
            vals.update(project_id=project.id, company_id=company.id)
        security = self._get_security_team(company)
        if kw.get("topic") == "security" and security:
            vals["team_id"] = security.id
        elif project and not vals.get("team_id"):
            vals["team_id"] = project._get_helpdesk_team().id
        team = request.env["helpdesk.ticket.team"].sudo().browse(vals.get("team_id") or ())
        vals["stage_id"] = team._get_applicable_stages()[:1].id
        return vals

    def _get_security_team(self, company):
        """Return who takes security questions: of the company of the project, else those whom the form has named."""
        teams = company.helpdesk_security_team_id | request.env.company.sudo().helpdesk_security_team_id
        return teams.filtered("active")[:1]

    def _get_chosen_project(self, value):
        projects = _get_projects_of_user()
        project = projects.filtered(lambda it: it.id == _to_id(value))
        if value and not project:
            raise AccessError(request.env._("You have no access to this project."))
        return project

    @http.route(methods=["POST"])
    def submit_ticket(self, **kw):
        """Write the ticket, and order the time that its SPOC orders with it; the helpdesk's own route takes links."""
        response = super().submit_ticket(**kw)
        typed = (kw.get("order_hours") or "").strip()
        if not typed:
            return response
        # the one that was written a line above: nobody else writes under this user within the request
        own = [("create_uid", "=", request.env.uid)]
        ticket = request.env["helpdesk.ticket"].sudo().search(own, order="id desc", limit=1)
        return _order_time(ticket.sudo(False), typed, kw.get("order_unit"))

    @http.route(methods=["GET", "POST"])
    def support_ticket_close(self, **kw):
        """Close a ticket of the user's own; the helpdesk's own route would close any, by a mere link.

        Nothing is changed by a link: the page of the ticket asks.
        """
        ticket = request.env["helpdesk.ticket"].browse(_to_id(kw.get("ticket_id"))).exists()
        try:
            _check_may_act(ticket)
        except AccessError:
            return request.redirect("/my")
        if not ticket:
            return request.redirect("/my")
        # people of the client read their tickets, and do not write them; which ones was checked above
        ticket_sudo = ticket.sudo()
        stages = ticket_sudo.team_id._get_applicable_stages().filtered("close_from_portal")
        stage = stages.filtered(lambda stage: stage.id == _to_id(kw.get("stage_id")))
        if request.httprequest.method == "POST" and stage and not ticket_sudo.closed:
            return super().support_ticket_close(ticket_id=ticket.id, stage_id=stage.id)
        # the code that the helpdesk's own route answers with
        return request.redirect(f"/my/ticket/{ticket.id}", code=302)


class LifecyclePortalTickets(CustomerPortalHelpdesk):
    """The page of a ticket."""

    @http.route("/my/ticket/<int:ticket_id>/reopen", type="http", auth="user", methods=["POST"], website=True)
    def portal_ticket_reopen(self, ticket_id, reason=None, **_kw):
        """Open a ticket of the user's own again."""
        try:
            ticket_sudo = self._document_check_access("helpdesk.ticket", ticket_id)
            _check_may_act(ticket_sudo.with_user(request.env.user))
            # the ticket comes with the superuser's rights
            ticket_sudo._reopen_from_portal((reason or "").strip()[:TEXT], request.env.user.partner_id)
        except (AccessError, MissingError):
            return request.redirect("/my")
        except UserError:
            # somebody opened it before, or no stage takes it: the page tells its state
            return request.redirect(f"/my/ticket/{ticket_id}")
        return request.redirect(f"/my/ticket/{ticket_id}")

    @http.route("/my/ticket/<int:ticket_id>/order", type="http", auth="user", methods=["POST"], website=True)
    def portal_ticket_order(self, ticket_id, order_hours=None, order_unit=None, **_kw):
        """Order time for a ticket, as the SPOC of its project: it is deducted at once."""
        try:
            ticket_sudo = self._document_check_access("helpdesk.ticket", ticket_id)
        except (AccessError, MissingError):
            return request.redirect("/my")
        return _order_time(ticket_sudo.with_user(request.env.user), order_hours, order_unit)

    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        is_known = not request.env.user._is_public()
        project = ticket._get_project()
        own = project.with_user(request.env.user)
        access = own._get_client_access() if is_known and project else None
        values.update(
            may_act=is_known,
            is_security=ticket.is_security,
            security_notice=ticket._get_security_notice() if ticket.is_security else "",
            ticket_project=project,
            project_url=project._get_client_url() if access else "",
            may_order=is_known and not ticket.closed and bool(_get_orderable(own)),
            order_said=kwargs.get("order"),
            consents=request.env["project.pack.consent"]._get_client_rows(project, task=ticket.task_id)
            if access
            else [],
            format_time=request.env["project.pack"].sudo().with_company(project._get_pack_company())._format_time,
            is_in_days=_are_in_days(project),
        )
        return values
