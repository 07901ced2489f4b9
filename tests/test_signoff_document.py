import io

from pypdf import PdfReader

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_signoff import SignoffCommon, get_drawing


@tagged("post_install", "-at_install")
class TestSignoffDocument(SignoffCommon):
    """The document that an answer becomes, and what it leaves on the records."""

    def sign(self, signoff, *args, **options):
        signoff = signoff.with_context(force_report_rendering=True)
        self.answer(signoff, *args, **options)
        return PdfReader(io.BytesIO(signoff.sudo().pdf_id.raw))

    def read_pages(self, document):
        return " ".join(" ".join(page.extract_text() for page in document.pages).split())

    def test_certificate_says_what_who_and_when(self):
        self.kind.level = "signature"
        document = self.env["ir.attachment"].with_user(self.consultant).create({"name": "plan.txt", "raw": b"Plan"})
        signoff = self.ask(attachments=document)
        text = self.read_pages(self.sign(signoff, "remarks", "But twelve", name="Sofia S.", signature=get_drawing()))
        unbroken = text.replace(" ", "")
        self.assertIn("Ten users at once", text)
        self.assertIn(signoff.checksum, unbroken)
        self.assertIn(signoff.documents[0]["sha256"], unbroken)
        for words in (
            "Certificate",
            "Confirmed with remarks",
            "But twelve",
            "Sofia S.",
            "sofia@client.example",
            "Portal login",
            "plan.txt",
            "Sent",
        ):
            with self.subTest(words):
                self.assertIn(words.replace(" ", ""), unbroken)

    def test_documents_that_are_pdfs_are_part_of_it(self):
        first = self.sign(self.ask())
        raw = self.project.signoff_ids.sudo().pdf_id.raw
        document = self.env["ir.attachment"].with_user(self.consultant).create({"name": "a.pdf", "raw": raw})
        second = self.sign(self.ask(content="<p>Twelve</p>", attachments=document))
        self.assertGreater(len(second.pages), len(first.pages))

    def test_damaged_pdf_stays_beside_it(self):
        document = self.env["ir.attachment"].with_user(self.consultant).create({"name": "a.pdf", "raw": b"%PDF-1.4 x"})
        signoff = self.ask(attachments=document)
        self.assertIn("a.pdf", self.read_pages(self.sign(signoff)))

    def test_document_is_posted_and_stays(self):
        signoff = self.ask()
        self.answer(signoff)
        pdf = signoff.sudo().pdf_id
        self.assertEqual((pdf.res_model, pdf.res_id), ("project.signoff", signoff.id))
        self.assertIn(pdf, signoff.sudo().message_ids.attachment_ids)
        self.assertEqual(signoff.sudo().message_partner_ids, self.consultant.partner_id)
        self.assertIn("sealed", signoff.event_ids.mapped("kind"))
        note = self.project.message_ids[0]
        self.assertTrue(note.is_internal)
        self.assertIn("Confirmed", note.body)
        for act in (lambda: pdf.write({"raw": b"x"}), pdf.unlink, lambda: signoff.sudo().write({"pdf_id": False})):
            with self.assertRaises(UserError):
                act()

    def test_answer_stands_when_the_document_cannot_be_made(self):
        signoff = self.ask()

        view = self.env.ref("project_lifecycle.signoff_certificate")
        arch = view.arch
        view.arch = '<t t-name="x"><t t-out="1 / 0" /></t>'
        with self.assertLogs("odoo.addons.project_lifecycle.models.project_signoff_certificate_mixin", "ERROR"):
            self.answer(signoff)
        self.assertEqual((signoff.state, signoff.sudo().pdf_id.id), ("confirmed", False))
        view.arch = arch
        self.run_cron()
        self.assertTrue(signoff.sudo().pdf_id)
