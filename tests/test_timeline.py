from datetime import date, timedelta

from freezegun import freeze_time
from lxml import html

from odoo.tests import BaseCase, tagged

from odoo.addons.project_lifecycle.logic import timeline

from .common import LifecycleCommon

MARCH = date(2026, 3, 1)


@tagged("post_install", "-at_install")
class TestTimelineLogic(BaseCase):
    def test_span_covers_every_day_and_today(self):
        periods = [(date(2026, 3, 4), None), (None, date(2026, 5, 1))]
        self.assertEqual(timeline.span(periods, date(2026, 4, 1)), (date(2026, 3, 4), date(2026, 5, 1)))
        self.assertEqual(timeline.span(periods, date(2026, 6, 1))[1], date(2026, 6, 1))
        self.assertEqual(timeline.span([], MARCH), (MARCH, MARCH))

    def test_places_are_percents_with_both_days_included(self):
        last = MARCH + timedelta(days=9)
        self.assertEqual(timeline.place((MARCH, last), MARCH, last), (0, 100))
        self.assertEqual(timeline.place((MARCH + timedelta(days=5), None), MARCH, last), (50, 10))
        self.assertIsNone(timeline.place((None, last), MARCH, last))

    def test_a_period_that_ends_before_it_starts_is_still_drawn(self):
        self.assertGreater(timeline.place((date(2026, 3, 5), date(2026, 3, 1)), MARCH, date(2026, 3, 10))[1], 0)

    def test_months(self):
        labels = [day for day, _x in timeline.ticks(MARCH, date(2026, 5, 31))]
        self.assertEqual(labels, [date(2026, 4, 1), date(2026, 5, 1)])
        self.assertEqual([day for day, _x in timeline.ticks(date(2025, 12, 5), date(2026, 1, 5))], [date(2026, 1, 1)])

    def test_never_more_months_than_fit(self):
        self.assertLessEqual(len(timeline.ticks(MARCH, date(2031, 3, 1))), timeline.MOST_TICKS)

    def test_months_at_the_edges_stay_within(self):
        for x, expected in ((0, "start"), (50, "middle"), (99, "end")):
            self.assertEqual(timeline.anchor(x, False), expected)
        for x, expected in ((0, "end"), (50, "middle"), (99, "start")):
            self.assertEqual(timeline.anchor(x, True), expected)

    def test_mirrored(self):
        self.assertEqual(timeline.mirrored((0, 30)), (70, 30))


class TestTimeline(LifecycleCommon):
    @freeze_time("2026-03-11")
    def test_planned_and_actual_are_drawn_where_they_belong(self):
        steps = self.project.step_ids.sorted("id")
        steps[0].write({"planned_start": "2026-03-02", "planned_end": "2026-03-06", "date_start": "2026-03-02"})
        steps[1].write({"planned_start": "2026-03-07", "planned_end": "2026-03-21"})
        (steps - steps[0] - steps[1]).write({"planned_start": False, "planned_end": False})
        drawing = html.fromstring(self.project.with_user(self.consultant).lifecycle_timeline)
        bars = [(bar.get("x"), bar.get("width"), bar.get("fill")) for bar in drawing.iter("rect")]
        self.assertEqual(
            bars,
            [
                ("0.0%", "25.0%", "#adb5bd"),
                ("0.0%", "50.0%", "#d9534f"),
                ("25.0%", "75.0%", "#adb5bd"),
            ],
        )
        self.assertIn("First", drawing.text_content())
        self.assertIn("2 Mar 2026 – 11 Mar 2026", drawing.text_content())

    @freeze_time("2026-03-11")
    def test_from_right_to_left(self):
        self.env["res.lang"]._activate_lang("he_IL")
        steps = self.project.step_ids.sorted("id")
        steps.write({"planned_start": False, "planned_end": False})
        steps[0].write({"planned_start": "2026-03-02", "planned_end": "2026-03-06", "date_start": "2026-03-11"})
        drawing = html.fromstring(self.project.with_context(lang="he_IL").lifecycle_timeline)
        self.assertEqual(drawing.get("dir"), "rtl")
        self.assertEqual([bar.get("x") for bar in drawing.iter("rect")], ["50.0%", "0.0%"])

    def test_steps_follow_each_other_in_time(self):
        first, second, optional, last = self.project.step_ids.sorted("id")
        second.write({"date_start": "2026-03-02"})
        first.write({"date_start": "2026-03-04"})
        last.write({"planned_start": "2026-03-06", "planned_end": "2026-03-06"})
        optional.write({"planned_start": "2026-03-09", "planned_end": "2026-03-09"})
        rows = self.project._prepare_timeline_values(self.project.step_ids)["rows"]
        self.assertEqual([row["step"] for row in rows], [second, first, last, optional])

    def test_names_are_text_not_markup(self):
        self.first.name = "<script>alert(1)</script>"
        self.assertNotIn("<script>", self.project.lifecycle_timeline)

    def test_nothing_is_drawn_without_steps(self):
        plain = self.env["project.project"].create({"name": "Plain"})
        self.assertFalse(plain.lifecycle_timeline)
