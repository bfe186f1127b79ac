"""Real PortAudio against a real sound server: what is said is heard, at its pitch, both ways."""

import re
import signal
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hearing import loudness

LOOPBACK = str(Path(__file__).parent / "loopback.py")

pytestmark = [pytest.mark.timeout(90), pytest.mark.xdist_group("desk")]


def tone(rate, seconds, hertz):
    return 8000 * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate)


def loudest_second(samples, rate=16000):
    level = loudness(samples, rate)
    start = int(np.argmax(np.convolve(level, np.ones(40), "valid"))) * (rate // 50)
    return samples[start : start + rate * 4 // 5]


def pitch(samples, rate=16000):
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return np.argmax(spectrum) * rate / len(samples)


def started(bot):
    line = bot.stdout.readline()
    assert line == "connected\n", bot.communicate(timeout=10)


def test_both_directions_carry_sound_at_its_pitch(sound, tmp_path):
    wav, heard, spoken = (tmp_path / name for name in ("caller.wav", "heard.raw", "spoken.raw"))
    soundfile.write(wav, tone(44100, 1.5, 1000).astype(np.int16), 44100, subtype="PCM_16")
    sound.listen(spoken)
    bot = sound.bot(LOOPBACK, str(heard), "7")
    started(bot)
    time.sleep(2.5)  # a null sink begins to move two seconds after it was opened
    sound.say(wav)
    _, errors = bot.communicate(timeout=30)

    assert bot.returncode == 0, errors
    caller = np.frombuffer(heard.read_bytes(), np.int16)
    agent = np.frombuffer(spoken.read_bytes(), np.int16)
    assert pitch(loudest_second(caller)) == pytest.approx(1000, abs=5)
    assert pitch(loudest_second(agent)) == pytest.approx(440, abs=5)
    # A starved device drops what it holds, so a busy machine may lose some; it never adds any.
    assert 0.7 < (loudness(caller) > 1000).sum() * 0.02 < 1.7
    assert 0.3 < (loudness(agent) > 1000).sum() * 0.02 < 1.2


def test_the_tone_is_played_without_holes(sound, tmp_path):
    for attempt in range(4):  # once is enough: the rest of the machine may be busy meanwhile
        spoken = tmp_path / f"spoken{attempt}.raw"
        sound.listen(spoken)
        bot = sound.bot(LOOPBACK, str(tmp_path / "heard.raw"), "2")
        started(bot)
        _, errors = bot.communicate(timeout=30)
        assert bot.returncode == 0, errors
        loud = np.flatnonzero(loudness(np.frombuffer(spoken.read_bytes(), np.int16)) > 1000)
        if 48 <= len(loud) <= 52 and np.diff(loud).max() == 1:
            return
    pytest.fail(f"the tone of 50 blocks was heard in these: {loud.tolist()}")


def test_a_sound_server_that_pauses_does_not_leave_the_speaker_racing(sound, tmp_path):
    # Who listens wants it soon, and so the server takes little at a time.
    sound.listen(tmp_path / "spoken.raw")
    bot = sound.bot(LOOPBACK, str(tmp_path / "heard.raw"), "4")
    started(bot)
    time.sleep(2)
    sound.server.send_signal(signal.SIGSTOP)
    time.sleep(0.6)
    sound.server.send_signal(signal.SIGCONT)
    _, errors = bot.communicate(timeout=30)

    assert bot.returncode == 0, errors
    # A speaker that takes block after block and plays none says so for each: hundreds of times.
    assert len(re.findall("underrun", errors)) < 20


def test_a_sound_server_that_dies_ends_the_call_and_says_so(sound, tmp_path):
    bot = sound.bot(LOOPBACK, str(tmp_path / "heard.raw"), "60")
    started(bot)
    time.sleep(3)
    sound.server.send_signal(signal.SIGKILL)
    _, errors = bot.communicate(timeout=30)

    assert bot.returncode == 1
    assert "'pulse' has stopped answering, so the call was ended" in errors
    assert "Traceback" not in errors
