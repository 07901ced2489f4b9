from odoo import api, models


class ProjectReportLayoutMixin(models.AbstractModel):
    """Which blocks a report has, and which of them its layout shows."""

    _name = "project.report.layout.mixin"
    _description = "Layout of a Report"

    @api.onchange("layout")
    def _onchange_layout(self):
        self._switch_sections()

    def _add_sections(self):
        """Give reports the sections that they do not have yet: one a block, shown as the layout has it."""
        values = []
        for report in self:
            blocks = self.env["project.report.block"]._get_blocks(report.kind)
            present = set(report.section_ids.mapped("code"))
            values += [
                {
                    "update_id": report.id,
                    "code": code,
                    "sequence": block._block_sequence,
                    "is_shown": report.layout in block._block_layouts,
                }
                for code, block in blocks.items()
                if code not in present
            ]
        # whoever writes the report writes its sections
        self.env["project.report.section"].sudo().create(values)

    def _switch_sections(self):
        for report in self:
            blocks = self.env["project.report.block"]._get_blocks(report.kind)
            for section in report.section_ids:
                section.is_shown = section.code in blocks and report.layout in blocks[section.code]._block_layouts
