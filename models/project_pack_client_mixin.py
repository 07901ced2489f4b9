from datetime import timedelta

from odoo import fields, models


class ProjectPackClientMixin(models.AbstractModel):
    """A pack as the client reads it."""

    _name = "project.pack.client.mixin"
    _description = "Pack as the Client Reads It"

    def action_statement(self):
        """Open the choice of the period of a statement on these packs."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_pack_statement_action"),
            "context": {"active_model": self._name, "active_ids": self.ids},
        }

    def _get_client_names(self):
        """Return the names under which a client knows packs: what it ordered; else what was entered by hand.

        :return: by the id of the pack
        :rtype: dict[int, str]
        """
        names = {}
        for pack in self.sudo():
            line = pack.sale_line_id
            title = line and (line.name or line.product_id.name or "").split("\n", 1)[0]
            names[pack.id] = f"{line.order_id.name}: {title}" if line else pack.name
        return names

    def _get_by_line(self):
        return {pack.sale_line_id: pack for pack in self.sudo() if pack.sale_line_id}

    def _get_closing_days(self):
        """Return from which day on each pack takes no time any more; False if it does, or nobody knows yet.

        A cancelled one is closed from its last entry on: Odoo keeps no day of the cancellation.

        :rtype: dict
        """
        cancelled = self.filtered("is_cancelled")
        return {
            pack: max(filter(None, (pack.date, pack.last_entry_date)))
            if pack in cancelled
            else pack.date_to and pack.date_to + timedelta(days=1)
            for pack in self
        }

    def _prepare_client_values(self, ledger, name):
        """Return what the page of the client shows of one pack.

        :param PackLedger ledger: of its project
        """
        self.ensure_one()
        pack = self.sudo()
        today = fields.Date.context_today(pack)
        mine = [it for it in ledger.carry_overs if pack.id in (it.debtor, it.payer)]
        return {
            "name": name,
            "date": pack.date,
            "date_from": pack.date_from,
            "date_to": pack.date_to,
            "is_cancelled": pack.is_cancelled,
            "is_over": bool(pack.date_to and pack.date_to < today),
            "is_to_come": bool(pack.date_from and pack.date_from > today),
            "purchased": pack.purchased_hours,
            "used": pack.purchased_hours - ledger.remaining(pack.id),
            "carried": sum(it.hours if it.payer == pack.id else -it.hours for it in mine),
            "available": ledger.available(pack.id),
            "lapsed": ledger.lapsed(pack.id),
            "is_low": 100 * ledger.share(pack.id) >= pack.project_id._get_low_share(),
            "share": min(max(100 * ledger.share(pack.id), 0.0), 100.0),
        }
