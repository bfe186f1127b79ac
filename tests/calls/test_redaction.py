"""Sensitive values: in no event, however they were said, whatever type they are."""

import json
import re
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from told_call import KEY, TODAY, ToldCall

from callwright.calls import events as ev
from callwright.calls.masks import MASK, hashed, masked, shown
from callwright.calls.monitor import violations
from callwright.calls.redaction import Redactor
from callwright.conversation.entities import (
    Choice,
    Code,
    Date,
    DateTime,
    Digits,
    Email,
    EntityBase,
    Money,
    Number,
    PersonName,
    Phone,
    PostalAddress,
    Text,
    Time,
    YesNo,
)
from callwright.conversation.plan import Plan, ToolPlan

WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
NAMES = ["Anna", "Maria", "John", "Thomas", "Laura", "Peter"]
SURNAMES = ["Bell", "Lopez", "Harris", "Wilson", "Fischer", "Novak"]
ADDRESSES = [
    ("42 Maple Street, Springfield", "forty two maple street springfield"),
    ("742 Evergreen Terrace, Springfield", "seven forty two evergreen terrace springfield"),
]
ILLNESS = ["diabetes", "asthma", "migraine"]
REASONS = ["a rash on my left arm", "my test results from monday", "trouble with my new medicine"]

FREE = Text(type="text", ask="What is it about?")
SECRETS: dict[str, EntityBase] = {
    "digits": Digits(
        type="digits", ask="What is your pin?", length=6, confirm="read_back", sensitive=True
    ),
    "phone": Phone(type="phone", ask="What is your number?", confirm="read_back", sensitive=True),
    "name": PersonName(type="person_name", ask="Your name?", confirm="spell", sensitive=True),
    "number": Number(type="number", ask="How many?", min=2, confirm="read_back", sensitive=True),
    "choice": Choice(type="choice", ask="Which illness?", values=ILLNESS, sensitive=True),
    "text": Text(type="text", ask="What is it about?", sensitive=True),
    "date": Date(type="date", ask="When were you born?", confirm="read_back", sensitive=True),
    "datetime": DateTime(type="datetime", ask="When?", confirm="read_back", sensitive=True),
    "time": Time(type="time", ask="At what time?", confirm="read_back", sensitive=True),
    "money": Money(type="money", ask="How much?", confirm="read_back", sensitive=True),
    "email": Email(type="email", ask="Your email?", confirm="read_back", sensitive=True),
    "code": Code(
        type="code", ask="Your id?", pattern="[A-Z]{2}[0-9]{4}", confirm="spell", sensitive=True
    ),
    "postal_address": PostalAddress(
        type="postal_address", ask="Your address?", confirm="read_back", sensitive=True
    ),
}


def spoken(digits: str) -> str:
    return " ".join(WORDS[int(digit)] for digit in digits)


def digits_said(digits: str) -> st.SearchStrategy[str]:
    cut = st.integers(1, len(digits) - 1)
    grouped = cut.map(lambda at: f"{digits[:at]} {digits[at:]}")
    mixed = cut.map(lambda at: f"{spoken(digits[:at])} {digits[at:]}")
    return st.one_of(st.just(digits), st.just(spoken(digits)), grouped, mixed)


def values(kind: str) -> st.SearchStrategy[tuple[str, str]]:
    """A canonical value and how a caller says it."""
    match kind:
        case "digits":
            value = st.text("0123456789", min_size=6, max_size=6)
            return value.flatmap(lambda d: st.tuples(st.just(d), digits_said(d)))
        case "phone":
            local = st.integers(0, 9999).map(lambda n: f"415555{n:04d}")
            return local.flatmap(lambda d: st.tuples(st.just(f"+1{d}"), digits_said(d)))
        case "number":
            value = st.integers(20, 999).filter(lambda n: n != 214).map(str)
            return value.map(lambda n: (n, n))
        case "name":
            full = st.tuples(st.sampled_from(NAMES), st.sampled_from(SURNAMES)).map(" ".join)
            return full.map(lambda n: (n, n.lower()))
        case "choice":
            return st.sampled_from(ILLNESS).map(lambda one: (one, one))
        case "postal_address":
            return st.sampled_from(ADDRESSES)
        case "text":
            return st.sampled_from(REASONS).map(lambda one: (one, one))
        case "code":
            codes = st.from_regex("[A-Z]{2}[0-9]{4}", fullmatch=True).filter(str.isascii)
            return codes.map(lambda value: (value, " ".join(value.lower())))
        case _:
            return written(kind).map(lambda value: (value, as_said(kind, value)))


def written(kind: str) -> st.SearchStrategy[str]:
    """A canonical value that is said in words."""
    match kind:
        case "date":
            return st.dates(date(1930, 1, 1), date(2020, 12, 31)).map(str)
        case "datetime":
            moments = st.tuples(st.integers(1, 28), st.integers(8, 17), st.sampled_from([0, 30]))
            return moments.map(lambda one: "2027-03-{:02d}T{:02d}:{:02d}".format(*one))
        case "time":
            hours = st.tuples(st.integers(8, 20), st.sampled_from([0, 15, 30]))
            return hours.map(lambda one: "{:02d}:{:02d}".format(*one))
        case "money":
            amounts = st.integers(21, 9999).filter(lambda amount: amount != 214)
            return amounts.map(lambda amount: f"{amount}.00 USD")
        case _:
            names = st.tuples(st.sampled_from(NAMES), st.sampled_from(SURNAMES))
            return names.map(lambda name: "{}.{}@example.com".format(*name).lower())


def as_said(kind: str, value: str) -> str:
    """A value as a recogniser would write it down."""
    return re.sub(r"[^\w\s']", " ", SECRETS[kind].say(value)).lower()


CARRIERS = {
    "digits": ["{}", "it's {}", "my pin is {}", "um {} thank you"],
    "phone": ["{}", "you can reach me at {}", "my number is {} okay"],
    "number": ["{}", "about {} i think"],
    "name": ["my name is {}", "{}", "this is {}"],
    "choice": ["i have {}", "{}"],
    "text": ["i am calling about {}", "it's about {}"],
    "date": ["{}", "i was born on {}", "it is {} thank you"],
    "datetime": ["{}", "{} please", "how about {}"],
    "time": ["{}", "at {} please"],
    "money": ["{}", "it was {} i think"],
    "email": ["{}", "my email is {}"],
    "code": ["{}", "my id is {}"],
    "postal_address": ["{}", "i live at {}"],
}


def pieces(text: str, cut: int) -> list[str]:
    words = text.split()
    at = cut % len(words)
    return [" ".join(part) for part in (words[:at], words[at:]) if part]


def plan(kind: str, *, before: bool) -> Plan:
    secret = {"secret": SECRETS[kind]}
    other: dict[str, EntityBase] = {"room": Digits(type="digits", ask="Which room?", length=3)}
    return Plan(
        greeting="Lakeside Clinic, this is Robin. How can I help you?",
        closing="Goodbye.",
        entities={**secret, **other} if before else {**other, **secret},
        tools={"keep": ToolPlan(needs=("secret", "room"), say="I have kept {secret}.")},
    )


def redacted(redactor: Redactor, event: ev.Event) -> Any:
    """The event itself; what it says of the sound comes behind it."""
    return redactor.redact(event)[0]


def leaks(value: str, entity: EntityBase, events: list[ev.Event]) -> list[str]:
    """The lines in which a value can be read, in any form of it."""
    forms = {value, entity.say(value), entity.spell(value)}
    digits = re.sub(r"\D", "", value)
    if len(digits) > 3:
        forms |= {spoken(digits), spoken(digits[-10:]), digits[-10:]}
    wanted = [" ".join(re.findall(r"\w+", form.lower())) for form in forms]
    found: list[str] = []
    for event in events:
        line = ev.to_line(event)
        line.pop("at")
        text = re.sub(rf"{MASK}[0-9a-f]*", " # ", json.dumps(line, ensure_ascii=False))
        text = re.sub(r'"(?:since|start|end)": [\d.]+', "", text)
        read = " ".join(re.findall(r"\w+|#", text.lower()))
        squeezed = [re.sub(r"\D", "", part) for part in text.split('", "')]
        if any(f" {form} " in f" {read} " for form in wanted) or (
            len(digits) > 3 and any(digits[-10:] in part for part in squeezed)
        ):
            found.append(text)
    return found


@pytest.mark.parametrize("kind", list(SECRETS))
@settings(max_examples=12)
@given(data=st.data(), cut=st.integers(0, 9), before=st.booleans(), at_once=st.booleans())
def test_no_event_of_a_whole_call_holds_the_value(
    kind: str, data: Any, cut: int, before: bool, at_once: bool
) -> None:
    value, said = data.draw(values(kind))
    sentence = data.draw(st.sampled_from(CARRIERS[kind])).format(said)
    call = ToldCall(plan(kind, before=before), {"keep": lambda given: {"kept": given["secret"]}})
    call.says(*pieces(sentence, cut)) if at_once else call.says("hello")
    for _ in range(4):
        expected = [one.name for one in call.rules.expected[:1]]
        answer = {"secret": sentence, "room": "two one four", "confirmation": "yes"}
        call.says(*pieces(answer.get(expected[0] if expected else "", "hello"), cut))
    events = call.ends()
    known = call.rules.entities["secret"].value
    assume(known is not None)
    assert leaks(known or "", SECRETS[kind], events) == []
    assert leaks(value, SECRETS[kind], events) == []
    assert violations(call.meta, events, KEY) == []


@given(st.text("0123456789", min_size=6, max_size=6), st.integers(1, 5))
@example("452719", 3)
def test_a_number_in_two_finals_that_nobody_asked_for(digits: str, cut: int) -> None:
    redactor = Redactor(plan("digits", before=True), KEY, TODAY, lambda: ())
    for part in (spoken(digits[:cut]), spoken(digits[cut:])):
        heard = redacted(redactor, ev.Heard(text=f"there you go {part}"))
        assert heard.text.endswith(MASK)
        assert not set(WORDS) & set(heard.text.split())


def test_letters_spelled_one_by_one_are_no_words_yet() -> None:
    redactor = Redactor(plan("digits", before=True), KEY, TODAY, lambda: ())
    heard = redacted(redactor, ev.Heard(text="it is a b 4 7 all right"))
    assert heard == ev.Heard(text=f"it is {MASK} all right")


def test_a_yes_stays_readable_and_the_rest_of_the_answer_does_not() -> None:
    redactor = Redactor(plan("digits", before=True), KEY, TODAY, lambda: ("secret",))
    heard = redacted(redactor, ev.Heard(text="yes that's right it ends in nine"))
    assert heard == ev.Heard(text=f"yes that's right {MASK}")


def test_a_yes_that_is_the_secret_does_not_stay() -> None:
    yes = YesNo(type="yes_no", ask="Are you insured?", sensitive=True)
    redactor = Redactor(Plan(entities={"insured": yes}), KEY, TODAY, lambda: ())
    heard = redacted(redactor, ev.Heard(text="yes i am"))
    assert "yes" not in heard.text


def test_what_the_declaration_says_is_no_secret() -> None:
    greeting = "Lakeside Clinic, this is Anna Bell. How can I help you?"
    entities = {"name": PersonName(type="person_name", ask="Your name?", sensitive=True)}
    redactor = Redactor(Plan(greeting=greeting, entities=entities), KEY, TODAY, lambda: ())
    known = ev.EntityChanged(entity="name", value="Anna Bell", status="captured", heard="anna bell")
    assert redactor.redact(known) == [
        ev.EntityChanged(
            entity="name",
            value=hashed(KEY, "name", "Anna Bell"),
            status="captured",
            heard=MASK,
        )
    ]
    assert redactor.redact(ev.Said(text=greeting)) == [ev.Said(text=greeting)]
    assert redactor.redact(ev.Said(text="Thanks, Anna.")) == [ev.Said(text=f"Thanks, {MASK}.")]


def test_what_a_model_heard_better_than_the_ears_is_masked_in_its_reply() -> None:
    redactor = Redactor(plan("digits", before=True), KEY, TODAY, lambda: ())
    said = redacted(redactor, ev.Said(text="I have 4 5 2, 7 1 9?", by="model"))
    assert said == ev.Said(text=f"I have {MASK}?", by="model")


def test_deep_results_and_errors_are_looked_through() -> None:
    redactor = Redactor(plan("digits", before=True), KEY, TODAY, lambda: ())
    redactor.redact(ev.ReadBack(entity="secret", value="452719"))
    result = {"rows": [{"pin": 452719, "note": "pin 452719 is fine", "secret": "x"}], "n": 3}
    returned = redacted(redactor, ev.ToolReturned(tool="keep", result=result))
    rows = [{"pin": MASK, "note": f"pin {MASK} is fine", "secret": MASK}]
    assert returned.result == {"rows": rows, "n": 3}
    trouble = redacted(redactor, ev.Trouble(where="keep", what="no account 452-719"))
    assert trouble == ev.Trouble(where="keep", what=f"no account {MASK}")


def test_keys_are_looked_through_and_none_is_lost() -> None:
    redactor = Redactor(plan("digits", before=True), KEY, TODAY, lambda: ())
    redactor.redact(ev.ReadBack(entity="secret", value="452719"))
    result = {"cases": {"452719": "open", "no. 452719": "closed", "452-719": 3}, "n": 1}
    returned = redacted(redactor, ev.ToolReturned(tool="keep", result=result))
    kept = {MASK: "open", f"no. {MASK}": "closed", f"{MASK} 2": 3}
    assert returned.result == {"cases": kept, "n": 1}
    called = redacted(redactor, ev.ToolCalled(tool="keep", arguments={"452719": True}))
    assert called.arguments == {MASK: True}


@pytest.mark.parametrize("number", [2500, 2500.0, 250000])
def test_a_known_amount_is_masked_as_a_number_of_any_kind(number: float) -> None:
    redactor = Redactor(plan("money", before=True), KEY, TODAY, lambda: ())
    redactor.redact(ev.ReadBack(entity="secret", value="2500.00 USD"))
    returned = redacted(redactor, ev.ToolReturned(tool="keep", result={"claim": number, "n": 25}))
    assert returned.result == {"claim": MASK, "n": 25}


def test_a_value_that_a_model_gives_a_tool_is_masked_wherever_else_it_gives_it() -> None:
    redactor = Redactor(plan("date", before=True), KEY, TODAY, lambda: ())
    given = {"note": "born 1970-01-01", "room": "1970-01-01", "secret": "1970-01-01", "n": "yes"}
    called = redacted(redactor, ev.ToolCalled(tool="keep", arguments=given))
    hash_of = hashed(KEY, "secret", "1970-01-01")
    kept = {"note": f"born {MASK}", "room": MASK, "secret": hash_of, "n": "yes"}
    assert called.arguments == kept
    # Another entity's own value stays, and so does what is no date at all: there is none to find.
    given = {"room": "214", "secret": "yes", "n": "yes"}
    called = redacted(redactor, ev.ToolCalled(tool="keep", arguments=given))
    assert called.arguments == {"room": "214", "secret": MASK, "n": "yes"}


def test_nonsense_that_a_model_gives_for_a_value_is_no_leak_in_another_place() -> None:
    call = ToldCall(plan("date", before=True), {"keep": lambda _: True})
    call.says("march third nineteen eighty").says("yes").says("two one four")
    redactor = Redactor(plan("date", before=True), KEY, TODAY, lambda: ())
    nonsense = {"secret": "+14155559999", "room": "+14155559999"}
    called = redacted(redactor, ev.ToolCalled(tool="keep", arguments=nonsense, call="c", at=0.5))
    returned = ev.ToolReturned(tool="keep", result={"refused": "too early"}, call="c", at=0.6)
    assert violations(call.meta, [called, returned, *call.ends()], KEY) == []


def test_an_entity_of_somebody_elses_that_fails_hides_all_words() -> None:
    class Broken(Digits):
        def hear(self, words: str, context: Any) -> Any:
            raise ValueError(words)

    broken = Broken(type="digits", ask="?", sensitive=True)
    redactor = Redactor(Plan(entities={"odd": broken}), KEY, TODAY, lambda: ())
    assert redacted(redactor, ev.Heard(text="four five")) == ev.Heard(text=MASK)


def test_stretches_of_sound_are_listed() -> None:
    call = ToldCall(plan("digits", before=True), {"keep": lambda _: True})
    call.says("hello").says("four five two", "seven one nine").says("yes").says("two one four")
    events = call.ends()
    sounds = [event for event in events if isinstance(event, ev.SensitiveSound)]
    assert [one.side for one in sounds].count("user") >= 1
    assert [one.side for one in sounds].count("bot") >= 1
    for event in events:
        if isinstance(event, ev.Heard | ev.Said) and MASK in event.text:
            side = "user" if isinstance(event, ev.Heard) else "bot"
            assert any(one.side == side and one.start <= event.at <= one.end for one in sounds)
    greeting = next(event for event in events if isinstance(event, ev.Said))
    assert not any(one.side == "bot" and one.start <= greeting.at <= one.end for one in sounds)


def test_masks_of_neighbours_are_one_and_hashes_are_not_shown() -> None:
    assert masked("a 12 34 b", [(2, 4), (5, 7)]) == f"a {MASK} b"
    assert masked("12", [(0, 2)]) == MASK
    assert masked("ab cd", [(0, 2), (1, 5)]) == MASK
    value = hashed(KEY, "pin", "1")
    assert shown({"pin": value, "all": [value, 1]}) == {"pin": MASK, "all": [MASK, 1]}
    assert hashed(KEY, "pin", "1") != hashed(KEY, "other", "1") != hashed(b"x", "other", "1")


def test_counts_of_an_event_are_no_values() -> None:
    redactor = Redactor(plan("number", before=True), KEY, TODAY, lambda: ())
    redactor.redact(ev.ReadBack(entity="secret", value="3"))
    step = ev.CheckpointChanged(checkpoint="a", status="failed", reason="", attempts=3)
    assert redacted(redactor, step) == step


def born() -> Redactor:
    """What follows a call in which a birth date and a time are known."""
    entities = {
        "born": Date(type="date", ask="When were you born?", past=True, sensitive=True),
        "at": Time(type="time", ask="At what time?", sensitive=True),
    }
    redactor = Redactor(Plan(entities=entities), KEY, TODAY, lambda: ())
    redactor.redact(ev.ReadBack(entity="born", value="1985-03-07"))
    redactor.redact(ev.ReadBack(entity="at", value="15:00"))
    return redactor


@pytest.mark.parametrize(
    "said",
    [
        "The bill is from March.",
        "You have been with us since 1985.",
        "That was in nineteen eighty five.",
        "There are three of us in March.",
        "May I ask you something in the afternoon?",
        "We have had it for seven years.",
    ],
)
def test_a_part_of_a_date_is_no_secret(said: str) -> None:
    assert redacted(born(), ev.Trouble(where="a tool", what=said)).what == said


@pytest.mark.parametrize(
    "said",
    ["March 7", "7 March", "seventh of March", "March seventh, nineteen eighty-five",
     "March of 1985", "1985-03-07", "03/07/1985", "7/3/85", "19850307", "three in the afternoon",
     "15:00", "three o'clock", "3 pm"],
)  # fmt: skip
def test_what_tells_a_date_or_a_time_is_masked(said: str) -> None:
    told = redacted(born(), ev.Trouble(where="a tool", what=f"Well, {said} it is.")).what
    assert told == f"Well, {MASK} it is."
