"""What a call is made of: everything that changes it when it is declared otherwise."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pipecat.audio.vad.vad_analyzer import VADParams
from pipecat.processors.filters.identity_filter import IdentityFilter

from bot.assemble import assemble
from bot.keepers import Keepers
from bot.made_of import made_of
from callwright.declarations.load import load
from callwright.lab.caller import ReactiveCaller
from callwright.lab.recording import CallerTurn, Recording
from callwright.lines.recorded import recorded_line

CLINIC = Path(__file__).parents[2] / "pipelines" / "agents" / "clinic"
KEYS = ("DEEPGRAM_API_KEY", "ANTHROPIC_API_KEY", "CARTESIA_API_KEY", "CARTESIA_VOICE")


def made(agent: Path, stack: str = "cascaded") -> dict[str, Any]:
    declared = load(str(agent / "agent.yaml"), stack, env=dict.fromkeys(KEYS, "a-secret"))
    nobody = Recording("nobody", np.zeros(16000, np.int16), tuple[CallerTurn, ...]())
    line = recorded_line(ReactiveCaller(nobody))
    parts = assemble(declared, line, call_id="c", today=date(2026, 1, 5))
    return made_of(declared, parts)


@pytest.mark.parametrize(
    ("part", "was", "becomes"),
    [
        ("tools", "Books the appointment.", "Books the appointment at once."),
        ("silence", "times: 3", "times: 2"),
        ("handoff", "asked, failed", "asked"),
        ("prompt", "Be brief and kind", "Be kind"),
        ("vocabulary", "[Lakeside Clinic, Robin]", "[Robin]"),
        ("checkpoints", "on_failure: end", "on_failure: continue"),
        ("checkpoints", "verify: find_slot", "verify: find_slot\n    keep: guide"),
        ("tool_rules", "on_refusal: I am sorry", "timeout: 9\n    on_refusal: I am sorry"),
        ("tool_rules", "you then.", "you then. Goodbye."),
    ],
)
def test_a_changed_declaration_is_another_call(
    part: str, was: str, becomes: str, tmp_path: Path
) -> None:
    agent = tmp_path / "clinic"
    shutil.copytree(CLINIC, agent)
    before = made(agent)
    text = (agent / "agent.yaml").read_text()
    assert was in text
    (agent / "agent.yaml").write_text(text.replace(was, becomes, 1))
    after = made(agent)
    assert {name for name in before if before[name] != after[name]} == {part}


def test_without_a_model_what_guards_a_call_is_there_all_the_same() -> None:
    of = made(CLINIC, "embedded")
    assert of["checkpoints"]["consent"]["on_failure"] == "end"
    assert of["tool_rules"]["book"]["after"] == [
        "disclosure", "identity", "consent", "opening_hours",
    ]  # fmt: skip
    # It is written as plain data, and says nothing of this machine.
    assert str(CLINIC.parent) not in json.dumps(of)


def test_what_does_the_work_is_told_and_not_what_was_to_do_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = made(CLINIC)
    monkeypatch.setattr(Keepers, "guard", lambda _: IdentityFilter())
    after = made(CLINIC)
    assert before["processors"]["speech_guard"] == "SpeechGuard"
    assert after["processors"] == before["processors"] | {"speech_guard": "IdentityFilter"}


def test_what_the_model_is_told_is_told_and_not_what_it_was_to_be_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = made(CLINIC)
    monkeypatch.setattr("bot.making.system_prompt", lambda _: "You are nobody.")
    assert made(CLINIC) == before | {"prompt": "You are nobody."}
    assert before["tools"]["find_patient"]["arguments"] == {
        "full_name": "May I have your full name?",
        "date_of_birth": "What is your date of birth?",
    }


def test_how_services_listen_wait_and_speak_is_told_where_nobody_declares_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spanish = made(CLINIC.parent / "clinic-es")
    services = spanish["services"]
    assert services["vad"]["settings"]["stop_secs"] == 0.2
    assert services["turn"]["settings"] == {"silence": 0.5, "patience": 1.6}
    assert services["tts"]["settings"] == {"voice": "${CARTESIA_VOICE}", "language": "es"}
    assert "a-secret" not in json.dumps(spanish)
    monkeypatch.setattr("bot.making._LANGUAGE_ROLES", ("stt",))
    told = made(CLINIC.parent / "clinic-es")["services"]
    assert [told[role]["settings"]["language"] for role in ("stt", "tts")] == ["es", "en"]


def test_what_is_in_use_is_told_where_code_does_not_heed_the_declaration(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert made(CLINIC, "embedded")["services"]["vad"]["settings"]["stop_secs"] == 0.4

    def doubled(stop_secs: float, **settings: float) -> VADParams:
        return VADParams(stop_secs=2 * stop_secs, **settings)

    monkeypatch.setattr("bot.making.VADParams", doubled)
    assert made(CLINIC, "embedded")["services"]["vad"]["settings"]["stop_secs"] == 0.8
