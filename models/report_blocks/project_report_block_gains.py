from odoo import api, models


class ProjectReportBlockGains(models.AbstractModel):
    """What the business of the client has gained: in the words of the consultant, beside what was agreed (S2.124d)."""

    _name = "project.report.block.gains"
    _inherit = ["project.report.block"]
    _description = "Report Block: Gains"

    _block_code = "gains"
    _block_sequence = 70
    _block_template = "project_lifecycle.report_block_gains"
    _block_text_field = "gains"

    @api.model
    def _get_title(self):
        return self.env._("What the business has gained")

    @api.model
    def _collect(self, report):
        today = report._get_today()
        live = report.project_id.phase_ids.filtered(
            lambda phase: phase.decision == "go" and phase.golive_date and phase.golive_date <= today
        )
        return {
            "phases": [
                {
                    "id": phase.id,
                    "name": phase.name,
                    "outcome": phase.agreed_outcome or "",
                    "live_on": self._iso(phase.golive_date),
                }
                for phase in live
            ]
        }

    @api.model
    def _prepare_values(self, figures, report):
        return {"phases": [{**phase, "live_day": self._day(phase["live_on"])} for phase in figures["phases"]]}
