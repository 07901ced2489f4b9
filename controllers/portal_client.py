from odoo import http
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.http import request

from odoo.addons.project.controllers.portal import ProjectCustomerPortal

PAGE = "/my/projects/<int:project_id>/lifecycle"
COUNTER = "lifecycle_waiting_count"


class ProjectClientPortal(ProjectCustomerPortal):
    """The client's side of a project: its home page, and what the SPOC does there."""

    # === ODOO'S OWN PAGES === #

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if COUNTER in counters:
            values[COUNTER] = sum(count for _url, count in self._get_waiting_places(self._get_client_projects()))
        return values

    def _get_waiting_places(self, projects):
        """Return where something waits for the user, and how much: override to add places beside the projects' pages.

        :param project.project projects: whose client side the user sees
        :return: pairs of an address and a number
        :rtype: list[tuple[str, int]]
        """
        needs = projects._get_client_needs_by_project()
        return [(f"/my/projects/{key}/lifecycle#needs", len(rows)) for key, rows in needs.items() if rows]

    def _get_client_projects(self):
        """Return the projects whose client side the user of the portal sees."""
        Project = request.env["project.project"]
        if not request.env.user.share or not Project.has_access("read"):
            return Project
        return Project.search([("lifecycle_id", "!=", False), ("is_template", "=", False)])

    @http.route("/my/projects/waiting", type="http", auth="user", website=True, readonly=True, methods=["GET"])
    def portal_my_projects_waiting(self, **kw):
        """Lead to what waits for the user: the one page where it does, else the list of projects."""
        places = self._get_waiting_places(self._get_client_projects())
        return request.redirect(places[0][0] if len(places) == 1 else "/my/projects")

    def _project_get_page_view_values(self, project, access_token, *args, **kwargs):
        values = super()._project_get_page_view_values(project, access_token, *args, **kwargs)
        values["has_client_page"] = not request.env.user._is_public() and project.sudo().lifecycle_id
        return values

    @http.route()
    def portal_my_projects(self, *args, **kw):
        response = super().portal_my_projects(*args, **kw)
        projects = response.qcontext.get("projects")
        if projects and projects.sudo().lifecycle_id:
            response.qcontext["client_needs"] = projects._get_client_needs_by_project()
        return response

    def _document_check_access(self, model_name, document_id, access_token=None):
        # a link that is passed on opens no project that has a lifecycle, nor a task whose project is not open yet
        if access_token and model_name in ("project.project", "project.task"):
            document = request.env[model_name].sudo().browse([document_id]).exists()
            project = document if model_name == "project.project" else document.project_id
            if project.lifecycle_id and (project == document or not project._is_client_side_open()):
                access_token = None
        return super()._document_check_access(model_name, document_id, access_token)

    # === THE PAGE === #

    @http.route(PAGE, type="http", auth="user", website=True, readonly=True, methods=["GET"])
    def portal_my_project_lifecycle(self, project_id, done=None, **kw):
        """The client's home page of a project."""
        project = self._get_client_project(project_id)
        return self._render_client_page(project, done=done)

    @http.route(f"{PAGE}/file/<int:file_id>", type="http", auth="user", readonly=True, methods=["GET"])
    def portal_client_file(self, project_id, file_id, **kw):
        """Download a file that the client handed in."""
        project = self._get_client_project(project_id)
        try:
            file = project and project._get_client_file(file_id)
        except AccessError:
            file = None
        if not file:
            return request.redirect("/my")
        return request.env["ir.binary"]._get_stream_from(file).get_response(as_attachment=True)

    @http.route(f"{PAGE}/criterion/<int:item_id>", type="http", auth="user", website=True, methods=["POST"])
    def portal_answer_criterion(self, project_id, item_id, word="comment", text=None, **kw):
        """Answer what is asked of the client, with files."""
        files = [(file.filename, file.read()) for file in request.httprequest.files.getlist("files") if file.filename]
        return self._act(
            project_id,
            lambda project: project._client_answer_criterion(item_id, word, text, files),
            "commented" if word == "comment" else "answered",
            {f"criterion-{item_id}": text},
        )

    @http.route(f"{PAGE}/point/<int:point_id>", type="http", auth="user", website=True, methods=["POST"])
    def portal_answer_point(self, project_id, point_id, text=None, **kw):
        """Answer an open point of the client's."""
        return self._act(
            project_id,
            lambda project: project._client_answer_point(point_id, text),
            "answered",
            {f"point-{point_id}": text},
        )

    @http.route(f"{PAGE}/question", type="http", auth="user", website=True, methods=["POST"])
    def portal_ask(self, project_id, question=None, text=None, **kw):
        """Ask a question, which becomes an open point of the consultant's."""
        return self._act(
            project_id,
            lambda project: project._client_ask(question, text),
            "asked",
            {"question": question, "question-text": text},
        )

    def _get_client_project(self, project_id):
        """Return the project, with the user's own rights; the model checks who sees its client side."""
        return request.env["project.project"].browse(project_id).exists()

    def _act(self, project_id, act, done, typed):
        """Do what the client asks for, then show the page again; or the page with what is wrong, and what was typed.

        :param act: a function of the project
        :param str done: what the page says afterwards
        :param dict typed: what the client wrote, by the name of its field
        """
        project = self._get_client_project(project_id)
        if not project or not project._get_client_access():
            return request.redirect("/my")
        try:
            with request.env.cr.savepoint():
                act(project)
        except (AccessError, UserError, ValidationError) as error:
            return self._render_client_page(project, error=str(error), typed=typed)
        return request.redirect(f"{project._get_client_url()}?done={done}", code=303)

    def _render_client_page(self, project, **more):
        try:
            values = project and project._get_client_page()
        except AccessError:
            values = None
        if not values:
            return request.redirect("/my")
        values.update(
            project=project,
            page_name="project_lifecycle",
            upload_limit=project._get_upload_limit(),
            csrf_token=request.csrf_token(),
            **{"done": None, "error": None, "typed": {}, **more},
        )
        return request.render("project_lifecycle.portal_my_project_lifecycle", values)
