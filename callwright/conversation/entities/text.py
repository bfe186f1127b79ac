"""Free text: why somebody calls, what went wrong; the words as recognised."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from ..spoken import FILLERS, Span, Token, fluent, longest_phrase, table, tokens, word_set
from .base import Candidate, EntityBase, Hearing, in_words

_REASONS = table(
    """
    calling about | call about | calling because | calling to | calling for | calling in
    calling regarding | calling with | calling on | i'm calling | i am calling | i was calling
    i need | i'd like | i would like | i want | i wanted | i have a | i've got | i got a
    i have an | i'm having | i am having | i'm looking | i am looking | i was wondering
    problem with | question about | trouble with | issue with | regarding | concerning | because
    help with | to ask | to make | to book | to schedule | to cancel | to change | to report
    to order | to pay | to reschedule | about my | about a | about an | about the | can you
    could you | i lost | i forgot | i can't | i cannot | my problem | the reason | it's about
    llamo por | llamo para | llamo porque | quiero | quisiera | necesito | tengo un | tengo una
    porque | es sobre | problema con
    """
)
_EMPTY = FILLERS | word_set(
    "i i'm i'd i've me my mine you your we it it's its he she they the a an this that that's "
    "these is am are was be been do does did don't didn't know think say said have has had not "
    "no yes to of for from in on at by with or if what who how when where why can could would "
    "will just name number calling call caller phone here there about because need want like "
    "let see maybe something things thing guess mean sir ma'am madam yo mi me el la los las un "
    "una es soy de que en con llamo number's name's nombre número anything nothing right sure "
    "correct lot very much exactly really yep yeah nope which may never mind sí si gracias hola "
    "bueno vale nada lo already told especial particular sé ninguno ninguna ningún nadie algo "
    "claro robot machine computer person human bot real recording zero one two three four five "
    "six seven eight nine ten double triple"
)
_EDGE = FILLERS | frozenset({"y", "que", "yes", "no", "sí", "si", "yeah", "yep", "sure", "nope"})
_TRAILING = word_set("and um uh er so but my the a is thanks thank you please the y")


SAID_WORDS = 12
"""Words of a free text that are ever said back; nobody listens to more."""


class Text(EntityBase):
    """Words kept as the caller said them.

    Args:
        min_words: The fewest words that say enough.
    """

    type: Literal["text"]
    min_words: int = Field(default=1, ge=1, le=100)

    def hear(self, words: str, context: Hearing) -> list[Candidate]:
        """Keep the words as recognised: the whole answer, a greeting before it aside.

        Of a turn that tells other things as well, or that nobody asked for, the part that is left
        between them; unasked, only after a reason's words.
        """
        best: tuple[int, Candidate] | None = None
        whole = context.asked and not context.taken
        for part in _free(tokens(words), context.taken):
            cued = any(longest_phrase(part, index, _REASONS) for index in range(len(part)))
            kept = _trim(part)
            weight = sum(token.norm not in _EMPTY and not token.norm.isdigit() for token in kept)
            if not weight or not (context.asked or cued):
                continue
            start, end = kept[0].start, kept[-1].end
            if whole:
                first = _behind_greeting(part)
                start = part[first].start if first else len(words) - len(words.lstrip())
                end = len(words.rstrip())
            sure = 0.9 if cued else 0.75
            candidate = Candidate(words[start:end], start, end, sure, cued)
            weight += 10 * cued
            if best is None or weight > best[0]:
                best = (weight, candidate)
        return [best[1]] if best else []

    def wordy(self, value: str) -> bool:
        """Whether a value is too long to be read back, though fewer words would do."""
        return len(value.split()) > max(SAID_WORDS, self.min_words)

    def say(self, value: str, language: str = "en") -> str:
        """Return the first words of the value."""
        return " ".join(value.split()[:SAID_WORDS])

    def spell(self, value: str, language: str = "en") -> str:
        """Return the first words of the value: letters of sentences help nobody."""
        return self.say(value, language)

    def problem(self, value: str, context: Hearing | None = None) -> str | None:
        """Ask for more when it is too short to mean anything."""
        if len(fluent(tokens(value))) >= self.min_words:
            return None
        return in_words(context, "I need a little more than that", "necesito algo más")


_GREETINGS = table(
    "hi | hello | hey | hola | hi there | hello there | good morning | good afternoon "
    "| good evening | buenos días | buenos dias | buenas tardes | buenas noches | buenas"
)


def _behind_greeting(part: Sequence[Token]) -> int:
    """Return where the answer begins behind "hello": a greeting is to the agent, not of it."""
    at = 0
    while at < len(part) and (phrase := longest_phrase(part, at, _GREETINGS)):
        at += len(phrase)
    return at if at < len(part) else 0


def _free(heard: Sequence[Token], taken: Sequence[Span]) -> list[list[Token]]:
    """Return the stretches of tokens that nothing else has claimed."""
    covered = {place for span in taken for place in range(span.start, span.end)}
    parts: list[list[Token]] = [[]]
    for token in heard:
        if not covered.isdisjoint(range(token.start, token.end)):
            if parts[-1]:
                parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


def _trim(part: Sequence[Token]) -> list[Token]:
    first, last = 0, len(part)
    while first < last and part[first].norm in _EDGE:
        norm, behind = part[first].norm, part[first + 1 : first + 2]
        # "No, my card" begins with an answer, "no funciona" and "there is a leak" do not.
        if (
            norm in ("no", "there", "si", "then", "now")
            and behind
            and not behind[0].broken
            and (norm != "there" or not first or part[first - 1].norm not in ("hi", "hello", "hey"))
        ):
            break
        first += 1
    while last > first and part[last - 1].norm in _TRAILING:
        last -= 1
    return list(part[first:last])
