import asyncio

import numpy as np
import pytest
from desk_fakes import FakePortAudio, device
from pipecat.frames.frames import EndFrame, InterruptionFrame
from small_call import SmallCall, until

from callwright.declarations.errors import InputError
from callwright.lines import desk
from callwright.lines.desk import desk_line
from callwright.lines.trouble import LineLost


def ramp(count, start=1):
    return np.arange(start, start + count, dtype=np.int16)


def heard(call):
    """What was said into the microphone, without the silence before it."""
    samples = np.frombuffer(bytes(call.ear.audio), np.int16)
    return samples[samples != 0].tolist()


async def play_out(portaudio, task):
    """Let the speaker run until the call is over."""
    while not task.done():
        portaudio.speaker.pull()
        await asyncio.sleep(0.001)


async def test_a_call_hears_the_microphone_and_speaks_through_the_speaker():
    portaudio = FakePortAudio()
    greeting = ramp(4800)
    async with desk_line(portaudio=portaudio) as line:
        call = SmallCall(line, greeting.tobytes())
        task = asyncio.create_task(call.run())
        await call.connected.wait()
        for start in range(1, 1601, 320):
            portaudio.microphone.record(ramp(320, start))
        await until(lambda: heard(call)[-1:] == [1600])
        await call.worker.queue_frame(EndFrame())
        await play_out(portaudio, task)
        await task

    assert (line.name, line.greets_on) == ("local", "client_connected")
    assert call.ear.rates == {(16000, 1)}
    assert heard(call) == ramp(1600).tolist()
    played = np.frombuffer(bytes(portaudio.speaker.played), np.int16)
    assert played[played != 0].tolist() == greeting.tolist()
    assert portaudio.microphone.closed
    assert portaudio.speaker.closed
    assert call.log == ["connected"]


async def test_nothing_is_recorded_before_the_call_starts():
    portaudio = FakePortAudio()
    async with desk_line(portaudio=portaudio):
        assert [stream.started for stream in portaudio.streams] == [False, False]


async def test_an_interruption_silences_the_speaker_within_its_lead():
    portaudio = FakePortAudio()
    async with desk_line(portaudio=portaudio) as line:
        call = SmallCall(line, ramp(24000).tobytes())
        task = asyncio.create_task(call.run())
        await call.connected.wait()
        await until(lambda: any(portaudio.speaker.pull()))
        await call.worker.queue_frame(InterruptionFrame())
        await asyncio.sleep(0.1)
        heard = len(portaudio.speaker.played)
        portaudio.speaker.pull(20)
        assert bytes(portaudio.speaker.played[heard:]) == bytes(20 * 960)
        await line.transport.hang_up()
        await play_out(portaudio, task)

    assert call.log == ["connected", "disconnected"]


async def a_call(portaudio, log):
    async with desk_line(portaudio=portaudio) as line:
        call = SmallCall(line, ramp(24000).tobytes())
        call.log = log
        await call.run()


@pytest.mark.parametrize("which", ["microphone", "speaker"])
async def test_a_device_that_vanishes_ends_the_call_and_says_so(which):
    portaudio, log = FakePortAudio(), []
    task = asyncio.create_task(a_call(portaudio, log))
    await until(lambda: log == ["connected"] and any(portaudio.speaker.pull()))

    getattr(portaudio, which).vanish()
    if which == "microphone":
        await play_out(portaudio, task)

    with pytest.raises(LineLost, match=rf"the {which} 'USB Headset.*' has stopped answering"):
        await task
    assert log == ["connected", "disconnected"]
    assert [stream.closed for stream in portaudio.streams] == [True, True]


async def test_a_device_that_falls_silent_is_lost_too(monkeypatch):
    monkeypatch.setattr(desk, "WATCH_SECONDS", 0.05)
    portaudio, log = FakePortAudio(), []
    task = asyncio.create_task(a_call(portaudio, log))
    await until(lambda: log == ["connected"])
    await play_out(portaudio, task)

    with pytest.raises(LineLost, match="the microphone 'USB Headset Mono' has stopped answering"):
        await task
    assert log == ["connected", "disconnected"]


@pytest.mark.parametrize("still", [True, False])
async def test_the_caller_is_there_once_sound_flows(monkeypatch, still):
    monkeypatch.setattr(desk, "WATCH_SECONDS", 0.3)
    portaudio, log = FakePortAudio(), []
    portaudio.moves = False
    task = asyncio.create_task(a_call(portaudio, log))
    await until(lambda: len(portaudio.streams) == 2 and portaudio.speaker.started)
    await asyncio.sleep(0.05)
    assert log == []
    if not still:
        portaudio.microphone.record(ramp(320))
        portaudio.speaker.pull(16)
        await until(lambda: log == ["connected"])
    await play_out(portaudio, task)

    with pytest.raises(LineLost, match="has stopped answering"):
        await task
    assert log == ["disconnected"] if still else ["connected", "disconnected"]


async def test_a_device_that_does_not_start_ends_the_call():
    portaudio, log = FakePortAudio(), []
    portaudio.fails_to_start = True

    with pytest.raises(LineLost, match=r"did not start \(Device unavailable\)"):
        await a_call(portaudio, log)

    assert log == ["disconnected"]


async def test_a_busy_device_is_refused_before_the_call():
    portaudio = FakePortAudio()
    portaudio.fails_to_open = True
    with pytest.raises(InputError, match=r"'USB Headset Mono' cannot be opened \(Device or res"):
        async with desk_line(portaudio=portaudio):
            pytest.fail("the line must not open")


async def test_a_busy_speaker_gives_the_microphone_back():
    portaudio = FakePortAudio(takes=lambda index, channels, rate: index == 0)
    with pytest.raises(InputError, match="the speaker 'USB Headset Stereo' cannot be opened"):
        async with desk_line(portaudio=portaudio):
            pytest.fail("the line must not open")

    assert portaudio.microphone.closed


async def test_devices_are_chosen_by_part_of_their_names():
    rows = [device("Webcam", ins=1), device("Headset", ins=1, outs=2), device("Loud", outs=2)]
    portaudio = FakePortAudio(rows, (0, 2))
    async with desk_line("head", "head", portaudio=portaudio):
        assert [stream.options.device for stream in portaudio.streams] == [1, 1]


async def test_an_error_in_the_call_is_not_hidden_by_a_lost_device():
    async def fails():
        async with desk_line(portaudio=FakePortAudio()) as line:
            await line.transport.lose("the microphone 'x' has stopped answering")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
