from odoo import fields, models

# what the client reads of a criterion, and the states in which it does not
FIELDS_SHOWN = {"name", "custom_name", "needs_agreement", "client_visible"}
LEFT_OUT = ("not_applicable", "waived")


class ProjectSignoffCriterionMixin(models.AbstractModel):
    """Criteria that are met when the client has confirmed a sign-off."""

    _name = "project.signoff.criterion.mixin"
    _description = "Criterion of a Sign-off"

    signoff_kind_id = fields.Many2one(
        "project.signoff.kind", string="Sign-off", index="btree_not_null", ondelete="restrict"
    )

    _signoff_given = models.Constraint(
        "CHECK(kind != 'signoff' OR signoff_kind_id IS NOT NULL)", "Choose what the client signs off."
    )

    def write(self, vals):
        """Withdraw what the client is asked to confirm about these criteria when they say something else."""
        res = super().write(vals)
        if not vals.keys().isdisjoint(FIELDS_SHOWN) or vals.get("state") in LEFT_OUT:
            self.project_id._follow_signoff_content()
        return res

    def action_request_signoff(self):
        """Open the dialog in which the consultant asks the client for what the criterion needs.

        :raises AccessError: if the current user is not the consultant of the project
        """
        self.ensure_one()
        return self.project_id.with_context(signoff_kind_id=self.signoff_kind_id.id).action_request_signoff()

    def _follow_signoffs(self):
        """Work out again those of these criteria that ask for a sign-off."""
        self.filtered(lambda item: item.kind == "signoff")._refresh()

    def _get_signed_off(self):
        """Return those of these criteria for which the newest version of a sign-off is confirmed; one query.

        In a later round of a stage the client confirms anew.

        :rtype: project.checklist.item
        """
        asked = self.filtered(lambda item: item.kind == "signoff")
        if not asked:
            return asked
        confirmed = (
            self.env["project.signoff"]
            .sudo()
            .search(
                [
                    ("project_id", "in", asked.project_id.ids),
                    ("kind_id", "in", asked.signoff_kind_id.ids),
                    ("is_confirmed", "=", True),
                    ("is_superseded", "=", False),
                ]
            )
        )
        by_kind = confirmed.grouped(lambda signoff: (signoff.project_id.id, signoff.kind_id.id))
        return asked.filtered(
            lambda item: any(
                item._accepts_signoff(signoff)
                for signoff in by_kind.get((item.project_id.id, item.signoff_kind_id.id), ())
            )
        )

    def _accepts_signoff(self, signoff):
        """Tell whether a confirmed sign-off meets one criterion: override to ask for more."""
        self.ensure_one()
        step = self.step_id.sudo()
        return step.round == 1 or bool(step.date_start and signoff.sent_on.date() >= step.date_start)
