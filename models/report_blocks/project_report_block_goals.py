from odoo import api, models


class ProjectReportBlockGoals(models.AbstractModel):
    """Results against goals: what was agreed for each phase, what the client expected, what came of it (S1.49a)."""

    _name = "project.report.block.goals"
    _inherit = ["project.report.block"]
    _description = "Report Block: Goals"

    _block_code = "goals"
    _block_sequence = 50
    _block_template = "project_lifecycle.report_block_goals"
    _block_kinds = ("closing_report",)

    @api.model
    def _get_title(self):
        return self.env._("Results against goals")

    @api.model
    def _collect(self, report):
        project = report.project_id
        phases = project.phase_ids.filtered(lambda phase: phase._is_planned())
        # of expectations the client reads what it was told
        told = project.expectation_ids.filtered("told_on")
        if not phases and not told:
            return None
        return {
            "phases": [
                {
                    "id": phase.id,
                    "name": phase.name,
                    "outcome": phase.agreed_outcome,
                    "golive": self._iso(phase.golive_date),
                    "decision": phase.decision,
                    "why": phase.decision_why or "",
                    "reached_on": self._iso(phase.milestone_id.is_reached and phase.milestone_id.reached_date),
                }
                for phase in phases
            ],
            "expectations": [{"name": it.name, "verdict": it.verdict} for it in told],
        }

    @api.model
    def _prepare_values(self, figures, report):
        verdicts = report.project_id._get_client_verdicts()
        decisions = {
            "go": self.env._("Live"),
            "no_go": self.env._("Not taken live"),
            "pending": self.env._("Not decided"),
        }
        return {
            "phases": [
                {
                    **phase,
                    "golive_day": self._day(phase["golive"]),
                    "reached_day": self._day(phase["reached_on"]),
                    "result": decisions[phase["decision"]],
                }
                for phase in figures["phases"]
            ],
            "expectations": [
                {**it, "verdict_name": verdicts.get(it["verdict"], "")} for it in figures["expectations"]
            ],
        }
