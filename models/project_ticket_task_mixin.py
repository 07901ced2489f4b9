from odoo import api, fields, models
from odoo.exceptions import UserError


class ProjectTicketTaskMixin(models.AbstractModel):
    """The task made for a ticket: time is logged and ordered on it, and the consultant is asked for help.

    Part of ``project.ticket.mixin``, which knows the fields of the helpdesk.
    """

    _name = "project.ticket.task.mixin"
    _description = "Ticket with a Task of a Project"

    @api.model
    def _check_task_own(self, vals_list):
        """Check that the user may work on the tasks that are linked: time on planned ones is deducted at once.

        :raises AccessError: if the user may not write one of them
        """
        ids = {vals[self._ticket_task_field] for vals in vals_list if vals.get(self._ticket_task_field)}
        if ids and not self.env.su:
            tasks = self.env["project.task"].browse(ids)
            tasks.sudo().filtered("project_id.lifecycle_id").sudo(False).check_access("write")

    def _get_or_create_task(self):
        """Return the task of the ticket, as superuser; made when it is not there yet, so that time has its place.

        :rtype: project.task
        """
        self.ensure_one()
        self._check_has_project()
        # agents may neither read nor write tasks: the ticket is theirs, checked on the line above
        ticket = self.sudo()
        if not ticket[self._ticket_task_field]:
            ticket.lock_for_update()
            ticket[self._ticket_task_field] = self.env["project.task"].sudo().create(ticket._prepare_task_values())
        return ticket[self._ticket_task_field]

    def _prepare_task_values(self):
        """Return the values of the task made for the ticket.

        :rtype: dict
        """
        project = self._get_project()
        return {
            "name": self._get_task_title(),
            "project_id": project.id,
            "partner_id": self[self._ticket_partner_field].id or project.partner_id.id,
            # nobody works on it unless asked
            "user_ids": [],
            "needs_consent": True,
        }

    def _ask_consultant(self, question, users=None):
        """Ask the consultant of the project for help: an activity on the task of the ticket.

        :param str question: what support needs to know
        :return: the task
        :raises UserError: if the project has no consultant
        """
        self.ensure_one()
        task, project = self._get_or_create_task(), self._get_project()
        consultant = users or project.user_id.filtered(lambda user: user.active and not user.share)
        if not consultant:
            raise UserError(
                self.env._("%(project)s has no consultant: its administrator names one.", project=project.name)
            )
        if not self.sudo().consultant_asked_on:
            self.sudo().write(
                {"consultant_asked_on": fields.Datetime.now(), "consultant_asked_by_id": self.env.user.id}
            )
        for user in consultant:
            task.with_context(lang=user.lang or self.env.lang).activity_schedule(
                "project_lifecycle.mail_activity_type_ticket_help",
                user_id=user.id,
                summary=self.env._("Help with %(ticket)s", ticket=self._get_task_title()),
                note=question,
            )
        return task

    def _log_time(self, hours, description, date):
        """Log time of the current user on the task of the ticket.

        :param float hours: more than 0
        :rtype: account.analytic.line
        :raises UserError: if the user has no employee, or the project takes no time
        """
        self.ensure_one()
        task = self._get_or_create_task()
        user = self.env.user
        employee = user.sudo().with_company(task.company_id or self.env.company).employee_id
        if not employee:
            raise UserError(
                self.env._(
                    "%(user)s is no employee: time is logged by employees. Ask an administrator to create one.",
                    user=user.name,
                )
            )
        values = {"name": description, "unit_amount": hours, "date": date, "employee_id": employee.id}
        values.update(task_id=task.id, project_id=task.project_id.id)
        # agents have no rights on time: the ticket is theirs, and the employee is their own
        return self.env["account.analytic.line"].sudo().create(values)

    def _order_time(self, hours):
        """Let the SPOC order time for one ticket: what is logged on it is deducted at once, up to these hours.

        :param float hours: more than 0
        :rtype: project.pack.consent
        :raises AccessError: if the current user may not read the ticket, or is not the SPOC of its project
        :raises UserError: if it belongs to no project
        """
        self.ensure_one()
        self.check_access("read")
        project = self.sudo()._get_project()
        project.sudo(False)._check_client_access(confirm=True)
        # the client writes neither tickets nor tasks: who orders was checked on the lines above
        task = self.sudo()._get_or_create_task()
        return self.env["project.pack.consent"]._place_order(project, self.sudo()._get_task_title(), hours, task)
