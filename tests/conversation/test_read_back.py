"""A yes confirms the value that was read back since it was given last, and no other."""

from datetime import date

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from callwright.conversation import CheckpointPlan, Conversation, Plan, ToolPlan
from callwright.conversation.changes import ReadBackHeard
from callwright.conversation.entities import Digits
from callwright.engines.dialogue import word

FIRST, OTHER = "one two three four", "five six seven eight"
PLAN = Plan(
    greeting="How can I help?",
    closing="Goodbye.",
    entities={
        "pin": Digits(type="digits", ask="What is your pin?", length=4, confirm="read_back"),
        "room": Digits(type="digits", ask="Which room?", length=3, confirm="read_back"),
    },
    checkpoints={"identity": CheckpointPlan(needs=("pin",), verify="find", keep="override")},
    tools={"find": ToolPlan(needs=("pin",))},
)


def begun() -> Conversation:
    call = Conversation(PLAN, date(2026, 11, 20))
    call.bot_said(word(call.greeting(), PLAN, call))
    return call


def says(call: Conversation, *pieces: str) -> str:
    """The caller takes a turn; gives the words of the answer, which nobody has heard yet."""
    call.turn_started()
    for piece in pieces:
        call.caller_said(piece)
    return word(call.decide(), PLAN, call)


def read_back_once() -> Conversation:
    call = begun()
    call.bot_said(says(call, f"my pin is {FIRST}"))
    return call


@pytest.mark.parametrize(
    "between",
    [
        ["no", f"it is {FIRST}"],
        ["no that's wrong", "what", f"it is {FIRST}"],
        [f"no it is {OTHER}", f"no it is {FIRST}"],
        [f"sorry it is {OTHER}", f"no wait it is {FIRST}"],
    ],
)
def test_a_value_that_comes_back_has_to_be_read_back_again(between: list[str]) -> None:
    call = read_back_once()
    for words in between:
        says(call, words)  # The caller speaks over every answer.
    assert call.entities["pin"].value == "1234"
    says(call, "yes")
    assert call.entities["pin"].status == "captured"


def test_a_value_that_comes_back_is_confirmed_once_it_was_heard_again() -> None:
    call = read_back_once()
    call.bot_said(says(call, "no"))
    call.bot_said(says(call, FIRST))
    says(call, "yes")
    assert call.entities["pin"].status == "confirmed"


def test_a_value_that_a_tool_turned_down_has_to_be_read_back_again() -> None:
    call = read_back_once()
    says(call, "yes")
    call.tool_started("find", {"pin": "1234"})
    call.tool_returned("find", None)
    call.decide()
    assert call.entities["pin"].status == "rejected"
    says(call, f"it is {FIRST}")
    says(call, "yes")
    assert call.entities["pin"].status == "captured"


def test_what_is_taken_back_within_a_turn_is_still_read_back() -> None:
    call = read_back_once()
    says(call, "no", "problem yes")
    assert call.entities["pin"].status == "confirmed"


def test_a_second_read_back_is_told_apart_from_the_first() -> None:
    call = read_back_once()
    assert ReadBackHeard("pin", "1234") in call.changes()
    says(call, "no")
    call.changes()
    call.bot_said(says(call, FIRST))
    assert ReadBackHeard("pin", "1234") in call.changes()


class ReadBacks(RuleBasedStateMachine):
    """A caller who changes his mind, and a bot of whose words any part is heard."""

    @initialize()
    def begin(self) -> None:
        self.call = begun()
        self.to_say = ""
        self.values: dict[str, str | None] = {}
        # What was heard of the bot since each value was given last.
        self.heard: dict[str, str] = {"pin": "", "room": ""}

    @rule(
        words=st.sampled_from(
            [FIRST, OTHER, f"my pin is {FIRST}", f"no it is {OTHER}", f"no it is {FIRST}", "no",
             "yes", "yes", "yes that's right", "no wait yes", "room two one four", "what",
             "room three one five", "no the last digit is five", "yes but it ends in nine"]
        )
    )  # fmt: skip
    def the_caller_says(self, words: str) -> None:
        before = {name: one.value for name, one in self.call.entities.items()}
        self.to_say = says(self.call, words)
        for name, one in self.call.entities.items():
            if one.status == "confirmed" and self.values.get(name) != one.value:
                assert one.value == before[name]
                assert " ".join(one.value or "") in self.heard[name].replace(",", "")
                self.values[name] = one.value
            if one.value != before[name]:
                self.values.pop(name, None)
                self.heard[name] = ""

    @rule(share=st.sampled_from([1.0, 1.0, 0.6, 0.0]))
    def the_bot_is_heard(self, share: float) -> None:
        told = self.to_say.split()
        words = " ".join(told[: round(len(told) * share)])
        self.to_say = ""
        self.call.bot_said(words)
        self.heard = {name: f"{heard} {words}" for name, heard in self.heard.items()}

    @invariant()
    def tools_answer(self) -> None:
        if "running" in {*self.call._state.tools.values()}:
            self.call.tool_started("find", self.call.arguments("find"))
            self.call.tool_returned("find", {"guest": 7})


TestReadBacks = ReadBacks.TestCase
TestReadBacks.settings = settings(max_examples=80, stateful_step_count=20, deadline=None)
