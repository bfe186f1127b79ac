"""A live call never blocks the event loop: no file, no sleep, no socket on its thread."""

import asyncio
from pathlib import Path

from blockbuster import BlockBuster, blockbuster_ctx

from bot.session import run_call
from callwright.calls import events as ev
from callwright.declarations.load import load
from callwright.lab.caller import ReactiveCaller
from callwright.lab.recording import read_recording
from callwright.lines.recorded import recorded_line

SHORT = Path(__file__).parents[2] / "recordings" / "reception-human"


def test_a_call_in_real_time_blocks_nowhere(tmp_path: Path) -> None:
    declared, caller = load(), ReactiveCaller(read_recording(SHORT))
    watched = ["callwright", "bot", "processors"]

    async def call() -> tuple[str, list[ev.Event]]:
        guard: BlockBuster
        with blockbuster_ctx(scanned_modules=watched) as guard:
            assert guard.functions
            result = await run_call(declared, recorded_line(caller), folder=tmp_path)
        return result.outcome, result.events

    outcome, events = asyncio.run(call())
    # A blocked service reports what stopped it instead of raising.
    assert [event for event in events if isinstance(event, ev.Trouble)] == []
    assert outcome == "handed_off"
