import array
import hashlib
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callwright.engines import espeak
from callwright.engines.mouth import Mouth, Spoken, Word

SENTENCE = "Thank you, Anna. I heard four one five. Is that right?"


@pytest.fixture(scope="module")
def mouth() -> Mouth:
    return Mouth()


def pcm(spoken: list[Spoken]) -> bytes:
    return b"".join(chunk.pcm for chunk in spoken)


def words(spoken: list[Spoken]) -> list[Word]:
    return [word for chunk in spoken for word in chunk.words]


def seconds(spoken: list[Spoken]) -> float:
    return len(pcm(spoken)) / 2 / Mouth.SAMPLE_RATE


def test_speaks_in_small_chunks_without_silence_around(mouth: Mouth) -> None:
    spoken = list(mouth.speak(SENTENCE))
    assert 3.0 < seconds(spoken) < 7.0
    assert all(0 < len(chunk.pcm) <= 2 * Mouth.SAMPLE_RATE * 0.06 for chunk in spoken)
    sound = array.array("h", pcm(spoken))
    assert max(map(abs, sound[:440])) > 100, "it begins within 20 ms"
    assert max(map(abs, sound[-2200:])) > 100, "it ends within 100 ms"


def test_every_word_has_its_time_in_the_chunk_that_begins_it(mouth: Mouth) -> None:
    spoken = list(mouth.speak(SENTENCE))
    said = words(spoken)
    assert [word.text for word in said] == SENTENCE.translate(str.maketrans("", "", ",.?")).split()
    starts = [word.start_seconds for word in said]
    assert starts == sorted(starts)
    assert starts[0] < 0.02
    begin = 0.0
    for chunk in spoken:
        end = begin + len(chunk.pcm) / 2 / Mouth.SAMPLE_RATE
        assert all(begin - 1e-6 <= word.start_seconds < end + 1e-6 for word in chunk.words)
        begin = end


def test_word_times_stand_where_the_sound_is(mouth: Mouth) -> None:
    spoken = list(mouth.speak("Stop. Go."))
    go = words(spoken)[1]
    at = round(go.start_seconds * Mouth.SAMPLE_RATE)
    sound = array.array("h", pcm(spoken))
    assert max(map(abs, sound[at : at + 2000])) > 1000
    assert max(map(abs, sound[at - 2000 : at - 200])) < 400, "the pause between the sentences"


@pytest.mark.parametrize(
    "text", ["", "   ", "...", "?!", "—", "<>", "\x00\x07", "🙂", "\n\n", "**"]
)
def test_nothing_to_say_is_silent(mouth: Mouth, text: str) -> None:
    assert list(mouth.speak(text)) == []


def test_markup_is_dropped_not_obeyed(mouth: Mouth) -> None:
    plain = pcm(list(mouth.speak("hello there you")))
    assert pcm(list(mouth.speak("<b>hello</b> there [[you]]"))) != b""
    assert pcm(list(mouth.speak("**hello** `there` _you_"))) == plain
    ssml = list(mouth.speak('hello <break time="20s"/> there'))
    assert seconds(ssml) < 8.0


def test_the_same_words_sound_the_same_whatever_came_before(mouth: Mouth) -> None:
    first = pcm(list(mouth.speak(SENTENCE)))
    list(Mouth("es", rate_wpm=120).speak("¿Cómo está usted?"))
    list(mouth.speak("She sells sea shells."))
    assert pcm(list(mouth.speak(SENTENCE))) == first


def test_interleaved_mouths_do_not_disturb_one_another(mouth: Mouth) -> None:
    text = "One thing. Another thing. A third thing."
    alone = [chunk.pcm for chunk in mouth.speak(text)]
    other = Mouth("es").speak("Hola. Buenos días. Hasta luego.")
    together: list[bytes] = []
    for chunk in mouth.speak(text):
        together.append(chunk.pcm)
        next(other, None)
    assert together == alone


def test_the_same_bytes_in_another_process(mouth: Mouth) -> None:
    script = (
        "import hashlib; from callwright.engines.mouth import Mouth;"
        f"print(hashlib.sha256(b''.join(s.pcm for s in Mouth().speak({SENTENCE!r}))).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert digests == {hashlib.sha256(pcm(list(mouth.speak(SENTENCE)))).hexdigest()}


def test_long_text_comes_piece_by_piece(mouth: Mouth, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    real = espeak.synthesise

    def counted(text: str, voice: espeak.Voice) -> espeak.Piece:
        made.append(text)
        return real(text, voice)

    monkeypatch.setattr(espeak, "synthesise", counted)
    speech = mouth.speak("no full stop in sight " * 450)
    next(speech)
    assert len(made) == 1, "the rest is made when it is wanted"
    for _ in range(300):
        next(speech)
    speech.close()  # type: ignore[attr-defined]
    assert 1 < len(made) < 6
    assert max(map(len, made)) < 160


def test_titles_do_not_end_a_sentence(mouth: Mouth) -> None:
    with_title = seconds(list(mouth.speak("Call Dr. Smith")))
    assert with_title < seconds(list(mouth.speak("Call doctor. Smith")))


def test_rate_and_voice_are_heard(mouth: Mouth) -> None:
    usual = list(mouth.speak("hello world"))
    assert seconds(list(Mouth(rate_wpm=300).speak("hello world"))) < 0.8 * seconds(usual)
    assert pcm(list(Mouth("es").speak("hello world"))) != pcm(usual)
    assert pcm(list(Mouth(pitch=80).speak("hello world"))) != pcm(usual)


def test_bad_settings_are_refused_with_the_remedy() -> None:
    with pytest.raises(espeak.VoiceUnavailable, match="no voice 'klingonese'; use a language"):
        Mouth("klingonese")
    with pytest.raises(ValueError, match="between 80 and 450"):
        Mouth(rate_wpm=20)
    with pytest.raises(ValueError, match="between 0 and 99"):
        Mouth(pitch=100)


def test_a_missing_library_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    espeak._installed.cache_clear()
    with pytest.raises(espeak.VoiceUnavailable, match=r"callwright\[embedded\]"):
        Mouth()


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_given(text: str) -> None:
    spoken = list(Mouth().speak(text))
    assert all(len(chunk.pcm) % 2 == 0 for chunk in spoken)
    assert seconds(spoken) < 120


def test_the_end_does_not_click(mouth: Mouth) -> None:
    sound = array.array("h", pcm(list(mouth.speak("Yes."))))
    assert max(map(abs, sound[-1000:-200])) > 1000, "the last sound is loud to its end"
    assert abs(sound[-1]) < 50
