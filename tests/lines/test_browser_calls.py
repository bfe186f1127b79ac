import asyncio
import os

import aioice.ice
import pytest
from browser_caller import Caller
from pipecat.transports.smallwebrtc.request_handler import (
    IceCandidate,
    SmallWebRTCPatchRequest,
    SmallWebRTCRequest,
)
from small_call import SmallCall

from callwright.lines import browser_calls
from callwright.lines.browser_calls import BrowserCalls, CallRefusedError, CallSummary


@pytest.fixture(autouse=True)
def loopback(monkeypatch):
    # aioice leaves 127.0.0.1 out; a machine without a network has no other address.
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda **_: ["127.0.0.1"])


class Calls:
    """Runs a small pipeline for every call, and keeps the calls."""

    def __init__(self):
        self.held = []

    async def __call__(self, line):
        call = SmallCall(line)
        self.held.append(call)
        await call.run()
        return CallSummary("completed", 1.5, "calls/one")


async def held(line):
    """A call without a pipeline: it lasts until it is cut off."""
    gone = asyncio.Event()

    @line.transport.event_handler("on_client_disconnected")
    async def end(_transport, _client):
        gone.set()

    await gone.wait()
    return CallSummary("abandoned", 1.0, None)


async def settled(condition):
    async with asyncio.timeout(10):
        while True:
            if condition():
                return
            await asyncio.sleep(0.01)


async def test_a_call_lasts_until_the_caller_hangs_up():
    start = Calls()
    calls = BrowserCalls(start)
    caller = Caller(calls)
    await caller.call()
    call = await _first(start)
    await asyncio.wait_for(call.connected.wait(), 10)
    assert calls.state(caller.call_id) == {"state": "live", "summary": None}
    await settled(lambda: len(call.ear.audio) > 3200)
    await caller.hang_up()
    assert await caller.over() == {
        "state": "ended",
        "summary": {"outcome": "completed", "seconds": 1.5, "folder": "calls/one"},
    }
    assert call.log == ["connected", "disconnected"]
    assert call.ear.rates == {(16000, 1)}
    await calls.close()


async def _first(start):
    await settled(lambda: start.held)
    return start.held[0]


async def test_the_line_says_what_the_session_has_to_know():
    lines = []

    async def look(line):
        lines.append(line)
        return CallSummary("completed", 0.0, None)

    calls = BrowserCalls(look)
    caller = Caller(calls)
    await caller.offer()
    await caller.over()
    await caller.hang_up()
    (line,) = lines
    assert (line.name, line.greets_on) == ("webrtc", "client_ready")
    assert (line.audio_in_rate, line.audio_out_rate) == (16000, 24000)


async def test_ended_calls_leave_nothing_open():
    calls = BrowserCalls(Calls())
    await _one_call(calls)  # the first one also starts what the process keeps
    tasks, files = len(asyncio.all_tasks()), len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        await _one_call(calls)
    await settled(lambda: len(asyncio.all_tasks()) <= tasks)
    assert len(os.listdir("/proc/self/fd")) <= files
    assert calls.live == 0
    assert not calls._handler._pcs_map
    assert all(seat.connection is None for seat in calls._seats.values())
    await calls.close()


async def _one_call(calls):
    caller = Caller(calls)
    await caller.call()
    await caller.hang_up()
    await caller.over()


async def test_calls_at_once_are_calls_of_their_own():
    start = Calls()
    calls = BrowserCalls(start)
    callers = [Caller(calls) for _ in range(3)]
    await asyncio.gather(*(caller.call() for caller in callers))
    await settled(lambda: len(start.held) == 3)
    assert len({id(call.line.transport) for call in start.held}) == 3
    await callers[1].hang_up()
    await callers[1].over()
    assert [calls.state(caller.call_id)["state"] for caller in callers] == ["live", "ended", "live"]
    await calls.close()
    await asyncio.gather(*(caller.hang_up() for caller in callers))


async def test_past_the_limit_a_sentence_says_so_until_a_call_ends():
    calls = BrowserCalls(held, max_calls=1)
    caller = Caller(calls)
    await caller.call()
    with pytest.raises(CallRefusedError, match="one call at a time") as refused:
        calls.take_seat()
    assert refused.value.status == 503
    await caller.hang_up()
    await caller.over()
    calls.take_seat()


async def test_a_seat_nobody_takes_is_free_again(monkeypatch):
    calls = BrowserCalls(held, max_calls=1)
    call_id = calls.take_seat()
    with pytest.raises(CallRefusedError):
        calls.take_seat()
    monkeypatch.setattr(browser_calls, "SEAT_SECONDS", -1.0)
    assert calls.take_seat() != call_id
    with pytest.raises(CallRefusedError, match="does not know"):
        calls.state(call_id)


async def test_a_seat_can_be_given_back():
    calls = BrowserCalls(held, max_calls=1)
    call_id = calls.take_seat()
    await calls.hang_up(call_id)
    await calls.hang_up(call_id)
    assert calls.state(call_id)["state"] == "ended"
    calls.take_seat()
    with pytest.raises(CallRefusedError, match="over"):
        await calls.offer(call_id, SmallWebRTCRequest("v=0", "offer"))


async def test_the_server_can_hang_up():
    calls = BrowserCalls(held)
    caller = Caller(calls)
    await caller.call()
    await calls.hang_up(caller.call_id)
    assert (await caller.over())["summary"]["outcome"] == "abandoned"
    await caller.hang_up()


@pytest.mark.parametrize(
    ("sdp", "sentence"),
    [("nonsense", "no sound"), ("v=0\r\nm=audio x y\r\n", "could not be used")],
)
async def test_an_offer_that_is_none_is_refused_and_the_seat_stays(sdp, sentence):
    calls = BrowserCalls(held)
    call_id = calls.take_seat()
    with pytest.raises(CallRefusedError, match=sentence) as refused:
        await calls.offer(call_id, SmallWebRTCRequest(sdp, "offer"))
    assert refused.value.status == 400
    assert calls.state(call_id)["state"] == "waiting"
    assert calls.live == 0


async def test_an_offer_whose_caller_never_comes_starts_no_call(monkeypatch):
    monkeypatch.setattr(browser_calls, "CONNECT_SECONDS", 0.05)
    start = Calls()
    calls = BrowserCalls(start)
    caller = Caller(calls)
    await caller.peer.setLocalDescription(await caller.peer.createOffer())
    sdp = caller.peer.localDescription.sdp
    await calls.offer(caller.call_id, SmallWebRTCRequest(sdp, "offer"))
    assert await caller.over() == {"state": "ended", "summary": None}
    assert start.held == []
    await caller.hang_up()


async def test_a_second_offer_from_elsewhere_does_not_take_a_call_over():
    calls = BrowserCalls(held)
    caller = Caller(calls)
    await caller.call()
    with pytest.raises(CallRefusedError) as refused:
        await calls.offer(caller.call_id, SmallWebRTCRequest("v=0", "offer", "another"))
    assert refused.value.status == 409
    address = IceCandidate("candidate:1 1 udp 1 127.0.0.1 9 typ host", "0", 0)
    with pytest.raises(CallRefusedError) as refused:
        await calls.candidates(caller.call_id, SmallWebRTCPatchRequest("another", [address]))
    assert refused.value.status == 409
    await caller.hang_up()
    await caller.over()


async def test_a_call_that_breaks_is_a_failed_call_and_closes():
    async def broken(_line):
        raise RuntimeError("no model")

    calls = BrowserCalls(broken)
    caller = Caller(calls)
    await caller.offer()
    state = await caller.over()
    assert state["summary"]["outcome"] == "failed"
    await settled(lambda: caller.peer.connectionState == "closed")
    assert calls.live == 0


async def test_closing_tells_the_callers_and_waits_for_the_records():
    written = []

    async def slow_to_write(line):
        await held(line)
        await asyncio.sleep(0.05)
        written.append(line)
        return CallSummary("abandoned", 1.0, None)

    calls = BrowserCalls(slow_to_write)
    callers = [Caller(calls) for _ in range(2)]
    await asyncio.gather(*(caller.call() for caller in callers))
    await calls.close()
    assert len(written) == 2
    assert calls.live == 0
    for caller in callers:
        assert {"callwright": "closing"} in [message.get("data") for message in caller.messages]
    with pytest.raises(CallRefusedError, match="shutting down"):
        calls.take_seat()
    await asyncio.gather(*(caller.hang_up() for caller in callers))


async def test_closing_does_not_wait_for_ever():
    cut = asyncio.Event()

    async def deaf(_line):
        try:
            await asyncio.Event().wait()
        finally:
            cut.set()

    calls = BrowserCalls(deaf)
    caller = Caller(calls)
    await caller.call()
    await settled(lambda: calls.live == 1)
    await calls.close(grace=0.05)
    assert cut.is_set()
    assert calls.live == 0
    await caller.hang_up()
