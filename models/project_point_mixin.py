from odoo import api, fields, models

from ..logic import gates


class ProjectPointMixin(models.AbstractModel):
    """The open points of projects, and what they mean for the gates."""

    _name = "project.point.mixin"
    _description = "Open Points of a Project"

    open_point_ids = fields.One2many(
        "project.open.point", "project_id", string="Open points", groups="project.group_project_user"
    )
    open_point_count = fields.Integer(
        "Points", compute="_compute_open_point_count", groups="project.group_project_user"
    )
    open_point_open_count = fields.Integer(
        "Points open", compute="_compute_open_point_count", groups="project.group_project_user"
    )
    open_point_blocking_count = fields.Integer(
        "Points that block a gate", compute="_compute_open_point_count", groups="project.group_project_user"
    )

    @api.depends("open_point_ids.state", "open_point_ids.is_blocking")
    def _compute_open_point_count(self):
        counts = {}
        if with_lifecycle := self.filtered("lifecycle_id"):
            for project, state, is_blocking, count in self.env["project.open.point"]._read_group(
                [("project_id", "in", with_lifecycle.ids), ("state", "!=", "withdrawn")],
                ["project_id", "state", "is_blocking"],
                ["__count"],
            ):
                counts.setdefault(project.id, {})[state, is_blocking] = count
        for project in self:
            found = counts.get(project._origin.id, {})
            blocking = found.get(("open", True), 0)
            project.open_point_count = sum(found.values())
            project.open_point_open_count = blocking + found.get(("open", False), 0)
            project.open_point_blocking_count = blocking

    # === ACTIONS === #

    def action_view_open_points(self):
        """Open the points of this project, those still open first."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_open_point_action"),
            "domain": [("project_id", "=", self.id)],
            "context": {"default_project_id": self.id, "search_default_open": 1},
        }

    def action_add_open_point(self):
        """Open the form of a new point of this project, in a dialog."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New point"),
            "res_model": "project.open.point",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_project_id": self.id},
        }

    # === BUSINESS METHODS === #

    def _get_point_gate(self, client_question=False):
        """Return the stage whose gate a new point blocks: the one into implementation, or the present one if that is
        passed (S2.24); a question of the client about the collaboration blocks the end of kick-off (S2.47).

        :param bool client_question: whether the client asks about the collaboration
        :rtype: project.project.stage
        """
        self.ensure_one()
        present = self.sudo().stage_id.sudo(False)
        if not self.lifecycle_id:
            return present.browse()
        stages = self.lifecycle_id.with_context(active_test=False)._get_stages()
        purposes = [stage.purpose if stage.active else None for stage in stages]
        place = gates.out_of_kickoff(purposes) if client_question else gates.into_delivery(purposes)
        order = stages.ids
        at = order.index(present.id) if present.id in order else 0
        return present.browse(order[gates.not_passed(place, at)])

    def _has_passed(self, stage):
        """Tell whether the project stands behind a stage of its lifecycle, in their order.

        :param project.project.stage stage: may be empty, or of another lifecycle: then no
        :rtype: bool
        """
        self.ensure_one()
        order = self._get_stage_order() if self.lifecycle_id else []
        present = self.sudo().stage_id.id
        return stage.id in order and present in order and order.index(stage.id) < order.index(present)

    def _get_salespeople(self):
        """Return the salespeople of the orders that the project comes from, and of its hand-over.

        :rtype: res.users
        """
        projects = self.sudo()
        intakes = projects.intake_ids
        # one way after the other: a list of points reads the orders of all its projects at once
        of_orders = projects.reinvoiced_sale_order_id.user_id | projects.sale_line_id.order_id.user_id
        return (intakes.salesperson_id | intakes.order_ids.user_id | of_orders).sudo(False)

    def _move_client_points(self, old, new):
        """Give the open points of one contact of the client to another one.

        :param res.partner old: the former owner
        :param res.partner new: the present one
        """
        # whoever replaces the SPOC was checked by the callers
        points = self.env["project.open.point"].sudo()
        points.search(
            [("project_id", "in", self.ids), ("partner_id", "=", old.id), ("state", "=", "open")]
        ).partner_id = new

    @api.ondelete(at_uninstall=False)
    def _unlink_activities_of_points(self):
        # the database deletes the points along, which Odoo does not notice
        self.filtered("lifecycle_id").sudo().open_point_ids.activity_ids.unlink()

    def _gate_criterion_open_points(self, stage):
        """No blocking point of this gate is open (S2.24)."""
        return self - self._get_projects_with_points([("stage_id", "=", stage.id), ("is_blocking", "=", True)])

    def _criterion_client_questions(self):
        """No question of the client about the collaboration is open, whatever gate it names (S2.47)."""
        return self - self._get_projects_with_points([("client_question", "=", True)])

    def _criterion_doubts(self):
        """Every doubt that is open was discussed (S2.13); that it has an owner and a deadline the database sees to."""
        return self - self._get_projects_with_points([("kind", "=", "doubt"), ("discussed_on", "=", False)])

    def _criterion_problems_in_time(self):
        """No problem is open beyond its deadline (S1.38)."""
        today = fields.Date.context_today(self)
        return self - self._get_projects_with_points([("kind", "=", "problem"), ("deadline", "<", today)])

    def _get_projects_with_points(self, domain):
        """Return those of these projects that have an open point of a kind.

        :param list domain: on ``project.open.point``
        """
        groups = self.env["project.open.point"]._read_group(
            [("project_id", "in", self.ids), ("state", "=", "open"), *domain], ["project_id"]
        )
        return self.browse([project.id for (project,) in groups])
