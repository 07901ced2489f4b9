from odoo import fields, models


class ProjectPackConsent(models.Model):
    _inherit = "project.pack.consent"

    ticket_id = fields.Many2one("helpdesk.ticket", readonly=True, index="btree_not_null", ondelete="set null")
