from odoo import models

ACTIVITY_TYPE = "project_lifecycle.mail_activity_type_open_point"


class ProjectOpenPointActivityMixin(models.AbstractModel):
    """The activity that tells the owner of an open point, and the mails that nobody gets."""

    _name = "project.open.point.activity.mixin"
    _description = "Activity of an Open Point"

    def _mail_get_partner_fields(self, introspect_fields=False):
        # what is said about a point stays between us, unless somebody writes to the client on purpose
        return []

    def _message_auto_subscribe_followers(self, updated_values, default_subtype_ids):
        # the activity tells the owner, once
        return []

    def _sync_activities(self):
        """Give each open point that one of us owns one activity due on its deadline; take back all others."""
        activity_type = self.env.ref(ACTIVITY_TYPE, raise_if_not_found=False)
        if not activity_type or self.env.context.get("mail_activity_automation_skip"):
            return
        points = self.sudo()
        present = points.activity_search([ACTIVITY_TYPE]).grouped("res_id")
        missing, gone = [], self.env["mail.activity"].sudo()
        for point in points:
            activities = present.get(point.id, gone.browse())
            if point.state != "open" or not point.user_id.active:
                gone |= activities
                continue
            wanted = point._prepare_activity_values()
            if not activities:
                missing.append({**wanted, "activity_type_id": activity_type.id})
                continue
            gone |= activities[1:]
            changed = {
                name: value
                for name, value in wanted.items()
                if activities[0]._fields[name].convert_to_write(activities[0][name], activities[0]) != value
            }
            if changed:
                activities[0].write(changed)
        gone.unlink()
        if missing:
            gone.create(missing)

    def _prepare_activity_values(self):
        self.ensure_one()
        return {
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            "user_id": self.user_id.id,
            "date_deadline": self.deadline,
            "summary": self.name,
            "automated": True,
        }
