from odoo.tests import tagged

from .test_packs import PackCommon


@tagged("post_install", "-at_install")
class TestPackAlerts(PackCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.pack_alert_mail = True
        cls.env["res.lang"]._activate_lang("es_ES")
        cls.spoc = cls.env["res.partner"].create(
            {"name": "Sofia", "email": "sofia@example.com", "parent_id": cls.customer.id, "lang": "es_ES"}
        )
        cls.project.spoc_id = cls.spoc

    def mails(self):
        return self.env["mail.mail"].search(
            [("model", "=", "project.project"), ("res_id", "=", self.project.id)], order="id"
        )

    def test_no_mail_unless_the_company_wants_it(self):
        self.env.company.pack_alert_mail = False
        self.assertFalse(self.env["res.company"].create({"name": "New"}).pack_alert_mail)
        pack = self.sell(10)
        self.log(9)
        self.assertTrue(pack.activity_ids)
        self.assertFalse(self.mails())

    def test_one_mail_a_share_through_the_queue(self):
        self.sell(10)
        self.log(4)
        self.assertFalse(self.mails())
        self.log(4)
        mail = self.mails()
        self.assertEqual((mail.recipient_ids, mail.state, mail.auto_delete), (self.spoc, "outgoing", False))
        self.assertIn("02:00 h", mail.subject)
        self.assertIn("80 %", mail.body_html)
        self.assertIn("takes nothing from the pack", mail.body_html)
        self.log(1)
        self.assertEqual(self.mails(), mail)
        self.log(1)
        self.assertEqual(len(self.mails()), 2)

    def test_logged_on_the_project_for_us_only(self):
        self.sell(10)
        self.log(5)
        message = self.mails().mail_message_id
        self.assertIn(message, self.project.message_ids)
        self.assertTrue(message.is_internal)

    def test_in_the_language_of_the_spoc_else_of_the_customer(self):
        template = self.env.ref("project_lifecycle.mail_template_pack_alert")
        template.with_context(lang="es_ES").subject = "{{ object.project_id.name }}: quedan {{ ctx.get('pack_left') }}"
        self.sell(10, 10)
        self.log(5)
        self.assertIn("quedan", self.mails().subject)
        self.project.spoc_id = False
        self.customer.write({"lang": "en_US", "email": "info@example.com"})
        self.log(3)
        mail = self.mails()[-1]
        self.assertNotIn("quedan", mail.subject)
        self.assertEqual(mail.recipient_ids, self.customer)

    def test_nobody_without_an_address_is_mailed(self):
        self.spoc.email = False
        pack = self.sell(10)
        self.log(9)
        self.assertFalse(self.mails())
        self.assertEqual(pack.alerted_share, 80)

    def test_a_mail_again_after_the_pack_grew(self):
        pack = self.sell(10)
        self.log(8)
        pack.sale_line_id.product_uom_qty = 20
        self.assertEqual(len(self.mails()), 1)
        self.log(8)
        self.assertEqual(len(self.mails()), 2)

    def test_alerts_of_a_pack_that_grew_are_closed_others_stay(self):
        pack = self.sell(10, user_id=self.manager.id)
        self.log(8)
        own = pack.activity_schedule("mail.mail_activity_data_todo", user_id=self.consultant.id)
        alerts = pack.activity_ids - own
        self.assertEqual(alerts.user_id, self.consultant | self.manager)
        pack.sale_line_id.product_uom_qty = 16
        self.assertEqual((pack.activity_ids, pack.alerted_share), (own, 50))
        self.assertIn("more left again", "".join(pack.message_ids.mapped("body")))
        pack.sale_line_id.product_uom_qty = 20
        self.assertEqual((pack.activity_ids, pack.alerted_share), (own, 0))

    def test_time_taken_back_closes_alerts_as_well(self):
        pack = self.sell(10)
        entry = self.log(8)
        entry.with_user(self.consultant).unit_amount = 1
        self.assertFalse(pack.activity_ids)
