from markupsafe import Markup, escape

from odoo import fields, models
from odoo.tools import plaintext2html


class ProjectClientPointMixin(models.AbstractModel):
    """An open point that the client asked, or answers (S2.47)."""

    _name = "project.client.point.mixin"
    _description = "Open Point of the Client"

    asked_by_id = fields.Many2one(
        "res.partner",
        string="Asked by the client",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Who asked on the client's page. The client reads the point there, with its owner, deadline and answer.",
    )
    client_text = fields.Text(
        "Details for the client", help="What the client reads below the point, or wrote there. Details stay with us."
    )

    def _prepare_client_need(self):
        """Return what the client's page shows of a point that the client answers, see ``_get_client_needs``."""
        self.ensure_one()
        anchor = f"point-{self.id}"
        owner = self.partner_id
        is_of_another = owner != self.env.user.partner_id and not owner.is_company
        return {
            "kind": "point",
            "id": self.id,
            "anchor": anchor,
            "title": self.name,
            "url": f"{self.project_id._get_client_url()}#{anchor}",
            "deadline": self.deadline,
            "template": "project_lifecycle.client_need_point",
            "text": self.client_text,
            "owner": owner.name if is_of_another else "",
        }

    def _close(self, state, field, text, question):
        res = super()._close(state, field, text, question)
        if state == "answered" and not self.env.user.share:
            self.filtered("asked_by_id")._tell_who_asked()
        return res

    def _tell_who_asked(self):
        """Mail the answers to the people of the client who asked, in their language, each once."""
        for point in self.sudo():
            asker, project = point.asked_by_id, point.project_id
            if not project._is_read_by(asker):
                continue
            told = project.with_context(lang=asker.lang or self.env.lang)
            body = Markup("<p>%s</p><blockquote>%s</blockquote>%s") % (
                told.env._("The answer to your question:"),
                escape(point.name),
                plaintext2html(point.answer),
            )
            told.message_post(
                body=body,
                subject=told.env._("Answer: %(question)s", question=point.name),
                partner_ids=asker.ids,
                author_id=self.env.user.partner_id.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                notify_skip_followers=True,
            )
