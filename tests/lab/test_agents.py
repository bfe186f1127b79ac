"""The bundled clinic and dispatcher: every recorded call ends as its story says."""

import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from bot.tools import load_tools
from callwright.declarations.errors import InputError
from callwright.declarations.load import load
from callwright.lab.options import ReplayOptions
from callwright.lab.replay import replay
from callwright.lab.replayed import Replayed
from callwright.lab.report import report

RECORDINGS = Path(__file__).parents[2] / "recordings"

BOOKED = ["find_patient", "find_slot", "book"]
SENT = ["find_price", "send_truck"]

# recording: outcome, tools that ran, how the steps ended in their order, values
STORIES: dict[str, tuple[str, list[str], str, dict[str, str | None]]] = {
    "clinic-plain": (
        "completed",
        BOOKED,
        "passed passed passed passed passed",
        {
            "full_name": "Anna Bell",
            "date_of_birth": "1985-03-03",
            "visit": "blood test",
            "appointment": "2026-01-06T15:00",
            "agreed": "yes",
        },
    ),
    "clinic-es": (
        "completed",
        BOOKED,
        "passed passed passed passed passed",
        {
            "full_name": "María López",
            "date_of_birth": "1985-03-03",
            "visit": "análisis de sangre",
            "appointment": "2026-01-06T15:00",
        },
    ),
    "clinic-correction": (
        "completed",
        BOOKED,
        "passed passed passed passed passed",
        {"date_of_birth": "1972-06-14", "appointment": "2026-01-09T10:00", "agreed": "yes"},
    ),
    "clinic-at-once": (
        "completed",
        BOOKED,
        "passed passed passed passed passed",
        {
            "full_name": "David Thompson",
            "date_of_birth": "1972-06-14",
            "visit": "checkup",
            "appointment": "2026-01-07T09:00",
        },
    ),
    "clinic-robot": (
        "completed",
        BOOKED,
        "passed passed passed passed passed",
        {"full_name": "Nancy Mitchell", "visit": "vaccination", "appointment": "2026-01-08T11:00"},
    ),
    "clinic-refused": (
        "incomplete",
        ["find_patient"],
        "passed passed failed pending pending",
        {"full_name": "Nancy Mitchell", "agreed": "no", "visit": None, "appointment": None},
    ),
    "clinic-unknown": (
        "handed_off",
        ["find_patient"] * 3,
        "passed failed pending pending pending",
        {"full_name": "Robert Clark", "date_of_birth": "1962-04-05", "agreed": None},
    ),
    "dispatch-plain": (
        "completed",
        SENT,
        "passed passed passed",
        {
            "service": "tow",
            "callback_number": "+14155550132",
            "plate": "ABC1234",
            "location": "42 Maple Street, Springfield",
            "accepted": "yes",
        },
    ),
}
ON_EMBEDDED = [name for name in STORIES if name != "clinic-es"]


def called(name: str, out: Path, stack: str | None = "embedded") -> Replayed:
    return replay(RECORDINGS / name, ReplayOptions(stack=stack, out=out))


def ends_as_told(call: Replayed, name: str) -> None:
    outcome, tools, steps, values = STORIES[name]
    told = report(call)
    assert told["violations"] == []
    assert told["outcome"] == outcome
    ran = [tool["name"] for tool in told["tools"] if tool["name"] not in ("end_call", "hand_off")]
    assert ran == tools
    assert all(tool["allowed"] for tool in told["tools"])
    assert [step["status"] for step in told["checkpoints"].values()] == steps.split()
    # The rules know what the report masks.
    known = {name: entity.value for name, entity in call.result.conversation.entities.items()}
    assert {name: known[name] for name in values} == values


@pytest.mark.soak  # `make calls` has what is expected of every one of them.
@pytest.mark.parametrize("name", ON_EMBEDDED)
def test_a_recorded_call_ends_as_its_story_says(name: str, tmp_path: Path) -> None:
    ends_as_told(called(name, tmp_path), name)


@pytest.mark.soak  # `make calls` has what is said in this call, and in the next, turn by turn.
def test_a_corrected_date_of_birth_is_read_back_again(tmp_path: Path) -> None:
    said = [turn.bot for turn in called("clinic-correction", tmp_path).turns]
    assert len([words for words in said if words.startswith("Thank you. Let me check: •••")]) == 1


@pytest.mark.soak
def test_who_asks_for_a_real_person_hears_the_truth(tmp_path: Path) -> None:
    said = [turn.bot for turn in called("clinic-robot", tmp_path).turns]
    assert "I'm an automated assistant, not a person. May I have your full name?" in said


@pytest.mark.soak  # `make calls` has this call on all stacks, too.
@pytest.mark.parametrize("stack", ["cascaded", "embedded-s2s"])
def test_the_plain_call_ends_alike_on_other_stacks(stack: str, tmp_path: Path) -> None:
    ends_as_told(called("clinic-plain", tmp_path, stack), "clinic-plain")


def test_a_step_passed_by_words_that_were_guessed_early_counts_for_the_answer(
    tmp_path: Path,
) -> None:
    # Flux foretells the end of the turn; the model is asked before the yes has passed the step.
    ends_as_told(called("dispatch-plain", tmp_path, "cascaded-flux"), "dispatch-plain")


@pytest.mark.soak
def test_the_spanish_caller_is_served_in_spanish(tmp_path: Path) -> None:
    call = called("clinic-es", tmp_path, None)
    ends_as_told(call, "clinic-es")
    assert "Su cita está reservada." in call.turns[-1].bot


def test_the_embedded_stack_says_that_it_knows_no_spanish(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="embedded_stt' does not know the agent's language, 'es'"):
        called("clinic-es", tmp_path)


def tools_of(agent: str) -> dict[str, Any]:
    declared = load(agent, "embedded", need_keys=False)
    return load_tools(declared.agent, declared.agent_path.parent)


def test_a_time_is_booked_once_and_only_in_opening_hours() -> None:
    tools = tools_of("clinic")
    anna = {"full_name": "anna bell", "date_of_birth": "1985-03-03"}
    david = {"full_name": "David Thompson", "date_of_birth": "1972-06-14"}
    at = "2026-01-06T15:00"
    assert tools["find_slot"](**anna, appointment=at) == {"ok": True}
    first = tools["book"](**anna, visit="checkup", appointment=at)
    assert tools["book"](**anna, visit="vaccination", appointment=at) == first
    assert tools["find_slot"](**david, appointment=at) == {"ok": False}
    assert tools["find_slot"](**david, appointment="2026-01-06T07:30") == {"ok": False}
    with pytest.raises(LookupError, match="taken"):
        tools["book"](**david, visit="checkup", appointment=at)


def test_a_patient_is_found_without_accents_and_never_for_another_date() -> None:
    find = tools_of("clinic")["find_patient"]
    assert find("MARÍA LÓPEZ", "1985-03-03") == {"ok": True}
    assert find("María López", "1985-03-04") == {"ok": False}
    assert find("' OR 1=1 --", "1985-03-03") == {"ok": False}


def test_an_order_given_from_many_threads_is_one_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "orders.db"
    monkeypatch.setenv("DISPATCH_DB", str(path))
    send = tools_of("dispatch")["send_truck"]
    results: list[str] = []

    def order() -> None:
        sent = send("tow", "+14155550132", "ABC1234", "42 Maple Street, Springfield")
        results.append(json.dumps(sent))

    threads = [threading.Thread(target=order) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == ['{"reference": "1234", "price": 120}'] * 8
    database = sqlite3.connect(path)
    assert database.execute("SELECT plate, dollars FROM orders").fetchall() == [("ABC1234", 120)]
    database.close()
