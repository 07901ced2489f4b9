from datetime import timedelta

from odoo import fields

from .common import LifecycleCommon

TOLD = "handoff_point_autonomous handoff_point_hours handoff_point_consultant handoff_point_support".split()


def tell_everything(handoff, user, partner, channel="call"):
    """Answer every point of a hand-off as whoever hands over does."""
    told = handoff.with_user(user).line_ids
    told.filtered(lambda line: line.kind == "told").write(
        {
            "done_on": fields.Date.context_today(handoff),
            "channel": channel,
            "partner_id": partner.id,
            "note": "Sales and Stock; within three days",
        }
    )


def prepare_handoff(project, user, partner, reason="done", **values):
    """Prepare a hand-off up to its confirmation, and return it as that user."""
    project = project.with_user(user)
    handoff = project.env["project.handoff"].browse(project.action_open_handoff()["res_id"])
    if reason == "pause":
        values = {
            "daily_use": "Thirty orders a day",
            "resume_date": fields.Date.context_today(handoff) + timedelta(days=60),
            **values,
        }
    handoff.write({"reason": reason, "justification": "They run it alone", **values})
    tell_everything(handoff, user, partner)
    return handoff


class HandoffCommon(LifecycleCommon):
    """A lifecycle that leads to support: delivery, an optional review, support, closed; and a SPOC with an address."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lifecycle = cls.create_lifecycle("Baker's way", ["Build", "Review", "Support", "Closed"])
        cls.build, cls.review, cls.support, cls.closed = cls.lifecycle.stage_ids
        cls.build.purpose, cls.review.purpose, cls.support.purpose = "delivery", "review", "support"
        cls.review.is_optional = True
        cls.env.company.write(
            {
                "support_email": "support@example.com",
                "support_url": "https://support.example.com/new",
                "support_team_name": "The Helpers",
            }
        )
        cls.spoc = cls.portal_user.partner_id
        cls.spoc.email = "sofia@example.com"
        cls.project = cls.create_supported("Bakery")

    @classmethod
    def create_supported(cls, name, **values):
        """Create a project in delivery, with its SPOC, whose people use what they have."""
        project = cls.create_project(name, **values)
        project.spoc_id = cls.spoc
        cls.env["project.adoption.figure"].create({"project_id": project.id, "name": "Sales", "user_count": 5})
        return project

    @classmethod
    def prepare(cls, project=None, reason="done", user=None, **values):
        return prepare_handoff(project or cls.project, user or cls.consultant, cls.spoc, reason, **values)

    @classmethod
    def hand_over(cls, project=None, reason="done", user=None, **values):
        """Hand a project over, its criteria answered."""
        project = project or cls.project
        if reason == "done":
            cls.tick_all(project)
        handoff = cls.prepare(project, reason, user, **values)
        handoff.action_confirm()
        return handoff
