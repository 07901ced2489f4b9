from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..exceptions import SignoffRefused
from .common import count_queries
from .common_signoff import SignoffCommon


@tagged("post_install", "-at_install")
class TestSignoffEffects(SignoffCommon):
    """What is shown and what follows, kind by kind; versions; mails; who sees and does what."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["project.signoff.kind"].search([]).level = "click"

    def get_mails(self, signoff):
        asked = [("model", "=", signoff._name), ("res_id", "=", signoff.id), ("recipient_ids", "in", self.spoc.ids)]
        return self.env["mail.mail"].sudo().search(asked)

    # === DUTIES OF THE SPOC === #

    def test_duties_are_acknowledged(self):
        line = self.project._get_spoc_line()
        line.write({"duties": "- Decide in time\n- Test with <b>cases</b>", "hours_week": 4})
        signoff = self.ask("spoc_duties", content=None)
        self.assertEqual((signoff.res_model, signoff.res_id), (line._name, line.id))
        self.assertIn("Decide in time", signoff.content)
        self.assertIn("&lt;b&gt;", signoff.content)
        self.answer(signoff, "remarks", "Not on Fridays")
        self.assertEqual(line.acknowledged_by_id, self.spoc)
        self.assertTrue(line.acknowledged_on)
        self.assertFalse(line.recorded_by_id)

    def test_refused_duties_are_not_acknowledged(self):
        line = self.project._get_spoc_line()
        line.duties = "- Decide in time"
        self.answer(self.ask("spoc_duties", content=None), "refused", "I have no time")
        self.assertFalse(line.acknowledged_on)

    def test_changed_duties_withdraw_the_request(self):
        line = self.project._get_spoc_line().with_user(self.consultant)
        line.duties = "- Decide in time"
        signoff = self.ask("spoc_duties", content=None)
        line.hours_week = line.hours_week
        self.assertEqual(signoff.state, "sent", "nothing it shows has changed")
        line.duties = "- Decide tomorrow"
        self.assertEqual(signoff.state, "withdrawn")
        draft = self.project.signoff_ids - signoff
        self.assertEqual((draft.state, draft.version, draft.partner_id), ("draft", 2, self.spoc))
        self.assertEqual(draft.activity_ids.user_id, self.consultant)
        draft.with_user(self.consultant).action_send()
        self.assertIn("Decide tomorrow", draft.content)
        self.answer(draft)
        self.assertTrue(line.acknowledged_on)

    # === HOW WE WORK === #

    def test_points_are_agreed(self):
        self.first.purpose = "kickoff"
        self.first.checklist_template_ids[:2].write({"needs_agreement": True, "client_visible": True})
        refused, agreed = self.items_of(self.project, self.first)[:2]
        refused.write({"agreement": "to_discuss"})
        signoff = self.ask("methodology", content=None)
        self.assertIn(agreed.name, signoff.content)
        self.answer(signoff)
        self.assertEqual((agreed.state, agreed.agreement, agreed.agreed_by_id), ("met", "agreed", self.spoc))
        self.assertEqual(refused.agreement, "to_discuss", "what the client said of one point stays")

    def ask_for_points(self):
        """Ask the client to agree with two points of the kick-off; return these and the request."""
        self.first.purpose = "kickoff"
        self.first.checklist_template_ids[:2].write({"needs_agreement": True, "client_visible": True})
        items = self.items_of(self.project, self.first)[:2]
        return items, self.ask("methodology", content=None)

    def test_a_point_left_out_withdraws_the_request(self):
        items, signoff = self.ask_for_points()
        items[0].with_user(self.consultant).action_not_applicable("Not with this client")
        self.assertEqual(signoff.state, "withdrawn")
        self.assertEqual((self.project.signoff_ids - signoff).mapped("state"), ["draft"])

    def test_a_point_in_other_words_is_not_confirmed(self):
        """Words of the lifecycle change for many projects at once: this is seen before an answer, and daily."""
        items, signoff = self.ask_for_points()
        items[0].template_id.name = "Every hour costs"
        try:
            self.answer(signoff)
            code = "answered"
        except SignoffRefused as refusal:
            # what was refused is kept, as the page keeps it
            code = refusal.code
        self.assertEqual((code, signoff.state), ("withdrawn", "withdrawn"))
        draft = self.project.signoff_ids - signoff
        draft.with_user(self.consultant).action_send()
        self.assertIn("Every hour costs", draft.content)
        items[1].template_id.name = "Every day counts"
        self.run_cron()
        self.assertEqual(draft.state, "withdrawn")
        self.assertEqual(draft.event_ids[-1].identified_by, "odoo")

    def test_unchanged_requests_go_on_waiting(self):
        _items, signoff = self.ask_for_points()
        conclusion = self.ask("kickoff_conclusion", content=None)
        self.consultant.tz = "Asia/Tokyo"
        self.run_cron()
        self.assertEqual((signoff | conclusion).mapped("state"), ["sent", "sent"])
        self.answer(signoff)
        self.assertEqual(signoff.state, "confirmed")

    def test_points_with_remarks_are_not_agreed_by_themselves(self):
        self.first.purpose = "kickoff"
        self.first.checklist_template_ids[:1].write({"needs_agreement": True, "client_visible": True})
        self.answer(self.ask("methodology", content=None), "remarks", "Not the first")
        self.assertFalse(self.items_of(self.project, self.first)[0].agreement)

    def test_internal_points_are_not_shown(self):
        self.first.purpose = "kickoff"
        self.first.checklist_template_ids[:1].write({"needs_agreement": True, "client_visible": False})
        with self.assertRaises(UserError):
            self.ask("methodology", content=None)

    def test_conclusion_of_the_kickoff(self):
        self.first.purpose = "kickoff"
        self.first.checklist_template_ids[:1].write({"client_visible": True})
        signoff = self.ask("kickoff_conclusion", content=None)
        self.assertIn("First must a", signoff.content)
        self.assertNotIn("First must b", signoff.content)

    # === MAILS === #

    def test_mail_goes_once_to_the_signer_in_the_own_language(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.kind.with_context(lang="es_ES").introduction = "Lea los requisitos."
        self.spoc.lang = "es_ES"
        signoff = self.ask()
        mail = self.get_mails(signoff)
        self.assertEqual((len(mail), mail.recipient_ids), (1, self.spoc))
        self.assertEqual(mail.email_from, self.consultant.email_formatted)
        self.assertIn("Lea los requisitos.", mail.body_html)
        self.assertIn(signoff.sudo().access_token, mail.body_html)
        self.assertIn(f"/my/signoffs/{signoff.id}</a>", mail.body_html)
        self.assertIn("/my/signoffs/", signoff.sudo().message_ids[0].body)

    def test_send_again(self):
        with freeze_time("2026-03-02 10:00:00"):
            signoff = self.ask()
        token = signoff.sudo().access_token
        with freeze_time("2026-05-02 10:00:00"):
            signoff.with_user(self.consultant).action_resend()
            self.assertEqual(signoff.deadline, fields.Date.to_date("2026-05-09"))
            self.assertEqual(signoff.sudo().access_token, token)
            self.answer(signoff, user=self.env.ref("base.public_user"), token=token)
        self.assertEqual(len(self.get_mails(signoff)), 2)
        self.assertEqual(signoff.event_ids.mapped("kind"), ["sent", "resent", "confirmed", "sealed"])
        with self.assertRaises(UserError):
            signoff.with_user(self.consultant).action_resend()

    def test_reminded_anew_after_it_was_sent_again(self):
        start = fields.Datetime.to_datetime("2026-03-02 10:00:00")
        with freeze_time(start):
            signoff = self.ask()
        counts = []
        for days in (30, 31, 36, 40):
            with freeze_time(start + timedelta(days=days)):
                if days == 31:
                    signoff.with_user(self.consultant).action_resend()
                self.run_cron()
                counts.append(len(signoff.event_ids.filtered(lambda event: event.kind == "reminded")))
        self.assertEqual(counts, [1, 1, 2, 3], "late reminders come as one; a new deadline has its own")

    def test_who_left_the_project_is_not_reminded(self):
        with freeze_time("2026-03-02 10:00:00"):
            signoff = self.ask()
            self.project.spoc_id = False
        with freeze_time("2026-03-30 10:00:00"):
            self.run_cron()
        self.assertEqual(signoff.event_ids.mapped("kind"), ["sent", "withdrawn"])

    # === ASKED IN THE DIALOG === #

    def test_dialog_shows_nothing_of_projects_that_the_user_does_not_see(self):
        self.ask_for_points()
        self.project.privacy_visibility = "followers"
        self.project.message_unsubscribe(self.colleague.partner_id.ids)
        self.env.flush_all()
        kind = self.env.ref("project_lifecycle.signoff_kind_methodology")
        Wizard = self.env["project.signoff.request"].with_user(self.colleague)
        values = {"project_id": self.project.id, "kind_id": kind.id}
        with self.assertRaises(AccessError):
            Wizard.create(values)
        specification = {"preview": {}, "partner_id": {}, "possible_partner_ids": {}, "project_id": {}, "kind_id": {}}
        with self.assertRaises(AccessError):
            Wizard.onchange(values, ["kind_id"], specification)

    def test_dialog_shows_what_is_sent(self):
        self.project._get_spoc_line().duties = "- Decide in time"
        item = self.add_criterion("spoc_duties").with_user(self.consultant)
        action = item.action_request_signoff()
        form = Form(self.env["project.signoff.request"].with_user(self.consultant).with_context(**action["context"]))
        self.assertIn("Decide in time", form.preview)
        signoff = self.env["project.signoff"].browse(form.save().action_send()["res_id"])
        self.assertIn("Decide in time", signoff.content)
        self.assertEqual(signoff.state, "sent")

    def test_dialog_without_a_kind_yet(self):
        context = self.project.with_user(self.consultant).action_request_signoff()["context"]
        form = Form(self.env["project.signoff.request"].with_user(self.consultant).with_context(**context))
        self.assertEqual((form.partner_id, form.preview), (self.spoc, False))
        form.kind_id = self.env.ref("project_lifecycle.signoff_kind_agreement")
        self.assertEqual(form.deadline, fields.Date.today() + timedelta(days=14))

    def test_dialog_with_a_document(self):
        document = self.env["ir.attachment"].with_user(self.consultant).create({"name": "a.txt", "raw": b"A"})
        wizard = (
            self.env["project.signoff.request"]
            .with_user(self.consultant)
            .create(
                {
                    "project_id": self.project.id,
                    "kind_id": self.env.ref("project_lifecycle.signoff_kind_agreement").id,
                    "attachment_ids": document.ids,
                }
            )
        )
        signoff = self.env["project.signoff"].browse(wizard.action_send()["res_id"])
        self.assertEqual(signoff.documents[0]["name"], "a.txt")

    def test_new_version_by_the_dialog(self):
        first = self.ask().with_user(self.consultant)
        context = first.action_new_version()["context"]
        form = Form(self.env["project.signoff.request"].with_user(self.consultant).with_context(**context))
        form.content = "<p>Eleven users</p>"
        second = self.env["project.signoff"].browse(form.save().action_send()["res_id"])
        self.assertEqual((first.state, second.version), ("withdrawn", 2))

    def test_withdrawn_with_a_reason(self):
        signoff = self.ask()
        wizard = self.env["project.signoff.withdraw"].with_user(self.consultant)
        wizard.create({"signoff_id": signoff.id, "reason": "Too early"}).action_withdraw()
        self.assertEqual((signoff.state, signoff.withdrawn_reason), ("withdrawn", "Too early"))
        self.assertEqual(signoff.event_ids[-1].kind, "withdrawn")

    # === WHO === #

    def test_who_sees_and_who_sends(self):
        sales = new_test_user(self.env, "so_sales", "sales_team.group_sale_salesman")
        signoff = self.ask()
        self.project.privacy_visibility = "followers"
        self.project.message_unsubscribe(self.colleague.partner_id.ids)
        self.project.message_subscribe(self.consultant.partner_id.ids)
        for user, reads, sends in (
            (self.consultant, True, True),
            (self.manager, True, True),
            (self.colleague, False, False),
            (self.employee, False, False),
            (sales, False, False),
            (self.portal_user, False, False),
        ):
            with self.subTest(user.login):
                own = signoff.with_user(user)
                self.assertEqual(own.has_access("read"), reads)
                self.assertEqual(signoff.event_ids.with_user(user).has_access("read"), reads)
                for act in ("write", "create", "unlink"):
                    self.assertFalse(own.has_access(act))
                if sends:
                    own.action_resend()
                else:
                    with self.assertRaises(AccessError):
                        own.action_resend()
                    with self.assertRaises(AccessError):
                        own.action_withdraw("x")
        self.assertFalse(self.env["project.signoff.kind"].with_user(self.consultant).has_access("write"))
        self.assertTrue(self.env["project.signoff.kind"].with_user(self.manager).has_access("write"))

    def test_other_companies_see_nothing(self):
        signoff = self.ask()
        other = self.env["res.company"].create({"name": "Other"})
        self.project.company_id = self.env.company
        stranger = new_test_user(
            self.env, "so_other", "project.group_project_manager", company_id=other.id, company_ids=[(6, 0, other.ids)]
        )
        self.assertFalse(signoff.with_user(stranger).has_access("read"))

    def test_new_kinds_get_a_code(self):
        Kind = self.env["project.signoff.kind"].with_user(self.manager)
        first, second = Kind.create([{"name": "Migración de datos"}, {"name": "Migracion de datos"}])
        self.assertEqual((first | second).mapped("code"), ["migracion_de_datos", "migracion_de_datos_2"])
        self.assertEqual(Kind.create({"name": "הסבה"}).code, "kind")
        copied = first.copy()
        self.assertEqual((copied.name, copied.code), ("Migración de datos (copy)", "migracion_de_datos_copy"))
        form = Form(Kind)
        form.name = "Go-live"
        self.assertEqual(form.save().code, "go_live")
        with self.assertRaises(UserError):
            first.code = "other"
        self.answer(self.ask("go_live"))

    def test_shipped_kinds_are_archived_not_deleted(self):
        with self.assertRaises(UserError):
            self.kind.with_user(self.manager).unlink()
        self.kind.with_user(self.manager).active = False
        with self.assertRaises(UserError):
            self.ask()

    def test_project_with_signoffs_is_not_deleted(self):
        self.ask()
        with self.assertRaises(UserError):
            self.project.unlink()

    def test_project_with_drafts_only_is_deleted(self):
        project = self.create_project("Short lived", spoc_id=False)
        project.spoc_id = self.spoc
        self.env["project.signoff"]._create_draft(project, "design", content="<p>x</p>")
        project.unlink()
        self.assertFalse(project.exists())

    def test_what_waits_for_one_person(self):
        late, soon = self.ask("report", deadline=fields.Date.today() + timedelta(days=9)), self.ask("design")
        self.assertEqual(self.project._get_waiting_signoffs(self.spoc), soon + late)
        self.assertFalse(self.project._get_waiting_signoffs(self.consultant.partner_id))

    # === MY DAY, SPEED === #

    def test_my_day(self):
        signoff = self.ask()
        day = self.env["project.my.day"].with_user(self.consultant)
        block = {it["key"]: it for it in day.get_blocks()}["signoffs"]
        self.assertEqual([row["res_id"] for row in block["rows"]], signoff.ids)
        self.answer(signoff)
        self.assertFalse({it["key"]: it for it in day.get_blocks()}["signoffs"]["rows"])

    def test_queries_do_not_grow(self):
        kinds = self.env["project.signoff.kind"].search([], limit=8)
        projects = [self.create_project(f"P{number}") for number in range(8)]
        for project in projects:
            project.spoc_id = self.spoc
        specification = {
            "name": {},
            "project_id": {"fields": {"display_name": {}}},
            "partner_id": {"fields": {"display_name": {}}},
            "deadline": {},
            "is_late": {},
            "is_superseded": {},
            "state": {},
        }

        def cost():
            return count_queries(
                self.env(user=self.consultant),
                lambda env, run: env["project.signoff"].web_search_read([], specification),
            )

        for project in projects[:4]:
            self.ask(kinds[0].code, project=project)
        few = cost()
        for project in projects[4:]:
            self.ask(kinds[0].code, project=project)
        self.assertEqual(cost(), few)

    def test_criteria_are_worked_out_in_constant_queries(self):
        templates = [self.add_criterion("requirements").template_id]
        projects = [self.create_project(f"P{number}") for number in range(8)]
        items = self.env["project.checklist.item"].search(
            [("template_id", "=", templates[0].id), ("project_id", "in", [project.id for project in projects])]
        )

        def cost(part):
            return count_queries(self.env, lambda env, run: part.with_env(env)._get_signed_off())

        self.assertEqual(cost(items[:4]), cost(items))
