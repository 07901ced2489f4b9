from random import Random

from odoo.tests import tagged

from .test_packs import PackCommon


@tagged("post_install", "-at_install")
class TestPackLedgerProperty(PackCommon):
    """Whatever happens in whatever order, the balances are those of Odoo and of the bare sum in the database."""

    def test_random_sequences(self):
        for seed in range(6):
            with self.subTest(seed=seed), self.cr.savepoint() as savepoint:
                self._play(Random(seed))
                savepoint.rollback()

    def _play(self, random):
        self.packs = self.env["project.pack"]
        self.entries = self.env["account.analytic.line"]
        self.packs |= self.sell(random.choice([1, 5, 10]))
        acts = [
            self._order,
            self._order_days,
            self._by_hand,
            self._log,
            self._log,
            self._log,
            self._edit,
            self._delete,
        ]
        acts += [self._offer, self._grow, self._move]
        for _step in range(25):
            random.choice(acts)(random)
            self.env.flush_all()
            self.env.invalidate_all()
            self._check()

    def _order(self, random):
        self.packs |= self.sell(random.choice([2, 8, 0.5]))

    def _order_days(self, random):
        self.packs |= self.sell(random.choice([1, 0.5]), product=self.consulting_days)

    def _by_hand(self, random):
        values = {"project_id": self.project.id, "purchased_hours": random.choice([3, 7.25])}
        self.packs |= self.packs.with_user(self.manager).create(values).sudo()

    def _log(self, random):
        self.entries |= self.log(random.choice([0.25, 1, 7 + 1 / 3, 12, -0.5]))

    def _edit(self, random):
        if self.entries:
            entry = random.choice(self.entries).with_user(self.consultant)
            pack = entry.sudo().pack_id
            entry.unit_amount = random.choice([0.5, 2, 9])
            self.assertEqual(entry.sudo().pack_id, pack)

    def _delete(self, random):
        if self.entries:
            entry = random.choice(self.entries)
            self.entries -= entry
            entry.with_user(self.consultant).unlink()

    def _offer(self, random):
        self.entries |= self.log(1.5, pack_use="offered")

    def _grow(self, random):
        lines = self.packs.sale_line_id
        random.choice(lines).product_uom_qty += random.choice([1, 3])

    def _move(self, random):
        if self.entries:
            random.choice(self.entries).with_user(self.manager).pack_id = random.choice(self.packs)

    def _check(self):
        for pack in self.packs.filtered("sale_line_id"):
            # Odoo rounds to a hundredth of the line's unit
            tolerance = 0.005 * pack.sale_line_id.product_uom_id._compute_quantity(1, self.hour, round=False) + 1e-6
            self.assertAlmostEqual(pack.remaining_hours, pack.sale_line_id.remaining_hours, delta=tolerance)
        self.cr.execute(
            "SELECT COALESCE(SUM(unit_amount), 0) FROM account_analytic_line"
            " WHERE project_id = %s AND pack_id IS NOT NULL AND pack_use = 'deducted'",
            [self.project.id],
        )
        left = sum(self.packs.mapped("purchased_hours")) - self.cr.fetchone()[0]
        self.assertAlmostEqual(sum(self.packs.mapped("remaining_hours")), left, places=6)
        self.assertAlmostEqual(sum(self.packs.mapped("available_hours")), left, places=6)
        self.assertAlmostEqual(self.project.pack_remaining_hours, left, places=6)
