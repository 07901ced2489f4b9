from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import RUNS, LifecycleCommon, count_queries


@tagged("post_install", "-at_install")
class TestActivities(LifecycleCommon):
    """What is planned about a criterion: by whom it is seen, and when it closes by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item, cls.other_item, _may = cls.items_of(cls.project, cls.first)
        cls.todo = cls.env.ref("mail.mail_activity_data_todo")

    def schedule(self, user=None, item=None, **values):
        return (
            (item or self.item)
            .with_user(self.consultant)
            .activity_schedule(
                "mail.mail_activity_data_todo",
                summary="Ask the client",
                user_id=(user or self.consultant).id,
                **values,
            )
        )

    def open_activities(self, item=None):
        domain = [("res_model", "=", "project.checklist.item"), ("res_id", "in", (item or self.item).ids)]
        return self.env["mail.activity"].search(domain)

    def test_the_consultant_plans_for_a_colleague_who_reads_it(self):
        activity = self.schedule(self.colleague)
        as_colleague = activity.with_user(self.colleague)
        self.assertEqual(as_colleague.summary, "Ask the client")
        self.assertEqual(self.item.with_user(self.colleague).name, "First must a")
        self.assertEqual(as_colleague.res_name, "First must a")

    def test_on_a_project_that_only_followers_see(self):
        self.project.privacy_visibility = "followers"
        self.project.message_subscribe(self.consultant.partner_id.ids)
        with self.assertRaises(AccessError):
            self.item.with_user(self.colleague).read(["name"])
        self.schedule(self.colleague)
        self.assertEqual(self.item.with_user(self.colleague).read(["name"])[0]["name"], "First must a")

    def test_nobody_is_assigned_who_does_not_see_it(self):
        with self.assertRaisesRegex(UserError, "Emil Employee does not see the criteria of Migration"):
            self.schedule(self.employee)
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.project.company_id = self.env.company
        stranger = new_test_user(
            self.env,
            "lc_stranger",
            "project.group_project_user",
            name="Stranger",
            company_id=elsewhere.id,
            company_ids=[(6, 0, elsewhere.ids)],
        )
        with self.assertRaisesRegex(UserError, "Stranger does not see"):
            self.schedule(stranger)

    def test_who_does_not_answer_plans_nothing(self):
        with self.assertRaises(AccessError):
            self.item.with_user(self.colleague).activity_schedule(
                "mail.mail_activity_data_todo", user_id=self.colleague.id
            )
        with self.assertRaises(AccessError):
            self.item.with_user(self.portal_user).activity_schedule("mail.mail_activity_data_todo")

    def test_done_is_noted_on_the_project_for_us_only(self):
        self.project.message_subscribe(self.portal_user.partner_id.ids)
        self.schedule(self.colleague).with_user(self.colleague).action_feedback(feedback="They agree")
        note = self.project.message_ids[0]
        self.assertIn("First must a", note.body)
        self.assertIn("They agree", note.body)
        self.assertTrue(note.is_internal)
        self.assertNotIn(note, self.env["mail.message"].with_user(self.portal_user).search([]))
        self.assertNotIn(self.portal_user.partner_id, note.notified_partner_ids)
        self.assertEqual(self.item.state, "open")

    def test_met_closes_it_as_done(self):
        activity, other = self.schedule(), self.schedule(item=self.other_item)
        self.item.with_user(self.consultant).action_tick()
        self.assertFalse(activity.active)
        self.assertTrue(other.active)

    def test_met_closes_also_that_of_a_colleague(self):
        activity = self.schedule(self.colleague)
        self.item.with_user(self.consultant).action_tick()
        self.assertFalse(activity.active)

    def test_not_applicable_and_waived_remove_it(self):
        self.schedule()
        self.item.with_user(self.consultant).action_not_applicable("not here")
        self.assertFalse(self.open_activities())
        self.schedule(item=self.other_item)
        self.other_item.with_user(self.manager).action_waive("agreed")
        self.assertFalse(self.open_activities(self.other_item))

    def test_evidence_closes_it(self):
        template = self.env["project.checklist.template"].create(
            {"name": "Minutes", "stage_id": self.first.id, "kind": "evidence"}
        )
        item = template.item_ids.filtered(lambda item: item.project_id == self.project)
        self.schedule(item=item)
        item.with_user(self.consultant).link = "https://example.com/minutes"
        self.assertFalse(self.open_activities(item))

    def test_worked_out_closes_it(self):
        self.project.partner_id = False
        template = self.env["project.checklist.template"].create(
            {"name": "Customer", "stage_id": self.first.id, "kind": "computed", "criterion": "customer"}
        )
        item = template.item_ids.filtered(lambda item: item.project_id == self.project)
        self.schedule(item=item)
        self.project.partner_id = self.client_company
        self.assertFalse(self.open_activities(item))

    def test_the_decision_of_the_gate_removes_it(self):
        free = self.items_of(self.project, self.first)[2]
        (self.item | self.other_item).with_user(self.consultant).action_tick()
        self.schedule(item=free)
        self.project.with_user(self.consultant).stage_id = self.second
        self.assertEqual(free.state, "open")
        self.assertFalse(self.open_activities(free))

    def test_gone_with_the_project(self):
        self.schedule()
        self.project.unlink()
        self.assertFalse(self.open_activities())

    def test_gone_with_the_steps_of_a_template(self):
        self.schedule()
        self.project.is_template = True
        self.assertFalse(self.item.exists())
        self.assertFalse(self.open_activities())

    def test_gone_with_the_criterion(self):
        self.schedule()
        self.item.template_id.active = False
        self.assertFalse(self.open_activities())

    def test_gone_when_the_addon_leaves(self):
        self.schedule()
        self.env["project.lifecycle"]._leave_database()
        self.assertFalse(self.env["mail.activity"].search([("res_model", "=", "project.checklist.item")]))

    def test_messages_are_not_for_rpc(self):
        for name in ("message_subscribe", "message_notify", "message_post_with_source"):
            self.assertFalse(getattr(type(self.item), name)._api_private is not True)

    def test_items_of_many_projects_cost_as_many_queries_as_those_of_few(self):
        def spent(count):
            names = [{"name": f"N{n}", "lifecycle_id": self.lifecycle.id} for n in range(count * RUNS)]
            projects = self.env["project.project"].create(names)

            def pass_gate(_env, run):
                some = projects[run * count : (run + 1) * count]
                self.items_of(some, self.first).action_tick()
                some.with_context(tracking_disable=True).write({"stage_id": self.second.id})

            return count_queries(self.env, pass_gate)

        self.assertEqual(spent(6), spent(3))
