from odoo import api, fields, models
from odoo.exceptions import UserError

from ..logic.packs import TINY

# what of an entry decides which consent covers it
COVERED_FIELDS = {"unit_amount", "product_uom_id", "date", "task_id", "project_id"}


class ProjectConsentEntryMixin(models.AbstractModel):
    """Time that is deducted only when the client has agreed (S2.134)."""

    _name = "project.consent.entry.mixin"
    _description = "Time Entry That Needs Consent"

    consent_id = fields.Many2one(
        "project.pack.consent",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
        help="What the client agreed to, by which this time is deducted.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Log time.

        :raises AccessError: if somebody says by hand which consent covers it
        """
        if not self.env.su and any(vals.get("consent_id") for vals in vals_list):
            self._refuse_own_fields()
        return super().create(vals_list)

    def write(self, vals):
        """Change time entries: what grows beyond the consent that covered it waits again.

        :raises AccessError: if somebody says by hand which consent covers them
        """
        if not self.env.su and "consent_id" in vals:
            self._refuse_own_fields()
        if COVERED_FIELDS.isdisjoint(vals):
            return super().write(vals)
        consents = self.sudo().consent_id
        used = consents._get_used_hours() if consents else {}
        res = super().write(vals)
        covered = self.sudo().filtered("consent_id")
        if covered:
            # one that was ended covers what was taken, and nothing more
            covered._review_consents(
                {it: it.hours if it.state == "granted" else used.get(it.id, 0.0) for it in consents}
            )
        return res

    @api.model
    def _needs_consent(self, project, task):
        """Tell whether time is deducted only with the consent of the client.

        :rtype: bool
        """
        return project.stage_id.time_policy == "consent" or task.needs_consent

    def _apply_consents(self):
        """Deduct those of these entries that wait and are covered by what the client agreed to.

        What the packs refuse goes on waiting, and the consent tells why.
        """
        waiting = self.sudo().filtered(lambda entry: entry.pack_use == "awaiting")
        if not waiting:
            return
        consents = (
            self.env["project.pack.consent"]
            .sudo()
            .search(
                [
                    ("project_id", "in", waiting.project_id.ids),
                    ("state", "=", "granted"),
                    "|",
                    ("kind", "=", "standing"),
                    ("task_id", "in", waiting.task_id.ids),
                ],
                order="date_to, id",
            )
        )
        if not consents:
            return
        consents._lock()
        used = consents._get_used_hours()
        # one that was given for the task comes before a standing one, and what ends first before what lasts
        for consent in consents.sorted(lambda consent: consent.kind == "standing"):
            covered = consent._choose_covered(waiting, consent.hours - used.get(consent.id, 0.0))
            if covered:
                covered._deduct_by(consent)
                waiting -= covered

    def _deduct_by(self, consent):
        try:
            with self.env.cr.savepoint():
                self.write({"consent_id": consent.id, "pack_use": "deducted"})
        except UserError as error:
            self.invalidate_recordset()
            consent.message_post(body=self.env._("Agreed, but still waiting: %(why)s", why=str(error)))

    def _review_consents(self, limits):
        """Let time wait again that its consent does not cover any more, and see whether another one does.

        :param dict limits: hours that each consent covers
        """
        consents = self.consent_id
        used = consents._get_used_hours()
        beyond = self.browse()
        for entry in self.sorted(lambda entry: (entry.date, entry.id), reverse=True):
            consent = entry.consent_id
            if entry.pack_use != "deducted":
                continue
            if not consent._covers(entry) or used.get(consent.id, 0.0) > limits[consent] + TINY:
                used[consent.id] = used.get(consent.id, 0.0) - entry._get_hours()
                beyond |= entry
        if beyond:
            beyond.write({"consent_id": False, "pack_use": "awaiting"})
            beyond._apply_consents()

    def _settle_awaiting(self, values):
        """Write what became of time that nobody agreed to.

        :param dict values: of the use of the pack
        """
        self.write(values)
        if not values.get("pack_use"):
            # nor may it slip onto another order line
            self.write({"is_so_line_edited": True, "so_line": False})
