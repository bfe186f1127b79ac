"""Messages say the place, what is wrong, the nearest word and what to do."""

from pathlib import Path

import pytest

from callwright.declarations.errors import (
    DeclarationError,
    Problem,
    listed,
    nearest_word,
    quoted,
    shown,
)


def test_the_form_of_a_problem() -> None:
    problem = Problem("a.yaml", 7, 10, "stt 'deepgrm' is unknown", "deepgram_stt")
    assert str(problem) == "a.yaml:7:10: stt 'deepgrm' is unknown; did you mean 'deepgram_stt'?"
    assert (
        str(Problem("a.yaml", 0, 0, "it is gone", None, "find it")) == "a.yaml: it is gone; find it"
    )


def test_problems_are_sorted_by_place_within_their_file_and_told_once() -> None:
    late, early = Problem("b", 9, 1, "late"), Problem("b", 2, 5, "early")
    other = Problem("a", 1, 1, "other")
    error = DeclarationError([late, early, other, late])
    assert error.problems == [early, late, other]
    assert str(error) == "b:2:5: early\nb:9:1: late\na:1:1: other"


@pytest.mark.parametrize(
    ("word", "known", "nearest"),
    [
        ("deepgrm", ["cartesia_stt", "deepgram_stt"], "deepgram_stt"),
        ("modle", ["voice", "model"], "model"),
        ("zzzz", ["voice", "model"], None),
        ("x", [], None),
        ("", ["voice"], None),
    ],
)
def test_the_nearest_word(word: str, known: list[str], nearest: str | None) -> None:
    assert nearest_word(word, known) == nearest


def test_values_in_messages_are_short_and_printable() -> None:
    assert quoted("a\x1b[31m\n") == r"'a\x1b[31m\n'"
    assert len(quoted("x" * 500)) == 40


def test_lists_read_as_text() -> None:
    assert [listed([]), listed("a"), listed("ab"), listed("abc", "or")] == [
        "",
        "a",
        "a and b",
        "a, b or c",
    ]


def test_paths_are_shown_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown(tmp_path / "a" / "b.yaml") == "a/b.yaml"
    assert shown(Path("/etc/hosts")) == "/etc/hosts"
