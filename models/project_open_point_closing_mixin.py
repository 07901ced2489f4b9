from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import plaintext2html

from .project_open_point_rights_mixin import CLOSING_FIELDS


class ProjectOpenPointClosingMixin(models.AbstractModel):
    """How open points come to their end: answered, withdrawn, discussed, and opened again."""

    _name = "project.open.point.closing.mixin"
    _description = "Closing of Open Points"

    def action_answer(self, answer):
        """Answer points, for good: another answer needs the point opened again, and the first stays in its history.

        :param str answer: plain text
        :raises AccessError: if the user is neither its owner, nor the consultant or a salesperson of the project; what
            a rule has raised is answered by its owner and by sales alone
        :raises UserError: without an answer, or if one of them is closed
        """
        self.check_access("read")
        for point in self:
            if not point._may_be_answered():
                raise AccessError(
                    self.env._(
                        "%(point)s is answered by its owner (%(owner)s) or by the consultant of the project.",
                        point=point.name,
                        owner=point.sudo()._get_owner_name(),
                    )
                    if not (point.is_of_rule or point.is_for_sales)
                    else self.env._(
                        "%(point)s is answered by its owner (%(owner)s) or by whoever sells the project.",
                        point=point.name,
                        owner=point.sudo()._get_owner_name(),
                    )
                )
        self._close("answered", "answer", answer, self.env._("Write the answer."))

    def action_withdraw(self, reason):
        """Withdraw points that need no answer any more.

        :param str reason: why
        :raises AccessError: if the user is not the consultant of the project; what sent it back to sales is withdrawn
            by its owner, by sales or by an administrator
        :raises UserError: without a reason, if one of them is closed, or was raised by a rule
        """
        self.check_access("read")
        self._check_left_to_sales()
        self.filtered(lambda point: not point.is_for_sales)._check_may_manage()
        self._check_may_close_by_hand()
        self._withdraw(reason)

    def action_reopen(self):
        """Open closed points again; the earlier answer stays in the history.

        :raises AccessError: if the user is not the consultant of the project
        :raises UserError: if one of them is open, or a red flag whose cause is gone
        """
        self._check_may_manage()
        self._check_has_its_cause()
        for point in self:
            if point.state == "open":
                raise UserError(self.env._("%(point)s is open already.", point=point.name))
        # who may was checked above; the state changes by actions only
        self.sudo()._reopen({})

    def action_discussed(self):
        """Record that open points were discussed today; they wait for the answer of their owners.

        :raises AccessError: if the user is not the consultant of the project
        :raises UserError: if one of them is closed
        """
        self._check_may_manage()
        for point in self:
            if point.state != "open":
                raise UserError(self.env._("%(point)s is closed already.", point=point.name))
        # who may was checked above; it is written by this action only
        self.sudo().filtered(lambda point: not point.discussed_on).discussed_on = fields.Date.context_today(self)

    def action_open_answer(self):
        """Open the dialog that takes the answer."""
        return self._open_close_wizard("answer", self.env._("Answer"))

    def action_open_withdraw(self):
        """Open the dialog that asks why the point is withdrawn."""
        return self._open_close_wizard("withdraw", self.env._("Withdraw"))

    def _reopen(self, vals):
        self.write({**dict.fromkeys(CLOSING_FIELDS, False), "state": "open", **vals})

    def _open_close_wizard(self, mode, title):
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_open_point_close_action"),
            "name": title,
            "context": {"default_point_id": self.id, "default_mode": mode},
        }

    def _withdraw(self, reason):
        """Withdraw points on behalf of whoever, or whatever rule, may do so.

        :param str reason: why
        """
        self._close("withdrawn", "withdraw_reason", reason, self.env._("Write why the point is withdrawn."))

    def _close(self, state, field, text, question):
        """Close points, and keep what was said in their history.

        :param str state: ``answered`` or ``withdrawn``
        :param str field: where the text goes
        :param str text: answer or reason
        :param str question: what the user reads without a text
        """
        text = (text or "").strip()
        if not text:
            raise UserError(question)
        for point in self:
            if point.state != "open":
                raise UserError(self.env._("%(point)s is closed already.", point=point.name))
        # the callers have checked who may
        points = self.sudo()
        points.write(
            {"state": state, field: text, "answered_on": fields.Datetime.now(), "answered_by_id": self.env.uid}
        )
        points._message_log_batch({point.id: plaintext2html(text) for point in points})
