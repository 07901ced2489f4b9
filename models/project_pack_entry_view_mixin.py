from odoo import api, fields, models


class ProjectPackEntryViewMixin(models.AbstractModel):
    """What forms and lists of time entries ask about packs.

    A form that computed the pack itself would take time that is not saved yet: it shows the pack of what is.
    """

    _name = "project.pack.entry.view.mixin"
    _description = "Screens of the Time of a Pack"
    _inherit = ["project.pack.glance.mixin"]

    taken_from_id = fields.Many2one(
        "project.pack",
        string="Taken from",
        compute="_compute_taken_from_id",
        inverse="_inverse_taken_from_id",
        groups="base.group_user",
        domain="[('project_id', '=', project_id), ('is_cancelled', '=', False)]",
        help="What the time is taken from; empty in a new entry: the oldest pack with something left.",
    )
    is_offered = fields.Boolean(
        "Offered",
        compute="_compute_is_offered",
        inverse="_inverse_is_offered",
        groups="base.group_user",
        help="A gift: the client sees the time, nothing is deducted.",
    )

    @api.depends("pack_id")
    def _compute_taken_from_id(self):
        for entry in self:
            entry.taken_from_id = entry._origin.pack_id

    def _inverse_taken_from_id(self):
        for entry in self:
            entry.pack_id = entry.taken_from_id

    @api.depends("pack_use")
    def _compute_is_offered(self):
        for entry in self:
            entry.is_offered = entry._origin.pack_use == "offered"

    def _inverse_is_offered(self):
        for entry in self:
            entry.pack_use = "offered" if entry.is_offered else "deducted"

    @api.model_create_multi
    def create(self, vals_list):
        """Take over what a form asks for before the entry is assigned to a pack."""
        return super().create([self._prepare_form_values(vals) for vals in vals_list])

    def _prepare_form_values(self, vals):
        """Return the values of a new entry with the pack and the use that a form asks for.

        :rtype: dict
        """
        vals = dict(vals)
        pack_id, is_offered = vals.pop("taken_from_id", False), vals.pop("is_offered", False)
        if pack_id:
            vals.setdefault("pack_id", pack_id)
        if is_offered:
            vals.setdefault("pack_use", "offered")
        if "so_line" in vals and not vals["so_line"] and self._get_lifecycle_project(vals):
            # forms of salespeople send the order line, which new time has only once it is on its pack
            del vals["so_line"]
        return vals
