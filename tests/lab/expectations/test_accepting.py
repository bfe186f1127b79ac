"""What is seen becomes what is expected: as little of the file changes as has to."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from callwright.lab.expectations.accepting import accepted, asks_for_whole_make, write
from callwright.lab.expectations.judging import judge
from callwright.lab.expectations.reading import ExpectationFile, read_expectations
from callwright.lab.expectations.seen import Seen, SeenTurn

WRITTEN = """\
# The plain call: what matters is the name.
stacks: [embedded, cascaded]
outcome: completed  # never handed over
turns:
  - {bot: {matches: 'hello.*'}}
  # the caller
  - user: it's ann bell
    bot: {has: [thanks], lacks: [sorry]}
entities:
  full_name: {value: Ann Bell, status: captured}
"""


TOOL: dict[str, Any] = {
    "name": "leave", "allowed": True, "failed": False, "reason": "",
    "arguments": {"day": "2026-01-05"},
}  # fmt: skip


def seen(*turns: tuple[str | None, str, list[str]], **more: Any) -> Seen:
    told = [
        SeenTurn(user, bot, float(at), False, "silence", 400, decided)
        for at, (user, bot, decided) in enumerate(turns)
    ]
    facts: dict[str, Any] = {
        "outcome": "completed",
        "entities": {"full_name": {"value": "Ann Bell", "status": "captured"}},
        "checkpoints": {"identity": "passed"},
        "tools": [TOOL],
        "events": ["heard", "said"],
        "latency": {"p50": 400, "p95": 405, "max": 405, "n": 1},
        "made_of": {"pipecat": "1.14.0", "steps": ["input"], "prompt": "You are.\nBe kind."},
    }
    return Seen(turns=told, **facts | more)


USUAL = seen((None, "Hello there.", []), ("it's ann bell", "Thanks, Ann.", ["captured full_name"]))


def read(folder: Path) -> ExpectationFile:
    file = read_expectations(folder)
    assert file is not None
    return file


def held(folder: Path, call: Seen, stack: str = "embedded") -> bool:
    expected = read(folder).on(stack, "embedded")
    assert expected is not None
    return judge(expected, call).failed == []


def test_a_new_file_holds_and_says_everything_that_is_usual(tmp_path: Path) -> None:
    path = tmp_path / "expect.yaml"
    write(path, accepted(None, USUAL, "embedded", "embedded"))
    assert list(read(tmp_path).raw) == [
        "stacks", "outcome", "turns", "entities", "checkpoints", "tools",
    ]  # fmt: skip
    assert held(tmp_path, USUAL)
    text = path.read_text()
    # A second run changes nothing.
    assert write(path, accepted(read(tmp_path), USUAL, "embedded", "embedded")) == (text, text)


@pytest.mark.parametrize(
    "words", ["yes", "no", "1985-03-03", "+1", "it's: odd", "# no comment", "", "null", "•••", "12"]
)
def test_every_text_comes_back_as_it_went(words: str, tmp_path: Path) -> None:
    call = seen((words, words, []))
    write(tmp_path / "expect.yaml", accepted(None, call, "embedded", "embedded"))
    assert held(tmp_path, call)
    turn = read(tmp_path).raw["turns"][0]
    assert (turn["user"], turn["bot"]) == (words, words)


def test_what_holds_stays_as_it_was_written_comments_and_patterns(tmp_path: Path) -> None:
    path = tmp_path / "expect.yaml"
    path.write_text(WRITTEN)
    before, now = write(path, accepted(read(tmp_path), USUAL, "embedded", "embedded"))
    assert before == now == WRITTEN


def test_what_does_not_hold_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "expect.yaml"
    path.write_text(WRITTEN)
    other = seen(
        (None, "Hello.", []),
        ("it's bob", "Sorry?", []),
        ("bob", "Thanks, Bob.", ["captured full_name"]),
        outcome="handed_off",
    )
    write(path, accepted(read(tmp_path), other, "embedded", "embedded"))
    assert held(tmp_path, other)
    text = path.read_text()
    assert "# The plain call" in text
    assert "outcome: handed_off # never handed over" in text
    assert "{bot: {matches: 'hello.*'}}" in text
    assert "# the caller" in text
    assert "bot: Sorry?" in text
    # Steps and tools were not looked at, and still are not.
    assert "checkpoints" not in text
    assert "tools" not in text


def test_another_stack_writes_only_what_differs_there(tmp_path: Path) -> None:
    path = tmp_path / "expect.yaml"
    path.write_text(WRITTEN)
    other = replace(USUAL, turns=[USUAL.turns[0], replace(USUAL.turns[1], user="it is ann bell")])
    write(path, accepted(read(tmp_path), other, "cascaded", "embedded"))
    assert read(tmp_path).raw["per_stack"] == {
        "cascaded": {"turns": {"2": {"user": "it is ann bell"}}}
    }
    assert held(tmp_path, other, "cascaded")
    assert held(tmp_path, USUAL, "embedded")
    # It is as on the other stacks again: nothing of its own is left.
    write(path, accepted(read(tmp_path), USUAL, "cascaded", "embedded"))
    assert path.read_text() == WRITTEN


def test_another_stack_with_other_turns_has_all_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "expect.yaml"
    path.write_text(WRITTEN)
    other = seen((None, "Hello.", []), outcome="abandoned")
    write(path, accepted(read(tmp_path), other, "half-cascade", "embedded"))
    assert read(tmp_path).stacks("embedded") == ["embedded", "cascaded", "half-cascade"]
    assert held(tmp_path, other, "half-cascade")
    assert held(tmp_path, USUAL)


def test_an_empty_section_asks_to_be_filled(tmp_path: Path) -> None:
    path = tmp_path / "expect.yaml"
    path.write_text("outcome: completed\nlatency: {}\nevents: []\nmade_of: {}\n")
    write(path, accepted(read(tmp_path), USUAL, "embedded", "embedded"))
    raw = read(tmp_path).raw
    assert raw["latency"] == {"p50": {"most": 440}, "p95": {"most": 450}}
    assert raw["events"] == ["heard", "said"]
    assert raw["made_of"] == USUAL.made_of
    assert held(tmp_path, USUAL)
    # A part of it, once chosen, stays the only part.
    path.write_text("made_of: {pipecat: 1.13.0}\nlatency: {max: {most: 300}}\n")
    write(path, accepted(read(tmp_path), USUAL, "embedded", "embedded"))
    assert read(tmp_path).raw == {
        "made_of": {"pipecat": "1.14.0"},
        "latency": {"max": {"most": 450}},
    }


def test_asked_for_every_part_is_written_for_every_stack(tmp_path: Path) -> None:
    path = tmp_path / "expect.yaml"
    by_rule = replace(USUAL, made_of=USUAL.made_of | {"prompt": ""})
    path.write_text(
        "stacks: [embedded, cascaded]\nmade_of: {}\n"
        "per_stack: {cascaded: {made_of: {steps: [output]}}}\n"
    )
    asked = asks_for_whole_make(read(tmp_path))
    for stack, call in (("embedded", by_rule), ("cascaded", USUAL)):
        content = accepted(read(tmp_path), call, stack, "embedded", whole_make=asked)
        write(path, content)
    raw = read(tmp_path).raw
    assert raw["made_of"] == by_rule.made_of
    assert raw["per_stack"]["cascaded"]["made_of"] == USUAL.made_of
    # It is asked once; what is chosen afterwards stays chosen.
    path.write_text(
        "stacks: [embedded, cascaded]\nmade_of: {prompt: ''}\n"
        "per_stack: {cascaded: {made_of: {pipecat: 1.13.0}}}\n"
    )
    write(path, accepted(read(tmp_path), by_rule, "embedded", "embedded"))
    write(path, accepted(read(tmp_path), USUAL, "cascaded", "embedded"))
    raw = read(tmp_path).raw
    assert raw["made_of"] == {"prompt": ""}
    assert raw["per_stack"]["cascaded"]["made_of"] == {"pipecat": "1.14.0"}


def test_what_the_first_stack_has_of_its_own_is_kept_up_to_date_there(tmp_path: Path) -> None:
    path = tmp_path / "expect.yaml"
    text = "outcome: {}\ncheckpoints: {{identity: {}}}\nper_stack: {{embedded: {{outcome: {}}}}}\n"
    path.write_text(text.format("completed", "pending", "failed"))
    call = replace(USUAL, outcome="handed_off")
    write(path, accepted(read(tmp_path), call, "embedded", "embedded"))
    assert held(tmp_path, call)
    assert path.read_text() == text.format("completed", "passed", "handed_off")
    write(path, accepted(read(tmp_path), USUAL, "embedded", "embedded"))
    assert path.read_text() == "outcome: completed\ncheckpoints: {identity: passed}\n"


@pytest.mark.parametrize("status", ["missing", "rejected"])
def test_a_value_comes_back_with_its_fact(status: str, tmp_path: Path) -> None:
    path = tmp_path / "expect.yaml"
    write(path, accepted(None, USUAL, "embedded", "embedded"))
    text = path.read_text()
    without = replace(USUAL, entities={"full_name": {"value": None, "status": status}})
    write(path, accepted(read(tmp_path), without, "embedded", "embedded"))
    assert read(tmp_path).raw["entities"] == {"full_name": {"status": status}}
    # Another stack that does catch it has it whole.
    write(path, accepted(read(tmp_path), USUAL, "cascaded", "embedded"))
    whole = {"full_name": {"value": "Ann Bell", "status": "captured"}}
    assert read(tmp_path).raw["per_stack"]["cascaded"]["entities"] == whole
    write(path, accepted(read(tmp_path), USUAL, "embedded", "embedded"))
    write(path, accepted(read(tmp_path), USUAL, "cascaded", "embedded"))
    assert path.read_text() == text.replace("[embedded]", "[embedded, cascaded]")
    # Left out of a fact that has one, it stays out.
    path.write_text("entities: {full_name: {status: captured}}\n")
    confirmed = {"full_name": {"value": "Ann Bell", "status": "confirmed"}}
    call = replace(USUAL, entities=confirmed)
    write(path, accepted(read(tmp_path), call, "embedded", "embedded"))
    assert read(tmp_path).raw["entities"] == {"full_name": {"status": "confirmed"}}


def test_what_the_caller_says_comes_back_after_a_call_in_which_nobody_is_heard(
    tmp_path: Path,
) -> None:
    path = tmp_path / "expect.yaml"
    unheard = replace(USUAL, turns=[USUAL.turns[0], replace(USUAL.turns[1], user=None)])
    write(path, accepted(None, unheard, "embedded", "embedded"))
    assert [turn.get("user") for turn in read(tmp_path).raw["turns"]] == [None, ""]
    assert held(tmp_path, unheard)
    assert not held(tmp_path, USUAL)
    write(path, accepted(read(tmp_path), USUAL, "cascaded", "embedded"))
    changes = {"2": {"user": "it's ann bell"}}
    assert read(tmp_path).raw["per_stack"] == {"cascaded": {"turns": changes}}
    for call in (USUAL, unheard, USUAL):
        write(path, accepted(read(tmp_path), call, "embedded", "embedded"))
        assert held(tmp_path, call)
    assert read(tmp_path).raw["turns"][1]["user"] == "it's ann bell"
    # Left out by hand, it stays out.
    path.write_text("turns: [{}, {bot: 'Thanks, Ann.'}]\n")
    write(path, accepted(read(tmp_path), USUAL, "embedded", "embedded"))
    assert read(tmp_path).raw["turns"] == [{}, {"bot": "Thanks, Ann."}]


def test_that_a_tool_fails_is_written_only_where_it_does(tmp_path: Path) -> None:
    path = tmp_path / "expect.yaml"
    failing = replace(USUAL, tools=[TOOL | {"failed": True, "reason": "RuntimeError: no table"}])
    write(path, accepted(None, failing, "embedded", "embedded"))
    (tool,) = read(tmp_path).raw["tools"]
    assert tool == {"name": "leave", "failed": True, "arguments": {"day": "2026-01-05"}}
    assert held(tmp_path, failing)
    assert not held(tmp_path, USUAL)
    write(path, accepted(read(tmp_path), USUAL, "embedded", "embedded"))
    assert "failed" not in path.read_text()
    assert held(tmp_path, USUAL)


def test_what_grows_too_long_for_a_line_gets_several(tmp_path: Path) -> None:
    path = tmp_path / "expect.yaml"
    path.write_text("stacks: [a]\nper_stack: {a: {outcome: failed}}\n")
    long = {"outcome": "failed", "events": [f"event_{number}" for number in range(20)]}
    write(path, {"stacks": ["a"], "outcome": "failed", "per_stack": {"a": long}})
    text = path.read_text()
    assert max(map(len, text.splitlines())) < 40
    assert text.startswith("stacks: [a]\noutcome: failed\nper_stack:\n  a:\n    outcome: failed\n")


def test_what_is_written_on_one_line_is_read_as_yaml_1_1_too(tmp_path: Path) -> None:
    path = tmp_path / "expect.yaml"
    path.write_text("made_of: {}\n")
    asking = {"checkpoints": {"consent": {"ask": "Agreed?", "needs": ["a?", "b, c", "d"]}}}
    call = replace(USUAL, made_of=asking)
    write(path, accepted(read(tmp_path), call, "embedded", "embedded"))
    assert yaml.safe_load(path.read_text())["made_of"]["checkpoints"] == asking["checkpoints"]
    assert "d]" in path.read_text()
