"""A bot at a real desk that plays a tone, keeps what it hears, and ends after some seconds.

Usage: python loopback.py HEARD.raw SECONDS
"""

import asyncio
import sys
from pathlib import Path

import numpy as np
from loguru import logger

logger.remove()

from small_call import SmallCall  # noqa: E402 (Pipecat greets in the log when it is imported)

from callwright.lines.desk import desk_line  # noqa: E402
from callwright.lines.trouble import LineLost  # noqa: E402


async def main(seconds: float) -> bytes:
    rate = 24000
    tone = 8000 * np.sin(2 * np.pi * 440 * np.arange(rate) / rate)
    async with desk_line("pulse", "pulse") as line:
        call = SmallCall(line, tone.astype(np.int16).tobytes())

        async def hang_up() -> None:
            await call.connected.wait()
            print("connected", flush=True)  # noqa: T201 (the test waits for it)
            await asyncio.sleep(seconds)
            await line.transport.hang_up()

        async with asyncio.TaskGroup() as tasks:
            ending = tasks.create_task(hang_up())
            await call.run()
            ending.cancel()
    return bytes(call.ear.audio)


if __name__ == "__main__":
    try:
        Path(sys.argv[1]).write_bytes(asyncio.run(main(float(sys.argv[2]))))
    except LineLost as lost:
        sys.exit(str(lost))
