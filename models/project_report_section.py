from odoo import api, fields, models
from odoo.exceptions import UserError


class ProjectReportSection(models.Model):
    """A block on a report: whether it is shown, where, and what the consultant adds to it in words."""

    _name = "project.report.section"
    _description = "Block of a Report, as Written"
    _order = "update_id, sequence, id"

    update_id = fields.Many2one("project.update", string="Report", required=True, index=True, ondelete="cascade")
    code = fields.Char(required=True, readonly=True, export_string_translation=False)
    name = fields.Char("Block", compute="_compute_name")
    sequence = fields.Integer(default=100, export_string_translation=False)
    is_shown = fields.Boolean("Shown", default=True)
    is_internal = fields.Boolean("For us only", compute="_compute_name")
    has_own_field = fields.Boolean(compute="_compute_name", export_string_translation=False)
    text = fields.Html("Own words", help="Stands above what Odoo fills in.")

    _once_a_report = models.Constraint("UNIQUE(update_id, code)", "A report has each block once.")

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_name(self):
        blocks = self.env["project.report.block"]._get_blocks()
        for section in self:
            block = blocks.get(section.code)
            section.name = block._get_title() if block is not None else section.code
            section.is_internal = bool(block is not None and block._block_is_internal)
            section.has_own_field = bool(block is not None and block._block_text_field)

    @api.model_create_multi
    def create(self, vals_list):
        """Add blocks to drafts.

        :raises UserError: if the report is published
        """
        sections = super().create(vals_list)
        sections._check_draft()
        return sections

    def write(self, vals):
        """Change blocks of drafts.

        :raises UserError: if the report is published, or the block would go to another one
        """
        self._check_draft()
        if "update_id" in vals or "code" in vals:
            raise UserError(self.env._("A block stays where it is: switch it off here, and on there."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self._check_draft()

    def _check_draft(self):
        published = self.sudo().update_id.filtered(lambda report: report.state == "published")[:1]
        if published:
            raise UserError(
                self.env._(
                    "%(report)s is published: what the client was told stays. Correct it by a new version.",
                    report=published.display_name,
                )
            )
