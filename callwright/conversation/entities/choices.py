"""Answers from a closed set: yes or no, and one of declared values."""

from collections.abc import Sequence
from typing import Literal, Self

from pydantic import Field, model_validator
from rapidfuzz import fuzz

from ..spoken import FILLERS, Span, Token, longest_phrase, table, tokens
from .base import Candidate, EntityBase, Hearing

_YES = table(
    """
    yes | yeah | yep | yup | yes sir | yes ma'am | yes please | of course | absolutely | certainly
    exactly | correct | definitely | affirmative | indeed | you bet | uh huh | mm hmm | mhm
    that's right | that is right | that's correct | that is correct | that's it | that's true
    i agree | agreed | please do | go ahead | you got it | why not
    i think so | sí | claro | claro que sí | correcto | por supuesto | exacto | así es | vale
    that's the one | that's me | perfect | looks good | sounds good | all good | that works
    """
)
_YES_AT_END = table("it is | i do | i am | i would | i have | i did")
_NO_AT_END = table(
    """
    i don't | i do not | i'm not | i am not | i haven't | i didn't | i wouldn't | it isn't
    """
)
_YES_AT_START = table("right | sure | ok | okay | fine | good | great | alright | all right | si")
_NO = table(
    """
    no | nope | nah | negative | not really | not at all | never | absolutely not | of course not
    i don't agree | i do not agree | it is not | it's not | i don't think so
    i do not think so | that's wrong | that is wrong | that's not right | that is not right
    that's not correct | that is not correct | that isn't right | that isn't correct | not right
    not correct | incorrect | wrong | that's incorrect | it's wrong | definitely not | not quite
    no gracias | incorrecto | para nada | eso no | de ninguna manera | certainly not
    not exactly | that's not it | that is not it | that's not my name | that's not me
    """
)
_NEITHER = table(
    """
    never mind
    not sure | i'm not sure | i am not sure | i don't know | i do not know | no idea | no problem
    no worries | don't know | no sé | right now | yes or no | i have no idea | i'm not certain
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
        found: dict[str, Candidate] = {}
        for value, span in yes_and_no(words):
            known = found.get(value)
            start = known.start if known else span.start
            found[value] = Candidate(value, start, span.end, 0.95)
        if len(found) == 2:
            return [Candidate(c.value, c.start, c.end, 0.5) for c in found.values()]
        return list(found.values())

    def problem(self, value: str) -> str | None:
        """Neither word is ever wrong."""
        return None if value in ("yes", "no") else "I need a yes or a no"

    def spell(self, value: str) -> str:
        """A yes is not spelled."""
        return value


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
    if at_start and not readings:
        phrase = longest_phrase(heard, index, _YES_AT_START)
        if phrase is not None:
            readings.append((phrase, "yes"))
    return max(readings, key=lambda reading: len(reading[0]), default=((), None))


class Choice(EntityBase):
    """One of several declared values.

    Args:
        values: What may be chosen, as the program wants to read it.
        synonyms: For a value, the other ways in which callers say it.
    """

    type: Literal["choice"]
    values: list[str] = Field(min_length=2)
    synonyms: dict[str, list[str]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len({value.lower() for value in self.values}) < len(self.values):
            raise ValueError("values must differ from each other; remove the double one")
        if any(not tokens(value) for value in self.values):
            raise ValueError("a value without a letter or digit cannot be said; name it in words")
        for value in self.synonyms:
            if value not in self.values:
                known = ", ".join(self.values)
                raise ValueError(f"synonyms are given for {value!r}, which is none of: {known}")
        return self

    def hear(self, words: str, context: Hearing) -> list[Candidate]:
        """Read declared values and synonyms; when asked, also near misses and "the first one"."""
        heard = tokens(words)
        found = self._exact(heard)
        if not found and context.asked:
            found = self._ordinal(heard) or self._near(heard)
        best: dict[str, Candidate] = {}
        for candidate in found:
            known = best.get(candidate.value)
            if known is None or candidate.confidence > known.confidence:
                best[candidate.value] = candidate
        return sorted(best.values(), key=lambda candidate: -candidate.confidence)

    def _names(self) -> list[tuple[tuple[str, ...], str]]:
        names = [(value, value) for value in self.values]
        names += [(said, value) for value, others in self.synonyms.items() for said in others]
        split = [(tuple(t.norm for t in tokens(said.replace("_", " "))), v) for said, v in names]
        return sorted((pair for pair in split if pair[0]), key=lambda pair: -len(pair[0]))

    def _exact(self, heard: Sequence[Token]) -> list[Candidate]:
        found: list[Candidate] = []
        index = 0
        while index < len(heard):
            match = next(
                (pair for pair in self._names() if _says(heard, index, pair[0])),
                None,
            )
            if match is None:
                index += 1
                continue
            last = heard[index + len(match[0]) - 1]
            if index == 0 or heard[index - 1].norm not in ("not", "no", "without"):
                found.append(Candidate(match[1], heard[index].start, last.end, 0.95))
            index += len(match[0])
        return found

    def _ordinal(self, heard: Sequence[Token]) -> list[Candidate]:
        for index, token in enumerate(heard):
            place = _ORDINALS.get(token.norm)
            if place is not None and place < len(self.values):
                place = len(self.values) - 1 if place < 0 else place
                return [Candidate(self.values[place], heard[index].start, token.end, 0.8)]
        return []

    def _near(self, heard: Sequence[Token]) -> list[Candidate]:
        found: list[Candidate] = []
        for name, value in self._names():
            said = " ".join(name)
            if len(said) < 4:
                continue
            for index in range(len(heard) - len(name) + 1):
                window = heard[index : index + len(name)]
                alike = fuzz.ratio(said, " ".join(token.norm for token in window))
                if alike >= 80:
                    start, end = window[0].start, window[-1].end
                    found.append(Candidate(value, start, end, 0.7 * alike / 100))
        return found

    def problem(self, value: str) -> str | None:
        """Name the allowed values when it is none of them."""
        if value in self.values:
            return None
        return f"it has to be one of these: {either(self.values)}"

    def say(self, value: str) -> str:
        """Read a value as words."""
        return value.replace("_", " ")


_ORDINALS = {"first": 0, "former": 0, "second": 1, "third": 2, "fourth": 3} | {
    "last": -1,
    "latter": -1,
}


def _says(heard: Sequence[Token], index: int, name: Sequence[str]) -> bool:
    if index + len(name) > len(heard):
        return False
    said = [token.norm for token in heard[index : index + len(name)]]
    return said[:-1] == list(name[:-1]) and said[-1] in (name[-1], f"{name[-1]}s", f"{name[-1]}'s")


def either(values: Sequence[str]) -> str:
    """Return values as a spoken list: ``a, b or c``."""
    said = [value.replace("_", " ") for value in values]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} or {said[-1]}"
