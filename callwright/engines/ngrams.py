"""A trigram language model from weighted sentences, written in the ARPA format."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log10

START, END = "<s>", "</s>"
_FLOOR = -6.0
_NEVER = 1e-8

Gram = tuple[str, ...]


@dataclass(slots=True)
class Counts:
    """How often each run of one, two and three tokens occurs."""

    grams: tuple[dict[Gram, float], dict[Gram, float], dict[Gram, float]] = field(
        default_factory=lambda: ({}, {}, {})
    )

    @classmethod
    def of(cls, sentences: Iterable[Sequence[str]]) -> "Counts":
        """Count the runs of the sentences, with their ends."""
        single: Counter[Gram] = Counter()
        double: Counter[Gram] = Counter()
        triple: Counter[Gram] = Counter()
        for sentence in sentences:
            tokens = (START, *sentence, END)
            single.update(zip(tokens, strict=False))
            double.update(pairwise(tokens))
            triple.update(zip(tokens, tokens[1:], tokens[2:], strict=False))
        # A run of three seen once tells little more than its last two, at twice the size.
        often = {gram: count for gram, count in triple.items() if count > 1}
        return cls((_weights(single), _weights(double), _weights(often)))

    @classmethod
    def mixed(cls, parts: Iterable[tuple["Counts", float]]) -> "Counts":
        """Add counts up, each part scaled to the number of sentences given."""
        total: tuple[defaultdict[Gram, float], ...] = tuple(defaultdict(float) for _ in range(3))
        for counts, sentences in parts:
            factor = sentences / max(1.0, counts.grams[0].get((START,), 0.0))
            for into, grams in zip(total, counts.grams, strict=True):
                for gram, count in grams.items():
                    into[gram] += count * factor
        return cls((dict(total[0]), dict(total[1]), dict(total[2])))

    def words(self) -> set[str]:
        """The distinct tokens, without the sentence marks."""
        return {gram[0] for gram in self.grams[0]} - {START, END}


def _weights(counted: dict[Gram, int]) -> dict[Gram, float]:
    return {gram: float(count) for gram, count in counted.items()}


def arpa(counts: Counts) -> str:
    """The model in the ARPA format: interpolated Witten-Bell estimates, with a floor."""
    lines = ["\\data\\"]
    lines += [f"ngram {order + 1}={len(counts.grams[order])}" for order in range(3)]
    lower: dict[Gram, float] = {}
    for order in range(3):
        estimates = _estimates(counts.grams[order], lower)
        successors = counts.grams[order + 1] if order < 2 else {}
        backoffs = _backoffs(successors, estimates)
        lines += ["", f"\\{order + 1}-grams:"]
        lines += _entries(estimates, backoffs, order)
        lower = estimates
    return "\n".join([*lines, "", "\\end\\", ""])


def _entries(
    estimates: dict[Gram, float], backoffs: dict[Gram, float], order: int
) -> Iterator[str]:
    for gram in sorted(estimates):
        chance = -99.0 if gram == (START,) else max(_FLOOR, log10(estimates[gram]))
        # The decoder lets silence count as the end of a sentence and go on behind it.
        share = _NEVER if gram[-1] == END else backoffs.get(gram, 1.0)
        weight = "" if order == 2 else f"\t{log10(share):.4f}"
        yield f"{chance:.4f}\t{' '.join(gram)}{weight}"


def _totals(grams: dict[Gram, float]) -> dict[Gram, tuple[float, int]]:
    totals: dict[Gram, tuple[float, int]] = {}
    for gram, count in grams.items():
        seen, kinds = totals.get(gram[:-1], (0.0, 0))
        totals[gram[:-1]] = (seen + count, kinds + 1)
    return totals


def _estimates(grams: dict[Gram, float], lower: dict[Gram, float]) -> dict[Gram, float]:
    totals = _totals(grams)
    estimates: dict[Gram, float] = {}
    for gram, count in grams.items():
        seen, kinds = totals[gram[:-1]]
        below = lower[gram[1:]] if lower else 1.0 / len(grams)
        estimates[gram] = (count + kinds * below) / (seen + kinds)
    return estimates


def _backoffs(successors: dict[Gram, float], estimates: dict[Gram, float]) -> dict[Gram, float]:
    """With interpolated estimates the weight is the share kept for what was not seen."""
    return {
        history: kinds / (seen + kinds) for history, (seen, kinds) in _totals(successors).items()
    }
