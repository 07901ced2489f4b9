from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

AGREEMENT_FIELDS = {"explained_on", "agreement", "agreed_by_id", "is_unacceptable"}
AGREEMENTS = [("agreed", "Agreed"), ("not_agreed", "Not agreed"), ("to_discuss", "To discuss")]


class ProjectAgreementMixin(models.AbstractModel):
    """What the client says to a criterion: explained when, agreed or not, by whom (S2.40)."""

    _name = "project.agreement.mixin"
    _description = "Agreement of the Client"

    needs_agreement = fields.Boolean(
        "Needs agreement", help="Met once it was explained to the client, and somebody of the client agreed."
    )
    explained_on = fields.Date("Explained on")
    agreement = fields.Selection(AGREEMENTS, string="Client's word")
    agreed_by_id = fields.Many2one(
        "res.partner",
        string="Said by",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("partner_share", "=", True)],
        help="The person of the client who agreed, or did not.",
    )
    is_unacceptable = fields.Boolean(
        "Not acceptable",
        help="The refusal is not one you can live with: the gate stays closed, consult the salesperson.",
    )

    _unacceptable_refusal = models.Constraint(
        "CHECK(is_unacceptable IS NOT TRUE OR agreement IS NOT DISTINCT FROM 'not_agreed')",
        "Only what the client does not agree with can be not acceptable.",
    )

    @api.constrains("agreed_by_id", "explained_on")
    def _check_agreement(self):
        # the client may be where it is tomorrow already
        latest = fields.Date.context_today(self) + timedelta(days=1)
        for item in self:
            if item.explained_on and item.explained_on > latest:
                raise ValidationError(
                    self.env._("%(criterion)s: the day on which it was explained is yet to come.", criterion=item.name)
                )
            person = item.agreed_by_id.sudo()
            if person.partner_share and item.project_id.sudo().partner_id:
                item.project_id._check_is_contact(person)
            if item.agreed_by_id and not item.agreed_by_id.sudo().partner_share:
                raise ValidationError(
                    self.env._(
                        "%(criterion)s: %(person)s is one of us. Name the person of the client.",
                        criterion=item.name,
                        person=item.agreed_by_id.sudo().name,
                    )
                )

    # === ACTIONS === #

    def action_explained_and_agreed(self, partner_id=False):
        """Record that criteria were explained, and that the client agrees.

        :param int partner_id: who of the client said so; the client's contact if not given
        :raises AccessError: if the user is neither consultant of the project nor project administrator
        :raises UserError: if no agreement is asked for, if nobody of the client is known, or if the gate was decided
        """
        self._check_may_answer()
        self._check_needs_agreement()
        today = fields.Date.context_today(self)
        for item in self:
            contact = self.env["res.partner"].browse(partner_id) or item.project_id.sudo()._get_session_partners()[:1]
            if not contact:
                raise UserError(
                    self.env._(
                        "Nobody of the client is known on the project %(project)s: set its customer, or say who"
                        " agreed.",
                        project=item.project_id.name,
                    )
                )
            # who may answer was checked on top
            item.sudo().write(
                {
                    "explained_on": item.explained_on or today,
                    "agreement": "agreed",
                    "agreed_by_id": contact.id,
                    "is_unacceptable": False,
                }
            )

    # === BUSINESS METHODS === #

    def _check_needs_agreement(self):
        """Check that the client's agreement is asked for.

        :raises UserError: naming the first criterion for which it is not
        """
        for item in self:
            if not item.needs_agreement:
                raise UserError(
                    self.env._(
                        "%(criterion)s does not need the client's agreement: answer it instead.", criterion=item.name
                    )
                )

    def _is_settled(self):
        """Tell whether the client's word meets the criterion: agreed, or a deviation that was written down."""
        self.ensure_one()
        if not self.explained_on or not self.agreed_by_id:
            return False
        return self.agreement == "agreed" or self._is_deviation()

    def _is_deviation(self):
        """Tell whether the client does not agree, in a way that the project can live with and that is written down."""
        self.ensure_one()
        return self.agreement == "not_agreed" and not self.is_unacceptable and bool((self.note or "").strip())

    def _follow_agreement(self):
        """Meet criteria that the client's word settles, open those that it does not; close the gate by a refusal."""
        asked = self.filtered(
            lambda item: item.needs_agreement and item.kind == "manual" and item.state in ("open", "met")
        ).sudo()
        settled = asked.filtered(lambda item: item._is_settled())
        settled.filtered(lambda item: item.state == "open")._answer("met")
        (asked - settled).filtered(lambda item: item.state == "met").write(
            {"state": "open", "done_by_id": False, "done_on": False}
        )
        for item in asked:
            is_blocking = item.is_unacceptable or (item.template_id.is_blocking if item.template_id else None)
            if is_blocking is not None and item.is_blocking != is_blocking:
                item.is_blocking = is_blocking

    def _prepare_agreement_snapshot(self):
        """Return what a gate decision keeps of the client's word; nothing where none is asked for.

        :rtype: dict
        """
        self.ensure_one()
        if not self.needs_agreement:
            return {}
        return {
            "explained_on": fields.Date.to_string(self.explained_on) or "",
            "agreement": self.agreement or "",
            "agreed_by": self.agreed_by_id.sudo().name or "",
            "is_unacceptable": self.is_unacceptable,
        }

    def _get_sections(self):
        """Return these criteria as an agenda for the client: each section once, with what the client may read.

        :return: pairs of the section's name and the wordings that are visible to the client
        :rtype: list[tuple]
        """
        sections = {}
        for item in self.sudo().sorted(lambda item: (item.sequence, item.id)):
            names = sections.setdefault(item.section or "", [])
            if item.client_visible:
                names.append(item.name)
        return list(sections.items())

    def _get_sections_progress(self):
        """Return for each section of these criteria how many there are, are answered, and what the client said.

        :rtype: list[dict]
        """
        progress = []
        ordered = self.sorted(lambda item: (item.sequence, item.id))
        for name, items in ordered.grouped(lambda item: item.section or "").items():
            answered = items.filtered(lambda item: item.state != "open")
            progress.append(
                {
                    "name": name,
                    "count": len(items),
                    "answered": len(answered),
                    "percent": round(100 * len(answered) / len(items)),
                    "agreed": len(items.filtered(lambda item: item.agreement == "agreed")),
                    "not_agreed": len(items.filtered(lambda item: item.agreement == "not_agreed")),
                    "to_discuss": len(items.filtered(lambda item: item.agreement == "to_discuss")),
                }
            )
        return progress
