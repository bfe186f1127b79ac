"""One realtime session: takes the client's events, owns the conversation, sends everything."""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from callwright.emulators.realtime_audio import format_of
from callwright.emulators.realtime_checks import Refused, sound
from callwright.emulators.realtime_config import Config, offered, updated
from callwright.emulators.realtime_events import checked
from callwright.emulators.realtime_items import ITEM, REFERENCE, Conversation, Item, made, messages
from callwright.emulators.realtime_response import Order, Response
from callwright.emulators.realtime_turns import Turns
from callwright.emulators.realtime_usage import Ledger
from callwright.emulators.standin import Scene


@dataclass(frozen=True, slots=True)
class Habits:
    """How a realtime stand-in behaves, besides what every scene says.

    Args:
        pace: How much faster than it sounds the sound is sent.
        session_seconds: How long a session lasts at most.
        transcribes: Whether transcriptions of what the caller says succeed.
    """

    pace: float = 5.0
    session_seconds: float = 3600.0
    transcribes: bool = True


class Line(Protocol):
    """What carries a session: its way out, and the tasks that end with it."""

    def out(self, event: Mapping[str, Any]) -> None:
        """Send an event after those before it."""
        ...

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something until it is done or the connection is over."""
        ...


class Session:
    """A realtime session.

    Args:
        line: What carries it.
        scene: How it hears, thinks and speaks.
        habits: How else it behaves.
        config: Its configuration to begin with.
        number: Which connection of the stand-in it is; tells its ids from those of others.
    """

    def __init__(
        self, line: Line, scene: Scene, habits: Habits, config: Config, number: int
    ) -> None:
        self.config = config
        self.conversation = Conversation()
        self._line = line
        self._scene = scene
        self._habits = habits
        self._number = number
        self._ids: Counter[str] = Counter()
        self._id = self.new_id("conv")
        self._ledger = Ledger()
        self._turns = Turns(self, scene, transcribes=habits.transcribes)
        self._running: dict[str, tuple[Response, asyncio.Task[None]]] = {}
        self._current: Response | None = None
        self._idle: asyncio.Task[None] | None = None

    def new_id(self, kind: str) -> str:
        """An id of a kind; the same in every run of the same session."""
        self._ids[kind] += 1
        return f"{kind}_{self._number:03d}{self._ids[kind]:05d}"

    def emit(self, name: str, fields: Mapping[str, Any] | None = None) -> None:
        """Send an event, its content as it is now."""
        event = {"type": name, "event_id": self.new_id("event"), **(fields or {})}
        self._line.out(event)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something until it is done or the connection is over."""
        self._line.spawn(work)

    def begin(self) -> None:
        """Send the first event."""
        self.emit("session.created", {"session": self.config})

    def fail(self, refused: Refused, event_id: str | None = None) -> None:
        """Send an error."""
        error = {
            "type": refused.kind,
            "code": refused.code,
            "message": refused.message,
            "param": refused.param,
            "event_id": event_id,
        }
        self.emit("error", {"error": error})

    def expire(self, seconds: float) -> None:
        """Say that the session has lasted as long as one may."""
        self.fail(
            Refused(
                f"Your session hit the maximum duration of {seconds / 60:g} minutes.",
                "session_expired",
            )
        )

    def take(self, event: Any) -> None:
        """Do what a client's event asks, or answer with an error."""
        event_id = event.get("event_id") if isinstance(event, dict) else None
        try:
            checked(event)
            getattr(self, f"_on_{event['type'].replace('.', '_')}")(event)
        except Refused as refused:
            self.fail(refused, event_id if isinstance(event_id, str) else None)

    def caller_began(self) -> None:
        """Stop speaking, when the session is interrupted by speech."""
        self._wait_no_more()
        turns = self.config["audio"]["input"]["turn_detection"]
        if turns["interrupt_response"] and self._current is not None and self._current.active:
            self._stop(self._current, "turn_detected")

    def caller_ended(self, *, answer: bool) -> None:
        """Answer the caller's turn, when the session does so of itself."""
        if answer:
            try:
                self._respond({})
            except Refused as refused:
                self.fail(refused)

    def _on_session_update(self, event: Mapping[str, Any]) -> None:
        spoken = any(i.role == "assistant" and i.audio for i in self.conversation.items)
        self.config = updated(self.config, event["session"], has_spoken=spoken)
        self._turns.set_format(format_of(self.config["audio"]["input"]))
        self.emit("session.updated", {"session": self.config})

    def _on_input_audio_buffer_append(self, event: Mapping[str, Any]) -> None:
        self._turns.append(sound(event["audio"], "audio"))

    def _on_input_audio_buffer_commit(self, event: Mapping[str, Any]) -> None:
        self._turns.commit()

    def _on_input_audio_buffer_clear(self, event: Mapping[str, Any]) -> None:
        self._turns.clear()

    def _on_output_audio_buffer_clear(self, event: Mapping[str, Any]) -> None:
        raise Refused("There is no output audio buffer on a websocket: use it over WebRTC or SIP.")

    def _on_conversation_item_create(self, event: Mapping[str, Any]) -> None:
        item = self._made(event["item"], "item")
        if item.type == "function_call_output" and not self.conversation.knows_call(item.call_id):
            raise Refused(
                f"Tool call ID '{item.call_id}' not found in conversation.",
                "invalid_tool_call_id",
                "item.call_id",
            )
        before = {"previous_item_id": self.conversation.add(item, event.get("previous_item_id"))}
        self.emit("conversation.item.added", {**before, "item": item.shape()})
        self.emit("conversation.item.done", {**before, "item": item.shape()})

    def _on_conversation_item_retrieve(self, event: Mapping[str, Any]) -> None:
        item = self.conversation.find(event["item_id"], "retrieve")
        self.emit("conversation.item.retrieved", {"item": item.shape(with_audio=True)})

    def _on_conversation_item_delete(self, event: Mapping[str, Any]) -> None:
        item = self.conversation.find(event["item_id"], "delete")
        self.conversation.items.remove(item)
        self.emit("conversation.item.deleted", {"item_id": item.id})

    def _on_conversation_item_truncate(self, event: Mapping[str, Any]) -> None:
        item = self.conversation.find(event["item_id"], "truncate")
        if item.role != "assistant" or item.part != "output_audio" or event["content_index"]:
            raise Refused("Only model output audio messages can be truncated")
        end, has = event["audio_end_ms"], 1000 * item.seconds
        if end > has + 1e-6:
            raise Refused(
                f"Audio content of {has:.0f}ms is already shorter than {end}ms", "invalid_value"
            )
        item.cut(end / 1000)
        place = {"item_id": item.id, "content_index": 0}
        self.emit("conversation.item.truncated", {**place, "audio_end_ms": end})

    def _on_response_create(self, event: Mapping[str, Any]) -> None:
        self._respond(event.get("response") or {})

    def _on_response_cancel(self, event: Mapping[str, Any]) -> None:
        asked = event.get("response_id")
        known = self._running.get(asked, (None,))[0] if asked else self._current
        if known is None or not known.active:
            raise Refused(
                "Cancellation failed: no active response found", "response_cancel_not_active"
            )
        self._stop(known, "client_cancelled")

    def _respond(self, asked: Mapping[str, Any]) -> None:
        """Begin a response with the session's configuration, and what is asked instead of it."""
        within = asked.get("conversation") != "none"
        if within and self._current is not None and self._current.active:
            raise Refused(
                f"Conversation already has an active response in progress: "
                f"{self._current.order.id}. Wait until the response is finished before creating "
                f"a new one.",
                "conversation_already_has_active_response",
            )
        self._wait_no_more()
        response = Response(
            self._order(asked, within=within),
            self._scene,
            self._habits.pace,
            self.emit,
            self.new_id,
        )
        if within:
            self._current = response
        response.begin()
        self._running[response.order.id] = response, self._line.spawn(self._run(response))

    def _order(self, asked: Mapping[str, Any], *, within: bool) -> Order:
        own = {**self.config, **asked}
        if own["instructions"] is None:
            own["instructions"] = self.config["instructions"]
        items = self.conversation.items
        if "input" in asked:
            items = [self._input(g, f"response.input[{i}]") for i, g in enumerate(asked["input"])]
        output = {**self.config["audio"]["output"], **own["audio"].get("output", {})}
        limit = own["max_output_tokens"]
        return Order(
            self.new_id("resp"),
            messages(own["instructions"], items),
            offered(own["tools"], own["tool_choice"]),
            own["output_modalities"][0],
            format_of(output),
            output["voice"],
            None if limit == "inf" else limit,
            asked.get("metadata"),
            self.conversation if within else None,
            self._id if within else None,
            self._ledger.count(own["instructions"], own["tools"], items),
        )

    def _input(self, given: Mapping[str, Any], at: str) -> Item:
        if given.get("type") == "item_reference":
            REFERENCE(given, at)
            return self.conversation.find(given["id"], "retrieve")
        ITEM(given, at)
        return self._made(given, at)

    def _made(self, given: Mapping[str, Any], at: str) -> Item:
        """An item that the client wrote, its sound heard."""
        item = made(given, given.get("id") or self.new_id("item"), at)
        side = "output" if item.role == "assistant" else "input"
        item.wire = format_of(self.config["audio"][side])
        item.seconds = item.wire.seconds(len(item.audio))
        if item.audio and not item.text and self._scene.listen is not None:
            ear = self._scene.listen()
            ear.hear(item.wire.to_ear().feed(item.wire.decode(bytes(item.audio))))
            item.text = " ".join(word.text for word in ear.finish())
        return item

    async def _run(self, response: Response) -> None:
        await response.run()
        self._running.pop(response.order.id, None)
        seconds = self._patience()
        if response is self._current and seconds is not None:
            self._wait_no_more()
            self._idle = self._line.spawn(self._wait(response, seconds))

    def _patience(self) -> float | None:
        """Seconds after which an idle caller is spoken to."""
        turns = self.config["audio"]["input"]["turn_detection"] or {}
        limit = turns.get("idle_timeout_ms")
        return None if limit is None else limit / 1000

    def _stop(self, response: Response, reason: str) -> None:
        _, task = self._running.pop(response.order.id)
        task.cancel()
        response.end("cancelled", reason)

    def _wait_no_more(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    async def _wait(self, response: Response, seconds: float) -> None:
        """Answer a caller who says nothing for so long after the answer's sound is over."""
        now = asyncio.get_running_loop().time()
        over = now if response.sound_began is None else response.sound_began + response.seconds()
        await asyncio.sleep(max(0.0, over - now) + seconds)
        self._idle = None
        if not self._turns.hears_speech and self._patience() is not None:
            self._turns.time_out(seconds)
            self.caller_ended(answer=True)
