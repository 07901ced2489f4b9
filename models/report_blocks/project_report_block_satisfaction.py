from odoo import api, models


class ProjectReportBlockSatisfaction(models.AbstractModel):
    """How satisfied the client said to be, each time it was asked (S1.49b)."""

    _name = "project.report.block.satisfaction"
    _inherit = ["project.report.block"]
    _description = "Report Block: Satisfaction"

    _block_code = "satisfaction"
    _block_sequence = 130
    _block_template = "project_lifecycle.report_block_satisfaction"
    _block_kinds = ("closing_report",)

    @api.model
    def _get_title(self):
        return self.env._("Your satisfaction")

    @api.model
    def _collect(self, report):
        requests = self.env["project.satisfaction.request"].search(
            [("project_id", "=", report.project_id.id)], order="sent_on, id"
        )
        answered = requests.filtered("answered_on")
        if not answered:
            return None
        return {
            "asked": len(requests),
            "average": round(sum(answered.mapped("score")) / len(answered), 2),
            "answers": [
                {"occasion": it.occasion, "date": self._iso(it.answered_on.date()), "score": it.score}
                for it in answered
            ],
        }

    @api.model
    def _prepare_values(self, figures, report):
        Request = self.env["project.satisfaction.request"]
        occasions = dict(Request._fields["occasion"]._description_selection(self.env))
        count = self.env["project.pack"]._format_count
        return {
            "asked": figures["asked"],
            "count": len(figures["answers"]),
            "average": count(figures["average"]),
            "answers": [
                {
                    "occasion": occasions[it["occasion"]],
                    "day": self._day(it["date"]),
                    "word": Request._get_word(it["score"]),
                    "bar": round(32 * it["score"], 1),
                }
                for it in figures["answers"]
            ],
        }
