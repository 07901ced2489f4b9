from markupsafe import Markup, escape

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.http import DEFAULT_MAX_CONTENT_LENGTH
from odoo.tools import human_size, plaintext2html
from odoo.tools.mimetypes import guess_mimetype

from ..logic.uploads import is_executable, tidy_name
from .project_phase_mixin import CLIENT_POINT_KINDS

CLIENT_ACTIVITY = "project_lifecycle.mail_activity_type_client"
MOST_FILES = 10
LONGEST_TEXT = 5000
LONGEST_QUESTION = 200


class ProjectClientAnswerMixin(models.AbstractModel):
    """What the SPOC does on the client's page: answers, attaches, comments, asks."""

    _name = "project.client.answer.mixin"
    _description = "Answers of the Client"

    # === ANSWERS === #

    def _client_answer_criterion(self, item_id, word, text="", files=()):
        """Take the answer of the SPOC to a criterion, with the files that prove it.

        :param int item_id: of a criterion that waits for the client
        :param str word: see ``_answer_for_client``
        :param str text: what the SPOC wrote
        :param files: pairs of name and content
        :raises AccessError: if the user is not the SPOC
        :raises UserError: if it was answered meanwhile, or one of the files is refused
        """
        self.ensure_one()
        self._check_client_access(confirm=True)
        text = self._get_client_text(text)
        # the SPOC has no right on criteria: which of them it answers is asked for here
        project = self.sudo()
        domain = project._get_client_criteria_domain()
        item = (
            self.env["project.checklist.item"]
            .sudo()
            .search([*domain, ("id", "=", item_id), ("project_id", "=", self.id), ("state", "=", "open")])
        )
        if not item:
            raise UserError(self.env._("This was answered already, or is not asked any more."))
        if word == "comment" and not text and not files:
            raise UserError(self.env._("Write something, or attach a file."))
        attached = self._attach_client_files(item, files)
        item._answer_for_client(self.env.user.partner_id, word, text)
        project._post_for_client(item.name, self._get_word_said(word), text, attached)

    def _client_answer_point(self, point_id, text):
        """Take the answer of the SPOC to an open point that the client owns.

        :raises AccessError: if the user is not the SPOC
        :raises UserError: if it was answered meanwhile, or without an answer
        """
        self.ensure_one()
        self._check_client_access(confirm=True)
        text = self._get_client_text(text)
        points = self.env["project.open.point"].sudo()
        point = points.search(
            [
                ("id", "=", point_id),
                ("project_id", "=", self.id),
                ("state", "=", "open"),
                ("partner_id", "!=", False),
                ("kind", "in", CLIENT_POINT_KINDS),
            ]
        )
        if not point:
            raise UserError(self.env._("This was answered already, or is not asked any more."))
        point._close("answered", "answer", text, self.env._("Write the answer."))
        self.sudo()._post_for_client(point.name, self.env._("Answered"), text)

    def _client_ask(self, question, text=""):
        """Make an open point of a question of the SPOC, owned by the consultant, with a date (S2.47).

        :param str question: in a line
        :param str text: more about it
        :raises AccessError: if the user is not the SPOC
        :raises UserError: without a question, or if nobody of us is there to answer
        :rtype: project.open.point
        """
        self.ensure_one()
        self._check_client_access(confirm=True)
        question = " ".join((question or "").replace("\x00", "").split())
        if not question or len(question) > LONGEST_QUESTION:
            raise UserError(self.env._("Put your question in one line, and add the rest below."))
        project = self.sudo()
        owner = (project._get_lifecycle_leads() | project._get_salespeople()).filtered("active")[:1]
        if not owner:
            raise UserError(self.env._("Nobody is in charge of the project at this moment: please write us a mail."))
        point = self.env["project.open.point"].sudo()
        return point.create(
            {
                "project_id": self.id,
                "name": question,
                "client_text": self._get_client_text(text) or False,
                "kind": "question",
                "client_question": True,
                "asked_by_id": self.env.user.partner_id.id,
                "user_id": owner.id,
            }
        )

    # === FILES === #

    def _get_upload_limit(self):
        """Return how large a file may be, in bytes, by Odoo's own parameter."""
        value = self.env["ir.config_parameter"].sudo().get_param("web.max_file_upload_size", "")
        return int(value) if value.isdigit() else DEFAULT_MAX_CONTENT_LENGTH

    def _attach_client_files(self, item, files):
        """Attach files of the client to a criterion.

        :param files: pairs of name and content
        :raises UserError: if one of them is too large, empty or executable; then none is kept
        :rtype: ir.attachment
        """
        if len(files) > MOST_FILES:
            raise UserError(self.env._("At most %(count)s files at a time.", count=MOST_FILES))
        values = []
        for name, content in files:
            name = tidy_name(name)
            mimetype = guess_mimetype(content, default="application/octet-stream")
            self._check_client_file(name, content, mimetype)
            values.append(
                {"name": name, "raw": content, "mimetype": mimetype, "res_model": item._name, "res_id": item.id}
            )
        # people of the client have no right on criteria: the SPOC was checked by the callers
        attached = self.env["ir.attachment"].sudo().create(values)
        if attached:
            item.write({"attachment_ids": [Command.link(file.id) for file in attached]})
        return attached

    def _check_client_file(self, name, content, mimetype):
        limit = self._get_upload_limit()
        if len(content) > limit:
            raise UserError(self.env._("%(file)s is larger than %(limit)s.", file=name, limit=human_size(limit)))
        if not content:
            raise UserError(self.env._("%(file)s is empty.", file=name))
        if is_executable(name, content, mimetype):
            raise UserError(
                self.env._("%(file)s is a program or a web page: attach a document or a picture.", file=name)
            )

    def _get_client_file(self, attachment_id):
        """Return a file that the client handed in on this project, with the superuser's rights.

        :raises AccessError: if the user does not see the client's side, or it is another file
        :rtype: ir.attachment
        """
        self.ensure_one()
        self._check_client_access()
        file = (
            self.env["ir.attachment"]
            .sudo()
            .search([("id", "=", attachment_id), ("res_model", "=", "project.checklist.item")])
        )
        item = self.env["project.checklist.item"].sudo().browse(file.res_id).exists()
        if not file or item.project_id != self.sudo() or file not in item._get_client_files():
            raise AccessError(self.env._("You have no access to this file."))
        return file

    # === TELLING === #

    def _get_client_text(self, text):
        text = (text or "").replace("\x00", "").strip()
        if len(text) > LONGEST_TEXT:
            raise UserError(self.env._("Write at most %(count)s characters.", count=LONGEST_TEXT))
        return text

    def _get_word_said(self, word):
        words = {
            "done": self.env._("Done"),
            "agreed": self.env._("Agreed"),
            "not_agreed": self.env._("Not agreed"),
            "comment": self.env._("Comment"),
        }
        return words[word]

    def _post_for_client(self, title, word, text, files=()):
        """Keep on the project what the client said, and tell its consultant, once until the activity is done.

        :param str title: what it was said to
        :param str word: what was said, in a word
        :param str text: as the client wrote it
        :param ir.attachment files: handed in with it
        """
        body = Markup("<p><strong>%s</strong>: %s</p>%s") % (
            escape(title),
            escape(word),
            plaintext2html(text) if text else "",
        )
        if files:
            body += Markup("<p>%s</p>") % escape(", ".join(files.mapped("name")))
        self.message_post(
            body=body,
            author_id=self.env.user.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            notify_skip_followers=True,
        )
        self._tell_of_client()

    def _get_client_reply_to(self):
        """Return where a reply of the client to a mail goes: to the project, else to its consultant.

        For mails that are written about records without messages of their own, and logged on the project.
        """
        self.ensure_one()
        project = self.sudo()
        return project._notify_get_reply_to(default=project.user_id.email_formatted)[self.id]

    def _prepare_client_mail_values(self):
        """Return the values of a mail to the client that is logged on one project, where the client does not read it.

        :rtype: dict
        """
        return {
            "model": "project.project",
            "res_id": self.id,
            "reply_to": self._get_client_reply_to(),
            "is_internal": True,
            "auto_delete": False,
        }

    def _tell_of_client(self):
        """Give whoever leads these projects an activity to look at what the client said, unless there is one."""
        for project in self.sudo():
            for user in project._get_lifecycle_leads().filtered("active"):
                if project.activity_search([CLIENT_ACTIVITY], user_id=user.id):
                    continue
                told = project.with_context(lang=user.lang or self.env.lang)
                told.activity_schedule(
                    CLIENT_ACTIVITY, user_id=user.id, summary=told.env._("The client answered: read the messages")
                )
