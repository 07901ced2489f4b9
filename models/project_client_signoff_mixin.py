from odoo import models
from odoo.fields import Domain

from .project_signoff_frozen_mixin import ANSWERED

# on the home page; all sign-offs are on a page of their own
LATEST = 5
ANSWERS = 20


class ProjectClientSignoffMixin(models.AbstractModel):
    """What the client was asked and has answered, as the client reads it: sign-offs, criteria, files."""

    _name = "project.client.signoff.mixin"
    _inherit = ["project.client.page.mixin"]
    _description = "Answers of the Client on its Page"

    def _get_client_block_codes(self):
        codes = super()._get_client_block_codes()
        place = codes.index("questions") + 1 if "questions" in codes else 0
        return [*codes[:place], "signoffs", "answers", *codes[place:]]

    # === SIGN-OFFS === #

    def _client_block_signoffs(self):
        """What was confirmed or refused, with the signed document, and what waits for somebody else."""
        user = self.env.user
        # what stands above, among what is needed: people of ours see there what everybody is asked
        above = Domain("state", "=", "sent")
        if user.share:
            above &= Domain("partner_id", "=", user.partner_id.id)
        domain = self._get_client_signoffs_domain() & ~above & Domain("project_id", "=", self.id)
        signoffs = self.env["project.signoff"].search(domain, order="sent_on desc, id desc", limit=LATEST + 1)
        if not signoffs:
            return None
        return self._prepare_client_block(
            "signoffs",
            self.env._("Sign-offs"),
            "project_lifecycle.client_block_signoffs",
            {
                "signoffs": [signoff._prepare_client_row() for signoff in signoffs[:LATEST]],
                "has_more": len(signoffs) > LATEST,
            },
        )

    def _get_client_signoffs_domain(self):
        """Return which sign-offs the current user reads in the portal: of these projects, and those asked of the user.

        What is prepared, withdrawn or replaced is left out. Access to the projects is checked by the callers.

        :rtype: Domain
        """
        me = self.env.user.partner_id
        asked = Domain("partner_id", "=", me.id) & (
            Domain("is_for_spoc", "=", False) | Domain("project_id.spoc_id", "=", me.id)
        )
        return (
            Domain("state", "in", ("sent", *ANSWERED))
            & Domain("is_superseded", "=", False)
            & (Domain("project_id", "in", self.ids) | asked)
        )

    # === ANSWERS === #

    def _client_block_answers(self):
        """What the client has answered to its criteria, with the files that it handed in."""
        items = self.env["project.checklist.item"].search(
            Domain("project_id", "=", self.id)
            & Domain("exit_id", "=", False)
            & Domain("responsible", "=", "client")
            & Domain("client_visible", "=", True)
            & Domain("client_answered_by_id", "!=", False)
            # what is open still is asked above, with what was written so far
            & (Domain("state", "!=", "open") | Domain("agreement", "=", "not_agreed")),
            order="client_answered_on desc, id desc",
            limit=ANSWERS,
        )
        if not items:
            return None
        return self._prepare_client_block(
            "answers",
            self.env._("Answers and files"),
            "project_lifecycle.client_block_answers",
            {
                "answers": [
                    {
                        "name": item.name,
                        "word": self._get_word_said(item.agreement if item.needs_agreement else "done"),
                        "is_refused": item.agreement == "not_agreed",
                        "text": item.client_answer,
                        "person": item.client_answered_by_id.name,
                        "date": item.client_answered_on,
                        "files": item._prepare_client_files(),
                    }
                    for item in items
                ]
            },
        )
