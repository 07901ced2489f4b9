from typing import NamedTuple

from markupsafe import Markup

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_date


class ReadingRow(NamedTuple):
    """What a new SPOC reads or is told: its day, what it is, and the name of its kind in the reader's language."""

    date: object
    title: str
    kind: str


class ProjectReadingListMixin(models.AbstractModel):
    """What a new SPOC catches up with: decisions, meetings, confirmations and evidence so far."""

    _name = "project.reading.list.mixin"
    _description = "Reading List of a Project"

    def _get_reading_list(self, for_client=False):
        """Return what a new SPOC must catch up with: override to add rows.

        :param bool for_client: only what the client may see, worded for the client
        :return: rows of date, title and kind, in any order
        :rtype: list[ReadingRow]
        """
        self.ensure_one()
        return (
            self._get_decisions_to_read(for_client)
            + self._get_meetings_to_read(for_client)
            + self._get_evidence_to_read(for_client)
        )

    def _get_decisions_to_read(self, for_client):
        rows = []
        decisions = self.env["project.gate.decision"].sudo().search([("project_id", "=", self.id)], order="date, id")
        for decision in decisions.with_context(lang=self.env.lang):
            stage = decision.to_stage_id
            if for_client and (not stage.client_visible or decision.from_stage_id == stage):
                continue
            title = stage.name if for_client else decision.display_name
            rows.append(ReadingRow(self._get_day(decision.date), title, self.env._("Stage reached")))
        return rows

    def _get_meetings_to_read(self, for_client):
        of_project = Domain("lifecycle_project_id", "=", self.id) | (
            Domain("res_model", "=", "project.project") & Domain("res_id", "=", self.id)
        )
        domain = of_project & Domain("start", "<=", fields.Datetime.now()) & Domain("privacy", "!=", "private")
        meetings = self.env["calendar.event"].sudo().search(domain)
        if for_client:
            customer = self.sudo().partner_id.commercial_partner_id
            meetings = meetings.filtered(
                lambda event: event.session_kind != "internal" and customer in event.partner_ids.commercial_partner_id
            )
        return [
            ReadingRow(event.held_on or self._get_day(event.start), event.name, event._get_kind_to_read())
            for event in meetings
        ]

    def _get_evidence_to_read(self, for_client):
        domain = [("project_id", "=", self.id), "|", ("attachment_ids", "!=", False), ("link", "!=", False)]
        if for_client:
            domain.append(("client_visible", "=", True))
        items = self.env["project.checklist.item"].sudo().search(domain).with_context(lang=self.env.lang)
        return [
            ReadingRow(
                self._get_day(item.done_on or item.create_date),
                ": ".join([item.name, ", ".join(item.attachment_ids.mapped("name") or [item.link])]),
                self.env._("Document"),
            )
            for item in items
        ]

    def _get_day(self, moment):
        return fields.Datetime.context_timestamp(self, moment).date()

    def _render_reading_list(self, for_client=False):
        """Return the reading list of one project, oldest first, and what waits for the client.

        The language is that of the context.

        :param bool for_client: only what the client may see
        :rtype: markupsafe.Markup
        """
        self.ensure_one()
        rows = sorted(self._get_reading_list(for_client), key=lambda row: row.date)
        pending = self.sudo()._get_pending_client_items()
        if for_client:
            pending = pending.filtered("client_visible")
        if not rows and not pending:
            return Markup()
        values = {
            "rows": [(format_date(self.env, row.date), row.title, row.kind) for row in rows],
            "pending": pending.mapped("name"),
        }
        return self.env["ir.qweb"]._render("project_lifecycle.spoc_reading_list", values)
