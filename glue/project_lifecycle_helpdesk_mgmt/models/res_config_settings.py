from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    helpdesk_support_team_id = fields.Many2one(related="company_id.helpdesk_support_team_id", readonly=False)
    helpdesk_security_team_id = fields.Many2one(related="company_id.helpdesk_security_team_id", readonly=False)
