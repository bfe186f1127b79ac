"""When the caller has finished: silence ends a turn only when recognition agrees.

Three witnesses are heard: how long the caller has been silent, whether the words look complete,
and (where there is one) a model that listens to the tone of voice. Seconds everywhere.
"""

from dataclasses import dataclass
from datetime import date

import phonenumbers

from .digit_strings import digit_runs
from .entities import Hearing, Phone, yes_and_no
from .expectation import Expectation
from .intents import intents
from .spoken import Token, clean, longest_phrase, table, tokens, word_set

_ANY_DAY = date(2000, 1, 1)  # whether words are whole depends on no day
_DICTATED = ("phone", "digits", "code", "email", "postal_address")
_DANGLING = word_set(
    "and or but because so if when that which who whose the a an my your our his her their its of "
    "to for from in on at by with about into like um uh er erm ah hmm is are was am be i i'm it's "
    "this those than as not very really plus double triple dash dot underscore hyphen slash y o "
    "pero porque el la los las mi un una de con para que punto arroba guion del"
)
_ANNOUNCES = word_set("number phone cell mobile reach número teléfono móvil")
_OPENINGS = word_set(
    "hi hello hey hiya there good morning afternoon evening yes yeah okay well so right "
    "hola buenos buenas días tardes noches sí bueno pues oiga mire disculpe"
)
_UNFINISHED = table(
    """
    my name is | my name's | name is | my number is | the number is | this is | i am | i'm | it's
    you can reach me at | call me at | i would like to | i'd like to | i want to | i need to
    i'm calling about | i'm calling because | i was wondering if | let me see | my full name is
    me llamo | mi nombre es | mi número es | hold on | let me think | i mean
    """
)


@dataclass(frozen=True, slots=True)
class TurnLimits:
    """How long to wait, in seconds of silence.

    Args:
        silence: When the words look complete and nothing contradicts them.
        patience: When they do not, and at the most.
        eager: When the semantic model and the words agree that the turn is over.
        alone: When the semantic model says so and there are no words to agree.
        doubt: When the words look complete but the model says they are not.
        region: ISO 3166 region whose numbering plan says when a phone number is whole.
        language: ISO 639 code of the digits' words.
    """

    silence: float = 0.5
    patience: float = 1.6
    eager: float = 0.25
    alone: float = 0.4
    doubt: float = 0.9
    region: str = "US"
    language: str = "en"

    def __post_init__(self) -> None:
        if not 0 <= self.eager <= self.silence <= self.patience:
            raise ValueError(
                "turn limits must rise: 0 <= eager <= silence <= patience; "
                f"they are {self.eager:g}, {self.silence:g}, {self.patience:g}"
            )


@dataclass(frozen=True, slots=True)
class TurnDecision:
    """Whether the turn is over.

    Args:
        ended: Whether it is the bot's turn now.
        wait: Seconds of further silence after which to ask again; None when it has ended.
        reason: Why, for the record.
    """

    ended: bool
    wait: float | None
    reason: str


def looks_complete(
    words: str, expected: Expectation | None, region: str = "US", language: str = "en"
) -> bool:
    """Whether the words could stand as a whole turn, given the question in the air."""
    words = clean(words)
    heard = tokens(words)
    if not heard:
        return False
    for index in range(max(0, len(heard) - 6), len(heard)):
        phrase = longest_phrase(heard, index, _UNFINISHED)
        if phrase is not None and index + len(phrase) == len(heard):
            return False
    if _answers(words, heard[-1].end):
        return True
    if heard[-1].norm in _DANGLING:
        return False
    if expected is not None and expected.entity is not None:
        context = Hearing(_ANY_DAY, asked=True, region=region, language=language)
        if expected.entity.unfinished(words, context):
            return False
        if isinstance(expected.entity, Phone):
            region = expected.entity.region or region
    kind = expected.type if expected is not None else ""
    if kind != "digits" and _dictates_a_number(heard, expected):
        kind = "phone"
    return kind not in ("phone", "digits") or _enough_digits(words, kind, region, language)


def _only_opens(words: str, expected: Expectation | None) -> bool:
    """Whether these are words with which a longer sentence begins: "hi", "yes, hello", "well"."""
    if expected is not None and expected.type in ("yes_no", "choice"):
        return False
    return all(token.norm in _OPENINGS for token in tokens(clean(words)))


def _answers(words: str, end: int) -> bool:
    """Whether the turn ends in a yes, a no or a request: "yes it is", "who is this"."""
    spans = [intent.span for intent in intents(words)] + [span for _, span in yes_and_no(words)]
    return any(span.end >= end for span in spans)


def _dictates_a_number(heard: list[Token], expected: Expectation | None) -> bool:
    """Whether a phone number is on its way though another question is in the air."""
    runs = digit_runs(heard)
    if not runs or runs[-1].last + 1 < len(heard) or len(runs[-1].digits) < 3:
        return False
    confirming = expected is not None and expected.name == "confirmation"
    return confirming or any(token.norm in _ANNOUNCES for token in heard[: runs[-1].first])


def _enough_digits(words: str, kind: str, region: str, language: str) -> bool:
    """Whether a number that has been begun is whole; no digits at all is another answer."""
    runs = digit_runs(tokens(words), language)
    if not runs:
        return True
    digits = "".join(run.digits for run in runs)
    if kind == "digits":
        return len(digits) >= 3
    plus = runs[0].plus
    try:
        number = phonenumbers.parse(("+" if plus else "") + digits[:20], None if plus else region)
    except phonenumbers.NumberParseException:
        return False
    # A local number without its area code is possible; a caller who stops there is asked for it.
    return phonenumbers.is_possible_number_with_reason(number) not in (
        phonenumbers.ValidationResult.TOO_SHORT,
        phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY,
    )


def end_of_turn(
    verdict: bool | None,
    silence: float,
    words: str,
    final: bool,
    expected: Expectation | None,
    limits: TurnLimits,
    *,
    wordless: bool = False,
) -> TurnDecision:
    """Decide whether the turn is over.

    Args:
        verdict: What the semantic model says: complete, not complete, or None without one.
        silence: Seconds since the caller was last heard.
        words: What has been recognised of the turn so far.
        final: Whether the recogniser will not change these words any more.
        expected: The question in the air.
        limits: How long to wait.
        wordless: Whether words may only come once the turn is over, so that none mean nothing.
    """
    if wordless and not words.strip():
        needed, reason = _by_voice(verdict, expected, limits)
    else:
        needed, reason = _needed(verdict, words, final, expected, limits)
    if silence + 1e-9 >= needed:
        return TurnDecision(True, None, reason)
    return TurnDecision(False, needed - silence, f"waiting: {reason}")


def _by_voice(
    verdict: bool | None, expected: Expectation | None, limits: TurnLimits
) -> tuple[float, str]:
    if expected is not None and expected.type in _DICTATED and verdict is not False:
        # Every group of a number sounds finished.
        return max(limits.doubt, limits.silence), "silence, and a number may be paused in"
    if verdict is None:
        return limits.silence, "silence"
    if verdict:
        return min(limits.alone, limits.silence), "the voice sounds finished"
    return limits.patience, "the voice sounds unfinished"


def _needed(
    verdict: bool | None,
    words: str,
    final: bool,
    expected: Expectation | None,
    limits: TurnLimits,
) -> tuple[float, str]:
    if not words.strip():
        return limits.patience, "nothing recognised"
    if not final:
        return limits.patience, "recognition has not settled"
    if not looks_complete(words, expected, limits.region, limits.language):
        return limits.patience, "the words look unfinished"
    if verdict is True and _only_opens(words, expected):
        return limits.silence, "silence, and a greeting is often only a beginning"
    if verdict is True:
        return limits.eager, "words and voice sound finished"
    if verdict is False:
        return min(max(limits.doubt, limits.silence), limits.patience), (
            "the words look finished, the voice does not"
        )
    return limits.silence, "silence, and the words look finished"
