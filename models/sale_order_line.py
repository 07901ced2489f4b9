from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _timesheet_create_project_prepare_values(self):
        """Give the project the lifecycle that its product names, unless its template has one of its own."""
        values = super()._timesheet_create_project_prepare_values()
        template = self.product_id.project_template_id
        lifecycle = self._get_lines_of_project().product_id.lifecycle_id._get_proposable()[:1]
        if lifecycle and not template.lifecycle_id:
            values["lifecycle_id"] = lifecycle.id
        return values

    def _get_lines_of_project(self):
        """Return the lines of the order whose project is that of this line: it first, then the others in their order.

        :rtype: sale.order.line
        """
        self.ensure_one()
        return self | self.order_id.order_line.filtered(
            lambda line: (
                line.product_id.service_tracking in ("project_only", "task_in_project")
                and line.product_id.project_template_id == self.product_id.project_template_id
            )
        )
