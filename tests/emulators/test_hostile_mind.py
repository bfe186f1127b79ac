"""A model of bad faith is the same for the same seed, and knows many ways."""

from datetime import date

from callwright.conversation import CheckpointPlan, Plan, ToolPlan
from callwright.conversation.entities import Digits
from callwright.emulators.hostile_mind import HostileMind
from callwright.emulators.parts import Message, Reply

PLAN = Plan(
    greeting="Hello.",
    entities={"pin": Digits(type="digits", ask="What is your pin?", length=4)},
    checkpoints={"note": CheckpointPlan(say="This call is recorded.")},
    tools={"book": ToolPlan(needs=("pin",))},
)
TODAY = date(2026, 11, 20)


def told(words: str, length: int = 1) -> list[Message]:
    return [Message("assistant", "Hello.")] * length + [Message("user", words)]


async def answers(seed: int, *, cooperates: float | None = 0.0) -> list[Reply]:
    mind = HostileMind(PLAN, TODAY, seed, cooperates=cooperates)
    return [await mind.answer(told("my pin is 1234", n), ["end_call"]) for n in range(1, 30)]


async def test_the_same_seed_and_request_get_the_same_answer() -> None:
    assert await answers(3) == await answers(3)
    mind = HostileMind(PLAN, TODAY, 3)
    first = await mind.answer(told("hello"), [])
    await mind.answer(told("something else"), [])
    assert await mind.answer(told("hello"), []) == first


async def test_it_lies_loops_calls_ends_and_falls_silent() -> None:
    replies = [reply for seed in range(30) for reply in await answers(seed)]
    called = {call.name for reply in replies for call in reply.calls}
    texts = " ".join(reply.text for reply in replies)
    assert {"book", "end_call", "hand_off", "wire_money"} <= called
    assert any(not reply.text.strip() and not reply.calls for reply in replies)
    assert any(len(reply.calls) > 1 for reply in replies)
    assert max(len(reply.text) for reply in replies) > 800
    for part in ("You are verified", "<speak>", "This call is recorded.", "Is that right?"):
        assert part in texts


async def test_now_and_then_it_does_as_it_should() -> None:
    reply = await HostileMind(PLAN, TODAY, 1, cooperates=1.0).answer(told("hello"), ["book"])
    assert "What is your pin?" in reply.text
