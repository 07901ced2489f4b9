import re

from odoo.tests import Form, new_test_user

from odoo.addons.mail.tests.common import MailCase
from odoo.addons.project_lifecycle.exceptions import GateRefused

from .common_handoff import prepare_handoff
from .common_signoff import sign


class StoryCommon(MailCase):
    """What every story does over and over: its people, moves through gates, and the mails that leave the house.

    A story sets ``lifecycle``, the one that it goes through, and ``consultant``, who leads its project.
    """

    STORY = "story"

    @classmethod
    def _new_user(cls, role, groups, name, **values):
        values.setdefault("email", f"{role}@{cls.STORY}.example.com")
        return new_test_user(cls.env, f"{cls.STORY}_{role}", groups, name=name, lang="en_US", **values)

    # === GATES === #

    def _stage_named(self, name):
        stages = self.env["project.project.stage"].with_user(self.consultant)
        return stages.search([("lifecycle_id", "=", self.lifecycle.id), ("name", "=", name)])

    def _move(self, project, stage, *why):
        """Move a project, with a decision and a reason if they are given, and send what that sends."""
        if why:
            project.action_move(stage.id, *why)
        elif stage.purpose == "support":
            self._hand_over(project)
        else:
            project.stage_id = stage
        self.flush_tracking()
        self.assertEqual(project.current_step_id.stage_id, stage)

    def _hand_over(self, project, reason="done", **values):
        """Hand a project over to support, as the consultant does: the client is told, and gets the mail."""
        self.env.company.write({"support_email": "support@example.com", "support_team_name": "The Helpers"})
        spoc = project.sudo().spoc_id or project.sudo().partner_id
        prepare_handoff(project, project.env.user, spoc, reason, objections_answer="Agreed", **values).action_confirm()

    def _get_blocking_ticks(self, project):
        return project.stage_item_ids.filtered(lambda item: item.is_blocking and item.kind == "manual")

    def _tick(self, project):
        """Tick the blocking criteria of the stage that are ticked by hand, and have the client sign the others."""
        self._get_blocking_ticks(project).action_tick()
        for item in self._get_blocking_signoffs(project):
            sign(project, item.signoff_kind_id, self.consultant)

    def _get_blocking_signoffs(self, project):
        return project.stage_item_ids.filtered(
            lambda item: item.is_blocking and item.kind == "signoff" and item.state == "open"
        )

    def _pass(self, project, name):
        """Refused as long as the blocking criteria are open, passed once they are met."""
        stage = self._stage_named(name)
        if self._get_blocking_signoffs(project) or "open" in self._get_blocking_ticks(project).mapped("state"):
            self._assert_refused(project, stage)
        self._tick(project)
        self.assertEqual(project.gate_state, "ready")
        self._move(project, stage)

    def _assert_refused(self, project, stage, words=""):
        """No way into a stage; the refusal says these words."""
        with self.assertRaisesRegex(GateRefused, words), self.cr.savepoint():
            project.stage_id = stage

    # === WHAT THE KICK-OFF FINDS OUT === #

    def _add_expectation(self, project, name, verdict, **values):
        """Write down what the client expects, as the consultant does, and judge it on the page Scope."""
        form = self._form_of(project.action_add_expectation())
        form.name = name
        for field, value in values.items():
            form[field] = value
        expectation = form.save()
        self.assertEqual(expectation.verdict, "open")
        getattr(expectation, f"action_{verdict}")()
        return expectation

    def _add_phase(self, project, name, outcome, golive_date, phase_class="mvp"):
        """Plan a phase, as the consultant does; it takes the applications in scope along."""
        form = self._form_of(project.action_add_phase())
        form.name = name
        form.phase_class = phase_class
        for app in project.scope_app_ids:
            form.app_ids.add(app)
        form.agreed_outcome = outcome
        form.golive_date = golive_date
        phase = form.save()
        self.assertEqual((phase.milestone_id.name, phase.milestone_id.deadline), (name, golive_date))
        return phase

    def _form_of(self, action):
        return Form.from_action(self.env(user=self.consultant), action)

    # === WHAT THE CLIENT IS TOLD === #

    def _publish_report(self, project, kind="progress_report"):
        """Write and publish the one draft of a report, as the consultant does; its reader acknowledges it.

        :return: the report, and the subject of the mail that brought it
        :rtype: tuple
        """
        reader = project.sudo().spoc_id or project.sudo().partner_id
        form = self._form_of(project.with_context(report_kind=kind).action_new_report())
        form.status_reason = "<p>All went as planned</p>"
        form.gains = "<p>Two hours less paper a day</p>"
        form.collaboration = "<p>We talk on Mondays</p>"
        report = form.save()
        self.assertEqual(project.report_ids.filtered(lambda it: it.kind == kind and it.state == "draft"), report)
        report.action_publish()
        self.assertEqual((report.state, report.signoff_state), ("published", "sent"))
        mail = self._new_mails.filtered(lambda it: it.sudo().attachment_ids == report.sudo().pdf_id)
        mail.send()
        self.assertEqual(mail.recipient_ids, reader)
        (token,) = set(re.findall(r"access_token=([\w-]+)", mail.body_html))
        signoff = report.signoff_id.with_user(self.env.ref("base.public_user"))
        signoff._answer("confirmed", name=reader.name, token=token)
        self.assertEqual((report.signoff_state, report.sudo().signoff_id.partner_id), ("confirmed", reader))
        return report, mail.subject

    # === TRACES === #

    def _moves_in_the_history(self, project):
        moved = self.env.ref("project.mt_project_stage_change")
        return len(project.message_ids.filtered(lambda message: message.subtype_id == moved))

    def _mails_to(self, address):
        """Return the subjects of the mails to an address, the requests for a sign-off excepted."""
        subjects = [mail["subject"] for mail in self._mails if any(address in to for to in mail["email_to"])]
        return [subject for subject in subjects if not subject.startswith("Please confirm: ")]
