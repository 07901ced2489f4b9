from odoo import api, fields, models
from odoo.tools import format_date, is_html_empty

SESSIONS = 10
MESSAGES = 5
QUESTIONS = 10


class ProjectClientPageMixin(models.AbstractModel):
    """The home page of the client: where the project stands, what is needed, and blocks that features add.

    A feature adds a block by a code in ``_get_client_block_codes`` and a method ``_client_block_<code>``. It runs with
    the superuser's rights on projects whose access was checked, for the current user, in the language of the
    context: it returns what a client may read.
    """

    _name = "project.client.page.mixin"
    _inherit = "project.client.need.mixin"
    _description = "Home Page of the Client"

    # === PAGE === #

    def _get_client_page(self):
        """Return what the home page of the client shows.

        :raises AccessError: if the user does not see the client's side of this project
        :return: a dict: ``access``, ``stage`` and ``steps`` (where we are), ``timeline``, ``next_step``,
            ``next_date``, ``needs``, ``blocks``
        """
        self.ensure_one()
        access = self._get_client_access()
        if not access:
            self._check_client_access()
        project = self.sudo()
        needs = project._collect_client_needs()[self.id]
        sessions = project._get_client_sessions()
        blocks = project.with_context(client_sessions=sessions)._get_client_blocks()
        return {
            "access": access,
            "needs": needs,
            "blocks": blocks,
            **project._get_client_whereabouts(needs, sessions),
        }

    def _get_client_url(self):
        self.ensure_one()
        return f"/my/projects/{self.id}/lifecycle"

    # === BLOCKS === #

    def _get_client_block_codes(self):
        """Return the codes of the blocks in their order: extend it to add a block, with its ``_client_block_<code>``.

        :rtype: list[str]
        """
        return ["questions", "packs", "sessions", "people", "messages"]

    def _get_client_blocks(self):
        """Return the blocks of the page that have something to show, in their order.

        :rtype: list[dict]
        """
        self.ensure_one()
        blocks = (getattr(self, f"_client_block_{code}")() for code in self._get_client_block_codes())
        return [block for block in blocks if block]

    def _prepare_client_block(self, code, title, template, values):
        """Return a block of the page.

        :param str code: of the block, also the anchor by which it is linked
        :param str title: heading, in the language of the context
        :param str template: id of the QWeb template, rendered with the values and those of the page
        :param dict values: what the template shows
        """
        return {"code": code, "title": title, "template": template, "values": values}

    def _client_block_questions(self):
        """What the client asked, with owner, date and answer (S2.47)."""
        points = (
            self.env["project.open.point"]
            .search(
                [("project_id", "=", self.id), ("asked_by_id", "!=", False), ("state", "!=", "withdrawn")],
                limit=QUESTIONS,
            )
            .sorted(lambda point: (point.state != "open", point.deadline))
        )
        rows = [
            {
                "id": point.id,
                "name": point.name,
                "text": point.client_text,
                "asked_by": point.asked_by_id.name,
                "asked_on": point.asked_on,
                "owner": point._get_owner_name(),
                "deadline": point.deadline,
                "is_open": point.state == "open",
                "answer": point.answer if point.state == "answered" else False,
            }
            for point in points
        ]
        may_ask = self.spoc_id == self.env.user.partner_id
        if not rows and not may_ask:
            return None
        return self._prepare_client_block(
            "questions",
            self.env._("Questions"),
            "project_lifecycle.client_block_questions",
            {"questions": rows, "may_ask": may_ask},
        )

    def _client_block_packs(self):
        packs = self.env["project.pack"]._get_of_projects(self)
        if not packs:
            return None
        ledger = packs._build_ledgers().get(self.id)
        pack = packs[:1].with_company(self.company_id or self.env.company)
        bought = sum(packs.mapped("purchased_hours"))
        left = ledger.total if ledger else 0.0
        return self._prepare_client_block(
            "packs",
            self.env._("Packs and time"),
            "project_lifecycle.client_block_packs",
            {
                "bought": bought,
                "left": left,
                "share": round(min(max(100 * (bought - left) / bought, 0), 100)) if bought else 0,
                "last_entry_date": max(filter(None, packs.mapped("last_entry_date")), default=False),
                "format_time": pack._format_time,
                "is_in_days": pack._is_in_days(),
                "url": f"/my/projects/{self.id}/packs",
            },
        )

    def _client_block_sessions(self):
        everything = self._get_client_sessions()
        now = fields.Datetime.now()
        sessions = everything.filtered(lambda it: it.start >= now and not it.held_on).sorted("start")[:SESSIONS]
        held = everything.filtered("held_on").sorted(lambda it: (it.held_on, it.start), reverse=True)[:SESSIONS]
        if not sessions and not held:
            return None
        return self._prepare_client_block(
            "sessions",
            self.env._("Sessions and minutes"),
            "project_lifecycle.client_block_sessions",
            {
                "sessions": [
                    {"id": it.id, "name": it.name, "start": it.start, "place": it.location} for it in sessions
                ],
                "held": [
                    {
                        "id": it.id,
                        "name": it.name,
                        "date": it.held_on,
                        "people": it.attendee_ids.filtered(lambda at: at.state != "declined").partner_id.mapped(
                            "name"
                        ),
                        "minutes": False if is_html_empty(it.minutes) else it.minutes,
                    }
                    for it in held
                ],
            },
        )

    def _get_client_sessions(self):
        """Return the sessions to which people of the client are invited; internal ones are never the client's to read.

        Those to come, and those that were held.
        """
        known = self.env.context.get("client_sessions")
        if isinstance(known, models.BaseModel):
            return known
        customer = self.partner_id.commercial_partner_id
        return self.env["calendar.event"].search(
            [
                ("lifecycle_project_id", "=", self.id),
                ("session_kind", "!=", "internal"),
                ("partner_ids.commercial_partner_id", "=", customer.id),
                "|",
                ("start", ">=", fields.Datetime.now()),
                ("held_on", "!=", False),
            ],
            order="start desc",
            limit=10 * SESSIONS,
        )

    def _client_block_people(self):
        people = self.stakeholder_ids.filtered(lambda person: person._is_current())
        labels = dict(people._fields["client_role"]._description_selection(self.env))
        ours = [
            {"name": it.partner_id.name, "role": it.role_id.name or "", "is_lead": it.is_lead}
            for it in people.filtered(lambda person: person.side == "ours")
        ]
        manager = self.user_id.partner_id
        if manager and manager not in people.partner_id:
            ours.insert(0, {"name": manager.name, "role": "", "is_lead": True})
        theirs = [
            {"name": it.partner_id.name, "role": labels.get(it.client_role, ""), "is_lead": it.is_lead}
            for it in people.filtered(lambda person: person.side == "client")
        ]
        if not ours and not theirs:
            return None
        return self._prepare_client_block(
            "people", self.env._("People"), "project_lifecycle.client_block_people", {"ours": ours, "theirs": theirs}
        )

    def _client_block_messages(self):
        """What was said on the project for the client to read: never notes of ours."""
        comment = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        messages = self.env["mail.message"].search(
            [
                ("model", "=", "project.project"),
                ("res_id", "=", self.id),
                ("subtype_id", "=", comment),
                ("is_internal", "=", False),
                ("message_type", "in", ("comment", "email", "email_outgoing")),
                ("body", "!=", False),
            ],
            limit=MESSAGES,
        )
        rows = [{"author": it.author_id.name or it.email_from, "date": it.date, "body": it.body} for it in messages]
        if not rows:
            return None
        return self._prepare_client_block(
            "messages", self.env._("Messages"), "project_lifecycle.client_block_messages", {"messages": rows}
        )

    # === WHERE WE ARE === #

    def _get_client_whereabouts(self, needs, sessions):
        """Return where the project stands, as far as its stages are visible to the client.

        :param list needs: what waits for the client, for the next date
        :param calendar.event sessions: with the client, for the next date
        :rtype: dict
        """
        steps = self.step_ids.filtered(
            lambda step: step.stage_id.client_visible and step.stage_id.active and step.state != "skipped"
        )
        steps = steps.sorted(lambda step: step._get_timeline_order())
        labels = dict(steps._fields["state"]._description_selection(self.env))
        current = steps.filtered(lambda step: step.state == "current")
        ahead = steps.filtered(lambda step: step.state == "upcoming")
        following = ahead.sorted(lambda step: self._get_order_after(current, step))[:1]
        return {
            "stage": current.display_name or "",
            "steps": [
                {
                    "name": step.display_name,
                    "state": step.state,
                    "label": labels[step.state],
                    "period": self._describe_period(
                        (step.date_start or step.planned_start, step.date_end or step.planned_end)
                    ),
                }
                for step in steps
            ],
            "timeline": self._render_timeline(steps) if steps else False,
            "next_step": following
            and {
                "name": following.display_name,
                "date": following.planned_start and format_date(self.env, following.planned_start),
            },
            "next_date": self._get_client_next_date(current, needs, sessions),
        }

    @api.model
    def _get_order_after(self, current, step):
        """Return what steps are sorted by so that the one after the current one is first."""
        place = (step.stage_id.sequence, step.stage_id.id)
        is_before = bool(current) and place <= max((it.stage_id.sequence, it.stage_id.id) for it in current)
        return is_before, *place, step.round

    def _get_client_next_date(self, current, needs, sessions):
        """Return the next day that the client has to think of: of a session, of what is needed, of a milestone, or the
        planned end of the stage.

        :return: a dict of ``date`` and ``title``; None if there is none
        """
        today = fields.Date.context_today(self)
        dates = [(need["deadline"], need["title"]) for need in needs if need["deadline"]]
        now = fields.Datetime.now()
        session = sessions.filtered(lambda it: it.start >= now).sorted("start")[:1]
        if session:
            dates.append((fields.Datetime.context_timestamp(self, session.start).date(), session.name))
        if current.planned_end:
            dates.append((current.planned_end, self.env._("Planned end of %(stage)s", stage=current.display_name)))
        milestone = self._get_client_milestone(today)
        if milestone:
            dates.append((milestone.deadline, milestone.name))
        ahead = [(day, title) for day, title in dates if day >= today]
        if not ahead:
            return None
        day, title = min(ahead, key=lambda row: row[0])
        return {"date": format_date(self.env, day), "title": title}

    def _get_client_milestone(self, today):
        if not self.allow_milestones:
            return self.env["project.milestone"]
        ahead = [("project_id", "=", self.id), ("is_reached", "=", False), ("deadline", ">=", today)]
        return self.env["project.milestone"].search(ahead, order="deadline", limit=1)
