"""Yes and no, in the caller's own words."""

import re
from collections.abc import Sequence
from typing import Literal

from ..spoken import FILLERS, Span, Token, longest_phrase, table, tokens
from .base import Candidate, EntityBase, Hearing, in_words

_YES = table(
    """
    yes | yeah | yep | yup | yes sir | yes ma'am | yes please | of course | absolutely | certainly
    exactly | correct | definitely | affirmative | indeed | you bet | uh huh | mm hmm | mhm
    that's right | that is right | that's correct | that is correct | that's it | that's true
    i agree | agreed | please do | go ahead | you got it | why not
    i think so | sí | claro | claro que sí | correcto | por supuesto | exacto | así es | vale
    that's the one | that's me | perfect | looks good | sounds good | all good | that works
    sure thing | for sure | i guess so | i suppose so | i believe so | by all means | you know it
    ajá | aja | sip | simón | do it | please do it | you're right | you are right | it's fine
    yup yup | yessir
    no problem yes | yes indeed | very much so | that'll be fine | that's fine
    fine by me | works for me | totally | roger | affirmative | i sure do | it sure is
    that'd be great
    de acuerdo | está bien | esta bien | efectivamente | desde luego | cómo no | como no | eso es
    es correcto | así mismo | exactamente | sin duda | afirmativo | por supuesto que sí | sí señor
    sí señora | sí por favor | si por favor | claro que si | creo que sí | creo que si | eso mismo
    perfecto
    así está bien | es cierto | ya lo creo | dale | órale
    """
)
_YES_AT_END = table(
    "it is | i do | i am | i would | i have | i did | they are | we do | we are | lo es"
)
_NO_AT_END = table(
    """
    it's not | it is not | we don't | we do not | they aren't | it wasn't | i can't | no lo es
    i did not | i have not | i would not | i don't | i do not | i'm not | i am not | i haven't
    i didn't | i wouldn't | it isn't
    """
)
_YES_AT_START = table(
    "right | sure | ok | okey | okay | fine | good | great | alright | all right | si | bueno | "
    "bien"
)
_NO = table(
    """
    no | nope | nah | negative | not really | not at all | never | absolutely not | of course not
    i don't agree | i do not agree | it is not | it's not | i don't think so
    i do not think so | that's wrong | that is wrong | that's not right | that is not right
    that's not correct | that is not correct | that isn't right | that isn't correct | not right
    not correct | incorrect | wrong | that's incorrect | it's wrong | definitely not | not quite
    no gracias | incorrecto | para nada | eso no | de ninguna manera | certainly not
    no way | not yet | i'd rather not | i would rather not | rather not | no thank you | no thanks
    please don't | nuh uh | i don't believe so | i do not believe so | i'm afraid not
    i am afraid not | don't do it | nope nope | no sir
    no ma'am | hell no | no not at all
    that's not true | that is not true
    never ever | not today | not now | not this time | i disagree | i do not think that's right
    claro que no | no es correcto | no está bien | no esta bien | eso no está bien | en absoluto
    todavía no | aún no | aun no | nunca | jamás | negativo | no es así | no es eso | creo que no
    eso no es | no es cierto | está mal | esta mal | por supuesto que no | mejor no | ni hablar
    no señor | no señora | no quiero | no estoy de acuerdo | nada de eso | no es verdad | qué va
    tampoco | no hace falta | prefiero que no
    not exactly | that's not it | that is not it | that's not my name | that's not me
    """
)
_NEITHER = table(
    """
    never mind
    not sure | i'm not sure | i am not sure | i don't know | i do not know | no idea | no problem
    no worries | don't know | no sé | right now | yes or no | i have no idea | i'm not certain
    maybe | perhaps | yes and no | yes no maybe | possibly | it depends | either one | who knows
    tal vez | quizás | quizas | quizá | puede ser | depende | no estoy seguro | no estoy segura
    no lo sé | no lo se | sí y no | no recuerdo | no me acuerdo | no entiendo | ni idea | no problem
    what do you mean | yes or no question | no clue | no comment | no number | no name
    no tengo idea | no importa | como sí o no
    say no more | i do not understand | i don't understand | i don't remember | i do not remember
    """
)


class YesNo(EntityBase):
    """A yes or a no, in the caller's own words."""

    type: Literal["yes_no"]

    def hear(self, words: str, context: Hearing) -> list[Candidate]:
        """Read a yes or a no; both in one breath are two equal readings."""
        if not context.asked:
            return []
        if _DOUBT.search(words):
            return []
        found: dict[str, Candidate] = {}
        for value, span in _last_word(words, yes_and_no(words)):
            known = found.get(value)
            start = known.start if known else span.start
            found[value] = Candidate(value, start, span.end, 0.95)
        if len(found) == 2:
            return [Candidate(c.value, c.start, c.end, 0.5) for c in found.values()]
        return list(found.values())

    def problem(self, value: str, context: Hearing | None = None) -> str | None:
        """Neither word is ever wrong."""
        if value in ("yes", "no"):
            return None
        return in_words(context, "I need a yes or a no", "necesito un sí o un no")

    def say(self, value: str, language: str = "en") -> str:
        """Say it in the language of the call."""
        return "sí" if language == "es" and value == "yes" else value

    def spell(self, value: str, language: str = "en") -> str:
        """A yes is not spelled."""
        return self.say(value, language)


_DOUBT = re.compile(
    r"\b(?:maybe|perhaps|possibly|not sure|it depends|tal vez|quiz[aá]s?|depende|puede ser)\b", re.I
)
_NO_ANSWER_BEHIND = frozenset(
    {"lo", "la", "los", "las", "le", "les", "me", "te", "se", "tengo", "puedo", "hay", "recuerdo"}
    | {
        "importa",
        "entiendo",
        "sabría",
        "sabria",
        "podría",
        "creo",
        "quisiera",
        "sabemos",
        "tenemos",
        "one",
        "idea",
        "number",
        "comment",
        "wonder",
        "matter",
    }
)
"""Behind a "no" without a pause they make a sentence of their own."""
_CHANGES = re.compile(
    r"\b(?:i mean|i meant|wait|actually|sorry|scratch that|correction|digo|perdón|perdon|"
    r"mejor dicho|espera|quiero decir)\b",
    re.I,
)


def _last_word(words: str, judged: list[tuple[str, Span]]) -> list[tuple[str, Span]]:
    """Leave out what was said before it was taken back: "yes, I mean no"."""
    for index in range(len(judged) - 1, 0, -1):
        if _CHANGES.search(words, judged[index - 1][1].end, judged[index][1].start):
            return judged[index:]
    return judged


def yes_and_no(words: str) -> list[tuple[str, Span]]:
    """Return every ``yes`` and ``no`` in the words, in order, with its place."""
    heard = tokens(words)
    found: list[tuple[str, Span]] = []
    index, at_start = 0, True
    while index < len(heard):
        phrase, value = _meaning(heard, index, at_start)
        if value is not None:
            last = heard[index + len(phrase) - 1]
            found.append((value, Span(heard[index].start, last.end)))
        elif not phrase:
            at_start = at_start and heard[index].norm in FILLERS
        index += max(1, len(phrase))
    return found


def _meaning(
    heard: Sequence[Token], index: int, at_start: bool
) -> tuple[Sequence[str], str | None]:
    readings: list[tuple[Sequence[str], str | None]] = []
    for phrases, value in ((_NEITHER, None), (_NO, "no"), (_YES, "yes")):
        phrase = longest_phrase(heard, index, phrases)
        if phrase is not None:
            readings.append((phrase, value))
    for phrases, value in ((_NO_AT_END, "no"), (_YES_AT_END, "yes")):
        # "I have." answers; "I have a question" does not.
        phrase = longest_phrase(heard, index, phrases)
        after = index + len(phrase or ())
        if phrase is not None and (after == len(heard) or heard[after].broken):
            readings.append((phrase, value))
    if readings and readings[-1] == (("no",), "no") and _goes_on(heard, index):
        return ("no",), None
    if at_start and not readings:
        phrase = longest_phrase(heard, index, _YES_AT_START)
        if phrase is not None and not _greets(heard, index):
            readings.append((phrase, "yes"))
    return max(readings, key=lambda reading: len(reading[0]), default=((), None))


def _goes_on(heard: Sequence[Token], index: int) -> bool:
    """Whether a "no" begins a sentence of its own: "no lo tengo", "no idea"."""
    after = index + 1
    if after >= len(heard) or heard[after].broken:
        return False
    return heard[after].norm in _NO_ANSWER_BEHIND


def _greets(heard: Sequence[Token], index: int) -> bool:
    """Whether "good" is that of "good morning"."""
    after = heard[index + 1].norm if index + 1 < len(heard) else ""
    return after in ("morning", "afternoon", "evening", "day", "night", "grief", "lord")
