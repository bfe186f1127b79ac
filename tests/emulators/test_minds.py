"""Minds: scripts, a varying pace, and the dialogue rules told again from the messages."""

import json
import random
from datetime import date

import pytest

from bot.plan import plan_of
from callwright.conversation import Conversation
from callwright.declarations.load import load
from callwright.emulators.dialogue_mind import DialogueMind
from callwright.emulators.minds import ScriptedMind, ScriptOver, Varied
from callwright.emulators.parts import Message, Reply, ToolCall
from callwright.engines.dialogue import word

PLAN = plan_of(load("reception").agent)
TOOLS = ["take_message", "end_call"]
ASKED = {
    "full_name": "Anna Bell",
    "reason": "I have a question about my bill",
    "callback_number": "+14155550132",
}
NUMBER = "my number is four one five five five five zero one three two"


class Call:
    """A client's context, and the mind that answers from it."""

    def __init__(self, *, greeted: bool = True) -> None:
        self.mind = DialogueMind(PLAN, date(2026, 11, 20))
        self.messages = [Message("system", PLAN.persona)]
        if greeted:
            self.messages.append(Message("assistant", PLAN.greeting))

    async def ask(self, tools: list[str] = TOOLS) -> Reply:
        first = await self.mind.answer(self.messages, tools)
        assert await self.mind.answer(self.messages, tools) == first
        return first

    async def says(self, text: str, heard: int | None = None) -> Reply:
        """The caller speaks; `heard` words of the answer are spoken before they interrupt."""
        self.messages.append(Message("user", text))
        reply = await self.ask()
        self.bot(reply, heard)
        return reply

    def bot(self, reply: Reply, heard: int | None = None) -> None:
        said = " ".join(reply.text.split()[:heard])
        if said:
            self.messages.append(Message("assistant", said))
        if heard is None and reply.calls:
            calls = {f"c{at}": call for at, call in enumerate(reply.calls)}
            self.messages.append(Message("assistant", calls=calls))

    async def returns(self, result: str) -> Reply:
        self.messages.append(Message("tool", result, answers="c0"))
        return await self.ask()

    async def until_confirmed(self) -> Reply:
        await self.says("I have a question about my bill")
        await self.says("my name is anna bell")
        return await self.says(NUMBER)


async def test_a_call_ends_in_its_tool_and_a_goodbye() -> None:
    call = Call()
    back = await call.until_confirmed()
    assert "right" in back.text.lower()
    assert not back.calls
    running = await call.says("yes that is right")
    assert running.calls == [ToolCall("take_message", ASKED)]
    bye = await call.returns('{"reference": "4711"}')
    assert "4711" in bye.text
    assert "Goodbye" in bye.text
    assert bye.calls == [ToolCall("end_call", {})]


SAID = (
    "I have a question about my bill",
    "my name is anna bell",
    "actually my name is anna belt",
    NUMBER,
    "yes",
    "no",
    "no it is four one five five five five zero one four two",
    "what was that",
    "could you speak slower please",
    "are you a robot",
    "hello",
    "hold on a second",
    "blue elephants",
    "thank you",
    "I do not know",
)


@pytest.mark.parametrize("seed", range(25))
async def test_it_says_what_the_rules_say_that_were_there_all_along(seed: int) -> None:
    chance = random.Random(seed)
    call, rules = Call(), Conversation(PLAN, date(2026, 11, 20))
    rules.greeting()
    rules.bot_said(PLAN.greeting)
    for _ in range(12):
        if chance.random() < 0.15:
            silent = word(rules.caller_silent(), PLAN, rules)
            # The bot says so by itself; the model learns of it from its context.
            call.messages.append(Message("assistant", silent))
            rules.bot_said(silent)
        else:
            said = chance.choice(SAID)
            rules.turn_started()
            rules.caller_said(said)
            decision = rules.decide()
            heard = chance.choice((None, None, None, 3))
            reply = await call.says(said, heard=heard)
            assert reply.text == word(decision, PLAN, rules)
            rules.bot_said(" ".join(reply.text.split()[:heard]))
            assert [c.name for c in reply.calls if c.name != "end_call"] == (
                [decision.tool] if decision.tool else []
            )
            if decision.tool:
                return
        if rules.ended:
            return


async def test_the_end_is_told_only_to_clients_that_offer_to_hear_it() -> None:
    call = Call()
    await call.until_confirmed()
    call.bot(await call.says("yes"), 0)
    call.messages.append(Message("tool", '{"reference": "4711"}', answers="c0"))
    assert not (await call.ask(["take_message"])).calls


async def test_a_call_without_a_greeting_is_greeted() -> None:
    assert (await Call(greeted=False).ask()).text == PLAN.greeting


async def test_an_interrupted_answer_is_still_an_answer() -> None:
    call = Call()
    assert "name" in (await call.says("I have a question about my bill", heard=1)).text
    assert "number" in (await call.says("my name is anna bell", heard=2)).text


async def test_words_nobody_answered_stay_part_of_the_turn() -> None:
    call = Call()
    await call.says("I have a question about my bill")
    call.messages.append(Message("user", "my name is"))
    assert "number" in (await call.says("anna bell")).text


async def test_a_tool_call_that_never_arrived_is_made_again() -> None:
    call = Call()
    await call.until_confirmed()
    assert (await call.says("yes", heard=2)).calls
    again = await call.says("yes go on please")
    assert again.calls == [ToolCall("take_message", ASKED)]


async def test_a_cancelled_tool_is_called_again() -> None:
    call = Call()
    await call.until_confirmed()
    await call.says("yes")
    call.messages.append(Message("tool", "CANCELLED", answers="c0"))
    assert (await call.says("hello")).calls == [ToolCall("take_message", ASKED)]


async def test_a_running_tool_is_waited_for() -> None:
    call = Call()
    await call.until_confirmed()
    await call.says("yes")
    call.messages.append(Message("tool", "IN_PROGRESS", answers="c0"))
    waiting = await call.says("are you there")
    assert not waiting.calls
    assert waiting.text == "One moment, please."


@pytest.mark.parametrize("why", ["error", "refused"])
async def test_a_failed_tool_hands_over(why: str) -> None:
    call = Call()
    await call.until_confirmed()
    await call.says("yes")
    reply = await call.returns(json.dumps({why: "no answer within 5 seconds"}))
    assert "front desk" in reply.text
    assert reply.calls == [ToolCall("end_call", {})]


async def test_a_tool_that_is_not_offered_is_not_called() -> None:
    call = Call()
    await call.until_confirmed()
    call.messages.append(Message("user", "yes"))
    reply = await call.ask(["end_call"])
    assert [made.name for made in reply.calls] == ["end_call"]
    assert "front desk" in reply.text


@pytest.mark.parametrize(
    "cue",
    [
        Message("system", "The user has been silent for eight seconds."),
        Message("user", "The user has been quiet. Ask whether they are still there."),
        Message("user", "(silence)"),
        Message("user", "."),
    ],
)
async def test_silence_is_asked_into(cue: Message) -> None:
    call = Call()
    await call.says("I have a question about my bill")
    call.messages.append(cue)
    assert (await call.ask()).text == "Are you still there? May I have your full name?"


async def test_prompts_the_bot_spoke_by_itself_are_recognised() -> None:
    call = Call()
    await call.says("I have a question about my bill")
    call.messages.append(Message("assistant", "Are you still there? May I have"))
    call.messages.append(Message("system", "The caller is still silent."))
    assert "person" in (await call.ask()).text  # the second silence offers somebody
    call.messages.pop()
    assert "number" in (await call.says("my name is anna bell")).text


async def test_an_apology_in_the_models_place_is_no_answer() -> None:
    trouble = "I'm sorry, I'm having some trouble here. Could you say that again, please?"
    call = Call()
    await call.until_confirmed()
    call.messages += [Message("user", "yes"), Message("assistant", trouble)]
    assert (await call.says("yes I said")).calls == [ToolCall("take_message", ASKED)]
    call = Call()
    said = Message("user", "I have a question about my bill")
    call.messages += [said, Message("assistant", trouble), said]
    assert "name" in (await call.ask()).text


async def test_an_instruction_to_greet_is_followed() -> None:
    call = Call(greeted=False)
    call.messages.append(Message("user", f"The caller is on the line. Say: {PLAN.greeting}"))
    assert (await call.ask()).text == PLAN.greeting


async def test_a_call_is_handed_over_where_that_is_offered() -> None:
    call = Call()
    call.messages.append(Message("user", "I want to speak to a human please"))
    assert (await call.ask([*TOOLS, "hand_off"])).calls == [ToolCall("hand_off", {})]
    assert (await call.ask()).calls == [ToolCall("end_call", {})]


async def test_nothing_is_said_after_the_end() -> None:
    call = Call()
    call.bot(await call.says("I want to speak to a human please"))
    assert (await call.returns("COMPLETED")) == Reply()


async def test_a_script_answers_turn_by_turn_and_says_when_it_is_over() -> None:
    script = [Reply("one"), [Reply("two"), Reply("deux")]]
    mind = ScriptedMind(script)
    told = [Message("assistant", "hello"), Message("user", "a"), Message("user", "b")]
    assert (await mind.answer(told, [])).text == "one"
    told += [Message("assistant", calls={"c": ToolCall("t", {})}), Message("tool", "", answers="c")]
    seeds = {(await ScriptedMind(script, seed).answer(told, [])).text for seed in range(9)}
    assert seeds == {"two", "deux"}
    told += [Message("assistant", "x"), Message("user", "c")]
    with pytest.raises(ScriptOver, match="holds 2 answers, and answer 3 was asked for"):
        await mind.answer(told, [])


async def test_a_script_may_be_a_function() -> None:
    mind = ScriptedMind(lambda messages, tools: Reply(f"{messages[-1].text} {tools[0]}"))
    assert (await mind.answer([Message("user", "a")], ["b"])).text == "a b"


async def test_the_pace_varies_by_seed_and_by_nothing_else() -> None:
    told = [Message("user", "a")]

    async def first(seed: int, reply: Reply) -> float | None:
        return (await Varied(ScriptedMind([reply]), seed).answer(told, [])).first_token

    paces = [await first(seed, Reply("x")) for seed in range(5)]
    assert len(set(paces)) == 5
    assert paces == [await first(seed, Reply("x")) for seed in range(5)]
    assert await first(1, Reply("x", first_token=3)) == 3


async def test_whoever_is_told_which_words_to_say_says_them() -> None:
    call = Call()
    call.messages.append(Message("system", "Say exactly these words to the caller: Hold the line."))
    call.messages.append(Message("system", "[Known so far: nothing.]"))
    assert await call.ask() == Reply("Hold the line.")
    call.bot(Reply("Hold the line."))
    # What was asked for before somebody spoke is done with.
    assert "Hold the line" not in (await call.says("my name is anna bell")).text
