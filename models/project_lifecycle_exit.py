from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.sql import escape_psql

from .project_handoff_mixin import REASONS


class ProjectLifecycleExit(models.Model):
    _name = "project.lifecycle.exit"
    _inherit = ["project.shipped.mixin"]
    _description = "Exit of a Lifecycle"
    _order = "lifecycle_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    lifecycle_id = fields.Many2one("project.lifecycle", required=True, index=True, ondelete="cascade")
    from_stage_id = fields.Many2one(
        "project.project.stage", string="From", required=True, index=True, ondelete="cascade"
    )
    to_stage_id = fields.Many2one("project.project.stage", string="To", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10, export_string_translation=False)
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True, help="When it is right to take this exit.")
    handoff_reason = fields.Selection(
        REASONS,
        string="For the hand-off",
        help="An exit to support is taken by a hand-off with this reason; its criteria are asked there.",
    )
    checklist_template_ids = fields.One2many(
        "project.checklist.template",
        "exit_id",
        string="Checklist",
        copy=True,
        help="What is asked when a project takes this exit; the criteria of the stages are not.",
    )

    _leads_somewhere = models.Constraint(
        "CHECK(from_stage_id != to_stage_id)", "An exit leads from one stage to another one."
    )

    # === CONSTRAINTS === #

    @api.constrains("lifecycle_id", "from_stage_id", "to_stage_id", "active")
    def _check_way(self):
        """Check that exits stay within their lifecycle and lead forward in it, so that they never form a circle.

        :raises ValidationError: naming the exit and what is wrong with it
        """
        if self.env["project.lifecycle"]._is_being_edited():
            return
        for way_out in self:
            start, end = way_out.from_stage_id, way_out.to_stage_id
            for stage in start | end:
                if stage.lifecycle_id != way_out.lifecycle_id:
                    raise ValidationError(
                        self.env._(
                            "The exit %(exit)s: the stage %(stage)s does not belong to the lifecycle %(lifecycle)s.",
                            exit=way_out.name,
                            stage=stage.name,
                            lifecycle=way_out.lifecycle_id.name,
                        )
                    )
                # with both archived nobody comes to it
                if way_out.active and not stage.active and (start.active or end.active):
                    raise ValidationError(
                        self.env._(
                            "The exit %(exit)s: the stage %(stage)s is archived. Archive the exit as well, or choose"
                            " another stage.",
                            exit=way_out.name,
                            stage=stage.name,
                        )
                    )
            if way_out.active and (start.sequence, start.id) >= (end.sequence, end.id):
                raise ValidationError(
                    self.env._(
                        "The exit %(exit)s would lead back, from %(start)s to %(end)s: exits lead forward only, else"
                        " projects could go round in a circle. Change the exit or the order of the stages.",
                        exit=way_out.name,
                        start=start.name,
                        end=end.name,
                    )
                )

    @api.constrains("name", "from_stage_id", "to_stage_id", "active")
    def _check_twice(self):
        for way_out in self.filtered("active"):
            alike = self.search(
                [
                    ("id", "!=", way_out.id),
                    ("from_stage_id", "=", way_out.from_stage_id.id),
                    ("to_stage_id", "=", way_out.to_stage_id.id),
                    ("name", "=ilike", escape_psql(way_out.name)),
                ],
                limit=1,
            )
            if alike:
                raise ValidationError(
                    self.env._(
                        "The exit %(exit)s leads from %(start)s to %(end)s already. Give the other one another name.",
                        exit=way_out.name,
                        start=way_out.from_stage_id.name,
                        end=way_out.to_stage_id.name,
                    )
                )

    # === CRUD METHODS === #

    def write(self, vals):
        """Change exits; their criteria follow to another stage as long as no project has them.

        :raises UserError: if projects have them
        """
        moving = self.browse()
        if "from_stage_id" in vals:
            moving = self.filtered(lambda way_out: way_out.from_stage_id.id != vals["from_stage_id"])
        templates = moving.with_context(active_test=False).checklist_template_ids
        used = self.env["project.checklist.item"].sudo().search([("exit_id", "in", moving.ids)], limit=1)
        if used:
            raise UserError(
                self.env._(
                    "%(exit)s starts from the stage %(stage)s on the checklists of projects, so it stays there."
                    " Archive it and add another exit.",
                    exit=used.exit_id.name,
                    stage=used.exit_id.from_stage_id.name,
                )
            )
        res = super().write(vals)
        if templates:
            templates.write({"stage_id": vals["from_stage_id"]})
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_taken(self):
        decisions = self.env["project.gate.decision"].sudo().search([("exit_id", "in", self.ids)], limit=10)
        if decisions:
            raise UserError(
                self.env._(
                    "Projects took the exit %(exit)s: %(projects)s. Archive it instead of deleting it.",
                    exit=decisions[0].exit_id.name,
                    projects=", ".join(decisions.project_id.mapped("name")),
                )
            )
        # as anywhere else, criteria that were answered stay
        self.with_context(active_test=False).checklist_template_ids.unlink()

    # === BUSINESS METHODS === #

    def _check_offered_to(self, projects):
        """Check that projects may take this exit from where they stand.

        :raises UserError: naming the projects that may not
        """
        self.ensure_one()
        elsewhere = projects.sudo().filtered(lambda project: project.stage_id != self.from_stage_id)
        if elsewhere:
            raise UserError(
                self.env._(
                    "The exit %(exit)s leads from the stage %(stage)s; these projects do not stand there:"
                    " %(projects)s.",
                    exit=self.name,
                    stage=self.from_stage_id.name,
                    projects=", ".join(elsewhere.mapped("name")),
                )
            )
        if not self.active:
            raise UserError(self.env._("The exit %(exit)s is archived: nobody takes it any more.", exit=self.name))

    def _get_names(self):
        """Return the name of this exit in every language that the database has.

        :rtype: dict
        """
        self.ensure_one()
        return {code: self.with_context(lang=code).name for code, _name in self.env["res.lang"].get_installed()}

    def _copy_to(self, lifecycle, stages):
        """Copy these exits with their criteria onto the stages of another lifecycle.

        :param project.lifecycle lifecycle: a duplicate
        :param dict stages: for each stage of the one the stage of the other
        """
        for way_out in self:
            start, end = stages.get(way_out.from_stage_id), stages.get(way_out.to_stage_id)
            if start and end:
                way_out.copy({"lifecycle_id": lifecycle.id, "from_stage_id": start.id, "to_stage_id": end.id})
