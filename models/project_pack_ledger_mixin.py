from odoo import fields, models
from odoo.tools import float_round, format_date, format_duration

# bought first, then day by day; of one day, what other packs left behind comes before the time that was logged
FIRST, CARRIED_IN, ENTRY, CARRIED_OUT = range(4)


class ProjectPackLedgerMixin(models.AbstractModel):
    """What was bought and where it went, line by line, for screens, PDF and the client alike (S2.51)."""

    _name = "project.pack.ledger.mixin"
    _description = "Ledger of a Pack"

    ledger = fields.Html(
        compute="_compute_ledger", sanitize=False, groups="base.group_user", export_string_translation=False
    )

    # not stored, and asked for by the form alone
    def _compute_ledger(self):
        for pack in self:
            pack.ledger = pack._origin._render_ledger() if pack._origin else False

    def _render_ledger(self, for_client=False):
        """Return the ledger of one pack as a table.

        :param bool for_client: leave out what is internal
        :rtype: markupsafe.Markup
        """
        self.ensure_one()
        values = {
            "pack": self,
            "rows": self._get_ledger_rows(for_client=for_client),
            "for_client": for_client,
            "format_time": self._format_time,
            "format_day": lambda day: format_date(self.env, day) if day else "",
        }
        return self.env["ir.qweb"]._render("project_lifecycle.pack_ledger", values)

    def _get_ledger_rows(self, for_client=False):
        """Return the lines of the ledger of one pack, by day; the last balance is what is available.

        Whoever reads the pack reads all of them: a balance of some entries would be wrong. The caller checks the
        access to the pack itself, and chooses the language by the context.

        Keys of a row: ``kind`` (bought, deducted, offered, awaiting, carried_in, carried_out, lapsed), ``label`` of
        it, ``date`` (may be False), ``person``, ``work_kind``, ``description``, ``stage`` (texts, may be empty),
        ``hours`` as logged, ``change`` (hours, what the line does to the balance), ``balance`` (hours, after it);
        for ourselves also ``entry_id`` and ``internal_note``.

        :param bool for_client: client wording only: no internal note, no stage that the client does not see
        :rtype: list[dict]
        """
        self.ensure_one()
        pack = self.sudo()
        ledger = (pack._get_of_projects(pack.project_id) or pack)._build_ledgers()[pack.project_id.id]
        entries = pack._get_ledger_entries()
        rows = [(False, FIRST, 0, pack._prepare_ledger_row("bought", pack.date, pack.purchased_hours))]
        rows += [
            (entry.date, ENTRY, entry.id, row)
            for entry, row in zip(entries, self._prepare_entry_rows(entries, for_client), strict=True)
        ]
        rows += pack._prepare_carry_over_rows(ledger, entries)
        # the opening line has no day to be sorted by: time may be older than the order
        rows.sort(key=lambda row: (row[1] != FIRST, row[0] or pack.date, *row[1:3]))
        rows = [row for *_key, row in rows]
        lapsed = ledger.lapsed(pack.id)
        if lapsed:
            row = pack._prepare_ledger_row("lapsed", not pack.is_cancelled and pack.date_to, -lapsed)
            rows.append(row)
        balance = 0.0
        for row in rows:
            balance += row["change"]
            row["balance"] = balance
        return rows

    def _get_ledger_entries(self):
        """Return the time that is on this pack, or on its order line without a pack of its own, oldest first."""
        domain = [("pack_id", "=", self.id)]
        if self.sale_line_id:
            on_line = [("so_line", "=", self.sale_line_id.id), ("pack_id", "=", False), ("project_id", "!=", False)]
            domain = ["|", *domain, "&", "&", *on_line]
        return self.env["account.analytic.line"].sudo().search(domain, order="date, id")

    def _prepare_entry_rows(self, entries, for_client):
        """Return the rows of time entries; internal notes are those that the user may read elsewhere."""
        entries = entries.sudo()
        noted = entries.filtered("internal_note") if not for_client else entries.browse()
        readable = noted.with_env(self.env)._filtered_access("read").ids if noted else ()
        rows = []
        for entry in entries:
            hours, kind = entry._get_hours(), entry.pack_use if entry.pack_id else "deducted"
            stage = entry.step_id.stage_id
            row = self._prepare_ledger_row(
                kind or "deducted",
                entry.date,
                hours,
                person=entry.employee_id.name or entry.user_id.name or "",
                work_kind=entry.work_kind_id.name or "",
                description=entry.name if entry.name and entry.name != "/" else entry.task_id.name or "",
                stage=(stage.name or "") if not for_client or stage.client_visible else "",
            )
            if not for_client:
                row["entry_id"] = entry.id
                row["internal_note"] = (entry.id in readable and entry.internal_note) or ""
            rows.append(row)
        return rows

    def _prepare_carry_over_rows(self, ledger, entries):
        """Return what this pack pays for others, and others for it, on the day when there were both debt and payer.

        :param PackLedger ledger: of the project
        :param account.analytic.line entries: of this pack
        :return: the rows with their day and place in it
        """
        mine = [it for it in ledger.carry_overs if self.id in (it.debtor, it.payer)]
        others = self.browse({it.debtor for it in mine} | {it.payer for it in mine})
        groups = mine and self.env["account.analytic.line"].sudo()._read_group(
            [("pack_id", "in", others.ids), ("pack_use", "=", "deducted")], ["pack_id"], ["date:max"]
        )
        latest = {pack.id: day for pack, day in groups}
        rows = []
        for carried in mine:
            debtor, payer = self.browse((carried.debtor,)), self.browse((carried.payer,))
            day = max(latest.get(debtor.id) or payer.date, payer.date)
            if payer == self:
                description = self.env._("Used beyond %(pack)s", pack=debtor.name)
                row = self._prepare_ledger_row("carried_in", day, -carried.hours, description=description)
                rows.append((day, CARRIED_IN, debtor.id, row))
            else:
                description = self.env._("Taken from %(pack)s", pack=payer.name)
                row = self._prepare_ledger_row("carried_out", day, carried.hours, description=description)
                rows.append((day, CARRIED_OUT, payer.id, row))
        return rows

    def _prepare_ledger_row(self, kind, day, hours, **texts):
        """Return one row of the ledger, its balance excepted.

        :param float hours: what was logged; for lines that are no time entries, what they change
        """
        changes = {"deducted": -hours, "offered": 0.0, "awaiting": 0.0}
        return {
            "kind": kind,
            "label": self._get_ledger_labels()[kind],
            "date": day,
            "person": "",
            "work_kind": "",
            "description": "",
            "stage": "",
            "hours": hours,
            "change": changes.get(kind, hours),
            **texts,
        }

    def _get_ledger_labels(self):
        uses = dict(self.env["account.analytic.line"].sudo()._fields["pack_use"]._description_selection(self.env))
        return {
            **uses,
            "bought": self.env._("Bought"),
            "carried_in": self.env._("Carried over"),
            "carried_out": self.env._("Carried over"),
            "lapsed": self.env._("Cancelled") if self.sudo().is_cancelled else self.env._("Lapsed"),
        }

    def _format_time(self, hours):
        """Return hours in the unit in which the company encodes time: ``02:30``, or days such as ``1.25``.

        :param float hours: may be negative
        :rtype: str
        """
        if not self._is_in_days():
            return format_duration(hours)
        units = self.env["sale.order.line"]
        days = units._get_unit("hour")._compute_quantity(hours, units._get_unit("day"), round=False)
        days = float_round(days, precision_digits=2) or 0.0
        return self.env["ir.qweb.field.float"].value_to_html(days, {"precision": 2})

    def _is_in_days(self):
        """Tell whether the company of this pack encodes time in days."""
        company = (self.sudo().company_id or self.env.company).sudo()
        return company.timesheet_encode_uom_id == self.env["sale.order.line"]._get_unit("day")
