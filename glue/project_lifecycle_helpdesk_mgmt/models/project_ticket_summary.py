from odoo import fields, models
from odoo.tools import SQL


class ProjectTicketSummary(models.Model):
    """What support agents see of the projects whose clients write tickets, and nothing else of them."""

    _name = "project.ticket.summary"
    _description = "Project as Support Sees It"
    _auto = False
    _order = "name, id"
    _depends = {
        "helpdesk.ticket": ["project_id", "partner_id", "commercial_partner_id", "active"],
        "project.project": ["name", "partner_id", "company_id", "lifecycle_id", "is_template", "active", "user_id"],
        "res.partner": ["commercial_partner_id"],
    }

    name = fields.Char("Project", readonly=True, translate=True)
    active = fields.Boolean(readonly=True)
    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", string="Company of the client", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", string="Consultant", readonly=True)
    stage_name = fields.Char("Stage", compute="_compute_project", compute_sudo=True)
    spoc_id = fields.Many2one("res.partner", string="SPOC", compute="_compute_project", compute_sudo=True)
    pack_remaining_hours = fields.Float("Left in packs", compute="_compute_project", compute_sudo=True)
    ticket_count = fields.Integer("Tickets", compute="_compute_project", compute_sudo=True)
    open_ticket_count = fields.Integer("Open tickets", compute="_compute_project", compute_sudo=True)
    support_month_count = fields.Integer("Tickets this month", compute="_compute_project", compute_sudo=True)
    support_trend = fields.Selection(
        [("none", "No tickets"), ("rising", "Rising"), ("steady", "Steady"), ("falling", "Falling")],
        string="Trend",
        compute="_compute_project",
        compute_sudo=True,
    )
    knowledge = fields.Html(
        "Knowledge package",
        compute="_compute_knowledge",
        compute_sudo=True,
        sanitize=False,
        export_string_translation=False,
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT project.id, project.name, project.active, project.partner_id, partner.commercial_partner_id,
                   project.company_id, project.user_id
              FROM project_project project
              LEFT JOIN res_partner partner ON partner.id = project.partner_id
             WHERE project.lifecycle_id IS NOT NULL
               AND project.is_template IS NOT TRUE
               AND EXISTS (
                       SELECT FROM helpdesk_ticket ticket
                        WHERE ticket.project_id = project.id
                           OR ticket.commercial_partner_id = partner.commercial_partner_id
                   )
            """
        )

    # the summary has the id of its project
    def _get_projects(self):
        return self.env["project.project"].browse(self.ids)

    def _compute_project(self):
        for summary, project in zip(self, self._get_projects(), strict=True):
            summary.stage_name = project.stage_id.name
            summary.spoc_id = project.spoc_id
            summary.pack_remaining_hours = project.pack_remaining_hours
            summary.ticket_count = project.support_ticket_count
            summary.open_ticket_count = project.support_open_ticket_count
            summary.support_month_count = project.support_month_count
            summary.support_trend = project.support_trend

    def _compute_knowledge(self):
        for summary, project in zip(self, self._get_projects(), strict=True):
            summary.knowledge = project._get_support_knowledge() or False

    def action_view_tickets(self):
        """Open the tickets of the project that the agent may read."""
        self.ensure_one()
        return self.env["helpdesk.ticket"]._get_ticket_action(self._get_projects())
