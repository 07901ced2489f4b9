from unittest.mock import patch

from odoo import http
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from ..controllers.portal_client import ProjectClientPortal
from .common import count_queries
from .common_client import ClientCommon


class ClientHttp(ClientCommon, HttpCase):
    @property
    def url(self):
        return f"/my/projects/{self.project.id}/lifecycle"

    def page(self, login="lc_spoc", url=None):
        self.authenticate(login, login)
        answer = self.url_open(url or self.url)
        self.assertEqual(answer.status_code, 200)
        return answer

    def post(self, path, login="lc_spoc", files=None, **values):
        self.authenticate(login, login)
        values.setdefault("csrf_token", http.Request.csrf_token(self))
        return self.url_open(self.url + path, data=values, files=files)


@tagged("post_install", "-at_install")
class TestClientPage(ClientHttp):
    """The client's home page: where the project stands, what is needed, blocks that features add."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pass_kickoff()

    def test_where_we_are(self):
        step = self.project.step_ids.filtered(lambda step: step.stage_id == self.last)
        step.write({"planned_start": "2026-12-01", "planned_end": "2026-12-03"})
        text = self.page().text
        for words in ("Where we are", "<svg", "Optional", "Next step", "Last", "12/01/2026"):
            self.assertIn(words, text)

    def test_the_next_step_of_another_round(self):
        """After going round once more, what follows is the next stage of this round, not one that was ahead before."""
        self.first.purpose, self.second.purpose = "delivery", "golive"
        project = self.create_project("Rounds")
        for stage in (self.second, None):
            self.tick_all(project)
            if stage:
                project.with_user(self.consultant).stage_id = stage
        project.with_user(self.consultant).action_move(self.first.id, "next_phase", "Stock is next")
        again = project.step_ids.filtered(lambda it: it.stage_id == self.second and it.round == 2)
        self.assertEqual((project.current_step_id.round, len(again)), (2, 1))
        told = project._get_client_whereabouts([], self.env["calendar.event"])
        self.assertEqual(told["next_step"]["name"], again.display_name)

    def test_stages_that_are_ours_alone(self):
        self.first.client_visible = False
        self.first.name = "Zqinternal"
        self.assertNotIn("Zqinternal", self.page().text)

    def test_who_sees_it(self):
        for login, seen in (
            ("lc_spoc", True),
            ("lc_reader", True),
            ("lc_consultant", True),
            ("lc_mate", False),
            ("lc_rival", False),
            ("lc_employee", False),
        ):
            with self.subTest(login=login):
                answer = self.page(login)
                self.assertEqual(answer.url.endswith(self.url), seen)
                self.assertEqual("Bakery" in answer.text, seen)
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open(self.url).url)

    def test_closed_before_the_kickoff_is_over(self):
        other = self.create_project("Secret")
        other.spoc_id = self.spoc
        for url in ("lifecycle", "packs", ""):
            answer = self.page(url=f"/my/projects/{other.id}/{url}".rstrip("/"))
            self.assertNotIn("Secret", answer.text, url)

    def test_read_by_a_cursor_that_only_reads(self):
        self.add_criterion("Clean your data")
        with self.assertNoLogs("odoo.http", "WARNING"):
            self.page()
        self.assertTrue(ProjectClientPortal.portal_my_project_lifecycle.original_routing["readonly"])

    def test_a_feature_adds_its_block(self):
        Project = self.env.registry["project.project"]
        codes = Project._get_client_block_codes

        def block(project):
            return project._prepare_client_block(
                "extra", "Extra block", "project_lifecycle.client_block_messages", {"messages": []}
            )

        with (
            patch.object(Project, "_get_client_block_codes", lambda self: ["extra", *codes(self)]),
            patch.object(Project, "_client_block_extra", block, create=True),
        ):
            text = self.page().text
        self.assertIn("Extra block", text)
        self.assertLess(text.index('id="extra"'), text.index('id="people"'))

    def test_links_from_the_pages_of_odoo(self):
        self.add_criterion("Clean your data")
        for page in ("/my/projects", f"/my/projects/{self.project.id}"):
            self.assertIn(self.url, self.page(url=page).text, page)
        self.assertIn("1 waiting for you", " ".join(self.page(url="/my/projects").text.split()).replace("</t>", ""))
        self.assertIn("lifecycle_waiting_count", self.page(url="/my").text)
        self.assertTrue(self.page(url="/my/projects/waiting").url.endswith(f"{self.url}#needs"))

    def test_the_counter_of_the_portal(self):
        self.add_criterion("Clean your data")
        for login, count in (("lc_spoc", 1), ("lc_reader", 0), ("lc_mate", 0), ("lc_rival", 0), ("lc_consultant", 0)):
            self.authenticate(login, login)
            found = self.make_jsonrpc_request("/my/counters", {"counters": ["lifecycle_waiting_count"]})
            self.assertEqual(found["lifecycle_waiting_count"], count, login)

    def fill(self, count):
        """Give the project as many criteria, points, questions, packs, sessions, people and messages."""
        for number in range(count):
            self.add_criterion(f"Criterion {number}")
            point = {"project_id": self.project.id, "name": f"Point {number}"}
            self.env["project.open.point"].create([{**point, "partner_id": self.spoc.id}, point])
            self.project.with_user(self.portal_user)._client_ask(f"Question {number}?")
            self.env["project.pack"].create(
                {"name": f"Pack {number}", "project_id": self.project.id, "purchased_hours": 10}
            )
            for held_on, start in (("2026-03-02", "2026-03-02"), (False, "2099-03-02")):
                self.env["calendar.event"].create(
                    {
                        "name": f"Session {number}",
                        "start": f"{start} 10:00:00",
                        "stop": f"{start} 11:00:00",
                        "partner_ids": [Command.set((self.spoc | self.reader.partner_id).ids)],
                        "lifecycle_project_id": self.project.id,
                        "session_kind": "follow_up",
                        "held_on": held_on,
                        "minutes": "<p>Agreed</p>",
                    }
                )
            person = self.env["res.partner"].create({"name": f"User {number}", "parent_id": self.client_company.id})
            self.env["project.lifecycle.stakeholder"].create(
                {"project_id": self.project.id, "partner_id": person.id, "client_role": "end_user"}
            )
            self.project.message_post(body=f"Message {number}", subtype_xmlid="mail.mt_comment")
        self.env.flush_all()

    def test_queries_do_not_grow(self):
        def page(env, run):
            env["project.project"].browse(self.project.id)._get_client_page()

        costs = []
        for _double in range(2):
            self.fill(3)
            costs.append(count_queries(self.env(user=self.portal_user.id), page))
        self.assertEqual(costs[0], costs[1])

    def test_the_counter_costs_the_same_for_many_projects(self):
        def count(env, run):
            env["project.project"].search([("lifecycle_id", "!=", False)])._get_client_needs_by_project()

        costs = []
        for _double in range(2):
            for number in range(2):
                project = self.create_project(f"Other {number}")
                project.spoc_id = self.spoc
                self.pass_kickoff(project)
                self.add_criterion("Answer", project)
                self.env["project.open.point"].create(
                    {"project_id": project.id, "name": "Which?", "partner_id": self.spoc.id}
                )
            costs.append(count_queries(self.env(user=self.portal_user.id), count))
        self.assertEqual(costs[0], costs[1])
