from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController
from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk

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


class LifecycleTicketController(HelpdeskTicketController):
    """Tickets that the client writes about its projects."""

    def _get_create_new_ticket_values(self, **kw):
        values = super()._get_create_new_ticket_values(**kw)
        projects = _get_projects_of_user()
        security = request.env.company.sudo().helpdesk_security_team_id.filtered("active")
        chosen = projects.filtered(lambda project: project.id == _to_id(kw.get("project")))
        return {
            **values,
            "projects": projects,
            "chosen_project": chosen or (projects if len(projects) == 1 else projects.browse()),
            "security_team": security,
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
        if kw.get("topic") == "security" and company.helpdesk_security_team_id:
            vals["team_id"] = company.helpdesk_security_team_id.id
        elif project and not vals.get("team_id"):
            vals["team_id"] = project._get_helpdesk_team().id
        team = request.env["helpdesk.ticket.team"].sudo().browse(vals.get("team_id") or ())
        vals["stage_id"] = team._get_applicable_stages()[:1].id
        return vals

    def _get_chosen_project(self, value):
        projects = _get_projects_of_user()
        project = projects.filtered(lambda it: it.id == _to_id(value))
        if value and not project:
            raise AccessError(request.env._("You have no access to this project."))
        return project

    @http.route(methods=["GET", "POST"])
    def support_ticket_close(self, **kw):
        """Close a ticket of the user's own; the helpdesk's own route would close any, by a mere link.

        Nothing is changed by a link: the page of the ticket asks.
        """
        ticket = request.env["helpdesk.ticket"].browse(_to_id(kw.get("ticket_id"))).exists()
        try:
            ticket.check_access("write" if request.env.user._is_internal() else "read")
        except AccessError:
            return request.redirect("/my")
        if not ticket:
            return request.redirect("/my")
        # people of the client read their tickets, and do not write them; which ones was checked above
        ticket_sudo = ticket.sudo()
        stages = ticket_sudo.team_id._get_applicable_stages().filtered("close_from_portal")
        stage = stages.filtered(lambda stage: stage.id == _to_id(kw.get("stage_id")))
        if request.httprequest.method == "POST" and stage and not ticket_sudo.closed:
            ticket_sudo.stage_id = stage
        return request.redirect(f"/my/ticket/{ticket.id}")


class LifecyclePortalTickets(CustomerPortalHelpdesk):
    """The page of a ticket."""

    @http.route("/my/ticket/<int:ticket_id>/reopen", type="http", auth="user", methods=["POST"], website=True)
    def portal_ticket_reopen(self, ticket_id, reason=None, **_kw):
        """Open a ticket of the user's own again."""
        try:
            ticket_sudo = self._document_check_access("helpdesk.ticket", ticket_id)
            # the ticket comes with the superuser's rights
            ticket_sudo._reopen_from_portal((reason or "").strip()[:TEXT], request.env.user.partner_id)
        except (AccessError, MissingError):
            return request.redirect("/my")
        except UserError:
            # somebody opened it before, or no stage takes it: the page tells its state
            return request.redirect(f"/my/ticket/{ticket_id}")
        return request.redirect(f"/my/ticket/{ticket_id}")

    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        values["may_act"] = not request.env.user._is_public()
        values["is_security"] = ticket.is_security
        values["security_notice"] = ticket._get_security_notice() if ticket.is_security else ""
        project = ticket._get_project()
        values["ticket_project"] = project
        values["project_url"] = (
            project._get_client_url() if project and project.with_user(request.env.user)._get_client_access() else ""
        )
        return values
