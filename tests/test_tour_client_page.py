import os
from pathlib import Path

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_browser import TourCase
from .common_client import ClientCommon

AXE = os.environ.get("PROJECT_LIFECYCLE_AXE")
# what Odoo's own frame brings along is Odoo's
CHECK = """
axe.run("#wrap").then((found) => {
    const grave = found.violations.filter((it) => ["serious", "critical"].includes(it.impact));
    for (const it of grave) {
        console.warn(it.id, it.help, it.nodes.map((node) => node.html).join("\\n"));
    }
    if (!found.passes.length) {
        console.error("nothing was looked at");
    } else if (grave.length) {
        console.error("accessibility: " + grave.map((it) => it.id + " " + it.nodes[0].html).join("; "));
    } else {
        console.log("test successful");
    }
});
"""


class ClientBrowser(TourCase, ClientCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pass_kickoff()
        cls.items = (
            cls.add_criterion("Clean your data")
            | cls.add_criterion("Hand in the list", kind="evidence")
            | cls.add_criterion("Every minute is logged", needs_agreement=True)
        )


@tagged("post_install", "-at_install")
class TestTourClientPage(ClientBrowser):
    browser_size = "390x844"
    touch_enabled = True

    def test_the_spoc_on_a_phone(self):
        self.start_tour("/my", "project_lifecycle_client_page", login="lc_spoc")
        self.env.invalidate_all()
        done, proof, refused = self.items
        self.assertEqual((done | proof).mapped("state"), ["met", "met"])
        self.assertEqual(proof.attachment_ids.mapped("name"), ["list.pdf"])
        self.assertRecordValues(refused, [{"state": "open", "client_answer": "Only what we asked for"}])
        self.assertEqual(self.project.open_point_ids.asked_by_id, self.spoc)


@tagged("post_install", "-at_install")
class TestAccessibility(ClientBrowser):
    """No page of the client has a serious finding of axe, in a language of either direction."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Project = cls.project.with_user(cls.portal_user)
        Project._client_ask("Who is on call?", "At night")
        cls.project.write({"allow_timesheets": True, "allow_billable": True})
        cls.env["project.pack"].create({"name": "Ten hours", "project_id": cls.project.id, "purchased_hours": 10})
        cls.env["calendar.event"].create(
            {
                "name": "Follow-up",
                "start": "2026-03-02 10:00:00",
                "stop": "2026-03-02 11:00:00",
                "partner_ids": [Command.set(cls.spoc.ids)],
                "lifecycle_project_id": cls.project.id,
                "session_kind": "follow_up",
                "held_on": "2026-03-02",
                "minutes": "<p>All is well</p>",
            }
        )
        cls.pages = [f"/my/projects/{cls.project.id}/lifecycle", f"/my/projects/{cls.project.id}/packs"]
        cls.signoffs = {level: cls.ask(level) for level in ("click", "name", "signature", "answered", "withdrawn")}
        cls.signoffs["answered"].with_user(cls.portal_user)._answer("refused", "Twelve users")
        cls.signoffs["withdrawn"].with_user(cls.consultant).action_withdraw("Too early")
        cls.items[2].write({"client_answered_by_id": cls.spoc.id, "agreement": "not_agreed", "client_answer": "No"})

    @classmethod
    def ask(cls, level):
        """Ask the SPOC for something that is confirmed in one way, with a document."""
        code = {"name": "design", "signature": "agreement", "answered": "validation", "withdrawn": "report"}.get(
            level, "requirements"
        )
        if level in ("click", "name", "signature"):
            cls.env.ref(f"project_lifecycle.signoff_kind_{code}").level = level
        env = cls.env(user=cls.consultant)
        document = env["ir.attachment"].create({"name": "scope.txt", "raw": b"Scope"})
        content = "<h3>Users</h3><table><tr><th>Shop</th><td>Ten</td></tr></table>"
        project = cls.project.with_env(env)
        return env["project.signoff"]._request(project, code, content=content, attachments=document).sudo()

    def check(self, page, login="lc_spoc", ready="#wrap h1"):
        code = Path(AXE).read_text(encoding="utf-8") + CHECK
        self.browser_js(page, code, ready=f"Boolean(document.querySelector('{ready}'))", login=login)

    def test_pages(self):
        if not AXE:
            self.skipTest("PROJECT_LIFECYCLE_AXE names no axe.min.js")
        for page in self.pages:
            with self.subTest(page):
                self.check(page)

    def test_signoffs(self):
        """Each way to confirm, what was answered or withdrawn, the page by link, the list, and a plain refusal."""
        if not AXE:
            self.skipTest("PROJECT_LIFECYCLE_AXE names no axe.min.js")
        for level, signoff in self.signoffs.items():
            with self.subTest(level):
                self.check(signoff._get_client_url(), ready="#wrap canvas" if level == "signature" else "#wrap h1")
        self.check("/my/signoffs")
        link = f"{self.signoffs['name']._get_client_url()}?access_token="
        self.check(link + self.signoffs["name"].access_token, login=None)
        self.check(self.signoffs["click"]._get_client_url(), login="lc_reader")
        with mute_logger("odoo.http"):
            self.check(link + "guess", login=None)

    def test_right_to_left(self):
        if not AXE:
            self.skipTest("PROJECT_LIFECYCLE_AXE names no axe.min.js")
        self.env["res.lang"]._activate_lang("he_IL")
        self.portal_user.lang = "he_IL"
        self.authenticate("lc_spoc", "lc_spoc")
        self.assertIn('dir="rtl"', self.url_open(self.pages[0]).text)
        self.check(self.pages[0])
        self.check(self.signoffs["signature"]._get_client_url(), ready="#wrap canvas")

    def test_what_is_wrong_is_found(self):
        """The check of this class sees a picture without words."""
        if not AXE:
            self.skipTest("PROJECT_LIFECYCLE_AXE names no axe.min.js")
        spoil = "document.querySelector('#wrap').append(Object.assign(new Image(), {src: '/logo.png'}));"
        code = Path(AXE).read_text(encoding="utf-8") + spoil + CHECK
        with self.assertRaisesRegex(AssertionError, "image-alt"):
            self.browser_js(self.pages[0], code, ready="Boolean(document.querySelector('#wrap h1'))", login="lc_spoc")
