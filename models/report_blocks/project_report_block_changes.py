from odoo import api, models

from ...logic.report_changes import find_changes


class ProjectReportBlockChanges(models.AbstractModel):
    """What has changed since the last report, worked out from the figures of both."""

    _name = "project.report.block.changes"
    _inherit = ["project.report.block"]
    _description = "Report Block: Changes"

    _block_code = "changes"
    _block_sequence = 20
    _block_template = "project_lifecycle.report_block_changes"
    _block_kinds = ("progress_report",)

    @api.model
    def _get_title(self):
        return self.env._("Changes since the last report")

    @api.model
    def _collect(self, report):
        """Compare with the report before; the figures of the other blocks are there already."""
        before = report._get_published_before()[:1]
        if not before:
            return None
        now = self.env.context.get("report_figures") or {}
        changes = find_changes(before._get_figures_by_code(), now)
        return {"since": self._iso(before.date), "number": before.number, "changes": changes}

    @api.model
    def _prepare_values(self, figures, report):
        return {
            "since": self._day(figures["since"]),
            "number": figures["number"],
            "sentences": [self._describe(change, report) for change in figures["changes"]],
        }

    @api.model
    def _describe(self, change, report):
        """Return the sentence about one change.

        :param dict change: as of ``find_changes``
        :rtype: str
        """
        kind = change["kind"]
        if kind == "status":
            labels = dict(report._fields["status"]._description_selection(self.env))
            names = {"before": labels[change["before"]], "now": labels[change["now"]]}
            return self.env._("The status was %(before)s and is %(now)s.", **names)
        if kind in ("points_closed", "points_new"):
            return self._describe_points(kind, change["count"])
        if "hours" in change:
            return self._describe_hours(kind, self._format_time(change["hours"], report))
        if kind == "users":
            return self.env._(
                "%(name)s: %(now)s users, %(before)s before.",
                name=self._in_sentence(change["name"]),
                now=change["now"],
                before=change["before"],
            )
        return self._describe_plan(kind, change)

    @api.model
    def _describe_points(self, kind, count):
        texts = {
            "points_closed": self.env._("Open points closed: %(count)s.", count=count),
            "points_new": self.env._("New open points: %(count)s.", count=count),
        }
        return texts[kind]

    @api.model
    def _describe_hours(self, kind, time):
        texts = {
            "packs_purchased": self.env._("Bought: %(time)s.", time=time),
            "packs_used": self.env._("Used: %(time)s.", time=time),
            "packs_offered": self.env._("Offered by us: %(time)s.", time=time),
        }
        return texts[kind]

    @api.model
    def _describe_plan(self, kind, change):
        name = self._in_sentence(change["name"])
        before, now = self._day(change.get("before")), self._day(change.get("now"))
        texts = {
            "step_current": self.env._("%(name)s has begun.", name=name),
            "step_done": self.env._("%(name)s is done.", name=name),
            "milestone_reached": self.env._("Milestone reached: %(name)s.", name=name),
            "milestone_new": self.env._("New milestone: %(name)s, %(day)s.", name=name, day=now)
            if now
            else self.env._("New milestone: %(name)s.", name=name),
        }
        if kind in texts:
            return texts[kind]
        if not now:
            return self.env._("%(name)s was planned for %(before)s and has no date now.", name=name, before=before)
        if not before:
            return self.env._("%(name)s is planned for %(now)s.", name=name, now=now)
        return self.env._("%(name)s moves from %(before)s to %(now)s.", name=name, before=before, now=now)
