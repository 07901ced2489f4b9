from odoo import api, fields, models
from odoo.exceptions import UserError

from .project_business_flow import ANALYSIS_FIELDS
from .project_expectation import ABOVE_STANDARD


class ProjectScopeMixin(models.AbstractModel):
    """What the kick-off finds out about the client: how it works, what it expects, why it bought."""

    _name = "project.scope.mixin"
    _description = "Scope of a Project"

    flow_ids = fields.One2many(
        "project.business.flow", "project_id", string="Business flows", groups="project.group_project_user"
    )
    expectation_ids = fields.One2many(
        "project.expectation", "project_id", string="Expectations", groups="project.group_project_user"
    )

    why_chosen = fields.Text("Why us", compute="_compute_vision", groups="project.group_project_user")
    thought_bought = fields.Text(
        "What they think they bought", compute="_compute_vision", groups="project.group_project_user"
    )

    # === COMPUTE METHODS === #

    @api.depends("intake_ids.why_chosen", "intake_ids.thought_bought")
    def _compute_vision(self):
        for project in self:
            intake = project.intake_ids[:1]
            project.why_chosen = intake.why_chosen
            project.thought_bought = intake.thought_bought

    # === ACTIONS === #

    def action_add_flow(self):
        """Open the form of a new business flow of this project, in a dialog."""
        return self._open_new("project.business.flow", self.env._("New business flow"))

    def action_add_expectation(self):
        """Open the form of a new expectation of the client, in a dialog."""
        return self._open_new("project.expectation", self.env._("New expectation"))

    def action_view_flows(self):
        """Open the business flows of this project, in a list to write in."""
        return self._open_list("project_lifecycle.project_business_flow_action")

    def action_view_expectations(self):
        """Open the expectations of the client, in a list to write in."""
        return self._open_list("project_lifecycle.project_expectation_action")

    def action_open_vision(self):
        """Open what the client said about why it chose us, and about what it thinks it bought, in a dialog.

        :raises UserError: if there is no hand-over to hold it yet, and the user is not the consultant
        """
        self.ensure_one()
        return {
            **self.action_open_handover(),
            "name": self.env._("Why us"),
            "views": [(self.env.ref("project_lifecycle.project_intake_view_form_vision").id, "form")],
            "target": "new",
        }

    # === BUSINESS METHODS === #

    def _open_new(self, model, title):
        self.ensure_one()
        if not self.lifecycle_id:
            raise UserError(self.env._("%(project)s has no lifecycle: choose one first.", project=self.name))
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_project_id": self.id},
        }

    def _open_list(self, action):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(action),
            "domain": [("project_id", "=", self.id)],
            "context": {"default_project_id": self.id, "one_project": True},
        }

    # === CRITERIA === #

    def _criterion_why_chosen(self):
        """Why the client chose us, and what it thinks it bought, is written down (S2.54)."""
        written = [("why_chosen", "not in", (False, "")), ("thought_bought", "not in", (False, ""))]
        return self._get_with_intake(written)

    def _criterion_flows(self):
        """There are flows, and each says how it is and how it will be (S2.28, S2.29)."""
        return self._get_with_flows(["as_is", "to_be"])

    def _criterion_flows_as_is(self):
        return self._get_with_flows(["as_is"])

    def _criterion_flows_to_be(self):
        return self._get_with_flows(["to_be"])

    def _criterion_flows_analysed(self):
        """There are flows, and the limits and risks of each are written, too (S2.55)."""
        return self._get_with_flows(ANALYSIS_FIELDS)

    def _criterion_expectations_judged(self):
        """There are expectations, and each has its verdict (S2.53, S2.57)."""
        return self._get_with_expectations(lambda it: it.verdict == "open")

    def _criterion_expectations(self):
        """There are expectations, each has its verdict, and the client knows what goes beyond the standard (S2.58)."""
        return self._get_with_expectations(lambda it: it.verdict == "open" or it.is_to_tell)

    def _get_with_flows(self, names):
        """Return those of these projects that have business flows, each with some texts.

        :param list names: of the fields
        """
        flows = self.env["project.business.flow"].search([("project_id", "in", self.ids)])
        unclear = flows.filtered(lambda flow: flow._get_missing(names))
        return self.browse((flows.project_id - unclear.project_id).ids)

    def _get_with_expectations(self, is_left):
        """Return those of these projects that have expectations of which nothing is left to do.

        :param is_left: tells of an expectation whether something is
        """
        expectations = self.env["project.expectation"].search([("project_id", "in", self.ids)])
        return self.browse((expectations.project_id - expectations.filtered(is_left).project_id).ids)

    # === MINUTES === #

    def _kickoff_minutes_scope(self):
        """The applications in scope with reason and limits told, and the expectations whose verdict was told."""
        apps = self.scope_app_ids.filtered("is_needed")
        told = self.expectation_ids.filtered("told_on")
        if not apps and not told:
            return None
        verdicts = self._get_client_verdicts()
        values = {
            "apps": [
                {
                    "name": app.name,
                    "reason": app.reason,
                    "limits": app.limits if app.limits_told_on else False,
                    "told_on": app.limits and app.limits_told_on,
                }
                for app in apps
            ],
            "expectations": [
                {"name": it.name, "verdict": verdicts[it.verdict], "told_on": it.told_on, "to": it.told_to_id.name}
                for it in told
            ],
        }
        return {"template": "project_lifecycle.kickoff_minutes_scope", "values": values}

    def _get_client_verdicts(self):
        """Return how the client reads the verdicts on its expectations."""
        above = dict(
            zip(
                ABOVE_STANDARD,
                (self.env._("Takes development"), self.env._("Not possible in this project")),
                strict=True,
            )
        )
        return {"standard": self.env._("In the standard product"), **above}
