from odoo import models
from odoo.exceptions import UserError


class ProjectQuotationMixin(models.AbstractModel):
    """The next pack of a project, like the one bought last."""

    _name = "project.quotation.mixin"
    _description = "Quotation for a Project"

    def action_prepare_next_pack(self):
        """Open the quotation for the next pack of the project, or read its name.

        :raises AccessError: if the user is neither the consultant of the project nor its salesperson
        :raises UserError: if the project has no pack, or none that can be bought again
        """
        self.ensure_one()
        self.check_access("read")
        packs = self.sudo().pack_ids.sorted(lambda pack: (pack.date, pack.id), reverse=True)
        if not packs:
            raise UserError(
                self.env._(
                    "%(project)s has no pack yet: make a quotation in Sales, with a service paid in advance and this"
                    " project.",
                    project=self.name,
                )
            )
        sold = packs.filtered("sale_line_id")
        chosen = (sold.filtered(lambda pack: not pack.is_cancelled) or sold or packs)[:1]
        return chosen.sudo(self.env.su).action_prepare_next_pack()
