from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .project_portal_invite_mixin import SHARED

# what the visibility of a project is while its client side is closed, and once it is open
CLOSED = {"portal": "employees", "invited_users": "followers"}
OPENED = {internal: shared for shared, internal in CLOSED.items()}


class ProjectClientAccessMixin(models.AbstractModel):
    """Who of the client sees the client's side of a project, and from when on (asks 15, 25).

    It opens at the gate of the kick-off. Then its SPOC sees it, and the people chosen on the page *People*; other
    colleagues only if the project lets them. The rules of ``project_client_access_security.xml`` say the same.
    """

    _name = "project.client.access.mixin"
    _description = "The Client's Access to a Project"

    client_colleagues_read = fields.Boolean(
        "Colleagues of the SPOC read along",
        copy=False,
        groups="base.group_user",
        help="Whoever of the client has a login reads the client's side of the project, as in a project without a"
        " lifecycle. Otherwise only the SPOC and the people chosen on the page People do.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Keep the client's side closed until the kick-off is over.

        :raises UserError: naming the first project that would be open before
        """
        if vals.get("privacy_visibility") in SHARED:
            early = self._get_waiting_for_kickoff()
            if early:
                raise UserError(
                    self.env._(
                        "%(project)s: the client sees the project once the gate of its kick-off is passed, not before."
                        " Keep it visible to internal users until then.",
                        project=early[0].name,
                    )
                )
        return super().write(vals)

    @api.model
    def _prepare_client_side(self, vals_list):
        """Hide new projects from their clients that start before their kick-off is over.

        :param list vals_list: values of new projects, those of a lifecycle with their stage
        """
        default = self.default_get(["privacy_visibility"]).get("privacy_visibility")
        for vals in vals_list:
            visibility = vals.get("privacy_visibility") or default
            if visibility not in CLOSED or not vals.get("lifecycle_id") or vals.get("is_template"):
                continue
            lifecycle = self.env["project.lifecycle"].browse(vals["lifecycle_id"])
            if vals["stage_id"] in lifecycle._get_stages_before_client().ids:
                vals["privacy_visibility"] = CLOSED[visibility]

    def _follow_lifecycle(self, before):
        super()._follow_lifecycle(before)
        projects = self.filtered(lambda project: project.lifecycle_id and not project.is_template)
        decision = self._get_gate_move().decision
        if projects and decision:
            opened = projects._get_past_its_kickoff(before) if decision != "brought_in" else self.browse()
            opened._open_client_side()
            (projects - opened)._close_client_side()

    # === ACTIONS === #

    def action_let_colleagues_read(self):
        """Let the SPOC's colleagues read the client's side of this project, or let them no more.

        :raises AccessError: if the current user is not the consultant of the project
        """
        self.ensure_one()
        self._check_lifecycle_consultant()
        # project users may not write projects: who may was checked on the line above
        project = self.sudo()
        project.client_colleagues_read = not project.client_colleagues_read

    def action_open_client_page(self):
        """Open the page as the client sees it."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self._get_client_url(), "target": "new"}

    # === BUSINESS METHODS === #

    def _is_client_side_open(self):
        """Tell whether people of the client may see this project at all.

        :rtype: bool
        """
        self.ensure_one()
        return self.sudo().privacy_visibility in SHARED

    def _get_waiting_for_kickoff(self):
        """Return those of these projects whose client does not see them yet: their kick-off was never over.

        :rtype: project.project
        """
        waiting = self.browse()
        for project in self.sudo():
            followed = project.lifecycle_id and not project.is_template
            if followed and project.stage_id in project.lifecycle_id._get_stages_before_client():
                waiting |= project
        if waiting:
            decisions = self.env["project.gate.decision"].sudo().search([("project_id", "in", waiting.ids)])
            for decision in decisions:
                project = decision.project_id
                reached = decision.to_stage_id
                if reached.lifecycle_id == project.lifecycle_id:
                    waiting -= project if reached not in reached.lifecycle_id._get_stages_before_client() else waiting[:0]
        return waiting.sudo(self.env.su)

    def _get_past_its_kickoff(self, before):
        """Return those of these projects that have just passed the gate of their kick-off.

        :param dict before: for each project its lifecycle and stage before; projects that are new are not in it
        :rtype: project.project
        """
        passed = self.browse()
        for project in self:
            lifecycle, stage = before.get(project, (None, None))
            hidden = project.lifecycle_id._get_stages_before_client()
            if lifecycle == project.lifecycle_id and stage in hidden and project.sudo().stage_id not in hidden:
                passed |= project
        return passed

    def _open_client_side(self):
        """Show projects to their clients, and let the SPOCs follow them; whoever passed the gate has decided it."""
        for project in self.sudo():
            if project.privacy_visibility in OPENED:
                project.privacy_visibility = OPENED[project.privacy_visibility]
            if project.spoc_id:
                project.message_subscribe(partner_ids=project.spoc_id.ids)

    def _close_client_side(self):
        """Hide projects from their clients that were not past their kick-off yet, nor ever before."""
        for project in self._get_waiting_for_kickoff().sudo():
            if project.privacy_visibility in CLOSED:
                project.privacy_visibility = CLOSED[project.privacy_visibility]

    def _portal_ensure_token(self):
        """Make no token for projects that have a lifecycle: the client logs in, and no link is passed on."""
        return (self.access_token or "") if self.lifecycle_id else super()._portal_ensure_token()

    @api.model
    def _get_thread_with_access(self, thread_id, *, hash=None, pid=None, token=None, **kwargs):
        # nor does a link to what was said open a project that has a lifecycle
        if (hash or token) and self.browse(thread_id).sudo().exists().lifecycle_id:
            hash = pid = token = None
        return super()._get_thread_with_access(thread_id, hash=hash, pid=pid, token=token, **kwargs)

    def _get_client_access(self):
        """Return what the current user may do on the client's side of this project.

        :return: ``full`` for its SPOC; ``read`` for chosen people, for colleagues whom the project lets in, and for
            project users who look at what the client sees; None for everybody else
        :rtype: str | None
        """
        self.ensure_one()
        return self._get_client_accesses().get(self.id)

    def _get_client_accesses(self):
        """Return for the id of each of these projects what the current user may do, see ``_get_client_access``.

        Projects that the user does not see are left out. A constant number of queries.

        :rtype: dict[int, str]
        """
        user = self.env.user
        if not user.share and not user.has_group("project.group_project_user"):
            return {}
        followed = self.sudo().filtered(lambda project: project.lifecycle_id and not project.is_template)
        seen = followed.sudo(False)._filtered_access("read").sudo()
        if not user.share:
            return dict.fromkeys(seen.ids, "read")
        me = user.partner_id
        return {project.id: "full" if project.spoc_id == me else "read" for project in seen}

    def _check_client_access(self, confirm=False):
        """Check that the current user may read the client's side of these projects.

        :param bool confirm: whether the user is about to answer or to confirm, which is the SPOC's alone
        :raises AccessError: naming no project, for whoever may not read it shall not know it either
        """
        accesses = self._get_client_accesses()
        for project in self:
            access = accesses.get(project.id)
            if not access:
                raise AccessError(self.env._("You have no access to this project."))
            if confirm and access != "full":
                raise AccessError(self.env._("Only the contact for the project answers and confirms."))

    def _is_read_by(self, partner):
        """Tell whether a contact of the client reads the client's side of this project, with or without a login.

        :param res.partner partner: the person
        :rtype: bool
        """
        self.ensure_one()
        project = self.sudo()
        if project.privacy_visibility not in SHARED:
            return False
        chosen = project.stakeholder_ids.filtered(
            lambda person: person.side == "client" and person.reads_client_side and person._is_current()
        )
        if partner in project.spoc_id | chosen.partner_id | project.collaborator_ids.partner_id:
            return True
        customer = project.partner_id.commercial_partner_id
        return bool(project.client_colleagues_read and customer and partner.commercial_partner_id == customer)
