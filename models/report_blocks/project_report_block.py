from odoo import api, fields, models
from odoo.tools import format_date

from ..project_report_document_mixin import RTL_MARK

WIDTH = 640


class ProjectReportBlock(models.AbstractModel):
    """One block of a report: what it is called, when it has something to say, what it says.

    An addon adds a block with an abstract model that inherits this one; it changes one by inheriting its model. The
    methods run with the superuser's rights, in the language of the report.
    """

    _name = "project.report.block"
    _description = "Block of a Report"

    # what names it in the sections of a report; a block without a code is none
    _block_code = None
    _block_sequence = 100
    # the template that gets ``values``
    _block_template = None
    # the template of what need not stand on the same page as the rest, it gets them too
    _block_rest_template = None
    _block_kinds = ("progress_report", "closing_report")
    _block_layouts = ("short", "full")
    # shown to us in the preview, never printed, sent or frozen
    _block_is_internal = False
    # a field of the report that the consultant writes, without which nothing is published
    _block_text_field = None

    @api.model
    def _get_blocks(self, kind=None):
        """Return the blocks of a kind of report, in their order.

        :param str kind: ``progress_report`` or ``closing_report``; all blocks if not given
        :return: by their code
        :rtype: dict
        """
        names = self.env.registry.descendants(["project.report.block"], "_inherit")
        blocks = [self.env[name] for name in names]
        blocks = [block for block in blocks if block._block_code and (not kind or kind in block._block_kinds)]
        return {block._block_code: block for block in sorted(blocks, key=lambda it: (it._block_sequence, it._name))}

    @api.model
    def _get_title(self):
        """Return the heading of the block."""
        return self._block_code

    @api.model
    def _collect(self, report):
        """Return the figures of the block, as JSON knows them: they are frozen when the report is published.

        Days are ISO text, hours are floats. In a number of queries that does not grow with the project.

        :param project.update report: the report
        :return: None if there is nothing to say
        :rtype: dict | None
        """
        return None

    @api.model
    def _prepare_values(self, figures, report):
        """Return what the template gets, worked out from the frozen figures alone.

        :param dict figures: as of ``_collect``, after a way through JSON
        :param project.update report: the report, for its language and company
        :rtype: dict
        """
        return figures

    # === FORMATS === #

    @api.model
    def _day(self, text, date_format="d MMM y"):
        """Return a day, frozen as ISO text, in the words of the reader; empty if there is none."""
        return format_date(self.env, text, date_format=date_format) if text else ""

    @api.model
    def _in_sentence(self, name):
        """Return a name as part of a sentence: what follows stays in its place where lines run from right to left."""
        return f"{RTL_MARK}{name}{RTL_MARK}" if self._is_rtl() else name

    @api.model
    def _iso(self, day):
        return fields.Date.to_string(day) if day else None

    @api.model
    def _is_rtl(self):
        return self.env["res.lang"]._get_data(code=self.env.lang or "en_US").direction == "rtl"

    @api.model
    def _format_time(self, hours, report):
        """Return hours as the company of the project encodes time: ``12:30 h`` or ``1.56 days``."""
        company = report.project_id.company_id or self.env.company
        return self.env["project.pack"]._format_hours(hours, company.sudo())
