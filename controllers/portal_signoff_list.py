from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import pager as portal_pager

from .portal_client import ProjectClientPortal

A_PAGE = 20
COUNTER = "lifecycle_signoff_count"


class ProjectSignoffListPortal(ProjectClientPortal):
    """Where people of the client find what they were asked to confirm, also while the project itself is closed."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if COUNTER in counters:
            values[COUNTER] = request.env["project.signoff"].sudo().search_count(self._get_signoffs_domain())
        return values

    def _get_signoffs_domain(self):
        return self._get_client_projects()._get_client_signoffs_domain()

    def _get_waiting_places(self, projects):
        places = super()._get_waiting_places(projects)
        me = request.env.user.partner_id
        asked = [("partner_id", "=", me.id), ("state", "=", "sent"), ("project_id", "not in", projects.ids)]
        # people of the client have no right on sign-offs: whose they are is asked for on the line above
        signoffs = request.env["project.signoff"].sudo().search(asked) if request.env.user.share else ()
        if len(signoffs) == 1:
            places.append((signoffs._get_client_url(), 1))
        elif signoffs:
            places.append(("/my/signoffs", len(signoffs)))
        return places

    @http.route(
        ["/my/signoffs", "/my/signoffs/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_my_signoffs(self, page=1, **kw):
        """Everything that the user was asked to confirm, or reads of its projects; what waits comes first."""
        Signoff = request.env["project.signoff"].sudo()
        domain = self._get_signoffs_domain()
        pager = portal_pager(url="/my/signoffs", total=Signoff.search_count(domain), page=page, step=A_PAGE)
        # of the states, the one that waits comes last in the alphabet
        order = "state desc, sent_on desc, id desc"
        signoffs = Signoff.search(domain, order=order, limit=A_PAGE, offset=pager["offset"])
        values = {
            "page_name": "signoffs",
            "signoffs": [signoff._prepare_client_row() for signoff in signoffs],
            "pager": pager,
        }
        return request.render("project_lifecycle.portal_my_signoffs", values)
