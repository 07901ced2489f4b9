from datetime import date

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, JsonRpcException, TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.project_lifecycle.exceptions import GateRefused
from odoo.addons.project_lifecycle.logic import gates

from .common import LifecycleCommon, count_queries


class OpenPointCommon(LifecycleCommon):
    """A lifecycle with purposes, whose kick-off asks for open points, and people of every role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(cls.env, "lc_seller", "sales_team.group_sale_salesman", name="Sara Seller")
        cls.other_seller = new_test_user(cls.env, "lc_seller2", "sales_team.group_sale_salesman", name="Sven Seller")
        cls.delivering = cls.create_lifecycle("Delivering", ["Intake", "Kick-off", "Delivery", "Go-live", "End"])
        cls.intake, cls.kickoff, cls.delivery, cls.golive, cls.end = cls.delivering.stage_ids
        cls.intake.purpose, cls.kickoff.purpose = "intake", "kickoff"
        cls.delivery.purpose, cls.golive.purpose = "delivery", "golive"
        cls.delivering.stage_ids.checklist_template_ids.unlink()
        cls.contact = cls.env["res.partner"].create({"name": "Karl Key", "parent_id": cls.client_company.id})
        cls.project = cls.create_project("Migration 2", lifecycle_id=cls.delivering.id)

    @classmethod
    def ask_for(cls, criterion, stage=None):
        """Let the gate of a stage (kick-off by default) ask for a computed criterion; return its copy."""
        template = cls.env["project.checklist.template"].create(
            {
                "name": f"Asks {criterion}",
                "stage_id": (stage or cls.kickoff).id,
                "kind": "computed",
                "criterion": criterion,
                "is_blocking": True,
            }
        )
        return template.item_ids.filtered(lambda item: item.project_id == cls.project)

    def add(self, name="Who counts the stock?", user=None, project=None, **values):
        if "deadline" in values:
            values.setdefault("asked_on", values["deadline"])
        return (
            self.env["project.open.point"]
            .with_user(user or self.consultant)
            .create({"name": name, "project_id": (project or self.project).id, **values})
        )

    def sell(self, user):
        """Let the project come from an order of a salesperson."""
        order = self.env["sale.order"].create({"partner_id": self.client_company.id, "user_id": user.id})
        self.project.reinvoiced_sale_order_id = order
        return order

    def activities_of(self, point):
        return self.env["mail.activity"].search([("res_model", "=", "project.open.point"), ("res_id", "=", point.id)])


@tagged("post_install", "-at_install")
class TestGateArithmetic(TransactionCase):
    def test_into_delivery(self):
        self.assertEqual(gates.into_delivery(["intake", "kickoff", "delivery", "golive"]), 1)
        self.assertEqual(gates.into_delivery(["intake", None, "delivery", "delivery"]), 0)
        self.assertIsNone(gates.into_delivery(["delivery", "golive"]))
        self.assertIsNone(gates.into_delivery(["intake", "closed"]))

    def test_out_of_kickoff(self):
        self.assertEqual(gates.out_of_kickoff(["kickoff", "kickoff", "delivery"]), 1)
        self.assertIsNone(gates.out_of_kickoff(["intake", None]))

    def test_not_passed(self):
        self.assertEqual(gates.not_passed(1, 0), 1)
        self.assertEqual(gates.not_passed(1, 1), 1)
        self.assertEqual(gates.not_passed(1, 2), 2)
        self.assertEqual(gates.not_passed(None, 2), 2)


@tagged("post_install", "-at_install")
class TestOpenPoints(OpenPointCommon):
    """What a point is, who owns it, and how it is closed."""

    @freeze_time("2026-03-02 10:00:00")
    def test_a_name_is_enough(self):
        point = self.add()
        self.assertRecordValues(
            point,
            [
                {
                    "kind": "question",
                    "user_id": self.consultant.id,
                    "partner_id": False,
                    "side": "ours",
                    "deadline": date(2026, 3, 9),
                    "state": "open",
                    "is_blocking": True,
                    "must_have": False,
                    "stage_id": self.kickoff.id,
                    "age_days": 0,
                }
            ],
        )

    def test_remarks_and_wishes_do_not_block(self):
        kinds = {kind: self.add(kind=kind).is_blocking for kind in ("question", "problem", "remark", "wish")}
        self.assertEqual(kinds, {"question": True, "problem": True, "remark": False, "wish": False})

    def test_without_a_manager_whoever_adds_it_owns_it(self):
        self.project.user_id = False
        self.assertEqual(self.add(user=self.manager).user_id, self.manager)

    def test_a_contact_of_the_client_owns_it(self):
        point = self.add(partner_id=self.contact.id)
        self.assertEqual((point.user_id.id, point.side), (False, "client"))
        point.user_id = self.colleague
        self.assertEqual((point.partner_id.id, point.side), (False, "ours"))
        point.partner_id = self.contact
        self.assertEqual((point.user_id.id, point.side), (False, "client"))

    def test_the_owner_in_the_form(self):
        with Form(self.env["project.open.point"].with_user(self.consultant)) as form:
            form.project_id = self.project
            form.name = "Who?"
            self.assertEqual(form.user_id, self.consultant)
            form.partner_id = self.contact
            self.assertFalse(form.user_id)
            form.user_id = self.colleague
            self.assertFalse(form.partner_id)
        self.assertEqual(form.record.user_id, self.colleague)

    def test_one_owner(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.cr.savepoint():
            self.add(user_id=self.colleague.id, partner_id=self.contact.id)
        point = self.add()
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.cr.savepoint():
            point.user_id = False
            point.flush_recordset()

    @freeze_time("2026-03-02 23:30:00")
    def test_asked_before_its_deadline_and_not_in_the_future(self):
        point = self.add()
        for values in ({"deadline": "2026-03-01"}, {"asked_on": "2026-03-02", "deadline": "2026-03-01"}):
            with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.cr.savepoint():
                point.write(values)
                point.flush_recordset()
        with self.assertRaisesRegex(ValidationError, "is yet to come"), self.cr.savepoint():
            point.asked_on = "2026-03-03"
        # it is tomorrow already in Tokyo
        point.with_context(tz="Asia/Tokyo").asked_on = "2026-03-03"
        self.assertEqual(point.asked_on, date(2026, 3, 3))

    def test_the_contact_of_another_customer_is_refused(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        with self.assertRaisesRegex(ValidationError, "Stranger is no contact of Client Inc."):
            self.add(partner_id=stranger.id)

    def test_a_portal_user_is_refused_as_one_of_us(self):
        with self.assertRaisesRegex(ValidationError, "Name the contact"):
            self.add(user_id=self.portal_user.id)

    def test_answer(self):
        point = self.add()
        with freeze_time("2026-03-05 10:00:00"):
            point.action_answer("  The warehouse team.\n")
        self.assertRecordValues(
            point, [{"state": "answered", "answer": "The warehouse team.", "answered_by_id": self.consultant.id}]
        )
        self.assertEqual(str(point.answered_on), "2026-03-05 10:00:00")

    def test_the_age_stops_with_the_answer(self):
        with freeze_time("2026-03-02 10:00:00"):
            point = self.add()
        with freeze_time("2026-03-05 10:00:00"):
            self.assertEqual((point.age_days, point.is_overdue), (3, False))
        point.invalidate_recordset()
        with freeze_time("2026-03-10 10:00:00"):
            self.assertEqual((point.age_days, point.is_overdue), (8, True))
            point.action_answer("x")
        point.invalidate_recordset()
        with freeze_time("2026-04-10 10:00:00"):
            self.assertEqual((point.age_days, point.is_overdue), (8, False))

    def test_no_answer_no_reason_no_close(self):
        point = self.add()
        for text in ("", "  ", False):
            with self.assertRaisesRegex(UserError, "Write the answer"):
                point.action_answer(text)
            with self.assertRaisesRegex(UserError, "Write why"):
                point.action_withdraw(text)
        for query in ("state = 'answered'", "state = 'withdrawn'"):
            with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.cr.savepoint():
                self.cr.execute(f"UPDATE project_open_point SET {query} WHERE id = %s", [point.id])

    def test_closed_once(self):
        point = self.add()
        point.action_answer("Yes")
        with self.assertRaisesRegex(UserError, "closed already"):
            point.action_answer("No")
        with self.assertRaisesRegex(UserError, "closed already"):
            point.action_withdraw("No")
        with self.assertRaisesRegex(UserError, "Open it again"):
            point.name = "Something else"

    def test_reopened_with_its_earlier_answer(self):
        point = self.add()
        with self.assertRaisesRegex(UserError, "open already"):
            point.action_reopen()
        point.action_answer("The first answer")
        point.action_reopen()
        self.assertEqual((point.state, point.answer, point.answered_by_id.id), ("open", False, False))
        self.assertIn("The first answer", " ".join(point.message_ids.mapped("body")))
        note = point.message_ids.filtered(lambda message: "The first answer" in (message.body or ""))[0]
        self.assertEqual((note.message_type, note.author_id), ("notification", self.consultant.partner_id))
        point.action_answer("The second answer")
        self.assertIn("The first answer", " ".join(point.message_ids.mapped("body")))

    def test_what_was_closed_is_not_deleted(self):
        point = self.add()
        point.action_withdraw("Not needed")
        with self.assertRaisesRegex(UserError, "closed points stay"):
            point.with_user(self.manager).unlink()

    def test_a_point_stays_with_its_project(self):
        other = self.create_project("Other", lifecycle_id=self.delivering.id)
        with self.assertRaisesRegex(AccessError, "stays with its project"):
            self.add().project_id = other

    def test_the_dialog(self):
        point = self.add()
        action = point.action_open_answer()
        wizard = Form(self.env[action["res_model"]].with_user(self.consultant).with_context(**action["context"]))
        wizard.answer = "Done in May"
        wizard.save().action_answer()
        self.assertEqual(point.answer, "Done in May")
        point.action_reopen()
        action = point.action_open_withdraw()
        wizard = Form(self.env[action["res_model"]].with_user(self.consultant).with_context(**action["context"]))
        wizard.reason = "Nobody asks"
        wizard.save().action_withdraw()
        self.assertEqual(point.withdraw_reason, "Nobody asks")

    def test_open_ones_first(self):
        late, early = self.add(deadline="2026-05-01"), self.add(deadline="2026-04-01")
        answered = self.add(deadline="2026-03-01")
        answered.action_answer("x")
        self.env.flush_all()
        self.assertEqual(
            self.env["project.open.point"].search([("project_id", "=", self.project.id)]).ids,
            (early | late | answered).ids,
        )

    def test_counts_on_the_project(self):
        self.add(kind="remark")
        self.add()
        self.add().action_answer("x")
        self.add().action_withdraw("x")
        project = self.project.with_user(self.colleague)
        self.assertEqual(
            (project.open_point_open_count, project.open_point_count, project.open_point_blocking_count), (2, 3, 1)
        )

    def test_a_copy_of_the_project_has_no_points(self):
        self.add()
        self.assertFalse(self.project.copy().open_point_ids)


@tagged("post_install", "-at_install")
class TestPointActivities(OpenPointCommon):
    """One activity of the owner, due on the deadline, as long as the point is open."""

    def test_one_activity_follows_the_point(self):
        point = self.add(deadline="2026-05-01", user_id=self.colleague.id)
        activity = self.activities_of(point)
        self.assertRecordValues(
            activity, [{"user_id": self.colleague.id, "date_deadline": date(2026, 5, 1), "summary": point.name}]
        )
        self.assertEqual(activity.activity_type_id, self.env.ref("project_lifecycle.mail_activity_type_open_point"))
        point.write({"user_id": self.seller.id, "deadline": "2026-05-02", "name": "Another wording"})
        self.assertEqual(self.activities_of(point), activity)
        self.assertRecordValues(
            activity, [{"user_id": self.seller.id, "date_deadline": date(2026, 5, 2), "summary": "Another wording"}]
        )
        point.action_answer("x")
        self.assertFalse(self.activities_of(point))
        point.action_reopen()
        self.assertEqual(len(self.activities_of(point)), 1)
        point.partner_id = self.contact
        self.assertFalse(self.activities_of(point))

    def test_none_for_the_client(self):
        self.assertFalse(self.activities_of(self.add(partner_id=self.contact.id)))

    def test_what_the_user_added_stays(self):
        point = self.add()
        own = point.activity_schedule("mail.mail_activity_data_todo", user_id=self.consultant.id)
        own.automated = False
        point.action_answer("x")
        self.assertEqual(self.activities_of(point), own)

    def test_the_owner_is_told_once(self):
        self.colleague.notification_type = "inbox"
        last = self.env["mail.message"].search([], order="id desc", limit=1).id
        self.add(user_id=self.colleague.id)
        told = self.env["mail.notification"].search(
            [("mail_message_id", ">", last), ("res_partner_id", "=", self.colleague.partner_id.id)]
        )
        self.assertEqual(len(told), 1)


@tagged("post_install", "-at_install")
class TestPointGates(OpenPointCommon):
    """Which gate a point blocks, and that it does."""

    def assert_gate(self, closed, stage):
        project = self.project.with_user(self.consultant)
        if closed:
            with self.assertRaises(GateRefused), self.cr.savepoint():
                project.stage_id = stage
        else:
            project.stage_id = stage
            self.assertEqual(self.project.stage_id, stage)

    def go(self, stage):
        self.project.with_user(self.consultant).stage_id = stage

    def test_into_implementation_unless_that_is_passed(self):
        self.assertEqual(self.add().stage_id, self.kickoff)
        self.go(self.kickoff)
        self.assertEqual(self.add().stage_id, self.kickoff)
        self.env["project.open.point"].search([("project_id", "=", self.project.id)]).action_withdraw("x")
        self.go(self.delivery)
        self.assertEqual(self.add().stage_id, self.delivery)
        self.assertEqual(self.add(client_question=True).stage_id, self.delivery)

    def test_questions_of_the_client_at_the_end_of_kickoff(self):
        self.delivery.purpose, self.golive.purpose = "other", "delivery"
        self.assertEqual(self.add().stage_id, self.delivery)
        self.assertEqual(self.add(client_question=True).stage_id, self.kickoff)
        point = self.add()
        point.client_question = True
        self.assertEqual(point.stage_id, self.kickoff)

    def test_without_delivery_the_present_gate(self):
        project = self.create_project("Short one")
        self.assertEqual(self.add(project=project).stage_id, self.first)

    def test_another_gate_by_hand(self):
        point = self.add(stage_id=self.golive.id)
        point.name = "Renamed"
        self.assertEqual(point.stage_id, self.golive)
        with self.assertRaisesRegex(ValidationError, "does not belong to the lifecycle"):
            point.stage_id = self.first

    def test_another_lifecycle_another_gate(self):
        point, answered = self.add(), self.add()
        answered.action_answer("x")
        self.project.with_user(self.manager).lifecycle_id = self.lifecycle
        self.assertEqual((point.stage_id, answered.stage_id), (self.first, self.kickoff))

    def test_the_gate_asks_for_its_own_points(self):
        item = self.ask_for("open_points")
        other = self.ask_for("open_points", self.delivery)
        self.go(self.kickoff)
        self.assertEqual((item.state, other.state), ("met", "met"))
        point = self.add()
        self.assertEqual((item.state, other.state), ("open", "met"))
        self.assert_gate(True, self.delivery)
        point.stage_id = self.delivery
        self.assertEqual((item.state, other.state), ("met", "open"))
        self.assert_gate(False, self.delivery)
        self.assert_gate(True, self.golive)
        point.action_answer("Now we know")
        self.assertEqual(other.state, "met")
        self.assert_gate(False, self.golive)

    def test_only_blocking_points_count(self):
        item = self.ask_for("open_points")
        point = self.add(is_blocking=False)
        self.assertEqual(item.state, "met")
        point.is_blocking = True
        self.assertEqual(item.state, "open")
        point.action_withdraw("A mistake")
        self.assertEqual(item.state, "met")

    def test_an_unasked_gate_lets_pass(self):
        self.add()
        self.assert_gate(False, self.delivery)

    def test_a_point_that_blocks_late_blocks_the_present_gate(self):
        self.ask_for("open_points", self.delivery)
        point = self.add(is_blocking=False)
        answered = self.add()
        answered.action_answer("x")
        self.go(self.delivery)
        self.assertEqual(point.stage_id, self.kickoff)
        point.is_blocking = True
        answered.action_reopen()
        self.assertEqual((point.stage_id, answered.stage_id), (self.delivery, self.delivery))
        self.assert_gate(True, self.golive)

    def test_deleted_point_opens_the_gate(self):
        item = self.ask_for("open_points")
        point = self.add()
        self.assertEqual(item.state, "open")
        point.with_user(self.manager).unlink()
        self.assertEqual(item.state, "met")

    def test_client_questions_whatever_gate_they_name(self):
        item = self.ask_for("client_questions")
        self.add()
        self.assertEqual(item.state, "met")
        point = self.add(client_question=True, is_blocking=False, stage_id=self.golive.id)
        self.assertEqual(item.state, "open")
        point.action_answer("Yes")
        self.assertEqual(item.state, "met")

    def test_doubts_are_discussed(self):
        item = self.ask_for("doubts", self.intake)
        self.assertEqual(item.state, "met")
        self.add()
        doubt = self.add(kind="doubt", is_blocking=False, user_id=self.seller.id)
        self.assertEqual(item.state, "open")
        self.assert_gate(True, self.kickoff)
        for user in (self.colleague, self.seller):
            with self.assertRaises(AccessError):
                doubt.with_user(user).action_discussed()
        with self.assertRaises(AccessError):
            doubt.discussed_on = "2026-03-02"
        with self.assertRaises(AccessError):
            self.add(kind="doubt", discussed_on="2026-03-02")
        with freeze_time("2026-03-02 10:00:00"):
            doubt.action_discussed()
        with freeze_time("2026-03-05 10:00:00"):
            doubt.action_discussed()
        self.assertRecordValues(doubt, [{"discussed_on": date(2026, 3, 2), "state": "open"}])
        self.assertEqual(item.state, "met")
        doubt.action_answer("Yes")
        self.assertEqual(item.state, "met")
        with self.assertRaisesRegex(UserError, "closed already"):
            doubt.action_discussed()
        doubt.action_reopen()
        self.assertEqual((doubt.discussed_on, item.state), (False, "open"))
        doubt.action_withdraw("A mistake")
        self.assert_gate(False, self.kickoff)

    def test_problems_in_time(self):
        item = self.ask_for("problems_in_time", self.intake)
        with freeze_time("2026-03-02"):
            self.add(kind="doubt", deadline="2026-03-01", asked_on="2026-02-20")
            problem = self.add(kind="problem", deadline="2026-03-02")
            self.assertEqual(item.state, "met")
        with freeze_time("2026-03-03"):
            self.assert_gate(True, self.kickoff)
            problem.action_answer("Solved")
            self.assertEqual(item.state, "met")

    def test_the_gate_costs_the_same_for_many_projects(self):
        self.ask_for("open_points")
        projects = self.env["project.project"].concat(
            *(self.create_project(f"P{number}", lifecycle_id=self.delivering.id) for number in range(10))
        )
        for project in projects:
            self.add(project=project, stage_id=self.intake.id if project == projects[0] else self.kickoff.id)

        def spent(some):
            def look(_env, _run):
                self.assertFalse(some.checklist_item_ids._get_met().project_id - projects[0])

            return count_queries(self.env, look)

        self.assertEqual(spent(projects[:5]), spent(projects))


@tagged("post_install", "-at_install")
class TestPointRights(HttpCase, OpenPointCommon):
    """Each role does what it may, and no more."""

    def test_rights_on_the_model(self):
        rights = {self.consultant: "rwc", self.manager: "rwcu", self.seller: "r", self.employee: "r"}
        operations = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
        for user, letters in {**rights, self.portal_user: ""}.items():
            for letter, operation in operations.items():
                with self.subTest(user=user.name, operation=operation):
                    allowed = self.env["project.open.point"].with_user(user).has_access(operation)
                    self.assertEqual(allowed, letter in letters)

    def test_a_colleague_reads_and_asks(self):
        point = self.add(user=self.colleague, description="It is not in the offer")
        self.assertEqual((point.create_uid, point.user_id), (self.colleague, self.consultant))
        point.name = "Who counts the stock, and when?"
        for values in ({"deadline": "2026-01-01"}, {"is_blocking": False}, {"user_id": self.colleague.id}):
            with self.subTest(values), self.assertRaisesRegex(AccessError, "Only the consultant"):
                point.write(values)
        for values in ({"kind": "problem"}, {"is_blocking": False}, {"user_id": self.colleague.id}):
            with self.subTest(values), self.assertRaisesRegex(AccessError, "may ask a question"):
                self.add(user=self.colleague, **values)
        with self.assertRaises(AccessError):
            point.action_answer("I know it myself")
        with self.assertRaises(AccessError):
            point.action_withdraw("x")

    def test_a_colleague_asks_in_the_form(self):
        model = (
            self.env["project.open.point"].with_user(self.colleague).with_context(default_project_id=self.project.id)
        )
        with Form(model) as form:
            form.name = "May I ask?"
        self.assertEqual(form.record.user_id, self.consultant)

    def test_a_colleague_leaves_others_alone(self):
        point = self.add()
        self.assertEqual(point.with_user(self.colleague).name, point.name)
        for act in (
            lambda it: it.write({"name": "x"}),
            lambda it: it.action_answer("x"),
            lambda it: it.action_withdraw("x"),
            lambda it: it.action_reopen(),
            lambda it: it.unlink(),
        ):
            with self.assertRaises(AccessError):
                act(point.with_user(self.colleague))

    def test_a_colleague_answers_own_points(self):
        point = self.add(user_id=self.colleague.id).with_user(self.colleague)
        self.assertEqual((point.can_answer, point.can_manage), (True, False))
        point.action_answer("Here it is")
        self.assertEqual((point.state, point.answered_by_id), ("answered", self.colleague))
        with self.assertRaises(AccessError):
            point.action_reopen()

    def test_points_of_private_projects(self):
        self.project.message_subscribe(self.consultant.partner_id.ids)
        self.project.privacy_visibility = "followers"
        point = self.add()
        self.assertFalse(self.env["project.open.point"].with_user(self.colleague).search([("id", "=", point.id)]))
        with self.assertRaises(AccessError):
            self.add(user=self.colleague)

    def test_points_of_other_companies(self):
        company = self.env["res.company"].create({"name": "Branch"})
        project = self.create_project(
            "Branch project", company_id=company.id, partner_id=False, lifecycle_id=self.delivering.id
        )
        point = self.env["project.open.point"].create({"name": "x", "project_id": project.id})
        self.assertFalse(self.env["project.open.point"].with_user(self.manager).search([("id", "=", point.id)]))

    def test_the_administrator_manages_all(self):
        point = self.add(user=self.manager, kind="problem", is_blocking=False)
        point.write({"asked_on": "2026-01-01", "deadline": "2026-01-01", "is_blocking": True})
        point.action_answer("x")
        point.action_reopen()
        point.action_withdraw("x")
        self.assertEqual(point.state, "withdrawn")

    def test_the_state_is_not_written(self):
        point = self.add()
        values = {"answer": "x", "state": "answered", "answered_by_id": self.manager.id}
        for name, value in values.items():
            for user in (self.consultant, self.manager):
                with self.subTest(name), self.assertRaises(AccessError):
                    point.with_user(user).write({name: value})
            with self.subTest(name), self.assertRaises(AccessError):
                self.add(**{name: value})

    def test_the_salesperson_reads_and_answers_own_points_only(self):
        own, other = self.add(user_id=self.seller.id), self.add()
        found = self.env["project.open.point"].with_user(self.seller).search([("project_id", "=", self.project.id)])
        self.assertEqual(found, own)
        with self.assertRaises(AccessError):
            other.with_user(self.seller).read(["name"])
        with self.assertRaises(AccessError):
            other.with_user(self.seller).action_answer("x")
        for act in (
            lambda it: it.write({"name": "x"}),
            lambda it: it.action_withdraw("x"),
            lambda it: it.unlink(),
            lambda it: it.copy(),
        ):
            with self.assertRaises(AccessError):
                act(own.with_user(self.seller))
        own.with_user(self.seller).action_answer("It is in the offer")
        self.assertEqual((own.state, own.answered_by_id), ("answered", self.seller))
        with self.assertRaises(AccessError):
            self.project.with_user(self.seller).read(["open_point_ids"])

    def test_any_employee_answers_what_is_theirs(self):
        own = self.add(user_id=self.employee.id).with_user(self.employee)
        self.assertEqual(own.search([]), own)
        own.action_answer("As ever")
        self.assertEqual(own.state, "answered")

    def test_the_salesperson_of_the_order(self):
        self.sell(self.seller)
        point = self.add()
        self.assertTrue(point.with_user(self.seller).can_answer)
        with self.assertRaises(AccessError):
            point.with_user(self.other_seller).read(["name"])
        with self.assertRaises(AccessError):
            point.with_user(self.other_seller).action_answer("x")
        point.with_user(self.seller).action_answer("It is in the offer")
        self.assertEqual(point.state, "answered")

    def test_the_salesperson_opens_the_screens(self):
        point = self.add(user_id=self.seller.id)
        model = self.env["project.open.point"].with_user(self.seller)
        views = model.get_views([(False, "list"), (False, "form"), (False, "kanban")])
        names = views["models"]["project.open.point"]["fields"]
        spec = {name: {"fields": {"display_name": {}}} if "_id" in name[-3:] else {} for name in names}
        data = model.browse(point.id).web_read(spec)[0]
        self.assertEqual(data["project_id"]["display_name"], "Migration 2")
        self.assertFalse(data["can_manage"])
        action = point.with_user(self.seller).action_open_answer()
        wizard = Form(self.env[action["res_model"]].with_user(self.seller).with_context(**action["context"]))
        wizard.answer = "Yes"
        wizard.save().action_answer()
        self.assertEqual(point.answer, "Yes")

    def test_who_reads_may_discuss(self):
        point = self.add()
        point.with_user(self.colleague).message_post(body="I have seen that elsewhere")
        with self.assertRaises(AccessError):
            point.with_user(self.seller).message_post(body="x")

    def test_the_client_by_rpc(self):
        self.open_client_side()
        self.project.message_subscribe(self.portal_user.partner_id.ids)
        point = self.add(partner_id=self.portal_user.partner_id.id)
        self.authenticate("lc_spoc", "lc_spoc")
        calls = {
            "search_read": [[]],
            "read": [point.ids],
            "write": [point.ids, {"name": "x"}],
            "create": [{"name": "x", "project_id": self.project.id}],
            "action_answer": [point.ids, "x"],
            "action_withdraw": [point.ids, "x"],
            "action_open_answer": [point.ids],
        }
        for method, args in calls.items():
            with self.subTest(method), self.assertRaisesRegex(JsonRpcException, "AccessError"):
                self.make_jsonrpc_request(
                    f"/web/dataset/call_kw/project.open.point/{method}",
                    {"model": "project.open.point", "method": method, "args": args, "kwargs": {}},
                )
        for field in ("open_point_ids", "open_point_count", "open_point_open_count", "open_point_blocking_count"):
            with self.subTest(field), self.assertRaises(AccessError):
                self.project.with_user(self.portal_user).read([field])


@tagged("post_install", "-at_install")
class TestPointQueries(OpenPointCommon):
    """What many points cost."""

    def spent(self, act):
        return count_queries(self.env, lambda _env, _run: act())

    def test_lists_cost_the_same_for_many_points(self):
        self.sell(self.seller)
        projects = self.env["project.project"].concat(
            *(self.create_project(f"P{number}", lifecycle_id=self.delivering.id) for number in range(8))
        )
        for project in projects:
            self.add(project=project, user_id=self.seller.id)
            self.add(project=project, partner_id=self.contact.id)
        for user in (self.consultant, self.colleague, self.seller):
            model = self.env["project.open.point"].with_user(user)
            for kind in ("list", "kanban"):
                fields = model.get_view(view_type=kind)["models"]["project.open.point"]
                spec = {
                    name: {"fields": {"display_name": {}}} if model._fields[name].relational else {} for name in fields
                }
                costs = [
                    self.spent(
                        lambda n=n, model=model, spec=spec: model.web_search_read(
                            [("project_id", "in", projects[:n].ids)], spec
                        )
                    )
                    for n in (4, 8)
                ]
                with self.subTest(user=user.name, view=kind):
                    self.assertEqual(costs[0], costs[1])

    def test_projects_with_points_cost_the_same(self):
        projects = self.env["project.project"].concat(
            *(self.create_project(f"P{number}", lifecycle_id=self.delivering.id) for number in range(8))
        )
        for project in projects:
            self.add(project=project)
        names = ["open_point_open_count", "open_point_count", "open_point_blocking_count", "area_open_count"]
        costs = [self.spent(lambda n=n: projects[:n].with_user(self.consultant).read(names)) for n in (4, 8)]
        self.assertEqual(costs[0], costs[1])

    def test_many_points_at_once(self):
        points = (
            self.env["project.open.point"]
            .with_user(self.consultant)
            .create([{"name": f"Q{number}", "project_id": self.project.id} for number in range(20)])
        )
        self.assertEqual(points.stage_id, self.kickoff)
        activities = self.env["mail.activity"].search(
            [("res_model", "=", "project.open.point"), ("res_id", "in", points.ids)]
        )
        self.assertEqual(sorted(activities.mapped("res_id")), sorted(points.ids))
        points.action_answer("All the same")
        self.assertEqual(set(points.mapped("state")), {"answered"})
        self.assertFalse(activities.exists().filtered("active"))
