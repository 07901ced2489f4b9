from odoo import api, fields, models
from odoo.fields import Command


class ProjectPackFromOrders(models.TransientModel):
    """Makes packs for orders that were confirmed before there were packs, and says so first."""

    _name = "project.pack.from.orders"
    _description = "Packs from Orders"

    project_ids = fields.Many2many("project.project", required=True)
    preview = fields.Html(compute="_compute_preview", sanitize=False, export_string_translation=False)
    pack_count = fields.Integer("Packs to make", compute="_compute_preview")
    entry_count = fields.Integer("Time entries to bind", compute="_compute_preview")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "project_ids" in fields and self.env.context.get("active_model") == "project.project":
            values.setdefault("project_ids", [Command.set(self.env.context.get("active_ids", []))])
        return values

    @api.depends("project_ids")
    def _compute_preview(self):
        for wizard in self:
            projects = wizard.project_ids._origin
            projects = projects.filtered(lambda project: project._is_lifecycle_consultant())
            plans = projects._get_pack_plans()
            wizard.pack_count = sum(plan.action != "known" for plan in plans)
            wizard.entry_count = sum(plan.entries for plan in plans)
            values = {"plans": plans, "format_time": self.env["project.pack"]._format_time}
            wizard.preview = self.env["ir.qweb"]._render("project_lifecycle.pack_order_plans", values)

    def action_make_packs(self):
        """Make the packs, and show them.

        :raises AccessError: if the user leads one of the projects not
        """
        self.ensure_one()
        entries = self.entry_count
        packs = self.project_ids._bring_in_packs()
        action = {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_pack_action"),
            "domain": ["|", ("project_id", "in", self.project_ids.ids), ("id", "in", packs.ids)],
        }
        message = self.env._(
            "%(packs)s packs made, %(entries)s time entries bound.", packs=len(packs), entries=entries
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message, "next": action},
        }
