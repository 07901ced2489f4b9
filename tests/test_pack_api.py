from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .test_packs import PackCommon


@tagged("post_install", "-at_install")
class TestPackApi(PackCommon, HttpCase):
    """Balance and last entry of packs by Odoo's JSON-2 API, as docs/api.md tells it."""

    def key_of(self, user):
        keys = self.env["res.users.apikeys"].with_user(user)
        return keys._generate("rpc", "balances", fields.Datetime.now() + timedelta(hours=1))

    def call(self, key, model="project.project", method="read", **body):
        body = body or {"ids": self.project.ids, "fields": ["name", "pack_remaining_hours", "pack_last_entry_date"]}
        return self.url_open(
            f"/json/2/{model}/{method}", json=body, headers={"Authorization": f"bearer {key}"} if key else {}
        )

    def test_balance_and_last_entry(self):
        pack = self.sell(10)
        self.log(2.5, date="2026-03-02")
        key = self.key_of(self.consultant)
        answer = self.call(key)
        self.assertEqual(answer.status_code, 200, answer.text)
        self.assertEqual(
            answer.json(),
            [
                {
                    "id": self.project.id,
                    "name": "Packed",
                    "pack_remaining_hours": 7.5,
                    "pack_last_entry_date": "2026-03-02",
                }
            ],
        )
        answer = self.call(
            key,
            "project.pack",
            "search_read",
            domain=[["project_id", "=", self.project.id]],
            fields=["purchased_hours", "used_hours", "available_hours", "last_entry_date"],
        )
        self.assertEqual(
            answer.json(),
            [
                {
                    "id": pack.id,
                    "purchased_hours": 10,
                    "used_hours": 2.5,
                    "available_hours": 7.5,
                    "last_entry_date": "2026-03-02",
                }
            ],
        )

    def test_refused(self):
        self.sell(10)
        self.project.privacy_visibility = "portal"
        self.project.message_subscribe(partner_ids=self.portal_user.partner_id.ids)
        with mute_logger("odoo.http"):
            for key in (None, "nonsense"):
                self.assertEqual(self.call(key).status_code, 401)
            self.assertEqual(self.call(self.key_of(self.portal_user)).status_code, 403)
            self.project.privacy_visibility = "followers"
            for user in (self.employee, self.colleague):
                self.assertEqual(self.call(self.key_of(user)).status_code, 403)
