from datetime import date

from odoo import models
from odoo.fields import Domain

from .project_phase_mixin import CLIENT_POINT_KINDS

ANSWERED_BY_HAND = ("manual", "evidence")


class ProjectClientNeedMixin(models.AbstractModel):
    """What waits for the client on its page: *what we need from you*.

    A feature adds what waits for the client by a code in ``_get_client_need_codes`` and a method
    ``_client_needs_<code>``. It runs with the superuser's rights on projects whose access was checked, for the current
    user, in the language of the context: it returns what a client may read.
    """

    _name = "project.client.need.mixin"
    _description = "What Waits for the Client"

    def _get_client_needs(self):
        """Return what waits for the current user on the client's side of this project, the most urgent first.

        Project users of ours see what waits for the SPOC.

        :return: dicts of ``title``, ``url``, ``deadline`` (a date or False), ``kind``; with ``template``, the id of a
            template that is rendered in place with ``need``
        :rtype: list[dict]
        """
        self.ensure_one()
        return self._get_client_needs_by_project().get(self.id, [])

    def _get_client_needs_by_project(self):
        """Return ``_get_client_needs`` for the id of each of these projects, in a constant number of queries.

        :rtype: dict[int, list]
        """
        return self.browse(self._get_client_accesses()).sudo()._collect_client_needs()

    def _collect_client_needs(self):
        needs = {project.id: [] for project in self}
        if self:
            for code in self._get_client_need_codes():
                for project_id, rows in getattr(self, f"_client_needs_{code}")().items():
                    needs[project_id] += rows
        return {
            project_id: sorted(rows, key=lambda need: need["deadline"] or date.max)
            for project_id, rows in needs.items()
        }

    def _get_client_need_codes(self):
        """Return the codes of what may wait for the client: extend it, with ``_client_needs_<code>``, which is called
        on many projects at once and returns a list of dicts for the id of each project.

        :rtype: list[str]
        """
        return ["signoffs", "criteria", "points"]

    def _get_answered_by_user(self):
        """Return those of these projects on which the current user answers, or looks at what the SPOC answers."""
        user = self.env.user
        return self.filtered(lambda project: not user.share or project.spoc_id == user.partner_id)

    def _client_needs_signoffs(self):
        """Sign-offs that wait for the current user, who need not be the SPOC."""
        user = self.env.user
        asked = [("partner_id", "=", user.partner_id.id)] if user.share else []
        signoffs = self.env["project.signoff"].search([("project_id", "in", self.ids), ("state", "=", "sent"), *asked])
        return {
            project.id: [
                {
                    "kind": "signoff",
                    "title": self.env._("To confirm: %(name)s", name=signoff.name),
                    "url": signoff._get_client_url(),
                    "deadline": signoff.deadline,
                }
                for signoff in found
            ]
            for project, found in signoffs.grouped("project_id").items()
        }

    def _client_needs_criteria(self):
        """Criteria addressed to the client, of the present stage, that somebody has to answer or prove."""
        items = self.env["project.checklist.item"].search(
            [
                *self._get_client_criteria_domain(),
                ("state", "=", "open"),
                ("project_id", "in", self._get_answered_by_user().ids),
            ]
        )
        return {
            project.id: [item._prepare_client_need() for item in found]
            for project, found in items.grouped("project_id").items()
        }

    def _get_client_criteria_domain(self):
        """Return which criteria the client answers: its own, visible to it, and not worked out by Odoo.

        :rtype: Domain
        """
        return (
            Domain("exit_id", "=", False)
            & Domain("step_id.state", "=", "current")
            & Domain("responsible", "=", "client")
            & Domain("client_visible", "=", True)
            & Domain("kind", "in", ANSWERED_BY_HAND)
            # what the client does not agree with waits for us
            & Domain("agreement", "!=", "not_agreed")
        )

    def _client_needs_points(self):
        """Open points that somebody of the client answers."""
        points = self.env["project.open.point"].search(
            [
                ("project_id", "in", self._get_answered_by_user().ids),
                ("state", "=", "open"),
                ("partner_id", "!=", False),
                ("kind", "in", CLIENT_POINT_KINDS),
            ]
        )
        return {
            project.id: [point._prepare_client_need() for point in found]
            for project, found in points.grouped("project_id").items()
        }
