from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    lifecycle_id = fields.Many2one(
        "project.lifecycle",
        string="Lifecycle proposed",
        index="btree_not_null",
        groups="base.group_user",
        help="Proposed in the form of a new project, unless its product or a tag names another one.",
    )
    pack_policy = fields.Selection(
        [("warn", "Warn"), ("block", "Refuse")],
        string="Time beyond the packs",
        default="warn",
        required=True,
        help="What happens to time that is logged when the packs of a project are used up.",
    )
    pack_alert_shares = fields.Char(
        "Alert at",
        default="50, 80, 100",
        help="Shares of a pack, in percent, at which consultant and salesperson are told.",
    )
    pack_pace_weeks = fields.Integer(
        "Pace of the last weeks", default=4, help="How many weeks the forecast of a pack looks back on."
    )

    pack_alert_mail = fields.Boolean(
        "Alerts to the client", help="The SPOC gets a mail when a pack reaches one of these shares."
    )

    ticket_pressure_limit = fields.Integer(
        "Tickets a month",
        default=10,
        help="At so many tickets in a month, the manager of a project in support is told to talk with the client about"
        " making it active again. 0: never.",
    )

    _ticket_pressure_limit_positive = models.Constraint(
        "CHECK(ticket_pressure_limit >= 0)", "Tickets a month: 0 or more."
    )
    support_team_name = fields.Char(
        "Support team", translate=True, help="As clients read it in the hand-off mail; empty: our support team."
    )
    support_email = fields.Char("Support address", help="Where clients write to, unless a helpdesk says otherwise.")
    support_url = fields.Char("Support page", help="Where clients open a ticket, unless a helpdesk says otherwise.")
    handoff_mail_template_id = fields.Many2one(
        "mail.template",
        string="Hand-off mail",
        domain=[("model", "=", "project.handoff")],
        groups="base.group_user",
        help="The wording of the mail that says that a project is in support; empty: the one that ships.",
    )
    handoff_wait_days = fields.Integer(
        "Hand over or say why after",
        default=14,
        help="Days after which a project with its work done is not left alone.",
    )

    _handoff_wait_days_positive = models.Constraint(
        "CHECK(handoff_wait_days > 0)", "Ask after 1 day or more whether a project is handed over."
    )

    _pack_pace_weeks_positive = models.Constraint(
        "CHECK(pack_pace_weeks BETWEEN 1 AND 52)", "The forecast looks back on 1 to 52 weeks."
    )

    @api.constrains("pack_alert_shares")
    def _check_pack_alert_shares(self):
        for company in self:
            try:
                shares = company._get_pack_alert_shares()
            except ValueError:
                shares = [0]
            if any(not 0 < share <= 200 for share in shares):
                raise ValidationError(
                    self.env._(
                        "%(shares)s: give shares in percent from 1 to 200, separated by commas, such as 50, 80, 100.",
                        shares=company.pack_alert_shares,
                    )
                )

    def _get_pack_alert_shares(self):
        """Return the shares in percent, in rising order.

        :rtype: list[int]
        :raises ValueError: if the text is no list of whole numbers
        """
        self.ensure_one()
        return sorted(
            {int(share) for share in (self.pack_alert_shares or "").replace("%", "").split(",") if share.strip()}
        )
