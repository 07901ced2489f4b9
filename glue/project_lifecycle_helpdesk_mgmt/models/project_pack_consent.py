from odoo import api, fields, models


class ProjectPackConsent(models.Model):
    _inherit = "project.pack.consent"

    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        compute="_compute_ticket_id",
        store=True,
        index="btree_not_null",
        ondelete="set null",
        help="The ticket whose task it is: who works on it sees the consent.",
    )

    @api.depends("task_id.ticket_ids")
    def _compute_ticket_id(self):
        for consent in self:
            consent.ticket_id = consent.task_id.with_context(active_test=False).ticket_ids[:1]
