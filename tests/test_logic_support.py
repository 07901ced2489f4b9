from odoo.tests import BaseCase

from ..logic.consent import cover
from ..logic.pressure import Pressure


class TestLogicSupport(BaseCase):
    """Which time is covered by a consent, and how much a project asks of support."""

    def test_entries_are_covered_whole_and_in_order(self):
        self.assertEqual(cover(3, [1, 2]), [True, True])
        self.assertEqual(cover(3, [2, 1.5, 1]), [True, False, True])
        self.assertEqual(cover(0, [1]), [False])

    def test_a_correction_gives_back(self):
        self.assertEqual(cover(1, [1, -0.5, 0.5]), [True, True, True])

    def test_nothing_asked_has_no_trend_and_no_share(self):
        quiet = Pressure([0, 0, 0, 0, 0, 0], 0)
        self.assertEqual((quiet.total, quiet.trend, quiet.helped_share), (0, "none", 0))

    def test_trend_is_of_full_months(self):
        self.assertEqual(Pressure([1, 1, 2, 3, 5, 0], 0).trend, "rising")
        self.assertEqual(Pressure([5, 4, 1, 1, 1, 9], 0).trend, "falling")
        self.assertEqual(Pressure([3, 3, 3, 3, 3, 9], 0).trend, "steady")
        # one ticket is no trend
        self.assertEqual(Pressure([0, 0, 0, 0, 1, 0], 0).trend, "steady")

    def test_share_that_needed_the_consultant(self):
        self.assertEqual(Pressure([0, 0, 0, 0, 4, 4], 2).helped_share, 25)
