from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

VERDICTS = [
    ("open", "Open"),
    ("standard", "Standard"),
    ("development", "Development"),
    ("not_possible", "Not possible"),
]
ABOVE_STANDARD = ("development", "not_possible")


class ProjectExpectation(models.Model):
    _name = "project.expectation"
    _description = "Expectation of the Client"
    _inherit = "project.scope.record.mixin"

    name = fields.Char("Expectation", help="In the client's words: it reads this in the minutes.")
    priority = fields.Selection(
        [("must", "Must"), ("should", "Should"), ("could", "Could")], required=True, default="should"
    )
    verdict = fields.Selection(
        VERDICTS,
        required=True,
        default="open",
        help="Whether the product does it as it is, with development, or not at all.",
    )
    is_to_tell = fields.Boolean(
        "Client to be told",
        compute="_compute_is_to_tell",
        store=True,
        help="It goes beyond the standard, and the client does not know yet.",
    )
    told_on = fields.Date(help="When the client was told the verdict.")
    told_by_id = fields.Many2one(
        "res.users",
        string="Told by",
        compute="_compute_told_by_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        domain=[("share", "=", False)],
    )
    told_to_id = fields.Many2one(
        "res.partner",
        string="Told to",
        compute="_compute_told_to_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The contact of the client who was told.",
    )
    customer_id = fields.Many2one(related="project_id.partner_id.commercial_partner_id", string="Customer")
    note = fields.Text("Internal note", help="For us only.")

    _told_whole = models.Constraint(
        "CHECK(num_nonnulls(told_on, told_by_id, told_to_id) IN (0, 3))",
        "Say who of us told whom of the client, and on which day.",
    )
    _told_something = models.Constraint(
        "CHECK(told_on IS NULL OR verdict != 'open')", "Decide on the expectation before the client is told."
    )

    # === COMPUTE METHODS === #

    @api.depends("verdict", "told_on")
    def _compute_is_to_tell(self):
        for expectation in self:
            expectation.is_to_tell = expectation.verdict in ABOVE_STANDARD and not expectation.told_on

    @api.depends("told_on")
    def _compute_told_by_id(self):
        for expectation in self:
            expectation.told_by_id = expectation.told_on and (expectation.told_by_id or self.env.user)

    @api.depends("told_on")
    def _compute_told_to_id(self):
        for expectation in self:
            expectation.told_to_id = expectation.told_on and (expectation.told_to_id or expectation.project_id.spoc_id)

    @api.onchange("verdict")
    def _onchange_verdict(self):
        self.told_on = False

    @api.constrains("told_on", "told_by_id", "told_to_id")
    def _check_told(self):
        today = fields.Date.context_today(self)
        for expectation in self.filtered("told_on"):
            if expectation.told_on > today:
                raise ValidationError(
                    self.env._(
                        "%(expectation)s: the client cannot have been told in the future.",
                        expectation=expectation.name,
                    )
                )
            if expectation.told_by_id.share:
                raise ValidationError(
                    self.env._(
                        "%(expectation)s: one of us tells the client, not %(user)s.",
                        expectation=expectation.name,
                        user=expectation.told_by_id.name,
                    )
                )
            if expectation.told_to_id:
                expectation.project_id._check_is_contact(expectation.told_to_id)

    # === CRUD METHODS === #

    def write(self, vals):
        """Change expectations: with another verdict the client has to be told anew."""
        if "verdict" not in vals or "told_on" in vals:
            return super().write(vals)
        judged_anew = self.filtered(lambda it: it.told_on and it.verdict != vals["verdict"])
        if judged_anew:
            untold = {"told_on": False, "told_by_id": False, "told_to_id": False}
            super(ProjectExpectation, judged_anew).write({**vals, **untold})
        return super(ProjectExpectation, self - judged_anew).write(vals)

    # === ACTIONS === #

    def action_standard(self):
        """The product does it as it is."""
        self.write({"verdict": "standard"})

    def action_development(self):
        """It takes development: the client is to be told."""
        self.write({"verdict": "development"})

    def action_not_possible(self):
        """It cannot be done: the client is to be told."""
        self.write({"verdict": "not_possible"})

    def action_told(self):
        """Record that the current user told the SPOC the verdict today.

        :raises UserError: if there is no verdict yet, or the project has no SPOC
        """
        for expectation in self:
            if expectation.verdict == "open":
                raise UserError(
                    self.env._(
                        "%(expectation)s: decide on it before the client is told.", expectation=expectation.name
                    )
                )
            if not expectation.project_id.spoc_id:
                raise UserError(
                    self.env._(
                        "%(project)s has no SPOC: name one, or open the expectation and say who was told.",
                        project=expectation.project_id.name,
                    )
                )
        today = fields.Date.context_today(self)
        for spoc, expectations in self.grouped(lambda it: it.project_id.spoc_id).items():
            expectations.write({"told_on": today, "told_by_id": self.env.uid, "told_to_id": spoc.id})
