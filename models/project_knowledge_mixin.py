from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import format_date, is_html_empty

# where people keep what was recorded
RECORDED = ("http://", "https://")


class ProjectKnowledgeMixin(models.AbstractModel):
    """What the support team must know of a project, for ourselves: made of blocks, each a method."""

    _name = "project.knowledge.mixin"
    _description = "Knowledge Package of a Project"

    # === ACTIONS === #

    def action_print_knowledge(self):
        """Print the knowledge package, an internal document."""
        self.ensure_one()
        self.check_access("read")
        return self.env.ref("project_lifecycle.project_knowledge_report").report_action(self)

    # === BUSINESS METHODS === #

    def _get_knowledge_codes(self):
        """Return the codes of the blocks in their order; to add one, define ``_knowledge_<code>``.

        :rtype: list[str]
        """
        return ["whereabouts", "scope", "developments", "remarks", "recordings", "notes"]

    def _get_knowledge_package(self):
        """Return what the support team must know of one project: internal, in the reader's language.

        Each block comes from ``_knowledge_<code>``, called with the superuser's rights; confidential notes on people
        are in none.

        :return: for each block that has something to say ``code``, ``title`` and ``rows``: dicts with ``label``,
            ``text`` (may be empty), ``url`` (may be empty) and ``html`` (may be empty)
        :rtype: list[dict]
        :raises AccessError: if the reader is none of us
        """
        self.ensure_one()
        if not self.env.su and not self.env.user._is_internal():
            raise AccessError(self.env._("The knowledge package is for the people of our side."))
        project = self.sudo()
        blocks = []
        for code in self._get_knowledge_codes():
            title, rows = getattr(project, f"_knowledge_{code}")()
            if rows:
                blocks.append({"code": code, "title": title, "rows": rows})
        return blocks

    def _get_support_knowledge(self):
        """Show the knowledge package where support works on a ticket, whatever stage its project is in."""
        if not self.lifecycle_id:
            return super()._get_support_knowledge()
        return self.env["ir.qweb"]._render(
            "project_lifecycle.knowledge_blocks", {"blocks": self._get_knowledge_package()}
        )

    def _prepare_knowledge_row(self, label, text="", url="", html=""):
        return {"label": label, "text": text or "", "url": url or "", "html": html or ""}

    def _knowledge_whereabouts(self):
        """Stage, consultant, SPOC, what is left, and why the project is in support."""
        handoff = self.handoff_ids.filtered(lambda it: it.state == "confirmed")[:1]
        reasons = dict(handoff._fields["reason"]._description_selection(self.env))
        spoc = self.spoc_id
        rows = [
            (self.env._("Client"), self.partner_id.display_name),
            (self.env._("SPOC"), ", ".join(filter(None, [spoc.name, spoc.email, spoc.phone]))),
            (self.env._("Stage"), self.stage_id.name),
            (self.env._("Consultant"), self.user_id.name),
            (self.env._("Hours left"), self._format_pack_time(self.pack_remaining_hours) if self.pack_count else ""),
            (self.env._("In support because"), reasons.get(handoff.reason, "")),
            (self.env._("Told to the client"), "\n".join(filter(None, handoff.told_line_ids.mapped("note")))),
        ]
        return self.env._("Where the project stands"), [
            self._prepare_knowledge_row(label, text) for label, text in rows if text
        ]

    def _knowledge_scope(self):
        apps = self.env["project.scope.app"].search([("project_id", "=", self.id), ("is_needed", "=", True)])
        rows = [
            self._prepare_knowledge_row(
                app.name,
                "\n".join(
                    filter(None, [app.reason, app.limits and self.env._("Limits: %(limits)s", limits=app.limits)])
                ),
            )
            for app in apps
        ]
        return self.env._("Scope"), rows

    def _knowledge_developments(self):
        """What was built beyond the standard: expectations judged so, as far as they were recorded."""
        beyond = self.env["project.expectation"].search(
            [("project_id", "=", self.id), ("verdict", "=", "development")]
        )
        labels = dict(beyond._fields["verdict"]._description_selection(self.env))
        rows = [
            self._prepare_knowledge_row(it.name, "\n".join(filter(None, [labels[it.verdict], it.note])))
            for it in beyond
        ]
        return self.env._("Developments"), rows

    def _knowledge_remarks(self):
        points = self.env["project.open.point"].search([("project_id", "=", self.id), ("state", "=", "open")])
        rows = [
            self._prepare_knowledge_row(
                point.name,
                self.env._(
                    "%(owner)s, until %(deadline)s",
                    owner=point._get_owner_name(),
                    deadline=format_date(self.env, point.deadline),
                ),
            )
            for point in points
        ]
        return self.env._("Open remarks"), rows

    def _knowledge_recordings(self):
        """Links that were kept as evidence, and material of trainings."""
        items = self.env["project.checklist.item"].search([("project_id", "=", self.id), ("link", "!=", False)])
        rows = [
            self._prepare_knowledge_row(item.name, url=item.link) for item in items if item.link.startswith(RECORDED)
        ]
        for training in self.training_ids:
            url = training.link if (training.link or "").startswith(RECORDED) else ""
            files = ", ".join(training.attachment_ids.mapped("name"))
            if url or files:
                rows.append(self._prepare_knowledge_row(training.name, files, url=url))
        return self.env._("Recordings and material"), rows

    def _knowledge_notes(self):
        """What was said in the sessions, ours included, and the description of the project."""
        domain = Domain("lifecycle_project_id", "=", self.id) & Domain("held_on", "!=", False)
        rows = [
            self._prepare_knowledge_row(
                f"{format_date(self.env, event.held_on)} {event.name}",
                html=event.minutes if not is_html_empty(event.minutes) else "",
            )
            for event in self.env["calendar.event"].search(domain, order="held_on desc", limit=20)
            if not is_html_empty(event.minutes)
        ]
        if not is_html_empty(self.description):
            rows.insert(0, self._prepare_knowledge_row(self.env._("Description"), html=self.description))
        return self.env._("Notes"), rows
