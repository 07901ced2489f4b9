from odoo import api, fields, models
from odoo.exceptions import UserError


class ReportPackStatement(models.AbstractModel):
    _name = "report.project_lifecycle.report_pack_statement"
    _description = "Pack Statement for the Client"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return the statement that is asked for; whoever prints is checked here, for data come from the browser.

        :param dict data: ``project_id``, ``pack_ids``, ``date_from``, ``date_to``
        :raises UserError: if there is no such project, or the period is none
        :raises AccessError: if the user may not read it
        """
        data = data or {}
        try:
            project_id = int(data.get("project_id") or (docids and docids[0]) or 0)
            pack_ids = [int(pack_id) for pack_id in data.get("pack_ids") or ()]
            first, last = fields.Date.to_date(data.get("date_from")), fields.Date.to_date(data.get("date_to"))
        except (TypeError, ValueError):
            project_id, pack_ids, first, last = 0, [], None, None
        project = self.env["project.project"].browse(project_id).exists()
        if not project or not first or not last or last < first:
            raise UserError(self.env._("A statement needs a project and a period: ask for it anew."))
        project.check_access("read")
        # people of the client read their own language, also where their colleague, the SPOC, has another one
        lang = self.env.lang if self.env.user.share else project._get_client_language()
        project = project.with_context(lang=lang)
        packs = self.env["project.pack"].browse(pack_ids) if pack_ids else None
        statement = project._get_pack_statement(first, last, packs)
        some_pack = self.env["project.pack"].sudo()._get_of_projects(project.sudo())[:1]
        company = project.sudo().company_id or self.env.company
        return {
            "lang": lang,
            "company": company.sudo(),
            "project_name": project.sudo().name,
            "client_name": project.sudo().partner_id.commercial_partner_id.name,
            "statement": statement,
            "format_time": some_pack.with_context(lang=lang).with_company(company)._format_time,
            "is_in_days": some_pack.with_company(company)._is_in_days(),
        }
