"""A call where the disk will not have it."""

import shutil
from pathlib import Path

import pytest

from bot.session import CallResult, run_call
from callwright.clock import run_virtual
from callwright.declarations.load import load
from callwright.lab.caller import ReactiveCaller
from callwright.lab.recording import read_recording
from callwright.lines.recorded import recorded_line

PLAIN = Path(__file__).parents[2] / "recordings" / "reception-plain"


def test_a_call_goes_on_where_no_folder_can_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tmp_path.joinpath("calls").write_text("no folder")
    recording = read_recording(PLAIN)

    async def call() -> CallResult:
        line = recorded_line(ReactiveCaller(recording))
        return await run_call(load("reception", "embedded"), line)

    result = run_virtual(call())
    try:
        assert result.outcome == "completed"
        assert (result.folder / "events.jsonl").is_file()
    finally:
        shutil.rmtree(result.folder)
