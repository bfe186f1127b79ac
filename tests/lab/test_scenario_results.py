"""What a scenario that was run tells: what came instead of what was expected, and the judge."""

import json
import re
from pathlib import Path

import pytest
from scenario_runs import GREETING, HEAD, SPOKEN, run, written
from soaking import usually

from callwright.declarations.errors import DeclarationError
from callwright.lab.options import ReplayOptions
from callwright.lab.scenarios.judging import who
from callwright.lab.scenarios.run import run_scenario

# --- what came instead --------------------------------------------------------------------------

NAMED = GREETING + "      - user: my name is anna bell\n        expect:\n          - "


@pytest.mark.parametrize(
    ("line", "what", "expected", "got"),
    [
        ("{event: response, text_contains: Carla, within_ms: 12000}", "has other words",
         "response with 'Carla' within 12000 ms",
         r"'Thanks, Anna. What is your call about\?' at 0:1\d\.\d, then .*"),
        ("{event: response, text_excludes: Anna}", "has words that were not to come",
         "response without 'Anna'", r"'Thanks, Anna. What is your call about\?' at 0:1\d\.\d"),
        ("{event: bot_started_speaking, within_ms: 1500}", r"came 1\d\d\d ms too late",
         "bot_started_speaking within 1500 ms", r"at 0:0\d\.\d \(1\d\d\d ms too late\)"),
        ("{event: user_transcription, absent: true, within_ms: 3000}", "came, and was not to come",
         "no user_transcription within 3000 ms", r"'my name is anna bell' at 0:0\d\.\d"),
        ("{event: bot_stopped_speaking}\n          - {event: user_started_speaking}",
         "came before what stands ahead of it; 'check_from: turn_start' looks back",
         "user_started_speaking", r"at 0:0\d\.\d"),
        ("{event: function_call, within_ms: 3000}", "did not come within 3000 ms",
         "function_call within 3000 ms",
         r"none of it; in this turn came user_started_speaking at 0:0\d\.\d, .*"),
    ],
)  # fmt: skip
def test_what_came_instead_is_told(
    tmp_path: Path, line: str, what: str, expected: str, got: str
) -> None:
    (told,) = run(tmp_path, NAMED + line + "\n").expectations["failed"]
    assert re.fullmatch(what, told["what"]), told
    assert told["expected"] == expected
    assert re.fullmatch(got, told["got"]), told


MADE = {
    "calls: [take_message, take_message]": "did not come within 5000 ms",
    "absent: true": "came, and was not to come",
    "calls: [{name: take_message, args: {full_name: Zoe}}]": "was made with other arguments",
}


@pytest.mark.parametrize(("expected", "what"), usually(MADE.items(), lambda case: "Zoe" in case[0]))
def test_the_calls_that_were_made_instead_are_told(
    tmp_path: Path, expected: str, what: str
) -> None:
    turns = """\
      - user: I have a question about my bill.
        send_after: {event: bot_stopped_speaking}
        expect: [{event: response}]
      - user: My name is Anna Bell.
        expect: [{event: response}]
      - user: Four one five, five five five, zero one three two.
        expect: [{event: response, text_contains: right}]
      - user: Yes that's right.
        expect: [EXPECTED]
"""
    wanted = f"{{event: function_call, within_ms: 5000, {expected}}}"
    (told,) = run(tmp_path, turns.replace("EXPECTED", wanted)).expectations["failed"]
    assert told["what"] == what
    assert told["got"].startswith("take_message(")
    assert "callback_number: +14155550132" in told["got"]


def test_a_sensitive_value_is_not_told(tmp_path: Path) -> None:
    turns = """\
      - user: my name is anna bell
        send_after: {event: bot_stopped_speaking}
        expect: [{event: response, text_contains: date of birth}]
      - user: March third nineteen eighty five.
        expect: [{event: user_transcription, text_contains: nobody, within_ms: 9000}]
"""
    head = SPOKEN.replace("reception", "clinic")
    (told,) = run(tmp_path, turns, head).expectations["failed"]
    assert "•••" in told["got"]
    assert "eighty" not in json.dumps(told)


def test_a_response_that_is_read_and_does_not_come_is_told_as_such(tmp_path: Path) -> None:
    """Pipecat looks for an event that nobody has written."""
    voice = "speech: {factory: callwright.lab.scenarios.voice.voice}"
    head = HEAD.replace("scen", f"user:\n  modality: audio\n  {voice}\nscen")
    turns = GREETING.replace("help you", "goodbye") + "            within_ms: 9000\n"
    (failed,) = run(tmp_path, turns, head).expectations["failed"]
    assert failed["event"] == "response"
    assert failed["what"].startswith("has other words; ")
    assert "; without 'judge: {modality: audio, …}' a 'response' is the text" in failed["what"]


# --- the judge ----------------------------------------------------------------------------------

JUDGED = """\
      - expect:
          - event: response
            eval: "offers HELP"
"""
JUDGE = "  eval: {factory: scripted_judge.judge, explainer: false}\n"


def test_without_a_judge_nothing_is_judged_and_that_is_said(tmp_path: Path) -> None:
    replayed = run(tmp_path, JUDGED)
    path = tmp_path / "test.yaml"
    assert replayed.expectations == {
        "passed": 0, "failed": [], "not_judged": [f"{path}:11:13"], "not_run": 0,
    }  # fmt: skip
    assert "1 'eval' was not judged: no judge is configured" in replayed.notice
    assert replayed.kept


@pytest.mark.parametrize(("word", "kept"), [("HELP", True), ("INSURANCE", False)])
def test_a_judge_judges(tmp_path: Path, word: str, kept: bool) -> None:
    head = SPOKEN.replace("scen", f"{JUDGE}scen")
    replayed = run(tmp_path, JUDGED.replace("HELP", word), head)
    assert replayed.kept is kept
    assert replayed.expectations["passed"] == kept
    assert [one["kind"] for one in replayed.expectations["failed"]] == ["judge_no"] * (not kept)
    assert replayed.notice == ""
    for one in replayed.expectations["failed"]:
        assert one["expected"] == f"response judged by 'offers {word}'"
        assert one["got"].startswith("'")


def test_a_judge_that_does_not_answer_has_not_said_no(tmp_path: Path) -> None:
    head = SPOKEN.replace("scen", JUDGE.replace("judge, ", "silent_judge, ") + "scen")
    path = written(tmp_path, JUDGED, head)
    with pytest.raises(DeclarationError) as told:
        run_scenario(path, ReplayOptions(out=tmp_path))
    assert str(told.value) == (
        f"{path}:7:9: judge.eval: scripted_judge.silent_judge could not be asked: "
        "nobody is there; see to it, or delete the block: then nothing is judged"
    )


def test_a_judge_is_called_by_its_address_and_model() -> None:
    assert who({}) == "ollama at http://localhost:11434/v1"
    there = {"service": "ollama", "model": "gemma4:12b", "endpoint": "http://judge:1/v1"}
    assert who(there) == "ollama (gemma4:12b) at http://judge:1/v1"


def test_a_judge_that_is_none(tmp_path: Path) -> None:
    head = SPOKEN.replace("scen", JUDGE.replace("scripted_judge", "nobody") + "scen")
    with pytest.raises(DeclarationError, match=r"test\.yaml:7:9: judge\.eval: ModuleNotFoundError"):
        run(tmp_path, JUDGED, head)
    assert not list(tmp_path.glob("test-one*"))
