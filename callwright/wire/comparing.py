"""What we send against what was sent: the same but for ids, times, and how sound was cut. Pure."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from callwright.calls.masks import MASK
from callwright.wire.entries import SOUND, Json, Request, Said

# Moments and lengths that follow from the moment of the call.
_TIMES = re.compile(r"(^|_)(ms|at|time|timestamp|created)$")
_VARIABLE = re.compile(r"\$\{\w+\}")
_MASKS = re.compile(f"{MASK}(?:[0-9a-f]{{32}})?")

# They are sent because time passes, and say nothing.
_CHATTER = frozenset({"KeepAlive"})

# Of a long text so much is shown around the place where it differs, characters.
_AROUND = 40


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is sent otherwise than it was.

    Args:
        where: Which message, and the field in it.
        recorded: What was sent then; empty when nothing was.
        sent: What is sent now; empty when nothing is.
    """

    where: str
    recorded: str
    sent: str

    def __str__(self) -> str:
        if not self.recorded:
            return f"{self.where}: {self.sent} is sent, and was not"
        if not self.sent:
            return f"{self.where}: {self.recorded} was sent, and is not"
        return f"{self.where}: was {self.recorded}, is {self.sent}"


class Ids:
    """Which of our ids stands for which recorded one: what answers is told in ours."""

    def __init__(self) -> None:
        self._ours: dict[str, str] = {}

    def learn(self, recorded: str, ours: str) -> None:
        """Where they had `recorded`, we have `ours`."""
        if recorded != ours:
            self._ours[recorded] = ours

    def in_ours(self, data: Json) -> Json:
        """Plain data with our ids in place of the recorded ones."""
        if not self._ours:
            return data
        match data:
            case str():
                return self._ours.get(data, data)
            case dict():
                return {key: self.in_ours(value) for key, value in data.items()}
            case list():
                return [self.in_ours(value) for value in data]
            case _:
                return data


def is_chatter(said: Said) -> bool:
    """Whether a message says no more than that we are still there."""
    return isinstance(said.json, dict) and said.json.get("type") in _CHATTER


def kind_of(said: Said) -> str:
    """What a message is, as far as one can tell whatever it says."""
    if said.event:
        return said.event
    if isinstance(said.json, dict):
        return str(said.json.get("type") or "/".join(sorted(said.json)))
    return "sound" if said.is_sound else "text"


def request_differences(recorded: Request, sent: Request, ids: Ids) -> Iterator[Difference]:
    """How a request differs from a recorded one of the same method and path."""
    yield from _compared("query", recorded.query, sent.query, ids)
    yield from _compared("headers", recorded.headers, sent.headers, ids)
    yield from said_differences("body", recorded.body or Said(), sent.body or Said(), ids)


def said_differences(where: str, recorded: Said, sent: Said, ids: Ids) -> Iterator[Difference]:
    """How what we say differs from what was said."""
    if recorded.is_sound and sent.is_sound:
        return
    yield from _compared(where, recorded.json, sent.json, ids)
    yield from _compared(where, recorded.text, sent.text, ids)


def _compared(where: str, recorded: Any, sent: Any, ids: Ids) -> Iterator[Difference]:
    key = where.rpartition(".")[2]
    if isinstance(recorded, dict) and isinstance(sent, dict):
        if SOUND in recorded and SOUND in sent:
            return
        for name in [*recorded, *(name for name in sent if name not in recorded)]:
            yield from _compared(f"{where}.{name}", recorded.get(name), sent.get(name), ids)
    elif isinstance(recorded, list) and isinstance(sent, list):
        for index in range(max(len(recorded), len(sent))):
            then, now = (one[index] if index < len(one) else None for one in (recorded, sent))
            yield from _compared(f"{where}[{index}]", then, now, ids)
    elif isinstance(recorded, str) and isinstance(sent, str) and _is_id(where):
        ids.learn(recorded, sent)
    elif _numbers(recorded, sent) and _TIMES.search(key):
        return
    elif not _same(ids.in_ours(recorded), sent):
        yield Difference(where, *_shown(recorded, sent))


def _is_id(where: str) -> bool:
    if where.endswith(("model_id", "voice_id", "voice.id")):
        return False  # chosen, not drawn
    return where.endswith((".id", "_id"))


def _numbers(*values: Any) -> bool:
    return all(isinstance(value, int | float) for value in values)


def _same(recorded: Any, sent: Any) -> bool:
    if isinstance(recorded, str) and isinstance(sent, str):
        recorded, sent = (_VARIABLE.sub("${}", text) for text in (recorded, sent))
        if MASK in recorded:
            # What was taken out of the recording may be anything.
            pattern = ".*".join(re.escape(part) for part in _MASKS.split(recorded))
            return re.fullmatch(pattern, sent, re.DOTALL) is not None
    return recorded == sent or (recorded == MASK and sent is not None)


def _shown(recorded: Any, sent: Any) -> tuple[str, str]:
    if not (isinstance(recorded, str) and isinstance(sent, str)):
        return _short(recorded), _short(sent)
    lines = difflib.unified_diff(recorded.splitlines(), sent.splitlines(), n=0, lineterm="")
    changed = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
    gone = [line[1:] for line in changed if line.startswith("-")]
    new = [line[1:] for line in changed if line.startswith("+")]
    if len(gone) == len(new) == 1:
        return _parting(gone[0], new[0])
    return _short("\n".join(gone)), _short("\n".join(new))


def _parting(recorded: str, sent: str) -> tuple[str, str]:
    """Two lines from a little before they part."""
    if max(len(recorded), len(sent)) <= 2 * _AROUND:
        return repr(recorded), repr(sent)
    same = next(
        (at for at, (a, b) in enumerate(zip(recorded, sent, strict=False)) if a != b),
        min(len(recorded), len(sent)),
    )
    begin = max(0, same - _AROUND)
    dots = "…" if begin else ""
    then, now = (repr(text[begin : same + _AROUND]) for text in (recorded, sent))
    return dots + then, dots + now


def _short(value: Any) -> str:
    if value is None:
        return "nothing"
    text = repr(value)
    return text if len(text) <= 4 * _AROUND else f"{text[: 4 * _AROUND]}…"
