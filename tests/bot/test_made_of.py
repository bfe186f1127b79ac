"""What a call is made of: everything that changes it when it is declared otherwise."""

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
