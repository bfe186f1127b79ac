import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from callwright.conversation.expectation import Expectation
from callwright.engines import language
from callwright.engines.language import ANYTHING, LanguageRequest, Models, build
from callwright.engines.ngrams import END, START, Counts, arpa
from callwright.engines.pronounce import letters_to_sounds, spoken_words
from callwright.engines.templates import Templates, read_sections

# Models are built once for all of them: they share a process.
pytestmark = pytest.mark.xdist_group("language")

TYPES = [
    *("person_name", "date", "time", "datetime", "phone", "email", "postal_address"),
    *("digits", "code", "number", "money", "yes_no", "text"),
]

REQUEST = LanguageRequest(
    (
        Expectation("full_name", "person_name"),
        Expectation("reason", "text", examples=("my quokka escaped", "It's about case 24.")),
        Expectation("service", "choice", values=("towing", "lockout")),
        Expectation("callback", "phone"),
        Expectation("confirmation", "yes_no"),
    ),
    ("Zendesk", "Lakeside Clinic"),
)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return build(REQUEST, tmp_path_factory.mktemp("models"))


def contents(models: Models) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(models.folder.iterdir())}


def test_each_question_has_a_model_by_name_and_by_type(models: Models) -> None:
    assert models.model_for("full_name") == models.model_for("person_name") != ANYTHING
    assert models.model_for("service") != models.model_for("callback")
    assert models.model_for(None) == models.model_for("no such question") == ANYTHING
    for model in models.by_name.values():
        assert (models.folder / f"{model}.lm").is_file()


def test_models_differ_by_what_they_expect(models: Models) -> None:
    def chance(model: str, gram: str) -> float:
        text = (models.folder / f"{model}.lm").read_text()
        found = re.search(rf"^(\S+)\t{re.escape(gram)}(\t|$)", text, re.MULTILINE)
        assert found, gram
        return float(found[1])

    number, name = models.model_for("callback"), models.model_for("full_name")
    assert chance(number, "<s> P1") > chance(name, "<s> P1") + 1
    assert chance(name, "<s> FIRST") > chance(number, "<s> FIRST") + 1
    assert chance(number, "P1 P2") > -0.5, "a number has its length"
    assert chance(number, "P10 </s>") > -1.0


def test_the_agents_own_words_are_known(models: Models) -> None:
    dictionary = (models.folder / "words.dict").read_text()
    known = {line.split()[0] for line in dictionary.splitlines()}
    assert {"quokka", "escaped", "towing", "lockout", "zendesk", "lakeside", "clinic"} <= known
    assert {"anna_first", "four_p1", "twenty"} <= known
    assert {"quokka", "zendesk"} <= set(models.guessed)
    assert "towing" not in models.guessed


def test_every_class_word_can_be_pronounced_and_classes_add_up(models: Models) -> None:
    known = {line.split()[0] for line in (models.folder / "words.dict").read_text().splitlines()}
    total, name = 0.0, ""
    for line in (models.folder / "words.classes").read_text().splitlines():
        first, second = line.split()
        if first == "LMCLASS":
            total, name = 0.0, second
        elif first == "END":
            assert second == name
            assert total == pytest.approx(1.0, abs=0.01)
        else:
            total += float(second)
            assert first.startswith("_") or first in known


@pytest.mark.parametrize("kind", [*TYPES, "something_new"])
def test_any_type_can_be_asked(tmp_path: Path, kind: str) -> None:
    request = LanguageRequest((Expectation("it", kind),))
    made = build(request, tmp_path)
    assert made.model_for("it") != ANYTHING


def test_no_questions_and_odd_words_still_make_a_model(tmp_path: Path) -> None:
    odd = ("", "…", "日本語", "ñandú", "{P1}", "(a|b)", "[x]", "# no", "C-3PO", "\ud800")
    request = LanguageRequest((Expectation("x", "choice", odd, odd),), odd)
    made = build(request, tmp_path)
    dictionary = (made.folder / "words.dict").read_text()
    assert "\nnandu " in dictionary
    assert "\nthree" in dictionary
    assert build(LanguageRequest(), tmp_path).by_name == {ANYTHING: ANYTHING}


def test_models_are_the_same_in_every_process(models: Models, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from tests.engines.test_language import *;"
        "print(build(REQUEST, Path(sys.argv[1])).folder)"
    )
    for seed in ("1", "2"):
        ran = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / seed)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        )
        made = Path(ran.stdout.strip())
        assert made.name == models.folder.name
        assert {p.name: p.read_bytes() for p in sorted(made.iterdir())} == contents(models)


def test_the_shelf_keeps_and_mends(models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(models)
    made: list[LanguageRequest] = []
    real = language._files  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(
        language, "_files", lambda asked, texts: made.append(asked) or real(asked, texts)
    )
    assert build(REQUEST, models.folder.parent) == models
    assert not made
    (models.folder / "words.dict").write_text("half a fi")
    assert build(REQUEST, models.folder.parent) == models
    assert made == [REQUEST]
    assert contents(models) == before


def test_a_place_that_cannot_be_written_is_no_obstacle(models: Models, tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("in the way")
    elsewhere = build(REQUEST, blocked)
    assert elsewhere.folder.parent != blocked
    assert contents(elsewhere) == contents(models)


def test_a_missing_recogniser_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pocketsphinx", None)
    with pytest.raises(RuntimeError, match=r"callwright\[embedded\]"):
        build(REQUEST, tmp_path)


def test_counts_and_arpa_add_up_to_one() -> None:
    counts = Counts.of([["my", "name"], ["my", "bill"], ["my", "name"]])
    assert counts.grams[1]["my", "name"] == 2
    assert counts.grams[2] == {(START, "my", "name"): 2, ("my", "name", END): 2}
    mixed = Counts.mixed([(counts, 30.0), (Counts.of([["yes"]]), 10.0)])
    assert mixed.grams[0][START,] == pytest.approx(40)
    lines = [line.split("\t") for line in arpa(mixed).splitlines() if "\t" in line]
    after_my = {gram: 10 ** float(p) for p, gram, *_ in lines if re.fullmatch(r"my \S+", gram)}
    assert 0.5 < sum(after_my.values()) < 1.0, "some is kept for what was not seen"
    assert after_my["my name"] > after_my["my bill"]


def test_templates_speak_their_sections_evenly() -> None:
    templates = Templates(["[greet]\n3* hi\n1* good (morning|evening|) {NAME}\n[all]\n{greet} bye"])
    drawn = templates.sentences("all", 8)
    assert drawn.count(["hi", "bye"]) == 6
    assert sorted(d for d in drawn if d[0] == "good") in [
        [["good", a, "NAME", "bye"] if a else ["good", "NAME", "bye"] for a in pair]
        for pair in (["evening", "morning"], ["", "evening"], ["", "morning"])
    ]
    with pytest.raises(ValueError, match="no section"):
        templates.sentences("none", 1)
    with pytest.raises(ValueError, match=r"before the first \[section\]"):
        list(read_sections("hello"))


def test_words_as_they_are_said() -> None:
    said = " ".join(spoken_words("It's 24 São-Paulo St. — 415 or 07!"))
    assert said == "it's twenty four sao paulo st four one five or zero seven"
    assert letters_to_sounds("lake") == ["L", "EY", "K"]
    assert letters_to_sounds("42") == []


def test_templates_only_name_what_exists() -> None:
    folder = Path(language.__file__).parent / "sentences"
    texts = [(folder / f"{name}.txt").read_text() for name in ("common", "reasons", "facts")]
    sections = {section for text in texts for section, _, _ in read_sections(text)}
    classes = {section for section, _, _ in read_sections((folder / "classes.txt").read_text())}
    classes |= {"FIRST", "LAST", "T7", "T9", *(f"P{n}" for n in range(1, 11))}
    for text in texts:
        lines = " ".join(words for _, _, words in read_sections(text))
        for name in re.findall(r"\{(\w+)\}", lines):
            made = {"vocabulary", "choice_value"}
            assert name in (classes if name.isupper() else sections | made), name
