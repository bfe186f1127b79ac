"""When each word of a known text was said, judged by the sound's pauses and the words' length.

No alignment model: the pauses of a turn divide its sound into stretches, and the words are divided
over them so that each stretch gets as much text as it is long, and where the text has commas and
full stops, so that stretches end with them; within a stretch every word lasts in proportion to its
sounds. On a synthetic voice this lies within a tenth of a second or two.
"""

import itertools
from collections.abc import Sequence

from callwright.engines.pronounce import letters_to_sounds, spoken_words

Span = tuple[float, float]

_PAUSES = (".", ",", ";", ":", "?", "!")
# A word before a pause is drawn out by about one speech sound.
_DRAWN_OUT = 1.0
# What a stretch that ends within a phrase costs, as if its length were wrong by 0.2 seconds.
_WITHIN_A_PHRASE = 0.04


def weight(word: str) -> float:
    """How long a written word is when said, in speech sounds; at least one."""
    return float(sum(max(1, len(letters_to_sounds(said))) for said in spoken_words(word)) or 1)


def spread(words: Sequence[str], spans: Sequence[Span]) -> list[Span]:
    """From and to of each word, in the unit of the stretches of speech.

    Args:
        words: As written, in order.
        spans: The stretches of speech, in order and apart.
    """
    if not words or not spans:
        return []
    spans = _no_more_than(spans, len(words))
    pauses = [word.endswith(_PAUSES) for word in words]
    weights = [weight(word) + _DRAWN_OUT * pause for word, pause in zip(words, pauses, strict=True)]
    times: list[Span] = []
    first = 0
    for (begin, end), last in zip(spans, _divided(weights, pauses, spans), strict=True):
        whole = sum(weights[first:last])
        at = begin
        for each in weights[first:last]:
            until = at + (end - begin) * each / whole
            times.append((at, until))
            at = until
        first = last
    return times


def _no_more_than(spans: Sequence[Span], most: int) -> list[Span]:
    """Stretches joined over the shortest pauses until there are no more than words."""
    joined = list(spans)
    while len(joined) > most:
        gaps = [later[0] - sooner[1] for sooner, later in itertools.pairwise(joined)]
        at = gaps.index(min(gaps))
        joined[at : at + 2] = [(joined[at][0], joined[at + 1][1])]
    return joined


def _divided(weights: Sequence[float], pauses: Sequence[bool], spans: Sequence[Span]) -> list[int]:
    """For each stretch the number of the word after its last, by least squares of the lengths."""
    within = [_WITHIN_A_PHRASE * (any(pauses[:-1]) and not pause) for pause in pauses]
    lengths = [end - begin for begin, end in spans]
    rate = sum(lengths) / sum(weights)
    upto = [0.0]
    for each in weights:
        upto.append(upto[-1] + each * rate)
    count = len(weights)
    # best[k][n]: the first k stretches hold the first n words, at this cost, the last from here.
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for number, length in enumerate(lengths, start=1):
        row: dict[int, tuple[float, int]] = {}
        for last in range(number, count - (len(lengths) - number) + 1):
            row[last] = min(
                (cost + (upto[last] - upto[first] - length) ** 2 + within[last - 1], first)
                for first, (cost, _) in best[-1].items()
                if first < last
            )
        best.append(row)
    ends = [count]
    for row in reversed(best[1:]):
        ends.append(row[ends[-1]][1])
    return ends[-2::-1]
