"""What a recording names is found from wherever it is replayed, or missed at its place."""

from pathlib import Path

import pytest

from callwright.declarations.errors import InputError
from callwright.declarations.finding import BUNDLED
from callwright.lab.expectations.reading import read_expectations
from callwright.lab.whom import agent_of, stack_of


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A recording two folders below its project's pipelines, seen from another folder."""
    for name in ("project", "elsewhere"):
        for folder in ("agents/pizza", "agents/reception", "stacks"):
            (tmp_path / name / "pipelines" / folder).mkdir(parents=True)
        for agent in ("pizza", "reception"):
            agents = tmp_path / name / "pipelines" / "agents"
            (agents / agent / "agent.yaml").write_text(f"agent: {agent}\n")
    pipelines = tmp_path / "elsewhere" / "pipelines"
    (pipelines / "agents" / "pizza" / "agent.yaml").unlink()
    (tmp_path / "project" / "pipelines" / "stacks" / "mine.yaml").write_text("stack: mine\n")
    call = tmp_path / "project" / "recordings" / "order"
    call.mkdir(parents=True)
    (call / "caller.yaml").write_text("caller: order\nagent: pizza\nturns: []\n")
    monkeypatch.chdir(tmp_path / "elsewhere")
    return call


def test_names_are_looked_for_here_then_above_the_recording_then_among_the_bundled(
    call: Path,
) -> None:
    project = call.parents[1]
    assert agent_of(call, "pizza") == project / "pipelines/agents/pizza/agent.yaml"
    assert agent_of(call, None) == Path.cwd() / "pipelines/agents/reception/agent.yaml"
    assert agent_of(call, "clinic") == BUNDLED / "agents/clinic/agent.yaml"
    assert stack_of(call, "mine", None) == project / "pipelines/stacks/mine.yaml"
    assert stack_of(call, None, None) is None
    # The nearest of those above it.
    nearer = call.parent / "pipelines" / "stacks"
    nearer.mkdir(parents=True)
    (nearer / "mine.yaml").write_text("stack: mine\n")
    assert stack_of(call, "mine", None) == nearer / "mine.yaml"


def test_paths_are_looked_for_here_then_from_the_recording(call: Path) -> None:
    path = "../../pipelines/agents/pizza"
    assert agent_of(call, path).samefile(call / path / "agent.yaml")
    stack = "../../pipelines/stacks/mine.yaml"
    found = stack_of(call, stack, None)
    assert found is not None
    assert found.samefile(call / stack)
    here = Path("mine.yaml")
    here.write_text("stack: mine\n")
    (call / "mine.yaml").write_text("stack: mine\n")
    assert stack_of(call, "mine.yaml", None) == here


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("pizzza", "there is no agent 'pizzza'; did you mean 'pizza'? known: "),
        ("../pizza", "there is no agent '../pizza', neither from the current folder nor from here"),
    ],
)
def test_an_agent_that_is_missed_is_missed_where_it_is_named(
    name: str, says: str, call: Path
) -> None:
    (call / "caller.yaml").write_text(f"caller: order\nagent: {name}\nturns: []\n")
    with pytest.raises(InputError) as caught:
        agent_of(call, name)
    assert f"{call / 'caller.yaml'}:2:8: {says}" in str(caught.value)
    (call / "caller.yaml").unlink()
    (call / "call.yaml").write_text(f"call_id: a\nagent:\n  name: {name}\n")
    with pytest.raises(InputError) as caught:
        agent_of(call, name)
    assert f"{call / 'call.yaml'}:3:9: {says}" in str(caught.value)


def test_a_stack_that_is_missed_is_missed_where_it_is_listed(call: Path) -> None:
    (call / "expect.yaml").write_text("stacks: [embedded, mime]\n")
    with pytest.raises(InputError, match=r"expect\.yaml:1:20: there is no stack 'mime'; did you"):
        stack_of(call, "mime", read_expectations(call))
    with pytest.raises(InputError, match=r"^there is no stack 'other'"):
        stack_of(call, "other", read_expectations(call))
