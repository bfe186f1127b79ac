"""What is left to say when a voice, a model or a recogniser broke off."""

import pytest

from callwright.services.health import FIRST_REST, Health
from callwright.services.said_already import Sentences, alike, rest_after, unheard


@pytest.mark.parametrize(
    ("text", "said", "rest"),
    [
        ("Thank you. May I have your name?", "", "Thank you. May I have your name?"),
        ("Thank you. May I have your name?", "thank you", "May I have your name?"),
        ("Thank you. May I have your name?", "Thank you. May I", "have your name?"),
        ("It is $4, then.", "it is 4", "then."),
        ("Goodbye.", "Goodbye", ""),
        ("Goodbye.", "Goodbye, and more", ""),
    ],
)
def test_a_voice_goes_on_behind_the_words_that_were_heard(text: str, said: str, rest: str) -> None:
    assert rest_after(text, said) == rest


@pytest.mark.parametrize(
    ("text", "heard", "news"),
    [
        ("my name is anna", "", "my name is anna"),
        ("my name is anna bell", "my name is", "anna bell"),
        ("My name is Anna.", "my name is anna", ""),
        ("four one five five five five", "hello", "four one five five five five"),
        ("is anna bell", "my name is", "anna bell"),
    ],
)
def test_words_are_heard_once(text: str, heard: str, news: str) -> None:
    assert unheard(text, heard) == news


def test_sentences_go_on_as_soon_as_they_are_whole() -> None:
    sentences = Sentences()
    assert sentences.feed("Thank") == []
    assert sentences.feed(" you. May") == ["Thank you. "]
    assert sentences.holds
    assert sentences.rest() == ["May"]
    assert not sentences.holds


def test_what_the_broken_answer_said_is_left_out_of_the_next_one() -> None:
    sentences = Sentences(["Thank you, Anna. "])
    answer = "Thank you Anna! What number can we call you back on?"
    assert sentences.feed(answer) + sentences.rest() == ["What number can we call you back on?"]


def test_a_sentence_is_left_out_once_for_each_time_it_was_said() -> None:
    sentences = Sentences(["No. "])
    assert sentences.feed("No. No. ") == ["No. "]


def test_another_answer_is_not_the_same() -> None:
    assert not alike("What number can we call you back on?", "May I have your full name?")


def test_a_service_that_failed_rests_longer_each_time() -> None:
    health = Health(2)
    assert health.is_back(0, now=10.0)
    health.failed(0, now=10.0)
    assert not health.is_back(0, now=10.0 + FIRST_REST - 1)
    assert health.is_back(0, now=10.0 + FIRST_REST)
    health.failed(0, now=100.0)
    assert not health.is_back(0, now=100.0 + FIRST_REST)
    assert health.is_back(0, now=100.0 + 2 * FIRST_REST)
    health.worked(0)
    health.failed(0, now=200.0)
    assert health.is_back(0, now=200.0 + FIRST_REST)
