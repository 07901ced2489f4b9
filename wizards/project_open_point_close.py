from odoo import api, fields, models


class ProjectOpenPointClose(models.TransientModel):
    _name = "project.open.point.close"
    _description = "Answer or Withdraw a Point"

    point_id = fields.Many2one("project.open.point", required=True, readonly=True, ondelete="cascade")
    point_name = fields.Char(related="point_id.name", string="Wording")
    is_read_by_client = fields.Boolean(compute="_compute_is_read_by_client", export_string_translation=False)
    mode = fields.Selection(
        [("answer", "Answer"), ("withdraw", "Withdraw")],
        required=True,
        readonly=True,
        default="answer",
        export_string_translation=False,
    )
    answer = fields.Text(help="Kept with the point for good.")
    reason = fields.Text(help="Kept with the point for good.")

    @api.depends("point_id")
    def _compute_is_read_by_client(self):
        for wizard in self:
            wizard.is_read_by_client = bool(wizard.point_id.asked_by_id)

    @api.constrains("point_id")
    def _check_point_seen(self):
        # the names of points are not for everybody
        self.point_id.sudo(False).check_access("read")

    def action_answer(self):
        """Answer the point."""
        self.point_id.action_answer(self.answer)
        return {"type": "ir.actions.act_window_close"}

    def action_withdraw(self):
        """Withdraw the point."""
        self.point_id.action_withdraw(self.reason)
        return {"type": "ir.actions.act_window_close"}
