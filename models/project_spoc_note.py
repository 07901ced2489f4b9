from odoo import api, fields, models
from odoo.exceptions import AccessError


class ProjectSpocNote(models.Model):
    """What we know of a person's ways. No chatter, no tracking, no field of another model that leads here."""

    _name = "project.spoc.note"
    _description = "Confidential Note on a SPOC"
    _order = "project_id, id"
    _rec_name = "partner_id"

    project_id = fields.Many2one("project.project", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Person", required=True, index=True, ondelete="cascade")
    commercial_partner_id = fields.Many2one(
        related="project_id.partner_id.commercial_partner_id", string="Customer", export_string_translation=False
    )
    computer_skill = fields.Selection(
        [("low", "Needs help"), ("medium", "At ease"), ("high", "Expert")], string="At ease with computers"
    )
    communication = fields.Text(help="How best to talk to this person.")
    availability = fields.Text(help="When this person can be reached, and how much time there is.")

    _once_a_project = models.Constraint(
        "UNIQUE(project_id, partner_id)", "There is a note on this person in the project already: write it there."
    )

    @api.constrains("project_id", "partner_id")
    def _check_contact_of_customer(self):
        for note in self.sudo():
            note.project_id._check_is_contact(note.partner_id)

    @api.model_create_multi
    def create(self, vals_list):
        notes = super().create(vals_list)
        notes.project_id._follow_people()
        return notes

    def write(self, vals):
        """Change notes; they stay on their project and person.

        :raises AccessError: if one of them would move
        """
        if not self.env.su and any(
            note[name].id != vals[name] for name in ("project_id", "partner_id") if name in vals for note in self
        ):
            raise AccessError(self.env._("A note stays with its project and its person: write another one."))
        res = super().write(vals)
        self.project_id._follow_people()
        return res

    def action_erase(self):
        """Erase the notes on these people on all projects, for good; that it was done is kept, not what was written.

        :raises AccessError: if the user may not write one of these notes
        """
        self.check_access("write")
        # somebody who asks to be erased is erased everywhere, also where the user does not see
        notes = self.sudo().search([("partner_id", "in", self.partner_id.ids)])
        self.env["project.spoc.note.erasure"].sudo().create(
            [
                {"partner_id": partner.id, "user_id": self.env.uid, "note_count": len(erased)}
                for partner, erased in notes.grouped("partner_id").items()
            ]
        )
        projects = notes.project_id
        notes.unlink()
        projects._follow_people()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _is_written(self):
        self.ensure_one()
        return bool(self.computer_skill or self.communication or self.availability)
