from freezegun import freeze_time
from lxml import html

from odoo.tests import tagged

from .common import count_queries
from .test_packs import PackCommon


@tagged("post_install", "-at_install")
class TestPackLedger(PackCommon):
    """One pack, line by line."""

    def lines_of(self, pack, **options):
        return [
            (row["kind"], round(row["change"], 4), round(row["balance"], 4))
            for row in pack.with_user(self.consultant)._get_ledger_rows(**options)
        ]

    def test_a_running_balance(self):
        pack = self.sell(10)
        self.log(3)
        self.log(2.5, pack_use="offered")
        self.log(1)
        self.assertEqual(
            self.lines_of(pack),
            [("bought", 10, 10), ("deducted", -3, 7), ("offered", 0, 7), ("deducted", -1, 6)],
        )

    def test_lines_are_in_the_order_of_the_days(self):
        with freeze_time("2026-03-10"):
            pack = self.sell(10)
            self.log(1, date="2026-03-09", name="later")
            self.log(1, date="2026-03-02", name="older than the order")
        rows = pack._get_ledger_rows()
        self.assertEqual([row["description"] for row in rows], ["", "older than the order", "later"])
        self.assertEqual(rows[0]["kind"], "bought")

    def test_carry_over_is_seen_on_both_sides(self):
        first, second = self.sell(5), self.sell(10)
        self.log(3)
        self.log(4)
        self.log(1)
        self.assertEqual(
            self.lines_of(first),
            [("bought", 5, 5), ("deducted", -3, 2), ("deducted", -4, -2), ("carried_out", 2, 0)],
        )
        self.assertEqual(self.lines_of(second), [("bought", 10, 10), ("carried_in", -2, 8), ("deducted", -1, 7)])
        self.assertIn(second.name, first._get_ledger_rows()[-1]["description"])
        self.assertIn(first.name, second._get_ledger_rows()[1]["description"])

    def test_the_last_balance_is_what_is_available(self):
        packs = self.sell(2) | self.sell(3, product=self.consulting_days) | self.sell(1)
        for hours in (1.5, 7, 22, 0.25, 3):
            self.log(hours)
        packs[2].date_to = "2020-01-01"
        packs.invalidate_recordset()
        for pack in packs:
            self.assertAlmostEqual(pack._get_ledger_rows()[-1]["balance"], pack.available_hours)

    def test_what_lapses_is_told(self):
        pack = self.sell(5)
        self.log(2)
        pack.date_to = "2020-01-01"
        rows = pack._get_ledger_rows()
        self.assertEqual((rows[-1]["kind"], rows[-1]["change"], rows[-1]["label"]), ("lapsed", -3, "Lapsed"))
        pack.sale_line_id.order_id._action_cancel()
        self.assertEqual(pack._get_ledger_rows()[-1]["label"], "Cancelled")

    def test_time_on_the_order_line_from_elsewhere_counts(self):
        pack = self.sell(5)
        stock = self.env["project.project"].create(
            {
                "name": "Stock",
                "partner_id": self.customer.id,
                "allow_timesheets": True,
                "allow_billable": True,
                "sale_line_id": pack.sale_line_id.id,
            }
        )
        self.log(2, project_id=stock.id)
        pack.invalidate_recordset()
        self.assertEqual(self.lines_of(pack), [("bought", 5, 5), ("deducted", -2, 3)])

    def test_the_client_reads_client_wording_only(self):
        kind = self.env["project.work.kind"].create({"name": "Training"})
        pack = self.sell(5)
        self.log(2, name="for you", internal_note="for us", work_kind_id=kind.id)
        row = pack._get_ledger_rows(for_client=True)[-1]
        self.assertFalse({"internal_note", "entry_id"} & row.keys())
        self.assertEqual((row["description"], row["work_kind"], row["stage"]), ("for you", "Training", "First"))
        self.assertNotIn("for us", pack._render_ledger(for_client=True))
        self.assertIn("for us", pack._render_ledger())

    def test_the_client_reads_no_stage_that_is_hidden(self):
        self.first.client_visible = False
        pack = self.sell(5)
        self.log(2)
        self.assertEqual(pack._get_ledger_rows()[-1]["stage"], "First")
        self.assertEqual(pack._get_ledger_rows(for_client=True)[-1]["stage"], "")

    def test_notes_of_colleagues_stay_where_they_are_read(self):
        self.colleague.group_ids += self.env.ref("hr_timesheet.group_hr_timesheet_user")
        pack = self.sell(5)
        self.log(2, internal_note="for us")
        row = pack.with_user(self.colleague)._get_ledger_rows()[-1]
        self.assertEqual((row["hours"], row["internal_note"]), (2, ""))

    def test_time_in_the_unit_of_the_company(self):
        pack = self.sell(5)
        self.assertEqual(pack._format_time(2.5), "02:30")
        self.env.company.timesheet_encode_uom_id = self.day
        self.assertEqual(pack._format_time(10), "1.25")
        self.assertEqual(pack._format_time(-0.001), "0.00")

    def test_minus_signs_stand_in_front_from_right_to_left_too(self):
        pack = self.sell(1)
        self.log(3)
        amounts = html.fromstring(str(pack._render_ledger())).xpath("//td//span[@dir='ltr']/text()")
        self.assertEqual(amounts, ["01:00", "01:00", "-03:00", "-02:00"])

    def test_a_pack_that_waits_has_a_ledger(self):
        pack = self.sell(5)
        pack.project_id = False
        rows = [(row["kind"], row["change"], row["balance"]) for row in pack._get_ledger_rows()]
        self.assertEqual(rows, [("bought", 5, 5)])

    def test_queries_do_not_grow_with_the_entries(self):
        pack = self.sell(100)

        def read(_env, _run):
            pack.with_user(self.consultant)._get_ledger_rows()

        for _number in range(5):
            self.log(1)
        few = count_queries(self.env, read)
        for _number in range(5):
            self.log(1)
        self.assertEqual(count_queries(self.env, read), few)
