"""What outlives a call and should not: its tasks, and connections to its providers."""

import asyncio
from collections.abc import Mapping
from pathlib import PurePath
from types import CodeType
from typing import Any

from callwright.emulators.standin import Scene

# A connection that is being closed takes a moment, on both sides.
_SETTLED = 2.0

# Rooms whose tasks belong to a call; its stand-ins and its network live on.
_OF_A_CALL = ("pipecat", "bot", "processors", "services", "recorder", "lines")


async def leftovers(scenes: Mapping[str, Scene]) -> tuple[str, ...]:
    """Names of everything that is still there a little after a call has ended.

    Args:
        scenes: Of the call's stand-ins, by role.
    """
    await asyncio.sleep(_SETTLED)
    current = asyncio.current_task()
    tasks = [
        f"task {task.get_name()}"
        for task in asyncio.all_tasks()
        if task is not current and _of_a_call(task)
    ]
    connections = [
        f"{scene.serving} connections to {role}" for role, scene in scenes.items() if scene.serving
    ]
    return tuple(sorted(tasks) + connections)


def _of_a_call(task: asyncio.Task[Any]) -> bool:
    code: CodeType | None = getattr(task.get_coro(), "cr_code", None)
    return code is not None and any(part in _OF_A_CALL for part in PurePath(code.co_filename).parts)
