"""A whole call of an agent in a Daily room, with the fakes of Daily at both of its ends."""

import asyncio

import numpy as np
import pytest
import soxr
from daily_fakes import KEY, FakeSource, RestStandIn, install
from small_call import until

from bot.session import run_call
from callwright.calls.folder import read_call
from callwright.declarations.load import load
from callwright.engines.mouth import Mouth
from callwright.lines.daily import daily_line
from callwright.lines.daily_rooms import DailySettings

RATE = 16000


def spoken(text):
    pcm = b"".join(chunk.pcm for chunk in Mouth().speak(text))
    samples = soxr.resample(np.frombuffer(pcm, np.int16), Mouth.SAMPLE_RATE, RATE)
    return np.concatenate([samples, np.zeros(RATE, np.int16)]).astype(np.int16)


async def say(client, who, samples):
    """Speak in real time, 20 ms after 20 ms."""
    loop = asyncio.get_running_loop()
    begin = loop.time()
    for number, start in enumerate(range(0, len(samples), 320)):
        await client.caller_says(who, samples[start : start + 320].tobytes())
        await asyncio.sleep(max(0.0, begin + number * 0.02 - loop.time()))


@pytest.mark.timeout(90)
async def test_an_agent_greets_hears_and_answers_in_a_daily_room(monkeypatch, tmp_path):
    clients = install(monkeypatch).made
    monkeypatch.setattr(FakeSource, "pace", 1.0)
    said = []
    async with RestStandIn() as api:
        settings = DailySettings(api_key=KEY, api_url=api.url)
        async with daily_line(settings) as line:
            task = asyncio.create_task(
                run_call(
                    load("reception", "embedded"),
                    line,
                    folder=tmp_path,
                    keep=lambda event: said.append(event.name),
                )
            )
            await until(lambda: task.done() or (clients and clients[0].joined.is_set()), 30)
            if task.done():
                task.result()
            await clients[0].caller_joins("anna")
            await until(lambda: "said" in said, 20)
            await say(clients[0], "anna", spoken("my name is mary johnson"))
            await until(lambda: said.count("said") > 1, 20)
            await clients[0].caller_leaves("anna")
            result = await asyncio.wait_for(task, timeout=20)
        assert api.rooms == {}

    record = read_call(tmp_path)
    assert record.meta["line"] == "daily"
    assert record.meta["state"] == "ended"
    assert result.reason == "the caller hung up"
    assert "heard" in said
    assert clients[0].calls[-2:] == ["leave", "release"]
    voice = np.frombuffer(bytes(FakeSource.made[0].audio), np.int16)
    assert np.abs(voice).max() > 3000
