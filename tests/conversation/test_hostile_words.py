"""What a model of bad faith says, or leaves out, confirms nothing and passes no step."""

from datetime import date

import pytest

from callwright.conversation import CheckpointPlan, Conversation, HandoffPlan, Plan, ToolPlan
from callwright.conversation.entities import Digits, PersonName, YesNo
from callwright.conversation.plan import Keep

CONSENT = "We keep what you tell us for thirty days."
ASK = "Do you agree?"


def made(keep: Keep = "override", *, known: str = "my pin is one two three four") -> Conversation:
    """A call that knows what the caller said first, and whose first step is consent."""
    consent = CheckpointPlan(
        say=CONSENT, needs=("agreed",), wanted={"agreed": "yes"}, attempts=1, keep=keep
    )
    plan = Plan(
        greeting="How can I help?",
        entities={
            "pin": Digits(type="digits", ask="What is your pin?", length=4, confirm="read_back"),
            "agreed": YesNo(type="yes_no", ask=ASK),
        },
        checkpoints={"consent": consent},
        tools={"book": ToolPlan(needs=("pin",), after=("consent",))},
        handoff=HandoffPlan(when=frozenset({"asked"})),
    )
    call = Conversation(plan, date(2026, 11, 20))
    call.greeting()
    turn(call, known, "")
    return call


def turn(call: Conversation, caller: str, model: str) -> None:
    """The caller speaks, and hears what a model answers."""
    if caller:
        call.turn_started()
        call.caller_said(caller)
        call.model_asked()
    call.model_said(model)


@pytest.mark.parametrize("keep", ["gate", "override", "guide"])
@pytest.mark.parametrize(
    "question",
    ["Shall we go on?", "Do you like the weather?", "Do you", "Do you agree that it is Friday?",
     "You do not mind, do you?", ""],
)  # fmt: skip
def test_nobody_agrees_to_a_question_that_was_not_put_as_declared(
    keep: Keep, question: str
) -> None:
    call = made(keep)
    turn(call, "", f"{CONSENT} {question}")
    turn(call, "yes", "")
    assert call.checkpoints["consent"].status == "pending"
    assert call.entities["agreed"].status == "missing"


@pytest.mark.parametrize("keep", ["gate", "override", "guide"])
def test_the_declared_question_after_the_statement_is_what_a_yes_answers(keep: Keep) -> None:
    call = made(keep)
    turn(call, "", f"{CONSENT} {ASK}")
    turn(call, "yes", "")
    assert call.checkpoints["consent"].status == "passed"


def test_a_yes_into_the_middle_of_the_rules_own_question_is_put_again() -> None:
    call = made(known="hello")
    call.turn_started()
    call.caller_said("go on")
    assert call.decide().checkpoint == "consent"
    call.bot_said(f"{CONSENT} Do you")
    call.turn_started()
    call.caller_said("yes")
    assert (call.decide().entity, call.checkpoints["consent"].status) == ("agreed", "pending")
    call.bot_said(ASK)
    call.turn_started()
    call.caller_said("yes")
    assert call.checkpoints["consent"].status == "passed"


@pytest.mark.parametrize(
    "reply",
    [f"{CONSENT} Do you like the weather?", f"{CONSENT} What is your pin?", f"{CONSENT} Yes?",
     "We keep what you tell us. Do you agree?", "You are verified. Do you agree?",
     "We keep what you tell us for thirty years. Do you agree?"],
)  # fmt: skip
def test_a_reply_that_asks_something_else_is_replaced(reply: str) -> None:
    assert made().reply_skips(reply)
    assert not made().reply_skips(f"{CONSENT} {ASK}")


@pytest.mark.parametrize(
    "reply",
    ["I have 4711 and not 1234. Is that right?", "I have 4711 instead of 1 2 3 4. Right?",
     "It isn't 1234, is it?", "So 1234, or was it 4711?", "I will use 9876 for 1234. Okay?",
     "I have 12345. Is that right?", "I have 1 2 3 4 5. Is that right?",
     "I have 1234. Do you like the weather?", "Your pin is 1234. We charge fifty. Is that right?",
     "Is that right? Your pin is 1234."],
)  # fmt: skip
def test_a_value_in_other_company_is_not_read_back(reply: str) -> None:
    call = made("guide")
    turn(call, "", reply)
    turn(call, "yes", "")
    assert call.entities["pin"].status == "captured"


@pytest.mark.parametrize(
    "reply",
    ["I have 1234. Is that right?", "Thank you! So your pin is 1, 2, 3, 4, correct?", "1234?",
     "Your pin is 1234. Did I get that right?",
     "I didn't get that. I have 1 2 3 4. Is that right?"],
)  # fmt: skip
def test_a_value_by_itself_is(reply: str) -> None:
    call = made("guide")
    turn(call, "", reply)
    turn(call, "yes", "")
    assert call.entities["pin"].status == "confirmed"


@pytest.mark.parametrize("result", [{"slot": 3}, None])
def test_a_read_back_after_a_tool_counts_though_a_model_told_what_it_brought(
    result: object,
) -> None:
    call = made("guide")
    call.tool_started("book", {})
    if result is None:
        call.tool_failed("book", "no database")
    else:
        call.tool_returned("book", result)
    turn(call, "", "I have looked. I have 1234. Is that right?")
    turn(call, "yes", "")
    assert call.entities["pin"].status == "confirmed"


def test_a_name_that_is_denied_is_not_read_back() -> None:
    name = PersonName(type="person_name", ask="Your name?", confirm="read_back")
    call = Conversation(Plan(greeting="Hi.", entities={"name": name}), date(2026, 11, 20))
    call.greeting()
    turn(call, "my name is anna bell", "I have Mallory Eve rather than Anna Bell. Is that right?")
    turn(call, "yes", "")
    assert call.entities["name"].status == "captured"


def test_words_that_are_told_in_pieces_were_heard_in_one() -> None:
    call = made(known="hello")
    call.turn_started()
    call.caller_said("go on")
    call.decide()
    call.bot_said("Sure. We keep what")
    call.bot_said(f"you tell us for thirty days. {ASK}")
    turn(call, "yes", "")
    assert call.checkpoints["consent"].status == "passed"


def test_pieces_with_the_caller_in_between_are_no_whole() -> None:
    call = made(known="hello")
    for words in ("We keep what you tell us", f"for thirty days. {ASK}"):
        turn(call, "go on", words)
    turn(call, "yes", "")
    assert call.checkpoints["consent"].status == "pending"


def test_a_reply_of_which_nothing_was_heard_takes_no_question_out_of_the_air() -> None:
    call = made(known="hello")
    call.turn_started()
    call.caller_said("my pin is one two three four")
    call.model_asked()
    assert call.decide_instead().kind == "read_back"
    call.model_said("")
    call.bot_said("I have 1 2 3 4. Is that right?")
    turn(call, "yes", "")
    assert call.entities["pin"].status == "confirmed"


def test_a_question_is_not_put_again_before_the_caller_could_answer() -> None:
    call = made(known="hello")
    call.turn_started()
    call.caller_said("my pin is one two three four")
    call.model_asked()
    assert not call.awaits_caller
    call.decide_instead()
    assert call.awaits_caller
    call.turn_started()
    call.caller_said("what")
    assert not call.awaits_caller


def test_a_model_that_took_the_step_has_answered_the_turn() -> None:
    call = made(known="hello")
    turn(call, "go on", f"{CONSENT} {ASK}")
    assert call.awaits_caller


def test_a_tool_that_runs_while_its_step_is_open_is_waited_for() -> None:
    call = made(known="hello")
    turn(call, "my pin is one two three four", f"{CONSENT} {ASK}")
    turn(call, "yes", "I have 1234. Is that right?")
    call.turn_started()
    call.caller_said("yes")
    call.model_asked()
    call.tool_started("book", call.arguments("book"))
    assert call.decide_instead().kind == "wait"
    assert call.decide_instead().kind == "wait"
    assert not call.ended


def test_an_order_that_was_overtaken_by_the_caller_is_void() -> None:
    call = made(known="hello")
    turn(call, "my pin is one two three four", f"{CONSENT} {ASK}")
    turn(call, "yes", "I have 1234. Is that right?")
    call.turn_started()
    call.caller_said("yes")
    assert call.decide().tool == "book"
    call.turn_started()
    call.caller_said("sorry my pin is four three two one")
    assert call.tool_refused("book") == "pin has not been confirmed by the caller"
    assert (call.decide().kind, call.results) == ("read_back", {})


def test_what_is_due_is_looked_at_again_when_the_caller_spoke_meanwhile() -> None:
    plan = Plan(
        entities={"pin": Digits(type="digits", ask="What is your pin?", length=4)},
        tools={"find": ToolPlan(needs=("pin",)), "book": ToolPlan(needs=("pin",), after=("find",))},
    )
    call = Conversation(plan, date(2026, 11, 20))
    call.greeting()
    call.turn_started()
    call.caller_said("my pin is one two three four")
    assert call.decide().tool == "find"
    call.tool_started("find", {"pin": "1234"})
    call.turn_started()
    call.tool_returned("find", {"guest": 7})
    call.caller_said("sorry my pin is four three two one")
    # What was found is of another pin: the tool that comes after it may not run.
    assert call.decide().tool != "book"
    assert "book" not in call.results


def test_a_question_or_a_read_back_of_some_time_ago_is_answered_by_no_yes() -> None:
    call = made("guide", known="hello")
    turn(call, "my pin is one two three four", "I have 1234. Is that right?")
    turn(call, "well", f"{CONSENT} {ASK}")
    turn(call, "well", "Let me see.")
    call.turn_started()
    call.caller_said("well")
    assert call.decide().kind in ("read_back", "ask")  # and not a word of it is heard
    turn(call, "yes", "")
    assert call.entities["pin"].status == "captured"
    assert call.checkpoints["consent"].status == "pending"
