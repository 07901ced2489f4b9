from odoo import fields, models
from odoo.tools import format_date

from ..logic import timeline


class ProjectTimelineMixin(models.AbstractModel):
    """The steps of a project as a picture, planned against actual; drawn by the server for screens and PDFs alike."""

    _name = "project.timeline.mixin"
    _description = "Timeline of a Project"

    lifecycle_timeline = fields.Html(
        "Timeline",
        compute="_compute_lifecycle_timeline",
        sanitize=False,
        groups="project.group_project_user",
        export_string_translation=False,
    )

    def _compute_lifecycle_timeline(self):
        for project in self:
            steps = project.step_ids
            project.lifecycle_timeline = project._render_timeline(steps) if steps else False

    def _render_timeline(self, steps):
        """Return the drawing of steps of one project.

        :param project.lifecycle.step steps: in any order
        :rtype: markupsafe.Markup
        """
        self.ensure_one()
        return self.env["ir.qweb"]._render("project_lifecycle.timeline", self._prepare_timeline_values(steps))

    def _prepare_timeline_values(self, steps):
        """Return what the template of the timeline draws: its rows, the months, today; places in % of its width."""
        today = fields.Date.context_today(self)
        periods = {step: step._get_periods(today) for step in steps}
        first, last = timeline.span([period for both in periods.values() for period in both], today)
        is_rtl = self.env["res.lang"]._get_data(code=self.env.context.get("lang") or "en_US").direction == "rtl"

        def place(period):
            found = timeline.place(period, first, last)
            return timeline.mirrored(found) if found and is_rtl else found

        rows = [
            {"step": step, "planned": place(planned), "actual": place(actual), "dates": self._describe_period(actual)}
            for step, (planned, actual) in sorted(periods.items(), key=lambda it: it[0]._get_timeline_order())
        ]
        months = [
            {"x": x, "label": format_date(self.env, day, date_format="MMM y"), "anchor": timeline.anchor(x, is_rtl)}
            for day, _x in timeline.ticks(first, last)
            for x, _length in [place((day, day))]
        ]
        return {
            "rows": rows,
            "months": months,
            "today": place((today, today))[0],
            "is_rtl": is_rtl,
            "height": 24 + 34 * len(rows),
        }

    def _describe_period(self, period):
        return " – ".join(format_date(self.env, day, date_format="d MMM y") for day in period if day)
