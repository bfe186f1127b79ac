"""The monitor: silent on a call that kept its promises, loud on every planted violation."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from told_call import KEY, ToldCall

from callwright.calls import events as ev
from callwright.calls.events import Event
from callwright.calls.masks import MASK, hashed
from callwright.calls.monitor import violations
from callwright.conversation.entities import Digits, PersonName, Phone, YesNo
from callwright.conversation.plan import CheckpointPlan, HandoffPlan, Plan, ToolPlan

GREETING = "Lakeside Clinic, this is Robin, an automated assistant. How can I help you?"
PLAN = Plan(
    greeting=GREETING,
    closing="Goodbye.",
    entities={
        "full_name": PersonName(type="person_name", ask="May I have your full name?"),
        "phone": Phone(type="phone", ask="What is your phone number?", confirm="read_back"),
        "pin": Digits(
            type="digits", ask="What is your pin?", length=6, confirm="read_back", sensitive=True
        ),
        "agreed": YesNo(type="yes_no", ask="Do you agree?"),
    },
    checkpoints={
        "disclosure": CheckpointPlan(say="{greeting}"),
        "identity": CheckpointPlan(needs=("full_name", "pin"), verify="find"),
        "price": CheckpointPlan(
            say="That will be {price} dollars, {full_name}.",
            needs=("agreed",),
            wanted={"agreed": "yes"},
            after=("find",),
            attempts=1,
        ),
    },
    tools={
        "find": ToolPlan(needs=("full_name", "pin"), after=("disclosure",)),
        "book": ToolPlan(needs=("full_name", "phone"), after=("identity", "price")),
    },
    handoff=HandoffPlan(),
)
TOOLS = {"find": lambda _: {"price": 120}, "book": lambda _: {"reference": "88"}}

PIN = "452719"
"""As it must not be found anywhere."""


@cache
def call() -> tuple[dict[str, Any], tuple[Event, ...]]:
    told = ToldCall(PLAN, TOOLS)
    told.says("hello, my name is anna bell")
    told.says("four five two", "seven one nine")
    told.says("yes that's right")
    told.says("yes i agree")
    told.says("four one five five five five zero one three two")
    told.says("yes")
    return told.meta, tuple(told.ends())


def judged(events: list[Event], meta: dict[str, Any] | None = None) -> list[tuple[int, str]]:
    return [(one.invariant, one.what) for one in violations(meta or call()[0], events, KEY)]


def changed(kind: type[Event], change: Callable[[Any], Event | None], **of: Any) -> list[Event]:
    """The genuine call with every event of a kind, and of these fields, changed or left out."""
    events: list[Event] = []
    hits = 0
    for event in call()[1]:
        if isinstance(event, kind) and all(getattr(event, k) == v for k, v in of.items()):
            hits += 1
            new = change(event)
            events += [new] if new is not None else []
        else:
            events.append(event)
    assert hits, "nothing was planted"
    return events


def moved(kind: type[Event], before: type[Event], **of: Any) -> list[Event]:
    """The genuine call with the first such event put before the first one of another kind."""
    events = list(call()[1])
    found = next(
        e for e in events
        if isinstance(e, kind) and all(getattr(e, k) == v for k, v in of.items())
    )  # fmt: skip
    events.remove(found)
    events.insert(next(i for i, e in enumerate(events) if isinstance(e, before)), found)
    return events


def gone(_: Any) -> None:
    """Leave an event out."""


def expect(invariant: int, what: str, events: list[Event]) -> None:
    found = judged(events)
    assert any(number == invariant and what in told for number, told in found), found


def test_a_genuine_call_has_no_violation() -> None:
    _, events = call()
    assert events[-1] == ev.Ended(
        at=events[-1].at, outcome="completed", reason="the agent ended the call"
    )
    assert {e.status for e in events if isinstance(e, ev.CheckpointChanged)} >= {"passed"}
    assert judged(list(events)) == []


def test_a_call_without_promises_is_held_to_its_answers_alone() -> None:
    assert judged(list(call()[1]), {"call_id": "an older call"}) == []


# --- 1: tools wait for their steps ----------------------------------------------------------------


def test_a_tool_before_its_steps() -> None:
    expect(1, "find ran, and disclosure is not done", moved(ev.ToolStarted, ev.Said, tool="find"))
    expect(1, "price is not done", moved(ev.ToolStarted, ev.ReadBack, tool="book"))


def test_a_tool_whose_verification_said_no() -> None:
    refused = changed(ev.ToolReturned, lambda e: replace(e, result={"ok": False}), tool="find")
    expect(1, "find has not accepted", refused)


def test_a_tool_that_was_never_let_run_and_ran_all_the_same() -> None:
    expect(
        1, "find ran", [e for e in moved(ev.ToolCalled, ev.Said) if type(e) is not ev.ToolStarted]
    )


def test_a_refused_tool_that_brought_a_result() -> None:
    called = next(e for e in call()[1] if isinstance(e, ev.ToolCalled) and e.tool == "book")
    refused = ev.ToolRefused(tool="book", reason="price has to come first", call="early")
    for result, found in (({"refused": "price has to come first"}, []), ({"reference": "1"}, [1])):
        planted = [
            ev.ToolCalled(tool="book", call="early", at=1.0),
            replace(refused, at=1.0),
            ev.ToolReturned(tool="book", result=result, call="early", at=1.0),
        ]
        at_once = [*call()[1][:4], *planted, *call()[1][4:]]
        assert sorted({number for number, _ in judged(at_once)}) == found
    assert called.call


def test_a_tool_with_a_value_that_nobody_confirmed() -> None:
    other = changed(
        ev.ToolStarted,
        lambda e: replace(e, arguments=e.arguments | {"phone": "+14155550199"}),
        tool="book",
    )
    expect(1, "another phone than the one that counts", other)


# --- 2: guarded words wait for theirs -------------------------------------------------------------


def test_a_model_that_is_heard_while_a_gated_step_is_open() -> None:
    first = next(e for e in call()[1] if isinstance(e, ev.Said) and "your pin" in e.text)
    expect(2, "while identity had to be taken", changed(
        ev.Said, lambda e: replace(e, by="model"), text=first.text))  # fmt: skip


def test_whose_words_they_are_has_to_be_on_record() -> None:
    expect(2, "a model was heard", changed(ev.Said, lambda e: replace(e, by="")))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("All is done, goodbye.", "its statement is not in it"),
        ("It costs 120 dollars. Do you agree?", "its statement is not in it"),
        ("That will be 120 dollars, Anna Bell. Do you agree?", ""),
    ],
)
def test_a_reply_that_skips_an_overridden_step(said: str, why: str) -> None:
    meta = call()[0]
    steps = meta["promises"]["checkpoints"]
    overridden = {**steps, "price": {**steps["price"], "keep": "override"}}
    meta = {"promises": {**meta["promises"], "checkpoints": overridden}}
    events = changed(
        ev.Said,
        lambda e: replace(e, text=said, by="model") if "dollars" in e.text else e,
        by="rules",
    )
    found = [told for number, told in judged(events, meta) if number == 2]
    assert bool(found) == bool(why)
    assert all(why in told for told in found)


# --- 3: statements are heard in full --------------------------------------------------------------


@pytest.mark.parametrize("cut", [3, 8])
def test_a_statement_that_was_cut_off(cut: int) -> None:
    short = changed(
        ev.Said, lambda e: replace(e, text=" ".join(e.text.split()[:cut])), text=GREETING
    )
    expect(3, "disclosure passed, and its statement was not heard", short)


def test_a_statement_with_another_price() -> None:
    other = changed(
        ev.Said, lambda e: replace(e, text=e.text.replace("120 dollars", "20 dollars")), by="rules"
    )
    expect(3, "price passed", other)


def halved(*between: Event) -> list[Event]:
    """The call with its greeting in two pieces."""
    halves, cut = list[Event](), GREETING.index("automated")
    for event in call()[1]:
        if isinstance(event, ev.Said) and event.text == GREETING:
            first, second = (replace(event, text=part) for part in (GREETING[:cut], GREETING[cut:]))
            halves += [first, *between, second]
        else:
            halves.append(event)
    return halves


def test_a_statement_in_two_pieces_is_none_if_the_caller_spoke_between_them() -> None:
    expect(3, "disclosure passed", halved(ev.Heard(at=0.5, text="hello")))
    expect(3, "disclosure passed", halved(ev.Said(at=0.5, text="Well.", by="rules")))
    # A voice that failed in the middle, and went on.
    assert judged(halved()) == []


# --- 4: confirmed by the caller, after that very value --------------------------------------------


def test_a_confirmation_without_a_read_back() -> None:
    expect(4, "never read back", changed(ev.ReadBack, gone, entity="phone"))
    expect(4, "pin counts as confirmed", changed(ev.ReadBack, gone, entity="pin"))


def test_a_read_back_whose_words_nobody_heard() -> None:
    misread = lambda e: replace(e, text=e.text.replace("0 1 3 2", "0 1 9 9"))  # noqa: E731
    expect(4, "no words of the bot", changed(ev.Said, misread))
    masked = changed(ev.Said, lambda e: replace(e, text="Is that right?") if MASK in e.text else e)
    expect(4, "pin counts as confirmed", masked)


@pytest.mark.parametrize(
    ("heard", "why"),
    [
        ("well", "did not say yes"),
        ("no", "did not say yes"),
        ("yes no", "took it back"),
        ("yes but it ends in nine", "took it back"),
        ("yes zero one nine nine", "said another value"),
    ],
)
def test_a_yes_that_was_none(heard: str, why: str) -> None:
    events = list(call()[1])
    last = max(i for i, e in enumerate(events) if isinstance(e, ev.Heard))
    events[last] = replace(events[last], text=heard)  # type: ignore[type-var]
    expect(4, why, events)


def test_a_value_that_changed_after_its_read_back() -> None:
    confirmed = lambda e: replace(e, value="+14155550199")  # noqa: E731
    expect(4, "phone", changed(ev.EntityChanged, confirmed, entity="phone", status="confirmed"))
    other = hashed(KEY, "pin", "999999")
    expect(4, "pin", changed(
        ev.EntityChanged, lambda e: replace(e, value=other), entity="pin", status="confirmed"
    ))  # fmt: skip


@pytest.mark.parametrize("name", ["phone", "pin"])
def test_a_value_that_was_rejected_and_given_again_after_its_read_back(name: str) -> None:
    events = list(call()[1])
    at, told = next(
        (i, e) for i, e in enumerate(events) if isinstance(e, ev.ReadBack) and e.entity == name
    )
    again = [
        ev.TurnStarted(at=told.at),
        ev.Heard(at=told.at, text="no"),
        ev.EntityChanged(at=told.at, entity=name, value=None, status="rejected", heard="no"),
        ev.TurnEnded(at=told.at, reason=""),
        ev.TurnStarted(at=told.at),
        ev.Heard(at=told.at, text=MASK),
        ev.EntityChanged(at=told.at, entity=name, value=told.value, status="captured", heard=MASK),
        ev.TurnEnded(at=told.at, reason=""),
        # A mask may hide anything.
        ev.Said(at=told.at, text=f"I have {MASK}.", by="rules"),
    ]
    expect(4, f"{name} counts as confirmed", [*events[: at + 1], *again, *events[at + 1 :]])


def test_a_value_that_is_taken_back_within_a_turn_and_comes_back_has_not_changed() -> None:
    events = list(call()[1])
    at, heard = max((i, e) for i, e in enumerate(events) if isinstance(e, ev.Heard))
    back = [
        replace(heard, text="no"),
        ev.EntityChanged(at=heard.at, entity="phone", value=None, status="rejected", heard="no"),
        replace(heard, text="problem yes"),
    ]
    assert judged([*events[:at], *back, *events[at + 1 :]]) == []


def test_a_yes_before_the_read_back() -> None:
    events = list(call()[1])
    last = max(i for i, e in enumerate(events) if isinstance(e, ev.Heard))
    yes = events.pop(last)
    first = next(i for i, e in enumerate(events) if isinstance(e, ev.Said))
    events.insert(first, yes)
    expect(4, "did not say yes: ''", events)


# --- 5: completed means all of it -----------------------------------------------------------------


def test_completed_with_a_step_pending_or_expired() -> None:
    expect(5, "identity is not done", changed(ev.CheckpointChanged, gone, checkpoint="identity"))
    expired = lambda e: replace(e, status="expired")  # noqa: E731
    expect(5, "it is expired", changed(ev.CheckpointChanged, expired, checkpoint="price"))


def test_completed_with_a_fact_missing() -> None:
    lost = lambda e: replace(e, value=None, status="rejected", heard="no")  # noqa: E731
    expect(5, "phone is rejected", changed(ev.EntityChanged, lost, entity="phone"))
    expect(5, "phone is captured", changed(
        ev.EntityChanged, gone, entity="phone", status="confirmed"))  # fmt: skip


# --- 6: nobody waits in silence -------------------------------------------------------------------


def test_a_turn_that_is_not_answered() -> None:
    events = list(call()[1])
    over = next(i for i, e in enumerate(events) if isinstance(e, ev.TurnEnded)) + 1
    expect(6, "unanswered: 'hello, my name is anna bell'", [*events[:over], *later(events[over:])])


def later(events: list[Event]) -> list[Event]:
    moved = [replace(event, at=event.at + 9) for event in events]
    return [replace(e, since=e.since + 9) if hasattr(e, "since") else e for e in moved]  # type: ignore[attr-defined,call-arg]


# --- 7: nothing sensitive in clear ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "change", "of"),
    [
        (ev.EntityChanged, lambda e: replace(e, value=PIN), {"entity": "pin"}),
        (ev.EntityChanged, lambda e: replace(e, heard="four five two"), {"entity": "pin"}),
        (ev.ReadBack, lambda e: replace(e, value=PIN), {"entity": "pin"}),
        (ev.Heard, lambda e: replace(e, text="four five two seven one nine"), {}),
        (ev.HeardSoFar, lambda e: replace(e, text="four five"), {}),
        (ev.Saying, lambda e: replace(e, text="I have 4 5 2, 7 1 9."), {}),
        (ev.Decided, lambda e: replace(e, reason=f"heard {PIN}"), {}),
        (ev.ToolStarted, lambda e: replace(e, arguments={"pin": PIN}), {"tool": "find"}),
        (ev.ToolReturned, lambda e: replace(e, result={"for": int(PIN)}), {"tool": "find"}),
        (ev.ToolReturned, lambda e: replace(e, result={"pins": {PIN: "open"}}), {"tool": "find"}),
        (ev.ToolReturned, lambda e: replace(e, error=f"no such pin: {PIN}"), {"tool": "find"}),
    ],
)
def test_a_sensitive_value_in_clear(
    kind: type[Event], change: Callable[[Any], Event], of: dict[str, Any]
) -> None:
    expect(7, "clear", changed(kind, change, **of))


def test_a_value_that_a_model_made_up_is_one_from_then_on() -> None:
    made_up = "904518"
    events = list(call()[1])
    called = ev.ToolCalled(tool="find", arguments={"pin": hashed(KEY, "pin", made_up)}, call="x")
    told = ev.Decided(kind="answer", reason=f"heard {made_up}")
    refused = ev.ToolReturned(tool="find", result={"refused": "too early"}, call="x")
    assert judged([told, called, refused, *events]) == []
    found = judged([called, refused, told, *events])
    assert found == [(7, "pin stands in clear in 'decided'")]


def test_what_a_call_of_a_tool_is_named_is_no_value() -> None:
    named = changed(ev.ToolCalled, lambda e: replace(e, call=f"call-{PIN}"))
    assert judged(named) == []


def test_a_sensitive_value_in_call_yaml() -> None:
    meta = call()[0] | {"reason": f"the caller of pin {PIN} hung up"}
    assert judged(list(call()[1]), meta) == [(7, "pin stands in clear in call.yaml")]
