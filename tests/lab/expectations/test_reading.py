"""`expect.yaml` is strict: every mistake has its place, and a stack has its own expectations."""

from pathlib import Path

import pytest

from callwright.declarations.errors import DeclarationError
from callwright.lab.expectations.reading import (
    read_expectations,
    refuse_strangers,
    slow_patterns_placed,
)
from callwright.lab.expectations.shape import Matches
from callwright.lab.expectations.texts import holds

GOOD = """\
stacks: [embedded, cascaded]
outcome: completed
turns:
  - {bot: Hello.}
  - {user: hi, bot: Goodbye.}
per_stack:
  cascaded:
    outcome: handed_off
    turns:
      '2': {user: {has: [hi]}}
"""


def test_no_file_is_no_expectations(tmp_path: Path) -> None:
    assert read_expectations(tmp_path) is None


def test_a_stack_has_the_common_sections_but_for_its_own(tmp_path: Path) -> None:
    (tmp_path / "expect.yaml").write_text(GOOD)
    file = read_expectations(tmp_path)
    assert file is not None
    common, special = file.on("embedded", "embedded"), file.on("cascaded", "embedded")
    assert common is not None
    assert special is not None
    assert (common.outcome, special.outcome) == ("completed", "handed_off")
    assert common.turns is not None
    assert special.turns is not None
    assert common.turns[1].user == "hi"
    assert special.turns[1].user.has == ["hi"]  # type: ignore[union-attr]
    assert special.turns[1].bot == "Goodbye."
    assert special.turns[0] == common.turns[0]
    assert file.on("s2s-openai", "embedded") is None


def test_where_no_stacks_are_listed_the_agents_own_may_have_its_own(tmp_path: Path) -> None:
    text = "outcome: completed\nper_stack: {embedded: {outcome: failed}}\n"
    (tmp_path / "expect.yaml").write_text(text)
    file = read_expectations(tmp_path)
    assert file is not None
    refuse_strangers(file, "embedded")
    expected = file.on("embedded", "embedded")
    assert expected is not None
    assert expected.outcome == "failed"
    with pytest.raises(DeclarationError, match=r":2:13: the stack 'embedded' is not among its"):
        refuse_strangers(file, "cascaded")


def test_a_pattern_that_takes_too_long_has_its_place(tmp_path: Path) -> None:
    slow = r"(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)\d\1"
    said = "Lakeside Clinic, this is Robin, an automated assistant. How can I help you?"
    (tmp_path / "expect.yaml").write_text(
        f"turns:\n  - {{bot: {{matches: 'Lake.*'}}}}\n  - bot: {{matches: '{slow}'}}\n"
    )
    file = read_expectations(tmp_path)
    assert file is not None
    with pytest.raises(DeclarationError) as caught, slow_patterns_placed(file):
        holds(Matches(matches=slow), said)
    assert caught.value.lines == [
        f"{tmp_path / 'expect.yaml'}:3:20: the pattern "
        "'(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)\\\\d\\\\1' takes too long, "
        "more than 1 s a text; write it so that there is one way to match, or use "
        "has: [WORD]"
    ]
    # What others would search for years.
    assert not holds(Matches(matches=r"(\w+[, ]*)+Z"), said)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "- outcome: completed\n"])
def test_a_file_of_nothing_is_told_what_it_starts_with(text: str, tmp_path: Path) -> None:
    (tmp_path / "expect.yaml").write_text(text)
    with pytest.raises(DeclarationError, match=r"start it with 'outcome: …' or 'stacks: \[…\]'$"):
        read_expectations(tmp_path)


@pytest.mark.parametrize("key", ["mine", "../stacks/mine.yaml", "stacks/mine.yaml"])
def test_a_stack_by_its_path_has_its_own_by_path_or_name(key: str, tmp_path: Path) -> None:
    path = "../stacks/mine.yaml"
    text = f"stacks: [{path}]\noutcome: completed\nper_stack: {{{key}: {{outcome: failed}}}}\n"
    (tmp_path / "expect.yaml").write_text(text)
    file = read_expectations(tmp_path)
    assert file is not None
    assert file.raw_on(path)["outcome"] == "failed"


@pytest.mark.parametrize(
    ("before", "after", "place", "says"),
    [
        ("outcome: completed", "outcom: completed", "2:1", "did you mean 'outcome'?"),
        ("outcome: completed", "outcome: complete", "2:10", "did you mean 'completed'?"),
        ("{bot: Hello.}", "{bto: Hello.}", "4:6", "did you mean 'bot'?"),
        ("{bot: Hello.}", "{bot: {matches: '('}}", "4:21", "this is no regular expression"),
        ("{bot: Hello.}", "{bot: {has: []}}", "4:11", "it names no words"),
        ("{bot: Hello.}", "{bot: {has: ['']}}", "4:18", "has[0]: there is no word in ''"),
        ("{bot: Hello.}", "{bot: {lacks: [a, $]}}", "4:23", "lacks[1]: there is no word in '$'"),
        ("{bot: Hello.}", "{bot: 7}", "4:11", "should be text"),
        ("{bot: Hello.}", "{response_ms: {least: 9, most: 1}}", "4:19", "swap them"),
        ("'2': {user", "'3': {user", "10:7", "there is no turn 3; there are 2"),
        ("  cascaded:\n", "  cascadde:\n", "7:3", "did you mean 'cascaded'?"),
        ("stacks: [embedded, cascaded]", "stacks: []", "1:9", "stacks is empty"),
        ("outcome: completed", "seeds: [-1]", "2:9", "seeds[0]"),
        ("'2': {user", "last: {user", "10:7", "last"),
        ("outcome: completed", "outcome: completed\noutcome: failed", "3:1", "outcome"),
        (
            "outcome: completed",
            "events: [said, herd]",
            "2:16",
            "events[1]: there is no event 'herd'; did you mean 'heard'?",
        ),
        ("outcome: completed", "events: [xyzzy]", "2:10", "there is no event 'xyzzy'; known: "),
    ],
)
def test_a_mistake_has_its_place(
    before: str, after: str, place: str, says: str, tmp_path: Path
) -> None:
    path = tmp_path / "expect.yaml"
    path.write_text(GOOD.replace(before, after))
    with pytest.raises(DeclarationError) as caught:
        read_expectations(tmp_path)
    assert f"{path}:{place}: " in caught.value.lines[0]
    assert says in caught.value.lines[0]
