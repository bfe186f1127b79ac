"""How sure a recogniser was, where it says so in a way that can be used.

Services put what they were told beside the words of a transcript, each in its provider's shape: a
number of its own (ours), that of the best alternative (Deepgram nova), of each word (Deepgram Flux;
how sure it is that the *turn* is over says nothing about the words), or the logarithm of each
token's probability (OpenAI).
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from numbers import Real
from typing import Any

from pipecat.frames.frames import TranscriptionFrame


def confidence_of(frame: TranscriptionFrame) -> float | None:
    """The service's confidence, 0 to 1; None when it reports none, or something else."""
    for read in _WAYS:
        sure = read(frame.result)
        if sure is not None:
            return sure
    return None


def _own(result: Any) -> float | None:
    return _share(_of(result, "confidence"))


def _of_alternative(result: Any) -> float | None:
    alternatives = _sequence(_of(_of(result, "channel"), "alternatives"))
    return _share(_of(alternatives[0], "confidence")) if alternatives else None


def _of_words(result: Any) -> float | None:
    return _mean(_share(_of(word, "confidence")) for word in _sequence(_of(result, "words")))


def _of_tokens(result: Any) -> float | None:
    logs = [_of(token, "logprob") for token in _sequence(_of(result, "logprobs"))]
    numbers = [float(log) for log in logs if isinstance(log, Real) and float(log) <= 0]
    if not numbers or len(numbers) < len(logs):
        return None
    return math.exp(sum(numbers) / len(numbers))


_WAYS: tuple[Callable[[Any], float | None], ...] = (_own, _of_alternative, _of_words, _of_tokens)


def _mean(shares: Iterator[float | None]) -> float | None:
    """The mean of what is known of every word; None where one is missing."""
    known = list(shares)
    numbers = [share for share in known if share is not None]
    return sum(numbers) / len(numbers) if numbers and len(numbers) == len(known) else None


def _of(holder: Any, name: str) -> Any:
    """A field of what a provider's client made of a message: an object, or plain data."""
    return holder.get(name) if isinstance(holder, Mapping) else getattr(holder, name, None)


def _sequence(value: Any) -> Sequence[Any]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _share(value: Any) -> float | None:
    """A number from 0 to 1; None for anything else."""
    if not isinstance(value, Real) or value is True or value is False:
        return None
    number = float(value)
    return number if math.isfinite(number) and 0 <= number <= 1 else None
