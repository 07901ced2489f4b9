from odoo import api, fields, models


class ProjectTemplateCreateWizard(models.TransientModel):
    _inherit = "project.template.create.wizard"

    lifecycle_id = fields.Many2one("project.lifecycle")
    template_lifecycle_id = fields.Many2one(
        related="template_id.lifecycle_id", string="Lifecycle of the template", export_string_translation=False
    )

    @api.onchange("template_id")
    def _onchange_template_id_propose_lifecycle(self):
        """Propose the lifecycle of what was sold; that of a template is not asked, it comes along."""
        if self.lifecycle_id or self.template_id.lifecycle_id:
            return
        context = self.env.context
        self.lifecycle_id = self.env["project.lifecycle"]._get_proposal(
            self.env["sale.order.line"].browse(context.get("default_sale_line_id")),
            self.env["sale.order"].browse(context.get("default_sale_order_id")),
            self.template_id.tag_ids,
            self.env["res.company"].browse(context.get("default_company_id")),
        )

    def _get_template_whitelist_fields(self):
        names = super()._get_template_whitelist_fields()
        if self.lifecycle_id and not self.template_lifecycle_id:
            names.append("lifecycle_id")
        return names

    def action_create_project_from_so(self):
        """Create the project of an order, in the lifecycle that was chosen."""
        if self.lifecycle_id and not self.template_id:
            self = self.with_context(default_lifecycle_id=self.lifecycle_id.id)
        return super().action_create_project_from_so()
