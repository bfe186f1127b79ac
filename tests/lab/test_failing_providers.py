"""Providers fail at random: no call hangs, none is without an outcome, nobody waits in silence."""

import itertools
from pathlib import Path
from typing import Any

import pytest
import soundfile as sf
import yaml
from soaking import usually

from bench.soak_faults import SPARE, one
from callwright.calls import events as ev
from callwright.calls.latency import SILENCE_LIMIT
from callwright.clock import Link
from callwright.emulators.faults import Fault
from callwright.engines.phrases import ENGLISH
from callwright.lab.expectations.reading import read_expectations
from callwright.lab.faults.mishaps import mishaps
from callwright.lab.options import ReplayOptions
from callwright.lab.replay import replay
from callwright.lab.replayed import Replayed
from callwright.lab.standins import USUAL_LINK

RECORDINGS = Path(__file__).parents[2] / "recordings"
PLAIN = RECORDINGS / "reception-plain"
ROLES = ("stt", "llm", "tts")

# One call on each architecture; `make soak` takes the others, with and without a second provider,
# and a hundred more on each, by a caller who says more.
KINDS = {"cascaded": "cascaded", "half-cascade": "half-cascade", "s2s-openai": "s2s"}
RANDOM = [(stack, seed) for stack in KINDS for seed in range(3)] + [
    (str(SPARE[kind]), seed) for kind in KINDS.values() for seed in range(2)
]
OFTEN = [("cascaded", 0), (str(SPARE["half-cascade"]), 0), ("s2s-openai", 0)]

NOVA_ONLY = """
stack: nova-only
kind: {kind}
services:
  vad: {{use: silero}}
  turn: {{use: smart_turn_v3}}
  {ear}: {{use: deepgram_stt, settings: {{model: nova-3-general, punctuate: false}}}}
  {rest}
steps: [input, {ear}, hear_entities, context.user, {path}, output, context.bot]
"""
CASCADED = NOVA_ONLY.format(
    kind="cascaded",
    ear="stt",
    rest="llm: {use: embedded_llm}\n  tts: {use: embedded_tts}",
    path="llm, tts",
)
S2S = NOVA_ONLY.format(kind="s2s", ear="ears", rest="s2s: {use: embedded_s2s}", path="s2s")


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A caller who says two things and hangs up."""
    folder = tmp_path_factory.mktemp("brief")
    notes = yaml.safe_load((PLAIN / "caller.yaml").read_text())
    notes["turns"] = notes["turns"][:2]
    samples, rate = sf.read(PLAIN / "user.wav", dtype="int16")
    sf.write(folder / "user.wav", samples[: int((notes["turns"][1]["to"] + 0.5) * rate)], rate)
    (folder / "caller.yaml").write_text(yaml.safe_dump(notes))
    return folder


def replayed(
    out: Path, stack: str = "cascaded", recording: Path = PLAIN, **faults: Fault
) -> Replayed:
    struck = {role: (fault,) for role, fault in faults.items()}
    return replay(recording, ReplayOptions(stack=stack, out=out, faults=struck))


def troubles(call: Replayed) -> list[ev.Trouble]:
    return [event for event in call.result.events if isinstance(event, ev.Trouble)]


@pytest.mark.parametrize(("stack", "seed"), usually(RANDOM, OFTEN.__contains__))
def test_whatever_fails_the_caller_hears_something_and_the_call_ends(
    stack: str, seed: int, brief: Path, tmp_path: Path
) -> None:
    call = one(tmp_path, (stack, seed), brief)
    assert call["wrong"] == [], call["mishaps"]
    assert call["outcome"] in ("completed", "handed_off", "incomplete", "abandoned", "failed")


STALLED, VOICELESS = ("half-cascade", 32), ("cascaded", 37)

MID_TURN: list[tuple[str, str, Fault]] = [
    ("cascaded", "llm", Fault("disconnect", request=1, after=4)),
    ("cascaded", "llm", Fault("stall", request=1, after=1)),
    ("cascaded", "tts", Fault("disconnect", after=22)),
    ("cascaded", "stt", Fault("stall", after=2)),
    ("half-cascade", "s2s", Fault("disconnect", after=24)),
    ("s2s", "s2s", Fault("stall", after=30)),
    ("s2s", "s2s", Fault("disconnect", after=45)),
    ("s2s", "ears", Fault("disconnect", after=2)),
]


# Each architecture once, where `tests/services/test_failover.py` has the roles of a cascaded one;
# the other ways to break: `make soak`.
@pytest.mark.parametrize(
    ("kind", "role", "fault"),
    usually(MID_TURN, [MID_TURN[at] for at in (3, 4, 5)].__contains__),
)
def test_a_turn_that_breaks_in_the_middle_is_answered_by_the_next_provider(
    kind: str, role: str, fault: Fault, brief: Path, tmp_path: Path
) -> None:
    call = replayed(tmp_path, str(SPARE[kind]), brief, **{role: fault})
    switched = [event for event in call.result.events if isinstance(event, ev.SwitchedOver)]
    assert [event.role for event in switched] == [role]
    greeting, first, second = call.turns
    assert ENGLISH.trouble[:20] not in greeting.bot + first.bot + second.bot
    assert first.bot.endswith("May I have your full name?")
    assert second.bot.endswith("What number can we call you back on?")
    assert call.result.conversation.entities["full_name"].value == "Anna Bell"
    assert call.violations == []


def test_who_waits_for_the_next_model_is_asked_for_patience_and_answered(tmp_path: Path) -> None:
    # The first model breaks off, the second one needs a tool first: five seconds are not enough.
    struck = {"llm": (Fault("stall", request=3, after=16),)}
    options = ReplayOptions(stack=str(SPARE["cascaded"]), out=tmp_path, seed=72, faults=struck)
    call = replay(PLAIN, options)
    said = [event for event in call.result.events if isinstance(event, ev.Said)]
    assert [one.text for one in said if one.by == "rules"][1:] == ["One moment, please."]
    assert "Your reference number is" in said[-1].text
    assert ENGLISH.trouble not in [one.text for one in said]
    # The words and the answer come to one voice close behind each other, and neither is missed.
    switched = [event for event in call.result.events if isinstance(event, ev.SwitchedOver)]
    assert [event.role for event in switched] == ["llm"]
    assert (call.result.outcome, call.violations) == ("completed", [])


@pytest.mark.parametrize(
    ("stack", "seed"), usually([("half-cascade", 32), ("s2s-openai", 32)], STALLED.__eq__)
)
def test_a_connection_in_which_nothing_moves_does_not_keep_a_call_from_ending(
    stack: str, seed: int, tmp_path: Path
) -> None:
    assert one(tmp_path, (stack, seed))["wrong"] == []


def test_ears_whose_connection_takes_nothing_keep_no_sound_from_the_rest(tmp_path: Path) -> None:
    call = one(tmp_path, ("s2s-azure", 95))
    assert "links stall" in call["mishaps"]
    assert (call["outcome"], call["wrong"]) == ("completed", [])


def test_why_a_call_failed_is_told_alike_whatever_the_process_has_done_before(
    brief: Path, tmp_path: Path
) -> None:
    faults = {"tts": (Fault("malformed", after=4),)}
    options = ReplayOptions(stack="cascaded", out=tmp_path, faults=faults)
    first, again = (replay(brief, options) for _ in range(2))
    assert "connection failed" in first.result.reason
    assert (first.result.reason, first.digest) == (again.result.reason, again.digest)


LATE = (Fault("stall", request=0), Fault("stall", request=1), Fault("slow", request=2, seconds=2.0))
NOT_SET_UP = {
    "unreadable at first": (Fault("malformed", request=0),),
    "unreadable when set up": (Fault("malformed", request=0, after=1),),
    "never there": (Fault("stall", request=0),),
    "there when the caller has spoken": LATE,
}


USUAL = [
    ("half-cascade", "unreadable at first"),
    ("s2s-openai", "there when the caller has spoken"),
]


@pytest.mark.parametrize(
    ("stack", "how"),
    usually(itertools.product(["half-cascade", "s2s-openai"], NOT_SET_UP), USUAL.__contains__),
)
def test_a_session_that_is_not_set_up_says_nothing_of_its_own(
    stack: str, how: str, brief: Path, tmp_path: Path
) -> None:
    faults = {"s2s": NOT_SET_UP[how]}
    call = replay(brief, ReplayOptions(stack=stack, out=tmp_path, faults=faults))
    assert any("session broke" in one.what for one in troubles(call)), troubles(call)
    answers = [turn.bot for turn in call.turns]
    assert answers[1].endswith("May I have your full name?"), answers
    assert answers[2].endswith("What number can we call you back on?"), answers
    assert call.result.conversation.entities["full_name"].value == "Anna Bell"
    assert call.violations == []


@pytest.mark.parametrize(
    ("stack", "seed"), usually([("cascaded", 37), ("half-cascade", 37)], VOICELESS.__eq__)
)
def test_words_that_a_voice_lost_have_read_nothing_back(
    stack: str, seed: int, tmp_path: Path
) -> None:
    # The read-back comes to no sound; the caller says yes to the apology for it.
    assert one(tmp_path, (stack, seed))["wrong"] == []


NEVER_THERE = [(CASCADED, "handed_off"), (S2S, "completed")]


@pytest.mark.parametrize(("declared", "outcome"), usually(NEVER_THERE, NEVER_THERE[0].__eq__))
def test_ears_that_never_connect_neither_delay_the_greeting_nor_end_the_call(
    declared: str, outcome: str, tmp_path: Path
) -> None:
    stack = tmp_path / "stack.yaml"
    stack.write_text(declared)
    options = ReplayOptions(stack=str(stack), out=tmp_path / "calls", link=Link(stall=True))
    call = replay(PLAIN, options)
    first = next(event for event in call.result.events if isinstance(event, ev.BotAudible))
    assert first.at < SILENCE_LIMIT
    assert call.result.outcome == outcome
    assert call.turns[0].bot.startswith("Lakeside Clinic")
    assert call.violations == []


def test_without_ears_the_rules_answer_what_the_model_has_written_down(tmp_path: Path) -> None:
    # Its transcript comes once the turn is over, when the rules would have answered already.
    recording, stack = RECORDINGS / "dispatch-plain", "s2s-openai"
    away = {"ears": tuple(Fault("refuse", request=number) for number in range(20))}
    call = replay(recording, ReplayOptions(stack=stack, out=tmp_path, faults=away))
    assert any("failed to stay up" in trouble.what for trouble in troubles(call))
    # Nothing is asked or read back a second time.
    expected = read_expectations(recording)
    assert expected is not None
    assert [turn.bot for turn in call.turns] == [
        turn["bot"] for turn in expected.raw_on("embedded")["turns"]
    ]
    assert call.violations == []


def test_bad_luck_is_the_same_for_the_same_seed_and_differs_between_seeds() -> None:
    assert mishaps(7, ROLES, USUAL_LINK) == mishaps(7, ROLES, USUAL_LINK)
    assert len({str(mishaps(seed, ROLES, USUAL_LINK)) for seed in range(50)}) > 40


def test_a_dead_voice_is_replaced_by_the_voice_of_last_resort(tmp_path: Path) -> None:
    call = replayed(tmp_path, tts=Fault("stall"))
    assert call.result.outcome == "failed"
    assert call.violations == []
    said = [event.text for event in call.result.events if isinstance(event, ev.Said)]
    assert said[0].startswith("I'm sorry, I'm having some trouble")
    assert said[-1].endswith("Goodbye.")


def test_a_call_with_faults_has_one_digest(brief: Path, tmp_path: Path) -> None:
    faults: dict[str, Any] = {
        "llm": Fault("disconnect", request=1, after=4),
        "tts": Fault("refuse", request=0),
    }
    first, second = (replayed(tmp_path, recording=brief, **faults).digest for _ in range(2))
    assert first == second
