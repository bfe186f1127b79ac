"""What a realtime client may send, event by event."""

from typing import Any

from callwright.emulators.realtime_checks import (
    Refused,
    Rule,
    mapping,
    nullable,
    number,
    one_of,
    record,
    text,
)
from callwright.emulators.realtime_config import RESPONSE
from callwright.emulators.realtime_items import ITEM

_WHOLE = number(0, 1e9, whole=True)


def _event(*required: str, **fields: Rule) -> Rule:
    return record(required, type=text, event_id=nullable(text), **fields)


_EVENTS = {
    "session.update": _event("session", session=mapping),
    "input_audio_buffer.append": _event("audio", audio=text),
    "input_audio_buffer.commit": _event(),
    "input_audio_buffer.clear": _event(),
    "output_audio_buffer.clear": _event(),
    "conversation.item.create": _event("item", previous_item_id=nullable(text), item=ITEM),
    "conversation.item.retrieve": _event("item_id", item_id=text),
    "conversation.item.delete": _event("item_id", item_id=text),
    "conversation.item.truncate": _event(
        "item_id", "content_index", "audio_end_ms",
        item_id=text, content_index=_WHOLE, audio_end_ms=_WHOLE,
    ),
    "response.create": _event(response=nullable(RESPONSE)),
    "response.cancel": _event(response_id=nullable(text)),
}  # fmt: skip


def checked(event: Any) -> None:
    """Look at an event's type and fields; a session's own are looked at with its configuration.

    Raises:
        Refused: It is no event of the protocol, or not as the protocol wants it.
    """
    if not isinstance(event, dict) or "type" not in event:
        raise Refused("The 'type' field is missing.", "invalid_event", "type")
    one_of(*_EVENTS)(event["type"], "type")
    _EVENTS[event["type"]](event, "")
