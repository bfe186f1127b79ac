"""Minds for stand-ins of models: answers from a script, and a pace that varies by seed.

A mind keeps nothing between requests: what it answers follows from the messages alone, so that a
request that is sent again, or that comes from a client that lost its connection, gets the same.
"""

import random
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace

from callwright.emulators.parts import Message, Mind, Reply
from callwright.emulators.thinking import BadRequest

# One line of a script: an answer, or several that a seed chooses from.
Line = Reply | Sequence[Reply]
Script = Sequence[Line] | Callable[[Sequence[Message], Sequence[str]], Reply]


class ScriptOver(BadRequest):
    """A script was asked for more than it holds; the stand-in answers 400 and says so."""


class ScriptedMind:
    """Answers from a script.

    The n-th line answers the n-th thing that the model is told: what a caller says, or what tools
    return. Entries in a row with no answer between them count as one, as the caller of an
    interrupted answer hears one answer to both. A request without any gets the first line.

    Args:
        script: The lines in their order, or a function of the messages and the tools' names.
        seed: Chooses where a line holds several answers.
    """

    def __init__(self, script: Script, seed: int = 0) -> None:
        self._script = script
        self._seed = seed

    async def answer(self, messages: Sequence[Message], tools: Sequence[str]) -> Reply:
        """Answer a request.

        Raises:
            ScriptOver: The script has no line for it.
        """
        if callable(self._script):
            return self._script(messages, tools)
        turn = max(0, _turns(messages) - 1)
        if turn >= len(self._script):
            raise ScriptOver(
                f"the script holds {len(self._script)} answers, and answer {turn + 1} was asked for"
            )
        line = self._script[turn]
        if isinstance(line, Reply):
            return line
        return random.Random(f"{self._seed}:{turn}").choice(list(line))


class Varied:
    """Another mind's answers at a pace that varies by seed, from call to call and turn to turn.

    Args:
        mind: Who answers.
        seed: The same seed and the same messages give the same pace.
        first_token: Least and most seconds until the first piece.
        each_token: Least and most seconds between pieces.
    """

    def __init__(
        self,
        mind: Mind,
        seed: int,
        first_token: tuple[float, float] = (0.15, 0.9),
        each_token: tuple[float, float] = (0.01, 0.04),
    ) -> None:
        self._mind = mind
        self._seed = seed
        self._first = first_token
        self._each = each_token

    async def answer(self, messages: Sequence[Message], tools: Sequence[str]) -> Reply:
        """Answer a request; a pace that the other mind sets stays."""
        reply = await self._mind.answer(messages, tools)
        last = zlib.crc32(messages[-1].text.encode()) if messages else 0
        chance = random.Random(f"{self._seed}:{len(messages)}:{last}")
        first, each = chance.uniform(*self._first), chance.uniform(*self._each)
        return replace(
            reply,
            first_token=first if reply.first_token is None else reply.first_token,
            each_token=each if reply.each_token is None else reply.each_token,
        )


def _turns(messages: Sequence[Message]) -> int:
    """How many things the model was told, entries in a row counted once."""
    told = [m.role in ("user", "tool") for m in messages if m.role != "system"]
    return sum(now and not before for before, now in zip([False, *told], told, strict=False))
