"""What an agent has to achieve, checked where it is written down."""

from copy import deepcopy

import pytest
from pydantic import TypeAdapter, ValidationError

from callwright.conversation import Plan, ToolPlan
from callwright.conversation.entities import Entity, PersonName

NAME = PersonName(type="person_name", ask="Your name?")


def test_a_tool_can_only_need_what_is_declared() -> None:
    with pytest.raises(ValueError, match="needs 'phone', which is no entity; declared are: name"):
        Plan(entities={"name": NAME}, tools={"call": ToolPlan(needs=("phone",))})


def test_copies_share_the_plan() -> None:
    plan = Plan(entities={"name": NAME})
    assert deepcopy(plan) is plan


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"type": "person_nam", "ask": "?"}, "person_nam"),
        ({"type": "phone"}, "Field required"),
        ({"type": "phone", "ask": ""}, "at least 1 character"),
        ({"type": "phone", "ask": "?", "confirm": "spelled"}, "'none', 'read_back' or 'spell'"),
        ({"type": "phone", "ask": "?", "optional": "yes"}, "valid boolean"),
        ({"type": "phone", "ask": "?", "regoin": "US"}, "Extra inputs"),
        ({"type": "text", "ask": "?", "min_words": 0}, "greater than or equal to 1"),
    ],
)
def test_a_bad_entity_is_refused(fields: dict[str, object], what: str) -> None:
    adapter: TypeAdapter[object] = TypeAdapter(Entity)
    with pytest.raises(ValidationError, match=what):
        adapter.validate_python(fields)
