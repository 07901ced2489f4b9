from odoo import api, fields, models

from .project_pack_entry_mixin import PacksStay


class ProjectPackMixin(models.AbstractModel):
    """The packs of a project, and what they have left."""

    _name = "project.pack.mixin"
    _description = "Packs of a Project"

    pack_ids = fields.One2many("project.pack", "project_id", string="Packs", groups="base.group_user")
    pack_count = fields.Integer(compute="_compute_pack_balance", groups="base.group_user")
    pack_purchased_hours = fields.Float("Hours bought", compute="_compute_pack_balance", groups="base.group_user")
    pack_used_hours = fields.Float("Hours used", compute="_compute_pack_balance", groups="base.group_user")
    pack_remaining_hours = fields.Float(
        "Hours left",
        compute="_compute_pack_balance",
        groups="base.group_user",
        help="What all packs together have left; negative if more was used than bought.",
    )
    pack_last_entry_date = fields.Date("Last entry", compute="_compute_pack_balance", groups="base.group_user")

    # === COMPUTE METHODS === #

    @api.depends("pack_ids.purchased_hours", "pack_ids.is_closed", "pack_ids.entry_ids.unit_amount")
    def _compute_pack_balance(self):
        followed = self.filtered("lifecycle_id").sudo()._origin
        packs = self.env["project.pack"].sudo()._get_of_projects(followed)
        ledgers, by_project = packs._build_ledgers(), packs.grouped(lambda pack: pack.project_id.id)
        for project in self:
            own, ledger = by_project.get(project._origin.id, packs.browse()), ledgers.get(project._origin.id)
            project.pack_count = len(own)
            project.pack_purchased_hours = sum(own.mapped("purchased_hours"))
            project.pack_remaining_hours = ledger.total if ledger else 0.0
            project.pack_used_hours = sum(
                pack.purchased_hours - ledger.remaining(pack.id) for pack in own
            )
            project.pack_last_entry_date = max(filter(None, own.mapped("last_entry_date")), default=False)

    # === CRUD METHODS === #

    def write(self, vals):
        """Keep time on its pack when a project is not billable any more, which takes order lines off entries."""
        projects = self
        if not vals.get("allow_billable", True):
            projects = self.with_context(packs_stay=PacksStay("not billable"))
        res = super(ProjectPackMixin, projects).write(vals)
        if "company_id" in vals:
            followed = self.filtered("lifecycle_id")
            self.env["project.pack"].sudo()._get_of_projects(followed)._compute_company_id()
        return res

    # === BUSINESS METHODS === #

    def _refuses_excess(self):
        """Tell whether time beyond the packs of this project is refused."""
        return (self.company_id or self.env.company).sudo().pack_policy == "block"

    def _get_alert_shares(self):
        """Return the shares of a pack, in percent, at which the consultant and the salesperson are told.

        :rtype: list[int]
        """
        return (self.company_id or self.env.company).sudo()._get_pack_alert_shares()
