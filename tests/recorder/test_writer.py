"""The writer of call folders: sound in its place, valid files at any moment, and full disks."""

import contextlib
import json
import time
import wave
from io import FileIO
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import pytest

from callwright.calls import events as ev
from callwright.calls.loudness import Edge, Loudness
from callwright.recorder.writer import FolderWriter, Track


def samples(path: Path) -> np.ndarray:
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


def tone(seconds: float, rate: int = 1000, level: int = 5000) -> bytes:
    return np.full(round(seconds * rate), level, np.int16).tobytes()


def test_sound_stands_where_it_sounded(tmp_path: Path) -> None:
    track = Track(tmp_path / "a.wav", 1000)
    track.start()
    track.put(tone(0.5), 1.0)
    track.put(tone(0.5), 1.52)  # jitter, not a pause
    track.put(tone(0.5), 3.0)
    track.close(4.0)
    loud = np.flatnonzero(samples(tmp_path / "a.wav"))
    assert (loud[0], loud[-1], len(samples(tmp_path / "a.wav"))) == (1000, 3499, 4000)
    assert set(np.flatnonzero(np.diff(loud) > 1)) == {999}


def test_the_folder_is_complete_after_closing(tmp_path: Path) -> None:
    writer = FolderWriter(tmp_path, user_rate=1000, bot_rate=2000)
    writer.event(ev.Connected(at=0.5))
    writer.user(tone(1), 0)
    writer.bot(tone(1, 2000), 1)
    writer.close(2.5)
    writer.close(2.5)
    assert len(samples(tmp_path / "user.wav")) == 2500
    assert len(samples(tmp_path / "bot.wav")) == 5000
    lines = (tmp_path / "events.jsonl").read_text().splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["connected"]


def test_what_was_written_before_a_crash_is_readable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callwright.recorder.writer.FLUSH_SECONDS", 0.01)
    writer = FolderWriter(tmp_path, user_rate=1000, bot_rate=1000)
    writer.event(ev.Connected(at=0.5))
    writer.user(tone(1), 0)
    for _ in range(500):
        if (tmp_path / "events.jsonl").stat().st_size and len(samples(tmp_path / "user.wav")):
            break
        time.sleep(0.01)
    assert len(samples(tmp_path / "user.wav")) == 1000
    writer.close(1)


def test_a_full_disk_costs_the_record_and_not_the_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    writer = FolderWriter(tmp_path, user_rate=1000, bot_rate=1000)
    monkeypatch.setattr(Track, "put", full)
    writer.user(tone(1), 0)
    for _ in range(10):
        writer.event(ev.Connected(at=1))
    writer.close(1)
    assert writer.failure is not None
    assert "No space" in str(writer.failure)


class Full(FileIO):
    """Takes no byte beyond the last one."""

    def __init__(self, path: Path, last: int) -> None:
        super().__init__(path, "wb")
        self._last = last

    def write(self, data: Any, /) -> int:
        room = self._last - self.tell()
        super().write(data[:room])
        if len(data) > room:
            raise OSError(28, "No space left on device")
        return len(data)


@pytest.mark.parametrize("pieces", [1, 7, 100])
def test_what_a_full_disk_took_is_kept_however_the_sound_was_cut(
    tmp_path: Path, pieces: int
) -> None:
    track = Track(tmp_path / "user.wav", 1000, lambda path: cast("IO[bytes]", Full(path, 500)))
    track.start()
    sound = np.arange(1000, dtype=np.int16).tobytes()
    for number in range(pieces):
        begin, end = (round(one * 1000 / pieces) for one in (number, number + 1))
        track.put(sound[2 * begin : 2 * end], begin / 1000)
        with contextlib.suppress(OSError):
            track.flush()
    track.close(2)
    assert track.seconds == 0.228
    assert samples(tmp_path / "user.wav").tobytes() == sound[:456]
    assert (tmp_path / "user.wav").stat().st_size == 500


def test_where_no_header_fits_nothing_is_made_up(tmp_path: Path) -> None:
    track = Track(tmp_path / "user.wav", 1000, lambda path: cast("IO[bytes]", Full(path, 20)))
    with pytest.raises(OSError, match="No space"):
        track.start()
    with pytest.raises(OSError, match="No space"):
        track.close(1)
    assert track.seconds == 0
    assert (tmp_path / "user.wav").stat().st_size == 20


def test_loudness_finds_speech_and_bridges_short_pauses() -> None:
    loudness = Loudness()
    edges = loudness.hear(tone(0.1, level=0) + tone(0.2), 1000, 1.0)
    edges += loudness.hear(tone(0.3, level=50), 1000, 1.3)
    edges += loudness.hear(tone(0.1), 1000, 1.6)
    assert edges == [Edge(True, 1.1)]
    assert loudness.silence_until(1.9) == []
    assert loudness.silence_until(2.2) == [Edge(False, pytest.approx(1.7))]
    assert loudness.silence_until(9.0) == []


def test_hostile_words_cost_nothing_of_the_record(tmp_path: Path) -> None:
    writer = FolderWriter(tmp_path, user_rate=1000, bot_rate=1000)
    writer.event(ev.Heard(at=1, text="half an emoji \ud83d"))
    writer.event(ev.Heard(at=2, text="x", confidence=np.float32(0.5)))  # type: ignore[arg-type]
    writer.event(ev.ToolReturned(at=3, tool="t", result={"odd": object}))
    writer.event(ev.Connected(at=4))
    writer.close(5)
    assert writer.failure is None
    lines = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert [line["at"] for line in lines] == [1, 2, 3, 4]
