"""A provider that refuses a call's service for good: which setting is wrong, where, and the fix."""

import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipecat.frames.frames import ErrorFrame
from pipecat.processors.frame_processor import FrameProcessor
from pipecat.utils.errors import ErrorCategory, extract_http_status_code
from websockets.exceptions import InvalidMessage

from callwright.declarations import places
from callwright.declarations.catalogue import ResolvedService
from callwright.declarations.errors import Problem, listed
from callwright.declarations.places import Document, KeyPath

# Providers' own words, at most so many characters of them.
_LONGEST_WORDS = 120


@dataclass(frozen=True, slots=True)
class Made:
    """Where in the stack file a service of the call stands.

    Args:
        path: The stack file.
        at: Its place in there.
        service: What stands there.
    """

    path: Path
    at: KeyPath
    service: ResolvedService


def refusal(made: Mapping[FrameProcessor, Made], frame: ErrorFrame) -> Problem | None:
    """What the user has to correct, where an error is a matter of keys, names or addresses.

    Args:
        made: The services of the call.
        frame: The error.
    """
    one = made.get(frame.processor) if frame.processor is not None else None
    if one is None:
        return None
    document = places.read(one.path)
    causes = list(_causes(frame.exception))
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return _address(document, one)
    found = (_encryption(document, one, cause) for cause in causes)
    if (problem := next(filter(None, found), None)) is not None:
        return problem
    status = next((code for cause in causes if (code := extract_http_status_code(cause))), None)
    for setting in ("model", "voice"):
        if f"{setting}_not_found" in frame.error:
            return _request(document, one, status or 404, frame.error, setting)
    match frame.category:
        case ErrorCategory.AUTHENTICATION:
            return _key(document, one, status or 401, "does not accept")
        case ErrorCategory.AUTHORIZATION:
            return _key(document, one, status or 403, "gives no access with")
        case ErrorCategory.INVALID_REQUEST:
            return _request(document, one, status or 400, frame.error)
        case _:
            return None


def unanswered(made: Mapping[FrameProcessor, Made], frame: ErrorFrame) -> Problem | None:
    """What the user has to correct if it goes on: nobody answers at an address that was given.

    Args:
        made: The services of the call.
        frame: The error.
    """
    one = made.get(frame.processor) if frame.processor is not None else None
    if one is None or not (_given(one) or _variables(one, keys=False)):
        return None
    document = places.read(one.path)
    for cause in _causes(frame.exception):
        if isinstance(cause, ConnectionRefusedError):
            what = f"{_named(one)}: nobody listens at {_where(one)}"
            remedy = f"start what is to answer there, or correct {_addresses(one, 'or')}"
            return document.problem(_at_address(one), what, remedy=remedy)
        if isinstance(cause, InvalidMessage) or type(cause).__name__ == "RemoteProtocolError":
            what = f"{_named(one)}: who listens at {_where(one)} does not answer"
            remedy = f"where https or wss is spoken, write that into {_addresses(one, 'or')}"
            return document.problem(_at_address(one), what, remedy=remedy)
    return None


def _key(document: Document, one: Made, status: int, refuses: str) -> Problem:
    keys = _variables(one, keys=True)
    what = listed(keys) or "its key"
    remedy = f"put a valid key into {what}" if status == 401 else f"check the rights of {what}"
    if status != 401 and (addresses := _variables(one, keys=False)):
        remedy += f", and whether {listed(addresses)} is of the same region or resource"
    return document.problem(
        (*one.at, "use"), f"{_named(one)}: the provider {refuses} {what} ({status})", remedy=remedy
    )


def _request(
    document: Document, one: Made, status: int, error: str, setting: str = "model"
) -> Problem:
    at: KeyPath = (*one.at, "settings", setting)
    named = one.service.settings.get(setting)
    words = " ".join(error.split())
    if len(words) > _LONGEST_WORDS:
        words = words[: _LONGEST_WORDS - 1] + "…"
    what = f"{_named(one)}: the provider refuses what it is asked ({status}: {words})"
    addresses = _addresses(one, "and")
    asked = f"the {setting} {named!r}" if named else "its settings and args"
    remedy = f"correct {asked}" + (f", or {addresses}" if addresses else "")
    return document.problem(at if named else (*one.at, "use"), what, remedy=remedy)


def _address(document: Document, one: Made) -> Problem:
    remedy = f"correct {_addresses(one, 'or') or 'its address, or the name service'}"
    return document.problem(
        _at_address(one), f"{_named(one)}: its host does not exist", remedy=remedy
    )


def _encryption(document: Document, one: Made, cause: BaseException) -> Problem | None:
    """What is wrong with an address whose host does not speak TLS as it should."""
    addresses = _addresses(one, "or") or "its address"
    if isinstance(cause, ssl.SSLCertVerificationError):
        what = f"the certificate of its host is not trusted ({cause.verify_message})"
        remedy = f"set SSL_CERT_FILE to its authority's certificate, or correct {addresses}"
    elif isinstance(cause, ssl.SSLError) and cause.reason == "WRONG_VERSION_NUMBER":
        what = "what answers at its address speaks no TLS"
        remedy = f"write http for https, or ws for wss, into {addresses}"
    else:
        return None
    return document.problem(_at_address(one), f"{_named(one)}: {what}", remedy=remedy)


def _given(one: Made) -> list[str]:
    """The arguments that say where it is found."""
    return [name for name in one.service.args if "url" in name or name in ("endpoint", "region")]


def _where(one: Made) -> str:
    return " or ".join(str(one.service.args[name]) for name in _given(one)) or "its address"


def _addresses(one: Made, word: Literal["and", "or"]) -> str:
    """What the user wrote its address into: variables, or arguments."""
    return listed(_variables(one, keys=False) or _given(one), word)


def _at_address(one: Made) -> KeyPath:
    written = _given(one) if not _variables(one, keys=False) else []
    return (*one.at, "args", written[0]) if written else (*one.at, "use")


def _named(one: Made) -> str:
    return f"{one.service.role} {one.service.use!r}"


def _variables(one: Made, *, keys: bool) -> list[str]:
    """The variables that hold its key, or the others."""
    return [
        variable
        for parameter, variable in one.service.key_env.items()
        if ("key" in parameter or "token" in parameter or "secret" in parameter) == keys
    ]


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
