from odoo import api, fields, models


class ProjectTicketHelp(models.TransientModel):
    """Support asks the consultant of the project for help with a ticket (S2.134)."""

    _name = "project.ticket.help"
    _description = "Ask the Consultant"
    _inherit = ["project.ticket.wizard.mixin"]

    consultant_id = fields.Many2one("res.users", compute="_compute_consultant_id")
    hint = fields.Char(compute="_compute_consultant_id", export_string_translation=False)
    question = fields.Text(required=True, help="What you found out already, and what you need to know.")
    ask_consent = fields.Boolean(
        "Ask the client now", default=True, help="Otherwise the time waits until somebody asks."
    )
    hours = fields.Float("Estimate", default=lambda self: self._get_usual_hours())

    @api.depends("res_id")
    def _compute_consultant_id(self):
        for wizard in self:
            ticket = wizard._get_ticket()
            wizard.consultant_id = ticket.project_consultant_id
            wizard.hint = ticket._get_help_hint()

    def action_ask(self):
        """Give the consultant the activity; ask the client for its consent to the time, if wanted."""
        self.ensure_one()
        ticket = self._get_ticket()
        task = ticket._ask_consultant(self.question)
        if self.ask_consent:
            self.env["project.pack.consent"]._ask(task.project_id, ticket._get_task_title(), self.hours, task=task)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
