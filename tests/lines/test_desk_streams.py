import asyncio

import numpy as np
import pytest
from desk_fakes import FakePortAudio, device
from hypothesis import given
from hypothesis import strategies as st

from callwright.declarations.errors import InputError
from callwright.lines.desk_devices import list_devices
from callwright.lines.desk_streams import Format, Microphone, Speaker, agree_format

ROWS = [device("Mic", ins=2, rate=48000), device("Loud", outs=2, rate=48000)]


async def open_microphone(form, rate=16000):
    portaudio = FakePortAudio(ROWS)
    portaudio.moves = False
    lost = []
    microphone = Microphone(list_devices(portaudio)[0], rate, form, lost.append)
    await microphone.open(portaudio.RawInputStream, form)
    return microphone, portaudio.streams[0], lost


async def open_speaker(form, rate=24000):
    portaudio = FakePortAudio(ROWS)
    lost = []
    speaker = Speaker(list_devices(portaudio)[1], rate, form, lost.append)
    await speaker.open(portaudio.RawOutputStream, form)
    return speaker, portaudio.streams[0], lost


async def turns(times=5):
    for _ in range(times):
        await asyncio.sleep(0)


async def heard(microphone):
    await turns()
    blocks = [microphone.blocks.get_nowait() for _ in range(microphone.blocks.qsize())]
    return np.frombuffer(b"".join(blocks), dtype=np.int16)


def ramp(count, start=1):
    return np.arange(start, start + count, dtype=np.int16)


def tone(rate, seconds, hertz=440):
    return (8000 * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate)).astype(
        np.int16
    )


def pitch(samples, rate):
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return np.argmax(spectrum) * rate / len(samples)


class TestAgreeing:
    def agree(self, takes, kind="microphone"):
        portaudio = FakePortAudio(ROWS, takes=takes)
        return agree_format(portaudio, list_devices(portaudio)[0], kind, 16000)

    def test_the_rate_asked_for_is_taken_where_the_device_has_it(self):
        assert self.agree(lambda index, channels, rate: True) == Format(16000, 1)

    def test_else_the_rate_of_the_device(self):
        assert self.agree(lambda index, channels, rate: rate == 48000) == Format(48000, 1)

    def test_else_two_channels(self):
        assert self.agree(lambda index, channels, rate: channels == 2) == Format(16000, 2)

    def test_a_device_that_takes_nothing_is_an_error_with_its_reason(self):
        with pytest.raises(InputError, match=r"speaker 'Mic' cannot be opened \(Invalid sample"):
            self.agree(lambda index, channels, rate: False, "speaker")


class TestMicrophone:
    async def test_blocks_arrive_in_order_and_untouched_at_equal_rates(self):
        microphone, stream, _ = await open_microphone(Format(16000, 1))
        await microphone.start()

        stream.record(ramp(320))
        stream.record(ramp(320, 321))

        assert (await heard(microphone)).tolist() == ramp(640).tolist()
        await microphone.close()

    async def test_two_channels_become_their_mean(self):
        microphone, stream, _ = await open_microphone(Format(16000, 2))

        stream.record(np.array([[100, 300], [-50, -150]]))

        assert (await heard(microphone)).tolist() == [200, -100]
        await microphone.close()

    async def test_another_rate_is_resampled_without_changing_pitch_or_length(self):
        microphone, stream, _ = await open_microphone(Format(48000, 1))

        for block in np.split(tone(48000, 1.0), 50):
            stream.record(block)
        samples = await heard(microphone)

        assert len(samples) == pytest.approx(16000, abs=500)
        assert pitch(samples, 16000) == pytest.approx(440, abs=3)
        await microphone.close()

    async def test_a_device_that_stops_by_itself_is_reported_once(self):
        microphone, stream, lost = await open_microphone(Format(16000, 1))

        stream.vanish()
        stream.vanish()
        await turns()

        assert lost == ["the microphone 'Mic' has stopped answering"]
        await microphone.close()

    async def test_closing_is_not_losing(self):
        microphone, stream, lost = await open_microphone(Format(16000, 1))

        await microphone.close()
        await microphone.close()
        await turns()

        assert stream.closed
        assert lost == []


class TestSpeaker:
    form = Format(24000, 1)  # blocks of 480 frames

    async def test_silence_is_played_when_there_is_nothing_to_say(self):
        speaker, stream, _ = await open_speaker(self.form)

        assert stream.pull() == bytes(960)
        await speaker.close()

    async def test_writing_waits_until_the_device_has_all_but_the_lead(self):
        speaker, stream, _ = await open_speaker(self.form)
        first = asyncio.create_task(speaker.play(ramp(960).tobytes()))  # 40 ms: the lead
        second = asyncio.create_task(speaker.play(ramp(960, 961).tobytes()))
        await turns()

        assert (first.done(), second.done()) == (True, False)
        stream.pull()
        await turns()
        assert not second.done()
        stream.pull()
        assert await second
        stream.pull(2)

        assert np.frombuffer(bytes(stream.played), np.int16).tolist() == ramp(1920).tolist()
        await speaker.close()

    @given(sizes=st.lists(st.integers(1, 2000), min_size=1, max_size=8))
    async def test_every_sample_is_played_once_and_in_order(self, sizes):
        speaker, stream, _ = await open_speaker(self.form)
        said = ramp(sum(sizes))
        pieces = np.split(said, np.cumsum(sizes)[:-1])

        async def speak():
            return [await speaker.play(piece.tobytes()) for piece in pieces]

        task = asyncio.create_task(speak())
        for _ in range(2 + sum(sizes) // 480):
            await turns()
            stream.pull()
        assert await task == [True] * len(sizes)
        stream.pull(3)

        played = np.frombuffer(bytes(stream.played), np.int16)
        assert played[played != 0].tolist() == said.tolist()
        await speaker.close()

    async def test_an_interruption_takes_back_what_was_not_played(self):
        speaker, stream, _ = await open_speaker(self.form)
        await speaker.play(ramp(960).tobytes())
        waiting = asyncio.create_task(speaker.play(ramp(960, 961).tobytes()))
        await turns()
        stream.pull()

        speaker.drop()

        assert not await waiting
        assert stream.pull(3) == bytes(3 * 960)
        await speaker.close()

    async def test_an_interruption_leaves_what_must_be_heard(self):
        speaker, stream, _ = await open_speaker(self.form)
        await speaker.play(ramp(480).tobytes())
        kept = asyncio.create_task(speaker.play(ramp(960, 481).tobytes(), droppable=False))
        await turns()

        speaker.drop()
        played = stream.pull(2)

        assert await kept
        assert np.frombuffer(played, np.int16).tolist() == ramp(960, 481).tolist()
        await speaker.close()

    async def test_draining_waits_for_the_last_word(self):
        speaker, stream, _ = await open_speaker(self.form)
        await speaker.play(ramp(960).tobytes())
        drained = asyncio.create_task(speaker.drain())
        await turns()

        assert not drained.done()
        stream.pull(2)
        await drained

        assert np.frombuffer(bytes(stream.played), np.int16).tolist() == ramp(960).tolist()
        await speaker.close()

    async def test_stereo_devices_hear_both_sides(self):
        speaker, stream, _ = await open_speaker(Format(24000, 2))
        await speaker.play(np.array([7, 8], np.int16).tobytes())

        assert np.frombuffer(stream.pull(), np.int16)[:4].tolist() == [7, 7, 8, 8]
        await speaker.close()

    async def test_another_rate_is_resampled_without_changing_pitch(self):
        speaker, stream, _ = await open_speaker(Format(48000, 1))
        chunks = np.split(tone(24000, 0.8), 20)

        async def speak():
            for chunk in chunks:
                await speaker.play(chunk.tobytes())

        task = asyncio.create_task(speak())
        while not task.done():
            await turns()
            stream.pull()
        played = np.frombuffer(bytes(stream.played), np.int16)

        assert pitch(played[4800:28800], 48000) == pytest.approx(440, abs=3)
        await speaker.close()

    async def test_a_vanished_device_lets_nobody_wait(self):
        speaker, stream, lost = await open_speaker(self.form)
        await speaker.play(ramp(960).tobytes())
        waiting = asyncio.create_task(speaker.play(ramp(960).tobytes()))
        await turns()

        stream.vanish()

        assert not await waiting
        assert not await speaker.play(ramp(10).tobytes())
        assert lost == ["the speaker 'Loud' has stopped answering"]
        await speaker.close()
