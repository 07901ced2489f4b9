from odoo.tests import BaseCase, tagged

from ..logic.uploads import LONGEST_NAME, is_executable, tidy_name

PNG = b"\x89PNG\r\n\x1a\n"


@tagged("post_install", "-at_install")
class TestUploads(BaseCase):
    """Which files the client may hand in."""

    def test_by_name(self):
        for name in ("a.exe", "A.EXE", "invoice.pdf.bat", "a.js", "a.exe. ", "a.exe.", "a.html", "a.svg", ".sh"):
            with self.subTest(name):
                self.assertTrue(is_executable(name, b"text", "text/plain"))
        for name in ("a.pdf", "a.xlsx", "exe", "a.exe.pdf", "sales.csv", "a.zip", "photo.jpeg"):
            with self.subTest(name):
                self.assertFalse(is_executable(name, b"text", "text/plain"))

    def test_by_how_it_begins(self):
        for start in (b"MZ\x90", b"\x7fELF", b"#!/bin/sh", b"\xca\xfe\xba\xbe", b"<HTML><script>", b" \n<svg xmlns"):
            with self.subTest(start):
                self.assertTrue(is_executable("a.pdf", start, "application/octet-stream"))
        self.assertFalse(is_executable("a.png", PNG, "image/png"))

    def test_by_what_it_was_found_to_be(self):
        self.assertTrue(is_executable("a.pdf", b"?", "application/x-dosexec"))
        self.assertTrue(is_executable("a.pdf", b"?", "image/svg+xml"))

    def test_names(self):
        self.assertEqual(tidy_name("C:\\temp\\my file.pdf"), "my file.pdf")
        self.assertEqual(tidy_name("../../etc/passwd"), "passwd")
        self.assertEqual(tidy_name("a\u202efdp.exe"), "afdp.exe")
        self.assertEqual(tidy_name("\x00..."), "file")
        long = tidy_name("x" * 500 + ".pdf")
        self.assertTrue(long.endswith(".pdf"))
        self.assertEqual(len(long), LONGEST_NAME)


