from odoo import api, models
from odoo.fields import Domain

from ..project_phase_mixin import CLIENT_POINT_KINDS

# what fits on a page that somebody reads; all of them are on the client's page
MOST_POINTS = {"short": 8, "full": 40}


class ProjectReportBlockPoints(models.AbstractModel):
    """The points that are the client's to answer or to ask, and what the checklist asks of it."""

    _name = "project.report.block.points"
    _inherit = ["project.report.block"]
    _description = "Report Block: Open Points"

    _block_code = "points"
    _block_sequence = 120
    _block_template = "project_lifecycle.report_block_points"

    @api.model
    def _get_title(self):
        return self.env._("Open points, and what we need from you")

    @api.model
    def _get_points(self, project, states):
        """Return the points of a project that the client reads: its own, and its questions about the collaboration."""
        domain = Domain("project_id", "=", project.id) & Domain("state", "in", list(states))
        domain &= Domain("kind", "in", list(CLIENT_POINT_KINDS))
        domain &= (
            Domain("partner_id", "!=", False)
            | Domain("client_question", "=", True)
            | Domain("asked_by_id", "!=", False)
        )
        return self.env["project.open.point"].search(domain, order="deadline, id")

    @api.model
    def _collect(self, report):
        project, today = report.project_id, report._get_today()
        points = self._get_points(project, ("open",))
        actions = self.env["project.checklist.item"].search(
            [
                ("project_id", "=", project.id),
                ("step_id.state", "=", "current"),
                ("exit_id", "=", False),
                ("state", "=", "open"),
                ("responsible", "=", "client"),
                ("client_visible", "=", True),
            ]
        )
        if not points and not actions:
            return None
        return {
            "ids": points.ids,
            "points": [
                {
                    "name": point.name,
                    "owner": point.partner_id.name or point.user_id.name or "",
                    "is_client": bool(point.partner_id),
                    "deadline": self._iso(point.deadline),
                    "late_days": max((today - point.deadline).days, 0),
                }
                for point in points
            ],
            "actions": actions.mapped("name"),
        }

    @api.model
    def _prepare_values(self, figures, report):
        most = MOST_POINTS.get(report.layout, MOST_POINTS["full"])
        points = figures["points"]
        return {
            "count": len(points),
            "late": sum(1 for point in points if point["late_days"]),
            "points": [{**point, "day": self._day(point["deadline"])} for point in points[:most]],
            "more": max(len(points) - most, 0),
            "actions": figures["actions"][:most],
            "more_actions": max(len(figures["actions"]) - most, 0),
        }
