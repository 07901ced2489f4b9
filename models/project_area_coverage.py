from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

VERDICT_FIELDS = {"verdict", "reason"}


class ProjectAreaCoverage(models.Model):
    _name = "project.area.coverage"
    _description = "Business Area of a Project"
    _order = "project_id, sequence, id"
    _rec_name = "area_id"

    project_id = fields.Many2one("project.project", required=True, readonly=True, index=True, ondelete="cascade")
    area_id = fields.Many2one("project.business.area", required=True, readonly=True, index=True, ondelete="restrict")
    sequence = fields.Integer(related="area_id.sequence", store=True, export_string_translation=False)
    questions = fields.Text(related="area_id.questions")
    verdict = fields.Selection(
        [("open", "Open"), ("in", "In scope"), ("out", "Out of scope"), ("look", "To look at")],
        required=True,
        default="open",
    )
    reason = fields.Char(help="Why the area is out of scope, or what there is to look at.")
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True, ondelete="restrict")
    decided_on = fields.Date("Decided on", readonly=True)

    _once_a_project = models.Constraint(
        "UNIQUE(project_id, area_id)", "This business area stands on the list of the project already."
    )
    _out_for_a_reason = models.Constraint(
        "CHECK(verdict != 'out' OR reason IS NOT NULL)", "Write why the business area is out of scope."
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Areas come to a project from the list of areas.

        :raises AccessError: if a user adds one by hand
        """
        if not self.env.su:
            raise AccessError(self.env._("The business areas of a project come from the list of areas by themselves."))
        return super().create(vals_list)

    def write(self, vals):
        """Decide on areas: in scope, out for a reason, or to look at.

        :raises AccessError: if a user writes anything but verdict and reason
        :raises ValidationError: if an area is to be out of scope without a reason
        """
        if not self.env.su and not vals.keys() <= VERDICT_FIELDS:
            raise AccessError(self.env._("Of a project's business areas only the verdict and its reason are written."))
        if "reason" in vals:
            vals = {**vals, "reason": (vals["reason"] or "").strip() or False}
        self._check_reason(vals)
        if "verdict" not in vals:
            return super().write(vals)
        is_open = vals["verdict"] == "open"
        decided = {
            "decided_by_id": False if is_open else self.env.uid,
            "decided_on": False if is_open else fields.Date.context_today(self),
        }
        res = super().write({**vals, **decided})
        self.project_id._refresh_criteria()
        return res

    # === ACTIONS === #

    def action_in(self):
        """Take areas into the scope of the project."""
        self.write({"verdict": "in"})

    def action_look(self):
        """Mark areas as to be looked at later, on purpose."""
        self.write({"verdict": "look"})

    def action_out(self):
        """Leave areas out of the scope, for the reason that stands on them.

        :raises ValidationError: without a reason
        """
        self.write({"verdict": "out"})

    def action_open(self):
        """Open the area with its questions and its reason, in a dialog."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.area_id.name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    # === BUSINESS METHODS === #

    def _check_reason(self, vals):
        """Check that areas that are out of scope, or will be with these values, have a reason.

        :raises ValidationError: naming the first that has none
        """
        for line in self:
            verdict = vals.get("verdict", line.verdict)
            if verdict == "out" and not vals.get("reason", line.reason):
                raise ValidationError(
                    self.env._(
                        "%(area)s: write why it is out of the scope of %(project)s.",
                        area=line.area_id.name,
                        project=line.project_id.name,
                    )
                )
