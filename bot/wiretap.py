"""Records what a call's services say and are told, for a cassette in the call's folder."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from loguru import logger

from callwright.calls.redaction import Redactor
from callwright.clock.overhearing import overhearing
from callwright.declarations.load import Declared
from callwright.emulators.providers import stand_in_for
from callwright.wire.cassette import write_cassette
from callwright.wire.masking import Masks
from callwright.wire.recorder import WireRecorder
from callwright.wire.tls import listen_to_tls

# Shorter values are no keys, and stand in too many words.
_SHORTEST_SECRET = 6


class WireTap:
    """Listens to the services of one call while it runs, and writes the cassette at its end.

    Args:
        declared: Agent and stack.
        redactor: What knows the call's sensitive values; None where it has none, or keeps them.
    """

    def __init__(self, declared: Declared, redactor: Redactor | None) -> None:
        self._declared, self._redactor = declared, redactor
        self._recorder: WireRecorder | None = None

    @contextmanager
    def listening(self) -> Generator[None]:
        """Listen while the block runs, in a running event loop."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        listen_to_tls()
        self._recorder = WireRecorder(
            hosts_of(self._declared),
            lambda: loop.time() - began,
            self._redactor.asked if self._redactor else tuple,
        )
        with overhearing(self._recorder):
            yield

    def write(self, folder: Path, started: str) -> None:
        """Write what was heard. Blocks; a disk that fails costs the cassette, not the call."""
        if self._recorder is None:
            return
        declared = self._declared
        masks = Masks(secrets_of(declared), self._redactor.words if self._redactor else None)
        facts: dict[str, Any] = {
            "agent": declared.agent.agent,
            "stack": declared.stack.stack,
            "started": started,
            "masked": self._redactor is not None,
        }
        try:
            write_cassette(folder, self._recorder.connections, masks, facts)
        except OSError as error:
            logger.error(f"the call's traffic could not be kept: {error}")


def hosts_of(declared: Declared) -> dict[str, tuple[str, ...]]:
    """Who of a stack's services is found at which host: those that can be played again."""
    found: dict[str, dict[str, None]] = {}
    for service in declared.cloud.values():
        kind = stand_in_for(service.use)
        if kind is None:
            continue
        variables = [service.key_env[name] for name in kind.addresses if name in service.key_env]
        addresses = [urlsplit(declared.env.get(name, "")).hostname for name in variables]
        for host in (*kind.hosts, *addresses):
            if host:
                found.setdefault(host, {})[service.use] = None
    return {host: tuple(uses) for host, uses in found.items()}


def secrets_of(declared: Declared) -> dict[str, str]:
    """The names of the environment's values that a stack is made with, by those values."""
    addresses = {
        service.key_env[name]
        for service in declared.cloud.values()
        if (kind := stand_in_for(service.use)) is not None
        for name in kind.addresses
        if name in service.key_env
    }
    names = {name for service in declared.cloud.values() for name in service.env_names}
    values = {declared.env.get(name, ""): name for name in sorted(names - addresses, reverse=True)}
    return {value: name for value, name in values.items() if len(value) >= _SHORTEST_SECRET}
