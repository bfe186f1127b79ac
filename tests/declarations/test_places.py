"""Reading YAML: every place is kept, everything ambiguous or dangerous is refused."""

import os
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from callwright.declarations import places
from callwright.declarations.checking import check_agent, check_stack
from callwright.declarations.errors import DeclarationError
from callwright.declarations.places import Place

BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 10)}]\n"
    for before, name in zip("abcdef", "bcdefg", strict=True)
)


def parse(text: str | bytes) -> places.Document:
    raw = text.encode() if isinstance(text, str) else text
    return places.parse(raw, Path("x.yaml"))


def refusal(text: str | bytes) -> str:
    with pytest.raises(DeclarationError) as caught:
        parse(text)
    (line,) = caught.value.lines
    return line


def test_every_key_and_value_has_its_place() -> None:
    document = parse("agent: desk\ntools:\n  note: {needs: [one, 'two']}\n")
    assert document.data == {"agent": "desk", "tools": {"note": {"needs": ["one", "two"]}}}
    assert document.keys[("tools", "note")] == Place(3, 3)
    assert document.values[("tools", "note", "needs", 1)] == Place(3, 23)
    assert document.values[()] == Place(1, 1)


def test_a_problem_without_a_place_of_its_own_stands_at_the_nearest_parent() -> None:
    document = parse("agent: desk\ntools: {note: 1}\n")
    problem = document.problem(("tools", "gone", "needs"), "what", remedy="do this")
    assert str(problem) == "x.yaml:2:8: what; do this"


def test_a_byte_order_mark_moves_nothing() -> None:
    document = parse(b"\xef\xbb\xbfagent: desk\n")
    assert document.values[("agent",)] == Place(1, 8)


def test_an_alias_is_written_out_and_its_inside_stands_where_it_was_written() -> None:
    document = parse("a: &x {k: 1}\nb: *x\n")
    assert document.data == {"a": {"k": 1}, "b": {"k": 1}}
    assert document.values[("b", "k")] == Place(1, 11)


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"a: \xff\n", "x.yaml:1:4: the file is not UTF-8 text"),
        ("é: 1\n".encode("latin-1"), "x.yaml:1:1: the file is not UTF-8"),
        ("a: é\nb: ".encode() + b"\xe9", "x.yaml:2:4: the file is not UTF-8"),
        ("a: 1".encode("utf-16"), "x.yaml:1:1: the file is UTF-16"),
        (b"RIFF\x00\x00WAVE", "x.yaml:1:1: the file is binary"),
        (BOMB.encode(), "more than 20000 values"),
        (b"[" * 1_000_000, "30 levels"),
        (b"- " * 500_000, "30 levels"),
        (b"{a: " * 200_000, "30 levels"),
        (b"".join(b"k%d: 1\n" % i for i in range(30_000)), "more than 20000 values"),
        (
            b"a: &a [[[[[[[[[[1]]]]]]]]]]\nb: &b [[[[[[[[[[*a]]]]]]]]]]\nc: [[[[[[[[[[*b]]]]]]]]]]",
            "30 levels",
        ),
    ],
)  # fmt: skip
def test_hostile_bytes_are_refused(raw: bytes, what: str) -> None:
    assert what in refusal(raw)


def test_all_duplicate_keys_are_reported_and_the_first_counts() -> None:
    document = parse("a: 1\na: 2\nb: {c: 1, c: 2}\n")
    assert document.data == {"a": 1, "b": {"c": 1}}
    assert [(p.line, p.col) for p in document.duplicates] == [(2, 1), (3, 11)]


class TestFiles:
    """What a path may turn out to be."""

    def test_a_missing_file(self, tmp_path: Path) -> None:
        self.refused(tmp_path / "gone.yaml", "no such file")

    def test_a_folder(self, tmp_path: Path) -> None:
        self.refused(tmp_path, "a folder")

    def test_a_file_of_ten_megabytes(self, tmp_path: Path) -> None:
        path = tmp_path / "big.yaml"
        path.write_bytes(b"a: 1\n" * 2_000_000)
        self.refused(path, "larger than 1 MB")

    def test_a_device(self) -> None:
        self.refused(Path("/dev/zero"), "not an ordinary file")

    def test_a_pipe(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        self.refused(tmp_path / "pipe", "not an ordinary file")

    def test_a_file_that_may_not_be_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "secret.yaml"
        path.write_text("agent: a\n")

        def denied(*args: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "open", denied)
        self.refused(path, "may not be read")

    @pytest.mark.parametrize("name", ["a\0b", "x" * 5000])
    def test_a_path_that_is_none(self, name: str) -> None:
        self.refused(Path(name), "cannot be read")

    def refused(self, path: Path, what: str) -> None:
        with pytest.raises(DeclarationError) as caught:
            places.read(path)
        assert what in str(caught.value)


NAMES = (
    "agent stack kind services steps entities tools handoff silence use settings args type ask "
    "needs python when uncertain step vad turn stt llm tts silero input text phone"
)
WORDS = st.sampled_from(NAMES.split()) | st.text(max_size=6)
DECLARATION = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_a_declaration_error(raw: bytes) -> None:
    only_declaration_errors(raw)


@given(st.text(alphabet="abc:-[]{}&*!?|>'\"%@#, \t\n<~0.e+\\é\u2028\ufeff\U0001f600", max_size=120))
@example("&a a: *a")
@example("a: |\n  b\n c")
@example("? \n: ")
def test_no_text_raises_anything_but_a_declaration_error(text: str) -> None:
    only_declaration_errors(text.encode("utf-8", "surrogatepass"))


@settings(max_examples=150)
@given(st.dictionaries(WORDS, DECLARATION, max_size=8))
def test_no_data_raises_anything_but_a_declaration_error(data: dict[str, object]) -> None:
    only_declaration_errors(yaml.safe_dump(data, allow_unicode=True).encode("utf-8", "replace"))


def only_declaration_errors(raw: bytes) -> None:
    try:
        document = parse(raw)
    except DeclarationError:
        return
    for problem in [*check_agent(document)[1], *check_stack(document, {})[2]]:
        assert problem.line > 0
        assert "\n" not in str(problem)
