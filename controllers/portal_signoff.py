from odoo import http
from odoo.exceptions import MissingError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..exceptions import SignoffRefused

# what is refused, and with which status the page says so
STATUS = {
    "token": 403,
    "person": 403,
    "addressee": 403,
    "expired": 410,
    "withdrawn": 410,
    "answered": 409,
    "input": 400,
}


class ProjectSignoffPortal(CustomerPortal):
    """What the client is asked to confirm: one page for each, by login or by the link in the mail."""

    @http.route(
        "/my/signoffs/<int:signoff_id>", type="http", auth="public", website=True, readonly=True, methods=["GET"]
    )
    def portal_signoff(self, signoff_id, access_token=None, **kw):
        """Show one sign-off to whoever was asked, with its answer if there is one."""
        if not access_token and request.env.user._is_public():
            return request.redirect(f"/web/login?redirect=/my/signoffs/{signoff_id}")
        signoff = self._find_signoff(signoff_id)
        if not signoff:
            return self._refuse(None, "token")
        try:
            right, identified_by = signoff._identify(access_token)
        except SignoffRefused as refusal:
            return self._refuse(signoff, refusal.code, refusal)
        self._speak_the_language(signoff, identified_by)
        return self._show(signoff, right, access_token, is_by_link=identified_by == "link")

    @http.route("/my/signoffs/<int:signoff_id>/opened", type="http", auth="public", website=True, methods=["POST"])
    def portal_signoff_opened(self, signoff_id, access_token=None, **kw):
        """Note that the page was opened: sent by the page itself, since programs that check mails open links too."""
        signoff = self._find_signoff(signoff_id)
        try:
            right, identified_by = signoff._identify(access_token) if signoff else ("", "")
        except SignoffRefused:
            right = ""
        if right == "answer":
            signoff._log_opening(identified_by)
        return request.make_response("", status=204)

    @http.route("/my/signoffs/<int:signoff_id>/answer", type="http", auth="public", website=True, methods=["POST"])
    def portal_signoff_answer(self, signoff_id, access_token=None, answer="", note="", name="", signature="", **kw):
        """Answer one sign-off."""
        signoff = self._find_signoff(signoff_id)
        if not signoff:
            return self._refuse(None, "token")
        try:
            signoff._answer(str(answer), str(note), str(name), str(signature), token=access_token)
        except SignoffRefused as refusal:
            signoff._log_attempt(str(refusal))
            if refusal.code != "input":
                return self._refuse(signoff, refusal.code, refusal, is_logged=True)
            identified_by = signoff._identify(access_token)[1]
            self._speak_the_language(signoff, identified_by)
            more = {"error": str(refusal), "typed": {"answer": str(answer), "note": str(note), "name": str(name)}}
            response = self._show(signoff, "answer", access_token, is_by_link=identified_by == "link", **more)
            response.status_code = STATUS["input"]
            return response
        token = f"?access_token={access_token}" if access_token else ""
        return request.redirect(f"/my/signoffs/{signoff_id}{token}", code=303)

    @http.route(
        "/my/signoffs/<int:signoff_id>/documents/<int:document_id>",
        type="http",
        auth="public",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_signoff_document(self, signoff_id, document_id, access_token=None, **kw):
        """Download a document of one sign-off, or the signed one."""
        signoff = self._find_signoff(signoff_id)
        if not signoff:
            return self._refuse(None, "token")
        try:
            signoff._identify(access_token)
        except SignoffRefused as refusal:
            return self._refuse(signoff, refusal.code, refusal)
        document = (signoff.attachment_ids | signoff.pdf_id).filtered(lambda it: it.id == document_id)
        if not document:
            return self._refuse(signoff, "token")
        stream = request.env["ir.binary"]._get_stream_from(document, "raw")
        return self._keep_private(stream.get_response(as_attachment=True))

    # === WHAT PAGES ARE MADE OF === #

    def _find_signoff(self, signoff_id):
        """Return the sign-off with the superuser's rights, if it was ever sent; each route then asks who is there."""
        signoff = request.env["project.signoff"].sudo().browse(signoff_id)
        try:
            return signoff if signoff.state != "draft" else None
        except MissingError:
            return None

    def _speak_the_language(self, signoff, identified_by):
        """Show the page to whoever comes by the link in the language of the mail."""
        if identified_by == "link" and signoff.lang:
            request.update_context(lang=signoff.lang)

    def _show(self, signoff, right, access_token, is_by_link, error=None, typed=None):
        signoff = signoff.with_context(lang=request.env.lang)
        # the link opens this page alone, so that it leads nowhere else
        project = None if is_by_link else signoff.project_id.sudo(False)
        values = {
            "signoff": signoff,
            "may_answer": right == "answer" and signoff.state == "sent",
            "is_preview": right == "read",
            "is_opened": right == "answer",
            "access_token": access_token or "",
            "token_query": f"?access_token={access_token}" if access_token else "",
            "error": error,
            "typed": typed or {},
            "page_name": "signoff",
            "no_breadcrumbs": is_by_link,
            "client_page_url": project._get_client_url() if project and project._get_client_access() else None,
        }
        return self._keep_private(request.render("project_lifecycle.portal_signoff", values))

    def _refuse(self, signoff, code, refusal=None, is_logged=False):
        """Return a plain page that says nothing of the sign-off; the attempt is kept.

        :param project.signoff signoff: may be empty
        :param str code: why
        :param SignoffRefused refusal: what the person reads
        :param bool is_logged: the attempt is kept already
        """
        message = str(refusal) if refusal else request.env._("This link is not valid.")
        if signoff and not is_logged:
            # the route only reads: where that means a replica, Odoo calls it again with a cursor that writes
            signoff._log_attempt(message)
        response = request.render("project_lifecycle.portal_signoff_refused", {"message": message})
        response.status_code = STATUS[code]
        return self._keep_private(response)

    def _keep_private(self, response):
        """Keep the page, and the link that opens it, out of caches, other sites and search engines."""
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        return response
