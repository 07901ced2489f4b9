from collections import defaultdict

from odoo import api, models


class ProjectReportBlockHours(models.AbstractModel):
    """Where the time of the packs went: by stage and by kind of work (S1.49a)."""

    _name = "project.report.block.hours"
    _inherit = ["project.report.block"]
    _description = "Report Block: Hours"

    _block_code = "hours"
    _block_sequence = 100
    _block_template = "project_lifecycle.report_block_hours"
    _block_kinds = ("closing_report",)

    @api.model
    def _get_title(self):
        return self.env._("Where the time went")

    @api.model
    def _collect(self, report):
        project = report.project_id
        packs = self.env["project.pack"]._get_of_projects(project)
        if not packs:
            return None
        rows = self.env["account.analytic.line"]._read_group(
            project._get_deducted_domain(packs),
            ["step_id", "work_kind_id", "product_uom_id"],
            ["unit_amount:sum"],
        )
        stages, kinds = defaultdict(float), defaultdict(float)
        for step, kind, unit, amount in rows:
            hours = packs._to_hours(amount, unit.id)
            stage = step.stage_id
            # stages that the client does not know are told with the time outside of stages
            stages[stage if stage.client_visible else stage.browse()] += hours
            kinds[kind] += hours
        if not stages:
            return None
        return {
            "stages": [
                {"name": stage.name or "", "hours": hours}
                for stage, hours in sorted(stages.items(), key=lambda it: (not it[0], it[0].sequence, it[0].id))
            ],
            "kinds": [
                {"name": kind.name or "", "hours": hours}
                for kind, hours in sorted(kinds.items(), key=lambda it: -it[1])
            ],
            "total": sum(stages.values()),
        }

    @api.model
    def _prepare_values(self, figures, report):
        def told(rows):
            most = max(row["hours"] for row in rows)
            return [
                {
                    "name": row["name"] or self.env._("Other"),
                    "time": self._format_time(row["hours"], report),
                    "bar": round(160 * max(row["hours"], 0.0) / most, 1) if most > 0 else 0.0,
                }
                for row in rows
            ]

        kinds = figures["kinds"]
        return {
            "stages": told(figures["stages"]),
            "kinds": told(kinds) if len(kinds) > 1 or kinds[0]["name"] else [],
            "total": self._format_time(figures["total"], report),
            "is_rtl": self._is_rtl(),
        }
