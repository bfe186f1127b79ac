"""A model's answer before it has a protocol: its pieces, its pace, and where it is cut off."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any

from callwright.emulators.parts import Message, ToolCall, pieces
from callwright.emulators.standin import Scene
from callwright.emulators.tokens import tokens

# Characters of JSON that come as one piece: about a token.
_JSON_PIECE = 6


class BadRequest(Exception):
    """A request the provider would refuse.

    Args:
        message: Why, for the error's body.
        status: HTTP status.
        code: The provider's name for it, where it has one.
        param: The parameter that is wrong, where the provider says so.
    """

    def __init__(
        self, message: str, status: int = 400, code: str | None = None, param: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.param = param


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call with its arguments as the JSON text that is sent."""

    name: str
    arguments: str

    @property
    def pieces(self) -> list[str]:
        """The arguments as they come."""
        text = self.arguments
        return [text[at : at + _JSON_PIECE] for at in range(0, len(text), _JSON_PIECE)]

    def read(self) -> Any:
        """The arguments as an object."""
        return json.loads(self.arguments)


@dataclass(frozen=True, slots=True)
class Thought:
    """What is going to be answered.

    Args:
        words: The text's pieces.
        calls: The tools to run, after the words.
        first_token: Seconds until the first piece.
        each_token: Seconds between pieces.
        cut: Whether the tokens allowed were too few; no tool is called then.
    """

    words: tuple[str, ...]
    calls: tuple[Call, ...]
    first_token: float
    each_token: float
    cut: bool

    @property
    def text(self) -> str:
        """The words as one."""
        return "".join(self.words)

    @property
    def tokens(self) -> int:
        """Tokens of the whole answer."""
        called = sum(tokens(call.name) + tokens(call.arguments) for call in self.calls)
        return tokens(self.text) + called

    @property
    def seconds(self) -> float:
        """How long it takes to come."""
        count = len(self.words) + sum(len(call.pieces) for call in self.calls)
        return self.first_token + self.each_token * max(0, count - 1)

    async def paced(self, parts: Sequence[str]) -> AsyncGenerator[str]:
        """Pieces of this answer at its pace; each is followed by the time of one token."""
        for part in parts:
            yield part
            await asyncio.sleep(self.each_token)


async def think(
    scene: Scene, messages: Sequence[Message], tools: Sequence[str], most: int | None
) -> Thought:
    """Ask the scene's mind.

    Args:
        scene: Whose mind, and its usual pace.
        messages: All of the request's.
        tools: Names of those it offers.
        most: Tokens allowed in the answer; None for any number.

    Raises:
        BadRequest: The scene has no mind.
    """
    if scene.mind is None:
        raise BadRequest("this stand-in was given no mind to answer with")
    reply = await scene.mind.answer(messages, tools)
    words, cut = _within(tuple(pieces(reply.text)), most)
    return Thought(
        words=words,
        calls=() if cut else tuple(_written(call) for call in reply.calls),
        first_token=scene.first_token if reply.first_token is None else reply.first_token,
        each_token=scene.each_token if reply.each_token is None else reply.each_token,
        cut=cut,
    )


def _written(call: ToolCall) -> Call:
    return Call(call.name, json.dumps(dict(call.arguments)))


def _within(words: tuple[str, ...], most: int | None) -> tuple[tuple[str, ...], bool]:
    """As many words as the tokens allowed hold, and whether any were left out."""
    if most is None:
        return words, False
    kept = list[str]()
    for word in words:
        if tokens("".join((*kept, word))) > most:
            return tuple(kept), True
        kept.append(word)
    return words, False


def called(name: Any, arguments: Any) -> ToolCall:
    """A tool call that a client sent back, its arguments as an object or as JSON text."""
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments or "{}")
        except ValueError:
            raise BadRequest(f"the arguments of {name} are no JSON") from None
    if not isinstance(arguments, dict):
        raise BadRequest(f"the arguments of {name} are no object")
    return ToolCall(str(name), arguments)
