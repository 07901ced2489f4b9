from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ..logic import chart

FIRST, LAST = date(2026, 1, 1), date(2026, 1, 11)
LEFT_EDGE, RIGHT_EDGE = chart.LEFT, chart.WIDTH - chart.RIGHT
FLOOR, CEILING = chart.HEIGHT - chart.BOTTOM, chart.TOP


@tagged("post_install", "-at_install")
class TestChartLogic(BaseCase):
    frame = chart.Frame(FIRST, LAST, 0, 40)

    def test_corners(self):
        self.assertEqual((self.frame.x(FIRST), self.frame.x(LAST)), (LEFT_EDGE, RIGHT_EDGE))
        self.assertEqual((self.frame.y(0), self.frame.y(40)), (FLOOR, CEILING))

    def test_from_right_to_left(self):
        mirrored = self.frame._replace(is_rtl=True)
        self.assertEqual(mirrored.x(FIRST), chart.WIDTH - LEFT_EDGE)
        self.assertEqual(mirrored.x(LAST), chart.RIGHT)
        for frame in (self.frame, mirrored):
            self.assertEqual(sorted((frame.x(FIRST), frame.x(LAST))), [frame.box()["left"], frame.box()["right"]])

    def test_one_day_alone_is_drawn(self):
        self.assertEqual(chart.Frame(FIRST, FIRST, 0, 1).x(FIRST), LEFT_EDGE)

    def test_round_amounts_around_everything(self):
        self.assertEqual(chart.scale(0, 40), [0, 10, 20, 30, 40])
        self.assertEqual(chart.scale(3, 41), [0, 20, 40, 60])
        self.assertEqual(chart.scale(-4, 6), [-5, -2.5, 0, 2.5, 5, 7.5])
        self.assertEqual(chart.scale(0, 0), [0, 1])
        for high in (0.02, 1, 7, 9.99, 123, 4567, 1e6):
            steps = chart.scale(0, high)
            self.assertLessEqual(len(steps), 6)
            self.assertGreaterEqual(steps[-1], high)
            self.assertGreaterEqual(len(steps), 2)

    def test_cumulated(self):
        second = FIRST + timedelta(days=1)
        self.assertEqual(chart.cumulated([(second, 2), (FIRST, 1), (second, -1)]), [(FIRST, 1), (second, 2)])
        self.assertEqual(chart.cumulated([]), [])

    def test_the_horizon_keeps_the_past_visible(self):
        today = FIRST + timedelta(days=200)
        self.assertEqual(chart.horizon(FIRST, today, None), today)
        self.assertEqual(chart.horizon(FIRST, today, today), today)
        self.assertEqual(chart.horizon(FIRST, today, today + timedelta(days=60)), today + timedelta(days=60))
        self.assertEqual(chart.horizon(FIRST, today, today + timedelta(days=999)), today + timedelta(days=200))
        self.assertEqual(chart.horizon(today, today, today + timedelta(days=999)), today + chart.NEAREST_HORIZON)

    def test_a_staircase_goes_on_until_its_end(self):
        points = chart.staircase(self.frame, [(FIRST, 10), (date(2026, 1, 6), 40)], LAST)
        middle = (LEFT_EDGE + RIGHT_EDGE) / 2
        ten = self.frame.y(10)
        self.assertEqual(
            points,
            [(LEFT_EDGE, FLOOR), (LEFT_EDGE, ten), (middle, ten), (middle, CEILING), (RIGHT_EDGE, CEILING)],
        )
        self.assertEqual(chart.staircase(self.frame, [(LAST, 10)], FIRST), [])
        self.assertEqual(chart.staircase(self.frame, [], LAST), [])

    def test_a_straight_line_is_cut_off_at_the_edge(self):
        line = chart.straight(self.frame, (FIRST, 0), (FIRST + timedelta(days=20), 40))
        self.assertEqual(line, [(LEFT_EDGE, FLOOR), (RIGHT_EDGE, self.frame.y(20))])
        self.assertEqual(chart.straight(self.frame, (LAST, 0), (FIRST, 4)), [])
        self.assertEqual(chart.straight(self.frame, (LAST, 0), (LAST + timedelta(days=5), 4)), [])

    def test_an_area_stands_on_the_ground(self):
        self.assertEqual(chart.area(self.frame, [(1, 2), (3, 4)]), [(1, FLOOR), (1, 2), (3, 4), (3, FLOOR)])
        self.assertEqual(chart.area(self.frame, []), [])

    def test_days_below(self):
        self.assertEqual([day for day, _x, _anchor in chart.ticks(self.frame)], [FIRST, LAST])
        self.assertEqual([anchor for _day, _x, anchor in chart.ticks(self.frame)], ["middle", "end"])
        months = chart.ticks(chart.Frame(FIRST, date(2026, 4, 15), 0, 1))
        self.assertEqual([day for day, _x, _anchor in months], [date(2026, month, 1) for month in (2, 3, 4)])
        for years in (1, 2, 5, 10):
            ticks = chart.ticks(chart.Frame(FIRST, date(2026 + years, 1, 1), 0, 1))
            self.assertLessEqual(len(ticks), chart.MOST_MONTHS + 1)
            self.assertTrue(ticks)

    def test_path(self):
        self.assertEqual(chart.path([(1.0, 2.5), (3, 4)]), "1,2.5 3,4")
