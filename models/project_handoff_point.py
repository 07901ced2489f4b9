from odoo import fields, models


class ProjectHandoffPoint(models.Model):
    """What is prepared before a hand-off, and what the client is told with it (S2.127a, S2.131, S2.132b)."""

    _name = "project.handoff.point"
    _inherit = ["project.shipped.mixin"]
    _description = "Point of the Hand-off"
    _order = "kind desc, sequence, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [("told", "The client is told"), ("prepared", "Prepared ahead")], required=True, default="told"
    )
    sequence = fields.Integer(default=10, export_string_translation=False)
    active = fields.Boolean(default=True)
    guidance = fields.Text(translate=True, help="What whoever hands over says, and how to know that it is settled.")
    client_text = fields.Text(
        "Text for the client", translate=True, help="What the client reads about it in the mail, in its language."
    )
    asks_note = fields.Boolean(
        "Asks what exactly", help="It counts only with a note on what exactly was said; the mail repeats the note."
    )

    _told_in_words = models.Constraint(
        "CHECK(kind != 'told' OR client_text IS NOT NULL)", "What the client is told needs its text for the client."
    )
