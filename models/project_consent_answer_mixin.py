from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

KIND = "pack_consent"


class ProjectConsentAnswerMixin(models.AbstractModel):
    """How the client is asked for its consent to time, in a sign-off, and how it answers: there, or to one of us."""

    _name = "project.consent.answer.mixin"
    _inherit = "project.signoff.target.mixin"
    _description = "Asking for Consent, and the Answer"

    # === ASKING === #

    @api.model
    def _ask(self, project, name, hours, task=None, date_to=None, **values):
        """Ask the client for its consent to time; the question goes out as a sign-off.

        :param project.project project: with a lifecycle
        :param str name: what for, in the client's words
        :param float hours: at most so many
        :param project.task task: whose time it is; without one a standing consent is asked for
        :param date date_to: the last day of a standing consent
        :rtype: project.pack.consent
        :raises AccessError: if the user may not ask
        :raises UserError: if nobody can be asked
        """
        self._check_may_ask_for(project, task)
        partner = project.sudo().spoc_id or project.sudo().partner_id
        if not partner:
            raise UserError(
                self.env._(
                    "%(project)s has neither SPOC nor customer: name one, whom to ask.", project=project.sudo().name
                )
            )
        kind = "estimate" if task else "standing"
        terms = {"name": name, "project_id": project.id, "hours": hours, "kind": kind, "partner_id": partner.id}
        terms.update(task_id=task.id if task else False, date_to=date_to, **values)
        # agents may not write here: who may ask was checked on the first line
        consent = self.sudo().create(terms)
        consent._send_question()
        return consent.sudo(self.env.su)

    @api.model
    def _place_order(self, project, name, hours, task):
        """Let the SPOC order time: what is logged on the task is deducted at once, up to these hours.

        :param project.project project: with a lifecycle
        :param str name: what for
        :param float hours: more than 0
        :param project.task task: whose time it is
        :rtype: project.pack.consent
        :raises AccessError: if the current user is not the SPOC of the project
        """
        project.sudo(False)._check_client_access(confirm=True)
        terms = {"name": name, "project_id": project.id, "task_id": task.id, "hours": hours, "kind": "ordered"}
        terms.update(partner_id=self.env.user.partner_id.id, asked_by_id=False)
        # people of the client write no consents: who orders was checked on the first line
        consent = self.sudo().create(terms)
        consent._grant(self.env._("Ordered in the portal"))
        return consent.sudo(self.env.su)

    def _send_question(self):
        """Put the question to the client, by mail and in the portal.

        :raises UserError: if it cannot be asked, for example for want of a mail address
        """
        self.ensure_one()
        self.env["project.signoff"].sudo()._request(
            self.project_id, KIND, record=self, partner=self.partner_id, name=self.name
        )

    def _get_questions(self):
        domain = [("res_model", "=", self._name), ("res_id", "in", self.ids), ("state", "in", ("draft", "sent"))]
        return self.env["project.signoff"].sudo().search(domain)

    def _forget_question(self):
        """Take back the question that is not answered yet."""
        self._get_questions()._withdraw(self.env._("Settled by %(user)s", user=self.env.user.name))

    def _signoff_content_pack_consent(self):
        """Return what the client reads: what for, how long, from what."""
        project = self.project_id
        company = project._get_pack_company()
        packs = self.env["project.pack"].with_company(company)
        values = {
            "consent": self,
            "hours": packs._format_time(self.hours),
            "is_in_days": packs._is_in_days(),
            "left": packs._format_time(project.pack_remaining_hours),
            "waiting": packs._format_time(self.awaiting_hours) if self.awaiting_hours else "",
        }
        return self.env["ir.qweb"]._render("project_lifecycle.signoff_pack_consent", values)

    # === ANSWERING === #

    @api.model
    def _record(self, project, name, hours, partner, note, task=None, **values):
        """Record that the client agreed, or ordered the time itself, to one of us.

        :param res.partner partner: who of the client said so
        :param str note: when and how
        :param dict values: ``kind``, ``date_to``, ``answered_on``
        :rtype: project.pack.consent
        :raises AccessError: if the user may not record it
        """
        self._check_may_ask_for(project, task)
        terms = {"name": name, "project_id": project.id, "hours": hours, "partner_id": partner.id, **values}
        terms["task_id"] = task.id if task else False
        # who may record was checked on the first line
        consent = self.sudo().create(terms)
        consent._grant(note, recorded_by=self.env.user, answered_on=values.get("answered_on"))
        return consent.sudo(self.env.su)

    def _record_answer(self, partner, note, answered_on=None):
        """Record that the client agreed to a question that was asked, to one of us.

        :raises UserError: if the question was answered already
        """
        self.ensure_one()
        self._check_may_ask()
        self.sudo().partner_id = partner
        self.sudo()._grant(note, recorded_by=self.env.user, answered_on=answered_on)
        self.sudo()._forget_question()

    def _grant(self, note, recorded_by=None, answered_on=None):
        """Let the consent count, and deduct the time that waits for it.

        :raises UserError: if it was answered already
        """
        self.ensure_one()
        self._lock_to_answer()
        self.write(
            {
                "state": "granted",
                "answered_on": answered_on or fields.Datetime.now(),
                "answer_note": note,
                "is_recorded": bool(recorded_by),
                "recorded_by_id": recorded_by.id if recorded_by else False,
            }
        )
        self._tell_project(self.env._("Time agreed: %(consent)s, up to %(time)s.", **self._get_terms()))
        self._get_waiting_entries()._apply_consents()

    def _refuse(self, note):
        """Record that the client refused; its time waits until one of us offers it or takes it off the packs.

        :raises UserError: if it was answered already
        """
        self.ensure_one()
        self._lock_to_answer()
        self.write({"state": "refused", "answered_on": fields.Datetime.now(), "answer_note": note})
        self._tell_project(
            self.env._(
                "Time refused: %(consent)s, up to %(time)s. Offer what was logged, or take it off the packs.",
                **self._get_terms(),
            )
        )

    def _lock(self):
        """Let only one transaction at a time use these consents: the other one is done again by Odoo."""
        if self:
            self.env.execute_query(
                SQL("UPDATE project_pack_consent SET id = id WHERE id = ANY(%s) RETURNING id", list(self.ids))
            )

    def _lock_to_answer(self):
        self._lock()
        self.invalidate_recordset(["state"])
        if self.state != "asked":
            raise self._get_state_error()

    def _get_state_error(self):
        states = dict(self._fields["state"]._description_selection(self.env))
        day = format_date(self.env, self.answered_on) if self.answered_on else ""
        return UserError(
            self.env._(
                "%(consent)s is answered already: %(state)s %(day)s. Ask anew for more.",
                consent=self.display_name,
                state=states[self.state],
                day=day,
            ).strip()
        )

    def _tell_project(self, text):
        """Note what happened on the project, for us only, and tell who asked."""
        for consent in self:
            body = Markup("%s %s") % (text, consent.answer_note or "")
            consent.project_id.message_post(
                body=body,
                subtype_xmlid="mail.mt_note",
                partner_ids=(consent.asked_by_id.partner_id - self.env.user.partner_id).ids,
            )

    def _get_terms(self):
        return {"consent": self.name, "time": self.project_id._format_pack_time(self.hours)}

    def _on_signoff_answered(self, signoff):
        """Follow the answer; one that comes after the question was settled otherwise changes nothing more."""
        res = super()._on_signoff_answered(signoff)
        for consent in self.filtered(lambda consent: consent.state == "asked"):
            consent.partner_id = signoff.answered_by_id or signoff.partner_id
            if signoff.is_confirmed:
                consent._grant(signoff.answer_note, answered_on=signoff.answered_on)
            else:
                consent._refuse(signoff.answer_note)
        return res

    def _on_signoff_withdrawn(self, signoff):
        """A question that was taken back is not open any more, unless a newer one took its place."""
        res = super()._on_signoff_withdrawn(signoff)
        for consent in self.filtered(lambda consent: consent.state == "asked" and not consent._get_questions()):
            consent.state = "withdrawn"
        return res
