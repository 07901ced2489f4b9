from datetime import date, datetime

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.mail.tests.common import MailCase

from .common import LifecycleCommon, count_queries


@tagged("post_install", "-at_install")
class TestTemplates(MailCase, LifecycleCommon):
    """Templates, projects made from them and copies of projects, all with a lifecycle."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.resource_calendar_id = cls.env["resource.calendar"].create(
            {"name": "Weekdays", "tz": "Europe/Madrid"}
        )
        cls.contact = cls.portal_user.partner_id
        # as in life: nothing of mail is switched off
        cls.template = cls._alive(
            cls.create_project(
                "Business software",
                is_template=True,
                partner_id=False,
                user_id=cls.manager.id,
                lifecycle_mentor_id=cls.colleague.id,
                date_start="2026-03-02",
                date="2026-03-27",
                allow_milestones=True,
                allow_task_dependencies=True,
            )
        )
        cls.live = cls.env["project.milestone"].create(
            {"name": "Live", "project_id": cls.template.id, "deadline": "2026-03-13"}
        )
        cls.first_task = cls._create_task("Install", date_deadline="2026-03-06 16:00:00", milestone_id=cls.live.id)
        cls.second_task = cls._create_task(
            "Train",
            depend_on_ids=[Command.link(cls.first_task.id)],
            child_ids=[
                Command.create(
                    {
                        "name": "Book a room",
                        "project_id": cls.template.id,
                        "date_deadline": "2026-03-09 09:00:00",
                        "milestone_id": cls.live.id,
                        "email_cc": cls.manager.email,
                    }
                )
            ],
        )
        cls.template.message_subscribe(partner_ids=(cls.contact | cls.employee.partner_id).ids)
        cls.first_task.message_subscribe(partner_ids=cls.contact.ids)
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _alive(cls, project):
        return project.with_env(cls.env(user=cls.manager.id, context={}))

    @classmethod
    def _create_task(cls, name, **values):
        return cls.env["project.task"].create({"name": name, "project_id": cls.template.id, **values})

    def _create_from_template(self, **values):
        """Create a project from the template as its administrator does, in the dialog."""
        context = {"template_id": self.template.id}
        form = Form(self.env(user=self.manager.id, context=context)["project.template.create.wizard"])
        form.name = "Aranda"
        for name, value in values.items():
            form[name] = value
        return form.save()._create_project_from_template()

    def _task(self, project, name):
        return project.with_context(active_test=False).tasks.filtered(lambda task: task.name == name)

    # === DATES === #

    def test_dates_keep_their_distance_in_working_days(self):
        project = self._create_from_template(date_start="2026-04-08", date="2026-06-30")
        self.assertEqual((project.date_start, project.date), (date(2026, 4, 8), date(2026, 6, 30)))
        self.assertEqual(project.milestone_ids.deadline, date(2026, 4, 21))
        self.assertEqual(self._task(project, "Install").date_deadline.date(), date(2026, 4, 14))
        self.assertEqual(self._task(project, "Book a room").date_deadline.date(), date(2026, 4, 15))
        self.assertFalse(self._task(project, "Train").date_deadline)

    def test_the_end_follows_the_start_in_working_days(self):
        project = self.template.action_create_from_template({"name": "Aranda", "date_start": "2026-04-08"})
        self.assertEqual((project.date_start, project.date), (date(2026, 4, 8), date(2026, 5, 5)))

    @freeze_time("2026-04-08")
    def test_without_a_start_the_project_starts_today(self):
        running = self._create_from_template(date_start="2026-03-04", date="2026-03-31")
        for project in (self._create_from_template(), running.copy()):
            self.assertEqual((project.date_start, project.date), (date(2026, 4, 8), date(2026, 5, 5)))
            self.assertEqual(project.milestone_ids.deadline, date(2026, 4, 21))

    def test_public_holidays_are_no_working_days(self):
        other_company = self.env["res.company"].create({"name": "Elsewhere"})
        for company, day in ((self.env.company, 10), (other_company, 13)):
            self.env["resource.calendar.leaves"].with_company(company).create(
                {
                    "name": "Holiday",
                    "calendar_id": False,
                    "date_from": f"2026-04-{day} 00:00:00",
                    "date_to": f"2026-04-{day} 23:00:00",
                }
            )
        project = self.template.action_create_from_template({"name": "Aranda", "date_start": "2026-04-08"})
        self.assertEqual(self._task(project, "Install").date_deadline.date(), date(2026, 4, 15))

    def test_a_deadline_keeps_its_time_of_the_day(self):
        project = self.template.action_create_from_template({"name": "Aranda", "date_start": "2026-04-08"})
        self.assertEqual(
            self._task(project, "Install").date_deadline, datetime(2026, 4, 14, 15), "17:00 in summer as in winter"
        )

    def test_a_deadline_at_night_is_on_the_day_of_the_calendar(self):
        self.first_task.date_deadline = "2026-03-08 23:30:00"
        project = self.template.action_create_from_template({"name": "Aranda", "date_start": "2026-03-04"})
        self.assertEqual(self._task(project, "Install").date_deadline, datetime(2026, 3, 10, 23, 30))

    @freeze_time("2026-04-08")
    def test_without_a_start_dates_count_from_the_making_of_the_source(self):
        self.template.write({"date_start": False, "date": False})
        self._made_on("2026-03-03 12:00:00")
        project = self._create_from_template()
        self.assertFalse(project.date_start or project.date)
        self.assertEqual(self._task(project, "Install").date_deadline.date(), date(2026, 4, 13))
        self.assertEqual(project.milestone_ids.deadline, date(2026, 4, 20))

    @freeze_time("2026-04-08")
    def test_without_a_start_no_deadline_lies_before_that_of_the_copy(self):
        self.template.write({"date_start": False, "date": False})
        self._made_on("2027-01-01 12:00:00")
        project = self._create_from_template()
        self.assertEqual(self._task(project, "Install").date_deadline.date(), date(2026, 4, 8))
        self.assertEqual(project.milestone_ids.deadline, date(2026, 4, 15))

    def _made_on(self, moment):
        self.env.flush_all()
        self.env.cr.execute("UPDATE project_project SET create_date = %s WHERE id = %s", [moment, self.template.id])
        self.env.invalidate_all()

    def test_a_company_without_working_times(self):
        self.env.company.resource_calendar_id = False
        project = self.template.action_create_from_template({"name": "Aranda", "date_start": "2026-04-08"})
        self.assertEqual(project.milestone_ids.deadline, date(2026, 4, 21), "weeks from Monday to Friday")

    # === MILESTONES AND TASKS === #

    def test_milestones_of_several_copies_stay_apart(self):
        projects = self.template.browse()
        for number in range(3):
            project = self._alive(self.create_project(f"Client {number}", allow_milestones=True))
            milestone = self.env["project.milestone"].create({"name": f"Live {number}", "project_id": project.id})
            self._create_task(f"Task {number}", project_id=project.id, milestone_id=milestone.id)
            projects |= project
        plain = self._alive(self.env["project.project"].create({"name": "Plain"}))
        copies = (projects[0] | plain | projects[1:]).copy()
        self.assertEqual(
            copies.mapped("name"), ["Client 0 (copy)", "Plain (copy)", "Client 1 (copy)", "Client 2 (copy)"]
        )
        for number, copy in enumerate(copies - copies[1]):
            self.assertEqual(copy.milestone_ids.mapped("name"), [f"Live {number}"])
            self.assertEqual(copy.task_ids.milestone_id, copy.milestone_ids)
            self.assertNotIn(copy.milestone_ids, projects.milestone_ids)
        self.assertFalse(copies[1].milestone_ids or copies[1].lifecycle_id)

    def test_subtasks_and_dependencies_come_along(self):
        project = self._create_from_template()
        room, train, install = (self._task(project, name) for name in ("Book a room", "Train", "Install"))
        self.assertEqual((room.parent_id, room.project_id), (train, project))
        self.assertEqual(train.depend_on_ids, install)
        self.assertEqual((room | install).milestone_id, project.milestone_ids)
        self.assertNotEqual(project.milestone_ids, self.live)

    # === WHO FOLLOWS, WHO IS TOLD === #

    def test_nobody_who_follows_the_source_follows_the_copy(self):
        for make in (
            lambda: self._create_from_template(),
            lambda: self.template.copy(),
            lambda: self.template.copy({"user_id": self.consultant.id}),
        ):
            project = make()
            self.assertEqual(project.message_partner_ids, project.user_id.partner_id)
            self.assertEqual(
                project.tasks.message_partner_ids | project.milestone_ids.message_partner_ids,
                (self.manager | project.user_id).partner_id,
            )
        self.assertFalse(project.tasks.filtered("email_cc"))

    def test_a_copy_can_be_followed(self):
        project = self.template.copy()
        project.message_subscribe(partner_ids=self.contact.ids)
        self.assertIn(self.contact, project.message_partner_ids)
        self.flush_tracking()
        project.name = "Renamed"
        self.flush_tracking()
        self.assertIn("name", project.message_ids.sudo().tracking_value_ids.field_id.mapped("name"))

    def test_no_caller_switches_followers_off(self):
        plain = self._alive(self.env["project.project"].create({"name": "Plain"}))
        plain.with_context(lifecycle_copy=True).message_subscribe(partner_ids=self.contact.ids)
        self.assertIn(self.contact, plain.message_partner_ids)

    def test_nothing_is_sent(self):
        values = {"email_to": "client@example.com", "subject": "Welcome", "body_html": "<p>Hello</p>"}
        for model, record in (("project.project", self.first), ("project.task", self.env["project.task.type"])):
            template = self.env["mail.template"].create(
                {"name": model, "model_id": self.env["ir.model"]._get_id(model), **values}
            )
            record = record or record.create({"name": "New", "project_ids": [Command.link(self.template.id)]})
            record.mail_template_id = template
        self.template.tasks.write({"stage_id": record.id, "user_ids": [Command.link(self.colleague.id)]})
        self.flush_tracking()
        with self.mock_mail_gateway():
            self._create_from_template(date_start="2026-04-08", date="2026-05-08")
            self.template.copy()
            self._alive(self.project).copy()
            self._alive(self.project).action_create_template_from_project()
            self.flush_tracking()
            self.assertFalse(self._mails or self._new_mails)
            self._alive(self.env["project.project"]).create(
                {"name": "By hand", "lifecycle_id": self.lifecycle.id, "partner_id": self.contact.id}
            )
            self.flush_tracking()
            self.assertTrue(self._new_mails, "a new project that is no copy does welcome the client")

    @freeze_time("2026-04-08")
    def test_the_project_of_an_order(self):
        """A salesperson, who may not read the template, confirms an order of its product."""
        salesperson = new_test_user(self.env, "lc_sales", "sales_team.group_sale_salesman", name="Sam Sales")
        product = self.env["product.product"].create(
            {
                "name": "Consulting",
                "type": "service",
                "service_tracking": "project_only",
                "project_template_id": self.template.id,
            }
        )
        values = {
            "partner_id": self.client_company.id,
            "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 40})],
        }
        order = self.env(user=salesperson.id, context={})["sale.order"].create(values)
        self.flush_tracking()
        with self.mock_mail_gateway():
            order.action_confirm()
            self.flush_tracking()
            self.assertFalse(self._mails or self._new_mails)
        project = order.sudo().order_line.project_id
        self.assertEqual((project.date_start, project.date), (date(2026, 4, 8), date(2026, 5, 5)))
        self.assertEqual(project.milestone_ids.deadline, date(2026, 4, 21))
        self.assertEqual(self._task(project, "Install").date_deadline, datetime(2026, 4, 14, 15))
        self.assertEqual(project.message_partner_ids, self.manager.partner_id)
        self.assertFalse(project.tasks.message_partner_ids - (self.manager | salesperson).partner_id)
        self.assertEqual(project.current_step_id.stage_id, self.first)

    # === WHAT A COPY CARRIES === #

    def test_a_copy_starts_anew(self):
        self.tick_all(self.project)
        self.project.with_user(self.consultant).stage_id = self.second
        self.project.lifecycle_mentor_id = self.colleague
        self.project.with_user(self.consultant).action_lifecycle_discussed()
        copy = self.project.with_user(self.manager).copy()
        self.assertEqual((copy.lifecycle_id, copy.stage_id), (self.lifecycle, self.first))
        self.assertEqual(copy.lifecycle_mentor_id, self.colleague)
        self.assertFalse(copy.gate_decision_ids or copy.lifecycle_discussed_on)
        self.assertEqual(copy.step_ids.mapped("state"), ["current", "upcoming", "upcoming", "upcoming"])
        self.assertEqual(set(copy.checklist_item_ids.mapped("state")), {"open"})

    def test_a_template_made_from_a_project_knows_nothing_of_the_client(self):
        project = self._alive(self._create_from_template(date_start="2026-04-11", date="2026-05-30"))
        project.write({"lifecycle_mentor_id": self.colleague.id, "lifecycle_discussed_on": "2026-04-08"})
        project.message_subscribe(partner_ids=self.contact.ids)
        self._task(project, "Install").date_deadline = "2026-04-18 10:00:00"
        template = project.browse(project.action_create_template_from_project()["params"]["project_id"])
        self.assertTrue(template.is_template)
        self.assertEqual((template.lifecycle_id, template.stage_id), (self.lifecycle, self.first))
        self.assertFalse(template.step_ids or template.checklist_item_ids or template.gate_decision_ids)
        self.assertFalse(template.lifecycle_mentor_id or template.lifecycle_discussed_on or template.partner_id)
        self.assertEqual(template.message_partner_ids, self.manager.partner_id)
        self.assertEqual((template.date_start, template.date), (date(2026, 4, 11), date(2026, 5, 30)))
        self.assertEqual(
            self._task(template, "Install").date_deadline.date(), date(2026, 4, 18), "even a Saturday stays"
        )

    def test_a_template_keeps_its_mentor_for_its_projects(self):
        self.assertEqual(self.template.copy().lifecycle_mentor_id, self.colleague)
        self.assertEqual(self._create_from_template().lifecycle_mentor_id, self.colleague)

    def test_a_template_turned_back_into_a_project_has_its_steps(self):
        self.assertFalse(self.template.step_ids or self.template.checklist_item_ids)
        self.template.action_undo_convert_to_template()
        self.assertEqual(self.template.step_ids.mapped("state"), ["current", "upcoming", "upcoming", "upcoming"])
        self.assertEqual(self.template.current_step_id.stage_id, self.first)
        self.assertEqual(len(self.template.checklist_item_ids), 9)
        self.assertFalse(self.template.gate_decision_ids)

    # === THE REST OF ODOO === #

    def test_copies_without_a_lifecycle_are_stock(self):
        self.template.lifecycle_id = False
        project = self._create_from_template(date_start="2026-04-08", date="2026-05-03")
        self.assertEqual(project.date, date(2026, 5, 3))
        self.assertFalse(project.milestone_ids.deadline or project.tasks.filtered("date_deadline"))
        self.assertIn(self.contact, project.message_partner_ids)

    def test_a_copy_that_leaves_the_lifecycle_is_stock(self):
        project = self.template.copy({"lifecycle_id": False})
        self.assertIn(self.contact, project.message_partner_ids)
        self.assertFalse(project.tasks.filtered("date_deadline"))

    def test_a_copy_that_enters_a_lifecycle_is_ours(self):
        self.template.lifecycle_id = False
        values = {"name": "Aranda", "lifecycle_id": self.lifecycle.id, "date_start": "2026-04-08"}
        project = self.template.action_create_from_template(values)
        self.assertEqual(project.date, date(2026, 5, 5))
        self.assertEqual(project.milestone_ids.deadline, date(2026, 4, 21))
        self.assertNotIn(self.contact, project.message_partner_ids)

    def test_dates_cost_nothing_more_for_more_tasks(self):
        """What a lifecycle adds to the queries of a copy does not depend on how many tasks have a deadline."""

        def copy_of(project):
            def scenario(env, run):
                env["project.project"].browse(project.id).copy({"date_start": f"2026-{run + 4:02}-08"})

            return scenario

        env = self.env(user=self.manager.id, context={})
        costs = {}
        for count in (5, 10):
            for lifecycle in (self.lifecycle, self.env["project.lifecycle"]):
                project = self.create_project("Measured", lifecycle_id=lifecycle.id, date_start="2026-03-02")
                for number in range(count):
                    self._create_task(
                        f"Task {number}", project_id=project.id, date_deadline=f"2026-03-{number + 3:02} 10:00:00"
                    )
                costs[count, bool(lifecycle)] = count_queries(env, copy_of(project))
        self.assertEqual(costs[10, True] - costs[10, False], costs[5, True] - costs[5, False])
