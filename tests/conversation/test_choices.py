"""Yes, no, and one of declared values."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from callwright.conversation.entities import Choice, Entity, Hearing, YesNo

TODAY = date(2026, 11, 20)
ASKED = Hearing(TODAY, asked=True)
AGREED = YesNo(type="yes_no", ask="Do you agree?")
SERVICE = Choice(
    type="choice",
    ask="What do you need?",
    values=["towing", "lockout", "flat_tire"],
    synonyms={"lockout": ["locked out", "keys in the car"]},
)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("yes", "yes"),
        ("Yeah, that's right.", "yes"),
        ("yep", "yes"),
        ("right", "yes"),
        ("sure", "yes"),
        ("ok", "yes"),
        ("uh-huh", "yes"),
        ("I think so", "yes"),
        ("of course", "yes"),
        ("sí claro", "yes"),
        ("no", "no"),
        ("nope", "no"),
        ("no that's wrong", "no"),
        ("that's not right", "no"),
        ("that's not correct", "no"),
        ("I don't think so", "no"),
        ("not really", "no"),
        ("no gracias", "no"),
        ("of course not", "no"),
    ],
)
def test_hears_yes_and_no(words: str, value: str) -> None:
    assert [one.value for one in AGREED.hear(words, ASKED)] == [value]


@pytest.mark.parametrize(
    "words", ["not sure", "I'm not sure", "I don't know", "maybe", "", "right now", "what"]
)
def test_hears_neither(words: str) -> None:
    assert AGREED.hear(words, ASKED) == []


def test_both_at_once_is_a_question() -> None:
    found = AGREED.hear("yes no", ASKED)
    assert {one.value for one in found} == {"yes", "no"}
    assert len({one.confidence for one in found}) == 1


def test_yes_means_nothing_when_nobody_asked() -> None:
    assert AGREED.hear("yes", Hearing(TODAY)) == []


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("i'm locked out", "lockout"),
        ("I left my keys in the car!", "lockout"),
        ("flat tire", "flat_tire"),
        ("two flat tires", "flat_tire"),
        ("not towing, a lockout", "lockout"),
        ("the second one", "lockout"),
        ("the last one", "flat_tire"),
        ("toeing", "towing"),
    ],
)
def test_hears_a_choice(words: str, value: str) -> None:
    assert [one.value for one in SERVICE.hear(words, ASKED)] == [value]


def test_two_choices_are_two_readings() -> None:
    found = SERVICE.hear("towing or lockout", ASKED)
    assert [one.value for one in found] == ["towing", "lockout"]


def test_a_near_miss_counts_only_when_asked() -> None:
    assert SERVICE.hear("toeing", Hearing(TODAY)) == []


def test_choice_problem_names_the_values() -> None:
    assert SERVICE.problem("x") == "it has to be one of these: towing, lockout or flat tire"


@pytest.mark.parametrize(
    ("fields", "remedy"),
    [
        ({"values": ["a"]}, "at least 2"),
        ({"values": ["a", "A"]}, "remove the double one"),
        ({"values": ["a", "!"]}, "name it in words"),
        ({"values": ["a", "b"], "synonyms": {"c": ["d"]}}, "none of: a, b"),
        ({"values": ["a", "b"], "vlaues": []}, "Extra inputs"),
    ],
)
def test_a_bad_declaration_is_refused(fields: dict[str, object], remedy: str) -> None:
    adapter: TypeAdapter[object] = TypeAdapter(Entity)
    with pytest.raises(ValidationError, match=remedy):
        adapter.validate_python({"type": "choice", "ask": "?", **fields})


@given(st.sampled_from(SERVICE.values))
def test_what_is_said_is_heard_again(value: str) -> None:
    assert [one.value for one in SERVICE.hear(SERVICE.say(value), ASKED)] == [value]


@given(st.text(max_size=200))
def test_any_text_is_survived(words: str) -> None:
    for entity in (AGREED, SERVICE):
        for candidate in entity.hear(words, ASKED):
            assert entity.problem(candidate.value) is None
