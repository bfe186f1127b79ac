"""What the ears of stand-ins hear: of scripts, of recordings, of real recognition."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
import soxr
import yaml

from callwright.conversation.expectation import Expectation
from callwright.emulators.encodings import decoded, encoded
from callwright.emulators.endpointing import RATE, Endpointer
from callwright.emulators.listeners import LocalListener, ScriptedListener, Utterance
from callwright.emulators.mistakes import Mistakes
from callwright.emulators.parts import Hearing, Listener, TimedWord
from callwright.emulators.reference import Reference, ReferenceListener, ReferenceTurn
from callwright.emulators.voices import ToneVoice
from callwright.engines.language import LanguageRequest, Models, build
from callwright.engines.word_spread import spread

RECORDINGS = Path(__file__).parents[2] / "recordings"
NAMES = sorted(path.parent.name for path in RECORDINGS.glob("*/user.wav"))
SILENCE = np.zeros(RATE, np.int16)


def recording(name: str) -> tuple[np.ndarray, list[ReferenceTurn]]:
    samples, _ = sf.read(RECORDINGS / name / "user.wav", dtype="int16")
    notes = yaml.safe_load((RECORDINGS / name / "caller.yaml").read_text())
    turns = [ReferenceTurn(turn["from"], turn["to"], turn["says"]) for turn in notes["turns"]]
    return samples, turns


def parts(samples: np.ndarray, turns: list[ReferenceTurn]) -> list[np.ndarray]:
    return [samples[round(turn.begin * RATE) : round(turn.end * RATE)] for turn in turns]


def hearings(
    ears: Listener, samples: np.ndarray, step: int = 320
) -> Iterator[tuple[float, Hearing]]:
    sound = samples.astype("<i2").tobytes()
    for start in range(0, len(sound), step * 2):
        yield (start // 2 + step) / RATE, ears.hear(sound[start : start + step * 2])


def utterances(
    ears: Listener, samples: np.ndarray, pause: float = 0.4
) -> list[tuple[TimedWord, ...]]:
    """All utterances, each ended by a pause."""
    found: list[tuple[TimedWord, ...]] = []
    for now, heard in hearings(ears, samples):
        if heard.quiet_since is not None and now - heard.quiet_since >= pause:
            found.append(ears.finish())
    return [words for words in [*found, ears.finish()] if words]


def said(words: tuple[TimedWord, ...] | list[TimedWord]) -> str:
    return " ".join(word.text for word in words)


def all_said(found: list[tuple[TimedWord, ...]]) -> str:
    return " ".join(said(words) for words in found)


def text_of(turns: list[ReferenceTurn]) -> str:
    return " ".join(turn.text for turn in turns if turn.text)


def other_rate(samples: np.ndarray, rate: int) -> np.ndarray:
    there = soxr.resample(samples.astype(np.float32), RATE, rate)
    return np.round(soxr.resample(there, rate, RATE)).astype(np.int16)


def by_telephone(samples: np.ndarray) -> np.ndarray:
    narrow = np.round(soxr.resample(samples.astype(np.float32), RATE, 8000)).astype("<i2")
    back = np.frombuffer(decoded(encoded(narrow.tobytes(), "mulaw"), "mulaw"), "<i2")
    return np.round(soxr.resample(back.astype(np.float32), 8000, RATE)).astype(np.int16)


def test_endpointer_finds_beginning_and_end_to_a_hundredth() -> None:
    ends = Endpointer()
    tone = (np.sin(np.arange(RATE) / 5) * 4000).astype(np.int16)
    ends.hear(np.concatenate([SILENCE, tone, SILENCE]).tobytes())
    assert ends.began == pytest.approx(1.0, abs=0.011)
    assert ends.quiet_since == pytest.approx(2.0, abs=0.011)
    assert not ends.speaking


def test_endpointer_does_not_take_a_steady_noise_for_speech_for_long() -> None:
    noise = np.random.default_rng(3).normal(0, 300, 8 * RATE).astype(np.int16)
    ends = Endpointer()
    ends.hear(np.concatenate([SILENCE, noise]).tobytes())
    assert not ends.speaking


def test_words_are_divided_over_the_stretches_of_speech() -> None:
    words = ["four", "one", "five", "five", "five", "five", "zero", "one", "three", "two"]
    times = spread(words, [(0.1, 0.8), (1.3, 2.2), (2.6, 3.8)])
    assert [words[i] for i, (start, _) in enumerate(times) if 1.2 < start < 2.3] == ["five"] * 3
    assert all(begin < end for begin, end in times)
    assert times[-1][1] == pytest.approx(3.8)


@pytest.mark.parametrize("name", NAMES)
def test_reference_hears_the_whole_recording(name: str) -> None:
    samples, turns = recording(name)
    found = utterances(ReferenceListener(Reference(samples, RATE, turns)), samples)
    assert all_said(found) == text_of(turns)


# A short word of a soft Spanish voice is lost where sound is: that caller is not among them.
@pytest.mark.parametrize("name", [name for name in NAMES if not name.endswith("-es")])
@pytest.mark.parametrize("heard_as", ["softly", "by telephone", "at another rate", "in noise"])
def test_reference_hears_it_through_what_lines_do(name: str, heard_as: str) -> None:
    samples, turns = recording(name)
    noise = np.random.default_rng(5).normal(0, 60, len(samples))
    received = {
        "softly": np.round(samples * 0.1),
        "by telephone": by_telephone(samples),
        "at another rate": other_rate(samples, 44100),
        "in noise": samples + noise,
    }[heard_as]
    found = utterances(ReferenceListener(Reference(samples, RATE, turns)), received)
    assert all_said(found) == text_of(turns)


def test_reference_hears_turns_when_they_come_not_when_they_were_recorded() -> None:
    samples, turns = recording("reception-plain")
    first, second, third, last = parts(samples, turns)
    pause = np.zeros(3 * RATE + 1234, np.int16)
    ears = ReferenceListener(Reference(samples, RATE, turns))
    found = utterances(
        ears, np.concatenate([pause, first, pause, second, pause, third, pause, last])
    )
    assert all_said(found) == text_of(turns)
    begins = len(pause) / RATE
    assert found[0][0].start == pytest.approx(begins, abs=0.15)
    assert found[0][-1].end == pytest.approx(begins + len(first) / RATE, abs=0.15)


def test_reference_hears_turns_out_of_order_and_again() -> None:
    samples, turns = recording("reception-plain")
    first, second, _, last = parts(samples, turns)
    ears = ReferenceListener(Reference(samples, RATE, turns))
    found = utterances(ears, np.concatenate([last, SILENCE, first, SILENCE, last, SILENCE, second]))
    assert [said(words) for words in found] == [
        "yes that's right",
        "hi i have a question about my bill",
        "yes that's right",
        "my name is anna bell",
    ]


def test_reference_hears_no_more_than_was_received() -> None:
    samples, turns = recording("reception-plain")
    first = parts(samples, turns)[0]
    cut = first[: round(1.55 * RATE)]  # in the middle of "question"
    ears = ReferenceListener(Reference(samples, RATE, turns))
    assert said(utterances(ears, np.concatenate([SILENCE, cut, SILENCE]))[0]) == (
        "hi i have a question"
    )
    ears = ReferenceListener(Reference(samples, RATE, turns))
    late = np.concatenate([SILENCE, first[round(0.95 * RATE) :], SILENCE])
    assert said(utterances(ears, late)[0]) == "question about my bill"


def test_reference_tells_words_as_their_sound_arrives() -> None:
    samples, turns = recording("reception-plain")
    ears = ReferenceListener(Reference(samples, RATE, turns))
    counts: list[int] = []
    for now, heard in hearings(ears, samples[: round(3.7 * RATE)]):
        assert all(word.end <= now + 0.05 for word in heard.words)
        if len(heard.words) != (counts[-1] if counts else 0):
            counts.append(len(heard.words))
    assert len(counts) >= 5
    assert counts == sorted(counts)


def test_reference_does_not_hear_another_voice() -> None:
    samples, turns = recording("reception-plain")
    stranger, _ = recording("reception-repeat")
    ears = ReferenceListener(Reference(samples, RATE, turns))
    assert utterances(ears, stranger) == []


def test_what_is_not_in_the_recording_goes_to_the_fallback() -> None:
    samples, turns = recording("reception-plain")
    stranger, others = recording("reception-repeat")
    ears = ReferenceListener(
        Reference(samples, RATE, turns),
        fallback=lambda: ScriptedListener([Utterance("something else", confidence=0.5)]),
    )
    mine, theirs = parts(samples, turns)[0], parts(stranger, others)[0]
    found = utterances(ears, np.concatenate([SILENCE, mine, SILENCE, theirs, SILENCE]))
    assert [said(words) for words in found] == [turns[0].text, "something else"]
    assert found[1][0].start == pytest.approx(2 + len(mine) / RATE, abs=0.2)


def test_mistakes_are_the_same_every_time_and_as_many_as_asked() -> None:
    samples, turns = recording("reception-plain")
    mistakes = Mistakes(0.3, seed=4, names=("anna", "bell", "john"))
    reference = Reference(samples, RATE, turns)
    one = utterances(ReferenceListener(reference, mistakes), samples)
    two = utterances(ReferenceListener(reference, mistakes), samples)
    assert one == two
    assert all_said(one) != text_of(turns)
    wrong = [word for words in one for word in words if word.confidence < 0.8]
    assert 1 <= len(wrong) <= 12
    everything = Mistakes(1.0, seed=1)
    assert everything.heard("five", 3, 0.99)[0] in "zero one two three four six seven eight nine"


def test_a_minute_costs_little() -> None:
    samples, turns = recording("reception-silence")
    reference = Reference(samples, RATE, turns)
    minute = np.concatenate([samples, samples, samples])[: 60 * RATE]
    began = time.process_time()
    utterances(ReferenceListener(reference), minute)
    # A fifth of this was measured; the rest is for busy machines.
    assert time.process_time() - began < 1.0


def speech(text: str) -> np.ndarray:
    pcm = b"".join(piece.pcm for piece in ToneVoice(gap=0.0).speak(text, RATE))
    return np.frombuffer(pcm, "<i2")


def test_script_spreads_its_words_over_the_speech_that_comes() -> None:
    ears = ScriptedListener([Utterance("one two three", 0.8), Utterance("four")])
    sound = np.concatenate([SILENCE, speech("alpha beta gamma"), SILENCE])
    found = utterances(ears, np.concatenate([sound, sound, sound]))
    assert [said(words) for words in found] == ["one two three", "four"]
    assert found[0][0].start == pytest.approx(1.0, abs=0.02)
    assert found[0][-1].end == pytest.approx(1 + len(speech("alpha beta gamma")) / RATE, abs=0.02)
    assert {word.confidence for word in found[0]} == {0.8}


def test_script_keeps_times_that_it_is_given() -> None:
    words = (TimedWord("yes", 0.0, 0.2, 0.9), TimedWord("please", 0.3, 0.5, 0.4))
    ears = ScriptedListener([Utterance(words=words)])
    found = utterances(ears, np.concatenate([SILENCE, speech("alpha beta gamma"), SILENCE]))
    assert [(word.text, word.confidence) for word in found[0]] == [("yes", 0.9), ("please", 0.4)]
    assert found[0][1].start - found[0][0].start == pytest.approx(0.3)


def test_silence_is_nothing() -> None:
    ears = ScriptedListener([Utterance("hello")])
    assert ears.hear(SILENCE.tobytes()) == Hearing()
    assert ears.finish() == ()


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    request = LanguageRequest((Expectation("confirmation", "yes_no"),))
    return build(request, tmp_path_factory.mktemp("models"))


def test_local_ears_recognise_what_is_said(models: Models) -> None:
    samples, turns = recording("reception-barge-in")
    last = parts(samples, turns)[-1]
    ears = LocalListener(models, expected=lambda: "confirmation")
    sound = np.concatenate([SILENCE, last, SILENCE])
    partial = ""
    found: list[tuple[TimedWord, ...]] = []
    for _, heard in hearings(ears, np.concatenate([sound, sound])):
        partial = said(heard.words) or partial
        if heard.quiet_since is not None and heard.quiet_since > (heard.began or 0.0):
            found.append(ears.finish())
    assert [said(words) for words in found if words] == ["yes it is"] * 2
    assert partial
    words = [word for words in found for word in words]
    assert words[0].start == pytest.approx(1.05, abs=0.2)
    assert words[-1].end == pytest.approx(len(sound) / RATE + 1.85, abs=0.3)


def test_local_ears_hear_what_the_recording_does_not_know(models: Models) -> None:
    samples, turns = recording("reception-plain")
    stranger, others = recording("reception-barge-in")
    ears = ReferenceListener(
        Reference(samples, RATE, turns), fallback=lambda: LocalListener(models)
    )
    mine, theirs = parts(samples, turns)[0], parts(stranger, others)[-1]
    found = utterances(ears, np.concatenate([SILENCE, mine, SILENCE, theirs, SILENCE]))
    assert [said(words) for words in found] == [turns[0].text, "yes it is"]
