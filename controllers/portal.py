from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields, http
from odoo.exceptions import AccessError, MissingError, ValidationError
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.addons.project.controllers.portal import ProjectCustomerPortal

from ..logic.duration import parse_hours

USES = ("deducted", "offered", "awaiting", "other")
ENTRIES_A_PAGE = 50


class ProjectLifecyclePortal(ProjectCustomerPortal):
    def _project_get_page_view_values(self, project, access_token, *args, **kwargs):
        values = super()._project_get_page_view_values(project, access_token, *args, **kwargs)
        values["has_packs"] = not request.env.user._is_public() and bool(self._get_projects_with_packs(project))
        return values

    @http.route()
    def portal_my_projects(self, *args, **kw):
        response = super().portal_my_projects(*args, **kw)
        projects = response.qcontext.get("projects")
        if projects:
            response.qcontext["projects_with_packs"] = self._get_projects_with_packs(projects)
        return response

    def _get_projects_with_packs(self, projects):
        """Return those of the projects that have packs; nothing is asked of the database if none has a lifecycle."""
        followed = projects.sudo().filtered("lifecycle_id")
        return request.env["project.pack"].sudo()._get_of_projects(followed).project_id

    @http.route(
        ["/my/projects/<int:project_id>/packs", "/my/projects/<int:project_id>/packs/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_my_project_packs(self, project_id, page=1, use="deducted", **kw):
        """The packs of a project: balances, every entry, and the client's own learning (S2.51, S2.52)."""
        project = self._get_project_with_packs(project_id)
        if not project:
            return request.redirect("/my")
        return self._render_packs(
            project, page, use, is_reported=kw.get("reported") == "1", is_period_wrong=kw.get("error") == "period"
        )

    @http.route(
        "/my/projects/<int:project_id>/packs/statement",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_my_project_pack_statement(self, project_id, date_from=None, date_to=None, **kw):
        """Download the statement of all packs of a project for a period."""
        project = self._get_project_with_packs(project_id)
        if not project:
            return request.redirect("/my")
        try:
            first, last = fields.Date.to_date(date_from), fields.Date.to_date(date_to)
        except ValueError:
            first = last = None
        if not first or not last or last < first:
            return request.redirect(f"/my/projects/{project_id}/packs?error=period")
        # the project was checked above; what the statement tells is chosen for the client
        report = request.env["ir.actions.report"].sudo()
        data = {"project_id": project_id, "date_from": str(first), "date_to": str(last)}
        pdf, _type = report._render_qweb_pdf("project_lifecycle.report_pack_statement", [], data=data)
        name = request.env._(
            "Pack statement %(project)s %(first)s %(last)s.pdf", project=project.name, first=first, last=last
        )
        headers = {
            "Content-Type": "application/pdf",
            "Content-Length": len(pdf),
            "Content-Disposition": content_disposition(name),
        }
        return request.make_response(pdf, list(headers.items()))

    @http.route(
        "/my/projects/<int:project_id>/packs/learning", type="http", auth="user", website=True, methods=["POST"]
    )
    def portal_report_learning(self, project_id, date=None, hours=None, subject=None, **kw):
        """Report learning time, under the contact of the user alone."""
        project = self._get_project_with_packs(project_id)
        if not project or not request.env.user.share:
            return request.redirect("/my")
        error = self._create_learning(project, date, hours, subject)
        if error:
            typed = {"date": date, "hours": hours, "subject": subject}
            return self._render_packs(project, learning_error=error, typed=typed)
        return request.redirect(f"/my/projects/{project_id}/packs?reported=1#learning")

    @http.route(
        "/my/projects/<int:project_id>/packs/learning/<int:learning_id>/remove",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_remove_learning(self, project_id, learning_id, **kw):
        """Take back learning time that the user reported; that of others stays."""
        project = self._get_project_with_packs(project_id)
        if not project:
            return request.redirect("/my")
        own = [
            ("id", "=", learning_id),
            ("project_id", "=", project_id),
            ("partner_id", "=", request.env.user.partner_id.id),
        ]
        # people of the client have no right on the model: what is their own was asked for on the lines above
        request.env["project.client.learning"].sudo().search(own).unlink()
        return request.redirect(f"/my/projects/{project_id}/packs#learning")

    def _get_project_with_packs(self, project_id):
        """Return the project, with the user's own rights, if the user sees its client side.

        Everybody of ours who sees the project and its packs looks at the page as well.
        """
        try:
            project_sudo = self._document_check_access("project.project", project_id)
        except (AccessError, MissingError):
            return None
        if project_sudo.is_template or not project_sudo.lifecycle_id:
            return None
        project = project_sudo.with_user(request.env.user)
        return None if request.env.user.share and not project._get_client_access() else project

    def _create_learning(self, project, date, hours, subject):
        """Create a report of learning; return what is wrong with it, else nothing.

        :rtype: str | None
        """
        learning = request.env["project.client.learning"]
        try:
            values = {
                "hours": parse_hours(hours),
                "date": fields.Date.to_date(date),
                "subject": (subject or "").replace("\0", "").strip(),
            }
        except ValueError:
            return request.env._("Write the time as 1:30 or 1.5, and choose a day.")
        if not values["date"] or not values["subject"] or len(values["subject"]) > learning._fields["subject"].size:
            return request.env._("Choose a day, and say in a few words what you learned.")
        values.update(project_id=project.id, partner_id=request.env.user.partner_id.id)
        try:
            with request.env.cr.savepoint():
                learning.sudo().create(values).flush_recordset()
        except ValidationError as error:
            return str(error)
        except IntegrityError:
            return request.env._("Learning time is more than 0 hours and at most 24 a day.")
        return None

    def _render_packs(self, project, page=1, use="deducted", **more):
        use = use if use in USES else "deducted"
        page = max(page, 1)
        values = project._get_pack_page(use, ENTRIES_A_PAGE, (page - 1) * ENTRIES_A_PAGE)
        today = fields.Date.context_today(project)
        pager = portal_pager(
            url=f"/my/projects/{project.id}/packs",
            url_args={"use": use},
            total=values["totals"][use]["count"],
            page=page,
            step=ENTRIES_A_PAGE,
        )
        values.update(
            project=project,
            page_name="project_packs",
            pager=pager,
            today=today,
            statement_from=(today.replace(day=1) - timedelta(days=1)).replace(day=1),
            may_report=request.env.user.share,
            **{"learning_error": None, "typed": {}, "is_reported": False, "is_period_wrong": False, **more},
        )
        return request.render("project_lifecycle.portal_my_project_packs", values)
