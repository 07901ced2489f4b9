from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request

KINDS = [
    ("sent", "Sent"),
    ("resent", "Sent again"),
    ("opened", "Opened"),
    ("reminded", "Reminded"),
    ("confirmed", "Confirmed"),
    ("remarks", "Confirmed with remarks"),
    ("refused", "Refused"),
    ("withdrawn", "Withdrawn"),
    ("attempt", "Attempt refused"),
    ("sealed", "Document made"),
]
IDENTIFIED = [("login", "Portal login"), ("link", "Link in the mail"), ("us", "One of us"), ("odoo", "Odoo")]
# a stranger must not fill the database by guessing
ATTEMPTS_KEPT = 100
OPENINGS_KEPT = 200


class ProjectSignoffEvent(models.Model):
    _name = "project.signoff.event"
    _description = "Event of a Sign-off"
    _order = "date, id"

    signoff_id = fields.Many2one("project.signoff", required=True, readonly=True, index=True, ondelete="cascade")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    date = fields.Datetime("When", required=True, readonly=True, default=fields.Datetime.now)
    partner_id = fields.Many2one("res.partner", string="Contact", readonly=True, ondelete="restrict")
    who = fields.Char(readonly=True, help="Name and address of the person, as they were then.")
    identified_by = fields.Selection(IDENTIFIED, required=True, readonly=True, default="odoo")
    ip = fields.Char("Address", readonly=True)
    user_agent = fields.Char("Browser", readonly=True)
    number = fields.Integer("Reminder", readonly=True)
    note = fields.Char(readonly=True)

    _reminded_once = models.UniqueIndex(
        "(signoff_id, number) WHERE kind = 'reminded'", "This reminder was sent already."
    )

    def write(self, vals):
        """Refuse: an event is what happened then.

        :raises UserError: always, whoever asks
        """
        if self:
            raise UserError(self.env._("Events of sign-offs are never changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Events of sign-offs are never deleted."))

    @api.model
    def _record(self, signoffs, kind, **values):
        """Write down that something happened to sign-offs, with address and browser of the one who did it.

        :param project.signoff signoffs: to each of them
        :param str kind: what
        :param dict values: more fields; ``partner_id`` is who did it, the current user if not given
        """
        values = {**self._get_trace(), **values}
        person = self.env["res.partner"].sudo().browse(values.setdefault("partner_id", False))
        if person:
            values["who"] = person.email_formatted or person.name
        return self.sudo().create([{**values, "signoff_id": signoff.id, "kind": kind} for signoff in signoffs])

    @api.model
    def _get_trace(self):
        """Return from where the current request comes, as far as it can be known.

        :rtype: dict
        """
        if not request:
            return {}
        http = request.httprequest
        return {"ip": http.remote_addr, "user_agent": (http.user_agent.string or "")[:500]}
