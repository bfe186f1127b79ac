"""What a realtime response is billed: text and audio tokens, and those of them that were cached."""

import itertools
import json
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from callwright.emulators.tokens import tokens

if TYPE_CHECKING:
    from callwright.emulators.realtime_items import Item

# The provider bills a tenth of a second heard, and a twentieth spoken, as one token.
HEARD_TOKENS_A_SECOND = 10
SPOKEN_TOKENS_A_SECOND = 20


def audio_tokens(seconds: float, *, heard: bool) -> int:
    """The provider's rule for sound that was heard, or spoken."""
    rate = HEARD_TOKENS_A_SECOND if heard else SPOKEN_TOKENS_A_SECOND
    return math.ceil(seconds * rate - 1e-9)


class Ledger:
    """Counts the input of a session's responses.

    What an input shares with the one before, from its beginning, counts as cached; the provider
    does so in larger blocks.
    """

    def __init__(self) -> None:
        self._before: list[tuple[str, int, int]] = []

    def count(
        self, instructions: str, tools: Sequence[Mapping[str, Any]], items: Sequence["Item"]
    ) -> Mapping[str, Any]:
        """The input half of a response's usage."""
        offered = json.dumps(list(tools)) if tools else ""
        rows = [(instructions + offered, tokens(instructions) + tokens(offered), 0)]
        rows += [(f"{item.id} {item.text}", *item.tokens()) for item in items]
        shared = itertools.takewhile(
            lambda pair: pair[0] == pair[1], zip(rows, self._before, strict=False)
        )
        cached = [row for row, _ in shared]
        self._before = rows
        text, audio = sum(row[1] for row in rows), sum(row[2] for row in rows)
        known_text, known_audio = sum(row[1] for row in cached), sum(row[2] for row in cached)
        return {
            "input_tokens": text + audio,
            "input_token_details": {
                "text_tokens": text,
                "audio_tokens": audio,
                "image_tokens": 0,
                "cached_tokens": known_text + known_audio,
                "cached_tokens_details": {
                    "text_tokens": known_text,
                    "audio_tokens": known_audio,
                    "image_tokens": 0,
                },
            },
        }
