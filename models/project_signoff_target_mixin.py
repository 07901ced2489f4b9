from markupsafe import Markup

from odoo import models


class ProjectSignoffTargetMixin(models.AbstractModel):
    """A record that the client confirms: what it shows, and what follows from the answer.

    For each kind of sign-off a model defines ``_signoff_content_<code>``, which returns what the client reads.
    """

    _name = "project.signoff.target.mixin"
    _description = "What a Sign-off Confirms"

    def write(self, vals):
        """Withdraw what the client is asked to confirm when it changes."""
        res = super().write(vals)
        fields_shown = self._get_signoff_fields()
        if fields_shown and not vals.keys().isdisjoint(fields_shown):
            self._follow_signoff_content()
        return res

    def _get_signoff_fields(self):
        """Return the names of the fields whose change may change what the client reads: override to add some.

        :rtype: set
        """
        return set()

    def _get_signoff_live_codes(self):
        """Return the codes of the kinds whose content is made of other records: override to add some.

        Whether these requests still show what is true is looked at every day, and before an answer is taken.

        :rtype: set
        """
        return set()

    def _get_signoff_content(self, kind):
        """Return what the client confirms, in the language of the context; nothing if documents alone are confirmed.

        Called with the superuser's rights: only what is meant for the client belongs in it.

        :param project.signoff.kind kind: what is asked
        :rtype: Markup
        """
        self.ensure_one()
        method = getattr(self, f"_signoff_content_{kind.code}", None)
        return method() if method else Markup()

    def _get_signoff_attachments(self, kind):
        """Return the documents that the client confirms: override to add some. The sign-off keeps copies of them.

        :rtype: ir.attachment
        """
        self.ensure_one()
        return self.env["ir.attachment"]

    def _get_signoff_facts(self, kind):
        """Return what the effects of the answer need to know as it was when it was asked: override to add some.

        :rtype: dict
        """
        self.ensure_one()
        return {}

    def _on_signoff_answered(self, signoff):
        """Let the record follow the client's answer: override. Called with the superuser's rights, once.

        :param project.signoff signoff: confirmed, confirmed with remarks, or refused
        """
        self.ensure_one()

    def _on_signoff_withdrawn(self, signoff):
        """Let the record follow that a request was withdrawn: override. Called with the superuser's rights.

        :param project.signoff signoff: withdrawn
        """
        self.ensure_one()

    def _follow_signoff_content(self):
        """Withdraw the requests for these records that show something else now; drafts of new versions take its place.

        Call it after a change of what is shown but does not lie on the record itself.
        """
        waiting = (
            self.env["project.signoff"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "in", self.ids), ("state", "=", "sent")])
        )
        waiting._withdraw_changed()
