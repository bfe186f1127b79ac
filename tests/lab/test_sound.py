"""Sound files as users have them: every rate, depth and channel count, and every way to break."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from callwright.declarations.errors import InputError
from callwright.lab.sound import RATE, read_sound

SECOND = np.sin(np.arange(48000) * 2 * np.pi * 440 / 48000).astype(np.float32) * 0.5


def wav(path: Path, rate: int = 16000, channels: int = 1, subtype: str = "PCM_16") -> Path:
    """One second of a tone on the first channel, noise on the others."""
    times = np.arange(rate) / rate
    tone = 0.5 * np.sin(2 * np.pi * 440 * times)
    noise = np.random.default_rng(0).uniform(-0.9, 0.9, (rate, channels))
    noise[:, 0] = tone
    soundfile.write(path, noise, rate, subtype=subtype)
    return path


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000, 96000])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_any_rate_and_channel_count_gives_the_first_channel(
    tmp_path: Path, rate: int, channels: int
) -> None:
    samples = read_sound(wav(tmp_path / "a.wav", rate, channels))
    assert abs(len(samples) - RATE) < 50
    spectrum = np.abs(np.fft.rfft(samples[:RATE].astype(float)))
    assert int(np.argmax(spectrum)) * RATE / len(samples[:RATE]) == pytest.approx(440, abs=3)
    assert np.abs(samples.astype(int)).max() == pytest.approx(16384, rel=0.1)


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW"])
def test_any_depth_reads(tmp_path: Path, subtype: str) -> None:
    samples = read_sound(wav(tmp_path / "a.wav", subtype=subtype))
    assert len(samples) == pytest.approx(RATE, abs=50)


def test_trailing_silence_is_cut_and_leading_silence_kept(tmp_path: Path) -> None:
    quiet = np.zeros(RATE)
    loud = np.full(RATE, 0.3)
    soundfile.write(tmp_path / "a.wav", np.concatenate([quiet, loud, quiet, quiet]), RATE)
    samples = read_sound(tmp_path / "a.wav")
    assert len(samples) == 2 * RATE
    assert not samples[:RATE].any()


def test_values_that_are_no_numbers_become_silence(tmp_path: Path) -> None:
    sound = np.full(1000, np.nan, np.float32)
    sound[500:] = np.inf
    soundfile.write(tmp_path / "a.wav", sound, RATE, subtype="FLOAT")
    samples = read_sound(tmp_path / "a.wav")
    assert not samples[:500].any()
    assert (samples[500:] == 32767).all()


def truncated(path: Path, keep: int) -> Path:
    raw = wav(path).read_bytes()
    path.write_bytes(raw[:keep])
    return path


def test_broken_files_are_named_with_a_remedy(tmp_path: Path) -> None:
    mp3 = tmp_path / "mp3.wav"
    soundfile.write(mp3, SECOND, 48000, format="MP3")
    empty = tmp_path / "empty.wav"
    empty.write_bytes(b"")
    silent = tmp_path / "silent.wav"
    soundfile.write(silent, np.zeros(0), RATE)
    text = tmp_path / "text.wav"
    text.write_text("not sound at all, and long enough to look at")
    cases = {
        mp3: "it is an MP3",
        empty: "the file is empty",
        silent: "no sound in it",
        text: "does not begin with RIFF",
        truncated(tmp_path / "half.wav", 16000): "is cut off: its header promises",
        truncated(tmp_path / "head.wav", 30): "cut off before its sound begins",
        tmp_path / "nowhere.wav": "no such file",
        tmp_path: "Is a directory",
    }
    for path, message in cases.items():
        with pytest.raises(InputError) as refusal:
            read_sound(path)
        assert message in str(refusal.value)
        assert str(path) in str(refusal.value)
        assert refusal.value.remedy


def test_a_length_that_a_pipe_could_not_know_is_no_error(tmp_path: Path) -> None:
    path = wav(tmp_path / "a.wav")
    raw = bytearray(path.read_bytes())
    at = raw.index(b"data") + 4
    raw[at : at + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(bytes(raw))
    assert len(read_sound(path)) == pytest.approx(RATE, abs=50)


@given(st.binary(max_size=200), st.booleans())
def test_no_bytes_raise_anything_else(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, headed: bool
) -> None:
    path = tmp_path_factory.mktemp("sound") / "a.wav"
    path.write_bytes((b"RIFF\x40\0\0\0WAVE" if headed else b"") + raw)
    with pytest.raises(InputError):
        read_sound(path)
