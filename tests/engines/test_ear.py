import itertools
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from soaking import usually

from callwright.conversation.expectation import Expectation
from callwright.engines.ear import Ear, Heard
from callwright.engines.language import LanguageRequest, Models, build
from callwright.engines.mouth import Mouth

# One ear for all of them: they share a process.
pytestmark = pytest.mark.xdist_group("ear")

RECORDINGS = Path(__file__).parents[2] / "recordings"
CHUNK = 640

REQUEST = LanguageRequest(
    (
        Expectation("full_name", "person_name"),
        Expectation("reason", "text"),
        Expectation("callback_number", "phone"),
        Expectation("confirmation", "yes_no"),
    )
)


def models_in(folder: Path) -> Models:
    return build(REQUEST, folder)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return models_in(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def ear(models: Models) -> Ear:
    return Ear(models)


def turn(recording: str, number: int) -> tuple[str, np.ndarray]:
    """What a turn of a recording says, and its samples with a little room around them."""
    notes = yaml.safe_load((RECORDINGS / recording / "caller.yaml").read_text())
    samples, rate = soundfile.read(RECORDINGS / recording / "user.wav", dtype="int16")
    assert rate == 16000
    chosen = notes["turns"][number]
    begin, end = (round(chosen[key] * rate) for key in ("from", "to"))
    return chosen["says"], samples[begin - 4800 : end + 4800]


def hear(ear: Ear, samples: np.ndarray, expected: str | None, chunk: int = CHUNK) -> Heard:
    sound = samples.astype("<i2").tobytes()
    ear.expect(expected)
    ear.start()
    for start in range(0, len(sound), chunk):
        ear.hear(sound[start : start + chunk])
    return ear.finish()


TURNS = [
    ("reception-plain", 0, None),
    ("reception-plain", 1, "full_name"),
    ("reception-plain", 2, "callback_number"),
    ("reception-plain", 3, "confirmation"),
    ("reception-barge-in", 1, "person_name"),
    ("reception-silence", 3, "phone"),
    ("reception-repeat", 1, "full_name"),
    ("reception-human", 1, "reason"),
    ("reception-correction", 3, "confirmation"),
]


@pytest.mark.parametrize(("recording", "number", "expected"), TURNS)
def test_recorded_turns_are_understood(
    ear: Ear, recording: str, number: int, expected: str | None
) -> None:
    says, samples = turn(recording, number)
    heard = hear(ear, samples, expected)
    assert heard.text == says
    assert heard.confidence > 0.5


LOUDNESS_AND_START = list(itertools.product([0.25, 2.0], [0, 77, 250]))
PIECES = list(itertools.product([0.25, 0.5, 1.0], [0.0, 0.03, 0.1]))


@pytest.mark.parametrize(
    ("gain", "offset"), usually(LOUDNESS_AND_START, [(0.25, 77), (2.0, 250)].__contains__)
)
def test_loudness_and_start_do_not_matter(ear: Ear, gain: float, offset: int) -> None:
    says, samples = turn("reception-plain", 2)
    changed = np.clip(samples[offset:] * gain, -32768, 32767)
    assert hear(ear, changed, "callback_number").text == says


@pytest.mark.parametrize(
    ("level", "earlier"),
    usually(PIECES, [(0.25, 0.0), (0.5, 0.03), (1.0, 0.1)].__contains__),
)
def test_a_number_is_understood_from_its_second_group_on(
    ear: Ear, level: float, earlier: float
) -> None:
    """A pause between groups may end an utterance; what follows stands on its own."""
    _, samples = turn("reception-plain", 2)
    rest = samples[round((1.28 - earlier) * 16000) :]
    assert hear(ear, rest * level, "phone").text == "five five five zero one three two"


def test_a_number_keeps_its_digits_across_long_pauses(ear: Ear) -> None:
    says, samples = turn("reception-pause", 2)
    heard = hear(ear, samples, "phone")
    assert heard.text == says
    assert heard.words[3].start - heard.words[2].end > 0.3


def test_words_have_their_times(ear: Ear) -> None:
    says, samples = turn("reception-plain", 2)
    heard = hear(ear, samples, "callback_number")
    assert " ".join(word.text for word in heard.words) == says
    times = [time for word in heard.words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert 0.2 < times[0] < 0.5
    assert times[-1] < len(samples) / 16000


def test_an_utterance_does_not_depend_on_those_before(models: Models, ear: Ear) -> None:
    _, samples = turn("reception-plain", 0)
    fresh = hear(Ear(models), samples, None)
    hear(ear, turn("reception-silence", 2)[1] * 0.1, "full_name")
    hear(ear, np.full(16000, 32767), "callback_number")
    assert hear(ear, samples, None) == fresh
    ear.hear(samples.tobytes())
    ear.abandon()
    assert hear(ear, samples, None, chunk=1111) == fresh, "nor on how it is cut up"


def test_several_ears_share_nothing(models: Models, ear: Ear) -> None:
    (_, one), (_, two) = turn("reception-plain", 1), turn("reception-barge-in", 1)
    alone = [hear(ear, one, "full_name"), hear(ear, two, "full_name")]
    ears = [Ear(models), Ear(models)]
    for each in ears:
        each.expect("full_name")
    for start in range(0, max(len(one), len(two)), 320):
        for each, samples in zip(ears, (one, two), strict=True):
            each.hear(samples[start : start + 320].tobytes())
    assert [each.finish() for each in ears] == alone


def test_partials_grow_while_the_caller_speaks(ear: Ear) -> None:
    _, samples = turn("reception-plain", 2)
    ear.expect("callback_number")
    ear.start()
    assert ear.partial() == ""
    partials: list[str] = []
    for start in range(0, len(samples), 320):
        ear.hear(samples[start : start + 320].tobytes())
        partials.append(ear.partial())
    ear.abandon()
    assert "four one five" in partials
    assert partials[-1].startswith("four one five five five five zero one three")
    assert ear.partial() == ""


def test_other_talk_is_trusted_less(ear: Ear) -> None:
    sound = b"".join(
        chunk.pcm for chunk in Mouth().speak("Photosynthesis turns sunlight into chemical energy.")
    )
    samples = np.frombuffer(sound, "<i2")
    at_16k = np.interp(np.arange(0, len(samples), 22050 / 16000), np.arange(len(samples)), samples)
    assert hear(ear, at_16k, "full_name").confidence < 0.5


@pytest.mark.parametrize("kind", ["zeros", "hiss", "hum", "clipped"])
def test_what_is_not_speech_is_not_believed(ear: Ear, kind: str) -> None:
    steady = np.arange(48000)
    samples = {
        "zeros": np.zeros(48000),
        "hiss": np.random.default_rng(1).normal(0, 900, 48000),
        "hum": 5000 * np.sin(steady * 2 * np.pi * 120 / 16000),
        "clipped": np.sign(np.sin(steady * 2 * np.pi * 150 / 16000)) * 32767,
    }[kind]
    heard = hear(ear, samples, "full_name")
    assert not heard.text or heard.confidence < 0.5


def test_nothing_heard_is_empty(ear: Ear) -> None:
    assert ear.finish() == Heard("", 0.0, ())
    ear.start()
    assert ear.finish() == Heard("", 0.0, ())
    ear.hear(b"\x01")
    assert ear.finish().text == ""
    ear.abandon()
    assert ear.partial() == ""


def test_long_sound_are_taken(ear: Ear) -> None:
    samples = np.random.default_rng(2).normal(0, 300, 16000 * 30)
    assert isinstance(hear(ear, samples, None, chunk=6400), Heard)


@settings(max_examples=25, deadline=None)
@given(chunks=st.lists(st.binary(max_size=3000), max_size=8))
def test_any_bytes_are_taken(ear: Ear, chunks: list[bytes]) -> None:
    ear.start()
    for chunk in chunks:
        ear.hear(chunk)
        ear.partial()
    heard = ear.finish()
    assert 0.0 <= heard.confidence <= 1.0


def test_the_same_words_in_another_process(models: Models, ear: Ear) -> None:
    script = (
        "import sys; sys.path.append('tests/lab');"
        "from pathlib import Path; from tests.engines.test_ear import *;"
        "ear = Ear(models_in(Path(sys.argv[1])));"
        "print([hear(ear, turn(r, n)[1], e) for r, n, e in TURNS[:4]])"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", script, str(models.folder.parent)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    here = [hear(ear, turn(recording, number)[1], e) for recording, number, e in TURNS[:4]]
    assert printed == {str(here)}


def test_other_rates_and_a_missing_recogniser_are_refused(
    models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match="16000 Hz, not 8000; resample first"):
        Ear(models, sample_rate=8000)
    monkeypatch.setitem(sys.modules, "pocketsphinx", None)
    with pytest.raises(RuntimeError, match=r"callwright\[embedded\]"):
        Ear(models)


def test_every_recording_is_laid_out_as_its_notes_say() -> None:
    folders = sorted(path.parent for path in RECORDINGS.glob("*/caller.yaml"))
    assert len(folders) >= 6
    for folder in folders:
        notes = yaml.safe_load((folder / "caller.yaml").read_text())
        info = soundfile.info(folder / "user.wav")
        assert (info.samplerate, info.channels, info.subtype) == (16000, 1, "PCM_16")
        assert notes["caller"] == folder.name
        samples, _ = soundfile.read(folder / "user.wav", dtype="int16")
        spoken = np.zeros(len(samples), bool)
        end = 0.0
        for each in notes["turns"]:
            assert each["from"] >= end + 1.0, "silence lies between the turns"
            assert each["after"] in ("bot", "start")
            end = each["to"]
            spoken[round(each["from"] * 16000) : round(end * 16000)] = bool(each["says"])
        assert np.abs(samples[~spoken]).max() < 100
    assert sum(path.stat().st_size for path in RECORDINGS.glob("*/user.wav")) < 12_000_000
