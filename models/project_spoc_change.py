from odoo import api, fields, models


class ProjectSpocChange(models.Model):
    _name = "project.spoc.change"
    _description = "Change of SPOC"
    _order = "date desc, id desc"

    project_id = fields.Many2one("project.project", required=True, readonly=True, index=True, ondelete="cascade")
    old_partner_id = fields.Many2one(
        "res.partner", string="Former SPOC", required=True, readonly=True, index=True, ondelete="restrict"
    )
    new_partner_id = fields.Many2one(
        "res.partner", string="New SPOC", required=True, readonly=True, index=True, ondelete="restrict"
    )
    date = fields.Date("Changed on", required=True, readonly=True)
    reason = fields.Text(required=True, readonly=True)
    delay_days = fields.Integer("Expected delay", readonly=True, help="In working days.", aggregator="sum")
    user_id = fields.Many2one("res.users", string="Recorded by", required=True, readonly=True, ondelete="restrict")
    reading_list = fields.Html(readonly=True, help="What the new SPOC had to catch up with on that day.")
    client_reading_list = fields.Html(
        "Reading list of the client", readonly=True, help="What of it the new SPOC was told, in the SPOC's language."
    )
    mail_sent = fields.Boolean("New SPOC told", readonly=True)

    _delay_positive = models.Constraint("CHECK(delay_days >= 0)", "The expected delay is 0 or more working days.")
    _another_person = models.Constraint(
        "CHECK(old_partner_id != new_partner_id)", "A change of SPOC leads to another person."
    )

    @api.depends("old_partner_id.name", "new_partner_id.name")
    def _compute_display_name(self):
        for change in self:
            change.display_name = f"{change.old_partner_id.name} → {change.new_partner_id.name}"

    def _mail_new_spoc(self):
        """Tell the new SPOCs by mail, in their language, through the mail queue; each change is told once."""
        template = self.env.ref("project_lifecycle.mail_template_spoc_change", raise_if_not_found=False)
        if not template:
            return
        for change in self.filtered(lambda change: not change.mail_sent and change.new_partner_id.email):
            template.sudo().send_mail(
                change.id,
                email_values=change.project_id._prepare_client_mail_values(),
                email_layout_xmlid="mail.mail_notification_light",
            )
            change.mail_sent = True
