"""What happens beside the turns: tools that answer, silence, coughs, and a caller who is gone."""

from datetime import date

import pytest
from in_full import InFull

from callwright.conversation import Conversation, Decision, HandoffPlan, Plan, ToolPlan
from callwright.conversation.entities import Digits, PersonName, Phone, Text
from callwright.engines.dialogue import word

NUMBER = "four one five five five five oh one three two"
OTHER = "four one five five five five oh one nine nine"
SAID = f"my name is anna bell i have a question about my bill my number is {NUMBER}"
NAME = PersonName(type="person_name", ask="May I have your name?")
PHONE = Phone(type="phone", ask="What is your number?", confirm="read_back")
REASON = Text(type="text", ask="What is it about?")
TOOL = ToolPlan(say="Your reference is {reference}.")
RESULT = {"reference": "A1"}
LAST = "Your reference is A1. Thank you. Goodbye."


def make_plan(handoff: HandoffPlan | None = None, **changes: object) -> Plan:
    fields: dict[str, object] = {
        "greeting": "Lakeside Clinic, this is Robin, an automated assistant. How can I help?",
        "closing": "Thank you. Goodbye.",
        "entities": {"full_name": NAME, "reason": REASON, "phone": PHONE},
        "tools": {"take_message": TOOL},
        "handoff": handoff,
    }
    return Plan(**(fields | changes))  # type: ignore[arg-type]


def begin(plan: Plan) -> Conversation:
    call = InFull(plan, date(2026, 11, 20))
    call.greeting()
    return call


def turn(call: Conversation, words: str) -> Decision:
    call.turn_started()
    call.caller_said(words)
    return call.decide()


def saving(plan: Plan | None = None) -> Conversation:
    """A call whose tool is running."""
    call = begin(plan or make_plan())
    turn(call, SAID)
    assert turn(call, "yes").tool == "take_message"
    return call


def spoken(call: Conversation, decision: Decision) -> str:
    return word(decision, call.plan, call)


def test_a_tool_that_returns_while_the_caller_speaks_is_not_forgotten() -> None:
    call = saving()
    call.turn_started()
    call.caller_said("thank")
    call.tool_returned("take_message", RESULT)
    call.caller_said("you")
    assert (call.outcome, call.ended, call.results) == (
        "completed", True, {"take_message": RESULT},
    )  # fmt: skip
    last = call.decide()
    assert (spoken(call, last), last.ends) == (LAST, True)


def test_a_tool_that_fails_while_the_caller_speaks_is_not_forgotten() -> None:
    call = saving(make_plan(HandoffPlan(say="I'll get somebody.")))
    call.turn_started()
    call.tool_failed("take_message", "timeout")
    call.caller_said("hello")
    assert (call.outcome, call.decide().kind) == ("handed_off", "hand_off")


def test_words_of_an_open_turn_outlive_a_tool_that_answers() -> None:
    tools = {"find": ToolPlan(), "book": ToolPlan()}
    call = begin(make_plan(tools=tools))
    turn(call, SAID)
    assert turn(call, "yes").tool == "find"
    call.turn_started()
    call.caller_said("actually my name")
    assert call.tool_returned("find").tool == "book"
    call.caller_said("is hannah bell")
    assert call.entities["full_name"].value == "Hannah Bell"
    assert call.decide().tool == "book"


def read_back(plan: Plan) -> Conversation:
    call = begin(plan)
    assert turn(call, SAID).kind == "read_back"
    return call


def test_a_cough_does_not_let_a_yes_answer_an_older_question() -> None:
    call = read_back(make_plan(HandoffPlan()))
    call.turn_started()
    call.not_understood()
    call.caller_silent()
    silent = call.caller_silent()
    assert silent.then is not None
    assert silent.then.kind == "offer"
    assert turn(call, "yes please").kind == "hand_off"
    assert call.entities["phone"].status == "captured"


def test_coughs_and_silences_are_counted_though_a_turn_was_open() -> None:
    call = read_back(make_plan())
    attempts: list[int] = []
    for _ in range(2):
        call.turn_started()
        attempts.append(call.not_understood().attempt)
    call.turn_started()
    attempts.append(call.caller_silent().attempt)
    call.turn_started()
    attempts.append(call.caller_silent().attempt)
    assert attempts == [1, 2, 1, 2]
    call.turn_started()
    assert call.caller_silent().kind == "close"
    call.caller_said("yes")
    assert (call.ended, call.outcome) == (True, "abandoned")
    assert call.entities["phone"].status == "captured"


def test_an_unanswered_yes_stays_with_its_own_question() -> None:
    plan = make_plan(HandoffPlan(), entities={"full_name": NAME, "phone": PHONE, "pin": Digits(
        type="digits", ask="Your pin?", length=4)})  # fmt: skip
    call = begin(plan)
    turn(call, f"my name is anna bell my number is {NUMBER}")
    call.turn_started()
    call.caller_said("yes")
    again = call.caller_silent()
    assert again.then is not None
    assert (again.then.kind, again.then.entity) == ("ask", "pin")
    call.caller_silent()
    assert turn(call, "no").kind == "ask"
    assert call.entities["phone"].status == "confirmed"


def test_a_greeting_within_a_turn_keeps_its_question() -> None:
    call = InFull(make_plan(), date(2026, 11, 20))
    call.turn_started()
    call.greeting()
    assert turn(call, "my bill is wrong").acknowledge == ("reason",)


@pytest.mark.parametrize("event", ["words", "none", "silence", "noise"])
@pytest.mark.parametrize("handoff", [None, HandoffPlan(say="I'll get somebody.")])
def test_what_a_tool_brought_is_told_whatever_comes_first(
    event: str, handoff: HandoffPlan | None
) -> None:
    for fails in (False, True):
        call = saving(make_plan(handoff))
        answer = (
            call.tool_failed("take_message", "timeout")
            if fails
            else call.tool_returned("take_message", RESULT)
        )
        told = happens(call, event)
        assert told == answer
        assert told.ends
        # Once is enough.
        assert happens(call, event).topic == "closed"


def happens(call: Conversation, event: str) -> Decision:
    if event == "silence":
        return call.caller_silent()
    if event == "noise":
        return call.not_understood()
    return turn(call, "hello") if event == "words" else call.decide()


def test_silence_after_the_last_words_does_not_ask_for_patience() -> None:
    call = saving()
    call.tool_returned("take_message", RESULT)
    assert spoken(call, call.caller_silent()) == LAST
    assert spoken(call, call.caller_silent()) == "Goodbye."


def test_a_tool_due_is_called_by_decide_only_and_silence_still_ends_the_call() -> None:
    tools = {"find": ToolPlan(), "book": ToolPlan()}
    for answers in (True, False):
        call = begin(make_plan(tools=tools))
        turn(call, SAID)
        turn(call, "yes")
        call.tool_returned("find")
        assert call.caller_silent().tool is None
        assert call.not_understood().tool is None
        if answers:
            assert turn(call, "yes").tool == "book"
            continue
        call.caller_silent()
        assert call.caller_silent().kind == "close"
        assert call.outcome == "abandoned"


def test_a_yes_said_before_a_read_back_was_heard_confirms_nothing() -> None:
    call = saving(make_plan(tools={"take_message": ToolPlan(on_failure="That did not work.")}))
    turn(call, f"sorry, my number is {OTHER}")
    asked = call.tool_failed("take_message", "timeout")
    assert asked.then is not None
    assert asked.then.kind == "read_back"
    assert turn(call, "yes") == asked
    assert call.entities["phone"].status == "captured"
    turn(call, "yes")
    assert call.entities["phone"].status == "confirmed"


@pytest.mark.parametrize("handoff", [None, HandoffPlan()])
def test_a_tool_that_fails_after_the_caller_hung_up_changes_nothing(
    handoff: HandoffPlan | None,
) -> None:
    call = saving(make_plan(handoff))
    call.hung_up()
    call.tool_failed("take_message", "timeout")
    assert call.outcome == "abandoned"


def test_a_tool_that_returns_after_the_caller_hung_up_completes_the_call() -> None:
    call = saving()
    call.turn_started()
    call.hung_up()
    call.caller_said("bye")
    assert (call.ended, call.outcome) == (True, "abandoned")
    call.tool_returned("take_message", RESULT)
    assert call.outcome == "completed"


def test_no_further_tool_starts_when_the_caller_is_gone() -> None:
    call = saving(make_plan(tools={"take_message": TOOL, "book": ToolPlan()}))
    call.hung_up()
    assert call.tool_returned("take_message", RESULT).tool is None
    assert call.outcome == "abandoned"


LONG = "i have a question about the second bill you sent my mother in march of last year"


def test_a_long_reason_heard_badly_is_asked_for_in_a_few_words() -> None:
    call = begin(make_plan())
    call.turn_started()
    call.caller_said(LONG, 0.2)
    again = call.decide()
    assert (again.kind, again.entity, again.topic) == ("ask", "reason", "in_short")
    assert "in a few words?" in spoken(call, again)
    assert call.entities["reason"].value is None
    assert turn(call, "a question about my bill").acknowledge == ("reason",)


def test_a_long_reason_heard_badly_again_and_again_ends() -> None:
    call = begin(make_plan(HandoffPlan(), entities={"reason": REASON}))
    kinds: list[str] = []
    while not call.ended:
        call.turn_started()
        call.caller_said(LONG, 0.2)
        kinds.append(call.decide().kind)
    assert kinds == ["ask", "ask", "ask", "hand_off"]


def test_a_long_reason_heard_well_is_kept_and_said_in_short() -> None:
    reason = Text(type="text", ask="What is it about?", confirm="read_back")
    call = begin(make_plan(entities={"reason": reason}, closing="It is about {reason}.", tools={}))
    back = turn(call, LONG)
    assert call.entities["reason"].value == LONG
    short = "i have a question about the second bill you sent my mother"
    assert spoken(call, back) == f"Thank you. I have {short}. Is that right?"
    assert spoken(call, turn(call, "yes")) == f"It is about {short}."


class _Scalar(float):
    """Like the numbers of an array library: a float by descent, not by kind."""


@pytest.mark.parametrize(
    "confidence", [None, "0.1", float("nan"), _Scalar(0.1), -0.1, 1.1, float("inf"), False, [0.1]]
)
def test_a_confidence_that_is_no_share_counts_as_none(confidence: object) -> None:
    call = begin(make_plan())
    call.turn_started()
    call.caller_said("my name is anna", confidence)  # type: ignore[arg-type]
    assert call.decide().kind == "ask"


@pytest.mark.parametrize("confidence", [0, 0.1])
def test_a_low_confidence_counts(confidence: float) -> None:
    call = begin(make_plan())
    call.turn_started()
    call.caller_said("my name is anna", confidence)
    assert call.decide().kind == "read_back"
