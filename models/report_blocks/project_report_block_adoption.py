from odoo import api, models

from ...logic import report_chart

BAR_WIDTH = 200


class ProjectReportBlockAdoption(models.AbstractModel):
    """How far the people of the client use each application: the latest figures beside those before (S2.124c)."""

    _name = "project.report.block.adoption"
    _inherit = ["project.report.block"]
    _description = "Report Block: Adoption"

    _block_code = "adoption"
    _block_sequence = 60
    _block_template = "project_lifecycle.report_block_adoption"

    @api.model
    def _get_title(self):
        return self.env._("Adoption by the users")

    @api.model
    def _collect(self, report):
        figures = self.env["project.adoption.figure"].search(
            [("project_id", "=", report.project_id.id)], order="date_to desc, id desc"
        )
        apps = []
        by_app = figures.grouped(lambda it: (it.name or "").strip().lower())
        for _name, rows in sorted(by_app.items()):
            latest, before = rows[0], rows[1:2]
            apps.append(
                {
                    "key": (latest.name or "").strip().lower(),
                    "name": latest.name,
                    "date_from": self._iso(latest.date_from),
                    "date_to": self._iso(latest.date_to),
                    "records": latest.record_count,
                    "users": latest.user_count,
                    "expected": latest.expected_user_count,
                    "source": latest.source or "",
                    "comment": latest.comment or "",
                    "before": {"records": before.record_count, "users": before.user_count} if before else None,
                }
            )
        return {"apps": apps} if apps else None

    @api.model
    def _prepare_values(self, figures, report):
        most = max(app["expected"] or app["users"] for app in figures["apps"])
        return {
            "width": BAR_WIDTH,
            "apps": [
                {
                    **app,
                    "period": f"{self._day(app['date_from'])} – {self._day(app['date_to'])}",
                    "bar": report_chart.share(app["users"], app["expected"] or most, BAR_WIDTH),
                    "percent": round(100 * app["users"] / app["expected"]) if app["expected"] else None,
                    "more_users": app["users"] - app["before"]["users"] if app["before"] else None,
                    "more_records": app["records"] - app["before"]["records"] if app["before"] else None,
                }
                for app in figures["apps"]
            ],
            "is_rtl": self._is_rtl(),
        }
