from odoo import api, fields, models


class ProjectReportBlockCollaboration(models.AbstractModel):
    """How both sides worked together, and what changes: in words, beside a few facts (S2.125)."""

    _name = "project.report.block.collaboration"
    _inherit = ["project.report.block"]
    _description = "Report Block: Collaboration"

    _block_code = "collaboration"
    _block_sequence = 90
    _block_template = "project_lifecycle.report_block_collaboration"
    _block_text_field = "collaboration"

    @api.model
    def _get_title(self):
        return self.env._("How we work together")

    @api.model
    def _collect(self, report):
        project, since, today = report.project_id, report._get_reported_since(), report._get_today()
        sessions = self.env["project.report.block.done_next"]._collect_sessions(project, since, today)
        points = self.env["project.report.block.points"]._get_points(project, ("open", "answered"))
        answered = points.filtered(
            lambda it: (
                it.state == "answered"
                and it.partner_id
                and (not since or fields.Date.to_date(it.answered_on) >= since)
            )
        )
        days = [(fields.Date.to_date(it.answered_on) - it.asked_on).days for it in answered]
        overdue = points.filtered(lambda it: it.state == "open" and it.partner_id and it.deadline < today)
        return {
            "since": self._iso(since),
            "sessions": len(sessions),
            "answered": len(answered),
            "answer_days": round(sum(days) / len(days), 1) if days else None,
            "overdue": len(overdue),
        }

    @api.model
    def _prepare_values(self, figures, report):
        answer_days = figures["answer_days"]
        return {
            **figures,
            "since": self._day(figures["since"]),
            "answer_days": None if answer_days is None else self.env["project.pack"]._format_count(answer_days),
            "has_facts": bool(figures["sessions"] or figures["answered"] or figures["overdue"]),
        }
