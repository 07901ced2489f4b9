from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..logic.pack_statement import PackStatement, PackTerms, PackUse

APART = ("offered", "awaiting")


class ProjectClientPackMixin(models.AbstractModel):
    """What the client reads of its packs: page, statement, and the learning that it reports (S2.51, S2.52)."""

    _name = "project.client.pack.mixin"
    _description = "Packs of a Project, as the Client Reads Them"

    client_learning_ids = fields.One2many(
        "project.client.learning", "project_id", string="Client's own learning", groups="base.group_user"
    )
    client_learning_hours = fields.Float(compute="_compute_client_learning_hours", groups="base.group_user")

    # === COMPUTE METHODS === #

    @api.depends("client_learning_ids.hours")
    def _compute_client_learning_hours(self):
        followed = self.filtered("lifecycle_id")
        rows = followed and self.env["project.client.learning"].sudo()._read_group(
            [("project_id", "in", followed.ids)], ["project_id"], ["hours:sum"]
        )
        hours = {project.id: total for project, total in rows}
        for project in self:
            project.client_learning_hours = hours.get(project._origin.id, 0.0)

    # === ACTIONS === #

    def action_view_client_learning(self):
        """Open what people of the client report to have learned."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_client_learning_action"),
            "domain": [("project_id", "=", self.id)],
        }

    def action_pack_statement(self):
        """Open the choice of the period of a statement on all packs of this project."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_pack_statement_action"),
            "context": {"default_project_id": self.id},
        }

    # === STATEMENT === #

    def _get_pack_statement(self, date_from, date_to, packs=None):
        """Return the statement of packs for a period, in the words and the language (of the context) of the client.

        :param date date_from: its first day
        :param date date_to: its last day
        :param project.pack packs: of this project, by default all of them with all time of the project
        :return: a dict: ``opening``, ``closing``, ``bought``, ``deducted``, ``learning`` in hours, ``rows`` with their
            balance, and ``offered``, ``awaiting``, ``other``: rows apart
        :raises AccessError: if the user sees neither the project as a client, nor the packs as one of us
        """
        self.ensure_one()
        self._check_client_packs_access(packs)
        everything = self.env["project.pack"].sudo()._get_of_projects(self.sudo())
        chosen = everything if packs is None else everything & packs.sudo()
        statement, uses = self._draw_up_statement(everything, chosen, date_from, date_to)
        labels = everything._get_client_names()
        domain = self._get_client_entries_domain(everything) if packs is None else [("pack_id", "in", chosen.ids)]
        return {
            "date_from": date_from,
            "date_to": date_to,
            "packs": [labels[pack.id] for pack in chosen],
            # drawn as of today: it belongs to a statement that comes up to the day
            "chart": chosen._render_burndown(width=620)
            if chosen and date_to >= fields.Date.context_today(self)
            else None,
            "opening": statement.opening,
            "closing": statement.closing,
            "bought": sum(move.change for move in statement.moves if move.kind == "bought"),
            "deducted": -sum(move.change for move in statement.moves if move.kind == "deducted"),
            "moved": round(sum(move.change for move in statement.moves if move.kind in ("carried", "lapsed")), 6),
            "rows": self._prepare_statement_rows(statement, uses, labels),
            **self._get_statement_rows_apart(everything, Domain(domain), date_from, date_to),
            "consents": self.env["project.pack.consent"]._get_client_rows(self, date_from, date_to)
            if packs is None
            else [],
            "learning": self._get_learning_hours(date_from, date_to) if packs is None else 0.0,
        }

    def _prepare_statement_rows(self, statement, uses, labels):
        """Return the rows of a statement, each with its change and the balance after it.

        :param PackStatement statement: the arithmetic
        :param list uses: of packs, each with the row of its entry
        :param dict labels: how the client knows each pack, by its id
        """
        rows, balance = [], statement.opening
        for move in statement.moves:
            balance += move.change
            row = uses[move.use][2] if move.use is not None else self._prepare_move_row(move, labels)
            rows.append({**row, "change": move.change, "balance": balance, "pack": labels[move.key]})
        return rows

    def _check_client_packs_access(self, packs):
        """Check that the user may read packs: people of the client as far as Odoo shows them the project.

        :raises AccessError: if not
        """
        self.check_access("read")
        if self.env.su:
            return
        if self.env.user._is_internal():
            packs = self.env["project.pack"].sudo()._get_of_projects(self) if packs is None else packs
            packs.with_env(self.env).check_access("read")
        elif not self.sudo().lifecycle_id:
            raise AccessError(self.env._("This project has no packs."))

    def _draw_up_statement(self, everything, chosen, first, last):
        """Return the arithmetic of a statement, and the uses of packs in its period with the rows of their entries."""
        domain = self._get_deducted_domain(everything)
        entries = self._get_client_entries(
            domain & Domain("date", ">=", first) & Domain("date", "<=", last), order="date, id"
        )
        by_line = everything._get_by_line()
        keys = [(entry.pack_id or by_line[entry.so_line]).id for entry in entries]
        uses = list(zip(keys, entries, self._prepare_client_rows(entries), strict=True))
        used = self._sum_used(domain & Domain("date", "<", first), by_line)
        terms = [
            PackTerms(pack.id, pack.purchased_hours, pack.date, closed)
            for pack, closed in everything._get_closing_days().items()
        ]
        numbers = [PackUse(key, entry.date, row["hours"]) for key, entry, row in uses]
        return PackStatement(terms, used, numbers, chosen.ids, first, last), uses

    def _sum_used(self, domain, by_line):
        rows = (
            self.env["account.analytic.line"]
            .sudo()
            ._read_group(domain, ["pack_id", "so_line", "product_uom_id"], ["unit_amount:sum"])
        )
        used = {}
        for pack, line, unit, amount in rows:
            key = (pack or by_line[line]).id
            used[key] = used.get(key, 0.0) + pack._to_hours(amount, unit.id)
        return used

    def _prepare_move_row(self, move, labels):
        pack = self.env["project.pack"].sudo().browse(move.key)
        if move.kind == "carried":
            names = {"pack": labels[move.debtor], "payer": labels[move.key]}
            if move.hours > 0:
                description = self.env._("Used beyond %(pack)s, taken from %(payer)s", **names)
            else:
                description = self.env._("No longer beyond %(pack)s, given back to %(payer)s", **names)
            return pack._prepare_ledger_row("carried_in", move.day, abs(move.hours), description=description)
        return pack._prepare_ledger_row(move.kind, move.day, move.change, description=labels[pack.id])

    def _get_statement_rows_apart(self, everything, domain, first, last):
        """Return the time of a period that no balance shows, by its kind, with the sum of each.

        :rtype: dict
        """
        period = Domain("date", ">=", first) & Domain("date", "<=", last)
        entries = self._get_client_entries(domain & period & ~self._get_deducted_domain(everything), order="date, id")
        apart = {"offered": [], "awaiting": [], "other": []}
        for row in self._prepare_client_rows(entries):
            apart[row["kind"] if row["kind"] in APART else "other"].append(row)
        return apart

    # === PAGE === #

    def _get_pack_page(self, use="deducted", limit=50, offset=0):
        """Return what the page of packs shows a client: balances, the time of one kind, and learning.

        :param str use: deducted, offered, awaiting, or other for time that is on no pack
        :param int limit: entries to show, the latest first
        :rtype: dict
        """
        self.ensure_one()
        self._check_client_packs_access(None)
        packs = self.env["project.pack"].sudo()._get_of_projects(self.sudo())
        domains = self._get_domains_by_use(packs)
        entries = self._get_client_entries(domains[use], order="date desc, id desc", limit=limit, offset=offset)
        names, by_line = packs._get_client_names(), packs._get_by_line()
        rows = [
            {**row, "pack": names.get((entry.pack_id or by_line.get(entry.so_line, entry.pack_id)).id, "")}
            for entry, row in zip(entries, self._prepare_client_rows(entries), strict=True)
        ]
        ledger = packs._build_ledgers().get(self.id)
        totals = self._get_totals_by_use(packs)
        return {
            "packs": [pack._prepare_client_values(ledger, names[pack.id]) for pack in packs],
            "chart": packs._render_burndown() if packs else None,
            "purchased": sum(pack.purchased_hours for pack in packs),
            "left": ledger.total if ledger else 0.0,
            "lapsed": sum(ledger.lapsed(pack.id) for pack in packs),
            "use": use,
            "rows": rows,
            "totals": totals,
            "last_entry_date": max(filter(None, packs.mapped("last_entry_date")), default=False),
            "consents": self.env["project.pack.consent"]._get_client_rows(self),
            "learning": self._get_learning(),
            "learning_hours": self._get_learning_hours(),
            "format_time": packs[:1].with_company(self.sudo().company_id or self.env.company)._format_time,
            "is_in_days": packs[:1].with_company(self.sudo().company_id or self.env.company)._is_in_days(),
        }

    def _get_domains_by_use(self, packs):
        project, deducted = Domain("project_id", "=", self.id), self._get_deducted_domain(packs)
        return {
            "deducted": deducted,
            **{use: project & Domain("pack_use", "=", use) & ~deducted for use in APART},
            "other": project & Domain("pack_use", "not in", list(APART)) & ~deducted,
        }

    def _get_totals_by_use(self, packs):
        """Return hours and number of the entries of each kind, in one query.

        :rtype: dict[str, dict]
        """
        rows = (
            self.env["account.analytic.line"]
            .sudo()
            ._read_group(
                self._get_client_entries_domain(packs),
                ["pack_use", "pack_id", "so_line", "product_uom_id"],
                ["unit_amount:sum", "__count"],
            )
        )
        by_line = packs._get_by_line()
        totals = {use: {"hours": 0.0, "count": 0} for use in ("deducted", *APART, "other")}
        for use, pack, line, unit, amount, count in rows:
            on_pack = use == "deducted" if pack else line in by_line
            total = totals["deducted" if on_pack else use if use in APART else "other"]
            total["hours"] += packs._to_hours(amount, unit.id)
            total["count"] += count
        return totals

    def _get_learning(self, limit=20):
        """Return the latest learning that people of the client reported, each with whether it is the user's own."""
        rows = self.env["project.client.learning"].sudo().search([("project_id", "=", self.id)], limit=limit)
        me = self.env.user.partner_id
        return [
            {
                "id": row.id,
                "date": row.date,
                "person": row.partner_id.name,
                "subject": row.subject,
                "hours": row.hours,
                "is_mine": row.partner_id == me,
            }
            for row in rows
        ]

    def _get_learning_hours(self, first=None, last=None):
        domain = Domain("project_id", "=", self.id)
        if first and last:
            domain &= Domain("date", ">=", first) & Domain("date", "<=", last)
        return self.env["project.client.learning"].sudo()._read_group(domain, [], ["hours:sum"])[0][0] or 0.0

    # === ENTRIES === #

    def _get_deducted_domain(self, packs):
        """Return the domain of the time that the balance of packs counts, as ``project.pack._get_used_hours`` does."""
        on_line = (
            Domain("pack_id", "=", False)
            & Domain("so_line", "in", packs.sale_line_id.ids)
            & Domain("project_id", "!=", False)
        )
        return (Domain("pack_id", "in", packs.ids) & Domain("pack_use", "=", "deducted")) | on_line

    def _get_client_entries_domain(self, packs):
        return Domain("project_id", "=", self.id) | self._get_deducted_domain(packs)

    def _get_client_entries(self, domain, order, limit=None, offset=0):
        names = ["date", "name", "unit_amount", "product_uom_id", "employee_id", "user_id", "work_kind_id", "pack_id"]
        names += ["pack_use", "so_line", "project_id", "task_id", "step_id"]
        entries = self.env["account.analytic.line"].sudo()
        return entries.search_fetch(domain, names, order=order, limit=limit, offset=offset)

    def _prepare_client_rows(self, entries):
        """Return the rows of time entries in client wording; of time spent elsewhere only the day and the hours."""
        rows = self.env["project.pack"].sudo()._prepare_entry_rows(entries, for_client=True)
        for entry, row in zip(entries, rows, strict=True):
            if entry.project_id != self:
                elsewhere = self.env._("Work outside of this project")
                row.update(person="", work_kind="", stage="", description=elsewhere)
        return rows
