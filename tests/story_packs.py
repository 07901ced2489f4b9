from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form

from .story_common import StoryCommon


class StoryPacks(StoryCommon):
    """What happens with the hours that a client has bought: logged, nearly used up, bought again, read by the client.

    A story is an ``HttpCase`` and has, beside what :class:`StoryCommon` asks for, ``salesperson``, who sold the hours,
    and ``client_login``, the portal user of the client's SPOC. Everybody acts with the own rights.
    """

    def _log(self, task, name, hours, **values):
        """Log time as the consultant does on the page of a task, who sees first what is left.

        :return: the time entry
        """
        entries = self.env["account.analytic.line"].with_user(self.consultant)
        form = Form(entries, "hr_timesheet.hr_timesheet_line_form")
        form.project_id = task.project_id
        form.task_id = task
        self.assertAlmostEqual(form.project_pack_hours, task.project_id.pack_remaining_hours)
        form.name = name
        form.unit_amount = hours
        for field, value in values.items():
            form[field] = value
        return form.save()

    def _check_first_pack(self, project, order, hours):
        """The order has made the pack; consultant and salesperson see the same, others do not see it."""
        pack = project.pack_ids
        self.assertEqual((len(pack), pack.project_id, pack.purchased_hours), (1, project, hours))
        sold = self.env["project.pack"].with_user(self.salesperson).search(order.action_view_packs()["domain"])
        self.assertEqual((sold.ids, sold.available_hours), (pack.ids, hours))
        with self.assertRaises(AccessError):
            pack.with_user(self.client_login).read(["available_hours"])
        return pack

    def _use_up_the_pack(self, project, task, pack):
        """Day after day until the pack is nearly used up; then it tells who has to know, each of them once a share."""
        kind = self.env.ref("project_lifecycle.work_kind_configuration").with_user(self.consultant)
        day = fields.Date.today() - timedelta(days=14)
        entry = self._log(task, "Set up together", 1.0, date=day, internal_note="MARKER she was late")
        self.assertEqual((entry.user_id, entry.pack_id, entry.pack_use), (self.consultant, pack, "deducted"))
        self.assertEqual(entry.step_id, project.current_step_id)
        for number in range(4):
            self._log(task, f"Day {number + 1} of the work", 8.0, date=day + timedelta(number + 1), work_kind_id=kind)
        self.assertEqual((pack.remaining_hours, pack.balance_state), (pack.purchased_hours - 33, "low"))
        for user in (self.consultant, self.salesperson):
            alerts = self._alerts_of(pack, user)
            self.assertEqual([alert.summary.split("%")[0] for alert in alerts], ["50", "80"], user.name)

    def _alerts_of(self, pack, user):
        activities = self.env["mail.activity"].with_user(user)
        domain = [("res_model", "=", "project.pack"), ("res_id", "=", pack.id), ("user_id", "=", user.id)]
        return activities.search(domain, order="id")

    def _buy_the_next_pack(self, project, pack):
        """The consultant has the quotation prepared, and may not open it; the salesperson is asked to, and sells it.

        :return: the second pack
        """
        told = project.action_prepare_next_pack()
        quotation = self.env["sale.order"].with_user(self.salesperson).search([("origin", "=", pack.order_id.name)])
        self.assertEqual((len(quotation), quotation.state, quotation.user_id), (1, "draft", self.salesperson))
        self.assertIn(quotation.name, told["params"]["message"])
        self.assertIn(project.name, quotation.activity_ids.summary)
        again = project.action_prepare_next_pack()
        self.assertIn("open already", again["params"]["message"])
        with self.assertRaises(AccessError), self.cr.savepoint():
            quotation.with_user(self.consultant).action_confirm()
        quotation.action_confirm()
        second = project.pack_ids - pack
        self.assertEqual((second.order_id.id, second.purchased_hours), (quotation.id, pack.purchased_hours))
        return second

    def _log_over_the_border(self, project, task, first, second):
        """The entry at the border stays whole; the second pack pays what it takes too much; a gift takes nothing."""
        left = first.remaining_hours + second.remaining_hours
        self.assertEqual(task.project_pack_hours, left)
        excess = 9.0 - first.remaining_hours
        entry = self._log(task, "Tried everything together", 9.0)
        self.assertEqual((entry.pack_id, entry.unit_amount), (first, 9))
        self.assertEqual((first.remaining_hours, first.available_hours), (-excess, 0))
        self.assertEqual((second.remaining_hours, second.available_hours), (second.purchased_hours, left - 9))
        self.assertEqual(self._log(task, "Questions that came up", 1.5).pack_id, second)
        gift = self._log(task, "A look at the printer", 0.5, is_offered=True)
        self.assertEqual((gift.pack_use, gift.so_line.id), ("offered", False))
        self.assertEqual(project.pack_remaining_hours, left - 10.5)
        with self.assertRaisesRegex(AccessError, "administrator moves it"), self.cr.savepoint():
            entry.pack_id = second
        rows = [row["change"] for row in second._get_ledger_rows() if row["kind"] == "carried_in"]
        self.assertEqual(rows, [-excess])

    def _client_reads_packs(self, project, second):
        """The SPOC reads every minute in the portal, nothing that is ours, and writes down what she learned."""
        url = f"/my/projects/{project.id}/packs"
        self.authenticate(self.client_login.login, self.client_login.login)
        page = self.url_open(url)
        self.assertEqual((page.status_code, page.url.endswith(url)), (200, True))
        days = [f"Day {number} of the work" for number in range(1, 5)]
        for words in ("Set up together", *days, "Tried everything together", "Questions that came up", "09:00"):
            self.assertIn(words, page.text)
        self.assertIn(second._format_time(second.available_hours), page.text)
        self.assertNotIn("A look at the printer", page.text, "what was offered is apart")
        self.assertIn("A look at the printer", self.url_open(f"{url}?use=offered").text)
        self.assertNotIn("MARKER", page.text)
        form = html.fromstring(page.content).xpath("//form[contains(@class, 'o_lifecycle_learning')]")[0]
        values = {**dict(form.form_values()), "hours": "2:30", "subject": "The first tutorial"}
        left = project.pack_remaining_hours
        answer = self.url_open(form.get("action"), data=values)
        self.assertIn("The first tutorial", answer.text)
        self.env.invalidate_all()
        self.assertEqual((project.client_learning_hours, project.pack_remaining_hours), (2.5, left))
