"""Names become files, files become a checked agent on a resolved stack."""

import hashlib
import shutil
from pathlib import Path

import pytest

from callwright.declarations import finding
from callwright.declarations.agent import Uncertain
from callwright.declarations.errors import DeclarationError, InputError
from callwright.declarations.load import load
from callwright.declarations.steps import ContextBot, Input, Own

KEYS = {
    "DEEPGRAM_API_KEY": "dg-s3cret",
    "ANTHROPIC_API_KEY": "an-s3cret",
    "CARTESIA_API_KEY": "ca-s3cret",
    "CARTESIA_VOICE": "voice-1",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's project: a copy of the reception of its own, and the bundled stacks elsewhere."""
    monkeypatch.chdir(tmp_path)
    source = finding.BUNDLED / "agents" / "reception"
    shutil.copytree(source, tmp_path / "pipelines" / "agents" / "front")
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_the_bundled_agent_on_its_own_stack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    declared = load(env={})
    assert declared.agent.agent == "reception"
    assert list(declared.agent.entities) == ["full_name", "reason", "callback_number"]
    assert declared.stack.stack == "embedded"
    assert isinstance(declared.stack.steps[0], Input)
    assert isinstance(declared.stack.steps[-1], ContextBot)
    assert list(declared.services) == ["vad", "turn", "stt", "llm", "tts"]
    assert declared.services["stt"].cls_name == "EmbeddedSTTService"
    assert (declared.folder / "tools.py").is_file()


def test_the_stack_can_be_overridden_and_is_filled_in() -> None:
    declared = load("reception", "cascaded", env=KEYS, need_keys=False)
    tts = declared.services["tts"]
    assert tts.settings == {"voice": "voice-1"}
    assert tts.arguments(KEYS) == {"api_key": "ca-s3cret"}
    assert tts.env_names == ("CARTESIA_API_KEY", "CARTESIA_VOICE")
    assert "s3cret" not in repr(declared)


def test_stand_ins_need_no_keys() -> None:
    declared = load("reception", "cascaded", env={}, need_keys=False)
    assert declared.services["tts"].settings == {"voice": "${CARTESIA_VOICE}"}
    assert declared.services["stt"].arguments({}, missing="stand-in") == {"api_key": "stand-in"}


def test_missing_keys_are_named_together_and_empty_is_missing() -> None:
    with pytest.raises(DeclarationError) as caught:
        load("reception", "cascaded", env={**KEYS, "CARTESIA_VOICE": "", "ANTHROPIC_API_KEY": ""})
    keys = [str(p) for p in caught.value.problems if "needs" in p.what]
    assert len(keys) == 1
    assert (
        "llm 'anthropic_llm' needs ANTHROPIC_API_KEY, tts 'cartesia_tts' needs CARTESIA_VOICE; "
        "see .env.example"
    ) in keys[0]
    assert "s3cret" not in str(caught.value)


def test_digests_are_of_the_bytes(project: Path) -> None:
    declared = load("front", env={})
    raw = (project / "pipelines/agents/front/agent.yaml").read_bytes()
    assert declared.agent_digest == hashlib.sha256(raw).hexdigest()
    before = declared.digest
    edit(declared.agent_path, "Thank you", "Thanks")
    assert load("front", env={}).digest != before


def test_own_declarations_come_before_the_bundled(project: Path) -> None:
    shutil.move(project / "pipelines/agents/front", project / "pipelines/agents/reception")
    assert load("reception", env={}).agent_path.is_relative_to(project)


@pytest.mark.parametrize(
    "name",
    [
        "front",
        "pipelines/agents/front",
        "pipelines/agents/front/agent.yaml",
        "./pipelines/agents/../agents/front",
        Path("pipelines/agents/front/agent.yaml"),
    ],
)
def test_a_name_a_folder_and_a_file_are_the_same_agent(project: Path, name: str | Path) -> None:
    assert load(name, env={}).agent_path.resolve() == (
        project / "pipelines/agents/front/agent.yaml"
    )


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("fromt", "did you mean 'front'? known: front, clinic, clinic-es, dispatch and reception"),
        ("../front", "no such file"),
        ("gone.yaml", "no such file"),
        ("../../../etc/passwd", "no such file|neither|keys and values"),
        ("a\0b", "cannot be read|no agent"),
        ("x" * 3000, "no agent|cannot be read"),
    ],
)
def test_a_name_that_is_none(project: Path, name: str, what: str) -> None:
    with pytest.raises(InputError) as caught:
        load(name, env={})
    assert any(word in str(caught.value) for word in what.split("|"))


def test_a_stack_that_is_none(project: Path) -> None:
    with pytest.raises(InputError, match=r"no stack 'cascade'; did you mean 'cascaded'\?"):
        load("front", "cascade", env={})


def test_an_agents_own_stack_that_is_none_stands_in_its_file(project: Path) -> None:
    edit(project / "pipelines/agents/front/agent.yaml", "stack: embedded", "stack: embeded")
    with pytest.raises(DeclarationError) as caught:
        load("front", env={})
    (problem,) = caught.value.problems
    assert (problem.line, problem.col) == (4, 8)
    assert "'embedded'" in str(problem)


def test_problems_of_both_files_come_together(project: Path) -> None:
    edit(project / "pipelines/agents/front/agent.yaml", "greeting:", "greting:")
    (project / "own.yaml").write_text(
        (finding.BUNDLED / "stacks/embedded.yaml").read_text().replace("silero", "silera")
    )
    with pytest.raises(DeclarationError) as caught:
        load("front", "own.yaml", env={})
    assert [problem.nearest for problem in caught.value.problems] == ["greeting", "silero"]


def test_whom_to_hand_to_comes_from_the_environment(project: Path) -> None:
    path = project / "pipelines/agents/front/agent.yaml"
    edit(path, "  when: [asked", "  to: '${FRONT_DESK}'\n  when: [asked")
    assert load("front", env={"FRONT_DESK": "+14155550132"}).handoff_to == "+14155550132"
    assert load("front", env={}, need_keys=False).handoff_to == "${FRONT_DESK}"
    with pytest.raises(DeclarationError, match=r"handoff.to needs FRONT_DESK; see \.env"):
        load("front", env={})


def test_handoff_reasons_and_silence() -> None:
    agent = load(env={}).agent
    assert agent.handoff is not None
    assert agent.handoff.when == ["asked", "failed", Uncertain(uncertain=3)]
    assert (agent.silence.after, agent.silence.times) == (8, 3)


def test_ones_own_processor_beside_the_stack(project: Path) -> None:
    (project / "mine.py").write_text(
        "class Louder:\n    def __init__(self, *, gain: float = 1.0) -> None: ...\n"
    )
    text = (finding.BUNDLED / "stacks/embedded.yaml").read_text()
    step = "tts, {step: 'mine:Louder', settings: {gain: 2}}, output"
    (project / "loud.yaml").write_text(text.replace("tts, output", step))
    declared = load("front", "loud.yaml", env={})
    assert Own(step="mine:Louder", settings={"gain": 2}) in declared.stack.steps
