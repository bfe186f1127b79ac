"""An address at which nobody answers as expected: the user is told which one, and what to do."""

import socket
import ssl
from pathlib import Path
from typing import Any

import pytest
from pipecat.frames.frames import ErrorFrame
from pipecat.processors.filters.identity_filter import IdentityFilter
from websockets.exceptions import InvalidMessage

from bot.refusals import Made, refusal, unanswered
from callwright.declarations.load import load
from callwright.lab.standins import without_keys

HTTP = "http://127.0.0.1:1/v1"
STACK = """
stack: mine
kind: cascaded
services:
  vad: {{use: silero}}
  turn: {{use: smart_turn_v3}}
  stt: {{use: embedded_stt}}
  llm: {{use: openai_llm, settings: {{model: gpt-4o}}{more}}}
  tts: {{use: embedded_tts}}
steps: [input, stt, hear_entities, context.user, llm, tts, output, context.bot]
"""


def told(folder: Path, error: BaseException, address: str = "") -> tuple[str, str]:
    """What is for good, and what is only if it goes on, of an error under another one."""
    path = folder / "mine.yaml"
    more = f", args: {{base_url: '{address}'}}" if address else ""
    path.write_text(STACK.format(more=more))
    declared = without_keys(load("reception", path, need_keys=False))
    service = IdentityFilter()
    made: Any = {service: Made(path, ("services", "llm"), declared.services["llm"])}
    outer = RuntimeError("Connection error.")
    outer.__cause__ = error
    frame = ErrorFrame("Connection error.", processor=service, exception=outer)
    return str(refusal(made, frame) or ""), str(unanswered(made, frame) or "")


def wrong_version() -> ssl.SSLError:
    error = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number")
    error.reason = "WRONG_VERSION_NUMBER"
    return error


def untrusted() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "unable to get local issuer certificate"
    return error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (wrong_version(), "what answers at its address speaks no TLS; write http for https, or ws"),
        (untrusted(), "is not trusted (unable to get local issuer certificate); set SSL_CERT_FILE"),
        (socket.gaierror(-2, "Name or service not known"), "its host does not exist; correct base"),
    ],
)
def test_an_address_that_is_wrong_for_good(tmp_path: Path, error: BaseException, said: str) -> None:
    for_good, if_it_goes_on = told(tmp_path, error, HTTP)
    assert "mine.yaml:8:70: llm 'openai_llm': " in for_good
    assert said in for_good
    assert "base_url" in for_good
    assert if_it_goes_on == ""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ConnectionRefusedError(111, "refused"), f"nobody listens at {HTTP}; start what is to"),
        (InvalidMessage("no HTTP"), f"who listens at {HTTP} does not answer; where https or wss"),
    ],
)
def test_an_address_at_which_somebody_may_answer_later(
    tmp_path: Path, error: BaseException, said: str
) -> None:
    for_good, if_it_goes_on = told(tmp_path, error, HTTP)
    assert for_good == ""
    assert said in if_it_goes_on
    # Nobody's fault who wrote no address.
    assert told(tmp_path, error) == ("", "")


def test_a_request_that_is_refused_may_have_gone_to_the_wrong_address(tmp_path: Path) -> None:
    error = RuntimeError("Error code: 404 - model_not_found")
    path = tmp_path / "mine.yaml"
    path.write_text(STACK.format(more=f", args: {{base_url: '{HTTP}'}}"))
    declared = without_keys(load("reception", path, need_keys=False))
    service = IdentityFilter()
    made: Any = {service: Made(path, ("services", "llm"), declared.services["llm"])}
    frame = ErrorFrame("404 model_not_found", processor=service, exception=error)
    assert str(refusal(made, frame)).endswith("correct the model 'gpt-4o', or base_url")
