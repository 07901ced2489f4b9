from odoo import api, fields, models


class ProjectGateWizardLine(models.TransientModel):
    _name = "project.gate.wizard.line"
    _description = "Criterion in the Gate Dialog"
    _order = "sequence, id"

    wizard_id = fields.Many2one(
        "project.gate.wizard", required=True, index=True, ondelete="cascade", export_string_translation=False
    )
    item_id = fields.Many2one(
        "project.checklist.item", required=True, ondelete="cascade", export_string_translation=False
    )
    sequence = fields.Integer(export_string_translation=False)
    name = fields.Char(related="item_id.name")
    guidance = fields.Text(related="item_id.guidance")
    stage_id = fields.Many2one(related="item_id.stage_id")
    kind = fields.Selection(related="item_id.kind")
    is_blocking = fields.Boolean(related="item_id.is_blocking")
    responsible = fields.Selection(related="item_id.responsible")
    answer = fields.Selection(
        [("open", "Open"), ("met", "Met"), ("not_applicable", "Not applicable"), ("waived", "Waived")],
        required=True,
        default="open",
    )
    reason = fields.Char()
    note = fields.Char()
    link = fields.Char()
    attachment_ids = fields.Many2many("ir.attachment", string="Evidence")

    @api.model
    def _prepare_line_values(self, item):
        """Return the values of the line of a criterion; blocking ones that are open come first."""
        met = item._get_met() if item.state in ("open", "met") else item
        answer = ("met" if met else "open") if item.state in ("open", "met") else item.state
        missing = answer == "open"
        return {
            "item_id": item.id,
            "sequence": 0 if missing and item.is_blocking else 1 if missing else 2,
            "answer": answer,
            "reason": item.reason,
            "note": item.note,
            "link": item.link,
            "attachment_ids": item.attachment_ids.ids,
        }

    @api.onchange("link", "attachment_ids")
    def _onchange_evidence(self):
        """Show at once that evidence is the answer, and that without it there is none."""
        if self.kind == "evidence" and self.answer in ("open", "met"):
            self.answer = "met" if self.link or self.attachment_ids else "open"

    def _is_open(self):
        self.ensure_one()
        if self.kind == "evidence" and self.answer in ("open", "met"):
            return not (self.link or self.attachment_ids)
        return self.answer == "open"

    def _apply(self):
        """Write what was answered in the dialog on the project's criteria, with the rights of the user.

        :raises UserError: if an answer lacks its reason
        :raises AccessError: if the user may not answer so
        """
        for line in self:
            item = line.item_id
            values = {
                field: line[field] or False
                for field in ("note", "link")
                if (line[field] or False) != (item[field] or False)
            }
            if line.attachment_ids != item.attachment_ids:
                values["attachment_ids"] = line.attachment_ids.ids
            if values:
                item.write(values)
            if line.answer == item.state and (line.reason or False) == (item.reason or False):
                continue
            if line.answer == "not_applicable":
                item.action_not_applicable(line.reason)
            elif line.answer == "waived":
                item.action_waive(line.reason)
            elif item.state in ("not_applicable", "waived") or (line.answer == "open" and item.kind == "manual"):
                item.action_untick()
            if line.answer == "met" and item.kind == "manual" and item.state != "met":
                item.action_tick()
