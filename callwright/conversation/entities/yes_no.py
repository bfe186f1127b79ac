"""Yes and no, in the caller's own words."""

from collections.abc import Sequence
from typing import Literal

from ..spoken import FILLERS, Span, Table, Token, longest_phrase, phrase_at, tokens, word_set
from .base import Candidate, EntityBase, Hearing, in_words
from .yes_no_sentences import Clauses
from .yes_no_words import (
    AT_START,
    CHANGES,
    DOUBT,
    EMPHASIS,
    NEITHER,
    NO,
    NO_ANSWER_BEHIND,
    NO_AT_END,
    POSTPONED,
    SOFT,
    YES,
    YES_AT_END,
)


class YesNo(EntityBase):
    """A yes or a no, in the caller's own words."""

    type: Literal["yes_no"]

    def hear(self, words: str, context: Hearing) -> list[Candidate]:
        """Read a yes or a no; both in one breath are two equal readings."""
        if not context.asked:
            return []
        if DOUBT.search(words):
            return []
        judged = yes_and_no(words)
        if POSTPONED.search(words) and all(
            words[span.start : span.end].lower() in SOFT for _, span in judged
        ):
            return []
        found: dict[str, Candidate] = {}
        for value, span in _last_word(words, judged):
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


def _last_word(words: str, judged: list[tuple[str, Span]]) -> list[tuple[str, Span]]:
    """Leave out what was said before it was taken back: "yes, I mean no"."""
    for index in range(len(judged) - 1, 0, -1):
        if CHANGES.search(words, judged[index - 1][1].end, judged[index][1].start):
            return judged[index:]
    return judged


def yes_and_no(words: str) -> list[tuple[str, Span]]:
    """Return every ``yes`` and ``no`` in the words, in order, with its place."""
    heard = tokens(words)
    clauses = Clauses(heard)
    found: list[tuple[str, int, int]] = []
    index, at_start = 0, True
    while index < len(heard):
        asked = clauses.asks_at(index)
        if asked:
            index, at_start = index + asked, False
            continue
        used, value = _meaning(heard, clauses, index, at_start)
        if value is not None and not (_reported(heard, index) or _written(heard, index)):
            found.append((value, index, index + used - 1))
        at_start = at_start and not used and heard[index].norm in FILLERS
        index += max(1, used)
    return [
        (value, Span(heard[first].start, heard[last].end))
        for value, first, last in _without_starts(heard, found)
    ]


def _without_starts(
    heard: Sequence[Token], found: list[tuple[str, int, int]]
) -> list[tuple[str, int, int]]:
    """Leave out what only leads to the answer: "bueno, no", "of course not", "claro que no"."""
    kept: list[tuple[str, int, int]] = []
    for place, (value, first, last) in enumerate(found):
        later = found[place + 1] if place + 1 < len(found) else None
        said = tuple(token.norm for token in heard[first : last + 1])
        soft = later is not None and len(said) == 1 and said[0] in SOFT
        stressed = (
            later is not None
            and said in EMPHASIS
            and later[1] - last <= 2
            and not any(token.broken for token in heard[last + 1 : later[1] + 1])
        )
        if not (soft or stressed):
            kept.append((value, first, last))
    return kept


def _written(heard: Sequence[Token], index: int) -> bool:
    """Whether the word stands in data or markup, as nobody speaks: ``{"verified": true}``."""
    gap = heard[index].gap
    return any(mark in gap for mark in "{[<=") or '":' in gap


def _reported(heard: Sequence[Token], index: int) -> bool:
    """Whether the word is only mentioned: "before i say yes", "my wife said no"."""
    before = [token.norm for token in heard[max(0, index - 8) : index]]
    if before[-1:] == ["que"]:
        before.pop()
    if not before or before[-1] not in _SAYING:
        return False
    own = _OWN & set(before)
    return not own or bool(_UNDONE & set(before))


_OWN = word_set("i i'd i'll i'm we yo digo diría tendría tengo debo voy dije")
_SAYING = frozenset({"say", "said", "says", "saying", "if", "press", "dice", "dijo", "decir"})
_UNDONE = frozenset({"before", "if", "until", "when", "can't", "don't", "not", "didn't", "cannot"})


def _meaning(
    heard: Sequence[Token], clauses: Clauses, index: int, at_start: bool
) -> tuple[int, str | None]:
    """Return how many words at `index` mean something, and what; None is neither yes nor no."""
    readings: list[tuple[int, str | None]] = []
    for phrases, value in ((NEITHER, None), (NO, "no"), (YES, "yes")):
        phrase = _in_one_breath(heard, index, phrases)
        if phrase is not None and not (value == "yes" and _denied(heard, index)):
            readings.append((len(phrase), value))
    for phrases, value in ((YES_AT_END, "yes"), (NO_AT_END, "no")):
        closing = longest_phrase(heard, index, phrases)
        after = index + len(closing or ())
        if closing is not None and (after == len(heard) or heard[after].broken):
            readings.append((len(closing), value))
    shaken = [own.norm for own in heard[index : index + 2]] == ["uh", "uh"]
    if shaken and heard[index + 1].gap == "-":
        readings.append((2, "no"))
    value, used = clauses.answer_at(index)
    if used:
        readings.append((used, value))
    if readings and max(readings, key=lambda one: one[0]) == (1, "no") and _goes_on(heard, index):
        return 1, None
    if at_start and not readings:
        phrase = longest_phrase(heard, index, AT_START)
        if phrase is not None and not (_greets(heard, index) or _supposes(heard, index)):
            readings.append((len(phrase), "yes"))
    return max(readings, key=lambda reading: reading[0], default=(0, None))


def _in_one_breath(heard: Sequence[Token], index: int, phrases: Table) -> Sequence[str] | None:
    """Return the longest of `phrases` at `index` without a pause: "no, está bien" is two."""
    for phrase in phrases.get(heard[index].norm, ()):
        inside = heard[index + 1 : index + len(phrase)]
        if phrase_at(heard, index, phrase) and not any(token.broken for token in inside):
            return phrase
    return None


def _denied(heard: Sequence[Token], index: int) -> bool:
    """Whether a word of denial governs the one at `index`: "can't say for sure"."""
    for at in range(index - 1, max(-1, index - 5), -1):
        if heard[at + 1].broken:
            return False
        if heard[at].norm in ("not", "cannot", "never") or heard[at].norm.endswith("n't"):
            return True
    return False


def _goes_on(heard: Sequence[Token], index: int) -> bool:
    """Whether a "no" begins a sentence of its own: "no lo tengo", "no idea"."""
    after = index + 1
    if heard[index].norm != "no" or after >= len(heard) or heard[after].broken:
        return False
    return heard[after].norm in NO_ANSWER_BEHIND


_ASSENTING = word_set(
    "claro por señor señora gracias si sí correcto correcta exacto eso quiero acepto de está vale "
    "perfecto adelante desde así lo la mi soy estoy bueno confirmo autorizo ok okay yo me ya"
)


def _supposes(heard: Sequence[Token], index: int) -> bool:
    """Whether a "si" begins a condition, "si puedo", and is no "sí" without its accent."""
    after = heard[index + 1] if index + 1 < len(heard) else None
    if heard[index].norm != "si" or after is None or after.broken:
        return False
    confirms = after.norm == "es" and [own.norm for own in heard[index + 2 : index + 3]] in (
        ["correcto"],
        ["cierto"],
        ["así"],
        ["verdad"],
        ["eso"],
    )
    return after.norm not in _ASSENTING and not confirms


def _greets(heard: Sequence[Token], index: int) -> bool:
    """Whether "good" is that of "good morning"."""
    after = heard[index + 1].norm if index + 1 < len(heard) else ""
    return after in ("morning", "afternoon", "evening", "day", "night", "grief", "lord")
