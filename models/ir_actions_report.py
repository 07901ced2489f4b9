import base64
from functools import cache

from odoo import api, models
from odoo.tools import file_open

# these stand alone: the engine that makes the PDF has nothing to ask the server for
STANDING_ALONE = ("project_lifecycle.project_report_report", "project_lifecycle.project_report_preview")
FONTS = (("300", "Lig"), ("400", "Reg"), ("700", "Bol"))


@cache
def read_fonts():
    """Return the letters of Odoo's own reports as data: pairs of a weight and an address."""
    found = []
    for weight, name in FONTS:
        with file_open(f"web/static/fonts/lato/Lato-{name}-webfont.ttf", "rb") as file:
            found.append((weight, f"data:font/truetype;base64,{base64.b64encode(file.read()).decode()}"))
    return found


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_layout(self):
        """Return the layout of the pages of a PDF; that of reports to clients brings its own style."""
        if len(self) == 1 and self.xml_id in STANDING_ALONE:
            return self.env.ref("project_lifecycle.report_page_layout")
        return super()._get_layout()

    @api.model
    def _get_report_fonts(self):
        return read_fonts()
