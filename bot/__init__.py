"""From declaration to running call; `bot(runner_args)` is what Pipecat's runner looks for.

Pipecat is imported only when a call begins, so that the virtual clock can be in place before it.
"""

from typing import Any


async def bot(runner_args: Any) -> None:
    """Serve one session of Pipecat's runner or of Pipecat Cloud.

    The agent and stack come from CALLWRIGHT_AGENT and CALLWRIGHT_STACK.

    Args:
        runner_args: Pipecat's `RunnerArguments` of the session's transport.
    """
    import os

    from loguru import logger

    from bot.session import run_call
    from callwright.declarations.load import load
    from callwright.lines.runner import line_from_runner

    declared = load(os.environ.get("CALLWRIGHT_AGENT"), os.environ.get("CALLWRIGHT_STACK"))
    result = await run_call(declared, await line_from_runner(runner_args))
    if result.refused:
        logger.error(result.refused)
