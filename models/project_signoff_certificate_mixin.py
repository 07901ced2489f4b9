from odoo import models


class ProjectSignoffCertificateMixin(models.AbstractModel):
    """The document that an answered sign-off becomes: what was confirmed, and a certificate of all that happened."""

    _name = "project.signoff.certificate.mixin"
    _description = "Certificate of a Sign-off"

    def _seal(self):
        """Make the document of one answered sign-off, and post it."""
        self.ensure_one()
