"""Takes keys and sensitive values out of what was heard, before any of it is written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Protocol, cast

from callwright.calls.masks import MASK, masked
from callwright.wire.entries import Entry, Fields, Json, Message, Part, Request, Said
from callwright.wire.recorder import Overheard

Path = tuple[str | int, ...]
Places = list[tuple[int, int]]

# Values under these names are nobody's business, in a query as in a message.
_SECRET_NAMES = ("api_key", "apikey", "api-key", "authorization", "password", "secret")
_SECRET_ENDS = ("access_token", "auth_token", "session_token", "bearer_token")

# Words of protocols: no caller and no model chooses them.
_PROTOCOL = frozenset(
    {"type", "id", "model", "object", "role", "status", "event", "encoding", "container", "voice"}
    | {"format", "language", "mode", "stop_reason", "finish_reason", "version", "path", "sha256"}
    | {"signature", "system_fingerprint", "service_tier", "channel", "created", "reason", "code"}
)
# What the declarations make of themselves: only values that are known are looked for in it.
_DECLARED = frozenset({"system", "instructions", "tools", "description", "keyterm"})
_HEARD = frozenset({"transcript", "words", "word", "punctuated_word"})


class Sensitive(Protocol):
    """Knows a call's sensitive values; every answer is a list of pieces, end exclusive."""

    def in_speech(self, words: str, before: str, asked: Sequence[str]) -> Places: ...
    def in_bot_words(self, words: str) -> Places: ...
    def in_text(self, text: str) -> Places: ...
    def is_known(self, number: float) -> bool: ...


@dataclass(frozen=True, slots=True)
class _Leaf:
    """One text of an entry: where it stands, and among which it is read as a whole."""

    entry: int
    path: Path
    text: str
    kind: str
    stream: tuple[Any, ...]
    asked: tuple[str, ...] = ()


class Masks:
    """What is not to be written.

    Args:
        secrets: Names of the environment's variables by their values.
        sensitive: What finds the call's sensitive values; None where it has none.
    """

    def __init__(self, secrets: Mapping[str, str], sensitive: Sensitive | None = None) -> None:
        self._secrets = sorted(secrets.items(), key=lambda one: -len(one[0]))
        self._sensitive = sensitive

    def masked(self, heard: Overheard) -> list[Entry]:
        """The entries of a connection as they may be written."""
        entries = [self.without_secrets(entry) for entry in heard.entries]
        if self._sensitive is None:
            return entries
        return self._without_values(entries, _hears(heard.services))

    def without_secrets(self, entry: Entry) -> Entry:
        """An entry without keys, tokens, and values of the environment."""
        match entry:
            case Request():
                query = {k: [self._text(one) for one in v] for k, v in _open(entry.query).items()}
                body = entry.body and self._said(entry.body)
                return replace(entry, path=self._text(entry.path), query=query, body=body)
            case Message() | Part():
                return replace(entry, said=self._said(entry.said))
            case _:
                return entry

    def _said(self, said: Said) -> Said:
        text = None if said.text is None else self._text(said.text)
        return replace(said, json=self._data(said.json), text=text)

    def _data(self, data: Json) -> Json:
        match data:
            case str():
                return self._text(data)
            case dict():
                return {
                    key: MASK if _secret(key) and isinstance(value, str) else self._data(value)
                    for key, value in data.items()
                }
            case list():
                return [self._data(one) for one in data]
            case _:
                return data

    def _text(self, text: str) -> str:
        for value, name in self._secrets:
            text = text.replace(value, f"${{{name}}}")
        return text

    # --- sensitive values -----------------------------------------------------------------------

    def _without_values(self, entries: list[Entry], hears: bool) -> list[Entry]:
        leaves = [leaf for at, entry in enumerate(entries) for leaf in _leaves(at, entry, hears)]
        ordered = sorted(leaves, key=lambda leaf: repr(leaf.stream))
        for _, run in groupby(ordered, key=lambda leaf: leaf.stream):
            for leaf, text in self._clean(list(run)):
                if text != leaf.text:
                    entries[leaf.entry] = _put(entries[leaf.entry], leaf.path, text)
        return [self._without_numbers(entry) for entry in entries]

    def _clean(self, run: list[_Leaf]) -> Iterator[tuple[_Leaf, str]]:
        """Mask texts that are read as one: words one by one, or an answer piece by piece."""
        glue = " " if run[0].kind == "speech" or "words" in run[0].path else ""
        whole = glue.join(leaf.text for leaf in run)
        places = self._places(run[0], whole)
        at = 0
        for leaf in run:
            end = at + len(leaf.text)
            own = [(max(a, at) - at, min(b, end) - at) for a, b in places if a < end and b > at]
            yield leaf, masked(leaf.text, own)
            at = end + len(glue)

    def _places(self, leaf: _Leaf, whole: str) -> Places:
        assert self._sensitive is not None
        match leaf.kind:
            case "declared":
                return self._sensitive.in_text(whole)
            case "speech":
                spoken = self._sensitive.in_speech(whole, "", leaf.asked)
                return spoken + self._sensitive.in_bot_words(whole)
            case _:
                return self._sensitive.in_bot_words(whole) + self._sensitive.in_text(whole)

    def _without_numbers(self, entry: Entry) -> Entry:
        """A bare number may be a value where tools are given one."""
        said = _said_of(entry)
        if said is None or said.json is None:
            return entry
        sensitive = self._sensitive
        assert sensitive is not None

        def clean(data: Json, within: bool) -> Json:
            match data:
                case dict():
                    return {key: clean(one, within or key == "input") for key, one in data.items()}
                case list():
                    return [clean(one, within) for one in data]
                case bool():
                    return data
                case int() | float() if within and sensitive.is_known(data):
                    return MASK
                case _:
                    return data

        return _with(entry, replace(said, json=clean(said.json, False)))


def lacks_words(said: Said, services: Sequence[str]) -> bool:
    """Whether a service says what it heard, and words of it were taken out."""
    message = Message(0.0, False, said)
    spoken = [leaf.text for leaf in _leaves(0, message, _hears(services)) if leaf.kind == "speech"]
    return any(MASK in text for text in spoken)


def _hears(services: Sequence[str]) -> bool:
    return any("stt" in service for service in services)


def _open(query: Fields) -> Fields:
    return {key: value for key, value in query.items() if not _secret(key) and key != "token"}


def _secret(name: str) -> bool:
    low = name.lower()
    return any(part in low for part in _SECRET_NAMES) or low.endswith(_SECRET_ENDS)


def _leaves(at: int, entry: Entry, hears: bool) -> Iterator[_Leaf]:
    said = _said_of(entry)
    if said is None:
        return
    ours = isinstance(entry, Request) or (isinstance(entry, Message) and entry.ours)
    asked = entry.asked if isinstance(entry, Message) else ()
    if said.text is not None:
        yield _Leaf(at, ("text",), said.text, "bot", (at,), asked)
    kind_of = said.json.get("type", "") if isinstance(said.json, dict) else ""
    recognised = not ours and (hears or "input_audio" in str(kind_of))
    for path, text, role in _texts(said.json, (), ""):
        keys = [key for key in path if isinstance(key, str)]
        kind = "bot"
        if _DECLARED.intersection(keys):
            kind = "declared"
        elif role == "user" or (recognised and _HEARD.intersection([*keys, "delta"])):
            kind = "speech"
        yield _Leaf(at, ("json", *path), text, kind, _stream(at, said.json, path, ours), asked)


def _stream(at: int, data: Json, path: Path, ours: bool) -> tuple[Any, ...]:
    """What a text is read together with: the pieces of one answer, or the words of one message."""
    if not ours and ("delta" in path or "words" in path):
        if "words" in path and "delta" not in path:
            # A voice tells its words a few at a time: those of one answer belong together.
            answer = data.get("context_id") if isinstance(data, dict) else None
            whose = (-1, "words", str(answer)) if answer else (at,)
            return (*whose, *("*" if isinstance(key, int) else key for key in path))
        ids = [str(data.get(key, "")) for key in ("type", "item_id", "index", "content_index")]
        return (-1, *ids, data.get("id", ""), *path)
    return (at, *path)


def _texts(data: Json, path: Path, role: str) -> Iterator[tuple[Path, str, str]]:
    if isinstance(data, dict):
        fields = cast("dict[str, Json]", data)
        role = str(fields.get("role") or role)
        for key, value in fields.items():
            given = "input" in path or "arguments" in path
            if given or not (key in _PROTOCOL or key.endswith("_id")) or not isinstance(value, str):
                yield from _texts(value, (*path, key), role)
    elif isinstance(data, list):
        for index, value in enumerate(cast("list[Json]", data)):
            yield from _texts(value, (*path, index), role)
    elif isinstance(data, str) and data:
        yield path, data, role


def _said_of(entry: Entry) -> Said | None:
    match entry:
        case Request():
            return entry.body
        case Message() | Part():
            return entry.said
        case _:
            return None


def _with(entry: Entry, said: Said) -> Entry:
    if isinstance(entry, Request):
        return replace(entry, body=said)
    assert isinstance(entry, Message | Part)
    return replace(entry, said=said)


def _put(entry: Entry, path: Path, text: str) -> Entry:
    """The entry with another text at a place of what it says."""
    said = _said_of(entry)
    assert said is not None
    if path == ("text",):
        return _with(entry, replace(said, text=text))
    return _with(entry, replace(said, json=_replaced(said.json, path[1:], text)))


def _replaced(data: Any, path: Path, text: str) -> Any:
    if not path:
        return text
    copied: Any = dict(data) if isinstance(data, dict) else list(data)
    copied[path[0]] = _replaced(data[path[0]], path[1:], text)
    return copied
