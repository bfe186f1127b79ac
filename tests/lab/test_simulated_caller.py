"""A made-up caller answers what is asked, and confirms only what it has in mind."""

from datetime import date

import pytest

from callwright.conversation import CheckpointPlan, Plan
from callwright.conversation.entities import Choice, Digits, PersonName, Phone, YesNo
from callwright.conversation.entities.base import Hearing
from callwright.lab.personas import bundled
from callwright.lab.simulated_caller import MOST_TURNS, SimulatedCaller

PLAN = Plan(
    entities={
        "full_name": PersonName(type="person_name", ask="May I have your full name?"),
        "pin": Digits(type="digits", ask="What is your pin?", length=4, confirm="read_back"),
        "number": Phone(type="phone", ask="What number can we call you on?"),
        "kind": Choice(type="choice", ask="A single or a double?", values=["single", "double"]),
        "agreed": YesNo(type="yes_no", ask="Do you agree?"),
    },
    checkpoints={"consent": CheckpointPlan(needs=("agreed",), wanted={"agreed": "yes"})},
)
TODAY = date(2026, 11, 20)


def caller(persona: str = "cooperative", seed: int = 0) -> SimulatedCaller:
    return SimulatedCaller(PLAN, TODAY, bundled()[persona], seed)


@pytest.mark.parametrize("name", ["full_name", "pin", "number", "kind"])
def test_what_is_asked_is_answered_with_what_the_agent_can_hear(name: str) -> None:
    one = caller()
    assert one.goal[name].value is not None
    assert one.answer(f"Thank you. {PLAN.entities[name].ask}") == one.goal[name].spoken


def test_a_read_back_is_confirmed_only_when_it_is_right() -> None:
    one = caller()
    pin = one.goal["pin"].value or ""
    assert (one.answer(f"I have {' '.join(pin)}. Is that right?") or "").startswith("yes")
    wrong = "0000" if pin != "0000" else "1111"
    assert (one.answer(f"I have {wrong}. Is that right?") or "").startswith("no")


def test_a_slip_is_corrected_when_it_is_read_back() -> None:
    found = 0
    for seed in range(20):
        one = caller("changes_mind", seed)
        said = one.answer(PLAN.entities["pin"].ask) or ""
        if said == one.goal["pin"].spoken or "pin" in said:
            continue
        heard = PLAN.entities["pin"].hear(said, Hearing(TODAY, asked=True))[0].value
        answer = one.answer(f"I have {' '.join(heard)}. Is that right?") or ""
        found += answer == f"no it's {one.goal['pin'].spoken}"
    assert found


def test_consent_is_given_or_refused_by_persona() -> None:
    assert (caller().answer("Do you agree?") or "").startswith("yes")
    assert caller("refuses").answer("Do you agree?") == "no"


def test_everybody_leaves_in_the_end() -> None:
    for name in bundled():
        one = caller(name)
        said = [one.answer("Is the moon made of cheese?") for _ in range(MOST_TURNS + 3)]
        assert said[-1] is None


def test_goodbye_is_the_end() -> None:
    one = caller()
    assert one.answer("Thank you for calling. Goodbye.") == ""
    assert one.answer("") is None


def test_a_seed_decides_everything() -> None:
    assert caller("hostile", 5).goal == caller("hostile", 5).goal
    assert len({str(caller(seed=seed).goal) for seed in range(10)}) == 10
