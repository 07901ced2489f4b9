from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

HELP = "project_lifecycle.mail_activity_type_ticket_help"


class HelpdeskTicket(models.Model):
    """A ticket belongs to a project, and tells precisely what is wrong (S2.133)."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket", "project.ticket.mixin"]

    project_id = fields.Many2one(index="btree_not_null")
    task_id = fields.Many2one(index="btree_not_null")
    # agents see a summary of projects, not the projects
    summary_id = fields.Many2one(
        "project.ticket.summary",
        string="Project of the client",
        compute="_compute_summary_id",
        inverse="_inverse_summary_id",
        search="_search_summary_id",
        groups="base.group_user",
    )
    # open to the client as well, whose rule asks for it
    is_security = fields.Boolean(
        related="team_id.is_security", store=True, related_sudo=True, string="Security question"
    )
    application = fields.Char(help="The application in which it happens.")
    steps = fields.Text(help="What was done, step by step, until it happened.")
    expected = fields.Text(help="What should have happened.")
    seen = fields.Text(help="What happened instead, with the words of the message.")

    # === COMPUTE METHODS === #

    @api.depends("project_id")
    def _compute_summary_id(self):
        for ticket in self:
            # the summary has the id of its project
            ticket.summary_id = ticket._get_project().id

    def _inverse_summary_id(self):
        for ticket in self:
            ticket.check_access("write")
            # agents may not read projects; which ones they may choose, their summaries say
            ticket.sudo().project_id = ticket.summary_id.id

    def _search_summary_id(self, operator, value):
        return [("project_id", operator, value)]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Create tickets; those of a project that name no team go to the support team of the project or company."""
        for vals in vals_list:
            if vals.get("project_id") and not vals.get("team_id"):
                team = self.env["project.project"].browse(vals["project_id"]).sudo()._get_helpdesk_team()
                if team:
                    vals["team_id"] = team.id
        return super().create(vals_list)

    def write(self, vals):
        """Change tickets; whoever may not read a security question follows it no longer."""
        res = super().write(vals)
        if "team_id" in vals:
            self.sudo()._keep_security_apart()
        return res

    # === ACTIONS === #

    def action_security(self):
        """Hand a security question to the team that alone reads it, and tell the client (S2.133a).

        :raises UserError: if the company has no such team
        """
        for ticket in self:
            ticket.check_access("write")
            team = ticket.company_id.sudo().helpdesk_security_team_id
            if not team:
                raise UserError(
                    self.env._(
                        "%(company)s has no team for security questions: an administrator chooses it in the settings.",
                        company=ticket.company_id.name,
                    )
                )
            # once it is there, the agent may not read it any more
            ticket = ticket.sudo()
            ticket.write({"team_id": team.id, "user_id": False})
            ticket.message_post(body=ticket._get_security_notice(), subtype_xmlid="mail.mt_comment")
        return self.env["ir.actions.act_window"]._for_xml_id("helpdesk_mgmt.helpdesk_ticket_action_opened")

    # === BUSINESS METHODS === #

    @api.model
    def _get_open_ticket_domain(self):
        return Domain("closed", "=", False)

    @api.model
    def _get_ticket_action(self, project):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("helpdesk_mgmt_project.ticket_action_from_project"),
            "domain": [("project_id", "=", project.id)],
            "context": {"default_project_id": project.id, "search_default_open": True},
        }

    def _get_task_title(self):
        """Return the name of the task: everybody on the project reads it, so it says nothing of security questions."""
        if self.sudo().is_security:
            return self.env._("Ticket %(number)s", number=self.number)
        return self.display_name

    def _get_help_hint(self):
        if not self.sudo().is_security:
            return super()._get_help_hint()
        return self.env._(
            "A security question: what you write here stays on the ticket. The consultant is asked to talk to you."
        )

    def _ask_consultant(self, question, users=None):
        """Ask the consultant; of a security question the project learns nothing: what is asked stays on the ticket."""
        if not self.sudo().is_security:
            return super()._ask_consultant(question, users)
        # as a comment: people outside read notifications of what they see, notes or not
        self.message_post(body=question, message_type="comment", subtype_xmlid="mail.mt_note")
        return super()._ask_consultant(self._get_help_note(), users)

    def _get_help_note(self):
        return self.env._("A security question: %(user)s tells you what it is about.", user=self.env.user.name)

    def _get_security_notice(self):
        """Return what the client is told of the way of a security question, in the client's language."""
        told = self.with_context(lang=self.partner_id.lang or self.env.lang)
        return told.env._(
            "This is a security question: it goes to the team %(team)s, which alone reads it, your messages and files"
            " included. Please write about it here only.",
            team=told.team_id.name,
        )

    def _keep_security_apart(self):
        """Take everybody of ours who may not read them off security questions, and out of the title of their task."""
        for ticket in self.filtered("is_security"):
            ours = ticket.message_partner_ids.filtered(lambda partner: not partner.partner_share)
            ticket.message_unsubscribe((ours - ticket.team_id.user_ids.partner_id).ids)
            ticket.activity_ids.filtered(lambda it, team=ticket.team_id: it.user_id not in team.user_ids).unlink()
            if ticket.task_id and ticket.task_id.needs_consent:
                title = ticket._get_task_title()
                ticket.task_id.name = title
                asked = ticket.task_id.activity_ids.filtered(lambda it: it.activity_type_id == self.env.ref(HELP))
                asked.write({"summary": title, "note": ticket._get_help_note()})

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Put what comes by mail onto the project of its client, if there is only one it can be."""
        ticket = super().message_new(msg_dict, custom_values)
        if ticket.partner_id and not ticket.project_id:
            ticket.project_id = ticket.sudo()._get_only_project()
        return ticket

    def _get_only_project(self):
        """Return the project with a lifecycle of the client of this ticket, if it has exactly one that is going on.

        :rtype: project.project
        """
        projects = self.env["project.project"].search(
            [
                ("lifecycle_id", "!=", False),
                ("is_template", "=", False),
                ("stage_id.purpose", "!=", "closed"),
                ("partner_id", "child_of", self.commercial_partner_id.id),
            ],
            limit=2,
        )
        return projects if len(projects) == 1 else projects.browse()

    def _reopen_from_portal(self, reason, author):
        """Open a ticket again that the client finds not solved.

        :param str reason: what is still wrong
        :param res.partner author: who says so
        :raises UserError: if it is open, or no stage is there to open it in
        """
        self.ensure_one()
        if not self.closed:
            raise UserError(self.env._("%(ticket)s is open.", ticket=self.display_name))
        stage = self.team_id._get_applicable_stages().filtered(lambda stage: not stage.closed)[:1]
        if not stage:
            raise UserError(
                self.env._("%(ticket)s cannot be opened again: write a new one.", ticket=self.display_name)
            )
        self.write({"stage_id": stage.id, "closed_date": False})
        if reason:
            self.message_post(
                body=reason,
                author_id=author.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
