import html
import json
import re

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .client_facts import CLIENT_FACTS, CLIENT_MAILS, CLIENT_REPORTS, TECHNICAL
from .common_client import PDF
from .kickoff_facts import KickoffFacts
from .test_client_page import ClientHttp

MODULE = "project_lifecycle"
TEXT = ("char", "text", "html")
# words are found again whatever the page does to them: neither marked up, nor cut, nor translated
MARK = "Zqx{}qz"
FOUND = re.compile(r"zqx(\d+)qz", re.IGNORECASE)
ARGUMENT = re.compile(r"<(?:[^:>]+:)?(\w+)>")
PEOPLE = ("lc_spoc", "lc_reader", "lc_mate", "lc_rival", None)
STOCK_PAGES = (
    "/my",
    "/my/projects",
    "/my/projects/{project}",
    "/my/projects/{project}?groupby=none",
    "/my/projects/{project}/task/{task}",
    "/my/tasks",
    "/my/tasks?groupby=project_id",
    "/my/tasks/{task}",
    "/my/timesheets",
    "/my/orders",
    "/my/orders/{order}",
)


@tagged("post_install", "-at_install")
class TestTwoFaces(ClientHttp):
    """Nothing internal reaches anybody outside: every text of every model of ours is looked for wherever clients read.

    Models, fields, pages, mails and documents are found by themselves. Whatever ``client_facts.py`` does not name is
    internal: it gets a word of its own, which must stand nowhere.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.last.purpose = "support"
        cls.marks = []
        cls.live()
        cls.make_missing_records()
        cls.env.flush_all()
        cls.mark_everything()
        cls.env.invalidate_all()
        cls.env.registry.clear_all_caches()

    # === A PROJECT THAT HAS EVERYTHING === #

    @classmethod
    def live(cls):
        """Let a project have something of everything, of both faces."""
        cls.consultant.email = "carla@example.com"
        cls.project.write({"allow_timesheets": True, "allow_billable": True, "date_start": fields.Date.today()})
        facts = KickoffFacts(cls.project, cls.consultant, cls.spoc)
        codes = {name.removeprefix("_make_") for name in dir(facts) if name.startswith("_make_")}
        for code in sorted(codes - {"customer", "manager", "blocking_tasks", "handoff_mailed"}):
            with cls.env.cr.savepoint():
                facts.make(code)
        cls.pass_kickoff()
        # a move would make an end of the hand-off that is confirmed
        facts.make("handoff_mailed")
        cls.for_client = cls.add_criterion("For the client")
        cls.internal = cls.add_criterion("For us", client_visible=False)
        cls.task = cls.env["project.task"].create({"name": "Task", "project_id": cls.project.id})
        cls.task.message_subscribe(partner_ids=cls.spoc.ids)
        cls.asked = cls.project.with_user(cls.portal_user)._client_ask("Who is on call?")
        cls.asked.with_user(cls.consultant).action_answer("The support team")
        Point = cls.env["project.open.point"]
        cls.of_client = Point.create(
            {"project_id": cls.project.id, "name": "Which accounts?", "partner_id": cls.spoc.id}
        )
        cls.of_us = Point.create({"project_id": cls.project.id, "name": "Ours"})
        cls.signoff = cls.env["project.signoff"]._request(cls.project, "requirements", content="<p>Ten users</p>")
        cls.use_packs()
        cls.report()
        cls.meet_without_client()
        for record in (cls.project, cls.task, cls.of_us, cls.signoff):
            record.message_post(body=cls.mark(f"note on {record._name}"), subtype_xmlid="mail.mt_note")
        cls.attach_ours(cls.for_client)
        cls.attach_ours(cls.internal)

    @classmethod
    def report(cls):
        """Publish a progress report, and begin the next one."""
        cls.env["project.adoption.figure"].create({"project_id": cls.project.id, "name": "Tills", "user_count": 5})
        cls.env["project.improvement"].create({"project_id": cls.project.id, "name": "Barcodes"})
        cls.env["project.lesson"].create(
            [
                {"project_id": cls.project.id, "name": name, "kind": "improvement", "is_for_client": for_client}
                for name, for_client in (("Ask earlier", True), ("Sell more hours", False))
            ]
        )
        for is_published in (True, False):
            project = cls.project.with_user(cls.consultant).with_context(report_kind="progress_report")
            report = cls.env["project.update"].with_user(cls.consultant).browse(project.action_new_report()["res_id"])
            if is_published:
                report.write(
                    {"status_reason": "<p>Ill</p>", "gains": "<p>A day</p>", "collaboration": "<p>Tuesdays</p>"}
                )
                report.action_publish()
                cls.published = report
            else:
                cls.draft = report

    @classmethod
    def use_packs(cls):
        """Sell a pack, enter another by hand, and log time on them."""
        product = cls.env["product.product"].create(
            {"name": "Consulting", "type": "service", "service_policy": "ordered_prepaid", "taxes_id": False}
        )
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.client_company.id,
                "project_id": cls.project.id,
                "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 10})],
            }
        )
        order.action_confirm()
        cls.env["project.pack"].create({"name": "By hand", "project_id": cls.project.id, "purchased_hours": 10})
        employee = cls.env["hr.employee"].create({"name": "Worker", "user_id": cls.consultant.id})
        kind = cls.env["project.work.kind"].create({"name": "Training"})
        for name, more in (("Deducted", {}), ("A gift", {"pack_use": "offered"})):
            cls.env["account.analytic.line"].create(
                {
                    "name": name,
                    "project_id": cls.project.id,
                    "task_id": cls.task.id,
                    "employee_id": employee.id,
                    "work_kind_id": kind.id,
                    "unit_amount": 1,
                    "internal_note": "x",
                    **more,
                }
            )

    @classmethod
    def meet_without_client(cls):
        cls.env["calendar.event"].create(
            {
                "name": cls.mark("internal session"),
                "start": "2026-03-02 10:00:00",
                "stop": "2026-03-02 11:00:00",
                "partner_ids": [Command.set(cls.consultant.partner_id.ids)],
                "lifecycle_project_id": cls.project.id,
                "session_kind": "internal",
                "held_on": "2026-03-02",
                "minutes": "<p>x</p>",
            }
        )

    @classmethod
    def attach_ours(cls, item):
        file = (
            cls.env["ir.attachment"]
            .with_user(cls.consultant)
            .create({"name": cls.mark("name of our file"), "raw": PDF + cls.mark("our file").encode()})
        )
        item.with_user(cls.consultant).attachment_ids = [Command.link(file.id)]

    @classmethod
    def get_models(cls):
        """Return the models that are ours."""
        return [
            model
            for model in cls.env.values()
            if model._original_module == MODULE and not model._abstract and not model._transient and model._auto
        ]

    @classmethod
    def get_marked_fields(cls):
        """Return for each model the stored fields of text that are ours, those of Odoo's models as well."""
        found = {}
        for model in cls.env.values():
            if model._abstract or model._transient or not model._auto:
                continue
            for field in model._fields.values():
                ours = model._original_module == MODULE or field._modules[:1] == (MODULE,)
                if ours and field.type in TEXT and field.store and field.column_type and not field.related:
                    found.setdefault(model._name, []).append(field)
        return found

    @classmethod
    def make_missing_records(cls):
        """Give each model of ours that has no record of the project one, with whatever it requires."""
        for model in cls.get_models():
            if not cls.records_of(model._name):
                cls.insert(model)

    @classmethod
    def records_of(cls, name):
        model = cls.env[name].with_context(active_test=False).sudo()
        domain = []
        if name == "res.company":
            return cls.env.company
        if name == "project.project":
            domain = [("id", "=", cls.project.id)]
        elif "project_id" in model._fields and model._fields["project_id"].store:
            domain = [("project_id", "=", cls.project.id)]
        elif "lifecycle_project_id" in model._fields:
            domain = [("lifecycle_project_id", "=", cls.project.id)]
        elif "lifecycle_id" in model._fields and model._fields["lifecycle_id"].store:
            domain = [("lifecycle_id", "=", cls.lifecycle.id)]
        elif name == "project.lifecycle":
            domain = [("id", "=", cls.lifecycle.id)]
        return model.search(domain, limit=200)

    @classmethod
    def insert(cls, model):
        """Create a record with what its model requires; two fields never hold the same record."""
        values = {"project_id": cls.project.id} if "project_id" in model._fields else {}
        taken = set()
        for name, field in model._fields.items():
            if name in values or not field.store or not field.required or field.compute or field.default:
                continue
            if field.type == "many2one":
                values[name] = cls.pick(field.comodel_name, taken)
            elif field.type == "selection":
                values[name] = field.get_values(cls.env)[0]
            else:
                values[name] = {
                    "date": fields.Date.today(),
                    "datetime": fields.Datetime.now(),
                    "many2one_reference": cls.project.id,
                }.get(field.type, 1 if field.type in ("integer", "float") else "x")
        model.sudo().create(values)

    @classmethod
    def pick(cls, name, taken):
        own = {"project.project": cls.project, "res.partner": cls.spoc, "res.users": cls.consultant}
        records = own.get(name, cls.env[name]) | cls.records_of(name) | cls.env[name].sudo().search([], limit=5)
        found = next(record.id for record in records if (name, record.id) not in taken)
        taken.add((name, found))
        return found

    # === WORDS === #

    @classmethod
    def mark(cls, what):
        """Return a word that stands for something internal."""
        cls.marks.append(what)
        return MARK.format(len(cls.marks) - 1)

    @classmethod
    def mark_everything(cls):
        """Write a word into each internal text, past all rules that keep records as they are."""
        for name, found in cls.get_marked_fields().items():
            records = cls.records_of(name)
            for field in found:
                if field.name in TECHNICAL.get(name, ()):
                    continue
                shown = records.browse()
                for names, domain in CLIENT_FACTS.get(name, ()):
                    if field.name in names:
                        shown |= records.filtered_domain(domain)
                cls.write_word(field, records - shown)

    @classmethod
    def write_word(cls, field, records):
        if not records:
            return
        word = cls.mark(f"{records._name}.{field.name}")
        text = f"<p>{word}</p>" if field.type == "html" else word
        value = (
            json.dumps({code: text for code, _name in cls.env["res.lang"].get_installed()} | {"en_US": text})
            if field.translate
            else text
        )
        cls.env.cr.execute(
            SQL(
                "UPDATE %s SET %s = %s WHERE id IN %s",
                SQL.identifier(records._table),
                SQL.identifier(field.name),
                value,
                tuple(records.ids),
            )
        )

    def look(self, where, text):
        """Fail if a word stands in a text that people outside read."""
        leaked = {self.marks[int(number)] for number in FOUND.findall(html.unescape(text))}
        with self.subTest(where):
            self.assertFalse(leaked, f"{where} shows what is internal")

    # === WHERE CLIENTS READ === #

    def get_pages(self):
        """Return the addresses of all pages of ours that are read, with the records of this project."""
        arguments = {
            "project_id": self.project.id,
            "signoff_id": self.signoff.id,
            "document_id": self.signoff.attachment_ids[:1].id or 1,
            "file_id": self.for_client.attachment_ids.id,
            "attachment_id": self.for_client.attachment_ids.id,
            "learning_id": 1,
            "report_id": self.published.id,
            "page": 1,
        }
        pages = [f"/my/projects/{self.project.id}/reports/{self.draft.id}{part}" for part in ("", "/pdf")]
        modules = sorted(self.env.registry._init_modules)
        for url, endpoint in self.env["ir.http"]._generate_routing_rules(
            modules, self.env["ir.http"]._get_converters()
        ):
            methods = endpoint.routing.get("methods") or ["GET"]
            ours = f".addons.{MODULE}." in endpoint.func.__module__
            if not ours or "GET" not in methods or endpoint.routing["type"] != "http":
                continue
            names = ARGUMENT.findall(url)
            unknown = set(names) - arguments.keys()
            self.assertFalse(unknown, f"{url}: say in this test what these arguments are")
            pages.append(ARGUMENT.sub(lambda found: str(arguments[found[1]]), url))
        return sorted(set(pages))

    def get_stock_pages(self):
        order = self.project.pack_ids.sale_line_id.order_id[:1]
        known = {"project": self.project.id, "task": self.task.id, "order": order.id}
        return [page.format(**known) for page in STOCK_PAGES if "{order}" not in page or order]

    def test_pages(self):
        pages = self.get_pages()
        self.assertIn(self.url, pages)
        statement = f"/my/projects/{self.project.id}/packs/statement?date_from=2026-01-01&date_to=2027-01-01"
        for login in PEOPLE:
            self.authenticate(login, login)
            for page in [*pages, *self.get_stock_pages()]:
                with mute_logger("odoo.http"):
                    self.look(f"{page} for {login}", self.url_open(page).text)
            self.assertTrue(self.url_open(statement).status_code == 200)

    def test_a_client_reads_its_facts(self):
        """What is declared is there: the page is not clean because it is empty."""
        text = self.page().text
        for words in ("For the client", "Who is on call?", "The support team", "Which accounts?", self.signoff.name):
            self.assertIn(html.escape(words), text)

    def test_the_words_are_seen_where_they_are(self):
        """A declared fact that held an internal word would be found on the page."""
        self.env.cr.execute(
            "UPDATE project_open_point SET name = %s WHERE id = %s", [MARK.format(0), self.of_client.id]
        )
        self.env.invalidate_all()
        text = self.page().text
        self.assertTrue(FOUND.search(text))
        read = self.env["project.open.point"].with_user(self.consultant).search_read([("id", "=", self.of_us.id)])
        self.assertTrue(FOUND.search(str(read)), "we read them")

    def test_every_text_is_marked_or_declared(self):
        """Each model of ours with text has a record here, and what is declared exists."""
        fields_by_model = self.get_marked_fields()
        for name in fields_by_model:
            with self.subTest(name):
                self.assertTrue(self.records_of(name), "has no record in this test: make one in live()")
        for name, facts in CLIENT_FACTS.items():
            for names, _domain in facts:
                self.assertLessEqual(set(names), set(self.env[name]._fields), name)
        for name, names in TECHNICAL.items():
            self.assertLessEqual(names, set(self.env[name]._fields), name)

    def test_rpc(self):
        """By RPC, in every way to read, whatever of our models or of those that ours extend."""
        names = sorted({model._name for model in self.get_models()} | self.get_marked_fields().keys())
        for login in PEOPLE[:-1]:
            self.authenticate(login, login)
            for name in names:
                self.look(f"{name} for {login}", "".join(self.read_all(name)))

    def read_all(self, name):
        """Yield what comes back from each way to read the records of a model; what is refused yields the refusal."""
        ids = self.records_of(name)[:5].ids
        ours = [field.name for field in self.get_marked_fields().get(name, ())] or ["display_name"]
        specification = {"display_name": {}, **{field: {} for field in ours}}
        calls = (
            ("search_read", [[]], {"limit": 50}),
            ("search_read", [[("id", "in", ids)], ours], {}),
            ("read", [ids], {}),
            ("read", [ids, ours], {}),
            ("web_read", [ids, specification], {}),
            ("web_search_read", [[("id", "in", ids)], {"display_name": {}}], {}),
            ("name_search", [""], {}),
            ("formatted_read_group", [[], [ours[0]], ["__count"]], {}),
        )
        for method, args, kwargs in calls:
            params = {"model": name, "method": method, "args": args, "kwargs": kwargs}
            body = {"jsonrpc": "2.0", "method": "call", "params": params}
            with mute_logger("odoo.http"):
                answer = self.url_open(
                    f"/web/dataset/call_kw/{name}/{method}",
                    data=json.dumps(body),
                    headers={"Content-Type": "application/json"},
                )
            yield answer.text

    def test_messages(self):
        """What was said on the records, as the pages of Odoo fetch it."""
        for login in PEOPLE:
            self.authenticate(login, login)
            for record in (self.project, self.task, self.of_us, self.signoff):
                params = {"thread_model": record._name, "thread_id": record.id, "fetch_params": {"limit": 100}}
                with mute_logger("odoo.http"):
                    answer = self.url_open(
                        "/mail/chatter_fetch",
                        data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
                        headers={"Content-Type": "application/json"},
                    )
                self.look(f"messages of {record._name} for {login}", answer.text)

    def test_notes_by_their_number(self):
        """Odoo finds no notes for people outside, and reads them to whoever knows their number."""
        self.project.activity_schedule(summary=self.mark("to do")).action_feedback(self.mark("done"))
        found = self.env["mail.message"].search([("model", "!=", False), ("res_id", "!=", False)], order="id desc")
        ours = {model._name for model in self.get_models()} | {"project.project", "project.task"}
        found = found.filtered(lambda it: it.model in ours and it.res_id in self.records_of(it.model)._ids)
        notes = found.filtered(lambda it: it.is_internal or not it.subtype_id or it.subtype_id.internal)
        self.assertLessEqual({"project.project", "project.task", "project.signoff"}, set(notes.mapped("model")))
        self.assertIn("notification", notes.mapped("message_type"))
        for login in PEOPLE[:-1]:
            user = self.env["res.users"].search([("login", "=", login)])
            with self.subTest(login):
                self.assertFalse(notes.with_user(user)._filtered_access("read"))
                for message in (found - notes).with_user(user)._filtered_access("read"):
                    self.look(f"message {message.id} for {login}", message.body)
        answered = (found - notes).filtered(lambda it: it.model == "project.project")
        self.assertTrue(answered.with_user(self.portal_user)._filtered_access("read"), "what is theirs is read")

    def test_attachments(self):
        """Files of ours, by the addresses under which Odoo serves files."""
        files = (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "in", [model._name for model in self.get_models()])])
        )
        self.assertGreaterEqual(len(files), 2)
        for login in PEOPLE:
            self.authenticate(login, login)
            for file in files:
                for page in (f"/web/content/{file.id}", f"/web/content/{file.id}?download=1", f"/web/image/{file.id}"):
                    with mute_logger("odoo.http"):
                        answer = self.url_open(page)
                    text = answer.text + str(answer.headers)
                    self.look(f"{page} for {login}", text)

    def test_mails(self):
        """Every mail template of ours is declared as one to the client, or looked through all the same."""
        templates = self.env["ir.model.data"].search([("module", "=", MODULE), ("model", "=", "mail.template")])
        self.assertEqual({f"{MODULE}.{it.name}" for it in templates}, CLIENT_MAILS)
        for template in self.env["mail.template"].browse(templates.mapped("res_id")):
            record = self.get_sent(template.model)[:1]
            self.assertTrue(record, template.name)
            names = ("subject", "body_html", "email_from", "reply_to")
            rendered = template._generate_template(record.ids, names)[record.id]
            self.look(template.name, " ".join(str(rendered.get(name)) for name in names))

    def get_sent(self, name):
        """Return the records of a model of which documents and mails go to the client: drafts are ours alone."""
        if name == "calendar.attendee":
            return self.project.lifecycle_session_ids.attendee_ids
        finished = {"project.update": "published", "project.handoff": "confirmed"}
        records = self.records_of(name)
        return records.filtered_domain([("state", "=", finished[name])]) if name in finished else records

    def test_mails_that_left(self):
        """What went to people outside while all of this happened."""
        for mail in self.env["mail.mail"].sudo().search([]):
            if mail.recipient_ids.filtered("partner_share") or mail.email_to:
                self.look(f"mail {mail.subject}", f"{mail.subject} {mail.body_html}")

    def test_a_report_of_today(self):
        """What the client will read once a draft is published: each block, collected from all of this."""
        for kind in ("progress_report", "closing_report"):
            project = self.project.with_user(self.consultant).with_context(report_kind=kind)
            report = (
                self.draft if kind == self.draft.kind else self.draft.browse(project.action_new_report()["res_id"])
            )
            report.write({"status_reason": "<p>Ill</p>", "gains": "<p>A day</p>", "collaboration": "<p>Tuesdays</p>"})
            report.section_ids.is_shown = True
            text = str(report._render_body())
            self.look(kind, text)
            for words in ("Sales", "Barcodes", "Ill"):
                self.assertIn(words, text)

    def test_documents(self):
        """Documents for the client say nothing internal; all others people outside do not get."""
        reports = self.env["ir.model.data"].search([("module", "=", MODULE), ("model", "=", "ir.actions.report")])
        for data in reports:
            report = self.env["ir.actions.report"].browse(data.res_id)
            record = self.get_sent(report.model)[:1] if report.model in self.env else self.project
            xmlid = f"{MODULE}.{data.name}"
            if xmlid in CLIENT_REPORTS:
                today = str(fields.Date.today())
                sent = {"project_id": self.project.id, "date_from": "2026-01-01", "date_to": today}
                text = report._render_qweb_html(report.report_name, record.ids, data=sent)[0]
                self.look(xmlid, text.decode())
            for login in PEOPLE:
                self.authenticate(login, login)
                for kind in ("html", "text"):
                    with mute_logger("odoo.http"):
                        answer = self.url_open(f"/report/{kind}/{report.report_name}/{record.id}")
                    self.look(f"{xmlid} as {kind} for {login}", answer.text)
