from odoo import api, fields, models

# what is said about a flow, in the order in which it is found out
ANALYSIS_FIELDS = ["as_is", "to_be", "limits", "risks"]


class ProjectBusinessFlow(models.Model):
    _name = "project.business.flow"
    _description = "Business Flow"
    _inherit = "project.scope.record.mixin"

    name = fields.Char("Flow")
    area_id = fields.Many2one("project.business.area", index="btree_not_null", ondelete="restrict")
    as_is = fields.Text("AS-IS", help="How the client works today: with which tools, and by whom.")
    to_be = fields.Text("TO-BE", help="How the client wants to work.")
    limits = fields.Text(help="What the flow cannot do, or does not go together with. Write so if there is nothing.")
    risks = fields.Text(help="What may go wrong. Write so if there is nothing.")
    missing = fields.Char(
        compute="_compute_missing", export_string_translation=False, help="What is not written down yet."
    )

    @api.depends(*ANALYSIS_FIELDS)
    def _compute_missing(self):
        labels = {name: self._fields[name]._description_string(self.env) for name in ANALYSIS_FIELDS}
        for flow in self:
            flow.missing = ", ".join(labels[name] for name in flow._get_missing(ANALYSIS_FIELDS))

    def _get_missing(self, names):
        """Return which of some texts are not written yet.

        :param list names: of fields
        :rtype: list
        """
        self.ensure_one()
        return [name for name in names if not (self[name] or "").strip()]
