from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProjectClientTraining(models.Model):
    """A training of the client's people, so that they use and maintain the results alone (S1.48)."""

    _name = "project.client.training"
    _description = "Training of the Client"
    _inherit = ["project.scope.record.mixin"]
    _order = "date desc, id desc"

    name = fields.Char("Topic")
    date = fields.Date(required=True, default=fields.Date.context_today)
    kind = fields.Selection([("use", "Use"), ("maintain", "Maintenance")], required=True, default="use")
    user_id = fields.Many2one(
        "res.users", string="Given by", default=lambda self: self.env.user, domain=[("share", "=", False)]
    )
    customer_id = fields.Many2one(related="project_id.partner_id.commercial_partner_id", string="Customer")
    participant_ids = fields.Many2many(
        "res.partner", string="Participants", domain="[('commercial_partner_id', '=', customer_id)]"
    )
    link = fields.Char("Material", help="Recording or document of the training.")
    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    note = fields.Text()

    @api.model_create_multi
    def create(self, vals_list):
        """Add trainings, with their files."""
        trainings = super().create(vals_list)
        trainings._keep_files()
        return trainings

    def write(self, vals):
        """Change trainings, and keep files that were added."""
        res = super().write(vals)
        if "attachment_ids" in vals:
            self._keep_files()
        return res

    def _keep_files(self):
        """Let files that were uploaded here belong to their training: whoever reads it reads them, too."""
        for training in self:
            loose = training.attachment_ids.filtered(lambda file: not file.res_id and file.create_uid == self.env.user)
            # a file without a record is its creator's, who may have no right to write files
            loose.sudo().write({"res_model": self._name, "res_id": training.id})

    @api.constrains("participant_ids", "project_id")
    def _check_participants(self):
        for training in self:
            if not training.participant_ids:
                raise ValidationError(
                    self.env._("%(training)s: name who of the client took part.", training=training.name)
                )
            for partner in training.participant_ids:
                training.project_id._check_is_contact(partner)
