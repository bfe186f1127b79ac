import asyncio

import numpy as np
import pytest
from daily_fakes import KEY, FakeSource, RestStandIn, install
from loguru import logger
from small_call import SmallCall, until

from callwright.declarations.errors import InputError
from callwright.lines.daily import daily_line
from callwright.lines.daily_rooms import DailySettings
from callwright.lines.trouble import LineLost

ROOM = DailySettings(room="https://acme.daily.co/desk", token="eyJ.the-token")


@pytest.fixture
def clients(monkeypatch):
    return install(monkeypatch).made


def ramp(count, start=1):
    return np.arange(start, start + count, dtype=np.int16)


async def joined(clients):
    await until(lambda: clients and clients[0].joined.is_set())
    return clients[0]


async def test_a_whole_call_greets_hears_answers_and_leaves(clients):
    greeting = ramp(4800)
    async with RestStandIn() as api:
        given = DailySettings(api_key=KEY, api_url=api.url)
        rooms = []
        async with daily_line(given, bot_name="Robin", announce=rooms.append) as line:
            call = SmallCall(line, greeting.tobytes())
            task = asyncio.create_task(call.run())
            client = await joined(clients)
            assert call.log == []  # nobody is there to be greeted
            await client.caller_joins("anna")
            await call.connected.wait()
            await until(lambda: "anna" in client.renderers)
            for start in range(1, 1601, 320):
                await client.caller_says("anna", ramp(320, start).tobytes())
            await until(lambda: len(call.ear.audio) == 3200)
            await until(lambda: len(FakeSource.made[0].audio) >= 9600)
            await client.caller_leaves("anna")
            await task
        assert api.rooms == {}

    assert call.log == ["connected", "disconnected"]
    assert call.ear.rates == {(16000, 1)}
    assert np.frombuffer(bytes(call.ear.audio), np.int16).tolist() == ramp(1600).tolist()
    said = np.frombuffer(bytes(FakeSource.made[0].audio), np.int16)
    assert said[said != 0].tolist() == greeting.tolist()
    assert FakeSource.made[0].rate == 24000
    assert (line.name, line.greets_on) == ("daily", "client_connected")
    assert client.token == next(t for t, p in api.tokens.items() if p.get("user_name") == "Robin")
    assert client.settings["inputs"]["camera"]["isEnabled"] is False
    assert [c for c in client.calls if c.startswith(("join", "leave", "release", "set"))] == [
        "set_user_name Robin",
        f"join {rooms[0].url}",
        "leave",
        "release",
    ]


async def test_the_first_caller_is_greeted_and_the_last_one_ends_the_call(clients):
    async with daily_line(ROOM) as line:
        call = SmallCall(line)
        task = asyncio.create_task(call.run())
        client = await joined(clients)
        for who in ("anna", "ben"):
            await client.caller_joins(who)
        await client.caller_leaves("anna")
        await until(lambda: "ben" in client.renderers)
        await client.caller_says("ben", ramp(320).tobytes())
        await until(lambda: len(call.ear.audio) == 640)
        assert call.log == ["connected"]
        await client.caller_leaves("ben")
        await task

    assert call.log == ["connected", "disconnected"]
    assert client.released


async def a_call(settings, log):
    async with daily_line(settings) as line:
        call = SmallCall(line)
        call.log = log
        await call.run()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("no such room eyJ.the-token", "no such room •••"),
        (
            'Api(RoomLookup(Get(Error(Connect, Custom { kind: X, error: "no route" }))))',
            "no route",
        ),
    ],
)
async def test_a_failed_join_ends_the_call_and_says_why(clients, monkeypatch, error, said):
    log = []
    monkeypatch.setattr("daily_fakes.FakeCallClient.join_error", error)

    with pytest.raises(InputError) as caught:
        await a_call(ROOM, log)

    assert (
        caught.value.what == f"the Daily room https://acme.daily.co/desk cannot be joined ({said})"
    )
    assert log == ["disconnected"]
    assert clients[0].released


async def test_a_room_made_for_a_call_that_cannot_be_joined_is_deleted(clients):
    async with RestStandIn() as api:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("daily_fakes.FakeCallClient.join_error", "no")
            with pytest.raises(InputError, match="cannot be joined"):
                await a_call(DailySettings(api_key=KEY, api_url=api.url), [])
        assert api.rooms == {}


async def test_a_room_that_ends_under_the_call_is_reported(clients):
    log = []
    task = asyncio.create_task(a_call(ROOM, log))
    client = await joined(clients)
    await client.caller_joins("anna")
    await until(lambda: log == ["connected"])
    await client.network("interrupted")
    await client.room_ends()

    with pytest.raises(LineLost, match="cut off: the room ended or the connection was lost"):
        await task

    assert log == ["connected", "disconnected"]
    assert "leave" not in client.calls  # there is nothing left to leave
    assert client.released


async def test_a_network_that_comes_back_does_not_end_the_call(clients):
    async with daily_line(ROOM) as line:
        call = SmallCall(line)
        task = asyncio.create_task(call.run())
        client = await joined(clients)
        await client.caller_joins("anna")
        await client.network("interrupted")
        await client.network("connected")
        await until(lambda: "anna" in client.renderers)
        await client.caller_says("anna", ramp(320).tobytes())
        await until(lambda: len(call.ear.audio) == 640)
        assert call.log == ["connected"]
        await client.caller_leaves("anna")
        await task


async def test_hanging_up_before_anybody_came_leaves_the_room(clients):
    async with daily_line(ROOM) as line:
        call = SmallCall(line)
        task = asyncio.create_task(call.run())
        client = await joined(clients)
        await line.transport.hang_up()
        await line.transport.hang_up()
        await task

    assert call.log == ["disconnected"]
    assert client.calls[-2:] == ["leave", "release"]


async def test_the_token_is_in_no_log_line(clients):
    lines = []
    sink = logger.add(lines.append, level="TRACE")
    try:
        given = DailySettings(room="https://acme.daily.co/desk?t=eyJ.the-token")
        async with daily_line(given) as line:
            call = SmallCall(line)
            task = asyncio.create_task(call.run())
            client = await joined(clients)
            await client.caller_joins("anna")
            await call.connected.wait()
            await client.caller_leaves("anna")
            await task
    finally:
        logger.remove(sink)

    assert client.token == "eyJ.the-token"
    assert any("acme.daily.co/desk" in line for line in lines)
    assert [line for line in lines if "eyJ" in line] == []
