from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProjectAdoptionFigure(models.Model):
    """How much an application is used by the client's people in a period: entered, or imported from a file."""

    _name = "project.adoption.figure"
    _description = "Adoption Figure"
    _inherit = ["project.scope.record.mixin"]
    _order = "project_id, name, date_to desc, id desc"

    name = fields.Char("Application", compute="_compute_name", store=True, readonly=False, precompute=True)
    app_id = fields.Many2one(
        "project.scope.app",
        string="In scope",
        index="btree_not_null",
        ondelete="set null",
        domain="[('project_id', '=', project_id)]",
        help="The application in the scope of the project, if it is one.",
    )
    date_from = fields.Date(
        "From", required=True, default=lambda self: fields.Date.context_today(self) - timedelta(days=30)
    )
    date_to = fields.Date("To", required=True, default=fields.Date.context_today)
    user_count = fields.Integer("Users", aggregator="sum", help="How many people used it in the period.")
    expected_user_count = fields.Integer(
        "Users expected", aggregator="sum", help="How many are to use it in the end; 0: not known."
    )
    record_count = fields.Integer("Records", aggregator="sum", help="How many records they made in the period.")
    source = fields.Char(help="Where the figures come from, say a report of logins: the client reads it.")
    comment = fields.Text(help="What the figures mean, in words for the client.")

    _period_in_order = models.Constraint(
        "CHECK(date_to >= date_from)", "The period ends before it begins: put its days in order."
    )
    _counts_positive = models.Constraint(
        "CHECK(user_count >= 0 AND record_count >= 0 AND expected_user_count >= 0)", "Users and records are 0 or more."
    )
    _once_a_period = models.UniqueIndex(
        "(project_id, lower(name), date_to)", "This application has its figures up to that day already."
    )

    @api.depends("app_id")
    def _compute_name(self):
        for figure in self:
            figure.name = figure.name or figure.app_id.name

    @api.constrains("date_to")
    def _check_not_in_the_future(self):
        today = fields.Date.context_today(self)
        for figure in self:
            if figure.date_to > today:
                raise ValidationError(
                    self.env._("%(app)s: the figures of a period are known once it is over.", app=figure.name)
                )

    @api.constrains("app_id", "project_id")
    def _check_app_of_project(self):
        for figure in self.sudo():
            if figure.app_id and figure.app_id.project_id != figure.project_id:
                raise ValidationError(
                    self.env._(
                        "%(app)s is not in the scope of the project %(project)s.",
                        app=figure.app_id.name,
                        project=figure.project_id.name,
                    )
                )

    @api.model
    def get_import_templates(self):
        return [
            {
                "label": self.env._("Import Template for Adoption Figures"),
                "template": "/project_lifecycle/static/import/adoption_figures.csv",
            }
        ]
