"""What the caller wants from the conversation itself, and what only sounds like it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright.conversation.intents import intents


def names(words: str) -> set[str]:
    return {intent.name for intent in intents(words)}


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("what?", "repeat"),
        ("pardon", "repeat"),
        ("Sorry?", "repeat"),
        ("sorry could you repeat that please", "repeat"),
        ("can you say that again", "repeat"),
        ("i didn't catch that", "repeat"),
        ("repeat that please", "repeat"),
        ("¿Cómo?", "repeat"),
        ("slower please", "slower"),
        ("can you speak a little slower", "slower"),
        ("you're talking too fast", "slower"),
        ("I want a human", "human"),
        ("i want to speak to someone about my bill", "human"),
        ("can I talk to a real person please", "human"),
        ("operator", "human"),
        ("get me a manager", "human"),
        ("let me speak to a human", "human"),
        ("I don't want to talk to a robot", "human"),
        ("connect me to an agent", "human"),
        ("quiero hablar con una persona", "human"),
        ("are you a real person?", "robot"),
        ("am I talking to a robot", "robot"),
        ("is this a recording", "robot"),
        ("are you human", "robot"),
        ("goodbye", "goodbye"),
        ("okay bye bye", "goodbye"),
        ("i have to go", "goodbye"),
        ("that's all thanks", "done"),
        ("no, thank you", "done"),
        ("actually never mind", "never_mind"),
        ("hello?", "hello"),
        ("are you there", "hello"),
        ("who is this", "who"),
        ("thank you very much", "thanks"),
        ("one moment please", "wait"),
        ("i don't know", "unsure"),
    ],
)
def test_understands(words: str, intent: str) -> None:
    assert intent in names(words)


@pytest.mark.parametrize(
    "words",
    [
        "I'd like to repeat my prescription",
        "what is my balance",
        "i need a person to fix my roof",
        "i need an agent for my house",
        "i spoke to someone yesterday",
        "my doctor told me to talk to someone",
        "i don't want to speak to anyone",
        "i want to speak about my last visit",
        "i want to see the doctor",
        "I am a real person",
        "hello my name is anna",
        "my internet slows down",
        "is this the right number for billing",
        "i want a new internet line",
        "the agent who sold me the house",
        "yes",
        "no",
        "four one five",
        "",
    ],
)
def test_understands_nothing_but_an_answer(words: str) -> None:
    assert names(words) == set()


def test_says_where_it_stands() -> None:
    words = "i want to speak to someone about my bill"
    (human,) = intents(words)
    assert words[human.span.start : human.span.end] == "i want to speak to someone"


@given(st.text(max_size=300))
def test_any_text_is_survived(words: str) -> None:
    for intent in intents(words):
        assert 0 <= intent.span.start < intent.span.end <= len(words)


@pytest.mark.parametrize("piece", ["sorry ", "what ", "speak to a real ", "no ", "?", "i want to "])
def test_repetition_does_not_make_it_slow(piece: str) -> None:
    started = time.process_time()
    intents(piece * (1500 // len(piece)))
    assert time.process_time() - started < 1.0
