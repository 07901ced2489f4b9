from typing import NamedTuple

from odoo import api, fields, models

from ..logic import forecast


class Outlook(NamedTuple):
    """The forecast of one project: hours left, pace, end of its packs, what the scope still needs."""

    left: float
    pace: forecast.Pace
    end: forecast.End
    need: forecast.Need


class ProjectForecastMixin(models.AbstractModel):
    """When the packs of a project end at the pace of the last weeks, and whether its scope fits into them."""

    _name = "project.forecast.mixin"
    _description = "Forecast of a Project"

    pack_weekly_hours = fields.Float(
        "Pace",
        compute="_compute_pack_outlook",
        groups="base.group_user",
        help="Hours a week taken from the packs of the project in the last weeks.",
    )
    pack_end_date = fields.Date(
        "Packs end about",
        compute="_compute_pack_outlook",
        groups="base.group_user",
        help="The day on which nothing is left of any pack, at the pace of the last weeks.",
    )
    pack_needed_days = fields.Float(
        "Days still needed",
        compute="_compute_pack_outlook",
        groups="base.group_user",
        help="What the applications in scope still need, by their estimates.",
    )
    pack_forecast = fields.Html(
        "Forecast",
        compute="_compute_pack_forecast",
        sanitize=False,
        groups="base.group_user",
        export_string_translation=False,
    )
    pack_burndown = fields.Html(
        "Burn-down",
        compute="_compute_pack_burndown",
        sanitize=False,
        groups="base.group_user",
        export_string_translation=False,
    )

    # === COMPUTE METHODS === #

    @api.depends("pack_remaining_hours")
    def _compute_pack_outlook(self):
        outlooks = self._get_pack_outlooks()
        for project in self:
            outlook = outlooks.get(project._origin.id)
            project.pack_weekly_hours = outlook.pace.weekly if outlook else 0.0
            project.pack_end_date = outlook and outlook.end.day
            project.pack_needed_days = outlook.need.days if outlook else 0.0

    @api.depends_context("lang", "tz")
    def _compute_pack_forecast(self):
        outlooks = self._get_pack_outlooks()
        for project in self:
            outlook = outlooks.get(project._origin.id)
            project.pack_forecast = bool(outlook) and self.env["ir.qweb"]._render(
                "project_lifecycle.pack_forecast", {"lines": project._describe_pack_outlook(outlook)}
            )

    @api.depends_context("lang", "tz")
    def _compute_pack_burndown(self):
        packs = self.env["project.pack"].sudo()._get_of_projects(self.filtered("lifecycle_id")._origin)
        by_project = packs.grouped("project_id")
        for project in self:
            own = by_project.get(project._origin.sudo())
            project.pack_burndown = own._render_burndown() if own else False

    # === BUSINESS METHODS === #

    def _get_pack_outlooks(self):
        """Return the forecasts of those of these projects that have packs, in a constant number of queries.

        :return: by the id of the project
        :rtype: dict[int, Outlook]
        """
        followed = self.filtered("lifecycle_id").sudo()._origin
        ledgers = self.env["project.pack"].sudo()._get_ledgers(followed)
        packed = followed.filtered(lambda project: project.id in ledgers)
        if not packed:
            return {}
        today = fields.Date.context_today(self)
        paces, estimates = packed._get_pack_paces(), packed._get_estimates()
        return {
            project.id: Outlook(
                left=(left := ledgers[project.id].total),
                pace=(pace := paces[project.id]),
                end=forecast.end_of(left, pace.weekly, today),
                need=forecast.need(estimates.get(project.id, []), today),
            )
            for project in packed
        }

    def _get_pack_paces(self):
        """Return how fast time was taken from the packs of these projects, in one grouped query.

        :return: by the id of the project
        :rtype: dict[int, forecast.Pace]
        """
        today = fields.Date.context_today(self)
        weeks = {
            project.id: (project.sudo().company_id or self.env.company.sudo()).pack_pace_weeks for project in self
        }
        packs = self.env["project.pack"].sudo()._get_of_projects(self)
        hours, first = dict.fromkeys(weeks, 0.0), {}
        for pack, day, amount in packs._get_hours_since(
            {pack: forecast.window_start(today, weeks[pack.project_id.id]) for pack in packs}, today
        ):
            project_id = pack.project_id.id
            hours[project_id] += amount
            first[project_id] = min(day, first.get(project_id, day))
        return {key: forecast.pace(hours[key], first.get(key), today, weeks[key]) for key in weeks}

    def _get_estimates(self):
        """Return what the applications in scope still need, by the id of the project, in one query."""
        domain = [("project_id", "in", self.ids), ("is_needed", "=", True)]
        names = ["name", "remaining_days", "estimated_on", "project_id"]
        found = {}
        for app in self.env["project.scope.app"].sudo().search_fetch(domain, names):
            estimate = forecast.Estimate(app.name or "", app.remaining_days, app.estimated_on or None)
            found.setdefault(app.project_id.id, []).append(estimate)
        return found

    def _describe_pack_outlook(self, outlook):
        """Return the sentences of the forecast of one project, with what they assume.

        :param Outlook outlook: of the project
        :rtype: list[dict]
        """
        self.ensure_one()
        Pack, company = self.env["project.pack"], self.sudo().company_id or self.env.company
        lines = [Pack._describe_end(outlook.pace, outlook.end, company), *self._describe_need(outlook)]
        packs = Pack.sudo()._get_of_projects(self)
        for pack_id, (_pace, _end, lapsing) in packs._get_ends().items():
            if lapsing:
                lines.append(Pack.sudo().browse(pack_id)._describe_lapse(lapsing, company))
        lines.append(Pack._describe_assumptions(outlook.pace))
        return lines

    def _describe_need(self, outlook):
        Pack, need, lines = self.env["project.pack"], outlook.need, []
        if need.days:
            left = outlook.left / Pack._to_hours(1.0, self.env.ref("uom.product_uom_day").id)
            texts = {
                "needed": Pack._format_count(need.days),
                "left": Pack._format_count(left),
            }
            text = self.env._("The scope still needs %(needed)s days, %(left)s days are left.", **texts)
            lines.append({"text": text, "style": "danger" if need.days > left + 0.05 else ""})
        if need.stale:
            text = self.env._(
                "Estimated more than %(days)s days ago: %(names)s. Estimate anew.",
                days=forecast.STALE_DAYS,
                names=", ".join(need.stale),
            )
            lines.append({"text": text, "style": "warning"})
        if need.missing:
            text = self.env._("Not counted, for nobody has estimated: %(names)s.", names=", ".join(need.missing))
            lines.append({"text": text, "style": "warning"})
        return lines
