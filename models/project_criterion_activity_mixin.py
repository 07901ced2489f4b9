from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError


class ProjectCriterionActivityMixin(models.AbstractModel):
    """What is to be done about a criterion, and by when: Odoo's activities, without a chatter for each criterion.

    Activities call methods of ``mail.thread`` on their records; those below hand over to the project.
    """

    _name = "project.criterion.activity.mixin"
    _inherit = ["mail.activity.mixin"]
    _description = "Activities of a Criterion"

    @api.private
    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Let whoever is assigned follow a project that only its followers see.

        :param list partner_ids: ids of the partners of assigned users
        :raises UserError: if somebody is assigned who is not allowed to see the criterion
        """
        # who may plan activities on a criterion answers for the project, but may not write it
        closed = self.project_id.sudo().filtered(lambda it: it.privacy_visibility not in ("employees", "portal"))
        if closed and partner_ids:
            closed.message_subscribe(partner_ids, subtype_ids)
        for user in self.env["res.partner"].sudo().browse(partner_ids or []).user_ids:
            if not self.with_user(user).sudo(False).has_access("read"):
                raise UserError(
                    self.env._(
                        "%(user)s does not see the criteria of %(project)s. Assign somebody who does.",
                        user=user.name,
                        project=", ".join(self.project_id.sudo().mapped("name")),
                    )
                )
        return True

    @api.private
    def message_notify(self, **kwargs):
        """Tell whoever is assigned, with a link to the project."""
        return self.project_id.message_notify(**kwargs)

    @api.private
    def message_post_with_source(self, source_ref, render_values=None, **kwargs):
        """Note on the project, for us only, that an activity was done."""
        self.ensure_one()
        body = self.env["ir.qweb"]._render(source_ref, render_values or {}, minimal_qcontext=True)
        return self.project_id.message_post(body=Markup("<p>%s</p>%s") % (self.name, body), is_internal=True, **kwargs)

    def _close_activities(self, done=False):
        """Close what is planned about these criteria: nobody needs to do it any more.

        :param bool done: keep it as done, instead of removing it
        """
        if not self.ids:
            return
        # also what is assigned to others; what is removed is removed with what was done before
        activities = (
            self.env["mail.activity"]
            .sudo()
            .with_context(active_test=done)
            .search([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        )
        if done:
            activities.action_archive()
        else:
            activities.unlink()
