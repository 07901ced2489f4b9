from odoo import api, fields, models


class ProjectAreaMixin(models.AbstractModel):
    """The business areas of the client's firm, each of which a project looks at before anything is designed."""

    _name = "project.area.mixin"
    _description = "Business Areas of a Project"

    area_coverage_ids = fields.One2many(
        "project.area.coverage", "project_id", string="Business areas", groups="project.group_project_user"
    )
    area_open_count = fields.Integer("Areas open", compute="_compute_area_count", groups="project.group_project_user")
    area_look_count = fields.Integer(
        "Areas to look at", compute="_compute_area_count", groups="project.group_project_user"
    )

    @api.depends("area_coverage_ids.verdict")
    def _compute_area_count(self):
        groups = self.env["project.area.coverage"]._read_group(
            [("project_id", "in", self.filtered("lifecycle_id").ids)], ["project_id", "verdict"], ["__count"]
        )
        counts = {(project.id, verdict): count for project, verdict, count in groups}
        for project in self:
            project.area_open_count = counts.get((project._origin.id, "open"), 0)
            project.area_look_count = counts.get((project._origin.id, "look"), 0)

    def action_view_areas(self):
        """Open the business areas of this project as a list that is edited in place."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_area_coverage_action"),
            "domain": [("project_id", "=", self.id)],
            "context": {"default_project_id": self.id, "one_project": True},
        }

    def _add_area_coverage(self):
        """Give these projects the business areas that they do not have yet, if their lifecycle asks for them and
        implementation is still ahead; constant queries but for the insertion."""
        projects = self.sudo().filtered(
            lambda project: (
                project.lifecycle_id.covers_areas and not project.is_template and project._is_before_delivery()
            )
        )
        areas = self.env["project.business.area"].sudo().search([("active", "=", True)]) if projects else ()
        if not areas:
            return
        Coverage = self.env["project.area.coverage"].sudo()
        present = {
            (project.id, area.id)
            for project, area in Coverage._read_group([("project_id", "in", projects.ids)], ["project_id", "area_id"])
        }
        Coverage.create(
            [
                {"project_id": project.id, "area_id": area.id}
                for project in projects
                for area in areas
                if (project.id, area.id) not in present
            ]
        )

    def _is_before_delivery(self):
        """Tell whether the gate into implementation is still ahead of the project."""
        self.ensure_one()
        stages = self.lifecycle_id.with_context(active_test=False)._get_stages()
        delivery = stages.filtered(lambda stage: stage.purpose == "delivery" and stage.active)[:1]
        order = stages.ids
        present = self.stage_id.id
        return not delivery or present not in order or order.index(present) < order.index(delivery.id)

    def _criterion_areas(self):
        """Every business area is in, out or to be looked at on purpose: none is left open (S2.31)."""
        Coverage = self.env["project.area.coverage"]
        groups = Coverage._read_group(
            [("project_id", "in", self.ids), ("area_id.active", "=", True)], ["project_id", "verdict"]
        )
        seen = {project.id for project, _verdict in groups}
        left_open = {project.id for project, verdict in groups if verdict == "open"}
        asked = bool(self.env["project.business.area"].search_count([], limit=1))
        return self.filtered(
            lambda project: (
                project.id not in left_open
                and (project.id in seen or not asked or not project.lifecycle_id.covers_areas)
            )
        )
