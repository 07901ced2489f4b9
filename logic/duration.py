"""Durations as people write them."""

import re


def parse_hours(text):
    """Return the hours that somebody wrote as ``1:30``, ``1.5`` or ``1,5``.

    :raises ValueError: if it is none of these
    :rtype: float
    """
    text = (text or "").strip()
    clock = re.fullmatch(r"(\d{1,4}):([0-5]\d)", text, re.ASCII)
    if clock:
        return int(clock[1]) + int(clock[2]) / 60
    if re.fullmatch(r"\d{1,4}([.,]\d{1,4})?", text, re.ASCII):
        return float(text.replace(",", "."))
    raise ValueError(text)
