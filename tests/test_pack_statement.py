import io
from datetime import date

from freezegun import freeze_time
from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import count_queries
from .common_pack_portal import PackPortalCommon

REPORT = "project_lifecycle.report_pack_statement"
MARCH = {"date_from": "2026-03-01", "date_to": "2026-03-31"}


@tagged("post_install", "-at_install")
class TestPackStatement(PackPortalCommon):
    """The statement leads from balance to balance, in the client's words and language."""

    def statement(self, first=date(2026, 3, 1), last=date(2026, 3, 31), packs=None, user=None):
        project = self.project.with_user(user or self.consultant)
        return project._get_pack_statement(first, last, packs)

    def html(self, user=None, **data):
        report = self.env["ir.actions.report"].with_user(user or self.consultant)
        data = {"project_id": self.project.id, **MARCH, **data}
        return report._render_qweb_html(REPORT, [], data=data)[0].decode()

    def pdf_text(self, **data):
        report = self.env["ir.actions.report"].with_user(self.consultant).with_context(force_report_rendering=True)
        content, kind = report._render_qweb_pdf(REPORT, [], data={"project_id": self.project.id, **MARCH, **data})
        self.assertEqual(kind, "pdf")
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)

    @freeze_time("2026-03-20 12:00:00")
    def test_from_balance_to_balance(self):
        first, second = self.sell(5, date_order="2026-02-10"), self.sell(10, date_order="2026-03-05")
        (first | second).write({"date": "2026-02-10"})
        second.date = "2026-03-05"
        self.log(2, date="2026-02-20")
        self.log(4, date="2026-03-02", name="Over the border")
        self.log(1, date="2026-03-06")
        self.log(1, date="2026-03-10", pack_use="offered", name="Gift")
        statement = self.statement()
        self.assertEqual((statement["opening"], statement["bought"], statement["deducted"]), (3, 10, 5))
        self.assertEqual(statement["closing"], self.project.pack_remaining_hours)
        self.assertEqual(
            [(str(row["date"]), row["kind"], row["change"], row["balance"]) for row in statement["rows"]],
            [
                ("2026-03-02", "deducted", -4, -1),
                ("2026-03-05", "bought", 10, 9),
                ("2026-03-05", "carried_in", 0, 9),
                ("2026-03-06", "deducted", -1, 8),
            ],
        )
        self.assertEqual([row["description"] for row in statement["offered"]], ["Gift"])
        one = self.statement(packs=second)
        self.assertEqual((one["opening"], one["closing"]), (0, second.available_hours))

    def test_a_random_life(self):
        """Statements join without a gap, and the last one ends with the balance of the screens."""
        import random

        rng = random.Random(7)
        with freeze_time("2026-03-31 12:00:00"):
            for number in range(3):
                pack = self.sell(rng.randint(3, 9))
                pack.date = date(2026, 3, 1 + 7 * number)
                for _entry in range(5):
                    self.log(rng.randint(1, 12) / 4, date=date(2026, 3, rng.randint(1, 31)))
            self.env["project.pack"].search([("project_id", "=", self.project.id)])[0].date_to = "2026-03-15"
            balance = None
            for first, last in ((1, 9), (10, 15), (16, 16), (17, 31)):
                statement = self.statement(date(2026, 3, first), date(2026, 3, last))
                if balance is not None:
                    self.assertAlmostEqual(statement["opening"], balance)
                balance = statement["closing"]
                shown = statement["bought"] - statement["deducted"] + statement["moved"]
                self.assertAlmostEqual(statement["opening"] + shown, balance)
            self.env.invalidate_all()
            self.assertAlmostEqual(balance, self.project.pack_remaining_hours)

    @freeze_time("2026-03-20 12:00:00")
    def test_a_cancelled_order(self):
        pack = self.sell(10)
        self.log(3, date="2026-03-10")
        pack.date = "2026-03-01"
        pack.order_id._action_cancel()
        self.env.invalidate_all()
        statement = self.statement()
        self.assertEqual((statement["closing"], self.project.pack_remaining_hours), (0, 0))
        self.assertEqual(statement["rows"][-1]["label"], "Cancelled")

    @freeze_time("2026-03-20 12:00:00")
    def test_only_words_for_the_client(self):
        pack = self.live()
        for html in (self.html(), self.html(pack_ids=pack.ids), self.html(user=self.portal_user)):
            self.check_text(html, "Stock rules", "Worker", "Baking lessons", "01:30", "Opening balance")
        self.check_text(self.html(), "Offered", "A little gift", "Awaiting your consent", "Out of scope", "On no pack")
        self.assertNotIn("On the house account", self.html(pack_ids=pack.ids))

    @freeze_time("2026-03-20 12:00:00")
    def test_pdf(self):
        pack = self.live()
        pack.date = "2026-02-01"
        text = self.pdf_text()
        self.check_text(text, "Pack statement", "Packed", "Client & Sons", "Stock rules", "A little gift", "08:30")

    def test_time_on_the_order_line_from_elsewhere_tells_its_hours_alone(self):
        pack = self.sell(10)
        other = self.create_project("Zqelsewhere", partner_id=self.customer.id, allow_timesheets=True)
        other.lifecycle_id = False
        entry = self.log(2, project_id=other.id, name="Zqelsewhere", date="2026-03-02")
        self.env.cr.execute(
            "UPDATE account_analytic_line SET so_line = %s WHERE id = %s", [pack.sale_line_id.id, entry.id]
        )
        self.env.invalidate_all()
        statement = self.statement()
        self.assertEqual((statement["deducted"], pack.used_hours), (2, 2))
        self.check_text(self.html(), "Work outside of this project")

    @freeze_time("2026-03-20 12:00:00")
    def test_language_of_the_client(self):
        self.env["res.lang"]._activate_lang("he_IL")
        self.kind.with_context(lang="he_IL").name = "אפייה"
        self.live()
        (self.customer | self.spoc).lang = "he_IL"
        html = self.html()
        self.assertIn("אפייה", html)
        self.assertNotIn("Baking lessons", html)
        self.spoc.lang = "en_US"
        self.assertIn("Baking lessons", self.html(user=self.portal_user.with_context(lang="en_US")))

    @freeze_time("2026-03-20 12:00:00")
    def test_days(self):
        self.env.company.timesheet_encode_uom_id = self.day
        self.sell(16)
        self.log(4, date="2026-03-02")
        html = self.html()
        self.assertIn("Days", html)
        self.assertIn("1.50", html)
        self.assertNotIn("04:00", html)

    def test_who_prints(self):
        pack = self.live()
        for user in (self.rival, self.employee):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.project.privacy_visibility = "portal"
                self.html(user=user)
        self.project.privacy_visibility = "followers"
        self.project.message_unsubscribe(partner_ids=self.colleague.partner_id.ids)
        for user in (self.portal_user, self.colleague):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.html(user=user, pack_ids=pack.ids)
        theirs = self.sell(3, project=self.rival_project)
        self.assertFalse(self.statement(packs=theirs, user=self.manager)["rows"], "packs of the project alone")

    def test_bad_data(self):
        for data in (
            {"date_from": "2026-04-01"},
            {"date_from": False},
            {"date_from": "yesterday"},
            {"project_id": "x"},
            {"project_id": 0},
            {"project_id": 10**8},
            {"pack_ids": ["x"]},
        ):
            with self.subTest(data), self.assertRaises(UserError):
                self.html(**data)

    @freeze_time("2026-03-20 12:00:00")
    def test_wizard(self):
        pack = self.sell(5)
        wizards = self.env["project.pack.statement"].with_user(self.consultant)
        form = Form(wizards.with_context(active_model="project.pack", active_ids=pack.ids))
        wizard = form.save()
        self.assertEqual((wizard.project_id, wizard.pack_ids), (self.project, pack))
        self.assertEqual((str(wizard.date_from), str(wizard.date_to)), ("2026-02-01", "2026-03-20"))
        action = wizard.action_print()
        self.assertEqual(action["report_name"], REPORT)
        self.assertIn("Opening balance", self.html(**action["data"]))
        action = self.project.with_user(self.consultant).action_pack_statement()
        self.assertFalse(Form(wizards.with_context(**action["context"])).save().pack_ids)
        theirs = self.sell(5, project=self.rival_project)
        with self.assertRaisesRegex(UserError, "one project"):
            wizards.with_context(active_model="project.pack", active_ids=(pack | theirs).ids).default_get([])

    def test_a_salesperson_prints_own_packs(self):
        self.employee.group_ids += self.env.ref("sales_team.group_sale_salesman")
        pack = self.sell(5, user_id=self.employee.id)
        theirs = self.sell(5)
        self.assertIn("Opening balance", self.html(user=self.employee, pack_ids=pack.ids))
        with self.assertRaises(AccessError):
            self.html(user=self.employee, pack_ids=theirs.ids)

    def test_queries_do_not_grow(self):
        def print_it(env, _run):
            project = env["project.project"].with_user(self.consultant).browse(self.project.id)
            project._get_pack_statement(date(2026, 3, 1), date(2026, 3, 31))

        self.sell(5, 5)
        for number in range(5):
            self.log(1, date="2026-03-02", name=f"Work {number}", work_kind_id=self.kind.id)
        few = count_queries(self.env, print_it)
        self.sell(5, 5)
        others = self.env["project.work.kind"].create([{"name": f"Kind {number}"} for number in range(5)])
        for number, kind in enumerate(others):
            self.log(1, date="2026-03-03", name=f"Work {number}", work_kind_id=kind.id)
        self.assertEqual(count_queries(self.env, print_it), few)
