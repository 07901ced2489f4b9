import json

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date, is_html_empty
from odoo.tools.image import image_data_uri

FORMAT = 1
PLAIN_COLOUR = "#714b67"
# invisible marks that hold numbers and names in place where lines run from right to left
LTR_MARK, RTL_MARK = "\u200e", "\u200f"


class ProjectReportDocumentMixin(models.AbstractModel):
    """What a report says: figures of its blocks, worked out while it is a draft, frozen once it is published."""

    _name = "project.report.document.mixin"
    _description = "Document of a Report"

    figures = fields.Json(readonly=True, copy=False)
    lang = fields.Char("Language", readonly=True, copy=False, help="In which it was published.")
    body = fields.Html(readonly=True, copy=False, sanitize=False, export_string_translation=False)

    # === ACTIONS === #

    def action_preview(self):
        """Show the report as the client will read it; blocks that are for us only stand at its end."""
        self.ensure_one()
        self.check_access("read")
        return self.env.ref("project_lifecycle.project_report_preview").report_action(self)

    def action_print(self):
        """Print the report: a published one as it was published."""
        self.ensure_one()
        return self.env.ref("project_lifecycle.project_report_report").report_action(self)

    # === FIGURES === #

    def _get_figures_by_code(self):
        """Return the frozen figures of a published report, by the code of their block, shown or not.

        :rtype: dict
        """
        self.ensure_one()
        return (self.figures or {}).get("everything", {})

    def _freeze(self):
        """Return what is kept of a report when it is published: figures, titles, texts, all as JSON knows them.

        :rtype: dict
        """
        self.ensure_one()
        everything = self._collect_everything()
        return {
            "format": FORMAT,
            "cover": self._prepare_cover(),
            "blocks": self._arrange(everything),
            "everything": everything,
        }

    def _collect_everything(self, internal=False):
        figures = {}
        blocks = self._get_report_blocks()
        codes = [code for code, block in blocks.items() if block._block_is_internal == internal]
        # changes compare what the other blocks say, whether or not they are shown
        for code in sorted(codes, key=lambda code: code == "changes"):
            collected = blocks[code].with_context(report_figures=figures)._collect(self._as_told())
            if collected is not None:
                figures[code] = json.loads(json.dumps(collected))
        return figures

    def _arrange(self, figures):
        """Return the blocks in the order of the sections: those that are shown and have something to say.

        :param dict figures: by code
        :rtype: list[dict]
        """
        blocks = self._get_report_blocks()
        arranged = []
        for section in self.section_ids.sorted(lambda it: (it.sequence, it.id)):
            block = blocks.get(section.code)
            if block is None or not section.is_shown or block._block_is_internal:
                continue
            text = str(self._get_section_text(section, block) or "")
            if section.code in figures or text:
                arranged.append(
                    {
                        "code": section.code,
                        "title": block._get_title(),
                        "text": text,
                        "figures": figures.get(section.code),
                    }
                )
        return arranged

    def _get_section_text(self, section, block):
        """Return what the consultant wrote in a block; False if there is nothing to read."""
        text = self[block._block_text_field] if block._block_text_field else section.text
        return False if is_html_empty(text) else text

    def _get_report_blocks(self):
        """Return the blocks of this report with the superuser's rights, in its language, by their code."""
        blocks = self.env["project.report.block"].sudo().with_context(lang=self._get_report_language())
        return blocks._get_blocks(self.kind)

    def _is_rtl(self):
        return self.env["res.lang"]._get_data(code=self._get_report_language()).direction == "rtl"

    def _as_told(self):
        """Return the report with the rights and the language in which it is told."""
        return self.sudo().with_context(lang=self._get_report_language())

    def _get_report_language(self):
        """Return the language of the report: that of the client, once it is published the one it was published in."""
        self.ensure_one()
        return self.lang or self.project_id.sudo()._get_report_language()

    def _prepare_cover(self):
        """Return what stands on the cover, as JSON knows it."""
        told = self._as_told()
        project, labels = told.project_id, dict(told._fields["kind"]._description_selection(told.env))
        return {
            "kind": labels[told.kind],
            "project": project.name,
            "client": project.partner_id.commercial_partner_id.name or "",
            "company": told._get_report_company().name,
            "spoc": project._get_report_recipient().name or "",
            "author": told.user_id.name or "",
            "date": fields.Date.to_string(told.date or told._get_today()),
            "number": told.number,
            "version": told.version,
        }

    # === RENDERING === #

    def _get_report_company(self):
        return (self.project_id.sudo().company_id or self.env.company).sudo()

    def _get_document(self, with_internal=False):
        """Return what the templates of a report get: from frozen figures if it is published, else from today's.

        :param bool with_internal: whether the blocks for us follow, in a preview
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        told = self._as_told()
        frozen = told.figures if told.state == "published" else told._freeze()
        blocks = told._get_report_blocks()
        is_rtl = told._is_rtl()
        company = told._get_report_company()
        client = told.project_id.partner_id.commercial_partner_id
        return {
            "report": told,
            "lang": told._get_report_language(),
            "is_rtl": is_rtl,
            "dot": f" {RTL_MARK}·{RTL_MARK} " if is_rtl else " · ",
            "is_draft": told.state != "published",
            "cover": {
                **frozen["cover"],
                "day": format_date(told.env, frozen["cover"]["date"], date_format="d MMMM y"),
            },
            "layout": told.layout or "full",
            "colour": company.primary_color or PLAIN_COLOUR,
            "logo": not company.uses_default_logo and image_data_uri(company.logo) if company.logo else False,
            "client_logo": image_data_uri(client.image_256) if client.image_256 else False,
            "highlights": told._prepare_highlights(blocks, frozen["blocks"]),
            "blocks": [told._prepare_block(blocks, it) for it in frozen["blocks"] if it["code"] in blocks],
            "internal": told._prepare_internal_blocks(blocks) if with_internal else [],
        }

    @api.model
    def _prepare_block(self, blocks, frozen):
        block, figures = blocks[frozen["code"]], frozen["figures"]
        return {
            "code": frozen["code"],
            "title": frozen["title"],
            # sanitized when it was written
            "text": Markup(frozen["text"]),  # noqa: S704
            "template": block._block_template,
            "rest_template": block._block_rest_template,
            "values": None if figures is None else block._prepare_values(figures, self),
        }

    def _prepare_highlights(self, blocks, frozen):
        """Return what the cover tells in four words: pairs of a label and a value, from blocks that are shown.

        :param dict blocks: by code
        :param list frozen: the frozen blocks
        :rtype: list[tuple]
        """
        figures = {it["code"]: it["figures"] for it in frozen if it["figures"]}
        values = {
            code: blocks[code]._prepare_values(figures[code], self)
            for code in ("status", "timeline", "packs")
            if code in figures and code in blocks
        }
        mark = LTR_MARK if self._is_rtl() else ""
        highlights = []
        if status := values.get("status"):
            highlights += [
                (self.env._("Status"), status["label"]),
                (self.env._("Progress"), f"{mark}{status['progress']} %{mark}"),
            ]
        if values.get("timeline", {}).get("next"):
            highlights.append((self.env._("Next date"), values["timeline"]["next"][0]["day"]))
        if packs := values.get("packs"):
            highlights.append((self.env._("Left in packs"), packs["left"]))
        return highlights

    def _prepare_internal_blocks(self, blocks):
        shown = set(self.section_ids.filtered("is_shown").mapped("code"))
        figures = self._collect_everything(internal=True)
        return [
            self._prepare_block(
                blocks, {"code": code, "title": blocks[code]._get_title(), "text": "", "figures": found}
            )
            for code, found in figures.items()
            if code in shown
        ]

    def _render_body(self):
        """Return the report as HTML that stands alone, as it is shown on the client's page.

        :rtype: markupsafe.Markup
        """
        qweb = self.env["ir.qweb"].with_context(lang=self._get_report_language())
        return qweb._render("project_lifecycle.report_document", {"document": self._get_document()})

    def _get_file_name(self):
        """Return the name of the PDF file, without its ending."""
        self.ensure_one()
        name = (self.name or "").replace("/", "-").strip() or self.env._("Report")
        return f"{name} v{self.version}" if self.version > 1 else name
