from odoo import api, models

CHART_WIDTH = 460


class ProjectReportBlockPacks(models.AbstractModel):
    """What is left of the packs, when they end at the present pace, and the burn-down as a drawing."""

    _name = "project.report.block.packs"
    _inherit = ["project.report.block"]
    _description = "Report Block: Packs"

    _block_code = "packs"
    _block_sequence = 110
    _block_template = "project_lifecycle.report_block_packs"

    @api.model
    def _get_title(self):
        return self.env._("Packs")

    @api.model
    def _collect(self, report):
        project = report.project_id
        packs = self.env["project.pack"]._get_of_projects(project)
        if not packs:
            return None
        outlook = project._get_pack_outlooks()[project.id]
        ledger, names = packs._build_ledgers()[project.id], packs._get_client_names()
        return {
            "purchased": sum(packs.mapped("purchased_hours")),
            "used": sum(pack.purchased_hours - ledger.remaining(pack.id) for pack in packs),
            "left": ledger.total,
            "offered": project.pack_offered_hours,
            "awaiting": project.pack_awaiting_hours,
            "weekly": outlook.pace.weekly,
            "weeks": outlook.pace.weeks,
            "end": self._iso(outlook.end.day),
            "end_state": outlook.end.state,
            "packs": [
                {
                    "name": names[pack.id],
                    "purchased": pack.purchased_hours,
                    "used": pack.purchased_hours - ledger.remaining(pack.id),
                    "left": ledger.available(pack.id),
                }
                for pack in packs
            ],
            "chart": packs._prepare_burndown_values(),
        }

    @api.model
    def _prepare_values(self, figures, report):
        def time(hours):
            return self._format_time(hours, report)

        texts = {
            "ended": self.env._("Nothing is left."),
            "idle": self.env._("No time was taken lately: without a pace there is no date."),
            "far": self.env._("At the present pace there is enough for more than five years."),
            "dated": self.env._(
                "At the present pace, %(rate)s a week, nothing is left about %(day)s.",
                rate=time(figures["weekly"]),
                day=self._day(figures["end"]),
            ),
        }
        return {
            **{name: time(figures[name]) for name in ("purchased", "used", "left", "weekly")},
            **{name: time(figures[name]) if figures[name] else "" for name in ("offered", "awaiting")},
            "is_over": figures["left"] < 0,
            "forecast": texts[figures["end_state"]],
            "packs": [
                {"name": pack["name"], **{name: time(pack[name]) for name in ("purchased", "used", "left")}}
                for pack in figures["packs"]
            ],
            "chart": {**figures["chart"], "width": CHART_WIDTH},
        }
