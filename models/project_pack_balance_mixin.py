from odoo import api, fields, models
from odoo.tools import SQL

from ..logic.packs import PackFacts, PackLedger

# what the ledgers of packs, and the assignment of time to them, read
LEDGER_FIELDS = [
    "project_id",
    "sale_line_id",
    "salesperson_id",
    "date",
    "date_from",
    "date_to",
    "purchased_hours",
    "is_cancelled",
    "alerted_share",
]
# what of time entries the balances of packs are summed up from
SUMMED_FIELDS = ["pack_id", "pack_use", "unit_amount", "product_uom_id", "so_line", "project_id", "date"]


class ProjectPackBalanceMixin(models.AbstractModel):
    """How the balances of packs are summed up from time entries: facts from the database, ledgers made of them."""

    _name = "project.pack.balance.mixin"
    _description = "Balances of Packs"

    @api.model
    def _get_of_projects(self, projects):
        """Return the packs of projects, oldest first; nothing is asked of the database for none.

        :param project.project projects: any
        :rtype: project.pack
        """
        return self.search_fetch([("project_id", "in", projects.ids)], LEDGER_FIELDS) if projects else self.browse()

    def _build_ledgers(self, assigned=None):
        """Return the ledgers of projects all of whose packs these are, in one query.

        Packs that wait for their project are a ledger together, under the key False.

        :return: by the id of the project
        :rtype: dict[int, PackLedger]
        """
        groups = {}
        for fact in self._get_facts(assigned):
            groups.setdefault(self.browse((fact.key,)).project_id.id, []).append(fact)
        return {project_id: PackLedger(group) for project_id, group in groups.items()}

    @api.model
    def _get_ledgers(self, projects):
        """Return the ledgers of projects, without a record for each pack: lists may be long. In two queries.

        :param project.project projects: any; nothing is asked of the database for none
        :return: by the id of the project; only of projects with packs
        :rtype: dict[int, PackLedger]
        """
        if not projects:
            return {}
        self.flush_model(LEDGER_FIELDS)
        rows = self.env.execute_query(
            SQL(
                "SELECT id, purchased_hours, date_from, date_to, is_cancelled, project_id FROM project_pack"
                " WHERE project_id = ANY(%s) ORDER BY date, id",
                list(projects.ids),
            )
        )
        facts = self._make_facts([row[:-1] for row in rows], self._get_used_hours([row[0] for row in rows]))
        groups = {}
        for row, fact in zip(rows, facts, strict=True):
            groups.setdefault(row[-1], []).append(fact)
        return {project_id: PackLedger(group) for project_id, group in groups.items()}

    def _get_facts(self, assigned=None):
        """Return what the arithmetic of packs wants to know of these.

        :rtype: list[PackFacts]
        """
        rows = [
            (pack.id, pack.purchased_hours, pack.date_from, pack.date_to, pack.is_cancelled)
            for pack in self.sorted(lambda pack: (pack.date, pack.id))
        ]
        return self._make_facts(rows, self._get_used_hours(self.ids, assigned))

    @api.model
    def _make_facts(self, rows, used):
        """Return facts of packs.

        :param list rows: id, hours bought, first and last day of the validity, whether the order was cancelled
        :param dict used: hours and last day by the id of the pack
        :rtype: list[PackFacts]
        """
        today = fields.Date.context_today(self)
        facts = []
        for key, bought, first, last, cancelled in rows:
            hours, latest = used.get(key) or (0.0, None)
            closed = cancelled or bool(last and last < today)
            facts.append(PackFacts(key, bought or 0.0, hours, latest, first, last, closed, cancelled))
        return facts

    @api.model
    def _get_used_hours(self, pack_ids, assigned=None):
        """Return the deducted hours of packs, and the day of the last entry on each, in one query.

        :param list pack_ids: ids of packs
        :param account.analytic.line assigned: entries that are getting their pack just now, and are on none yet
        :return: hours and day by the id of the pack; only packs with time
        :rtype: dict[int, tuple]
        """
        if not pack_ids:
            return {}
        self._flush_entries(assigned)
        self.flush_model(["sale_line_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT pack_id, product_uom_id, SUM(unit_amount) FILTER (WHERE pack_use = 'deducted'), MAX(date)
                  FROM account_analytic_line
                 WHERE pack_id = ANY(%(ids)s)
                 GROUP BY pack_id, product_uom_id
                 UNION ALL
                SELECT p.id, l.product_uom_id, SUM(l.unit_amount), NULL
                  FROM project_pack p
                  JOIN account_analytic_line l ON l.so_line = p.sale_line_id
                 WHERE p.id = ANY(%(ids)s) AND l.pack_id IS NULL AND l.project_id IS NOT NULL
                 GROUP BY p.id, l.product_uom_id
                """,
                ids=pack_ids,
            )
        )
        factors = {unit_id: self._to_hours(1.0, unit_id) for unit_id in {row[1] for row in rows}}
        found = {}
        for pack_id, unit_id, amount, day in rows:
            hours, latest = found.get(pack_id, (0.0, None))
            latest = day if latest is None or (day and day > latest) else latest
            found[pack_id] = hours + (amount or 0.0) * factors[unit_id], latest
        return found

    @api.model
    def _flush_entries(self, assigned=None):
        """Write what the balances of packs are summed up from.

        :param account.analytic.line assigned: entries that count for nothing yet. Odoo must not look for their order
            lines now, and writes them once, with their pack
        """
        entries = self.env["account.analytic.line"]
        if assigned is None:
            entries.flush_model(SUMMED_FIELDS)
            return
        names = ["pack_id", "pack_use", "unit_amount", "product_uom_id"]
        entries._recompute_model(names)
        dirty = self.env.transaction.field_dirty
        waiting = {entry_id for name in names for entry_id in dirty.get(entries._fields[name], ())}
        if waiting - set(assigned.ids):
            entries.flush_model(names)

    @api.model
    def _to_hours(self, amount, unit_id):
        unit, hour = self.env["uom.uom"].browse(unit_id), self.env["sale.order.line"]._get_unit("hour")
        if not unit or unit == hour:
            return amount
        return unit._compute_quantity(amount, hour, round=False, raise_if_failure=False)
