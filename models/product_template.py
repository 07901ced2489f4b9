from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    lifecycle_id = fields.Many2one(
        "project.lifecycle",
        index="btree_not_null",
        groups="base.group_user",
        help="The lifecycle of projects made for an order of this service, unless their template has its own.",
    )
    is_scope_app = fields.Boolean(
        "Application",
        groups="base.group_user",
        help="Sold, this product puts an application into the scope of the project.",
    )
    usual_days = fields.Float(
        groups="base.group_user",
        help="Working days that this application usually takes, in the standard approach.",
    )
    is_customising = fields.Boolean(
        "Allows customising",
        groups="base.group_user",
        help="Without a product of this kind on the order nothing can be customised.",
    )

    _usual_days_positive = models.Constraint("CHECK(usual_days >= 0)", "The usual days of a product are 0 or more.")

    def _get_order_lifecycle(self):
        """Return the lifecycle of the project that an order of this service leads to; may be empty.

        :rtype: project.lifecycle
        """
        self.ensure_one()
        if self.service_tracking in ("project_only", "task_in_project"):
            return self.project_template_id.lifecycle_id or self.lifecycle_id
        return self.project_id.lifecycle_id if self.service_tracking == "task_global_project" else self._no_lifecycle()

    def _no_lifecycle(self):
        return self.env["project.lifecycle"]
