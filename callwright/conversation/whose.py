"""Values that are somebody else's: "my husband's is …, but you need mine"."""

import re

from .spoken import Span

_KIN = (
    r"(?:mother|father|mom|mum|dad|son|daughter|wife|husband|brother|sister|partner|boss|friend|"
    r"colleague|neighbou?r|roommate|flatmate|assistant|secretary|ex|ex[- ]\w+|landlord|cousin|"
    r"madre|padre|hij[oa]|mujer|marido|espos[oa]|hermano|hermana|jef[ea]|amig[oa]|vecin[oa]|"
    r"compañer[oa]|prim[oa]|cuñad[oa])"
)
_OWNER = rf"(?:my|our|his|her|mi|su|nuestr[oa])\s+(?:old\s+|ex[- ])?{_KIN}"
_OLD = (
    r"(?:(?:the|my)\s+(?:old|previous|former)\b|(?:el|la|mi)\s+(?:viej[oa]|antigu[oa]|anterior)\b)"
)

# Whose it is, said before it: "my daughter's e-mail is", "el de mi hermano es".
_BEFORE = re.compile(
    rf"(?:\b{_OWNER}['’]s\b|\b(?:el|la|lo)\s+(?:\w+\s+)?de\s+{_OWNER}\b)[^.;?!]{{0,40}}$", re.I
)
# Or behind it: "that's my ex", "no wait that's my brother's".
_BEHIND = re.compile(
    rf"^[\s,.]*(?:(?:no|wait|sorry|oh|perdón|espera|ay)\b[\s,.]*)*"
    rf"(?:that['’]?s|that\s+(?:is|was)|it['’]?s|that['’]?d\s+be|es[eao]?\s+(?:es|era)|es)\s+"
    rf"(?:(?:(?:el|la)\s+de\s+)?{_OWNER}\b|{_OLD})",
    re.I,
)
# That it is not the one which was asked for.
_NOT_OURS = re.compile(
    r"\b(?:mine|my\s+own|(?:el|la|lo)\s+m[ií][oa])\b(?!\s+(?:too|as\s+well|también))|"
    r"\b(?:don['’]?t|do\s+not|please\s+not)\s+(?:use|put|call|take|write|send)|"
    r"\bnot\s+(?:his|hers|theirs)\b|\bno\s+(?:l[oa]\s+)?(?:pong|us|anot|llam|apunt)\w+",
    re.I,
)
# The verb may be the introduction of the value.
_NEVER = re.compile(r"\b(?:don['’]?t|do\s+not|never|no)\s+$", re.I)
_ADDRESSED = re.compile(r"(?:use|call|put|write|send|take|text|llame|use|ponga|apunte)\b", re.I)
_FORMER = re.compile(
    rf"\b(?:used\s+to\s+(?:be|live)|era|eran)\s+(?:at\s+|en\s+)?$|\b{_OLD}\s+(?:(?!new|nuev)\w+\s+){{0,3}}(?:is|was|used\s+to\s+be|es|era)\s+(?:the\s+|el\s+)?$",
    re.I,
)
_DO_NOT = re.compile(
    r"\b(?:don['’]?t|do\s+not|never)\s+(?:use|call|put|write|send|take|ring|text)\s+"
    r"(?:(?:it\s+)?(?:to|at|on|me\s+at|me\s+on|down)\s+)?$|"
    r"\bno\s+(?:use|uses|llame|llames|ponga|pongas|apunte|apuntes)\s+(?:al|el|la|a)?\s*$",
    re.I,
)


def is_anothers(words: str, span: Span) -> bool:
    """Whether a value is said to be another's and not the caller's, or is not to be used."""
    before, behind = words[: span.start], words[span.end :]
    if _BEHIND.search(behind) or _DO_NOT.search(before) or _FORMER.search(before):
        return True
    if _NEVER.search(before) and _ADDRESSED.match(words, span.start):
        return True
    # The introduction of a value is part of its span.
    named = _BEFORE.search(before) or _BEFORE.search(words[: span.start + _INTRODUCTION])
    return bool(named) and _NOT_OURS.search(behind) is not None


_BUT_USE = re.compile(
    r"\b(?:but|pero)\s+(?:(?:please|just|rather|better|mejor|por\s+favor)\s+)?"
    r"(?:use|put|call|text|take|send|write|usa|pon|llame|llámeme|ponga|apunte|mande|escriba)\b",
    re.I,
)


def is_preferred(words: str, span: Span, earlier: int) -> bool:
    """Whether a value is to be taken in place of those that end before `earlier`: "but use …"."""
    return _BUT_USE.search(words, earlier, span.start + _VERB) is not None


_VERB = 8
"""Characters of a value's span that may still be the verb: an e-mail address begins with it."""
_INTRODUCTION = 3
"""Characters of a value's span that may still be "is "."""
