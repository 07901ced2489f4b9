"""Which files people from outside may hand in, without the ORM: documents, pictures and archives, nothing that runs."""

EXECUTABLE_ENDINGS = frozenset(
    "apk app appimage asp aspx bash bat bin cgi class cmd com cpl csh deb dll dmg drv elf exe gadget hta htm html inf jar"
    " js jse jsp lnk mht mhtml mjs msi msp php phtml pkg pl ps1 psm1 py pyc rb reg rpm run scf scr sh shtml so svg svgz"
    " swf sys url vb vbe vbs wsf wsh xhtml xht".split()
)
EXECUTABLE_TYPES = (
    "application/java",
    "application/javascript",
    "application/vnd.microsoft.portable-executable",
    "application/x-dosexec",
    "application/x-elf",
    "application/x-executable",
    "application/x-mach",
    "application/x-ms",
    "application/x-pie-executable",
    "application/x-sh",
    "application/xhtml",
    "image/svg",
    "text/html",
    "text/javascript",
    "text/x-python",
    "text/x-shellscript",
)
# of Windows, Unix, Java and Mac, Android, scripts, packages, shortcuts
EXECUTABLE_STARTS = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"dex\n",
    b"#!",
    b"!<arch>",
    b"\xed\xab\xee\xdb",
    b"L\x00\x00\x00\x01\x14\x02\x00",
)
MARKUP_STARTS = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?php")
LONGEST_NAME = 120


def is_executable(name, content, mimetype):
    """Tell whether a file runs, or carries a script, by its name, by how it begins, or by what it was found to be.

    :param str name: as it was handed in
    :param bytes content: of the file
    :param str mimetype: guessed from the content
    """
    # a name that ends in dots or blanks is the one without them to some systems
    parts = name.lower().rstrip(". \t").split(".")
    if len(parts) > 1 and parts[-1].strip() in EXECUTABLE_ENDINGS:
        return True
    if content.startswith(EXECUTABLE_STARTS) or mimetype.startswith(EXECUTABLE_TYPES):
        return True
    return content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(MARKUP_STARTS)


def tidy_name(name):
    """Return the name of a file without folders and without characters that are not seen, or turn the others round."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(char for char in name if char.isprintable()).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if dot and len(name) > LONGEST_NAME:
        return stem[: LONGEST_NAME - len(ending) - 1] + dot + ending[:LONGEST_NAME]
    return name[:LONGEST_NAME] or "file"
