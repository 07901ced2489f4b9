from odoo import api, fields, models


class ProjectProposalMixin(models.AbstractModel):
    """The lifecycle that the form of a new project proposes; nothing is proposed to callers and imports."""

    _name = "project.proposal.mixin"
    _description = "Lifecycle Proposed for a Project"

    # what the form has proposed so far: a lifecycle that differs from it was chosen
    lifecycle_proposal_id = fields.Many2one(
        "project.lifecycle", store=False, groups="base.group_user", export_string_translation=False
    )

    # the manager has a default in every form, so that a form that opens proposes at once
    @api.onchange("user_id", "company_id", "tag_ids", "sale_line_id", "reinvoiced_sale_order_id")
    def _onchange_propose_lifecycle(self):
        chosen = self.lifecycle_id and self.lifecycle_id != self.lifecycle_proposal_id
        # a column of the kanban decides which lifecycle a project has
        if self._origin or chosen or self.env.context.get("default_stage_id"):
            return
        proposal = self._get_lifecycle_proposal()
        if proposal != self.lifecycle_proposal_id:
            self.lifecycle_proposal_id = proposal
            self.lifecycle_id = proposal

    def _get_lifecycle_proposal(self):
        """Return the lifecycle that fits what the form of a new project says.

        :rtype: project.lifecycle
        """
        self.ensure_one()
        context = self.env.context
        # only those who sell may read the order of a project; what they may not read is filtered below
        form = self.sudo()
        order_id = form.reinvoiced_sale_order_id.id or context.get("default_reinvoiced_sale_order_id")
        line_id = form.sale_line_id.id or context.get("default_sale_line_id")
        return self.env["project.lifecycle"]._get_proposal(
            self.env["sale.order.line"].browse(line_id),
            self.env["sale.order"].browse(order_id),
            self.tag_ids._origin,
            self.company_id,
        )
