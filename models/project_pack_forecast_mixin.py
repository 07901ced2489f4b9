from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date, format_duration
from odoo.tools.misc import formatLang

from ..logic import chart, forecast

# how the forecast and its drawing write a day: the same words on a screen and on paper, in every language
DAY_FORMAT = "d MMM y"
CHART_FIELDS = ["pack_id", "pack_use", "unit_amount", "product_uom_id", "date", "so_line", "project_id"]


class ProjectPackForecastMixin(models.AbstractModel):
    """When a pack ends at the pace of the last weeks, in words and as a drawing."""

    _name = "project.pack.forecast.mixin"
    _description = "Forecast of a Pack"

    end_date = fields.Date(
        "Ends about",
        compute="_compute_end_date",
        help="The day on which nothing is left of it, at the pace of the last weeks and after the packs before it.",
    )
    forecast = fields.Html(compute="_compute_forecast", sanitize=False, export_string_translation=False)
    burndown = fields.Html("Burn-down", compute="_compute_burndown", sanitize=False, export_string_translation=False)

    # === COMPUTE METHODS === #

    @api.depends("available_hours")
    def _compute_end_date(self):
        ends = self._origin._get_ends()
        for pack in self:
            _pace, end, _lapsing = ends.get(pack._origin.id, (None, None, 0.0))
            pack.end_date = end and end.day

    @api.depends_context("lang", "tz")
    def _compute_forecast(self):
        ends = self._origin._get_ends()
        for pack in self:
            found = ends.get(pack._origin.id)
            lines = pack._origin._describe_forecast(*found) if found else []
            pack.forecast = self.env["ir.qweb"]._render("project_lifecycle.pack_forecast", {"lines": lines})

    @api.depends_context("lang", "tz")
    def _compute_burndown(self):
        for pack in self:
            pack.burndown = pack._origin._render_burndown() if pack._origin else False

    # === FORECAST === #

    def _get_ends(self):
        """Return when these packs end, and what they still have when their validity does.

        The packs of a project are used up one after the other. Closed packs, and packs that wait for their project,
        have no end. In a constant number of queries.

        :return: by the id of the pack, its pace, its end and the hours that lapse
        :rtype: dict[int, tuple]
        """
        asked = self.sudo().filtered("project_id")
        packs = asked._get_of_projects(asked.project_id)
        paces, ledgers = asked.project_id._get_pack_paces(), packs._build_ledgers()
        today = fields.Date.context_today(self)
        ends = {}
        for project, own in packs.grouped("project_id").items():
            pace, ledger, left = paces[project.id], ledgers[project.id], 0.0
            for pack in own.filtered(lambda pack: not pack.is_closed):
                available = ledger.available(pack.id)
                left += available
                end = forecast.end_of(left if available > 0 else 0.0, pace.weekly, today)
                lapsing = min(available, forecast.lapsing(left, pace.weekly, today, pack.date_to))
                ends[pack.id] = (pace, end, max(lapsing, 0.0))
        return {pack.id: ends[pack.id] for pack in self if pack.id in ends}

    def _describe_forecast(self, pace, end, lapsing):
        """Return the sentences that say when one pack ends.

        :param Pace pace: of its project
        :param End end: of the pack
        :param float lapsing: hours left when its validity ends
        :rtype: list[dict]
        """
        self.ensure_one()
        company = self.company_id.sudo() or self.env.company
        lines = [self._describe_end(pace, end, company)]
        if lapsing:
            lines.append(self._describe_lapse(lapsing, company))
        lines.append(self._describe_assumptions(pace))
        return lines

    @api.model
    def _describe_end(self, pace, end, company):
        rate = self._format_hours(pace.weekly, company)
        texts = {
            "ended": self.env._("Nothing is left."),
            "idle": self.env._("No time was taken lately: without a pace there is no date."),
            "far": self.env._(
                "At the present pace, %(rate)s a week, there is enough for more than five years.", rate=rate
            ),
        }
        if end.state != "dated":
            return {"text": texts[end.state], "style": "danger" if end.state == "ended" else ""}
        text = self.env._(
            "At the present pace, %(rate)s a week, nothing is left about %(day)s, in %(weeks)s weeks.",
            rate=rate,
            day=format_date(self.env, end.day, date_format=DAY_FORMAT),
            weeks=self._format_count(end.weeks),
        )
        return {"text": text, "style": "warning" if end.weeks < 2 else ""}

    def _describe_lapse(self, lapsing, company):
        text = self.env._(
            "%(hours)s of %(pack)s are still there when its validity ends, on %(day)s.",
            hours=self._format_hours(lapsing, company),
            pack=self.display_name,
            day=format_date(self.env, self.date_to, date_format=DAY_FORMAT),
        )
        return {"text": text, "style": "warning"}

    @api.model
    def _describe_assumptions(self, pace):
        if not pace.weeks:
            text = self.env._("Nothing was taken from the packs of the project yet.")
        else:
            text = self.env._(
                "Assumed: the deducted time of all packs of the project in the last %(weeks)s weeks goes on as it is.",
                weeks=self._format_count(pace.weeks),
            )
        return {"text": text, "style": "muted"}

    # === BURN-DOWN === #

    def _render_burndown(self, width=None):
        """Return the drawing of packs of one project: sold, used and forecast over time.

        :param int width: in pixels, for a PDF; on a screen it is as wide as there is room
        :rtype: markupsafe.Markup
        """
        return self.env["ir.qweb"]._render(
            "project_lifecycle.pack_burndown", {**self._prepare_burndown_values(), "width": width}
        )

    def _prepare_burndown_values(self):
        """Return what the template of the burn-down draws: lines as points, axes, and the same in words."""
        packs = self.sudo()
        company = packs.company_id[:1] or self.env.company
        per_unit = self._get_hours_per_unit(company)
        today = fields.Date.context_today(self)
        sold, used = ([(day, hours / per_unit) for day, hours in sums] for sums in packs._get_burndown_sums(today))
        end = packs._get_burndown_end(sold[-1][1], used, today, per_unit)
        until = max([today] + [day for day, _amount in used])
        first = min([today] + [day for day, _amount in sold + used])
        amounts = [amount for _day, amount in sold + used]
        steps = chart.scale(min(amounts), max(amounts))
        is_rtl = self.env["res.lang"]._get_data(code=self.env.context.get("lang") or "en_US").direction == "rtl"
        last = max(chart.horizon(first, until, end and end[0]), first + timedelta(days=1))
        frame = chart.Frame(first, last, steps[0], steps[-1], is_rtl)
        used_line = chart.staircase(frame, used, until)
        left = sold[-1][1] - (used[-1][1] if used else 0.0)
        return {
            "box": frame.box(),
            "is_rtl": is_rtl,
            "steps": [(frame.y(step), self._format_count(step)) for step in steps],
            "ticks": [
                (x, format_date(self.env, day, date_format="MMM y" if day.day == 1 else "d MMM"), anchor)
                for day, x, anchor in chart.ticks(frame)
            ],
            "today": frame.x(today),
            "sold": chart.path(chart.staircase(frame, sold, last)),
            "used": chart.path(used_line),
            "used_area": chart.path(chart.area(frame, used_line)),
            "forecast": end and chart.path(chart.straight(frame, (until, used[-1][1]), end)),
            "is_over": left < 0,
            "texts": {
                "sold": self._format_hours(sold[-1][1] * per_unit, company),
                "used": self._format_hours((used[-1][1] if used else 0.0) * per_unit, company),
                "left": self._format_hours(left * per_unit, company),
                "end": end and format_date(self.env, end[0], date_format=DAY_FORMAT),
            },
        }

    def _get_burndown_sums(self, today):
        """Return what packs of one project, all of them or one alone, have sold and used up to each day, in hours.

        What one alone pays for others counts as used from its first day; what others pay for it does not count.

        :param date today: today
        :return: two lists of a day and the sum up to it
        """
        everything = self._get_of_projects(self.project_id) or self
        ledger = everything._build_ledgers()[self.project_id.id]
        sold, used = [], [(pack, day, hours) for pack, day, hours in self._get_daily_hours()]
        for pack in self:
            lapsed = ledger.lapsed(pack.id)
            if lapsed and pack.date_to and pack.date_to < today:
                sold += [(pack.date, pack.purchased_hours), (pack.date_to + timedelta(days=1), -lapsed)]
            else:
                sold.append((pack.date, pack.purchased_hours - lapsed))
        spent = [(day, hours) for _pack, day, hours in used]
        if self == everything:
            return chart.cumulated(sold), chart.cumulated(spent)
        paid = [it.hours for it in ledger.carry_overs if it.payer == self.id]
        final = self.purchased_hours - ledger.available(self.id) - ledger.lapsed(self.id)
        sums = chart.cumulated(spent + ([(self.date, sum(paid))] if paid else []))
        return chart.cumulated(sold), [(day, min(amount, final)) for day, amount in sums]

    def _get_burndown_end(self, sold, used, today, per_unit):
        """Return where the line of the forecast ends: a day and an amount; None without a forecast."""
        if not used or not self.project_id:
            return None
        pace = self.project_id._get_pack_paces()[self.project_id.id]
        if len(self) == 1 and self.id in (ends := self._get_ends()):
            end = ends[self.id][1]
        else:
            end = forecast.end_of((sold - used[-1][1]) * per_unit, pace.weekly, today)
        if end.state == "far":
            weeks = forecast.FARTHEST.days / forecast.WEEK
            return today + forecast.FARTHEST, used[-1][1] + pace.weekly / per_unit * weeks
        return (end.day, sold) if end.state == "dated" else None

    def _get_daily_hours(self):
        """Return the deducted hours of these packs: rows of the id of the pack, the day and the hours.

        :rtype: list[tuple]
        """
        self.env["account.analytic.line"].flush_model(CHART_FIELDS)
        self.flush_model(["sale_line_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT used.pack_id, used.date, used.product_uom_id, SUM(used.unit_amount) FROM %s AS used"
                " GROUP BY used.pack_id, used.date, used.product_uom_id ORDER BY used.date",
                self._get_deducted_sql(),
            )
        )
        return [(pack_id, day, self._to_hours(amount, unit_id)) for pack_id, day, unit_id, amount in rows]

    def _get_hours_since(self, starts, until):
        """Return the deducted hours of packs from a day of each on: rows of pack, day of its first entry ever, hours.

        :param dict starts: the day by pack
        :param date until: last day that counts
        :rtype: list[tuple]
        """
        if not starts:
            return []
        self.env["account.analytic.line"].flush_model(CHART_FIELDS)
        self.flush_model(["sale_line_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT used.pack_id, used.product_uom_id, MIN(used.date),
                       SUM(used.unit_amount) FILTER (WHERE used.date BETWEEN asked.start AND %(until)s)
                  FROM %(used)s AS used
                  JOIN unnest(%(ids)s, %(starts)s::date[]) AS asked(pack_id, start) ON asked.pack_id = used.pack_id
                 GROUP BY used.pack_id, used.product_uom_id
                """,
                used=self._get_deducted_sql(),
                until=until,
                ids=[pack.id for pack in starts],
                starts=list(starts.values()),
            )
        )
        return [(self.browse(key), day, self._to_hours(amount or 0.0, unit)) for key, unit, day, amount in rows]

    def _get_deducted_sql(self):
        """Return the time that counts for these packs: what was taken from them, and what is on their line alone.

        :rtype: SQL
        """
        return SQL(
            """(
            SELECT l.pack_id, l.date, l.product_uom_id, l.unit_amount
              FROM account_analytic_line l
             WHERE l.pack_id = ANY(%(ids)s) AND l.pack_use = 'deducted'
             UNION ALL
            SELECT p.id, l.date, l.product_uom_id, l.unit_amount
              FROM project_pack p
              JOIN account_analytic_line l ON l.so_line = p.sale_line_id
             WHERE p.id = ANY(%(ids)s) AND l.pack_id IS NULL AND l.project_id IS NOT NULL)""",
            ids=list(self.ids),
        )

    # === FORMATS === #

    @api.model
    def _get_hours_per_unit(self, company):
        """Return how many hours the unit has in which a company encodes time: 1, or those of its working day."""
        return self._to_hours(1.0, company.timesheet_encode_uom_id.id) or 1.0

    @api.model
    def _format_count(self, number):
        """Return a number with one digit after the point, if it has any."""
        number = round(number, 1)
        return formatLang(self.env, number, digits=0 if number == int(number) else 1)

    @api.model
    def _format_hours(self, hours, company):
        """Return hours as the company encodes time: ``12:30 h`` or ``1.56 days``.

        :param float hours: hours
        :param res.company company: whose time it is
        :rtype: str
        """
        per_unit = self._get_hours_per_unit(company)
        if per_unit == 1:
            return self.env._("%(hours)s h", hours=format_duration(hours))
        return self.env._("%(days)s days", days=formatLang(self.env, hours / per_unit, digits=2))
