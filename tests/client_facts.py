"""What of our models the client may read: everything else that is text counts as internal.

``CLIENT_FACTS`` names for a model the text fields that are for the client, each with the domain of the records of
which they are; ``TECHNICAL`` the text that no person writes or reads. ``CLIENT_REPORTS`` are the documents that go to
the client, ``CLIENT_MAILS`` the mails.
Whoever adds a model, a field, a page, a mail or a document adds nothing here as long as it is internal.
"""

ALL = []
OF_CLIENT = [("responsible", "=", "client"), ("client_visible", "=", True)]

CLIENT_FACTS = {
    # the stages that the client sees, and the criteria addressed to it
    "project.checklist.template": [(("name", "section"), [("client_visible", "=", True)])],
    "project.checklist.item": [
        (("custom_name",), [("client_visible", "=", True)]),
        (("client_answer",), OF_CLIENT),
    ],
    # what the invitation to a session and the welcome of a SPOC say
    "project.lifecycle": [(("spoc_duties", "reading_text", "reading_url"), ALL)],
    "calendar.event": [
        (("session_message",), ALL),
        (("minutes",), [("session_kind", "!=", "internal")]),
    ],
    "project.spoc.change": [(("client_reading_list",), ALL)],
    # what the client was asked, or asked
    "project.open.point": [
        (("name",), ["|", ("partner_id", "!=", False), ("client_question", "=", True)]),
        (("client_text",), ["|", ("partner_id", "!=", False), ("asked_by_id", "!=", False)]),
        (("answer",), [("asked_by_id", "!=", False)]),
    ],
    # a pack that no order line names bears the name under which it was entered
    "project.pack": [(("name",), [("sale_line_id", "=", False)])],
    # what the client is asked for, in its words
    "project.pack.consent": [(("name",), ALL)],
    "project.work.kind": [(("name",), ALL)],
    "project.client.learning": [(("subject",), ALL)],
    # what is confirmed, by whom, and how that is known
    "project.signoff": [(("name", "introduction", "statement", "content", "answer_note", "signed_name"), ALL)],
    "project.signoff.kind": [(("name", "introduction", "statement"), ALL)],
    "project.signoff.event": [(("who", "ip", "user_agent"), ALL)],
    # a report is the client's once it is published
    "project.update": [(("name", "body", "status_reason", "gains", "collaboration"), [("state", "=", "published")])],
    "project.report.section": [(("text",), [("is_shown", "=", True), ("is_internal", "=", False)])],
    "project.adoption.figure": [(("name", "source", "comment"), ALL)],
    "project.improvement": [(("name", "description"), [("state", "in", ("proposed", "quoted"))])],
    "project.lesson": [(("name", "description"), [("is_for_client", "=", True)])],
    # the mail of the hand-off: what was told, in words for the client, and where help is found
    "project.handoff": [(("client_note",), [("state", "=", "confirmed")])],
    "project.handoff.line": [(("note",), [("kind", "=", "told")])],
    "project.handoff.point": [(("client_text",), ALL)],
    "res.company": [(("support_team_name", "support_email", "support_url"), ALL)],
    # the kick-off minutes tell what was agreed
    "project.scope.app": [
        (("name", "reason"), [("is_needed", "=", True)]),
        (("limits",), [("limits_told_on", "!=", False)]),
    ],
    "project.expectation": [(("name",), [("told_on", "!=", False)])],
    "project.lifecycle.phase": [(("name", "agreed_outcome", "decision_why"), ALL)],
}

TECHNICAL = {
    "project.signoff": {"lang", "source_digest", "checksum", "res_model", "access_token"},
    "project.signoff.kind": {"code"},
    "project.intake.rule": {"domain", "error"},
    "project.report.section": {"code"},
    "project.update": {"lang"},
    "res.company": {"pack_alert_shares"},
}

CLIENT_REPORTS = {
    "project_lifecycle.project_kickoff_minutes_report",
    "project_lifecycle.project_pack_statement_report",
    "project_lifecycle.project_report_report",
    "project_lifecycle.project_signoff_report",
}

CLIENT_MAILS = {
    "project_lifecycle.mail_template_spoc_change",
    "project_lifecycle.mail_template_pack_alert",
    "project_lifecycle.mail_template_handoff",
    "project_lifecycle.mail_template_report",
    "project_lifecycle.mail_template_satisfaction",
    "project_lifecycle.mail_template_signoff",
    "project_lifecycle.mail_template_signoff_reminder",
    "project_lifecycle.session_invitation_mail",
}
