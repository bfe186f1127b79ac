"""Scenarios: what is wrong with a file by line and column, and what comes of a good one."""

import itertools
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from pipecat.utils.deprecation import _warned_sites
from scenario_runs import GREETING, HEAD, SPOKEN, run, written
from soaking import usually

from callwright.calls.folder import read_call
from callwright.declarations.errors import DeclarationError, InputError
from callwright.lab.options import ReplayOptions
from callwright.lab.scenarios.finding import is_scenario
from callwright.lab.scenarios.reading import read_scenarios
from callwright.lab.scenarios.run import run_scenario

RECORDINGS = Path(__file__).parents[2] / "recordings"
STACKS = ["embedded", "cascaded", "s2s-openai"]

# --- files that are wrong -----------------------------------------------------------------------

TURN = "      - user: hello\n        "


@pytest.mark.parametrize(
    ("turns", "message"),
    [
        (TURN + "expect: [{event: user_transkription}]\n",
         "8:26: scenarios[0].turns[0].expect[0].event 'user_transkription' is unknown; "
         "did you mean 'user_transcription'?"),
        (TURN + "expect: [{event: response, within_ms: soon}]\n",
         "8:47: scenarios[0].turns[0].expect[0].within_ms should be a whole number, not text"),
        (TURN + "expect: [{evnt: response}]\n", "8:19: the key 'evnt'"),
        (TURN + "expects: []\n", "did you mean 'expect'?"),
        (TURN + "dtmf: 12\n", "8:9: a turn either speaks or presses keys; make two turns of it"),
        ("      - dtmf: 12x\n", "7:15: there is no key 'x' on a telephone; use 0 to 9, * and #"),
        ("      - dtmf: true\n", "7:15: dtmf should be text, not true or false"),
        ("      - user: 5\n", "7:15: user should be text, not a number"),
        ("      - user: [{pause_ms: 0}, hi]\n", "7:16: a pause is 'pause_ms'"),
        ("      - user: [{pause_ms: 10}]\n", "user has pauses, and no words"),
        ("      - user: [hi, {pause_ms: 10}]\n", "7:9: sound and pauses need a caller who speaks"),
        ("      - send_after: {delay_ms: 10}\n", "7:9: there is nothing to send in this turn"),
        (TURN + "send_after: {event: llm_startd}\n", "did you mean 'llm_started'?"),
        (TURN + "send_after: {delay_ms: 99999999999}\n",
         "8:32: scenarios[0].turns[0].send_after.delay_ms: input should be less than or equal to "
         "3600000; change the value"),
        (TURN + "expect: [{event: response, within_ms: 3600001}]\n", "or equal to 3600000"),
        ("      - user: [hi, {pause_ms: 3600001}]\n",
         "7:20: a pause is 'pause_ms' and 1 to 3600000 whole milliseconds"),
        (TURN + "send_after: {event: response}\n",
         "8:29: in 'modality: text' Pipecat's own run never sends anything after a 'response'"),
        (TURN + "audio: gone.wav\n", "gone.wav: there is no such file"),
        (TURN + "expect: [{event: response, absent: true, eval: kind}]\n",
         "8:50: what is absent cannot have 'eval'"),
        (TURN + "expect: [{event: response, calls: [book]}]\n", "response is no function call"),
        (TURN + "expect: [{event: function_call, calls: [7]}]\n", "8:49: a call is a name"),
        (TURN + "expect: [{event: bot_started_speaking, text_contains: hi}]\n",
         "8:48: bot_started_speaking has no words; use 'response' or another event that has"),
        (TURN + "expect: [{event: function_call, text_excludes: hi}]\n", "8:41: function_call has"),
        (TURN + "expect: [{event: bot_interrupted, eval: kind}]\n", "8:43: bot_interrupted has no"),
        (TURN + "expect: [{event: tts_response}]\n", "8:26: in 'modality: text'"),
        ("      - user:\n", "is empty"),
        ("", "turns is empty"),
        ("      - persona: x\n    persona: Jamie\n",
         "8:5: a caller that a language model plays is not available"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_where_it_stands(tmp_path: Path, turns: str, message: str) -> None:
    path = written(tmp_path, turns)
    with pytest.raises(DeclarationError) as told:
        read_scenarios(path)
    assert any(message in line for line in told.value.lines), told.value.lines
    assert all(str(path) in line for line in told.value.lines)


def test_several_things_are_told_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, TURN + "expect: [{event: a}, {event: b}]\n")
    with pytest.raises(DeclarationError) as told:
        read_scenarios(path)
    assert len(told.value.problems) == 2


def test_what_only_pipecat_refuses_is_refused(tmp_path: Path) -> None:
    """It finds what an included file includes from the first one's folder."""
    (tmp_path / "judges").mkdir()
    (tmp_path / "judges" / "judge.yaml").write_text("eval: !include eval.yaml\n")
    (tmp_path / "judges" / "eval.yaml").write_text("service: ollama\n")
    head = HEAD.replace("scen", "judge: !include judges/judge.yaml\nscen")
    with pytest.raises(DeclarationError, match=r"test\.yaml:1:1: Pipecat does not take it: .*eval"):
        read_scenarios(written(tmp_path, GREETING, head))


def test_two_scenarios_of_one_name(tmp_path: Path) -> None:
    twice = written(tmp_path, GREETING + "  - name: one\n    turns:\n" + GREETING)
    with pytest.raises(DeclarationError, match=r"10:11: another scenario .* is called 'one'; give"):
        read_scenarios(twice)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("event: response, text_contains: no",
         "8:51: 'no' without quotes is true or false for Pipecat; put it in quotes"),
        ("event: response, text_excludes: 2026-11-24", "8:51: '2026-11-24' without"),
        ("event: function_call, calls: [{name: book, args: {to: +14155550132}}]",
         "8:73: '+14155550132' without quotes is a number"),
        ("event: response, eval: =", "is no value"),
        ("event: response, text_contains: Who?",
         "8:54: Pipecat cannot read this: expected ',' or '}', but got '?'; put the text in quo"),
    ],
)  # fmt: skip
def test_a_word_that_pipecat_reads_otherwise_is_told(
    tmp_path: Path, words: str, message: str
) -> None:
    path = written(tmp_path, TURN + f"expect: [{{{words}}}]\n")
    with pytest.raises(DeclarationError) as told:
        read_scenarios(path)
    assert [line for line in told.value.lines if message in line], told.value.lines
    same = "event: response, text_contains: 'no', text_excludes: 10:30, within_ms: 9"
    assert read_scenarios(written(tmp_path, TURN + f"expect: [{{{same}}}]\n      - dtmf: 012\n"))


def test_a_word_of_an_included_file_that_pipecat_reads_otherwise(tmp_path: Path) -> None:
    (tmp_path / "judge.yaml").write_text("eval: {model: off}\n")
    path = written(tmp_path, GREETING, HEAD.replace("scen", "judge: !include judge.yaml\nscen"))
    with pytest.raises(DeclarationError, match=r"judge\.yaml:1:15: 'off' without quotes"):
        read_scenarios(path)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("judge: {eval: {service: ollamma}}",
         "4:25: judge.eval.service 'ollamma' is unknown; did you mean 'ollama'?; "
         "use ollama or openai, or 'factory: module.function'"),
        ("judge: {eval: {explainer: {service: claude}}}", "4:37: judge.eval.explainer.service"),
        ("judge: {modality: audio, transcription: {service: moonshien}}", "mean 'moonshine'?"),
        ("user: {speech: {service: espeak, voice: en}}", "4:26: user.speech.service 'espeak'"),
        ("user: {modality: audio, speech: {language: xx}}",
         "4:44: user.speech.language: espeak-ng has no voice 'xx'; use a language"),
        ("user: {speech: {speed: fast}}", "4:24: user.speech.speed should be a number above 0"),
        ("judge: {eval: {factory: judge}}",
         "4:25: judge.eval.factory 'judge' is no dotted path; write 'module.function'"),
    ],
)  # fmt: skip
def test_a_service_that_is_none_is_told(tmp_path: Path, lines: str, message: str) -> None:
    path = written(tmp_path, GREETING, HEAD.replace("scen", f"{lines}\nscen"))
    with pytest.raises(DeclarationError) as told:
        read_scenarios(path)
    assert [line for line in told.value.lines if message in line], told.value.lines
    named = HEAD.replace("scen", "judge: {eval: {service: Ollama, model: gemma4:12b}}\nscen")
    assert read_scenarios(written(tmp_path, GREETING, named))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("agent: reception", "agent: recepton", "2:8: there is no agent 'recepton'; did you mean"),
        ("agent: reception", "agent: gone.yaml", "2:8: there is no agent 'gone.yaml', neither"),
        ("stack: cascaded", "stack: cascade", "3:8: there is no stack 'cascade'; did you mean"),
    ],
)
def test_an_agent_that_is_none_is_told_where_it_is_named(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    path = written(tmp_path, GREETING, HEAD.replace(old, new))
    with pytest.raises(DeclarationError) as told:
        run_scenario(path, ReplayOptions(out=tmp_path))
    assert f"{path}:{message}" in str(told.value)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("calls: [hand_off, take_massage]",
         "8:59: the agent 'reception' has no function 'take_massage'; did you mean "
         "'take_message'?; use end_call, hand_off or take_message"),
        ("calls: [{name: book, args: {a: b}}]", "8:56: the agent 'reception' has no"),
        ("name: book", "8:47: the agent"),
        ("calls: [{name: take_message, args: {full_nam: Anna, reason: bill}}]",
         "8:77: the function 'take_message' has no argument 'full_nam'; did you mean 'full_name'?; "
         "use callback_number, full_name or reason"),
        ("name: take_message, args: {plate: x}", "8:68: the function 'take_message' has no"),
        ("args: {plate: x}",
         "8:48: the agent 'reception' has no function with an argument 'plate'"),
        ("calls: [{name: hand_off, args: {full_name: Anna}}]",
         "8:73: the function 'hand_off' has no argument 'full_name'; delete it"),
    ],
)  # fmt: skip
def test_a_function_that_the_agent_does_not_have_so(
    tmp_path: Path, words: str, message: str
) -> None:
    refused(tmp_path, f"event: function_call, {words}", message)


def test_a_call_that_has_stopped_tells_of_that_and_not_of_its_arguments(tmp_path: Path) -> None:
    message = "8:76: a call that has stopped has no 'reason'; use tool_call_id or cancelled"
    words = "event: function_call_stopped, name: take_message, args: {reason: x, cancelled: true}"
    refused(tmp_path, words, message)


def refused(tmp_path: Path, expected: str, message: str) -> None:
    with pytest.raises(DeclarationError) as told:
        run(tmp_path, TURN + f"expect: [{{{expected}}}]\n", HEAD)
    (line,) = [line for line in told.value.lines if message in line] or told.value.lines
    assert message in line
    assert not list(tmp_path.glob("test-one*"))


def test_an_included_file_is_named_where_it_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "judge.yaml").write_text("modality: audi\n")
    path = written(tmp_path, GREETING, HEAD.replace("scen", "judge: !include judge.yaml\nscen"))
    with pytest.raises(DeclarationError, match=r"judge\.yaml:1:11: judge\.modality 'audi'"):
        read_scenarios(path)
    (tmp_path / "judge.yaml").write_text("eval: !include judge.yaml\n")
    with pytest.raises(DeclarationError, match=r"judge\.yaml:1:7: judge\.yaml includes itself"):
        read_scenarios(path)
    (tmp_path / "judge.yaml").unlink()
    with pytest.raises(DeclarationError, match=r"test\.yaml:4:8: there is no file judge\.yaml"):
        read_scenarios(path)


def test_live_services_are_refused_in_a_line(tmp_path: Path) -> None:
    (scenario,) = read_scenarios(written(tmp_path, GREETING))
    with pytest.raises(InputError) as told:
        run_scenario(scenario, ReplayOptions(services="live"))
    assert str(told.value).startswith(f"{scenario.path}: a scenario runs against stand-ins here")


def test_a_file_with_one_scenario_is_read_without_a_warning(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    """Pipecat calls that form an old one; here it is not."""
    path = tmp_path / "one.yaml"
    path.write_text("name: one\nturns:\n  - expect: [{event: response}]\n")
    _warned_sites.clear()
    assert read_scenarios(path)
    assert not recwarn.list


def test_a_scenario_is_told_from_other_yaml(tmp_path: Path) -> None:
    assert is_scenario(RECORDINGS / "reception-question.yaml")
    assert is_scenario(written(tmp_path, "      - dtmf: ["))  # broken, and so worth telling
    (tmp_path / "nameless.yaml").write_text("scenarios: [{name: one, turns: []}]\n")
    assert is_scenario(tmp_path / "nameless.yaml")  # which Pipecat does not take: worth telling too
    (tmp_path / "turns.yaml").write_text("turns: []\n")
    assert not is_scenario(tmp_path / "turns.yaml")
    (tmp_path / "judge.yaml").write_text("modality: text\n")
    assert not is_scenario(tmp_path / "judge.yaml")
    assert not is_scenario(RECORDINGS / "reception-plain" / "caller.yaml")
    assert not is_scenario(RECORDINGS / "reception-plain" / "user.wav")


def test_on_the_command_line(tmp_path: Path) -> None:
    path = written(tmp_path, TURN + "audio: gone.wav\n")
    command = [sys.executable, "-m", "callwright", "replay", str(path), "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"{path}:8:16: {tmp_path}/gone.wav: there is no such file; check the path" in done.stderr
    scolding = GREETING.replace("help", "scold") + "            within_ms: 9000\n"
    wrong = written(tmp_path, scolding, SPOKEN)
    command[4] = str(wrong)
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    (failed,) = json.loads(done.stdout)["expectations"]["failed"]
    assert failed["at"] == f"{wrong}:11:13"
    assert failed["kind"] == "text_mismatch"
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    *_, what, expected, got = done.stdout.splitlines()
    assert what == f"{wrong}:11:13: response: has other words"
    assert expected == "    expected  response with 'scold you' within 9000 ms"
    assert re.match("    got       '.*help you.*' at ", got)


# --- scenarios that run -------------------------------------------------------------------------


def test_the_same_scenario_is_the_same_call(tmp_path: Path) -> None:
    turns = GREETING + "      - user: my name is anna bell\n        expect: [{event: response}]\n"
    first, again = run(tmp_path, turns), run(tmp_path, turns)
    assert first.kept
    assert first.expectations == {"passed": 2, "failed": [], "not_judged": [], "not_run": 0}
    assert first.digest == again.digest
    assert not first.leftovers
    assert read_call(first.result.folder).meta["caller"] == "scenario"


def test_a_name_that_is_too_long_for_a_folder(tmp_path: Path) -> None:
    head = HEAD.replace("name: one", f"name: {'one' * 100}").replace("cascaded", "embedded")
    replayed = run(tmp_path, "      - expect: [{event: bot_started_speaking}]\n", head)
    assert replayed.kept
    assert replayed.result.folder.name.startswith("test-oneone")


def test_what_is_absent_what_is_too_late_and_what_is_not_reached(tmp_path: Path) -> None:
    turns = GREETING + (
        "      - expect: [{event: function_call, absent: true, within_ms: 2000}]\n"
        "      - user: my name is anna bell\n        expect:\n"
        "          - {event: user_transcription, within_ms: 500}\n"
        "          - {event: response}\n"
        "      - expect: [{event: bot_stopped_speaking, absent: true}]\n"
    )
    found = run(tmp_path, turns).expectations
    assert [(one["kind"], one["turn"]) for one in found["failed"]] == [("timeout", 2)]
    assert (found["passed"], found["not_run"]) == (2, 2)


def test_an_interruption(tmp_path: Path) -> None:
    turns = """\
      - user: my name is anna bell
        send_after: {event: bot_started_speaking, delay_ms: 1500}
        expect:
          - event: bot_interrupted
            within_ms: 5000
          - event: response
            text_contains: Anna
"""
    replayed = run(tmp_path, turns)
    assert replayed.expectations["failed"] == []
    assert replayed.turns[0].interrupted


@pytest.mark.parametrize("stack", usually(STACKS, "cascaded".__eq__))
def test_a_caller_is_seen_to_speak_although_nobody_is_interrupted(
    tmp_path: Path, stack: str
) -> None:
    """The bot reports an interruption in the same instant, and that drops what is not looked at."""
    turns = """\
      - expect: [{event: bot_stopped_speaking}]
      - user: I have a question about my bill.
        expect: [{event: user_started_speaking, within_ms: 9000}]
"""
    head = SPOKEN.replace("cascaded", stack)
    assert run(tmp_path, turns, head).expectations["failed"] == []
    absent = turns.replace("within_ms: 9000", "within_ms: 9000, absent: true")
    (failed,) = run(tmp_path, absent, head).expectations["failed"]
    assert failed["kind"] == "unexpected_event"


HEADS = {"heard": SPOKEN, "read": HEAD}
EACH = list(itertools.product(STACKS, HEADS))


@pytest.mark.parametrize(
    ("stack", "how"), usually(EACH, [("s2s-openai", "heard"), ("cascaded", "read")].__contains__)
)
def test_words_of_the_rules_are_a_response(tmp_path: Path, stack: str, how: str) -> None:
    """The clinic asks no model before it knows who calls."""
    turns = (
        GREETING
        + """\
      - user: my name is anna bell
        expect: [{event: response, text_contains: "Thanks, Anna"}]
"""
    )
    head = HEADS[how].replace("reception", "clinic").replace("cascaded", stack)
    replayed = run(tmp_path, turns.replace("help you", "This call is recorded"), head)
    assert replayed.expectations["failed"] == []
    assert replayed.expectations["passed"] == 2


def test_a_caller_who_reads_lets_the_bot_finish(tmp_path: Path) -> None:
    turns = """\
      - expect: [{event: bot_stopped_speaking}]
      - user: my name is anna bell
        expect: [{event: response, text_contains: Anna}]
      - user: four one five five five five oh one three two
        expect: [{event: response, text_contains: Is that right}]
"""
    replayed = run(tmp_path, turns, HEAD)
    assert replayed.expectations["failed"] == []
    assert not any(turn.interrupted for turn in replayed.turns)


def test_a_recording_and_pressed_keys(tmp_path: Path) -> None:
    sound, rate = soundfile.read(RECORDINGS / "reception-plain" / "user.wav", dtype="int16")
    piece: Any = np.asarray(sound)[round(4.8 * rate) : round(6.3 * rate)]
    soundfile.write(tmp_path / "name.wav", piece, rate)
    head = SPOKEN.replace("scen", "user: {modality: audio}\nscen")
    turns = (
        GREETING
        + """\
      - user: my name is anna bell
        audio: name.wav
        expect:
          - {event: user_transcription, text_contains: anna bell}
          - {event: response, text_contains: Anna}
      - dtmf: "12#"
        send_after: {delay_ms: 500}
        expect: [{event: function_call, absent: true, within_ms: 1000}]
"""
    )
    replayed = run(tmp_path, turns, head)
    assert replayed.expectations == {"passed": 4, "failed": [], "not_judged": [], "not_run": 0}
    assert replayed.notice == (
        f"{tmp_path / 'test.yaml'}:19:9: an agent hears no keys in this version, so nothing comes "
        "of these; let the caller say them in 'user'"
    )


def test_a_bot_that_ends_the_call_is_not_waited_for(tmp_path: Path) -> None:
    turns = GREETING + "      - expect: [{event: user_transcription}]\n"
    replayed = run(tmp_path, turns)
    (failed,) = replayed.expectations["failed"]
    assert failed["kind"] == "bot_ended"
