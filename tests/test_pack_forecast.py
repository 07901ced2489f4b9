from datetime import date

from freezegun import freeze_time
from lxml import html

from odoo.tests import tagged

from ..logic import chart
from .common import count_queries
from .test_packs import PackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-30 12:00:00")
class TestPackForecast(PackCommon):
    def log_at(self, day, hours, **values):
        return self.log(hours, date=day, **values)

    def words(self, record, field):
        return html.fromstring(record.with_user(self.consultant)[field]).text_content()

    def test_end_of_the_packs_of_a_project(self):
        self.sell(10)
        self.sell(40)
        self.log_at("2025-12-01", 10)
        self.log_at("2026-03-09", 20)
        project = self.project.with_user(self.consultant)
        self.assertEqual((project.pack_weekly_hours, project.pack_end_date), (5, date(2026, 4, 27)))
        words = self.words(self.project, "pack_forecast")
        self.assertIn("05:00 h a week", words)
        self.assertIn("27 Apr 2026, in 4 weeks", words)
        self.assertIn("last 4 weeks", words)

    def test_the_pace_knows_the_weeks_that_existed_and_those_of_the_company(self):
        self.sell(50)
        self.log_at("2026-03-17", 20)
        self.assertEqual(self.project.pack_weekly_hours, 10)
        self.log_at("2026-01-01", 1)
        self.env.company.pack_pace_weeks = 10
        self.project.invalidate_recordset()
        self.assertEqual(self.project.pack_weekly_hours, 2)

    def test_only_deducted_time_has_a_pace(self):
        self.sell(50)
        self.log_at("2026-03-17", 20, pack_use="offered")
        self.assertEqual(self.project.pack_weekly_hours, 0)
        self.assertFalse(self.project.pack_end_date)
        self.assertIn("without a pace there is no date", self.words(self.project, "pack_forecast"))

    def test_nothing_left(self):
        self.sell(5)
        self.log_at("2026-03-17", 5)
        self.assertFalse(self.project.pack_end_date)
        self.assertIn("Nothing is left", self.words(self.project, "pack_forecast"))

    def test_far_off(self):
        self.sell(9999)
        self.log_at("2026-03-17", 1)
        self.assertFalse(self.project.pack_end_date)
        self.assertIn("more than five years", self.words(self.project, "pack_forecast"))

    def test_packs_end_one_after_the_other(self):
        first, second = self.sell(20), self.sell(10)
        self.log_at("2026-03-24", 10)
        packs = (first | second).with_user(self.consultant)
        self.assertEqual(packs.mapped("end_date"), [date(2026, 4, 6), date(2026, 4, 13)])

    def test_what_lapses_is_told(self):
        pack = self.sell(20)
        pack.date_to = "2026-04-03"
        self.log_at("2026-03-24", 7)
        self.assertIn("09:00 h of", self.words(pack, "forecast"))
        self.assertIn("09:00 h of", self.words(self.project, "pack_forecast"))

    def test_closed_and_waiting_packs_have_no_end(self):
        closed, waiting = self.sell(20), self.sell(10)
        closed.date_to = "2026-03-01"
        waiting.project_id = False
        self.assertEqual((closed | waiting).mapped("end_date"), [False, False])
        self.assertTrue(closed.forecast and waiting.burndown)

    def test_days(self):
        self.env.company.timesheet_encode_uom_id = self.day
        self.sell(5, product=self.consulting_days)
        self.log_at("2026-03-24", 16)
        self.assertEqual(self.project.pack_weekly_hours, 16)
        self.assertIn("2.00 days a week", self.words(self.project, "pack_forecast"))
        self.assertIn("Sold 5.00 days", self.words(self.project, "pack_burndown"))

    def test_what_the_scope_needs(self):
        self.sell(16)
        App = self.env["project.scope.app"]
        values = {"project_id": self.project.id}
        App.create({**values, "name": "Stock", "remaining_days": 2, "estimated_on": "2026-02-01"})
        App.create({**values, "name": "Sales", "remaining_days": 1.5, "estimated_on": "2026-03-29"})
        App.create(
            {**values, "name": "Dropped", "remaining_days": 9, "estimated_on": "2026-03-29", "is_needed": False}
        )
        App.create({**values, "name": "Website"})
        self.assertEqual(self.project.with_user(self.consultant).pack_needed_days, 3.5)
        words = self.words(self.project, "pack_forecast")
        self.assertIn("needs 3.5 days, 2 days are left", words)
        self.assertIn("30 days ago: Stock.", words)
        self.assertIn("estimated: Website.", words)

    def test_names_are_text_not_markup(self):
        self.sell(16)
        self.env["project.scope.app"].create({"project_id": self.project.id, "name": "<script>alert(1)</script>"})
        self.assertNotIn("<script>", self.project.pack_forecast)

    def test_nothing_for_projects_without_packs(self):
        plain = self.env["project.project"].create({"name": "Plain"})
        for project in plain | self.project:
            self.assertFalse(project.pack_forecast or project.pack_burndown or project.pack_end_date)
        self.env.flush_all()
        self.env.invalidate_all()
        plain.mapped("lifecycle_id")
        with self.assertQueryCount(0):
            plain.mapped("pack_weekly_hours")

    def test_many_projects_cost_as_much_as_one(self):
        projects = self.project
        for number in range(3):
            projects |= self.create_project(
                f"Packed {number}", partner_id=self.customer.id, allow_timesheets=True, allow_billable=True
            )
        for project in projects:
            self.sell(10, project=project)
            self.log(2, project_id=project.id)
            self.env["project.scope.app"].create({"project_id": project.id, "name": "Sales"})

        def read(projects):
            names = ["pack_weekly_hours", "pack_end_date", "pack_needed_days"]
            return count_queries(self.env, lambda _env, _run: projects.with_user(self.consultant).read(names))

        self.assertEqual(read(projects[:2]), read(projects))

    def draw(self, record, field, **context):
        return html.fromstring(record.with_user(self.consultant).with_context(**context)[field])

    def test_the_drawing(self):
        pack = self.sell(20)
        pack.date = "2026-03-01"
        self.log_at("2026-03-24", 10)
        for record, field in ((self.project, "pack_burndown"), (pack, "burndown")):
            drawing = self.draw(record, field)
            sold, used, forecast = drawing.findall(".//polyline")
            frame = chart.Frame(date(2026, 3, 1), date(2026, 4, 6), 0, 20)
            today = frame.x(date(2026, 3, 30))
            self.assertTrue(sold.get("points").endswith(f"{frame.x(frame.last):g},{frame.y(20):g}"))
            self.assertTrue(used.get("points").endswith(f"{today:g},{frame.y(10):g}"))
            line = [(today, frame.y(10)), (frame.x(frame.last), frame.y(20))]
            self.assertEqual(forecast.get("points"), chart.path(line))
            words = drawing.find(".//desc").text_content()
            self.assertIn("Sold 20:00 h, used 10:00 h, left 10:00 h.", words)
            self.assertIn("6 Apr 2026", words)

    def test_a_pack_draws_what_it_pays_for_another(self):
        first, second = self.sell(4), self.sell(10)
        self.log_at("2026-03-24", 7)
        for pack, used in ((first, "used 04:00 h, left 00:00 h"), (second, "used 03:00 h, left 07:00 h")):
            self.assertIn(used, self.draw(pack, "burndown").find(".//desc").text_content())
        self.assertIn("left 07:00 h", self.draw(self.project, "pack_burndown").find(".//desc").text_content())

    def test_lapsed_hours_go(self):
        lapsed, cancelled = self.sell(10), self.sell(6)
        self.log_at("2026-03-24", 4)
        lapsed.write({"date": "2026-03-01", "date_to": "2026-03-25"})
        cancelled.sale_line_id.order_id._action_cancel()
        self.env.invalidate_all()
        words = self.draw(self.project, "pack_burndown").find(".//desc").text_content()
        self.assertIn("Sold 04:00 h, used 04:00 h, left 00:00 h.", words)

    def test_from_right_to_left(self):
        self.env["res.lang"]._activate_lang("he_IL")
        self.sell(20)
        self.log_at("2026-03-24", 10)
        drawing = self.draw(self.project, "pack_burndown", lang="he_IL")
        self.assertEqual(drawing.get("dir"), "rtl")
        x = [float(point.split(",")[0]) for point in drawing.findall(".//polyline")[1].get("points").split()]
        self.assertEqual(x, sorted(x, reverse=True))

    def test_a_drawing_for_paper_has_a_size(self):
        drawing = html.fromstring(self.sell(20)._render_burndown(width=500))
        svg = drawing.find(".//svg")
        self.assertEqual((svg.get("width"), svg.get("height")), ("500", "262"))

    def test_one_form_of_days_in_the_drawing(self):
        """Days of the legend, and of the sentence beside it, are written as the report writes its own."""
        self.sell(20)
        self.log_at("2026-03-24", 10)
        told = {"en_US": ("6 Apr 2026", "Apr 2026"), "es_ES": ("6 abr 2026", "abr 2026")}
        told["he_IL"] = ("6 אפר׳ 2026", "אפר׳ 2026")
        for lang, (day, month) in told.items():
            self.env["res.lang"]._activate_lang(lang)
            drawing = self.draw(self.project, "pack_burndown", lang=lang)
            with self.subTest(lang=lang):
                self.assertIn(day, drawing.find(".//desc").text_content())
                self.assertIn(day, drawing.findall(".//div")[-1].text_content())
                self.assertIn(month, [it.text_content() for it in drawing.findall(".//text")])
                self.assertNotRegex(drawing.text_content(), r"\d[./-]\d")
                forecast = self.project.with_user(self.consultant).with_context(lang=lang).pack_forecast
                self.assertIn(day, html.fromstring(forecast).text_content())
