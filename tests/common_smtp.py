from unittest.mock import patch

from .smtp import MailCatcher


class SmtpMixin:
    """Mails leave the house in this test, as far as a server on this machine."""

    def setUp(self):
        super().setUp()
        self.catcher = MailCatcher()
        self.addCleanup(self.catcher.stop)
        self.env["ir.mail_server"].search([]).active = False
        self.server = self.env["ir.mail_server"].create(
            {
                "name": "Catcher",
                "smtp_host": "127.0.0.1",
                "smtp_port": self.catcher.port,
                "smtp_encryption": "none",
                "smtp_authentication": "login",
            }
        )
        # Odoo sends nothing while tests run
        sending = patch.object(self.registry["ir.mail_server"], "_disable_send", classmethod(lambda cls: False))
        sending.start()
        self.addCleanup(sending.stop)

    def run_queue(self):
        """Let Odoo's queue send what waits in it."""
        self.env.flush_all()
        self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).send()
        self.env.flush_all()
        self.env.invalidate_all()

    def html_of(self, message):
        return message.get_body(("html",)).get_content()
