"""What a call is made of: everything that changes it when it is declared otherwise."""

import json
import shutil
from pathlib import Path

import pytest

from bot.made_of import made_of
from callwright.declarations.load import load

CLINIC = Path(__file__).parents[2] / "pipelines" / "agents" / "clinic"


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
    before = made_of(load(str(agent / "agent.yaml"), "cascaded", need_keys=False), by_rule=False)
    text = (agent / "agent.yaml").read_text()
    assert was in text
    (agent / "agent.yaml").write_text(text.replace(was, becomes, 1))
    after = made_of(load(str(agent / "agent.yaml"), "cascaded", need_keys=False), by_rule=False)
    assert {name for name in before if before[name] != after[name]} == {part}


def test_without_a_model_what_guards_a_call_is_there_all_the_same() -> None:
    made = made_of(load(str(CLINIC / "agent.yaml"), "embedded", need_keys=False), by_rule=True)
    assert made["checkpoints"]["consent"]["on_failure"] == "end"
    assert made["tool_rules"]["book"]["after"] == [
        "disclosure", "identity", "consent", "opening_hours",
    ]  # fmt: skip
    # It is written as plain data, and says nothing of this machine.
    assert str(CLINIC.parent) not in json.dumps(made)
