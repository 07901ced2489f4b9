from odoo import api, models
from odoo.fields import Domain

from .project_my_day_mixin import ROWS


class ProjectMyDaySignoffMixin(models.AbstractModel):
    _name = "project.my.day.signoff.mixin"
    _inherit = "project.my.day.mixin"
    _description = "Blocks of My Day on Sign-offs"

    @api.model
    def _block_signoffs(self):
        """Sign-offs that wait for the client, the oldest deadline first, and new versions that wait to be sent."""
        Signoff = self.env["project.signoff"]
        mine = Domain("project_id", "any", self._get_active_projects_domain())
        domain = mine & Domain("state", "in", ("draft", "sent"))
        signoffs = Signoff.search(domain, order="deadline nulls first, id", limit=ROWS)
        rows = [
            self._prepare_row(
                signoff,
                signoff.name,
                subtitle=self._join(signoff.project_id.name, signoff.partner_id.sudo().name),
                badge=self.env._("To send") if signoff.state == "draft" else "",
                due=signoff.deadline,
            )
            for signoff in signoffs
        ]
        return self._prepare_block(
            "signoffs",
            self.env._("Sign-offs waiting"),
            self.env._("The client has answered everything that you asked."),
            domain,
            rows,
            len(rows) if len(rows) < ROWS else Signoff.search_count(domain),
            {"res_model": Signoff._name, "views": [[False, "list"], [False, "kanban"], [False, "form"]]},
        )
