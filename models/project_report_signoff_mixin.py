from markupsafe import Markup, escape

from odoo import fields, models
from odoo.tools import format_date

from .project_signoff_report import TOLD_WITH_REPORT

SIGNOFF_KIND = "report"


class ProjectReportSignoffMixin(models.AbstractModel):
    """How the client acknowledges a report, and asks back."""

    _name = "project.report.signoff.mixin"
    _description = "Acknowledgement of a Report"
    _inherit = ["project.signoff.target.mixin"]

    signoff_id = fields.Many2one(
        "project.signoff",
        string="Acknowledgement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    signoff_state = fields.Selection(related="signoff_id.state", string="Acknowledged")
    point_ids = fields.One2many("project.open.point", "update_id", string="Questions about it")

    # === WHAT IS ASKED === #

    def _signoff_content_report(self):
        """Return what the client acknowledges in a line; the report itself is the document."""
        return Markup("<p><strong>%s</strong></p><p>%s</p>") % (
            escape(self.name),
            self.env._(
                "No. %(number)s, version %(version)s, %(day)s",
                number=self.number,
                version=self.version,
                day=format_date(self.env, self.date),
            ),
        )

    def _get_signoff_attachments(self, kind):
        if kind.code == SIGNOFF_KIND:
            return self.sudo().pdf_id
        return super()._get_signoff_attachments(kind)

    def _ask_acknowledgement(self):
        """Ask the SPOC to acknowledge the report, in the same mail; what a correction replaces is not asked any more.

        Nobody is asked who has no address.
        """
        report = self.sudo()
        earlier = report.replaces_id.signoff_id
        if earlier.state == "sent":
            earlier._withdraw(self.env._("Corrected by version %(version)s", version=self.version))
        partner = report.project_id._get_report_recipient()
        Signoff = report.env["project.signoff"].with_context(signoff_told=TOLD_WITH_REPORT)
        if not partner.email or partner not in Signoff._get_possible_signers(report.project_id):
            return
        signoff = Signoff._request(report.project_id, SIGNOFF_KIND, record=report, partner=partner, name=self.name)
        report.signoff_id = signoff.with_context(signoff_told=None)

    def _get_signoff_link(self):
        """Return where the client acknowledges the report, for the mail to who was asked; empty for everybody else."""
        signoff = self.sudo().signoff_id
        asked = signoff.partner_id
        if signoff.state != "sent" or self.env.context.get("report_partner_id", asked.id) != asked.id:
            return ""
        return signoff._get_token_link()

    # === WHAT FOLLOWS === #

    def _on_signoff_answered(self, signoff):
        """Make an open point of what the client remarks on a report."""
        res = super()._on_signoff_answered(signoff)
        if signoff == self.signoff_id and signoff.answer_note:
            self._create_question(
                self.env._("Remark on %(report)s", report=self.name), signoff.answer_note, signoff.partner_id
            )
        return res

    def _create_question(self, question, text, partner):
        """Make an open point of what the client asks about the report: with an owner of ours, and a date.

        :param str question: in a line
        :param str text: more about it
        :param res.partner partner: who asks
        :rtype: project.open.point
        """
        project = self.project_id.sudo()
        owner = (self.user_id | project._get_lifecycle_leads()).filtered(lambda user: user.active and not user.share)
        return (
            self.env["project.open.point"]
            .sudo()
            .create(
                {
                    "project_id": project.id,
                    "update_id": self.id,
                    "name": question,
                    "client_text": text or False,
                    "kind": "question",
                    "client_question": True,
                    "asked_by_id": partner.id,
                    "user_id": (owner[:1] or self.env.user).id,
                }
            )
        )
