"""What outlives a call and should not: its tasks, and its connections to providers."""

import asyncio
from pathlib import PurePath
from types import CodeType
from typing import Any

from callwright.clock.doors import network_now

# Closing a websocket takes several steps of ten seconds, all of which a link that stalls uses up.
_SETTLED = 60.0

# Rooms whose tasks belong to a call; its stand-ins and its network live on.
_OF_A_CALL = ("pipecat", "bot", "processors", "services", "recorder", "lines")


async def leftovers() -> tuple[str, ...]:
    """Names of everything that is still there a little after a call has ended.

    What counts of a connection is whether the call's own end was closed: behind a link that
    stalls, the other end never learns of it.
    """
    await asyncio.sleep(_SETTLED)
    current = asyncio.current_task()
    tasks = [
        f"task {task.get_name()}"
        for task in asyncio.all_tasks()
        if task is not current and _of_a_call(task)
    ]
    network = network_now()
    held = network.held() if network is not None else {}
    connections = [f"{count} connections to {host}" for host, count in held.items()]
    return tuple(sorted(tasks) + sorted(connections))


def _of_a_call(task: asyncio.Task[Any]) -> bool:
    code: CodeType | None = getattr(task.get_coro(), "cr_code", None)
    return code is not None and any(part in _OF_A_CALL for part in PurePath(code.co_filename).parts)
