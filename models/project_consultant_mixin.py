from odoo import api, fields, models
from odoo.exceptions import AccessError


class ProjectConsultantMixin(models.AbstractModel):
    """Who runs a project with a lifecycle: its manager, the leads named on it, and project administrators."""

    _name = "project.consultant.mixin"
    _description = "Consultants of a Project"

    is_lifecycle_consultant = fields.Boolean(
        compute="_compute_is_lifecycle_consultant", groups="base.group_user", export_string_translation=False
    )
    can_move_stage = fields.Boolean(
        compute="_compute_is_lifecycle_consultant", groups="base.group_user", export_string_translation=False
    )

    @api.depends("user_id", "lifecycle_id", "stakeholder_ids.is_lead", "stakeholder_ids.date_to")
    @api.depends_context("uid")
    def _compute_is_lifecycle_consultant(self):
        may_write = self.browse().has_access("write")
        for project in self:
            project.is_lifecycle_consultant = project._is_lifecycle_consultant()
            project.can_move_stage = may_write or bool(project.lifecycle_id and project.is_lifecycle_consultant)

    def _is_lifecycle_consultant(self):
        """Tell whether the current user moves this project: its manager, a named lead, or a project administrator.

        :rtype: bool
        """
        self.ensure_one()
        user = self.env.user
        if user.has_group("project.group_project_manager"):
            return True
        return user.has_group("project.group_project_user") and user in self.sudo()._get_lifecycle_leads()

    def _get_lifecycle_leads(self):
        """Return the users who lead the project on our side: override to add some.

        :rtype: res.users
        """
        return self.user_id | self._get_named_leads()

    def _check_lifecycle_consultant(self):
        """Check that the current user may move these projects and answer their checklists.

        :raises AccessError: naming the first project that is not the user's
        """
        self.check_access("read")
        for project in self:
            if not project._is_lifecycle_consultant():
                raise AccessError(
                    self.env._(
                        "Only the consultant of the project %(project)s or a project administrator may do this.",
                        project=project.name,
                    )
                )
