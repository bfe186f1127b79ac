"""Calls recorded on the wire, and played: the same call, with every difference in what we send."""

import json
import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from callwright.declarations.errors import InputError
from callwright.lab import standins
from callwright.lab.options import ReplayOptions
from callwright.lab.replay import replay
from callwright.lab.replayed import Replayed
from callwright.lab.report import report

# Each call is recorded once for all tests that play it: they share a process.
pytestmark = pytest.mark.xdist_group("cassettes")

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT / "recordings"

# The three architectures in full, and every other service once; `make soak` runs all of it.
LONG = pytest.mark.soak
PLAYED = [
    ("reception-plain", "cascaded"),
    ("reception-human", "s2s-openai"),
    pytest.param("reception-plain", "half-cascade", marks=LONG),
    pytest.param("reception-plain", "s2s-openai", marks=LONG),
]
LLMS = ["openai_llm", "openai_responses_llm"]


@pytest.fixture(scope="session")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cassettes")


@cache
def recorded(name: str, stack: str, out: Path) -> Replayed:
    options = ReplayOptions(stack=stack, out=out, record_wire=True)
    return replay(RECORDINGS / name, options)


def played(call: Replayed, out: Path, **options: Any) -> Replayed:
    return replay(call.result.folder, ReplayOptions(services="recorded", out=out, **options))


def story(call: Replayed) -> dict[str, Any]:
    """What a call comes to, without its times."""
    told = report(call)
    turns = [(turn["user"], turn["bot"], turn["interrupted"]) for turn in told["turns"]]
    tools = [(tool["name"], tool["allowed"], tool["arguments"]) for tool in told["tools"]]
    kept = ("outcome", "entities", "violations")
    return {"turns": turns, "tools": tools, **{key: told[key] for key in kept}}


@pytest.mark.parametrize(("name", "stack"), PLAYED)
def test_a_call_is_played_as_it_was(name: str, stack: str, out: Path) -> None:
    call = recorded(name, stack, out)
    again = played(call, out)
    assert [str(one) for one in again.differences] == []
    assert story(again) == story(call)
    assert story(call)["outcome"] == ("handed_off" if "human" in name else "completed")
    for then, now in zip(call.turns, again.turns, strict=True):
        assert (now.response_ms or 0) == pytest.approx(then.response_ms or 0, abs=100)


def test_listening_changes_nothing(out: Path) -> None:
    heard = recorded("reception-plain", "cascaded", out)
    unheard = replay(RECORDINGS / "reception-plain", ReplayOptions(stack="cascaded", out=out))
    assert heard.digest == unheard.digest
    assert not (unheard.result.folder / "wire").exists()


@LONG
def test_an_eager_turn_is_played_with_the_requests_it_took_back(out: Path) -> None:
    call = recorded("reception-at-once", "cascaded-flux", out)
    again = played(call, out)
    assert [str(one) for one in again.differences] == []
    assert story(again) == story(call)


@LONG
@pytest.mark.parametrize("llm", LLMS)
def test_other_models_are_played_too(llm: str, out: Path, tmp_path: Path) -> None:
    stack = yaml.safe_load((ROOT / "pipelines" / "stacks" / "cascaded.yaml").read_text())
    stack["services"]["llm"] = {"use": llm, "settings": {"model": "gpt-5.2"}}
    path = tmp_path / "stack.yaml"
    path.write_text(yaml.safe_dump(stack))
    call = recorded("reception-at-once", str(path), out)
    again = played(call, out, stack=str(path))
    assert [str(one) for one in again.differences] == []
    assert story(again) == story(call)
    assert any(llm in one for one in services_of(call))


def services_of(call: Replayed) -> list[str]:
    index = json.loads((call.result.folder / "wire" / "index.json").read_text())
    return [service for one in index["connections"] for service in one["services"]]


@pytest.mark.parametrize("stack", ["cascaded", pytest.param("s2s-openai", marks=LONG)])
def test_a_changed_line_of_the_prompt_is_shown(stack: str, out: Path, tmp_path: Path) -> None:
    call = recorded("reception-plain", stack, out)
    agent = tmp_path / "reception"
    shutil.copytree(ROOT / "pipelines" / "agents" / "reception", agent)
    path = agent / "agent.yaml"
    text = path.read_text()
    assert "Be brief and kind" in text
    path.write_text(text.replace("Be brief and kind", "Be terse"))
    again = played(call, out, agent=str(path))
    shown = [str(one) for one in again.differences]
    field = r"body\.system" if stack == "cascaded" else r"session\.instructions"
    (first, *_) = [one for one in shown if re.search(field, one)]
    assert "Be brief and kind" in first
    assert "Be terse" in first
    # What was answered then is what is answered now.
    assert story(again)["turns"] == story(call)["turns"]


def test_what_is_sent_no_more_is_named(out: Path, tmp_path: Path) -> None:
    call = recorded("reception-plain", "cascaded", out)
    folder = tmp_path / "call"
    shutil.copytree(call.result.folder, folder)
    wire = folder / "wire"
    index = json.loads((wire / "index.json").read_text())
    (llm,) = [one for one in index["connections"] if "anthropic_llm" in one["services"]]
    path = wire / f"{llm['name']}.jsonl"
    more = [json.loads(line) for line in path.read_text().splitlines()]
    question = next(line for line in more if line["kind"] == "request" and "body" in line)
    path.write_text(path.read_text() + json.dumps(question | {"at": 99.0, "until": 99.0}) + "\n")
    llm["lines"] += 1
    (wire / "index.json").write_text(json.dumps(index))
    again = replay(folder, ReplayOptions(services="recorded", out=out))
    assert [str(one) for one in again.differences] == [
        f"{llm['name']}:{llm['lines']} POST /v1/messages: asked was sent, and is not"
    ]


# Shaped as a voice's id, too, since a stack takes that from the environment as well.
PLANTED = "5ec2e755-ec2e-45ec-8e75-ec2e75ec2e75"


@cache
def with_secrets(stack: str, out: Path) -> Replayed:
    with pytest.MonkeyPatch.context() as patch:
        # What every service is made with where it wants a key.
        patch.setattr(standins, "_no_key", lambda _: PLANTED)
        return recorded("clinic-plain", stack, out)


@pytest.mark.parametrize("stack", ["cascaded", pytest.param("s2s-openai", marks=LONG)])
def test_no_secret_is_in_any_file(stack: str, out: Path) -> None:
    call = with_secrets(stack, out)
    assert call.result.outcome == "completed"
    files = sorted((call.result.folder / "wire").iterdir())
    assert len(files) >= 4
    for path in files:
        data = path.read_bytes().decode("utf-8", "replace").lower()
        assert PLANTED not in data, path
        if path.suffix != ".sound":
            for said in ("1985", "march", "eighty-five", "eighty five", "nineteen eighty"):
                # Digits may stand in a time, as in 54.198528.
                assert not re.search(rf"(?<!\d|\.){said}(?!\d)", data), (path, said)
    # It is compared as far as the caller can be heard, and said how far that is.
    again = played(call, out)
    assert [str(one) for one in again.differences] == []
    assert re.search(r"wire: compared up to 0:\d\d\.\d: sensitive values were taken", again.notice)
    assert again.result.outcome != "failed"


def test_what_is_sent_otherwise_before_a_sensitive_value_is_shown(
    out: Path, tmp_path: Path
) -> None:
    call = with_secrets("cascaded", out)
    agent = tmp_path / "clinic"
    shutil.copytree(ROOT / "pipelines" / "agents" / "clinic", agent)
    path = agent / "agent.yaml"
    path.write_text(path.read_text().replace("How can I help you?", "What is it about?"))
    again = played(call, tmp_path, agent=str(path))
    assert "compared up to" in again.notice
    (greeting, *_) = [str(one) for one in again.differences if "cartesia" in str(one)]
    assert "What is it about?" in greeting
    # What the caller could not be heard to say has other answers, which are no differences.
    assert not any("didn't get that" in str(one) for one in again.differences)


@LONG  # In every run the guide's own commands do so, on one stack.
@pytest.mark.parametrize("stack", ["cascaded", "s2s-openai"])
def test_a_caller_who_is_made_up_is_heard_to_the_end(stack: str, tmp_path: Path) -> None:
    call = replay(
        RECORDINGS / "clinic-plain",
        ReplayOptions(stack=stack, out=tmp_path, record_wire=True, keep_values=True),
    )
    assert call.result.outcome == "completed"
    again = played(call, tmp_path)
    assert ([str(one) for one in again.differences], again.notice) == ([], "")
    assert story(again) == story(call)


def test_every_variable_is_called_by_its_own_name(out: Path) -> None:
    wire = recorded("reception-plain", "cascaded", out).result.folder / "wire"
    (voice,) = wire.glob("*cartesia_tts.jsonl")
    assert '"id": "${CARTESIA_VOICE}"' in voice.read_text()


def test_a_cassette_of_another_agent_or_stack_is_refused(out: Path) -> None:
    call = recorded("reception-plain", "cascaded", out)
    with pytest.raises(InputError, match="this cassette is of the stack 'cascaded', not of 'emb"):
        played(call, out, stack="embedded")
    with pytest.raises(InputError, match="this cassette is of the agent 'reception', not of 'cli"):
        played(call, out, agent="clinic")


def test_a_call_of_which_nothing_was_recorded_has_no_cassette_and_says_so(
    out: Path, tmp_path: Path
) -> None:
    stack = yaml.safe_load((ROOT / "pipelines" / "stacks" / "cascaded.yaml").read_text())
    services = stack["services"]
    services["stt"]["args"] = {"base_url": "http://127.0.0.1:8701"}
    services["llm"]["args"] = {"base_url": "http://127.0.0.1:8702"}
    services["tts"]["args"] = {"url": "ws://127.0.0.1:8703/tts/websocket"}
    path = tmp_path / "nowhere.yaml"
    path.write_text(yaml.safe_dump(stack))
    call = recorded("reception-at-once", str(path), out)
    assert call.notice.startswith(
        "--record-wire: no connection was recorded, so there is no cassette: by HTTP or websocket "
        "nobody was reached of llm 'anthropic_llm', stt 'deepgram_stt' and tts 'cartesia_tts'"
    )
    assert not (call.result.folder / "wire").exists()


def test_a_call_without_a_cassette_is_refused() -> None:
    with pytest.raises(InputError, match=r"no wire/index\.json in it"):
        replay(RECORDINGS / "reception-plain", ReplayOptions(services="recorded"))
