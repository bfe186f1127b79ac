"""The realtime stand-in and the official client, over loopback."""

import asyncio
import json
from typing import Any

import pytest
from openai import AsyncAzureOpenAI, AsyncOpenAI
from realtime_play import (
    WORD_SECONDS,
    Recall,
    Strict,
    noise,
    official,
    quiet,
    scene,
    sound_of,
    user,
)
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from callwright.emulators.faults import Fault
from callwright.emulators.parts import Message, Reply, ToolCall
from callwright.emulators.standin import serving

LOOK_UP: Any = {
    "type": "function",
    "name": "look_up",
    "description": "Look something up.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
}

PARIS = ToolCall("look_up", {"city": "Paris"})


def text_only(**more: Any) -> Any:
    return {"type": "realtime", "output_modalities": ["text"], **more}


def detecting(**turns: Any) -> Any:
    return {"type": "realtime", "audio": {"input": {"turn_detection": turns or None}}}


async def test_text_conversation_in_order() -> None:
    mind = Recall(lambda messages, tools: Reply("Good morning, caller."))
    async with official(scene(mind=mind)) as line:
        await line.client.session.update(session=text_only(instructions="Be kind."))
        await line.until("session.updated")
        await line.client.conversation.item.create(item=user("Hello", id="mine"))
        await line.client.response.create()
        done = await line.until("response.done")
        await line.until("rate_limits.updated")
    assert mind.asked == [([Message("system", "Be kind."), Message("user", "Hello")], [])]
    assert line.names() == [
        "session.created",
        "session.updated",
        "conversation.item.added",
        "conversation.item.done",
        "response.created",
        "response.output_item.added",
        "conversation.item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "conversation.item.done",
        "response.output_item.done",
        "response.done",
        "rate_limits.updated",
    ]
    assert done["response"]["status"] == "completed"
    assert done["response"]["output"][0]["content"] == [
        {"type": "output_text", "text": "Good morning, caller."}
    ]
    deltas = [e["delta"] for e in line.seen if e["type"] == "response.output_text.delta"]
    assert "".join(deltas) == "Good morning, caller."
    added = [e for e in line.seen if e["type"] == "conversation.item.added"]
    assert [e["previous_item_id"] for e in added] == [None, "mine"]
    ids = [e["event_id"] for e in line.seen]
    assert len(set(ids)) == len(ids)


async def test_null_instructions_of_a_response_are_the_sessions_own() -> None:
    mind = Recall(lambda messages, _: Reply(messages[0].text))
    async with official(scene(mind=mind)) as line:
        await line.client.session.update(session=text_only(instructions="Be brief."))
        await line.until("session.updated")
        await line.client.conversation.item.create(item=user("hello"))
        await line.client.send({"type": "response.create", "response": {"instructions": None}})
        done = await line.until("response.done")
    assert done["response"]["output"][0]["content"][0]["text"] == "Be brief."


async def test_a_spoken_turn_with_server_vad() -> None:
    played = scene("It is five o'clock.", heard=["What time is it"])
    async with official(played) as line:
        await line.client.session.update(
            session={
                "type": "realtime",
                "audio": {
                    "input": {
                        "transcription": {"model": "gpt-4o-transcribe"},
                        "turn_detection": {"type": "server_vad", "silence_duration_ms": 400},
                    }
                },
                "include": ["item.input_audio_transcription.logprobs"],
            }
        )
        await line.until("session.updated")
        await line.say(quiet(0.5) + noise(1.0) + quiet(0.6))
        done = await line.until("response.done")
    by_name = {e["type"]: e for e in line.seen}
    started = by_name["input_audio_buffer.speech_started"]
    stopped = by_name["input_audio_buffer.speech_stopped"]
    # Half a second of quiet less the padding of 300 ms; 400 ms of quiet after the speech.
    assert started["audio_start_ms"] == pytest.approx(200, abs=60)
    assert stopped["audio_end_ms"] == pytest.approx(1900, abs=60)
    committed = by_name["input_audio_buffer.committed"]
    assert committed["item_id"] == started["item_id"] == stopped["item_id"]
    names = line.names()
    order = ["speech_started", "speech_stopped", "committed"]
    places = [names.index(f"input_audio_buffer.{name}") for name in order]
    assert places == sorted(places)
    assert places[-1] < names.index("response.created")
    heard = by_name["conversation.item.input_audio_transcription.completed"]
    assert heard["transcript"] == "What time is it"
    assert [p["token"] for p in heard["logprobs"]] == ["What", "time", "is", "it"]
    assert heard["usage"]["input_tokens"] == pytest.approx(17, abs=1)
    assert len(sound_of(line.seen)) == 4 * WORD_SECONDS * 48000
    assert done["response"]["output"][0]["content"][0]["transcript"] == "It is five o'clock."
    usage = done["response"]["usage"]
    assert usage["output_token_details"] == {"text_tokens": 5, "audio_tokens": 20}
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
    appended = [e for e in played.received if e["type"] == "input_audio_buffer.append"]
    assert sum(e["audio"] for e in appended) == 2.1 * 48000


async def test_a_tool_is_called_and_its_result_answered() -> None:
    def answer(messages: Any, tools: Any) -> Reply:
        if messages[-1].role == "tool":
            return Reply(f"They say {messages[-1].text}.")
        return Reply("One moment.", [PARIS])

    mind = Recall(answer)
    async with official(scene(mind=mind)) as line:
        await line.client.session.update(session=text_only(tools=[LOOK_UP]))
        await line.client.conversation.item.create(item=user("Look it up"))
        await line.client.response.create()
        called = await line.until("response.function_call_arguments.done")
        await line.until("response.done")
        result: Any = {
            "type": "function_call_output", "call_id": called["call_id"], "output": "rain"
        }  # fmt: skip
        await line.client.conversation.item.create(item=result)
        await line.client.response.create()
        last = await line.until("response.done")
        await line.client.conversation.item.create(item={**result, "call_id": "call_none"})
        wrong = await line.until("error")
    assert called["name"] == "look_up"
    assert json.loads(called["arguments"]) == {"city": "Paris"}
    deltas = [e for e in line.seen if e["type"] == "response.function_call_arguments.delta"]
    assert "".join(e["delta"] for e in deltas) == called["arguments"]
    assert last["response"]["output"][0]["content"][0]["text"] == "They say rain."
    assert [tools for _, tools in mind.asked] == [["look_up"], ["look_up"]]
    assert mind.asked[1][0][2:] == [
        Message("assistant", "One moment.", {called["call_id"]: PARIS}),
        Message("tool", "rain", answers=called["call_id"]),
    ]  # fmt: skip
    assert wrong["error"]["code"] == "invalid_tool_call_id"
    # The second prompt repeats the whole first one.
    first, second = (
        e["response"]["usage"]["input_token_details"]
        for e in line.seen
        if e["type"] == "response.done"
    )
    assert first["cached_tokens"] == 0
    assert second["cached_tokens"] == first["text_tokens"] < second["text_tokens"]


async def test_cancel_keeps_what_was_sent() -> None:
    played = scene("One two three four five six seven eight", pace=1.0)
    async with official(played) as line:
        await line.client.response.create()
        await line.until("response.output_audio.delta", 2)
        await line.client.response.cancel()
        done = await line.until("response.done")
        await line.client.response.cancel(event_id="again")
        error = await line.until("error")
    assert done["response"]["status"] == "cancelled"
    assert done["response"]["status_details"] == {"type": "cancelled", "reason": "client_cancelled"}
    item = done["response"]["output"][0]
    assert item["status"] == "incomplete"
    assert item["content"][0]["transcript"] == "One two"
    assert error["error"]["code"] == "response_cancel_not_active"
    assert error["error"]["event_id"] == "again"


async def test_speech_interrupts_and_truncation_tells_the_mind_what_was_heard() -> None:
    mind = Recall(lambda messages, tools: Reply("Red orange yellow green blue violet brown black"))
    async with official(scene(mind=mind, heard=["Stop"], pace=2.0)) as line:
        await line.client.response.create()
        await line.until("response.output_audio.delta", 3)
        await line.say(noise(0.6) + quiet(0.7))
        await line.until("input_audio_buffer.speech_started")
        done = await line.until("response.done")
        item = done["response"]["output"][0]["id"]
        cut = {"item_id": item, "content_index": 0}
        await line.client.conversation.item.truncate(**cut, audio_end_ms=60_000)
        too_long = await line.until("error")
        await line.client.conversation.item.truncate(**cut, audio_end_ms=520)
        truncated = await line.until("conversation.item.truncated")
        await line.client.conversation.item.retrieve(item_id=item)
        kept = await line.until("conversation.item.retrieved")
        await line.client.response.cancel()
        await line.client.response.create()
        await line.until("response.done", 2)
    assert done["response"]["status_details"]["reason"] == "turn_detected"
    assert too_long["error"]["message"].endswith("ms is already shorter than 60000ms")
    assert truncated["audio_end_ms"] == 520
    assert kept["item"]["content"][0]["transcript"] == "Red orange"
    said = [(m.role, m.text) for m in mind.asked[-1][0][1:3]]
    assert said == [("assistant", "Red orange"), ("user", "Stop")]


async def test_manual_turns() -> None:
    async with official(scene("Fine.", heard=["How are you", "never"])) as line:
        await line.client.session.update(session=detecting())
        await line.client.input_audio_buffer.commit(event_id="early")
        early = await line.until("error")
        await line.say(noise(0.5) + quiet(0.5))
        await line.client.input_audio_buffer.clear()
        await line.until("input_audio_buffer.cleared")
        await line.say(quiet(0.3) + noise(0.5) + quiet(0.5))
        await line.client.input_audio_buffer.commit()
        await line.until("input_audio_buffer.committed")
        await line.client.response.create()
        await line.until("response.done")
    assert early["error"]["code"] == "input_audio_buffer_commit_empty"
    assert early["error"]["event_id"] == "early"
    assert "input_audio_buffer.speech_started" not in line.names()


async def test_out_of_band_response_leaves_the_conversation_alone() -> None:
    mind = Recall(lambda messages, tools: Reply("yes", first_token=0.05))
    async with official(scene(mind=mind)) as line:
        await line.client.conversation.item.create(item=user("Hello", id="first"))
        await line.client.response.create()
        aside: Any = {
            "conversation": "none",
            "output_modalities": ["text"],
            "instructions": "Judge.",
            "metadata": {"kind": "aside"},
            "input": [{"type": "item_reference", "id": "first"}, user("Is it polite?")],
        }
        await line.client.response.create(response=aside)
        await line.client.response.create(event_id="third")
        busy = await line.until("error")
        await line.until("response.done", 2)
    assert busy["error"]["code"] == "conversation_already_has_active_response"
    assert busy["error"]["event_id"] == "third"
    texts = [[m.text for m in messages] for messages, _ in mind.asked]
    assert texts[1] == ["Judge.", "Hello", "Is it polite?"]
    done = [e["response"] for e in line.seen if e["type"] == "response.done"]
    beside = next(r for r in done if r["metadata"] == {"kind": "aside"})
    assert beside["conversation_id"] is None
    added = [e["item"]["id"] for e in line.seen if e["type"] == "conversation.item.added"]
    assert beside["output"][0]["id"] not in added


async def test_items_are_placed_retrieved_and_deleted() -> None:
    async with official(scene()) as line:
        items = line.client.conversation.item
        await items.create(item=user("b", id="b"))
        await items.create(item=user("a", id="a"), previous_item_id="root")
        await items.create(item=user("ab", id="ab"), previous_item_id="a")
        await line.until("conversation.item.done", 3)
        await items.delete(item_id="ab")
        await line.until("conversation.item.deleted")
        await items.create(item=user("c", id="b"))
        await items.create(item=user("c"), previous_item_id="ab")
        await items.retrieve(item_id="ab", event_id="rci_ab")
        await items.truncate(item_id="b", content_index=0, audio_end_ms=0)
        errors = [(await line.until("error"))["error"] for _ in range(4)]
    added = [e["previous_item_id"] for e in line.seen if e["type"] == "conversation.item.added"]
    assert added == [None, None, "a"]
    assert [e["code"] for e in errors] == [
        "item_create_duplicate_item_id",
        "item_create_invalid_previous_item_id",
        "item_retrieve_invalid_item_id",
        None,
    ]
    assert errors[2]["event_id"] == "rci_ab"


@pytest.mark.parametrize(
    ("session", "code", "param"),
    [
        ({"type": "realtime", "voice": "alloy"}, "unknown_parameter", "session.voice"),
        ({"instructions": "x"}, "missing_required_parameter", "session.type"),
        (text_only(tool_choice="maybe"), "invalid_value", "session.tool_choice"),
        (text_only(instructions=3), "invalid_type", "session.instructions"),
        (text_only(output_modalities=[]), "invalid_value", "session.output_modalities"),
        (text_only(max_output_tokens=0), "integer_below_min_value", "session.max_output_tokens"),
        (text_only(model="other"), "cannot_update_model", "session.model"),
        (
            text_only(audio={"output": {"speed": 2.0}}),
            "decimal_above_max_value",
            "session.audio.output.speed",
        ),
        (
            detecting(type="server_vad", eagerness="low"),
            "unknown_parameter",
            "session.audio.input.turn_detection.eagerness",
        ),
        (
            text_only(audio={"input": {"format": {"type": "audio/opus"}}}),
            "invalid_value",
            "session.audio.input.format.type",
        ),
    ],
)  # fmt: skip
async def test_a_wrong_session_update_is_answered_with_its_place(
    session: Any, code: str, param: str
) -> None:
    async with official(scene()) as line:
        await line.client.send({"type": "session.update", "event_id": "e7", "session": session})
        error = (await line.until("error"))["error"]
    assert (error["type"], error["code"], error["param"], error["event_id"]) == (
        "invalid_request_error", code, param, "e7"
    )  # fmt: skip


async def test_what_is_no_event_is_an_error() -> None:
    async with official(scene()) as line:
        raw = line.client._connection
        for sent in ("{", "[]", '{"type": "nothing"}', '{"type": "output_audio_buffer.clear"}'):
            await raw.send(sent)
        await line.client.input_audio_buffer.append(audio="!")
        codes = [(await line.until("error"))["error"]["code"] for _ in range(5)]
    assert codes == ["invalid_event", "invalid_event", "invalid_value", None, "invalid_value"]


async def test_telephone_sound_both_ways() -> None:
    wire: Any = {"format": {"type": "audio/pcmu"}}
    async with official(scene("Good day.")) as line:
        await line.client.session.update(
            session={"type": "realtime", "audio": {"input": wire, "output": wire}}
        )
        await line.client.response.create()
        done = await line.until("response.done")
    assert len(sound_of(line.seen)) == 2 * WORD_SECONDS * 8000
    assert done["response"]["audio"]["output"]["format"] == {"type": "audio/pcmu"}


async def test_too_few_tokens_leave_a_response_incomplete() -> None:
    async with official(scene("one two three four five six seven")) as line:
        await line.client.response.create(
            response={"output_modalities": ["text"], "max_output_tokens": 3}
        )
        done = (await line.until("response.done"))["response"]
    assert done["status"] == "incomplete"
    assert done["status_details"]["reason"] == "max_output_tokens"


async def test_a_model_that_cannot_answer_fails_the_response() -> None:
    async with official(scene(mind=None)) as line:
        await line.client.response.create()
        done = (await line.until("response.done"))["response"]
    assert done["status"] == "failed"
    assert done["status_details"]["error"]["type"] == "server_error"


async def test_a_transcription_may_fail() -> None:
    async with official(scene("Yes.", heard=["Hm"], transcribes=False)) as line:
        session: Any = {
            "type": "realtime", "audio": {"input": {"transcription": {"model": "whisper-1"}}}
        }  # fmt: skip
        await line.client.session.update(session=session)
        await line.say(noise(0.5) + quiet(0.8))
        failed = await line.until("conversation.item.input_audio_transcription.failed")
    assert failed["error"]["type"] == "transcription_error"


async def test_a_session_expires() -> None:
    async with official(scene(session_seconds=0.05)) as line:
        error = (await line.until("error"))["error"]
        with pytest.raises(ConnectionClosed):
            await line.next()
    assert error["code"] == "session_expired"


async def test_faults_on_the_way() -> None:
    played = scene("Hello.", faults=(Fault("disconnect", after=3),))
    async with official(played) as line:
        await line.client.response.create()
        with pytest.raises(ConnectionClosed) as broken:
            await line.until("never")
    assert len(line.seen) == 3
    assert broken.value.rcvd is None
    async with official(scene("Hello.", faults=(Fault("error", after=2),))) as line:
        await line.client.response.create()
        assert (await line.until("error"))["error"]["type"] == "server_error"
        with pytest.raises(ConnectionClosed):
            await line.next()


async def test_nothing_runs_after_the_client_has_left() -> None:
    async with serving(scene("Hello.", pace=0.01).standin(), "127.0.0.1") as port:
        before = asyncio.all_tasks()
        url = f"ws://127.0.0.1:{port}/v1"
        async with (
            AsyncOpenAI(api_key="secret", websocket_base_url=url) as client,
            client.realtime.connect(model="gpt-realtime") as connection,
        ):
            await connection.response.create()
            line = Strict(connection)
            await line.until("response.output_audio.delta")
            running = asyncio.all_tasks() - before
        _, left = await asyncio.wait(running, timeout=5)
    assert not left


async def test_the_door() -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with official(scene(), key="wrong"):
            pass
    assert refused.value.response.status_code == 401
    with pytest.raises(InvalidStatus) as limited:
        async with official(scene(faults=(Fault("rate_limited", seconds=3),))):
            pass
    assert limited.value.response.headers["Retry-After"] == "3"


async def test_a_browsers_key_and_azures_only_where_azure_is() -> None:
    async with serving(scene().standin(), "127.0.0.1") as port:
        url = f"ws://127.0.0.1:{port}"
        browser = [Subprotocol("realtime"), Subprotocol("openai-insecure-api-key.secret")]
        azure = {"api-key": "secret"}
        async with connect(f"{url}/v1/realtime?model=gpt-realtime", subprotocols=browser) as socket:
            assert socket.subprotocol == "realtime"
        async with connect(f"{url}/openai/v1/realtime?model=m", additional_headers=azure):
            pass
        with pytest.raises(InvalidStatus) as foreign:
            await connect(f"{url}/v1/realtime?model=m", additional_headers=azure)
        with pytest.raises(InvalidStatus) as nameless:
            await connect(f"{url}/openai/v1/realtime", additional_headers=azure)
    assert foreign.value.response.status_code == 401
    assert json.loads(nameless.value.response.body)["error"]["code"] == "missing_model"


async def test_azures_client_at_azures_path() -> None:
    played = scene("Hello.")
    async with (
        serving(played.standin(), "127.0.0.1") as port,
        AsyncAzureOpenAI(
            api_key="secret",
            api_version="2025-08-28",
            azure_endpoint=f"http://127.0.0.1:{port}",
            websocket_base_url=f"ws://127.0.0.1:{port}/openai",
        ) as client,
        client.realtime.connect(model="my-deployment") as connection,
    ):
        line = Strict(connection)
        created = await line.next()
    assert created["session"]["model"] == "my-deployment"
    assert played.received[0] == {
        "type": "connect", "path": "/openai/realtime", "model": "my-deployment"
    }  # fmt: skip
