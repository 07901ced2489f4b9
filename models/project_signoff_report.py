from odoo import models

# in the context while a report is published, whose mail asks along; an object, so that no caller can send it
TOLD_WITH_REPORT = object()


class ProjectSignoff(models.Model):
    _inherit = "project.signoff"

    def _mail_signer(self, *args, **kwargs):
        """Mail nothing when the mail of a published report asks: whoever is asked gets one mail, not two."""
        if self.env.context.get("signoff_told") is TOLD_WITH_REPORT:
            return None
        return super()._mail_signer(*args, **kwargs)
