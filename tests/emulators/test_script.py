"""Scripts of stand-ins, and the table of the stand-ins there are."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from callwright.declarations import catalogue
from callwright.declarations.errors import DeclarationError
from callwright.emulators.faults import Fault
from callwright.emulators.listeners import Utterance
from callwright.emulators.mistakes import Mistakes
from callwright.emulators.parts import Message, Reply, TimedWord, ToolCall
from callwright.emulators.providers import PROVIDERS, proven, stand_in_for
from callwright.emulators.script import Script, read_script
from callwright.emulators.standin import Scene

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "emulate.md"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "script.yaml"


@pytest.fixture
def guided(file: Path) -> Script:
    """The script in the guide."""
    found = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    (text,) = [text for text in found if "key:" in text]
    file.write_text(text)
    return read_script(file)


def problems(file: Path, text: str) -> list[str]:
    file.write_text(text)
    with pytest.raises(DeclarationError) as refused:
        read_script(file)
    return [line.partition("script.yaml:")[2] for line in refused.value.lines]


async def answered(script: Script, *told: str) -> Reply:
    mind = script.mind()
    assert mind is not None
    messages = [Message("user", text) for text in told]
    between = [Message("assistant", "…")] * len(told)
    return await mind.answer([m for pair in zip(messages, between, strict=True) for m in pair], [])


async def test_the_guides_script_is_a_valid_one(guided: Script) -> None:
    assert guided.heard is not None
    assert [heard.utterance() for heard in guided.heard] == [
        Utterance("I have a question about my bill"),
        Utterance("my name is anna bell", 0.4),
        Utterance(words=(TimedWord("yes", 0.1, 0.4, 0.9),)),
    ]
    assert await answered(guided, "hi") == Reply("Hello, how can I help you?", [])
    call = ToolCall("find_patient", {"name": "Anna Bell"})
    assert await answered(guided, "a", "b") == Reply("One moment.", [call], first_token=1.5)
    assert (await answered(guided, "a", "b", "c")).text in ("Goodbye.", "Thank you. Bye.")
    scene = guided.scene()
    assert scene.key == "secret"
    assert scene.faults == (
        Fault("rate_limited", 0, seconds=2.0),
        Fault("disconnect", 1, after=5),
    )


def test_the_guide_names_every_provider_and_every_key() -> None:
    named = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]*)`", GUIDE.read_text()))))
    named |= set(re.findall(r"\w+(?=:)", GUIDE.read_text()))
    assert named >= PROVIDERS.keys()
    assert named >= set(Script.model_fields)


def test_an_empty_script_is_the_usual_scene() -> None:
    script = Script()
    assert (script.listen(), script.mind(), script.mishearing()) == (None, None, None)
    assert script.scene() == Scene()


def test_a_seed_chooses_what_is_misheard(file: Path) -> None:
    file.write_text("seed: 3\nrecording: x\nmistakes: {rate: 0.2, names: [anna, hanna]}\n")
    assert read_script(file).mishearing() == Mistakes(0.2, 3, ["anna", "hanna"])


def test_mistakes_are_told_with_their_places(file: Path) -> None:
    text = """\
heard: [3, {txt: hello}, {text: a, confidence: 2}]
answers: [{calls: [{nam: look}]}, [a, {text: 1}], []]
latencies: {first_tokn: 1, first_byte: -1}
faults: [{kind: stal}, {kind: stall, after: 1.5}]
kye: secret
"""
    assert problems(file, text) == [
        "1:9: heard[0]: it is neither text nor a mapping; put text in quotes",
        "1:13: the key 'txt' in heard[1] is unknown; did you mean 'text'?",
        "1:48: heard[2].confidence: input should be less than or equal to 1; change the value",
        "2:20: the key 'name' is missing in answers[0].calls[0]; add 'name: …'",
        "2:21: the key 'nam' in answers[0].calls[0] is unknown; did you mean 'name'?",
        "2:46: answers[1][1].text should be text, not a number; put it in quotes",
        "2:51: answers[2] is empty; write a value, or delete the key",
        "3:13: the key 'first_tokn' in latencies is unknown; did you mean 'first_token'?",
        "3:40: latencies.first_byte: input should be greater than or equal to 0; change the value",
        "4:17: faults[0].kind 'stal' is unknown; did you mean 'stall'?; use refuse, unauthorized, "
        "forbidden, rate_limited, server_error, malformed, stall, disconnect, error, slow, "
        "duplicate or reorder",
        "4:45: faults[1].after should be a whole number, not a number; write a whole number, "
        "without quotes",
        "5:1: the key 'kye' is unknown; did you mean 'key'?",
    ]


def test_what_would_be_ignored_is_a_mistake(file: Path) -> None:
    text = """\
heard: [{text: a, words: [{text: a, from: 0, to: 1}]}]
recording: calls/one
agent: reception
answers: [b]
faults: [{kind: refuse, after: 3}, {kind: stall, seconds: 3}, {kind: slow, seconds: 3}]
seed: 1
seed: 2
"""
    assert problems(file, text) == [
        "1:10: 'text' and 'words' both say what is heard; delete one of them",
        "2:1: 'recording' and 'heard' both say what is heard; delete one of them",
        "3:1: 'agent' and 'answers' both say who answers; delete one of them",
        "5:25: 'after' means nothing to a fault of kind 'refuse'; delete it",
        "5:50: 'seconds' means nothing to a fault of kind 'stall'; delete it",
        "7:1: the key 'seed' stands here twice; keep one of them",
    ]
    assert problems(file, "mistakes: {rate: 0.1}") == [
        "1:1: 'mistakes' are made with a 'recording' only; add 'recording: …', or write what is "
        "misheard under 'heard'"
    ]
    words = "{text: a, from: 1, to: 1}, {text: b, from: 0, to: 1}"
    assert problems(file, f"heard: [{{words: [{words}]}}]") == [
        "1:18: heard[0].words[0]: it ends at 1 s, before it begins at 1 s; change the value",
    ]


@pytest.mark.parametrize("use", PROVIDERS)
def test_the_table_says_what_the_classes_say(use: str) -> None:
    kind = stand_in_for(use)
    assert kind is not None
    assert use in kind.uses
    assert proven() >= set(kind.uses)
    assert set(kind.uses) <= catalogue.services().keys()
    paths = [route.path for route in kind(Scene()).routes()]
    assert any(path.startswith(f"{PROVIDERS[use].path}/") for path in paths)


def test_the_table_imports_no_stand_in() -> None:
    asks = """
import sys
from callwright.emulators.providers import proven, stand_in_for
assert proven() and stand_in_for("embedded_stt") is None
assert not {"aiohttp", "numpy"} & sys.modules.keys()
assert [m for m in sys.modules if "emulators." in m] == ["callwright.emulators.providers"]
"""
    subprocess.run([sys.executable, "-c", asks], check=True, timeout=60)
