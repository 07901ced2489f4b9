from datetime import UTC, timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import split_every

from ..logic import reminder

REMINDER = "project_lifecycle.mail_activity_type_time_reminder"
# stages in which the work for the client is done
WORKING = ("delivery", "golive")
BATCH = 100
# projects named where there is one line for all of them
NAMED = 3


class ProjectTimeReminderMixin(models.AbstractModel):
    """Whoever logged nothing for a week on a project of theirs is reminded, once a week (S2.49)."""

    _name = "project.time.reminder.mixin"
    _description = "Reminder of Time"

    @api.model
    def _cron_remind_of_time(self):
        """Give everybody who logged nothing last week one activity that lists the projects.

        Who has one of this week is left alone, so that a run that was cut short goes on where it stopped. Reminders of
        earlier weeks are replaced, or go when there is nothing to be reminded of any more.
        """
        week = reminder.monday(fields.Date.today())
        everybody = self._get_reminded_people()
        reminders = self.env["mail.activity"].with_context(active_test=False)
        of_type = Domain("activity_type_id", "=", self.env.ref(REMINDER).id)
        done = reminders.search(of_type & Domain("date_deadline", ">=", week)).user_id
        people = {user: projects for user, projects in everybody.items() if user not in done}
        self.env["ir.cron"]._commit_progress(remaining=len(people))
        for users in split_every(BATCH, sorted(people, key=lambda user: user.id)):
            self._remind({user: people[user] for user in users})
            if not self.env["ir.cron"]._commit_progress(len(users)):
                return
        stale = of_type & Domain("date_deadline", "<", week) & Domain("active", "=", True)
        reminders.search(stale).unlink()

    @api.model
    def _get_reminded_people(self):
        """Return the projects in work of each of our people, in a constant number of queries.

        :return: projects by user; only users who can log time
        :rtype: dict
        """
        projects = self.search(self._get_reminder_domain())
        joined = fields.Date.today() - timedelta(days=7)
        people = self.env["project.lifecycle.stakeholder"].search(
            [
                ("project_id", "in", projects.ids),
                ("side", "=", "ours"),
                ("user_id", "!=", False),
                # who came this week has had no week yet
                "|",
                ("date_from", "=", False),
                ("date_from", "<=", joined),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", fields.Date.today()),
            ]
        )
        pairs = [(project.user_id, project) for project in projects]
        pairs += [(person.user_id, person.project_id) for person in people]
        found = {}
        for user, project in pairs:
            found[user] = found.get(user, self.browse()) | project
        users = self.env["res.users"].union(*found)
        may_log = users.filtered(lambda user: user.active and not user.share and user.sudo().employee_ids)
        return {user: found[user] for user in may_log}

    @api.model
    def _get_reminder_domain(self):
        """Return which projects are in work: override to add stages of other purposes.

        :rtype: Domain
        """
        paused = Domain("step_ids", "any", [("state", "=", "current"), ("paused_on", "!=", False)])
        return (
            Domain("lifecycle_id", "!=", False)
            & Domain("active", "=", True)
            & Domain("is_template", "=", False)
            & Domain("allow_timesheets", "=", True)
            & Domain("stage_id.purpose", "in", WORKING)
            & Domain("stage_id.time_policy", "!=", "closed")
            & ~paused
        )

    @api.model
    def _remind(self, people):
        """Remind those of these people who logged nothing on a project and were not away all the time.

        :param dict people: projects by user
        """
        now = fields.Datetime.now().replace(tzinfo=UTC)
        weeks = {user: reminder.last_week(now, user.tz) for user in people}
        logged = self._get_logged(people, weeks)
        missing = {
            user: projects.filtered(lambda project, user=user: (user, project) not in logged)
            for user, projects in people.items()
        }
        late = {user: projects for user, projects in missing.items() if projects}
        away = self._get_people_away({user: weeks[user] for user in late})
        self._put_reminders({user: projects for user, projects in late.items() if user not in away})

    @api.model
    def _get_logged(self, people, weeks):
        """Return on which projects users logged time in their week, in one grouped query.

        :param dict people: projects by user
        :param dict weeks: first day and today by user
        :return: pairs of a user and a project
        :rtype: set
        """
        rows = self.env["account.analytic.line"]._read_group(
            [
                ("project_id", "in", self.union(*people.values()).ids),
                ("user_id", "in", [user.id for user in people]),
                ("date", ">=", min(first for first, _today in weeks.values())),
                ("date", "<=", max(today for _first, today in weeks.values())),
            ],
            ["user_id", "project_id"],
            ["date:max"],
        )
        return {(user, project) for user, project, day in rows if user in weeks and day >= weeks[user][0]}

    @api.model
    def _get_people_away(self, weeks):
        """Return the users whose calendars had no working time in the week: leave, public holidays, part-time.

        :param dict weeks: first day and today by user
        :rtype: res.users
        """
        working = self.env["resource.resource"]
        users = self.env["res.users"].union(*weeks).sudo()
        groups = users.grouped(lambda user: (user.tz, weeks[user]))
        for (zone, (first, today)), of_zone in groups.items():
            resources = of_zone.employee_ids.resource_id
            intervals, _calendars = resources._get_valid_work_intervals(*reminder.moments(first, today, zone))
            working |= resources.filtered(lambda resource, found=intervals: list(found[resource.id]))
        return users.filtered(lambda user: not user.employee_ids.resource_id & working).sudo(self.env.su)

    @api.model
    def _put_reminders(self, people):
        """Give users their activity of this week: that of an earlier week if it is still open, else a new one.

        :param dict people: projects by user
        """
        activities, today = (
            self.env["mail.activity"].with_context(mail_activity_quick_update=True),
            fields.Date.today(),
        )
        kind = self.env.ref(REMINDER)
        users = self.env["res.users"].union(*people)
        domain = [("activity_type_id", "=", kind.id), ("user_id", "in", users.ids)]
        present = activities.search(domain).grouped("user_id")
        new = []
        for user, projects in people.items():
            values = {"date_deadline": today, **projects._prepare_reminder_texts(user)}
            if user in present:
                present[user][:1].write(values)
            else:
                new.append({"activity_type_id": kind.id, "user_id": user.id, "automated": True, **values})
        activities.create(new)

    def _prepare_reminder_texts(self, user):
        told = self.with_context(lang=user.lang or self.env.lang)
        rows = [Markup('<li><a href="/odoo/project/%s">%s</a></li>') % (project.id, project.name) for project in told]
        names = ", ".join(told[:NAMED].mapped("name")) + (" …" if len(told) > NAMED else "")
        return {
            "summary": told.env._("No time logged last week: %(projects)s", projects=names),
            "note": Markup("<p>%s</p><ul>%s</ul>")
            % (told.env._("Log the time of last week, however short, on:"), Markup().join(rows)),
        }
