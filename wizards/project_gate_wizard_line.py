import json

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.project_checklist_item import WORKED_OUT


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
    name = fields.Char(related="item_id.name", related_sudo=False)
    guidance = fields.Text(related="item_id.guidance", related_sudo=False)
    stage_id = fields.Many2one(related="item_id.stage_id", related_sudo=False)
    kind = fields.Selection(related="item_id.kind", related_sudo=False)
    is_blocking = fields.Boolean(related="item_id.is_blocking", related_sudo=False)
    responsible = fields.Selection(related="item_id.responsible", related_sudo=False)
    needs_agreement = fields.Boolean(related="item_id.needs_agreement", related_sudo=False)
    agreed_by_id = fields.Many2one(
        "res.partner",
        string="Agreed by",
        domain=[("partner_share", "=", True)],
        help="Who of the client agreed, once it was explained.",
    )
    answer = fields.Selection(
        [("open", "Open"), ("met", "Met"), ("not_applicable", "Not applicable"), ("waived", "Waived")],
        required=True,
        default="open",
    )
    reason = fields.Char()
    note = fields.Char()
    link = fields.Char()
    attachment_ids = fields.Many2many("ir.attachment", string="Evidence")
    opened = fields.Char(
        export_string_translation=False, help="The answers of the criterion when the dialog was opened, as JSON."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Complete lines with the answers of their criteria: a client sends back what its view shows, and no more."""
        Item = self.env["project.checklist.item"]
        return super().create(
            [
                vals
                if "opened" in vals or not vals.get("item_id")
                else {**self._prepare_line_values(Item.browse(vals["item_id"])), **vals}
                for vals in vals_list
            ]
        )

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
            "agreed_by_id": item.agreed_by_id.id,
            "link": item.link,
            "attachment_ids": item.attachment_ids.ids,
            "opened": json.dumps(self._get_answers(item)),
        }

    @api.model
    def _get_answers(self, record):
        """Return what was answered on a criterion, or on a line of the dialog, in a form that can be compared."""
        return {
            "answer": record.state if record._name == "project.checklist.item" else record.answer,
            "reason": record.reason or "",
            "note": record.note or "",
            "link": record.link or "",
            "attachment_ids": sorted(record.attachment_ids.ids),
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
            changed = line._get_changed()
            line._check_not_answered_meanwhile(changed)
            values = {field: line[field] or False for field in ("note", "link") if field in changed}
            if "attachment_ids" in changed:
                values["attachment_ids"] = line.attachment_ids.ids
            if values:
                item.write(values)
            if changed.isdisjoint({"answer", "reason"}):
                continue
            if line.answer == "not_applicable":
                item.action_not_applicable(line.reason)
            elif line.answer == "waived":
                item.action_waive(line.reason)
            elif item.state in ("not_applicable", "waived") or (line.answer == "open" and item.kind == "manual"):
                item.action_untick()
            if line.answer == "met" and item.kind == "manual" and item.state != "met":
                line._meet()

    def _meet(self):
        """Meet a criterion by hand: with the client's word, where it is asked for."""
        self.ensure_one()
        if self.needs_agreement:
            self.item_id.action_explained_and_agreed(self.agreed_by_id.id)
        else:
            self.item_id.action_tick()

    def _get_changed(self):
        """Return the names of what the user has changed since the dialog was opened."""
        self.ensure_one()
        opened, now = json.loads(self.opened or "{}"), self._get_answers(self)
        if self.kind in WORKED_OUT and self.answer in ("open", "met"):
            # worked out, not answered: the dialog shows what is true now
            opened["answer"] = now["answer"]
        return {name for name, value in now.items() if opened.get(name) != value}

    def _check_not_answered_meanwhile(self, changed):
        """Check that nobody else has answered what this user changes.

        :param set changed: names of what the user changes
        :raises UserError: naming the criterion
        """
        self.ensure_one()
        opened, present = json.loads(self.opened or "{}"), self._get_answers(self.item_id)
        if any(present[name] not in (opened.get(name), self._get_answers(self)[name]) for name in changed):
            raise UserError(
                self.env._(
                    "%(criterion)s was answered by somebody else while this dialog was open. Close it, look at the"
                    " criterion, then open the gate again.",
                    criterion=self.name,
                )
            )
