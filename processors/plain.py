"""Words without the typography that some recognisers add: rules hear what was said, not written."""

import re

_MARKS = re.compile(r"[.?!,;:]+(?=\s|$)")
_BEGINNING = re.compile(r"(?:^|(?<=[.?!]\s))[A-Z](?=[a-z'’]*\b)")
_PRONOUN = re.compile(r"\bI\b(?=$|[\s'’])")


def plain_words(text: str) -> str:
    """A transcript as a recogniser without formatting gives it.

    Only what is written as sentences is changed: capitals at their beginnings, the pronoun, and
    marks between words. Names keep their capitals, except where they begin a sentence; numbers
    keep their points and dashes.
    """
    if not re.search(r"[.?!]\s*$", text.strip()):
        return text
    lowered = _BEGINNING.sub(lambda found: found[0].lower(), text.strip())
    return " ".join(_MARKS.sub("", _PRONOUN.sub("i", lowered)).split())
