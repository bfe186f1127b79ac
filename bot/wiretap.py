"""Records what a call's services say and are told, for a cassette in the call's folder."""

import asyncio
from collections.abc import Collection, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from loguru import logger

from callwright.calls.redaction import Redactor
from callwright.clock.doors import network_now
from callwright.clock.overhearing import overhearing
from callwright.declarations.errors import listed
from callwright.declarations.load import Declared
from callwright.emulators.addresses import addresses_of
from callwright.emulators.providers import stand_in_for
from callwright.wire.cassette import write_cassette
from callwright.wire.masking import Masks
from callwright.wire.plain import listen_to_plain
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
        self.notice = ""
        """What is not in the cassette that was written, and why; empty when all is well."""

    @contextmanager
    def listening(self) -> Generator[None]:
        """Listen while the block runs, in a running event loop."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        addresses = addresses_of(self._declared)
        if network_now() is None:
            listen_to_tls()
            if not all(address.tls for address in addresses):
                listen_to_plain(loop)
        self._recorder = WireRecorder(
            addresses,
            lambda: loop.time() - began,
            self._redactor.asked if self._redactor else tuple,
        )
        with overhearing(self._recorder):
            yield

    def write(self, folder: Path, started: str) -> None:
        """Write what was heard. Blocks; a disk that fails costs the cassette, not the call.

        Where nothing was heard of a stack that has services nothing is written: a cassette that
        answers nothing could not be played.
        """
        if self._recorder is None:
            return
        declared = self._declared
        heard = {use for one in self._recorder.connections for use in one.services}
        self.notice = _unheard(declared, heard)
        if declared.cloud and not heard:
            return
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


def _unheard(declared: Declared, heard: Collection[str]) -> str:
    """What to tell of services that are not in a cassette.

    One that is recorded and was not heard may never have been asked: it stands in for another.
    """
    cloud = declared.cloud
    if cloud and not heard:
        services = listed(f"{role} {one.use!r}" for role, one in cloud.items())
        return (
            "--record-wire: no connection was recorded, so there is no cassette: by HTTP or "
            f"websocket nobody was reached of {services}"
        )
    deaf = [f"{role} {one.use!r}" for role, one in cloud.items() if stand_in_for(one.use) is None]
    if deaf:
        return f"--record-wire: {listed(deaf)} cannot be recorded and will be missing in a replay"
    return ""


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
