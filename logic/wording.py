"""What was written down in several languages, for one reader; without the ORM."""

ENGLISH = "en_US"


def in_language(texts, language):
    """Return a text in the language of its reader, or in the nearest one that there is.

    :param dict texts: the text by the code of each language (``es_ES``); may be empty
    :param str language: the code of the reader's language; may be empty
    :return: the text in this language, in another variant of it, in English, or in any language; else ""
    """
    if not texts:
        return ""
    family = (language or ENGLISH).split("_")[0]
    relatives = sorted(code for code in texts if code.split("_")[0] == family)
    for code in (language, *relatives, ENGLISH, *sorted(texts)):
        if texts.get(code):
            return texts[code]
    return ""
