from odoo import fields, models


class ProjectDutiesSignoffMixin(models.AbstractModel):
    """The duties of a SPOC, which the SPOC acknowledges by a sign-off (S2.41)."""

    _name = "project.duties.signoff.mixin"
    _inherit = ["project.signoff.target.mixin"]
    _description = "Sign-off of the Duties of a Person"

    def _get_signoff_fields(self):
        return super()._get_signoff_fields() | {"duties", "hours_week"}

    def _signoff_content_spoc_duties(self):
        lines = [line.strip().removeprefix("-").strip() for line in (self.duties or "").splitlines()]
        duties = [line for line in lines if line]
        if not duties:
            return ""
        return self.env["ir.qweb"]._render(
            "project_lifecycle.signoff_content_duties",
            {"duties": duties, "hours_week": self.hours_week, "person": self.partner_id.name},
            minimal_qcontext=True,
        )

    def _on_signoff_answered(self, signoff):
        res = super()._on_signoff_answered(signoff)
        if signoff.kind_id.code == "spoc_duties" and signoff.is_confirmed and not self.acknowledged_on:
            self.write(
                {
                    "acknowledged_on": fields.Date.context_today(self),
                    "acknowledged_by_id": signoff.answered_by_id.id,
                }
            )
        return res
