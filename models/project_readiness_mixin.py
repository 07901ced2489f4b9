from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .project_project_stage import PURPOSES

READINESS_FIELDS = {"gate_state", "stage_planned_end", "stage_resume_date", "stage_purpose"}


class ProjectReadinessMixin(models.AbstractModel):
    """Where projects stand before their next gate, stored so that lists filter and group by it."""

    _name = "project.readiness.mixin"
    _description = "Readiness of a Project"

    gate_state = fields.Selection(
        [("ready", "Ready"), ("blocked", "Blocked"), ("paused", "Paused")],
        string="Gate",
        compute="_compute_readiness",
        store=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
        help="Ready: no blocking criterion of the present stage is open. Empty if there is no gate ahead.",
    )
    stage_planned_end = fields.Date(
        "Stage due",
        compute="_compute_readiness",
        store=True,
        copy=False,
        groups="base.group_user",
        help="When the present stage is planned to end; empty for a stage that takes no time.",
    )
    stage_resume_date = fields.Date(
        "Paused until",
        compute="_compute_readiness",
        store=True,
        copy=False,
        groups="base.group_user",
    )
    stage_purpose = fields.Selection(
        PURPOSES,
        string="Purpose",
        compute="_compute_readiness",
        store=True,
        copy=False,
        group_expand="_read_group_expand_purposes",
        groups="base.group_user",
        help="What the present stage is for, whatever it is called in its lifecycle.",
    )
    is_stage_late = fields.Boolean(
        "Late",
        compute="_compute_is_stage_late",
        search="_search_is_stage_late",
        groups="base.group_user",
        help="The present stage was planned to end before today, and the project is not paused.",
    )

    @api.depends(
        "is_template",
        "lifecycle_id.stage_ids.active",
        "lifecycle_id.stage_ids.fold",
        "lifecycle_id.stage_ids.purpose",
        "lifecycle_id.stage_ids.sequence",
        "lifecycle_id.stage_ids.usual_duration",
        "step_ids.state",
        "step_ids.paused_on",
        "step_ids.planned_start",
        "step_ids.planned_end",
        "step_ids.resume_date",
        "checklist_item_ids.is_blocking",
        "checklist_item_ids.state",
    )
    def _compute_readiness(self):
        values = self._get_readiness()
        nothing = dict.fromkeys(READINESS_FIELDS, False)
        for project in self:
            for name, value in values.get(project._origin.id, nothing).items():
                project[name] = value

    @api.depends("gate_state", "stage_planned_end")
    def _compute_is_stage_late(self):
        today = fields.Date.context_today(self)
        for project in self:
            project.is_stage_late = bool(
                project.gate_state in ("ready", "blocked")
                and project.stage_planned_end
                and project.stage_planned_end < today
            )

    @api.model
    def _search_is_stage_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain("gate_state", "in", ("ready", "blocked")) & Domain(
            "stage_planned_end", "<", fields.Date.context_today(self)
        )
        return Domain.OR([late if wanted else ~late for wanted in set(map(bool, value))])

    @api.model
    def _read_group_expand_purposes(self, purposes, domain):
        """Show a column for each purpose, also an empty one; *Other* only if a project stands in such a stage."""
        return [code for code, _label in PURPOSES if code != "other" or code in purposes]

    # === BUSINESS METHODS === #

    def _get_readiness(self):
        """Return the values of the readiness fields of these projects, in a constant number of queries.

        :return: values by the id of the project; projects that have no lifecycle or no step are not in it
        :rtype: dict
        """
        projects = self.filtered(lambda project: project._origin and project.lifecycle_id and not project.is_template)
        if not projects:
            return {}
        steps = (
            self.env["project.lifecycle.step"]
            .sudo()
            .search([("project_id", "in", projects.ids), ("state", "=", "current")])
        )
        blocking = [
            ("step_id", "in", steps.ids),
            ("exit_id", "=", False),
            ("is_blocking", "=", True),
            ("state", "=", "open"),
        ]
        blocked = {step.id for (step,) in self.env["project.checklist.item"].sudo()._read_group(blocking, ["step_id"])}
        return {step.project_id.id: step._get_readiness(step.id in blocked) for step in steps}

    @api.model
    def _check_readiness_unwritten(self, vals):
        """Check that nobody writes by hand what follows from the stage.

        :raises UserError: naming the first such field
        """
        if names := READINESS_FIELDS & vals.keys():
            raise UserError(
                self.env._(
                    "%(field)s follows from the stage and its criteria: move the project or answer them instead.",
                    field=self._fields[min(names)]._description_string(self.env),
                )
            )
