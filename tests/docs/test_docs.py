"""Documentation cannot lag: what is registered is documented, and what is shown is real."""

import re
import typing
from pathlib import Path

import pytest
import yaml

from callwright.cli.main import app
from callwright.conversation.entities import Entity
from callwright.declarations.agent import Agent, Handoff, Silence, Tool
from callwright.declarations.checkpoints import Checkpoint
from callwright.declarations.stack import Stack
from callwright.declarations.steps import WORDS, Role

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "docs" / "reference.md").read_text()
README = (ROOT / "README.md").read_text()


def documented() -> set[str]:
    return set(re.findall(r"[\w.-]+", " ".join(re.findall(r"`([^`]*)`", REFERENCE))))


def entity_types() -> list[type]:
    union = typing.get_args(Entity)[0]
    return list(typing.get_args(union))


def commands() -> list[str]:
    return [str(command.callback.__name__) for command in app.registered_commands]  # type: ignore[union-attr]


def names() -> list[str]:
    keys = [
        name
        for model in (Agent, Checkpoint, Tool, Handoff, Silence, Stack)
        for name in model.model_fields
    ]
    for entity in entity_types():
        keys += [name for name in entity.model_fields if name != "type"]
        keys.append(entity.model_fields["type"].annotation.__args__[0])
    stacks = [path.stem for path in (ROOT / "pipelines" / "stacks").glob("*.yaml")]
    return sorted({*keys, *WORDS, *typing.get_args(Role), *stacks, *commands()})


@pytest.mark.parametrize("name", names())
def test_everything_that_is_registered_is_documented(name: str) -> None:
    assert name in documented()


@pytest.mark.parametrize("command", commands())
def test_the_readme_names_every_command(command: str) -> None:
    assert f"callwright {command}" in README


def test_the_agent_in_the_readme_is_a_valid_one() -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    data = yaml.load(block, yaml.CSafeLoader)  # as declarations are read
    assert Agent.model_validate(data).agent == "reception"


def test_links_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_pages_keep_their_size() -> None:
    assert len((ROOT / "ARCHITECTURE.md").read_text().splitlines()) <= 150
