from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class ProjectIntakeFlag(models.Model):
    _name = "project.intake.flag"
    _description = "Red Flag"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state, id desc"

    name = fields.Char(required=True)
    description = fields.Text()
    intake_id = fields.Many2one("project.intake", string="Hand-over", required=True, index=True, ondelete="cascade")
    project_id = fields.Many2one("project.project", required=True, index=True, ondelete="cascade")
    rule_id = fields.Many2one("project.intake.rule", index="btree_not_null", ondelete="restrict")
    user_id = fields.Many2one("res.users", string="Owner", index="btree_not_null")
    is_blocking = fields.Boolean("Blocking")
    state = fields.Selection(
        [("open", "Open"), ("answered", "Answered"), ("withdrawn", "Withdrawn")],
        required=True,
        default="open",
        index=True,
    )
    # an answer lasts as long as its cause: once that was gone, the same rule may ask again
    is_current = fields.Boolean(default=True, export_string_translation=False)
    answer = fields.Text()
    answered_on = fields.Datetime(readonly=True)
    answered_by_id = fields.Many2one("res.users", string="Answered by", readonly=True)
    is_mine = fields.Boolean(compute="_compute_is_mine", export_string_translation=False)

    _once_a_rule = models.UniqueIndex(
        "(intake_id, rule_id) WHERE rule_id IS NOT NULL AND is_current", "This red flag is on the project already."
    )

    # === COMPUTE METHODS === #

    @api.depends("user_id", "intake_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for flag in self:
            flag.is_mine = flag.user_id == self.env.user or flag.intake_id.is_sales_side

    # === CRUD METHODS === #

    def write(self, vals):
        """Answer red flags; all else about them follows from the rules.

        :raises AccessError: if the user is neither the owner nor sells the project, or changes anything else
        """
        if not self.env.su and not vals.keys() <= {"answer"}:
            raise AccessError(
                self.env._("Red flags come and go with their cause: answer them, or change what is wrong.")
            )
        if not self.env.su:
            for flag in self:
                flag._check_may_answer()
            if (vals.get("answer") or "").strip():
                # who may answer was checked on the lines above
                self.sudo()._answer(vals["answer"].strip(), self.env.user)
                return True
            return self.sudo().write({"answer": False, "state": "open", "answered_on": False, "answered_by_id": False})
        return super().write(vals)

    # === ACTIONS === #

    def action_open_answer(self):
        """Open the red flag to answer it, in a dialog."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_answer(self):
        """Close the dialog: the answer that was written is saved with it.

        :raises UserError: without an answer
        """
        self.ensure_one()
        if not (self.answer or "").strip():
            raise UserError(self.env._("Write an answer: it is kept with the red flag."))
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #

    def _check_may_answer(self):
        self.ensure_one()
        self.check_access("read")
        if not self.is_mine:
            raise AccessError(
                self.env._(
                    "%(flag)s is answered by its owner, %(owner)s.",
                    flag=self.name,
                    owner=self.user_id.name or self.env._("nobody yet"),
                )
            )

    def _answer(self, answer, user):
        now = fields.Datetime.now()
        self.write({"answer": answer, "state": "answered", "answered_on": now, "answered_by_id": user.id})
        self._close_activities(answer)

    def _withdraw(self):
        """Take back red flags whose cause is gone; answers that were given stay."""
        self.filtered(lambda flag: flag.state == "answered").write({"is_current": False})
        unanswered = self.filtered(lambda flag: flag.state == "open")
        if unanswered:
            unanswered.write({"state": "withdrawn"})
            unanswered.activity_ids.unlink()

    def _close_activities(self, feedback):
        if self.activity_ids:
            self.activity_ids.with_user(self.env.user).sudo().action_feedback(feedback)

    def _schedule(self):
        """Give the owners of these red flags something to do; no mail is sent."""
        todo = self.env.ref("mail.mail_activity_data_todo")
        model = self.env["ir.model"]._get(self._name)
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": todo.id,
                    "summary": flag.name,
                    "note": flag.description,
                    "automated": True,
                    "res_model_id": model.id,
                    "res_id": flag.id,
                    "user_id": flag.user_id.id,
                    "date_deadline": fields.Date.context_today(flag),
                }
                for flag in self
                if flag.user_id.active
            ]
        )

    def _hand_to(self, user):
        """Give open red flags to another owner, with what there is to do."""
        self.write({"user_id": user.id})
        self.activity_ids.unlink()
        self._schedule()
