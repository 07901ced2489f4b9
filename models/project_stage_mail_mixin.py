from odoo import models
from odoo.tools import email_normalize


class ProjectStageMailMixin(models.AbstractModel):
    """Mail templates of the stages of a lifecycle: sent to the SPOC, once, and recorded.

    Odoo would send a note to the address of the company.
    """

    _name = "project.stage.mail.mixin"
    _description = "Mail of a Stage"

    # === ACTIONS === #

    def action_view_client_mails(self):
        """Open the official mails of the project to its client, with what became of them."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("project_lifecycle.project_client_mail_action"),
            "domain": [("project_id", "=", self.id)],
        }

    # === BUSINESS METHODS === #

    def _track_template(self, changes):
        """Mail the stage of a lifecycle to the client's contact instead of what Odoo would send."""
        res = super()._track_template(changes)
        project = self[:1]
        if "stage_id" in res and project.lifecycle_id:
            res.pop("stage_id")
            step = project.sudo().step_ids.filtered(lambda step: step.state == "current")
            if step and not project.sudo()._is_stage_mailed(step):
                project._mail_stage(step)
        return res

    def _is_stage_mailed(self, step):
        return bool(self.env["project.client.mail"].search_count([("step_id", "=", step.id)], limit=1))

    def _get_stage_mail_preview(self, stage):
        """Return the mail that the client gets when one project comes to a stage.

        :param project.project.stage stage: where it is to go
        :return: empty if there is none, or nobody to get it, or if it was sent in the same passage before
        :rtype: markupsafe.Markup
        """
        self.ensure_one()
        project, template = self.sudo(), stage.sudo().mail_template_id
        partner = project._get_client_mail_partner()
        step = project.step_ids.filtered(lambda step: step.stage_id == stage).sorted("id")[-1:]
        if not template or not email_normalize(partner.email or "") or (step and project._is_stage_mailed(step)):
            return False
        return self.env["project.client.mail"]._render_preview(project, template, partner, project)

    def _mail_stage(self, step, is_repeated=False):
        """Send the mail of a stage to the client's contact, in the language spoken there; nobody without an address.

        :param project.lifecycle.step step: the passage through the stage
        :param bool is_repeated: whether it is sent again on purpose
        """
        self.ensure_one()
        partner = self._get_client_mail_partner().sudo()
        template = step.stage_id.sudo().mail_template_id
        if not template:
            return
        if not email_normalize(partner.email or ""):
            self.sudo().message_post(
                body=self.env._(
                    "The mail of the stage %(stage)s was not sent: nobody at the client has a mail address.",
                    stage=step.stage_id.name,
                ),
                subtype_xmlid="mail.mt_note",
            )
            return
        self.env["project.client.mail"]._send(
            self.sudo(),
            template,
            partner,
            {"project_id": self.id, "kind": "stage", "step_id": step.id, "is_repeated": is_repeated},
        )
