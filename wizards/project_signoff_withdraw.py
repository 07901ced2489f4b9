from odoo import fields, models


class ProjectSignoffWithdraw(models.TransientModel):
    _name = "project.signoff.withdraw"
    _description = "Withdraw a Sign-off"

    signoff_id = fields.Many2one("project.signoff", required=True, readonly=True, ondelete="cascade")
    reason = fields.Char(required=True, help="For us: the client only sees that the request was withdrawn.")

    def action_withdraw(self):
        """Withdraw the request.

        :raises AccessError: if the user is not the consultant of the project
        :raises UserError: if it was answered meanwhile
        """
        self.ensure_one()
        self.signoff_id.action_withdraw(self.reason)
        return {"type": "ir.actions.act_window_close"}
