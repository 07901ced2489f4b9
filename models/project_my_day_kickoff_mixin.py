from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .project_my_day_mixin import ROWS

GOLIVE_WITHIN_DAYS = 14


class ProjectMyDayKickoffMixin(models.AbstractModel):
    _name = "project.my.day.kickoff.mixin"
    _inherit = "project.my.day.mixin"
    _description = "Blocks of My Day on the Scope"

    # === BLOCKS === #

    @api.model
    def _block_expectations(self):
        """Expectations that wait for a verdict, those first of which the client does not know that they go further."""
        left = Domain("is_to_tell", "=", True) | Domain("verdict", "=", "open")
        return self._prepare_scope_block(
            "expectations",
            self.env._("Expectations"),
            self.env._("No expectation waits for its verdict, or for the client to be told."),
            self.env["project.expectation"],
            left & Domain("project_id", "any", self._get_open_projects_domain()),
            order="is_to_tell desc, project_id, sequence, id",
            get_badge=lambda it: self.env._("Client to be told") if it.is_to_tell else self.env._("Without verdict"),
        )

    @api.model
    def _block_phases(self):
        """Phases that go live soon or should have, and those to which the client has not agreed yet."""
        today = fields.Date.context_today(self)
        soon = Domain("golive_date", "<=", today + timedelta(days=GOLIVE_WITHIN_DAYS))
        pending = Domain("decision", "=", "pending") & (soon | Domain("agreed_on", "=", False))
        going = Domain("decision", "=", "go") & soon & Domain("golive_date", ">=", today)
        running = self._get_open_projects_domain() & Domain("stage_id.purpose", "!=", "intake")
        return self._prepare_scope_block(
            "phases",
            self.env._("Phases"),
            self.env._("No go-live is near, and the client has agreed to every phase."),
            self.env["project.lifecycle.phase"],
            (pending | going) & Domain("project_id", "any", running),
            order="golive_date, project_id, sequence, id",
            get_badge=self._get_phase_badge,
            due_field="golive_date",
        )

    # === WHAT BLOCKS ARE MADE OF === #

    @api.model
    def _get_phase_badge(self, phase):
        if not phase.agreed_on:
            return self.env._("To be agreed")
        return self.env._("Decision pending") if phase.decision == "pending" else self.env._("Go-live")

    @api.model
    def _prepare_scope_block(self, key, title, empty, records, domain, order, get_badge, due_field=None):
        """Return a block of what the kick-off finds out.

        :param records: of the model
        :param Domain domain: which of them are in it
        :param str order: as in a search
        :param get_badge: returns the short word beside a record
        :param str due_field: a date of the record, if it has one
        """
        found = records.search(domain, order=order, limit=ROWS)
        rows = [
            self._prepare_row(
                record,
                record.name,
                subtitle=record.project_id.name,
                badge=get_badge(record),
                due=due_field and record[due_field],
                action="action_open",
            )
            for record in found
        ]
        return self._prepare_records_block(key, title, empty, records, domain, rows)
