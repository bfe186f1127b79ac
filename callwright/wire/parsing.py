"""From what stands on the wire to what a cassette says of it, and back."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from callwright.wire.entries import SOUND, Json, Request, Said

# Everything else is dropped: keys, cookies, and what a client library says of itself.
_REQUEST_HEADERS = frozenset(
    {"content-type", "anthropic-version", "anthropic-beta", "cartesia-version", "openai-beta"}
)
_RESPONSE_HEADERS = frozenset({"content-type", "retry-after"})

# Shorter texts are words or ids; sound in base64 is never so short, and is nothing else.
_SHORTEST_SOUND = 128
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")

# Puts sound aside; what stands for it.
Keep = Callable[[bytes], Any]


def request(method: str, target: str, headers: Mapping[str, str]) -> Request:
    """A request, but for its body and when it was sent."""
    parts = urlsplit(target)
    query = parse_qs(parts.query, keep_blank_values=True)
    return Request(0.0, method, unquote(parts.path), query, kept_headers(headers, ours=True))


def kept_headers(headers: Mapping[str, str], *, ours: bool) -> dict[str, str]:
    """The headers that are worth keeping, and no secret."""
    wanted = _REQUEST_HEADERS if ours else _RESPONSE_HEADERS
    low = {name.lower(): value for name, value in headers.items()}
    return {name: value for name, value in low.items() if name in wanted}


def said(data: str | bytes, keep: Keep = len) -> Said:
    """What a message or a body says; of sound only what `keep` makes of it."""
    if isinstance(data, bytes) and not data.startswith((b"{", b"[")):
        return Said(sound=keep(data))
    try:
        return Said(json=_compact(json.loads(data), keep))
    except ValueError:
        return Said(sound=keep(data)) if isinstance(data, bytes) else Said(text=data)


def event(text: str, keep: Keep = len) -> Said:
    """What a server-sent event says."""
    named = ""
    data: list[str] = []
    for line in text.split("\n"):
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            named = value
        elif name == "data":
            data.append(value)
    if not data:
        return Said(text=f"{text}\n\n")
    return replace(said("\n".join(data), keep), event=named)


def spoken(what: Said, sounds: bytes) -> str | bytes:
    """What stood on the wire.

    Args:
        what: What was said by them.
        sounds: The sound that was put aside.
    """
    if isinstance(what.sound, list):
        return _piece(what.sound, sounds)
    text = what.text if what.text is not None else json.dumps(_whole(what.json, sounds))
    if what.event is None:
        return text
    return (f"event: {what.event}\n" if what.event else "") + f"data: {text}\n\n"


def _compact(data: Any, keep: Keep) -> Json:
    """Plain data with its sound put aside."""
    match data:
        case str() if len(data) >= _SHORTEST_SOUND and _BASE64.fullmatch(data):
            try:
                return {SOUND: keep(base64.b64decode(data, validate=True))}
            except binascii.Error:
                return data
        case dict():
            return {key: _compact(value, keep) for key, value in data.items()}
        case list():
            return [_compact(value, keep) for value in data]
        case _:
            return data


def _whole(data: Json, sounds: bytes) -> Any:
    """Plain data with its sound in it again."""
    match data:
        case {"$sound": [int(begin), int(size)]}:
            return base64.b64encode(_piece([begin, size], sounds)).decode()
        case dict():
            return {key: _whole(value, sounds) for key, value in data.items()}
        case list():
            return [_whole(value, sounds) for value in data]
        case _:
            return data


def _piece(place: list[int], sounds: bytes) -> bytes:
    begin, size = place
    return sounds[begin : begin + size]
