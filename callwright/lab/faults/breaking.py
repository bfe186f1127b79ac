"""Carries a plan of faults out: around a call's tools, under its record, and in its network."""

import asyncio
import errno
import functools
import inspect
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from io import FileIO
from pathlib import Path
from typing import IO, Any, cast

from bot.surroundings import Function, Surroundings
from callwright.clock import Network
from callwright.declarations.load import Declared
from callwright.lab.faults.plan import (
    EVERY_HOST,
    DiskFault,
    FaultPlan,
    HostFault,
    ToolFault,
    hosts_of,
)
from callwright.recorder.writer import opened


def surroundings(plan: FaultPlan) -> Surroundings:
    """What a call stands on when this plan is carried out. Counts calls of tools: one a call."""
    return Surroundings(
        tool=lambda name, function: _tool(function, plan.tools.get(name, ())),
        open_file=_disk(plan.disk) if plan.disk else opened,
    )


# --- tools ------------------------------------------------------------------------------------


class PlannedFault(RuntimeError):
    """A tool raises because the plan says so."""


def _tool(function: Function, faults: tuple[ToolFault, ...]) -> Function:
    if not faults:
        return function
    calls = 0

    @functools.wraps(function)
    async def failing(**arguments: Any) -> Any:
        nonlocal calls
        number, calls = calls, calls + 1
        hit = next((one for one in faults if one.call in (None, number)), None)
        match hit.does if hit else None:
            case "raise":
                raise PlannedFault("the plan of faults says so")
            case "hang":
                await asyncio.Event().wait()
            case "nonsense":
                return object()
            case "slow":
                await asyncio.sleep(hit.seconds if hit else 0.0)
            case _:
                pass
        result = function(**arguments)
        return await result if inspect.isawaitable(result) else result

    return failing


# --- the disk ---------------------------------------------------------------------------------


class _FullFile(FileIO):
    """Takes no byte beyond a limit."""

    def __init__(self, path: Path, most: int) -> None:
        super().__init__(path, "wb")
        self._most = most

    def write(self, data: Any, /) -> int:
        room = max(0, self._most - self.tell())
        if len(data) > room:
            super().write(data[:room])
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data)


class _SlowFile(FileIO):
    """Takes its time for every piece, of the thread that writes."""

    def __init__(self, path: Path, seconds: float) -> None:
        super().__init__(path, "wb")
        self._seconds = seconds

    def write(self, data: Any, /) -> int:
        time.sleep(self._seconds)
        return super().write(data)


def _disk(fault: DiskFault) -> Callable[[Path], IO[bytes]]:
    def open_file(path: Path) -> IO[bytes]:
        if fault.does == "full":
            return cast("IO[bytes]", _FullFile(path, fault.after))
        return cast("IO[bytes]", _SlowFile(path, fault.seconds))

    return open_file


# --- the network ------------------------------------------------------------------------------


@asynccontextmanager
async def breaking(network: Network, plan: FaultPlan, declared: Declared) -> AsyncGenerator[None]:
    """Let the ways to hosts fail while the block runs, at the seconds of the plan."""
    tasks = [
        asyncio.ensure_future(_break(network, name, fault))
        for host, faults in plan.hosts.items()
        for name in (hosts_of(declared) if host == EVERY_HOST else [host])
        for fault in faults
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _break(network: Network, name: str, fault: HostFault) -> None:
    await asyncio.sleep(fault.at)
    host = network.host(name)
    usual = host.link
    match fault.does:
        case "stall":
            host.change(stall=True)
        case "refuse":
            host.change(fails="refuse", chance=1.0)
        case "reset":
            host.reset()
            host.change(fails="reset", after=0, chance=1.0)
        case "slow":
            host.change(latency=fault.seconds)
    if fault.lasts is None:
        return
    await asyncio.sleep(fault.lasts)
    host.link = usual
