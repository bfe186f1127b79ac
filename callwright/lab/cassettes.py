"""A call's cassette as a replay needs it: found, fitting, and with its time."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from callwright.calls.folder import CALLER_YAML
from callwright.clock.virtual import DEFAULT_EPOCH
from callwright.declarations.errors import InputError
from callwright.declarations.load import Declared
from callwright.wire.cassette import Cassette, CassetteError, read_cassette

if TYPE_CHECKING:
    from callwright.lab.options import ReplayOptions


def cassette_of(source: Path) -> Cassette:
    """The cassette of a call.

    Raises:
        InputError: It has none, or one that cannot be played.
    """
    try:
        return read_cassette(source)
    except CassetteError as error:
        raise InputError(str(error)) from None


def played_as(cassette: Cassette, source: Path, options: "ReplayOptions") -> dict[str, Any]:
    """What the cassette decides where the options leave it open."""
    decided: dict[str, Any] = {}
    if options.agent is None:
        decided["agent"] = cassette.agent
    if options.stack is None:
        decided["stack"] = cassette.stack
    if options.caller is None and not (source / CALLER_YAML).is_file():
        decided["caller"] = "timeline"
    return decided


def refuse_another(cassette: Cassette, declared: Declared) -> None:
    """Refuse to play to an agent or a stack that the cassette is not of.

    Raises:
        InputError: It is of another one; says of which.
    """
    for what, recorded, name in (
        ("agent", cassette.agent, declared.agent.agent),
        ("stack", cassette.stack, declared.stack.stack),
    ):
        if recorded != name:
            raise InputError(
                f"{cassette.path}: this cassette is of the {what} {recorded!r}, not of {name!r}",
                f"leave out --{what}, or replay with --services emulated",
            )


def began_at(cassette: Cassette) -> float:
    """When the call began, seconds since 1970: what it says of today is in what was sent."""
    try:
        return datetime.fromisoformat(cassette.started).timestamp()
    except ValueError:
        return DEFAULT_EPOCH
