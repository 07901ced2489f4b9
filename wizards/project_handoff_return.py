from odoo import api, fields, models
from odoo.exceptions import UserError


class ProjectHandoffReturn(models.TransientModel):
    """The way back from support to an active stage (S2.135)."""

    _name = "project.handoff.return"
    _description = "Back to Active"

    project_id = fields.Many2one("project.project", required=True, readonly=True, ondelete="cascade")
    handoff_id = fields.Many2one("project.handoff", string="Hand-off", compute="_compute_handoff_id")
    lifecycle_id = fields.Many2one(related="project_id.lifecycle_id", related_sudo=False)
    way = fields.Selection(
        [("left", "Back to the stage that was left"), ("phase", "A new phase")], required=True, default="left"
    )
    left_stage_id = fields.Many2one("project.project.stage", string="Goes back to", compute="_compute_handoff_id")
    delivery_stage_id = fields.Many2one(
        "project.project.stage",
        string="Begins in",
        compute="_compute_delivery_stage_id",
        store=True,
        readonly=False,
        domain="[('lifecycle_id', '=', lifecycle_id), ('purpose', '=', 'delivery')]",
    )
    phase_name = fields.Char("Phase", help="What the new phase is called; empty: none is added to the phases.")
    reason = fields.Text(required=True, help="Kept with the decision for good.")
    consultant_id = fields.Many2one(
        "res.users",
        compute="_compute_consultant_id",
        store=True,
        readonly=False,
        domain=[("share", "=", False)],
        help="Who leads the project from now on: the same consultant as before, or another one.",
    )

    @api.depends("project_id")
    def _compute_handoff_id(self):
        for wizard in self:
            project = wizard.project_id
            handoff = self.env["project.handoff"].search(
                [("project_id", "=", project.id), ("state", "=", "confirmed")], limit=1
            )
            wizard.handoff_id = handoff
            wizard.left_stage_id = handoff.from_stage_id if handoff else project._get_stage_before_support()

    @api.depends("project_id")
    def _compute_delivery_stage_id(self):
        for wizard in self:
            order = wizard.project_id._get_stage_order() if wizard.project_id else []
            stages = self.env["project.project.stage"].browse(order)
            wizard.delivery_stage_id = stages.filtered(lambda stage: stage.purpose == "delivery" and stage.active)[:1]

    @api.depends("project_id")
    def _compute_consultant_id(self):
        for wizard in self:
            wizard.consultant_id = wizard.project_id.user_id

    def action_return(self):
        """Take the project back to an active stage, with the same or another consultant.

        :raises AccessError: if the user is not the consultant of the project
        :raises UserError: if it is not in support, or there is no stage to go to
        """
        self.ensure_one()
        project = self.project_id
        project._check_lifecycle_consultant()
        if project.sudo().stage_id.purpose != "support":
            raise UserError(self.env._("%(project)s is not in support.", project=project.name))
        stage = self.delivery_stage_id if self.way == "phase" else self.left_stage_id
        if not stage:
            raise UserError(self.env._("%(project)s: choose the stage in which it goes on.", project=project.name))
        project.action_move(stage.id, "next_phase" if self.way == "phase" else "back", self.reason)
        if self.way == "phase" and self.phase_name:
            self.env["project.lifecycle.phase"].create(
                {"project_id": project.id, "name": self.phase_name, "phase_class": "improvement"}
            )
        if self.consultant_id and self.consultant_id != project.user_id:
            # whoever leads the project was checked above; project users may not write projects
            project.sudo().user_id = self.consultant_id
        return {"type": "ir.actions.act_window_close"}
