from odoo.tests import Form, HttpCase, tagged

from .common import LifecycleCommon

# Words that stand nowhere else: whatever of them the client reads has leaked.
INTERNAL = {
    "lifecycle": "Zqlifecycle",
    "stages": "Zqstage",
    "criteria": "must a",
    "criterion": "Zqcriterion",
    "section": "Zqsection",
    "guidance of a criterion": "Zqhint",
    "aim": "Zqaim",
    "why": "Zqwhy",
    "how": "Zqhow",
    "mentor": "Zqmentor",
    "note": "Zqnote",
    "evidence": "Zqlink",
    "reason of a criterion": "Zqexcuse",
    "reason of a decision": "Zqreason",
}


@tagged("post_install", "-at_install")
class TestPortal(LifecycleCommon, HttpCase):
    """The SPOC's pages of a project in the lifecycle say nothing of what is internal, whatever the stage."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marked = cls.create_lifecycle("Zqlifecycle", [f"Zqstage{number}" for number in range(4)])
        cls.marked.stage_ids.write(
            {
                "guidance_aim": "Zqaim",
                "guidance_why": "Zqwhy",
                "guidance_how": "<p>Zqhow</p>",
                "checklist_template_ids": [
                    (0, 0, {"name": "Zqcriterion", "section": "Zqsection", "guidance": "Zqhint"}),
                ],
            }
        )
        cls.colleague.name = "Zqmentor"
        # messages and tracked changes as in life, which the common class switches off
        cls.project = (
            cls.create_project(
                "Bakery project",
                lifecycle_id=cls.marked.id,
                lifecycle_mentor_id=cls.colleague.id,
                privacy_visibility="portal",
            )
            .with_context(tracking_disable=False, mail_notrack=False, mail_create_nolog=False)
            .with_user(cls.consultant)
        )
        cls.project.sudo().spoc_id = cls.portal_user.partner_id
        cls.project.with_user(cls.manager).message_subscribe(partner_ids=cls.portal_user.partner_id.ids)
        cls.task = cls.env["project.task"].create(
            {
                "name": "Bakery task",
                "project_id": cls.project.id,
                "step_id": cls.project.current_step_id.id,
                "blocks_gate": True,
            }
        )
        cls.task.message_subscribe(partner_ids=cls.portal_user.partner_id.ids)

    def test_nothing_internal_on_the_pages(self):
        self.authenticate(self.portal_user.login, self.portal_user.login)
        for number, stage in enumerate(self.marked.stage_ids[:3]):
            with self.subTest(stage=stage.name):
                self.assertEqual(self.project.stage_id, stage)
                self._live_through_the_stage()
                self._check_all_is_there(first=not number)
                self._check_pages()
            self._move_on(self.marked.stage_ids[number + 1])

    def test_the_words_are_seen_where_they_are(self):
        """The very check of this class finds a word of the lifecycle on a page that shows it."""
        self.task.name = "Bakery task Zqnote"
        self.authenticate(self.portal_user.login, self.portal_user.login)
        with self.assertRaisesRegex(AssertionError, "note"):
            self._check_pages()

    def _live_through_the_stage(self):
        """Leave words of every kind: notes, evidence, reasons of criteria, of a pause and of going on."""
        self.project.stage_item_ids.filtered("is_blocking").action_tick()
        optional = self.project.stage_item_ids.filtered(lambda item: not item.is_blocking)
        optional[0].action_not_applicable("Zqexcuse")
        optional.write({"note": "Zqnote", "link": "https://example.com/Zqlink"})
        self.project.action_pause("Zqreason of the pause", "2026-12-01")
        self.project.action_resume("Zqreason of going on")
        self._remember_changes()

    def _remember_changes(self):
        """Write down in the history what was tracked, as the end of a request does."""
        self.env.flush_all()
        self.cr.flush()

    def _move_on(self, stage):
        """Pass the gate by its dialog, with a reason, and once go back for a reason as well."""
        origin = self.project.stage_id
        for goes_back in (True, False):
            action = self.project.action_open_gate(stage.id)
            form = Form(self.project.env[action["res_model"]].browse(action["res_id"]))
            form.reason = "Zqreason of the move"
            form.save().action_go()
            self.assertEqual(self.project.stage_id, stage)
            if goes_back:
                self.project.action_move(origin.id, "back", "Zqreason of going back")
            self._remember_changes()

    def _check_all_is_there(self, first):
        """The words are there for the consultant to read: that the client does not is no accident."""
        project, items = self.project, self.project.stage_item_ids
        self.assertEqual(project.lifecycle_id.name, INTERNAL["lifecycle"])
        self.assertEqual(project.lifecycle_mentor_id.name, INTERNAL["mentor"])
        self.assertEqual(project.lifecycle_stage_aim, INTERNAL["aim"])
        self.assertIn(INTERNAL["stages"], project.stage_id.name)
        self.assertIn(INTERNAL["criterion"], items.mapped("name"))
        self.assertIn(INTERNAL["section"], items.mapped("section"))
        self.assertIn(INTERNAL["guidance of a criterion"], items.mapped("guidance"))
        self.assertIn(INTERNAL["note"], items.mapped("note"))
        self.assertIn(INTERNAL["reason of a criterion"], items.mapped("reason"))
        self.assertIn(INTERNAL["reason of a decision"], project.gate_decision_ids[0].reason)
        if not first:
            moved = self.env.ref("project.mt_project_stage_change")
            self.assertIn(moved, project.message_ids.subtype_id, "the move is in the history")

    def _check_pages(self):
        url = f"/my/projects/{self.project.id}"
        for page, expected in (
            ("/my", "Projects"),
            ("/my/projects", "Bakery project"),
            (url, "Bakery task"),
            (f"{url}?groupby=none&sortby=name", "Bakery task"),
            ("/my/tasks?groupby=project_id", "Bakery project"),
            (f"{url}/task/{self.task.id}", "Bakery task"),
        ):
            answer = self.url_open(page)
            self.assertEqual(answer.status_code, 200, page)
            self.assertEqual(answer.url.partition(self.base_url())[2], page, "not sent elsewhere")
            self.assertIn(expected, answer.text, page)
            self._check_text(page, answer.text)
        for model, record in (("project.project", self.project), ("project.task", self.task)):
            history = self.make_jsonrpc_request(
                "/mail/chatter_fetch", {"thread_model": model, "thread_id": record.id, "fetch_params": {"limit": 100}}
            )
            self._check_text(f"history of {model}", str(history))

    def _check_text(self, page, text):
        leaked = [kind for kind, word in INTERNAL.items() if word.lower() in text.lower()]
        self.assertFalse(leaked, f"{page} shows the client what is internal")
