from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import pager as portal_pager

from .portal_client import ProjectClientPortal

REPORTS = "/my/projects/<int:project_id>/reports"
A_PAGE = 20


class ProjectReportPortal(ProjectClientPortal):
    """The reports of a project, as the client reads them."""

    @http.route(
        [REPORTS, f"{REPORTS}/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_my_project_reports(self, project_id, page=1, **kw):
        """All reports of a project, the latest first."""
        project = self._get_client_project(project_id)
        if not project:
            return request.redirect("/my")
        count = request.env["project.update"].sudo().search_count(project._get_client_reports_domain())
        pager = portal_pager(url=f"/my/projects/{project_id}/reports", total=count, page=page, step=A_PAGE)
        reports = project._get_client_reports(limit=A_PAGE, offset=pager["offset"])
        values = {
            "project": project,
            "page_name": "project_reports",
            "reports": [report._prepare_client_row() for report in reports],
            "pager": pager,
        }
        return request.render("project_lifecycle.portal_my_project_reports", values)

    @http.route(f"{REPORTS}/<int:report_id>", type="http", auth="user", website=True, readonly=True, methods=["GET"])
    def portal_my_project_report(self, project_id, report_id, done=None, **kw):
        """One report, as it was published."""
        project = self._get_client_project(project_id)
        if not project:
            return request.redirect("/my")
        return self._render_report(project, report_id, done=done)

    @http.route(f"{REPORTS}/<int:report_id>/pdf", type="http", auth="user", readonly=True, methods=["GET"])
    def portal_my_project_report_pdf(self, project_id, report_id, **kw):
        """Download one report, as it was published."""
        project = self._get_client_project(project_id)
        try:
            pdf = project and project._get_client_report(report_id).pdf_id
        except (AccessError, MissingError):
            pdf = None
        if not pdf:
            return request.redirect("/my")
        content = pdf.raw
        headers = [
            ("Content-Type", "application/pdf"),
            ("Content-Length", len(content)),
            ("Content-Disposition", content_disposition(pdf.name)),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return request.make_response(content, headers)

    @http.route(f"{REPORTS}/<int:report_id>/question", type="http", auth="user", website=True, methods=["POST"])
    def portal_ask_about_report(self, project_id, report_id, question=None, text=None, **kw):
        """Ask about a report: the question becomes an open point."""
        project = self._get_client_project(project_id)
        if not project:
            return request.redirect("/my")
        try:
            with request.env.cr.savepoint():
                project._client_ask_about_report(report_id, question, text)
        except MissingError:
            return request.redirect(f"/my/projects/{project_id}/reports")
        except (AccessError, UserError, ValidationError) as error:
            typed = {"question": question, "question-text": text}
            return self._render_report(project, report_id, error=str(error), typed=typed)
        return request.redirect(f"/my/projects/{project_id}/reports/{report_id}?done=asked#questions", code=303)

    def _render_report(self, project, report_id, **more):
        try:
            report = project._get_client_report(report_id)
        except MissingError:
            return request.redirect(f"/my/projects/{project.id}/reports")
        signoff = report.signoff_id
        me = request.env.user.partner_id
        values = {
            "project": project,
            "page_name": "project_report",
            "report": report._prepare_client_row(),
            "body": report.body,
            "newer": report.replaced_by_ids.filtered(lambda it: it.state == "published")[:1]._prepare_client_row()
            if report.replaced_by_ids.filtered(lambda it: it.state == "published")
            else None,
            "may_ask": project.sudo().spoc_id == me,
            "questions": [
                {
                    "name": point.name,
                    "text": point.client_text,
                    "owner": point._get_owner_name(),
                    "deadline": point.deadline,
                    "is_open": point.state == "open",
                    "answer": point.answer if point.state == "answered" else False,
                }
                for point in report.point_ids.filtered(lambda it: it.state != "withdrawn")
            ],
            "signoff_url": signoff._get_client_url() if signoff.state == "sent" and signoff.partner_id == me else None,
            "acknowledged_on": signoff.answered_on if signoff.is_confirmed else None,
            "acknowledged_by": signoff.answered_by_id.name if signoff.is_confirmed else "",
            "done": None,
            "error": None,
            "typed": {},
            **more,
        }
        return request.render("project_lifecycle.portal_my_project_report", values)
