from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError


class ProjectSigningMixin(models.AbstractModel):
    """What the client of a project is asked to confirm; the project itself may be what is confirmed."""

    _name = "project.signing.mixin"
    _inherit = ["project.signoff.target.mixin"]
    _description = "Sign-offs of a Project"

    signoff_ids = fields.One2many(
        "project.signoff", "project_id", string="Sign-offs", groups="project.group_project_user"
    )
    signoff_count = fields.Integer(
        "Sign-offs waiting", compute="_compute_signoff_count", groups="project.group_project_user"
    )

    def _compute_signoff_count(self):
        waiting = self.env["project.signoff"]._read_group(
            [("project_id", "in", self.ids), ("state", "=", "sent")], ["project_id"], ["__count"]
        )
        counts = {project.id: count for project, count in waiting}
        for project in self:
            project.signoff_count = counts.get(project.id, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed_off(self):
        """Refuse to delete projects whose client was asked something; drafts go along.

        :raises UserError: naming the projects
        """
        signoffs = self.env["project.signoff"].sudo().search([("project_id", "in", self.ids)])
        sent = signoffs.filtered(lambda signoff: signoff.state != "draft").project_id
        if sent:
            raise UserError(
                self.env._(
                    "The clients of these projects were asked to confirm something: %(projects)s. Archive them instead"
                    " of deleting them.",
                    projects=", ".join(sent[:5].mapped("name")),
                )
            )
        signoffs.unlink()

    # === ACTIONS === #

    def action_request_signoff(self):
        """Open the dialog in which the consultant asks the client to confirm something.

        The context may name the kind: ``signoff_kind_id``.

        :raises AccessError: if the current user is not the consultant of the project
        """
        self.ensure_one()
        self._check_lifecycle_consultant()
        context = {"default_project_id": self.id}
        if self.env.context.get("signoff_kind_id"):
            context["default_kind_id"] = self.env.context["signoff_kind_id"]
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_signoff_request_action"),
            "context": context,
        }

    def action_view_signoffs(self):
        """Open all sign-offs of the project."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_signoff_action"),
            "domain": [("project_id", "=", self.id)],
            "context": {},
        }

    # === WHAT IS CONFIRMED === #

    def _get_signoff_live_codes(self):
        return super()._get_signoff_live_codes() | {"methodology", "kickoff_conclusion"}

    def _get_waiting_signoffs(self, partner):
        """Return what waits for the answer of somebody of the client, the nearest deadline first.

        :param res.partner partner: who is asked
        :return: with the superuser's rights; ``_get_client_url()`` says where each is answered
        :rtype: project.signoff
        """
        waiting = [("project_id", "in", self.ids), ("partner_id", "=", partner.id), ("state", "=", "sent")]
        return self.env["project.signoff"].sudo().search(waiting, order="deadline, id")

    def _get_signoff_target(self, kind):
        """Return the record that a sign-off of a kind confirms if nothing else is named.

        A model of its own is named by a method ``_signoff_target_<code>``, which may return nothing.

        :param project.signoff.kind kind: what is asked
        """
        self.ensure_one()
        method = getattr(self, f"_signoff_target_{kind.code}", None)
        return (method and method()) or self

    def _signoff_target_spoc_duties(self):
        return self._get_spoc_line()

    def _signoff_content_methodology(self):
        """The points to which the client is asked to agree, section by section (S2.40)."""
        items = self._get_methodology_items()
        if not items:
            return ""
        sections = items.sorted(lambda item: (item.sequence, item.id)).grouped(lambda item: item.section or "")
        return self.env["ir.qweb"]._render(
            "project_lifecycle.signoff_content_methodology",
            {"sections": [(name, points.mapped("name")) for name, points in sections.items()]},
            minimal_qcontext=True,
        )

    def _get_methodology_items(self):
        """Return the points of the kick-off that need the client's agreement, those left out excepted."""
        step = self.sudo()._get_kickoff_steps().get(self.id)
        items = step.item_ids if step else self.env["project.checklist.item"].sudo()
        return items.filtered(
            lambda item: item.needs_agreement and item.client_visible and item.state in ("open", "met")
        )

    def _signoff_content_kickoff_conclusion(self):
        """What the minutes of the kick-off say: they are made of words for the client."""
        blocks = self._get_kickoff_minutes()
        if not blocks:
            return ""
        return self.env["ir.qweb"]._render(
            "project_lifecycle.signoff_content_minutes", {"blocks": blocks}, minimal_qcontext=True
        )

    def _get_signoff_facts(self, kind):
        facts = super()._get_signoff_facts(kind)
        if kind.code == "methodology":
            facts["item_ids"] = self._get_methodology_items().ids
        return facts

    # === WHAT FOLLOWS === #

    def _follow_signers(self):
        """Withdraw what waits for people who do not speak for the client any more; a draft waits for the new SPOC."""
        # the people were changed by somebody who may, what follows from it is nobody's to choose
        waiting = self.env["project.signoff"].sudo()
        waiting = waiting.search([("project_id", "in", self.ids), ("state", "=", "sent")])
        waiting._withdraw_orphans()

    def _on_signoff_answered(self, signoff):
        res = super()._on_signoff_answered(signoff)
        if signoff.kind_id.code == "methodology" and signoff.state == "confirmed":
            self._agree_by_signoff(signoff)
        return res

    def _agree_by_signoff(self, signoff):
        """Record that the client agrees with each point it confirmed; what it said of one before stays."""
        shown = self.env["project.checklist.item"].with_user(SUPERUSER_ID).browse(signoff.facts.get("item_ids", []))
        today = fields.Date.context_today(self)
        for item in shown.exists().filtered(lambda it: not it.agreement and not it.step_id._is_decided()):
            item.write(
                {
                    "explained_on": item.explained_on or today,
                    "agreement": "agreed",
                    "agreed_by_id": signoff.answered_by_id.id,
                }
            )
